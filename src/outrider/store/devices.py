"""The devices of each user: what they are, when they came, and where they stand with their policy.

A partnership is (user, device id): two users' devices of one id know nothing of each other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias

from msgspec import Struct, structs

from outrider.database import Connection, Database
from outrider.domain.errors import NotFoundError
from outrider.store.audit import Entry, insert
from outrider.store.claims import SAID, add_claims

Value: TypeAlias = str | int | datetime | None

Revision: TypeAlias = "Callable[[Device], dict[str, Value]]"
"""Looks at a device as it is on record and says which fields become what; pure, it runs in a transaction."""

Line: TypeAlias = "Callable[[Device], Entry | None]"
"""Looks at a device as it was on record and says what the audit gets about its change, if anything."""

Condition: TypeAlias = "Callable[[Device], bool]"
"""Looks at a device as it is on record; pure, it runs in a transaction."""

TRANSIENT: Final = "validate"
"""The device id with which Android tries an account out; nothing is kept for it."""

_CACHED: Final = 20_000
_LONGEST_CLAIM: Final = 300


class Device(Struct, frozen=True, kw_only=True):
    """One device of one user.

    `version` is ten times the protocol version of its latest request (141), `peer` the address from which it
    came when it was last written down. `state` is one of allowed, blocked, quarantined, parked, wiping,
    wiped; where it is not allowed, `code` and `reason` say why. The key, fingerprint and version under
    `policy_` are those the device acknowledged last, under `offered_` those it was sent last; a key of 0 is
    none. `policy` is the name of what it was sent, `policy_answer` the status it acknowledged with.
    MS-ASPROV, Status.
    """

    address: str
    id: str
    type: str = ""
    user_agent: str = ""
    version: int = 0
    first_seen: datetime
    last_seen: datetime
    state: str = "allowed"
    reason: str = ""
    state_time: datetime | None = None  # since when; None: since it was first seen
    code: str = ""
    personal: str = ""  # what was decided about this device: allow, quarantine, block, or nothing
    question: str = ""  # marks the links of the mail in which administrators were asked last
    peer: str = ""
    parked_time: datetime | None = None
    parked_policy: str = ""  # the fingerprint of the policy that it failed to take
    # What it says of itself. MS-ASCMD, DeviceInformation.
    model: str = ""
    imei: str = ""
    friendly_name: str = ""
    os: str = ""
    os_language: str = ""
    phone_number: str = ""
    mobile_operator: str = ""
    own_user_agent: str = ""
    enable_outbound_sms: bool = False
    claims: str = ""  # what it said of itself over time, as `store.claims` writes it
    # Where it stands with its policy.
    policy: str = ""
    policy_key: int = 0
    policy_fingerprint: str = ""
    policy_version: int = 0
    policy_time: datetime | None = None
    policy_answer: int = 0
    offered_key: int = 0
    offered_fingerprint: str = ""
    offered_version: int = 0
    offered_time: datetime | None = None


class Enrolment(Struct, frozen=True, kw_only=True):
    """What becomes of a user's further device: the fields that it gets on record, and which others leave for
    it; with lines of the audit."""

    fields: dict[str, Value] = {}
    leaving: Sequence[Device] = ()
    lines: tuple[Entry, ...] = ()


Judge: TypeAlias = Callable[[list[Device]], Enrolment]
"""Looks at the devices of a user, those seen last first and without those that have a wipe, and says what
becomes of a further one; pure, it runs in a transaction."""


def always(_: Device) -> bool:
    """Every device fits."""
    return True


_COLUMNS: Final = tuple(field.name for field in structs.fields(Device))
_TIMES: Final = frozenset(
    {"first_seen", "last_seen", "policy_time", "offered_time", "parked_time", "state_time"}
)
_FLAGS: Final = frozenset({"enable_outbound_sms"})
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM devices"
_INSERT: Final = (
    f"INSERT INTO devices ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
    " ON CONFLICT DO NOTHING"
)


class Devices:
    """The table of devices, and a memory of those that came lately; every change goes through here."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[tuple[str, str], Device] = OrderedDict()

    async def get(self, address: str, device_id: str) -> Device | None:
        """The device, without touching the database if it came lately."""
        key = (address, device_id)
        device = self._known.get(key)
        if device is not None:
            self._known.move_to_end(key)
            return device
        device = await self._database.read(_select_one, address, device_id)
        return self._remember(device) if device else None

    async def add(self, device: Device) -> Device:
        """Keep a device seen for the first time; answers the one on record if another request was quicker."""
        return self._remember(await self._database.transact(_insert, device))

    async def enrol(self, device: Device, judge: Judge) -> tuple[Device, Sequence[Device]]:
        """Have `judge` say what becomes of a device besides the others of its user, durably: of two at the
        same time the second sees what the first did. Answers the device as it is on record, and those that
        left for it; `Store.enrol` removes what else is kept for them."""
        kept, left = await self._database.transact(_enrol, device, judge)
        for one in left:
            self._known.pop((one.address, one.id), None)
        return self._remember(kept), left

    async def change(self, device: Device, **fields: Value) -> Device:
        """Set these fields, durably, and answer the device as it then is; NotFoundError if it is
        forgotten."""
        return await self.revise(device, lambda _: fields)

    async def revise(self, device: Device, revision: Revision, *lines: Line) -> Device:
        """Set the fields that `revision` names for the device as it is on record, durably: of two at the same
        time the second sees what the first did. The lines of the audit are written if it names any. Answers
        the device as it then is; NotFoundError if it is forgotten."""
        changed = await self._database.transact(_revise, device, revision, lines)
        if changed is None:
            self._known.pop((device.address, device.id), None)
            raise NotFoundError("The device was forgotten.", temporary=True)
        return self._remember(changed)

    async def all(self, address: str | None = None) -> list[Device]:
        """The devices of one user, or of everyone, those seen last first."""
        return await self._database.read(_select_all, address)

    async def named(self, device_id: str, address: str | None = None) -> list[Device]:
        """The devices of one user, or of everyone, that have this id in any letter case: one for each account
        on it."""
        return await self._database.read(_select_named, device_id, address)

    async def counted(self, address: str) -> list[Device]:
        """The devices of a user as a `Judge` sees them."""
        return await self._database.read(_select_counted, address)

    async def forget(self, address: str, device_id: str, fits: Condition = always) -> bool:
        """Remove the row, if it fits; `Store.forget_device` removes all that is kept for the device."""
        removed = await self._database.transact(_delete, address, device_id, fits)
        self._known.pop((address, device_id), None)
        return removed

    def _remember(self, device: Device) -> Device:
        self._known[device.address, device.id] = device
        self._known.move_to_end((device.address, device.id))
        while len(self._known) > _CACHED:
            self._known.popitem(last=False)
        return device


def _select_one(connection: Connection, address: str, device_id: str) -> Device | None:
    row = connection.execute(f"{_SELECT} WHERE address = ? AND id = ?", (address, device_id)).fetchone()
    return _device(row) if row else None


def _select_all(connection: Connection, address: str | None) -> list[Device]:
    rows = connection.execute(
        f"{_SELECT} WHERE address = coalesce(?, address) ORDER BY last_seen DESC, address, id", (address,)
    )
    return [_device(row) for row in rows]


def _select_named(connection: Connection, device_id: str, address: str | None) -> list[Device]:
    rows = connection.execute(
        f"{_SELECT} WHERE lower(id) = lower(?) AND address = coalesce(?, address) ORDER BY address, id",
        (device_id, address),
    )
    return [_device(row) for row in rows]


def _insert(connection: Connection, device: Device) -> Device:
    device = structs.replace(device, claims=add_claims("", _said(structs.asdict(device)), device.first_seen))
    connection.execute(_INSERT, [_stored(value) for value in structs.astuple(device)])
    return _select_one(connection, device.address, device.id) or device


def _enrol(connection: Connection, device: Device, judge: Judge) -> tuple[Device, Sequence[Device]]:
    enrolment = judge(_select_counted(connection, device.address))
    for one in enrolment.leaving:
        _delete(connection, one.address, one.id, always)
    kept = _insert(connection, device)
    kept = _revise(connection, kept, lambda _: enrolment.fields, ()) or kept
    insert(connection, enrolment.lines)
    return kept, enrolment.leaving


def _select_counted(connection: Connection, address: str) -> list[Device]:
    rows = connection.execute(
        f"{_SELECT} WHERE address = ? AND id NOT IN (SELECT device FROM wipes WHERE address = ?)"
        " ORDER BY last_seen DESC, id",
        (address, address),
    )
    return [_device(row) for row in rows]


def _revise(
    connection: Connection, device: Device, revision: Revision, lines: tuple[Line, ...]
) -> Device | None:
    current = _select_one(connection, device.address, device.id)
    fields = revision(current) if current else {}
    if current is None or not fields:
        return current
    fields = _with_history(current, fields)
    unknown = fields.keys() - set(_COLUMNS)
    if unknown:
        raise TypeError(f"a device has no {', '.join(sorted(unknown))}")
    settings = ", ".join(f"{name} = ?" for name in fields)
    values = [_stored(value) for value in fields.values()]
    connection.execute(
        f"UPDATE devices SET {settings} WHERE address = ? AND id = ?", [*values, device.address, device.id]
    )
    insert(connection, tuple(entry for line in lines if (entry := line(current))))
    return _select_one(connection, device.address, device.id)


def _with_history(current: Device, fields: dict[str, Value]) -> dict[str, Value]:
    """The fields, with the history where they say something new, which begins with what was on record."""
    said = _said(fields)
    if not said:
        return fields
    known = str(fields.get("claims", current.claims))
    known = known or add_claims("", _said(structs.asdict(current)), current.first_seen)
    time = fields.get("last_seen") or fields.get("offered_time") or current.last_seen
    assert isinstance(time, datetime)
    return {**fields, "claims": add_claims(known, said, time)}


def _said(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(fields[name])[:_LONGEST_CLAIM] for name in SAID if fields.get(name)}


def _delete(connection: Connection, address: str, device_id: str, fits: Condition) -> bool:
    current = _select_one(connection, address, device_id)
    if current is not None and not fits(current):
        return False
    done = connection.execute("DELETE FROM devices WHERE address = ? AND id = ?", (address, device_id))
    return done.rowcount > 0


def _stored(value: Value) -> str | int | None:
    """Times are kept in seconds since 1970."""
    return int(value.timestamp()) if isinstance(value, datetime) else value


def _device(row: tuple[str | int | None, ...]) -> Device:
    return Device(**{name: _loaded(name, value) for name, value in zip(_COLUMNS, row, strict=True)})  # type: ignore[arg-type]


def _loaded(name: str, value: str | int | None) -> Value:
    if name in _TIMES and isinstance(value, int):
        return datetime.fromtimestamp(value, UTC)
    return bool(value) if name in _FLAGS else value
