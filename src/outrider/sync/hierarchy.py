"""The folder tree as a collection of its own, under the same key table as the folders.

What a device has of the tree is small: the fingerprint of each folder it was told of. A command on the tree
is an answer like any other, so a command repeated after a lost answer gives the same result. MS-ASCMD,
FolderSync.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import msgspec
from msgspec import Struct, structs

from outrider.domain.errors import BackendError
from outrider.domain.items import Folder
from outrider.domain.roles import Account, Token, Tx
from outrider.store.store import Store
from outrider.store.views import Record, ViewKey
from outrider.sync import keys
from outrider.sync.keys import Action
from outrider.sync.once import once, token_of

COLLECTION = "folders"
ATTEMPTS = 5


class TreeAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer about the tree: what it adds to what the device has, and what it takes away."""

    serial: int
    digest: bytes = b""
    put: dict[int, bytes] = {}
    taken: tuple[int, ...] = ()
    made: int | None = None


class TreeLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One generation of what a device has of the tree: folder number -> fingerprint."""

    generation: int
    serial: int = 0
    last: int = 0
    known: dict[int, bytes] = {}
    answers: tuple[TreeAnswer, ...] = ()


class TreeView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All there is of one device and the tree."""

    current: TreeLine | None = None
    newborn: TreeLine | None = None


class TreeOutcome(Struct, frozen=True, kw_only=True):
    """What the device is told of the tree; parents stand before children. `made` is the folder a command
    made."""

    key: str = ""
    stale: bool = False
    added: tuple[Folder, ...] = ()
    changed: tuple[Folder, ...] = ()
    removed: tuple[int, ...] = ()
    made: int | None = None


_decoder = msgspec.msgpack.Decoder(TreeView)
_encode = msgspec.msgpack.Encoder().encode


def fingerprint(folder: Folder) -> bytes:
    """Equal only for folders that look alike to a device."""
    looks = _encode((folder.parent, folder.name, folder.holds, folder.use))
    return hashlib.blake2b(looks, digest_size=8).digest()


class Hierarchy:
    """The folder tree as one device sees it; `shown` are the folders of its protocol version."""

    def __init__(self, store: Store, account: Account, device: str, now: datetime) -> None:
        self._store = store
        self._account = account
        self._key = ViewKey(account.identity.address, device, COLLECTION)
        self._now = now

    async def sync(self, key: str, shown: Callable[[Folder], bool]) -> TreeOutcome:
        """Answer a FolderSync."""
        for _ in range(ATTEMPTS):
            folders = [folder for folder in await self._account.folders.list() if shown(folder)]
            record, view = await self._load()
            start = self._start(view, key)
            if start is None:
                return TreeOutcome(stale=True)
            outcome, after = _compare(*start, folders)
            if view == after or await self._save(record, after):
                return outcome
        raise BackendError("Another request of this device is being answered.", temporary=True)

    async def act(
        self, key: str, content: object, do: Callable[[Token, Tx | None], Awaitable[Folder | int]]
    ) -> TreeOutcome:
        """Change the tree for the device: `do` answers the folder it made or changed, or the number of the
        one it removed. `content` stands for exactly what the device sent. Raises what `do` raises; the key
        stays good then."""
        digest = token_of(self._key.account, self._key.device, key, content)
        for _ in range(ATTEMPTS):
            record, view = await self._load()
            presented = keys.recognise(view.current, view.newborn, key, digest)
            if presented.action in (Action.REFUSE, Action.START):
                return TreeOutcome(stale=True)
            if presented.action is Action.REPEAT and view.current and presented.answer is not None:
                return _told(view.current, view.current.answers[presented.answer])
            line = self._line(view, key, digest)
            answer = await self._changed(digest, line.last + 1, do)
            after = structs.replace(
                line, last=answer.serial, answers=(*line.answers, answer)[-keys.MOST_ANSWERS :]
            )
            if await self._save(record, TreeView(current=after, newborn=_other(view, after))):
                return _told(after, answer)
        raise BackendError("Another request of this device is being answered.", temporary=True)

    async def pending(self, shown: Callable[[Folder], bool]) -> bool:
        """Say whether a FolderSync would have something to say."""
        _, view = await self._load()
        line = view.current or view.newborn  # a start that may never be taken up says nothing
        if line is None:
            return True
        newest = _folded(line, line.answers[-1]).known if line.answers else line.known
        folders = [folder for folder in await self._account.folders.list() if shown(folder)]
        return newest != {folder.number: fingerprint(folder) for folder in folders}

    async def _changed(
        self, digest: bytes, serial: int, do: Callable[[Token, Tx | None], Awaitable[Folder | int]]
    ) -> TreeAnswer:
        async def act(tx: Tx | None) -> bytes:
            done = await do(digest, tx)
            return _encode((done.number, fingerprint(done)) if isinstance(done, Folder) else (done, None))

        result = await once(self._store, self._account, digest, act, today=self._now.date())
        number, look = msgspec.msgpack.decode(result, type=tuple[int, bytes | None])
        put = {} if look is None else {number: look}
        taken = (number,) if look is None else ()
        return TreeAnswer(serial=serial, digest=digest, put=put, taken=taken, made=number)

    def _start(self, view: TreeView, key: str) -> tuple[TreeView, TreeLine] | None:
        """The view in which the key is confirmed, and the line of the key; None when it is not ours."""
        presented = keys.recognise(view.current, view.newborn, key, b"")
        if presented.action is Action.START:
            newborn = self._newborn(view)
            return TreeView(current=view.current, newborn=newborn), newborn
        if presented.action is Action.REFUSE:
            return None
        line = self._line(view, key, b"")
        return TreeView(current=line, newborn=_other(view, line)), line

    def _newborn(self, view: TreeView) -> TreeLine:
        """The line of a device that starts over. One that it has not begun yet serves again: where a request
        came twice, either answer is good."""
        if view.newborn is not None:
            return view.newborn
        former = view.current.generation if view.current is not None else 0
        return TreeLine(generation=max(former + 1, int(self._now.timestamp() * 1000)))

    def _line(self, view: TreeView, key: str, digest: bytes) -> TreeLine:
        """The line of the key, with the answer folded in that the key confirms."""
        presented = keys.recognise(view.current, view.newborn, key, digest)
        line = view.current
        if presented.action is Action.BEGIN:
            line = view.newborn
            presented = keys.recognise(line, None, key, digest)
        assert line is not None
        if presented.action is Action.CONFIRM and presented.answer is not None:
            return _folded(line, line.answers[presented.answer])
        return line

    async def _load(self) -> tuple[Record, TreeView]:
        loaded = await self._store.views.load(self._key.account, self._key.device, [COLLECTION])
        record = loaded[COLLECTION]
        return record, _decoder.decode(record.data) if record.data else TreeView()

    async def _save(self, record: Record, view: TreeView) -> bool:
        return await self._store.views.save(self._key, record.revision, _encode(view))


def _compare(view: TreeView, line: TreeLine, folders: Iterable[Folder]) -> tuple[TreeOutcome, TreeView]:
    """What the tree has that the device has not, and the view once it was told. A newborn line is told
    everything; a line with nothing to be told keeps its key."""
    now = {folder.number: fingerprint(folder) for folder in folders}
    given = line.answers if line.serial else ()  # who starts over has nothing that could be gone
    maybe = {number for answer in given for number in answer.put} - line.known.keys()
    added = [folder for folder in folders if folder.number not in line.known]
    changed = [f for f in folders if f.number in line.known and line.known[f.number] != now[f.number]]
    removed = tuple(sorted((line.known.keys() | maybe) - now.keys()))
    if not (added or changed or removed) and line.serial:
        return TreeOutcome(key=keys.write_key(line.generation, line.serial)), view
    answer = TreeAnswer(
        serial=line.last + 1,
        put={folder.number: now[folder.number] for folder in (*added, *changed)},
        taken=removed,
    )
    after = structs.replace(line, last=answer.serial, answers=(*line.answers, answer)[-keys.MOST_ANSWERS :])
    outcome = TreeOutcome(
        key=keys.write_key(line.generation, answer.serial),
        added=tuple(_parents_first(added)),
        changed=tuple(_parents_first(changed)),
        removed=removed,
    )
    if line is view.newborn:
        return outcome, structs.replace(view, newborn=after)
    return outcome, structs.replace(view, current=after)


def _parents_first(folders: list[Folder]) -> list[Folder]:
    """The same folders, none before its parent."""
    numbers = {folder.number: folder for folder in folders}
    ordered: dict[int, Folder] = {}

    def place(folder: Folder) -> None:
        parent = numbers.get(folder.parent)
        if parent is not None and parent.number not in ordered:
            place(parent)
        ordered.setdefault(folder.number, folder)

    for folder in folders:
        place(folder)
    return list(ordered.values())


def _folded(line: TreeLine, answer: TreeAnswer) -> TreeLine:
    known = {**line.known, **answer.put}
    for number in answer.taken:
        known.pop(number, None)
    return structs.replace(line, serial=answer.serial, known=known, answers=())


def _told(line: TreeLine, answer: TreeAnswer) -> TreeOutcome:
    return TreeOutcome(key=keys.write_key(line.generation, answer.serial), made=answer.made)


def _other(view: TreeView, line: TreeLine) -> TreeLine | None:
    """The newborn line that stays beside this one."""
    newborn = view.newborn
    return None if newborn is None or newborn.generation == line.generation else newborn
