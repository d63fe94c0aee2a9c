"""What happened in a folder since a cursor, answered from indexes alone.

A cursor is the sequence of the folder's last change, as text. Each verb is a fixed number of statements that
touch only rows of the answer, however many items the folder has.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from outrider.backends.local.effects import GONE, Watch
from outrider.backends.local.tables import NEVER
from outrider.database import Connection, Database
from outrider.domain.changes import ChangeSet, ItemSet, Touched
from outrider.domain.errors import NotFoundError

# Where enough recent numbers are inside the window, they are found by walking down from the newest; else by
# the index of horizons. So many steps of the walk are tried for each item wanted.
_STEPS = 4

_FOLDER = (
    "SELECT a.id, f.changed, f.purged, f.items FROM accounts a "
    "JOIN folders f ON f.account = a.id WHERE a.address = ? AND f.number = ?"
)
TOUCHED = (
    "SELECT number, changed, horizon FROM items "
    "WHERE account = ? AND folder = ? AND changed > ? ORDER BY changed LIMIT ?"
)
REMOVED = (
    "SELECT number, sequence FROM tombstones "
    "WHERE account = ? AND folder = ? AND sequence > ? ORDER BY sequence LIMIT ?"
)
NEWEST = (
    "SELECT number, changed, horizon FROM items "
    "WHERE account = ? AND folder = ? AND number < ? ORDER BY number DESC LIMIT ?"
)
NEWEST_RECENT = f"SELECT number, changed, horizon FROM ({NEWEST}) newest WHERE horizon >= ? LIMIT ?"
# A sum is in no index: that of horizons is used, which has only what is inside the window.
RECENT = (
    "SELECT number, changed, horizon FROM items "
    "WHERE account = ? AND folder = ? AND horizon >= ? AND number + 0 < ? ORDER BY number + 0 DESC LIMIT ?"
)
BETWEEN = "SELECT number FROM items WHERE account = ? AND folder = ? AND horizon >= ? AND horizon < ?"
COUNT = "SELECT count(*) FROM items WHERE account = ? AND folder = ? AND horizon >= ?"


class LocalFeed:
    """The role `Feed` for one account."""

    def __init__(self, address: str, database: Database, watch: Watch) -> None:
        self._address = address
        self._database = database
        self._watch = watch

    async def cursor(self, folder: int) -> str:
        """Answered from memory once it was asked for. Raises NotFoundError."""
        known = self._watch.stand(self._address, folder)
        if known is None:
            known = await self._database.read(_stand, self._address, folder)
            self._watch.learn(self._address, folder, known)
        if known == GONE:
            raise NotFoundError("There is no such folder.")
        return str(known)

    async def changes(self, folder: int, since: str, limit: int) -> ChangeSet:
        """Raises NotFoundError."""
        return await self._database.read(_changes, (self._address, folder), since, limit)

    async def newest(self, folder: int, below: int | None, cutoff: date | None, limit: int) -> list[Touched]:
        """Raises NotFoundError."""
        top = NEVER << 20 if below is None else below
        return await self._database.read(_newest, (self._address, folder), (top, _day(cutoff)), limit)

    async def between(self, folder: int, old: date | None, new: date | None) -> ItemSet:
        """Raises NotFoundError."""
        return await self._database.read(_between, (self._address, folder), sorted((_day(old), _day(new))))

    async def count(self, folder: int, cutoff: date | None) -> int:
        """Raises NotFoundError."""
        return await self._database.read(_count, (self._address, folder), _day(cutoff))


def _day(cutoff: date | None) -> int:
    return 0 if cutoff is None else cutoff.toordinal()


@lru_cache(4096)
def horizon(day: int) -> date | None:
    """A stored horizon as a date."""
    return None if day >= NEVER else date.fromordinal(day)


def _locate(connection: Connection, address: str, folder: int) -> tuple[int, int, int, int]:
    row: tuple[int, int, int, int] | None = connection.execute(_FOLDER, (address, folder)).fetchone()
    if row is None:
        raise NotFoundError("There is no such folder.")
    return row


def _stand(connection: Connection, address: str, folder: int) -> int:
    return _locate(connection, address, folder)[1]


def _changes(connection: Connection, where: tuple[str, int], since: str, limit: int) -> ChangeSet:
    account, changed, purged, _ = _locate(connection, *where)
    start = int(since) if since.isdecimal() else -1
    if not purged <= start <= changed:
        return ChangeSet(cursor=str(changed), restart=True)
    parameters = (account, where[1], start, limit + 1)
    touched = connection.execute(TOUCHED, parameters).fetchall()
    removed = connection.execute(REMOVED, parameters).fetchall()
    if len(touched) + len(removed) > limit:
        sequences = sorted([row[1] for row in touched] + [row[1] for row in removed])
        last = sequences[limit - 1]
        touched = [row for row in touched if row[1] <= last]
        removed = [row for row in removed if row[1] <= last]
        return _report(touched, removed, last, more=True)
    return _report(touched, removed, changed, more=False)


def _report(
    touched: list[tuple[int, int, int]], removed: list[tuple[int, int]], cursor: int, *, more: bool
) -> ChangeSet:
    return ChangeSet(
        touched=tuple(map(_touched, touched)),
        gone=ItemSet(number for number, _ in removed),
        cursor=str(cursor),
        more=more,
    )


def _newest(
    connection: Connection, where: tuple[str, int], window: tuple[int, int], limit: int
) -> list[Touched]:
    account = _locate(connection, *where)[0]
    below, day = window
    if not day:
        rows = connection.execute(NEWEST, (account, where[1], below, limit)).fetchall()
        return list(map(_touched, rows))
    walked = (account, where[1], below, limit * _STEPS, day, limit)
    rows = connection.execute(NEWEST_RECENT, walked).fetchall()
    if len(rows) < limit:
        rows = connection.execute(RECENT, (account, where[1], day, below, limit)).fetchall()
    return list(map(_touched, rows))


def _between(connection: Connection, where: tuple[str, int], days: list[int]) -> ItemSet:
    account = _locate(connection, *where)[0]
    return ItemSet(row[0] for row in connection.execute(BETWEEN, (account, where[1], *days)))


def _count(connection: Connection, where: tuple[str, int], day: int) -> int:
    account, _, _, items = _locate(connection, *where)
    if not day:
        return items
    return int(connection.execute(COUNT, (account, where[1], day)).fetchone()[0])


def _touched(row: tuple[int, int, int]) -> Touched:
    return Touched(row[0], str(row[1]), horizon(row[2]))
