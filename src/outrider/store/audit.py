"""The audit: who did what to whom, when, and what was there before and after. It is only added to,
and forgotten from its old end."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from outrider.database import Connection, Database

_COLUMNS = "time, actor, act, subject, before, after"


class Entry(Struct, frozen=True, kw_only=True):
    """One line of the audit.

    `actor` is the administrator's name, an address, a device, or `server`; `act` a stable word such as
    `policy.set`; `subject` what it was done to, such as `policy:pin` or `device:alice@example.org/D1`.
    """

    time: datetime
    actor: str
    act: str
    subject: str
    before: str = ""
    after: str = ""


class Audit:
    """The audit's table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, *entries: Entry) -> None:
        """Add lines, durably."""
        await self._database.transact(insert, entries)

    async def read(
        self, *, since: datetime | None = None, subject: str | None = None, after: int = 0, limit: int = 1000
    ) -> list[tuple[int, Entry]]:
        """Lines with their numbers in the order in which they were written, those numbered above `after`."""
        time = 0 if since is None else int(since.timestamp())
        return await self._database.read(_select, time, subject, (after, limit))

    async def expire(self, before: datetime) -> None:
        """Forget lines written before this moment."""
        await self._database.transact(_expire, int(before.timestamp()))


def _expire(connection: Connection, before: int) -> None:
    connection.execute("DELETE FROM audit WHERE time < ?", (before,))


def insert(connection: Connection, entries: tuple[Entry, ...]) -> None:
    """Add lines in the transaction of what they tell of."""
    connection.executemany(
        f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        [(int(e.time.timestamp()), e.actor, e.act, e.subject, e.before, e.after) for e in entries],
    )


def _select(
    connection: Connection, since: int, subject: str | None, page: tuple[int, int]
) -> list[tuple[int, Entry]]:
    rows = connection.execute(
        f"SELECT id, {_COLUMNS} FROM audit WHERE id > ? AND time >= ? AND subject = coalesce(?, subject)"
        " ORDER BY id LIMIT ?",
        (page[0], since, subject, page[1]),
    )
    return [(row[0], _entry(row[1:])) for row in rows]


def _entry(row: tuple[int, str, str, str, str, str]) -> Entry:
    time, actor, act, subject, before, after = row
    return Entry(
        time=datetime.fromtimestamp(time, UTC),
        actor=actor,
        act=act,
        subject=subject,
        before=before,
        after=after,
    )
