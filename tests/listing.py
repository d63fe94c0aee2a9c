"""A mail system that can only list: the accounts in memory, behind ids, marks and epochs of its own.

Its folders have their paths for ids, its items ids that hold for one epoch. It does an act again that is
asked for again: only `recall` tells what became of one.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from outrider.backends.memory.account import MemoryAccount
from outrider.domain.errors import BackendError, ChangedError, NotFoundError, RenumberedError
from outrider.domain.items import Edit, Folder, Item, ItemClass, MailItem, NewItem, Wish, pack
from outrider.domain.roles import Content, Token
from outrider.domain.sources import Listed, ListedFolder, Listing
from outrider.formats.documents import KINDS

ALL = 1 << 30
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


class ListingMemory:
    """The role `Source` over an account in memory. What it does is counted in `asked`.

    `marks` says whether it has cheap marks, `states` whether it says outright that a folder is empty. `half`
    cuts the next listing short; while `empty` every other listing of a folder has nothing.
    """

    def __init__(
        self, account: MemoryAccount, *, marks: bool = True, states: bool = True, notifies: bool = False
    ) -> None:
        self.account = account
        self.marks = marks
        self.states = states
        self.notifies = notifies
        self.half = self.empty = False
        self.asked: Counter[str] = Counter()
        self._epochs: Counter[int] = Counter()
        self._known: dict[int, str] = {}
        self._fooled: set[int] = set()
        self._acts: dict[Token, tuple[int, int]] = {}

    async def renumber(self, folder: int) -> None:
        """Give all items of a folder other ids."""
        self._epochs[folder] += 1

    # ---------------------------------------------------------------------------------- listing

    async def tree(self) -> tuple[ListedFolder, ...]:
        self.asked["tree"] += 1
        paths = await self.paths()
        return tuple(_listed_folder(folder, paths) for folder in await self.account.folders.list())

    async def mark(self, folder: str | None) -> str | None:
        self.asked["mark"] += 1
        if not self.marks:
            return None
        if folder is None:
            return await self.account.folders.cursor()
        number = await self._number(folder)
        return f"{self._epochs[number]}.{await self.account.feed.cursor(number)}"

    async def listing(self, folder: str) -> Listing:
        self.asked["listing"] += 1
        number = await self._number(folder)
        there = [one.number for one in reversed(await self.account.feed.newest(number, None, None, ALL))]
        half, self.half = self.half, False
        empty = self.empty and number not in self._fooled
        self._fooled = self._fooled | {number} if empty else self._fooled - {number}
        kept = [] if empty else there[len(there) // 2 :] if half else there
        return Listing(
            items=tuple([await self._listed(number, one) for one in kept]),
            epoch=f"e{self._epochs[number]}",
            complete=not half,
            states_empty=self.states and not there,
        )

    def listen(self, heard: Callable[[str | None], None]) -> Callable[[], None]:
        return self.account.listen(partial(self._hear, heard))

    def _hear(self, heard: Callable[[str | None], None], number: int | None) -> None:
        heard(self._known.get(number or 0))

    # ---------------------------------------------------------------------------------- items

    async def read(self, folder: str, ids: Sequence[str], wish: Wish) -> list[Item | BackendError]:
        number = await self._number(folder)
        return await self.account.items.read(number, [self._item(number, id) for id in ids], wish)

    async def open(self, folder: str, id: str, section: str) -> Content:
        number = await self._number(folder)
        return await self.account.items.open(number, self._item(number, id), section)

    async def find(self, folder: str, uid: str) -> str | None:
        number = await self._number(folder)
        found = await self.account.items.find(number, uid)
        return None if found is None else (await self._listed(number, found)).id

    async def create(self, folder: str, item: NewItem, token: Token) -> Listed:
        number = await self._number(folder)
        written = await self.account.items.create(number, item, self._another(token))
        return await self._done(number, written.number, token)

    async def change(self, folder: str, id: str, edit: Edit, *, token: Token, expected: str | None) -> Listed:
        number = await self._number(folder)
        item = self._item(number, id)
        if expected is not None and (await self._listed(number, item)).version != expected:
            raise ChangedError("The item was changed elsewhere.")
        await self.account.items.change(number, item, edit, token=self._another(token))
        return await self._done(number, item, token)

    async def move(self, folder: str, id: str, to: str, token: Token) -> Listed:
        number, target = await self._number(folder), await self._number(to)
        item = self._item(number, id)
        written = await self.account.items.move(number, item, target, token=self._another(token))
        return await self._done(target, written.number, token)

    async def remove(self, folder: str, ids: Sequence[str]) -> None:
        number = await self._number(folder)
        there = {one.number for one in await self.account.feed.newest(number, None, None, ALL)}
        for item in [self._item(number, id) for id in ids]:
            if item in there:
                await self.account.items.delete(number, item)

    async def recall(self, folder: str, token: Token) -> Listed | None:
        self.asked["recall"] += 1
        number, item = self._acts.get(token, (0, 0))
        if number != await self._number(folder):
            return None
        try:
            return await self._listed(number, item)
        except NotFoundError:
            return None

    # ---------------------------------------------------------------------------------- folders

    async def create_folder(self, name: str, parent: str | None, holds: ItemClass) -> ListedFolder:
        above = await self._number(parent) if parent is not None else 0
        made = await self.account.folders.create(name, above, holds, self._another(b"folder"))
        return _listed_folder(made, await self.paths())

    async def update_folder(self, folder: str, name: str, parent: str | None) -> Mapping[str, str]:
        above = await self._number(parent) if parent is not None else 0
        before = await self.paths()
        await self.account.folders.update(await self._number(folder), name, above)
        after = await self.paths()
        return {path: after[number] for number, path in before.items() if after[number] != path}

    async def remove_folder(self, folder: str) -> None:
        await self.account.folders.delete(await self._number(folder))

    # ---------------------------------------------------------------------------------- ids

    async def paths(self) -> dict[int, str]:
        """The id of each folder by the account's number."""
        self._known = _paths_of(await self.account.folders.list())
        return self._known

    async def _number(self, path: str) -> int:
        for number, one in (await self.paths()).items():
            if one == path:
                return number
        raise NotFoundError("There is no such folder.")

    def number_of(self, id: str) -> int:
        """The account's number of the item with this id."""
        epoch, _, number = id.removeprefix("e").partition(".")
        return int(number) - int(epoch)

    def _item(self, folder: int, id: str) -> int:
        if not id.startswith(f"e{self._epochs[folder]}."):
            raise RenumberedError
        return self.number_of(id)

    def _another(self, token: Token) -> Token:
        self.asked["acts"] += 1
        return token + b"%d" % self.asked["acts"]

    async def _done(self, folder: int, number: int, token: Token) -> Listed:
        self._acts[token] = folder, number
        return await self._listed(folder, number)

    async def _listed(self, folder: int, number: int) -> Listed:
        [item] = await self.account.items.read(folder, [number], Wish())
        if isinstance(item, BackendError):
            raise item
        [touched] = await self.account.feed.newest(folder, number + 1, None, 1)
        epoch = self._epochs[folder]
        id = f"e{epoch}.{number + epoch}"
        if isinstance(item, MailItem):
            return Listed(
                id=id,
                version=_digest((item.marks, item.message)),
                received=item.received,
                horizon=touched.horizon,
                fingerprint=_digest((item.message.message_id, item.received)),
            )
        document = b"".join((await self.account.items.open(folder, number, "")).blob.chunks())
        named = re.search(rb"(?m)^UID:(.*)$", document)
        [kind] = [KINDS[one.holds] for one in await self.account.folders.list() if one.number == folder]
        return Listed(
            id=id,
            version=_digest(document),
            received=_NO_DATE,
            horizon=kind.horizon(kind.read(document)),
            fingerprint=named[1].decode() if named else "",
        )


def _paths_of(folders: Sequence[Folder]) -> dict[int, str]:
    named = {folder.number: folder for folder in folders}

    def path(folder: Folder) -> str:
        above = named.get(folder.parent)
        return f"{path(above)}/{folder.name}" if above else folder.name

    return {number: path(folder) for number, folder in named.items()}


def _listed_folder(folder: Folder, paths: Mapping[int, str]) -> ListedFolder:
    return ListedFolder(
        id=paths[folder.number],
        parent=paths.get(folder.parent),
        name=folder.name,
        holds=folder.holds,
        use=folder.use,
        fingerprint=str(folder.number),
    )


def _digest(value: object) -> str:
    return hashlib.blake2b(pack(value), digest_size=8).hexdigest()
