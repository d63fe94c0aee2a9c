"""Folders and items of a source that has ids, addressed by numbers of ours.

The law: an act's token is noted as begun before the source is asked to do it, and its result is noted with
the numbers it concerns in one transaction. Where an act was begun and no result is noted, because the process
or the source's answer was lost, the source is asked what became of it before it is done again; so it is when
a listing renumbered the folder meanwhile. An item that it then names is numbered by a listing, which may have
seen it under another id. The same act asked for twice at once is done by the first and answered to both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count
from typing import TypeVar

from msgspec import structs

from outrider.domain.errors import (
    BackendError,
    ChangedError,
    ExistsError,
    ForbiddenError,
    NotFoundError,
    RenumberedError,
)
from outrider.domain.folders import folded
from outrider.domain.items import Edit, Folder, Item, ItemClass, NewItem, Wish
from outrider.domain.listings import Known
from outrider.domain.roles import Content, Guard, Token, Tx, Written
from outrider.domain.sources import Listed, ListedFolder, Source
from outrider.store.source_rows import Act, Place, Shelf
from outrider.store.sources import Tree
from outrider.sync.feed import TREE, Looks

T = TypeVar("T")

_EMPTIED = 500  # items that are removed at once when a folder is emptied


class NumberedItems:
    """The role `Items` for one account."""

    def __init__(self, address: str, source: Source, looks: Looks) -> None:
        self._address = address
        self._source = source
        self._looks = looks
        self._sources = looks.sources

    async def read(self, folder: int, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        """Raises NotFoundError (the folder)."""
        place = self._place(folder)
        return await self._by_id(place, lambda: self._read(place, numbers, wish))

    async def open(self, folder: int, number: int, section: str) -> Content:
        """Raises NotFoundError."""
        place = self._place(folder)

        async def act() -> Content:
            shelf, known = await self._find(place, number)
            return await self._source.open(shelf.id, known.id, section)

        return await self._by_id(place, act)

    async def find(self, folder: int, uid: str) -> int | None:
        """Raises NotFoundError (the folder). An event that no listing told of yet is not found."""
        place = self._place(folder)

        async def act() -> int | None:
            shelf, _ = await self._sources.known(place, ())
            id = await self._source.find(shelf.id, uid)
            return None if id is None else await self._sources.number_of(place, id)

        return await self._by_id(place, act)

    async def create(self, folder: int, item: NewItem, token: Token, tx: Tx | None = None) -> Written:
        """Raises NotFoundError (the folder), ForbiddenError (it holds another class), UnreadableError,
        FullError."""
        place = self._place(folder)

        async def act(*, begun: bool) -> Written:
            shelf = await self._sources.shelf(place)
            made = await self._recall_new(place, shelf, token) if begun else None
            made = made or await self._source.create(shelf.id, item, token)
            return await self._sources.note_new(place, made, Act(token, shelf.epoch))

        return await self._once(token, act, place)

    async def change(
        self,
        folder: int,
        number: int,
        edit: Edit,
        *,
        token: Token,
        guard: Guard | None = None,
        tx: Tx | None = None,
    ) -> Written:
        """Raises NotFoundError, ChangedError (the guard), ForbiddenError (an edit of another class),
        UnreadableError, FullError."""
        place = self._place(folder)

        async def act(*, begun: bool) -> Written:
            shelf, known = await self._find(place, number)
            made = await self._recall(shelf, token) if begun else None
            if made is None:
                _hold(known, guard)
                made = await self._change(shelf, known, (edit, token, guard))
            return await self._sources.note_change(place, known, made, Act(token, shelf.epoch))

        return await self._once(token, act, place)

    async def delete(
        self, folder: int, number: int, *, guard: Guard | None = None, tx: Tx | None = None
    ) -> None:
        """Raises NotFoundError, ChangedError."""
        place = self._place(folder)

        async def act() -> None:
            shelf, known = await self._find(place, number)
            _hold(known, guard)
            await self._source.remove(shelf.id, [known.id])

        await self._by_id(place, act)
        await self._sources.note_gone(place, [number])
        self._looks.tell(place)

    async def move(self, folder: int, number: int, to: int, *, token: Token, tx: Tx | None = None) -> Written:
        """Raises NotFoundError (item or target), ForbiddenError (same folder, or one of another class)."""
        place, target = self._place(folder), self._place(to)

        async def act(*, begun: bool) -> Written:
            goal = await self._sources.shelf(target)
            made = await self._recall_new(target, goal, token) if begun else None
            if made is None:
                shelf, known = await self._find(place, number)
                if place == target:
                    raise ForbiddenError("The item is in this folder already.")
                if shelf.holds is not goal.holds:
                    raise ForbiddenError("This folder holds items of another kind.")
                made = await self._source.move(shelf.id, known.id, goal.id, token)
            return await self._sources.note_move(place, number, target, made, Act(token, goal.epoch))

        return await self._once(token, act, place, target)

    async def empty(self, folder: int, *, subfolders: bool = False) -> None:
        """Some items at a time. Raises NotFoundError."""
        place = self._place(folder)
        await self._looks.folder(place, self._source)
        while await self._by_id(place, lambda: self._empty(place)):
            self._looks.tell(place)
        if subfolders:
            tree = NumberedFolders(self._address, self._source, self._looks)
            for one in await tree.list():
                if one.parent == folder:
                    await tree.delete(one.number)

    def _place(self, folder: int) -> Place:
        return Place(self._address, folder)

    async def _find(self, place: Place, number: int) -> tuple[Shelf, Known]:
        shelf, known = await self._sources.known(place, [number])
        if number not in known:
            raise NotFoundError("This item is no longer there.")
        return shelf, known[number]

    async def _read(self, place: Place, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        shelf, known = await self._sources.known(place, numbers)
        there = [number for number in numbers if number in known]
        found = await self._source.read(shelf.id, [known[number].id for number in there], wish)
        items = dict(zip(there, found, strict=True))
        missing = [number for number, item in items.items() if isinstance(item, NotFoundError)]
        if missing:  # a device is told so: whatever comes back is another item
            await self._sources.note_gone(place, missing)
        gone = NotFoundError("This item is no longer there.")
        return [items.get(number, gone) for number in numbers]

    async def _recall(self, shelf: Shelf, token: Token) -> Listed | None:
        """What an act that was begun before came to. Others may have changed the item since: its version is
        not the act's."""
        made = await self._source.recall(shelf.id, token)
        return made and structs.replace(made, version="")

    async def _recall_new(self, place: Place, shelf: Shelf, token: Token) -> Listed | None:
        """The same where the act brought an item into a folder. A listing may have noted it since, and the
        folder have been renumbered after that: whether it is known, only another listing can tell."""
        made = await self._recall(shelf, token)
        if made is None or await self._sources.number_of(place, made.id) is not None:
            return made
        await self._looks.folder(place, self._source, anyway=True)
        if await self._sources.number_of(place, made.id) is None:
            raise BackendError("What became of this cannot be told now.", temporary=True)
        return made

    async def _change(self, shelf: Shelf, known: Known, what: tuple[Edit, Token, Guard | None]) -> Listed:
        """Have the source edit an item: under a guard only in the version that is known."""
        edit, token, guard = what
        expected = known.version or None if guard else None
        try:
            return await self._source.change(shelf.id, known.id, edit, token=token, expected=expected)
        except ChangedError:
            self._looks.expire(self._place(shelf.number))
            raise

    async def _empty(self, place: Place) -> bool:
        shelf, known = await self._sources.lowest(place, _EMPTIED)
        if known:
            await self._source.remove(shelf.id, [one.id for one in known.values()])
            await self._sources.note_gone(place, list(known))
        return bool(known)

    async def _by_id(self, place: Place, act: Callable[[], Awaitable[T]]) -> T:
        """Do something that uses the source's ids; where those are outdated, learn the new ones and do it
        then."""
        try:
            return await act()
        except RenumberedError:
            await self._looks.folder(place, self._source, anyway=True)
            return await act()

    async def _once(self, token: Token, act: Callable[..., Awaitable[Written]], *places: Place) -> Written:
        """Do an act of which no result is noted; `act` is told whether it was begun before."""

        async def begin() -> Written:
            receipt = await self._sources.begin(self._address, token)
            if receipt.written is not None:
                return receipt.written
            tries = count(int(receipt.begun))
            written = await self._by_id(places[0], lambda: act(begun=next(tries) > 0))
            for place in places:
                self._looks.tell(place)
            return written

        return await self._looks.flights.share((self._address, token), begin)


def _hold(known: Known, guard: Guard | None) -> None:
    """Raises ChangedError for an item that changed past the guard."""
    if guard and known.changed > int(guard.since) and str(known.changed) not in guard.own:
        raise ChangedError("The item was changed elsewhere.")


class NumberedFolders:
    """The role `Folders` for one account."""

    def __init__(self, address: str, source: Source, looks: Looks) -> None:
        self._address = address
        self._source = source
        self._looks = looks
        self._sources = looks.sources

    async def list(self) -> tuple[Folder, ...]:
        """All folders, by number."""
        return (await self._tree()).folders

    async def cursor(self) -> str:
        """The tree's sequence."""
        return str((await self._tree()).hierarchy)

    async def create(
        self, name: str, parent: int, holds: ItemClass, token: Token, tx: Tx | None = None
    ) -> Folder:
        """Raises ExistsError, NotFoundError (parent), ForbiddenError (an empty name)."""
        wanted = Folder(number=0, name=name.strip(), parent=parent, holds=holds)
        return await self._looks.flights.share((self._address, token), partial(self._create, wanted, token))

    async def update(self, number: int, name: str, parent: int, *, tx: Tx | None = None) -> Folder:
        """Raises NotFoundError, ExistsError, and ForbiddenError for a folder that every account has."""
        tree = await self._tree()
        ids = await self._source.update_folder(
            tree.id_of(number), name.strip(), tree.id_of(parent) if parent else None
        )
        await self._sources.note_ids(self._address, ids)
        tree = await self._looks.tree(self._address, self._source, anyway=True)
        return tree.find(number)

    async def delete(self, number: int, *, tx: Tx | None = None) -> None:
        """Raises NotFoundError, and ForbiddenError for a folder that every account has."""
        await self._source.remove_folder((await self._tree()).id_of(number))
        await self._sources.note_folder_gone(Place(self._address, number))
        self._tell()

    async def _tree(self) -> Tree:
        return await self._looks.tree(self._address, self._source)

    async def _create(self, wanted: Folder, token: Token) -> Folder:
        tree = await self._tree()
        receipt = await self._sources.begin(self._address, token)
        if receipt.written is not None:
            return tree.find(receipt.written.number)
        parent = tree.id_of(wanted.parent) if wanted.parent else None
        try:
            made = await self._source.create_folder(wanted.name, parent, wanted.holds)
        except ExistsError:
            if not receipt.begun:
                raise
            made = await self._recall(wanted, parent)
        folder = await self._sources.note_folder(self._address, made, token)
        self._tell()
        return folder

    async def _recall(self, wanted: Folder, parent: str | None) -> ListedFolder:
        """The folder that stands where one was to be made. Raises ExistsError when it is of another kind."""
        for one in await self._source.tree():
            if (one.parent, folded(one.name), one.holds) == (parent, folded(wanted.name), wanted.holds):
                return one
        raise ExistsError("There is a folder of this name already.")

    def _tell(self) -> None:
        self._looks.tell(Place(self._address, TREE))
