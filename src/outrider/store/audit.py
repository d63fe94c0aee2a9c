"""The audit: who did what to whom, when, and what was there before and after. It is only added to,
and forgotten from its old end.

An act that takes several steps is on record as begun before the first of them, and its lines are written in
the transaction that takes that record away. So whatever ends a process, what it began is found at the next
start, and no line is written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from msgspec import Struct

from outrider.database import Connection, Database

DONE: Final = "done"
INTERRUPTED: Final = "interrupted"
"""An act that did not come to its end: what it had changed by then stands before and after; whether it did
something that cannot be looked at is not known."""

_COLUMNS = "time, actor, act, subject, before, after, outcome"
_ALWAYS = 1 << 60  # more seconds and more lines than there will ever be
_LAST_SIGN = chr(0x10FFFF)


class Entry(Struct, frozen=True, kw_only=True):
    """One line of the audit.

    `actor` is the administrator's name, an address, a device, or `server`; `act` a stable word such as
    `policy.set`; `subject` what it was done to, such as `policy:pin` or `device:alice@example.org/D1`;
    `before` and `after` are JSON of what differs, empty where there is nothing to tell. `outcome` is DONE or
    INTERRUPTED.
    """

    time: datetime
    actor: str
    act: str
    subject: str
    before: str = ""
    after: str = ""
    outcome: str = DONE


class Begun(Struct, frozen=True, kw_only=True):
    """An act under way; `seen` is what it found, as those who perform acts write it."""

    time: datetime
    actor: str
    act: str
    seen: str


class Search(Struct, frozen=True, kw_only=True):
    """Which lines are meant: those from `since` on and before `until`; of the rest `*` stands for any letters
    and `?` for one."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = "*"
    act: str = "*"
    subject: str = "*"


EVERYTHING = Search()


class Audit:
    """The audit's table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, entry: Entry) -> None:
        """Write a line that tells of nothing that is kept elsewhere."""
        await self._database.transact(insert, (entry,))

    async def begin(self, begun: Begun) -> int:
        """Put on record that an act begins, durably; answers the number under which it is ended."""
        return await self._database.transact(_begin, begun)

    async def end(self, number: int, *entries: Entry) -> None:
        """Write the lines of an act and take it off the record of those under way."""
        await self._database.transact(_end, number, entries)

    async def begun(self) -> list[tuple[int, Begun]]:
        """The acts under way with their numbers: at a start, those that a process left behind."""
        return await self._database.read(_select_begun)

    async def read(
        self, search: Search = EVERYTHING, *, after: int = 0, limit: int = 1000
    ) -> list[tuple[int, Entry]]:
        """Lines with their numbers in the order in which they were written, those numbered above `after`."""
        return await self._database.read(_select, search, after, limit)

    async def last(self, search: Search, limit: int) -> list[tuple[int, Entry]]:
        """The last lines with their numbers, in the order in which they were written."""
        return await self._database.read(_select_last, search, limit)

    async def about(
        self,
        subjects: Sequence[str],
        below: Sequence[str] = (),
        *,
        before: int | None = None,
        limit: int = 50,
    ) -> list[tuple[int, Entry]]:
        """Lines about these subjects, and about all whose names begin like one of `below`, letter by letter;
        those numbered below `before`, the newest first."""
        until = _ALWAYS if before is None else before
        return await self._database.read(_select_about, subjects, below, until, limit)

    async def expire(self, before: datetime) -> None:
        """Forget lines written before this moment."""
        await self._database.transact(_expire, int(before.timestamp()))


def _expire(connection: Connection, before: int) -> None:
    connection.execute("DELETE FROM audit WHERE time < ?", (before,))


def insert(connection: Connection, entries: tuple[Entry, ...]) -> None:
    """Add lines in the transaction of what they tell of."""
    connection.executemany(
        f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(int(e.time.timestamp()), e.actor, e.act, e.subject, e.before, e.after, e.outcome) for e in entries],
    )


def _begin(connection: Connection, begun: Begun) -> int:
    row = connection.execute(
        "INSERT INTO acts_begun (time, actor, act, seen) VALUES (?, ?, ?, ?) RETURNING id",
        (int(begun.time.timestamp()), begun.actor, begun.act, begun.seen),
    ).fetchone()
    return int(row[0])


def _end(connection: Connection, number: int, entries: tuple[Entry, ...]) -> None:
    connection.execute("DELETE FROM acts_begun WHERE id = ?", (number,))
    insert(connection, entries)


def _select_begun(connection: Connection) -> list[tuple[int, Begun]]:
    rows = connection.execute("SELECT id, time, actor, act, seen FROM acts_begun ORDER BY id")
    return [
        (number, Begun(time=datetime.fromtimestamp(time, UTC), actor=actor, act=act, seen=seen))
        for number, time, actor, act, seen in rows
    ]


_FOUND = (
    f"SELECT id, {_COLUMNS} FROM audit WHERE time >= ? AND time < ?"
    " AND actor GLOB ? AND act GLOB ? AND subject GLOB ?"
)


def _select(connection: Connection, search: Search, after: int, limit: int) -> list[tuple[int, Entry]]:
    rows = connection.execute(f"{_FOUND} AND id > ? ORDER BY id LIMIT ?", (*_bounds(search), after, limit))
    return [(row[0], _entry(row[1:])) for row in rows]


def _select_last(connection: Connection, search: Search, limit: int) -> list[tuple[int, Entry]]:
    rows = connection.execute(f"{_FOUND} ORDER BY id DESC LIMIT ?", (*_bounds(search), limit))
    return [(row[0], _entry(row[1:])) for row in rows][::-1]


def _select_about(
    connection: Connection, subjects: Sequence[str], below: Sequence[str], before: int, limit: int
) -> list[tuple[int, Entry]]:
    ranges = [(subject, subject) for subject in subjects] + [(one, one + _LAST_SIGN) for one in below]
    meant = " OR ".join(["subject BETWEEN ? AND ?"] * len(ranges))
    rows = connection.execute(
        f"SELECT id, {_COLUMNS} FROM audit WHERE id < ? AND ({meant}) ORDER BY id DESC LIMIT ?",
        (before, *chain.from_iterable(ranges), limit),
    )
    return [(row[0], _entry(row[1:])) for row in rows]


def _bounds(search: Search) -> tuple[int, int, str, str, str]:
    since = 0 if search.since is None else int(search.since.timestamp())
    until = _ALWAYS if search.until is None else int(search.until.timestamp())
    patterns = (one.replace("[", "[[]") for one in (search.actor, search.act, search.subject))
    return (since, until, *patterns)  # type: ignore[return-value]


def _entry(row: tuple[int, str, str, str, str, str, str]) -> Entry:
    time, actor, act, subject, before, after, outcome = row
    return Entry(
        time=datetime.fromtimestamp(time, UTC),
        actor=actor,
        act=act,
        subject=subject,
        before=before,
        after=after,
        outcome=outcome,
    )
