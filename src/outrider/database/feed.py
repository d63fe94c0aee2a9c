"""What happened in a folder since a cursor, answered from the indexes of two tables alone.

One table has the items (account, folder, number, changed, horizon), one the tombstones (account, folder,
sequence, number, day). A cursor is the sequence of the folder's last change, as text. Each question is a
fixed number of statements that touch only rows of the answer, however many items the folder has.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from msgspec import Struct

from outrider.database.connections import Connection
from outrider.domain.changes import ChangeSet, ItemSet, Touched

NEVER = 4_000_000  # a horizon past every date there is

# Where enough recent numbers are inside the window, they are found by walking down from the newest; else by
# the index of horizons. So many steps of the walk are tried for each item wanted.
_STEPS = 4


class Stand(Struct, frozen=True):
    """A folder as its row has it: whose, which, the sequence of its last change, the one up to which
    tombstones are no longer kept, how many items."""

    account: int
    folder: int
    changed: int
    purged: int
    items: int


class FeedTables:
    """The questions, for the two tables of these names."""

    def __init__(self, items: str, tombstones: str) -> None:
        rows = f"SELECT number, changed, horizon FROM {items} WHERE account = ? AND folder = ?"
        self.touched = f"{rows} AND changed > ? ORDER BY changed LIMIT ?"
        self.removed = (
            f"SELECT number, sequence FROM {tombstones} "
            "WHERE account = ? AND folder = ? AND sequence > ? ORDER BY sequence LIMIT ?"
        )
        self.highest = f"{rows} AND number < ? ORDER BY number DESC LIMIT ?"
        self.highest_recent = (
            f"SELECT number, changed, horizon FROM ({self.highest}) newest WHERE horizon >= ? LIMIT ?"
        )
        # A sum is in no index: that of horizons is used, which has only what is inside the window.
        self.recent = f"{rows} AND horizon >= ? AND number + 0 < ? ORDER BY number + 0 DESC LIMIT ?"
        self.crossing = (
            f"SELECT number FROM {items} WHERE account = ? AND folder = ? AND horizon >= ? AND horizon < ?"
        )
        self.inside = f"SELECT count(*) FROM {items} WHERE account = ? AND folder = ? AND horizon >= ?"
        self._tombstones = tombstones

    def changes(self, connection: Connection, stand: Stand, since: str, limit: int) -> ChangeSet:
        """What was touched or removed after a cursor."""
        start = int(since) if since.isdecimal() else -1
        if not stand.purged <= start <= stand.changed:
            return ChangeSet(cursor=str(stand.changed), restart=True)
        parameters = (stand.account, stand.folder, start, limit + 1)
        touched = connection.execute(self.touched, parameters).fetchall()
        removed = connection.execute(self.removed, parameters).fetchall()
        if len(touched) + len(removed) > limit:
            sequences = sorted([row[1] for row in touched] + [row[1] for row in removed])
            last = sequences[limit - 1]
            touched = [row for row in touched if row[1] <= last]
            removed = [row for row in removed if row[1] <= last]
            return _report(touched, removed, last, more=True)
        return _report(touched, removed, stand.changed, more=False)

    def newest(
        self, connection: Connection, stand: Stand, window: tuple[int | None, date | None], limit: int
    ) -> list[Touched]:
        """The highest numbers; `window` is the number to stay below and the cut-off."""
        below = NEVER << 20 if window[0] is None else window[0]
        where, day = (stand.account, stand.folder), _day(window[1])
        if not day:
            rows = connection.execute(self.highest, (*where, below, limit)).fetchall()
            return list(map(_touched, rows))
        walked = (*where, below, limit * _STEPS, day, limit)
        rows = connection.execute(self.highest_recent, walked).fetchall()
        if len(rows) < limit:
            rows = connection.execute(self.recent, (*where, day, below, limit)).fetchall()
        return list(map(_touched, rows))

    def between(self, connection: Connection, stand: Stand, old: date | None, new: date | None) -> ItemSet:
        """What lies between two cut-offs."""
        days = sorted((_day(old), _day(new)))
        found = connection.execute(self.crossing, (stand.account, stand.folder, *days))
        return ItemSet(row[0] for row in found)

    def count(self, connection: Connection, stand: Stand, cutoff: date | None) -> int:
        """How many items are inside a cut-off."""
        day = _day(cutoff)
        if not day:
            return stand.items
        return int(connection.execute(self.inside, (stand.account, stand.folder, day)).fetchone()[0])

    def purge(
        self, connection: Connection, where: tuple[int, int], before: int, cursors: Iterable[str]
    ) -> int | None:
        """Drop a folder's tombstones of days before this one, as far as nobody asks from a cursor before
        them; answers the last sequence dropped, None if there was none."""
        waiting = [int(cursor) for cursor in cursors if cursor.isdecimal()]
        which = "account = ? AND folder = ? AND day < ?" + (" AND sequence <= ?" if waiting else "")
        parameters = [*where, before, *([min(waiting)] if waiting else [])]
        last: int | None = connection.execute(
            f"SELECT max(sequence) FROM {self._tombstones} WHERE {which}", parameters
        ).fetchone()[0]
        if last is not None:
            connection.execute(f"DELETE FROM {self._tombstones} WHERE {which}", parameters)
        return last


def _day(cutoff: date | None) -> int:
    return 0 if cutoff is None else cutoff.toordinal()


@lru_cache(4096)
def horizon(day: int) -> date | None:
    """A stored horizon as a date."""
    return None if day >= NEVER else date.fromordinal(day)


def _report(
    touched: list[tuple[int, int, int]], removed: list[tuple[int, int]], cursor: int, *, more: bool
) -> ChangeSet:
    return ChangeSet(
        touched=tuple(map(_touched, touched)),
        gone=ItemSet(number for number, _ in removed),
        cursor=str(cursor),
        more=more,
    )


def _touched(row: tuple[int, int, int]) -> Touched:
    return Touched(row[0], str(row[1]), horizon(row[2]))
