"""A change feed for sources that can only list.

The law:

- One listing serves all devices of the account. It is compared with what was noted of the last one, and what
  differs is noted under sequences of ours; devices are answered from the notes.
- Nothing is listed while the source's mark stands where it stood before the last listing; where the source
  has no marks, not before the last listing is old.
- Mark and sequence are taken before the listing. What was noted after them, since we did it ourselves or a
  quicker listing said so, the listing does not judge.
- A listing that ended early takes nothing away, and another is asked for. So it is with an empty one, unless
  the source says outright that the folder is empty or another listing a minute later agrees.
- A listing that fails is an error: nothing was noted, and no device is told anything.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TypeAlias

from msgspec import Struct, structs

from outrider.domain.changes import ChangeSet, ItemSet, Touched
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.roles import Listener
from outrider.domain.sources import Listing, Source
from outrider.store.source_rows import Place, Seen, Shelf
from outrider.store.sources import Sources, Tree
from outrider.sync.flights import Flights
from outrider.sync.polling import Polling, Sleep

TREE = 0  # stands for the folder tree where a folder's number is expected
_DOUBT = 60.0  # seconds after which a second empty listing is believed
_FRESH = 1.0  # seconds for which a look need not be repeated to answer what changed
_PATIENCE = 60.0  # seconds
_ATTEMPTS = 3
_MOST = 100_000  # folders of which it is remembered when they were looked at
_MOST_TREES = 1_000

_LONG_AGO = float("-inf")


_Stand: TypeAlias = tuple[str | None, int]


class _Memory(Struct):
    """When a folder was last looked at, and last listed whole; since when it seems to be empty, and how it
    stood then: the mark, and what we knew of it."""

    looked: float = _LONG_AGO
    listed: float = _LONG_AGO
    doubt: tuple[float, _Stand] | None = None


class _Seen(Struct, frozen=True):
    """A tree, and the number of each folder by its id."""

    tree: Tree
    numbers: dict[str, int]


class Looks:
    """Keeps what is noted of listing sources up to date: whoever asks where something stands, looks.

    `clock` is in seconds and never goes back. `patience` is how old a listing may be where the source has no
    marks, and how long it is until a source that does not notify is looked at again for those who wait.
    """

    def __init__(
        self,
        sources: Sources,
        *,
        clock: Callable[[], float] = time.monotonic,
        patience: float = _PATIENCE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.sources = sources
        self._clock = clock
        self._patience = patience
        self._sleep = sleep
        self.flights = Flights()
        self._memories: dict[Place, _Memory] = {}
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._trees: dict[str, _Seen] = {}

    async def tree(self, address: str, source: Source, *, anyway: bool = False) -> Tree:
        """The account's folders as they are now. With `anyway` they are listed whatever the mark says."""
        return await self.flights.share(
            (address, TREE, anyway), lambda: self._look_at_tree(address, source, anyway=anyway)
        )

    async def folder(self, place: Place, source: Source, *, anyway: bool = False) -> int:
        """The sequence at which a folder stands now. Raises NotFoundError."""
        return await self.flights.share((place, anyway), lambda: self._look(place, source, anyway=anyway))

    async def glance(self, place: Place, source: Source) -> None:
        """Look at a folder unless somebody just did."""
        if self._clock() - self._memory(place).looked >= _FRESH:
            await self.folder(place, source)

    def expire(self, place: Place) -> None:
        """Something happened there: the next one to ask looks."""
        if place in self._memories:  # a look under way keeps the old memory, which nobody asks any more
            self._memories[place] = _Memory(doubt=self._memories[place].doubt)

    def tell(self, place: Place) -> None:
        """Call those who listen to the account: something moved there."""
        for listener in tuple(self._listeners.get(place.address, ())):
            listener(place.folder or None)

    def listen(self, address: str, source: Source, listener: Listener) -> Callable[[], None]:
        """Call `listener` when a folder of the account moved or may have, until the returned function is
        called. A source that does not notify is looked at now and then meanwhile."""
        self._listeners[address].append(listener)
        if source.notifies:
            stop = source.listen(partial(self._hear, address))
        else:
            stop = Polling(partial(self._look_around, address, source), self._patience, self._sleep).stop
        return partial(self._unlisten, address, listener, stop)

    async def _look_around(self, address: str, source: Source) -> None:
        """Look at all folders; who listens is told of what moved."""
        for folder in (await self.tree(address, source)).folders:
            await self.folder(Place(address, folder.number), source)

    def _unlisten(self, address: str, listener: Listener, stop: Callable[[], None]) -> None:
        stop()
        self._listeners[address].remove(listener)
        if not self._listeners[address]:
            del self._listeners[address]

    def _hear(self, address: str, id: str | None) -> None:
        """The source says that something may have changed; a folder that is not known yet is the tree's
        news."""
        known = self._trees.get(address)
        place = Place(address, known.numbers.get(id or "", TREE) if known else TREE)
        self.expire(place)
        self.tell(place)

    def _memory(self, place: Place) -> _Memory:
        if len(self._memories) > _MOST:
            self._memories.clear()
        return self._memories.setdefault(place, _Memory())

    # ---------------------------------------------------------------------------------- one folder

    async def _look(self, place: Place, source: Source, *, anyway: bool) -> int:
        memory, began = self._memory(place), self._clock()
        shelf = await self.sources.shelf(place)
        try:
            mark = await source.mark(shelf.id)
            due = began - memory.listed >= self._patience if mark is None else mark != shelf.mark
            if due or anyway:
                await self._list(place, source, shelf, mark)
        except NotFoundError:
            self.expire(Place(place.address, TREE))
            raise
        memory.looked = began
        return (await self.sources.shelf(place)).changed if due or anyway else shelf.changed

    async def _list(self, place: Place, source: Source, shelf: Shelf, mark: str | None) -> None:
        memory, began = self._memory(place), self._clock()
        listing = self._believed(memory, await source.listing(shelf.id), (mark, shelf.changed))
        found = await self.sources.compare(shelf, listing)
        if found is None:
            return
        seen = Seen(since=shelf.changed, epoch=listing.epoch, mark=mark if listing.complete else None)
        unseen = listing.complete and (listing.epoch != shelf.epoch or mark not in (None, shelf.mark))
        if (found or unseen) and await self.sources.apply(place, found, seen):
            self.tell(place)
        if listing.complete:
            memory.listed = began

    def _believed(self, memory: _Memory, listing: Listing, stand: _Stand) -> Listing:
        """An empty listing that is not stated, as an incomplete one until another agrees, where nothing else
        was heard of the folder meanwhile, nor put into it."""
        if listing.items or listing.states_empty:
            memory.doubt = None
            return listing
        if memory.doubt is None or memory.doubt[1] != stand:
            memory.doubt = self._clock(), stand
        if self._clock() - memory.doubt[0] >= _DOUBT:
            return listing
        return structs.replace(listing, complete=False)

    # ---------------------------------------------------------------------------------- the tree

    async def _look_at_tree(self, address: str, source: Source, *, anyway: bool) -> Tree:
        memory, began = self._memory(Place(address, TREE)), self._clock()
        for _ in range(_ATTEMPTS):
            tree = await self._known_tree(address)
            mark = await source.mark(None)
            if tree is not None and not anyway and not self._is_tree_due(memory, tree, mark):
                return tree
            if await self._list_tree(address, source, tree, mark):
                memory.listed = began
                if (now := await self._known_tree(address)) is not None:
                    return now
        raise BackendError("The folders are being changed by someone else.", temporary=True)

    def _is_tree_due(self, memory: _Memory, tree: Tree, mark: str | None) -> bool:
        if mark is None:
            return self._clock() - memory.listed >= self._patience
        return mark != tree.mark

    async def _list_tree(self, address: str, source: Source, tree: Tree | None, mark: str | None) -> bool:
        """List the folders; False if they were changed by us meanwhile. No account is without folders, so no
        listing without any is believed."""
        listed = await source.tree()
        if not listed:
            raise BackendError("The mail system shows no folders.", temporary=True)
        if tree is not None and tree.mark == (mark or "") and set(listed) == set(tree.listed):
            return True
        since = tree.hierarchy if tree else 0
        moved = await self.sources.note_tree(address, since, listed, mark or "")
        if moved:
            self.tell(Place(address, TREE))
        return moved is not None

    async def _known_tree(self, address: str) -> Tree | None:
        """The folders as they were noted last, read again only where they were noted anew."""
        stand, seen = await self.sources.tree_stand(address), self._trees.get(address)
        if seen is not None and (seen.tree.hierarchy, seen.tree.mark) == stand:
            return seen.tree
        tree = await self.sources.tree(address) if stand else None
        if tree is None:
            return None
        if len(self._trees) > _MOST_TREES:
            self._trees.clear()
        numbers = {one.id: folder.number for one, folder in zip(tree.listed, tree.folders, strict=True)}
        self._trees[address] = _Seen(tree, numbers)
        return tree


class ListedFeed:
    """The role `Feed` for one account."""

    def __init__(self, address: str, source: Source, looks: Looks) -> None:
        self._address = address
        self._source = source
        self._looks = looks
        self._sources = looks.sources

    async def cursor(self, folder: int) -> str:
        """Raises NotFoundError."""
        return str(await self._looks.folder(Place(self._address, folder), self._source))

    async def changes(self, folder: int, since: str, limit: int) -> ChangeSet:
        """Raises NotFoundError."""
        return await self._sources.changes(await self._seen(folder), since, limit)

    async def newest(self, folder: int, below: int | None, cutoff: date | None, limit: int) -> list[Touched]:
        """Raises NotFoundError."""
        return await self._sources.newest(await self._seen(folder), below, cutoff, limit)

    async def between(self, folder: int, old: date | None, new: date | None) -> ItemSet:
        """Raises NotFoundError."""
        return await self._sources.between(await self._seen(folder), old, new)

    async def count(self, folder: int, cutoff: date | None) -> int:
        """Raises NotFoundError."""
        return await self._sources.count(await self._seen(folder), cutoff)

    async def _seen(self, folder: int) -> Place:
        place = Place(self._address, folder)
        await self._looks.glance(place, self._source)
        return place
