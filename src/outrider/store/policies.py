"""Policies that administrators made: every edition that was published, and to whom each is assigned.

Both are only added. What holds is worked out from all of them, so a change is one row, however many
devices there are. The whole is read once and kept in memory.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from outrider.database import Connection, Database

Values: TypeAlias = dict[str, bool | int | list[str] | None]
"""Settings by the specification's names."""


class EditionRow(Struct, frozen=True, kw_only=True):
    """One edition of a policy.

    `values` is None where it was removed; `author` published it at `time` for a `reason`; it goes out over
    `spread` seconds, to `share` of a hundred devices.
    """

    name: str
    version: int
    values: Values | None
    author: str
    reason: str
    time: datetime
    spread: int = 0
    share: int = 100


class AssignmentRow(Struct, frozen=True, kw_only=True):
    """That a policy holds for a `target` of a `level` (device, user, group, default); a name that is empty
    takes the assignment back. It goes out as an edition does."""

    level: str
    target: str
    name: str
    author: str
    time: datetime
    spread: int = 0


class Policies:
    """The tables of policies and a memory of all of them; every change goes through here.

    `serial` moves with every change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: tuple[list[EditionRow], list[AssignmentRow]] | None = None
        self.serial = 0

    async def all(self) -> tuple[list[EditionRow], list[AssignmentRow]]:
        """Every edition, and every assignment that may still hold for somebody, as they were made."""
        if self._known is None:
            self._known = await self._database.read(_select)
        return self._known

    async def publish(self, row: EditionRow) -> EditionRow:
        """Add an edition; its version is the next one of its name, whatever the row says."""
        published = await self._database.transact(_insert_edition, row)
        self._forget()
        return published

    async def assign(self, row: AssignmentRow) -> None:
        """Set, change or take back an assignment."""
        await self._database.transact(_insert_assignment, row)
        self._forget()

    def _forget(self) -> None:
        self._known = None
        self.serial += 1


_EDITION = "name, version, settings, author, reason, time, spread, share"
_ASSIGNMENT = "level, target, name, author, time, spread"


def _select(connection: Connection) -> tuple[list[EditionRow], list[AssignmentRow]]:
    editions = connection.execute(f"SELECT {_EDITION} FROM policies ORDER BY name, version")
    assignments = connection.execute(f"SELECT {_ASSIGNMENT} FROM assignments ORDER BY id")
    return [_edition(row) for row in editions], [_assignment(row) for row in assignments]


def _insert_edition(connection: Connection, row: EditionRow) -> EditionRow:
    [[latest]] = connection.execute(
        "SELECT coalesce(max(version), 0) FROM policies WHERE name = ?", (row.name,)
    ).fetchall()
    row = msgspec.structs.replace(row, version=latest + 1)
    settings = None if row.values is None else msgspec.json.encode(row.values).decode()
    connection.execute(
        f"INSERT INTO policies ({_EDITION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.name,
            row.version,
            settings,
            row.author,
            row.reason,
            int(row.time.timestamp()),
            row.spread,
            row.share,
        ),
    )
    return row


def _insert_assignment(connection: Connection, row: AssignmentRow) -> None:
    """Add one; of those to the same target, the ones before the last that has come to everybody are gone."""
    time = int(row.time.timestamp())
    connection.execute(
        "DELETE FROM assignments WHERE level = ? AND target = ? AND id < (SELECT max(id) FROM assignments"
        " WHERE level = ? AND target = ? AND time + spread <= ?)",
        (row.level, row.target) * 2 + (time,),
    )
    connection.execute(
        f"INSERT INTO assignments ({_ASSIGNMENT}) VALUES (?, ?, ?, ?, ?, ?)",
        (row.level, row.target, row.name, row.author, time, row.spread),
    )


def _edition(row: tuple[str, int, str | None, str, str, int, int, int]) -> EditionRow:
    name, version, settings, author, reason, time, spread, share = row
    return EditionRow(
        name=name,
        version=version,
        values=None if settings is None else msgspec.json.decode(settings, type=Values),
        author=author,
        reason=reason,
        time=datetime.fromtimestamp(time, UTC),
        spread=spread,
        share=share,
    )


def _assignment(row: tuple[str, str, str, str, int, int]) -> AssignmentRow:
    level, target, name, author, time, spread = row
    return AssignmentRow(
        level=level,
        target=target,
        name=name,
        author=author,
        time=datetime.fromtimestamp(time, UTC),
        spread=spread,
    )
