"""Rules for devices as administrators wrote them, in their order. All are read once and kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from outrider.database import Connection, Database
from outrider.store.audit import Entry, insert

_COLUMNS = "id, effect, conditions, author, time"


class RuleRow(Struct, frozen=True, kw_only=True):
    """A rule: what becomes of devices (allow, quarantine, block) that fit `conditions`, patterns by the name
    of what they look at. `id` 0: one is still to be given."""

    id: int = 0
    effect: str
    conditions: dict[str, str]
    author: str
    time: datetime


Order: TypeAlias = list[RuleRow]


class RuleTable:
    """The table of rules and a memory of all of them; `serial` moves with every change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Order | None = None
        self.serial = 0

    async def all(self) -> Order:
        """All rules in their order."""
        if self._known is None:
            self._known = await self._database.read(_select)
        return self._known

    async def revise(self, revision: Callable[[Order], Order], *entries: Entry) -> Order:
        """Put what `revision` makes of the rules in their place, with lines of the audit, durably; what it
        raises leaves everything as it was."""
        revised = await self._database.transact(_revise, revision, entries)
        self._known = None
        self.serial += 1
        return revised


def _select(connection: Connection) -> Order:
    return [_row(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM rules ORDER BY position")]


def _revise(connection: Connection, revision: Callable[[Order], Order], entries: tuple[Entry, ...]) -> Order:
    rows = revision(_select(connection))
    connection.execute("DELETE FROM rules")
    for position, row in enumerate(rows, 1):
        _insert(connection, position, row)
    insert(connection, entries)
    return _select(connection)


def _insert(connection: Connection, position: int, row: RuleRow) -> None:
    connection.execute(
        f"INSERT INTO rules ({_COLUMNS}, position) VALUES (?, ?, ?, ?, ?, ?)",
        (
            row.id or None,
            row.effect,
            msgspec.json.encode(row.conditions).decode(),
            row.author,
            int(row.time.timestamp()),
            position,
        ),
    )


def _row(row: tuple[int, str, str, str, int]) -> RuleRow:
    number, effect, conditions, author, time = row
    return RuleRow(
        id=number,
        effect=effect,
        conditions=msgspec.json.decode(conditions, type=dict[str, str]),
        author=author,
        time=datetime.fromtimestamp(time, UTC),
    )
