"""What a write did, told to those who care once it is durable.

Functions of the writer thread note in `Effects` where each folder now stands. After the commit, on the event
loop, `Effects` are told: first the cursors are remembered, then the listeners called, so that whoever is
woken and looks finds the new cursor. While one process owns the database, a cursor that is remembered is the
cursor: asking where a folder stands costs no database, and neither does the folder tree while its cursor is
the one it was read at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar, cast

from msgspec import Struct

from outrider.database import BlobStore, Connection, Database, Transaction
from outrider.domain.items import Folder
from outrider.domain.roles import Listener, Tx

T = TypeVar("T")
P = ParamSpec("P")

Tree: TypeAlias = tuple[Folder, ...]

TREE = 0  # stands for the folder tree where a folder's number is expected
GONE = 1 << 62  # the sequence of a folder that was removed: past all others
_MOST_ADDRESSES = 100_000
_MOST_TREES = 1_000


class Burst(Struct, frozen=True, kw_only=True):
    """A device removed much of a folder at once: `removed` of `items` so far; `path` names the folder."""

    id: int
    user: str
    device: str
    path: tuple[str, ...]
    removed: int
    items: int


class Reading(Struct, frozen=True):
    """A user who tells senders so has read a mail for the first time: whose account, and the content."""

    account: str
    content: int


Report: TypeAlias = Callable[[Burst], None]
Readings: TypeAlias = Callable[[Reading], None]


class Effects:
    """Where folders stand after a write, which blobs it no longer needs, what was found to be a burst, and
    what was read."""

    __slots__ = ("bursts", "freed", "readings", "stands")

    def __init__(self) -> None:
        self.stands: dict[tuple[str, int], int] = {}
        self.freed: list[str] = []
        self.bursts: list[Burst] = []
        self.readings: list[Reading] = []


def pass_over(_: Burst | Reading) -> None:
    """For those who need not hear of it."""


class Watch:
    """The cursors of all accounts as far as they are known, and who listens to their changes."""

    def __init__(self) -> None:
        self._stands: dict[str, dict[int, int]] = {}
        self._trees: dict[str, tuple[int, Tree]] = {}
        self._alike: dict[Tree, Tree] = {}
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)

    def stand(self, address: str, folder: int) -> int | None:
        """The sequence of the folder's last change, GONE if it was removed, None if not known."""
        return self._stands.get(address, {}).get(folder)

    def learn(self, address: str, folder: int, sequence: int) -> None:
        """Remember where a folder stands, unless a later stand is known."""
        if len(self._stands) > _MOST_ADDRESSES:
            self._stands.clear()
            self._trees.clear()
        known = self._stands.setdefault(address, {})
        known[folder] = max(sequence, known.get(folder, 0))

    def tree(self, address: str) -> Tree | None:
        """The account's folders, None if they are not known as they are now."""
        sequence, folders = self._trees.get(address, (None, None))
        return folders if sequence == self.stand(address, TREE) else None

    def learn_tree(self, address: str, sequence: int, folders: Tree) -> None:
        """Remember the folders as they were at this sequence of the tree."""
        self.learn(address, TREE, sequence)
        # Most accounts have the same folders, and share them here.
        if len(self._alike) > _MOST_TREES:
            self._alike.clear()
        self._trees[address] = (sequence, self._alike.setdefault(folders, folders))

    def forget(self, address: str) -> None:
        """Drop what is known of an account that was removed."""
        self._stands.pop(address, None)
        self._trees.pop(address, None)

    def listen(self, address: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every durable change, until the returned function is called."""
        self._listeners[address].append(listener)
        return partial(self._unlisten, address, listener)

    def tell(self, effects: Effects) -> None:
        """Spread the effects of a durable write."""
        for (address, folder), sequence in effects.stands.items():
            self.learn(address, folder, sequence)
        for (address, folder), sequence in effects.stands.items():
            if sequence != GONE:
                for listener in tuple(self._listeners.get(address, ())):
                    listener(None if folder == TREE else folder)

    def _unlisten(self, address: str, listener: Listener) -> None:
        if listener in self._listeners[address]:
            self._listeners[address].remove(listener)
        if not self._listeners[address]:
            del self._listeners[address]


class Writing:
    """Runs writes, in the caller's transaction or their own, and tells their effects."""

    def __init__(
        self, database: Database, blobs: BlobStore, watch: Watch, report: Report = pass_over
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._watch = watch
        self._report = report
        self._heard: Readings = pass_over

    def when_read(self, heard: Readings) -> None:
        """Have `heard` called for every mail that was read, by users who tell senders so."""
        self._heard = heard

    async def run(
        self,
        tx: Tx | None,
        work: Callable[Concatenate[Connection, Effects, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work(connection, effects, ...)` on the writer thread; without `tx` it is durable on return."""
        effects = Effects()

        def bound(connection: Connection) -> T:
            return work(connection, effects, *args, **kwargs)

        if tx is None:
            return await self._database.transact_then(lambda _: self._tell(effects), bound)
        transaction = cast(Transaction, tx)
        transaction.after(partial(self._tell, effects))
        return await transaction.run(bound)

    def _tell(self, effects: Effects) -> None:
        self._watch.tell(effects)
        self._blobs.discard(effects.freed)
        for burst in effects.bursts:
            self._report(burst)
        for reading in effects.readings:
            self._heard(reading)
