"""Wipes of devices: each from the day it is asked for until the device may come again.

There are few of them at a time, so all are kept in memory: asking whether one waits for a device costs no
statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct, structs

from outrider.database import Connection, Database
from outrider.store import audit

Who: TypeAlias = tuple[str, str]
"""A user's address and a device's id."""


class Wipe(Struct, frozen=True, kw_only=True):
    """A wipe of one user's device.

    `names` are the addresses under which the user signs in; `key` is the device's final policy key (0: it
    has none). `kind` and `state` are those of `policy.wipes`. `sent` is when the directive went out last,
    `times` how often; `answered` when the device answered it last, and whether it was `authenticated` then.
    From `peer` the directive may be fetched without a password until `leave`.
    """

    address: str
    device: str
    names: tuple[str, ...]
    kind: str
    state: str
    key: int = 0
    actor: str
    requested: datetime
    sent: datetime | None = None
    times: int = 0
    answered: datetime | None = None
    authenticated: bool = False
    peer: str = ""
    leave: datetime | None = None


class Revised(Struct, frozen=True, kw_only=True):
    """What becomes of a wipe (None: there is none any more), under a word for what happened, and the line
    that the audit gets with it."""

    wipe: Wipe | None
    step: str = ""
    line: audit.Entry | None = None


Revision: TypeAlias = "Callable[[Wipe | None], Revised]"
"""Looks at a wipe as it is on record, and says what becomes of it; pure, it runs in a transaction."""

_COLUMNS: Final = tuple(field.name for field in structs.fields(Wipe))
_TIMES: Final = frozenset({"requested", "sent", "answered", "leave"})
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM wipes"
_NONE: Final[Mapping[str, Wipe]] = {}


class Wipes:
    """The table of wipes and a memory of all of them; every change goes through here."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, dict[str, Wipe]] | None = None

    async def of_device(self, device: str) -> Mapping[str, Wipe]:
        """The wipes of all devices with this id, by the addresses of their users."""
        return (await self._all()).get(device, _NONE)

    async def get(self, address: str, device: str) -> Wipe | None:
        """The wipe of a device."""
        return (await self.of_device(device)).get(address)

    async def of_user(self, address: str) -> list[Wipe]:
        """The wipes of a user's devices."""
        kept = (await self._all()).values()
        return [wipes[address] for wipes in kept if address in wipes]

    async def revise(self, who: Who, revision: Revision) -> Revised:
        """Make of a wipe what `revision` says, durably: of two at the same time the second sees what the
        first did."""
        kept = await self._all()

        def remember(revised: Revised) -> None:
            wipes = kept.setdefault(who[1], {})
            wipes.pop(who[0], None)
            if revised.wipe is not None:
                wipes[who[0]] = revised.wipe
            if not wipes:
                del kept[who[1]]

        def revise(connection: Connection) -> Revised:
            return _revise(connection, who, revision)

        return await self._database.transact_then(remember, revise)

    async def _all(self) -> dict[str, dict[str, Wipe]]:
        """All wipes by device and address; they are read once."""
        if self._known is None:
            known = await self._database.read(_select)
            self._known = known if self._known is None else self._known
        return self._known


def _select(connection: Connection) -> dict[str, dict[str, Wipe]]:
    kept: dict[str, dict[str, Wipe]] = {}
    for wipe in map(_wipe, connection.execute(_SELECT)):
        kept.setdefault(wipe.device, {})[wipe.address] = wipe
    return kept


def _revise(connection: Connection, who: Who, revision: Revision) -> Revised:
    row = connection.execute(f"{_SELECT} WHERE address = ? AND device = ?", who).fetchone()
    current = _wipe(row) if row else None
    revised = revision(current)
    if revised.wipe != current:
        connection.execute("DELETE FROM wipes WHERE address = ? AND device = ?", who)
        if revised.wipe is not None:
            values = [_stored(value) for value in structs.astuple(revised.wipe)]
            connection.execute(
                f"INSERT INTO wipes ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})", values
            )
    if revised.line is not None:
        audit.insert(connection, (revised.line,))
    return revised


def _stored(value: object) -> object:
    match value:
        case datetime():
            return int(value.timestamp())
        case tuple():
            return msgspec.json.encode(value).decode()
    return value


def _wipe(row: tuple[str | int | None, ...]) -> Wipe:
    return Wipe(**{name: _loaded(name, value) for name, value in zip(_COLUMNS, row, strict=True)})  # type: ignore[arg-type]


def _loaded(name: str, value: str | int | None) -> object:
    if name in _TIMES and isinstance(value, int):
        return datetime.fromtimestamp(value, UTC)
    if name == "names":
        return msgspec.json.decode(str(value), type=tuple[str, ...])
    return bool(value) if name == "authenticated" else value
