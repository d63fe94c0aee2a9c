"""Who is let in, asked at every request: from memory, and with no statement to the database while nothing
changed. What was decided is put on record where it is another decision than the last.

A device that enters the lobby, or leaves it, starts over: nothing is kept of what it had.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from outrider.commands.loops import Who
from outrider.commands.parking import Parking
from outrider.commands.session import Facts
from outrider.policy.access import Request, Signal, judge
from outrider.policy.admission import Answer, Case, Decision, Finding, Step, decide, explain
from outrider.policy.parking import CODE, PARKED, REASON, Turn, has_grace, mark_of, parked_signal
from outrider.policy.rules import Conditions, Effect, Rule, Rules, Subject
from outrider.store.audit import Entry
from outrider.store.devices import TRANSIENT, Device, Value
from outrider.store.rules import RuleRow
from outrider.store.store import Store
from outrider.sync.hub import Hub, device_topic

STATES: Final = {
    Effect.ALLOW: "allowed",
    Effect.QUARANTINE: "quarantined",
    Effect.BLOCK: "blocked",
}
"""What is on record of a device of which this was decided."""

SERVER: Final = "server"
"""Who acts, in the audit, when nobody asked for it."""

_LOBBY: Final = STATES[Effect.QUARANTINE]
_COUNTED: Final = frozenset({STATES[Effect.ALLOW], _LOBBY, PARKED})
_LIMIT: Final = "E-ACCESS-LIMIT"


class Terms(Struct, frozen=True, kw_only=True):
    """What holds for everybody: for devices of which nothing else is said, how many devices a user may have
    (0: any number), how long one stays away before it gives up its place to a new one, and how long one that
    is parked may go on with its last key."""

    default: Effect = Effect.ALLOW
    most: int = 0
    idle: timedelta = timedelta(days=30)
    grace: timedelta = timedelta()


class People(Protocol):
    """Those who are told of devices."""

    def ask(self, device: Device) -> None:
        """A device has entered the lobby; what is to become of it?"""
        ...

    def tell_parked(self, device: Device) -> None:
        """A device was parked."""
        ...


class Nobody:
    """Is told nothing."""

    def ask(self, device: Device) -> None:
        """Let it wait."""

    def tell_parked(self, device: Device) -> None:
        """Let it be."""


NOBODY: Final = Nobody()


def find_nothing(_: Device) -> None:
    """Take what a device says of itself as it is."""


class Admission:
    """Asks the questions of `policy.admission`. `find` says what a device's claims come to."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        terms: Terms | None = None,
        find: Callable[[Device], Finding | None] = find_nothing,
        people: People = NOBODY,
    ) -> None:
        self._store = store
        self._hub = hub
        self._terms = terms or Terms()
        self._find = find
        self._people = people
        self._parking = Parking()
        self._serial = -1
        self.rules = Rules()

    async def refresh(self) -> Rules:
        """Take up rules that changed meanwhile. Raises BackendError."""
        table = self._store.rules
        if self._serial != table.serial:
            serial = table.serial
            self.rules = Rules(map(rule_of, await table.all()))
            self._serial = serial
        return self.rules

    def decide(self, facts: Facts, *, room: bool = True) -> Decision:
        """What becomes of a request, from memory."""
        return decide(self._case(facts, room))

    def explain(self, facts: Facts) -> list[Answer]:
        """What is asked about a device on record, and what comes of it."""
        return explain(self._case(facts, facts.device.code != _LIMIT))

    def decide_again(self, facts: Facts) -> Decision:
        """What becomes of a device on record; one that there was no room for has to ask again itself."""
        return self.decide(facts, room=facts.device.code != _LIMIT)

    async def admit(self, facts: Facts, *, known: bool) -> Decision:
        """As `decide`; for a device that would be a further one of its user's, also whether there is room."""
        decision = self.decide(facts)
        further = not known or facts.device.code == _LIMIT
        if decision.step is not Step.DEFAULT or not (self._terms.most and further):
            return decision
        return self.decide(facts, room=await self._has_room(facts))

    async def settle(self, facts: Facts, decision: Decision) -> Device:
        """Put on record what was decided about a device, and wake it where it waits."""
        device = facts.device
        standing = _standing(decision)
        if decision.effect is None or standing == (device.state, device.code, device.reason):
            return device
        state, code, reason = standing
        if state == device.state:
            return await self._store.devices.change(device, code=code, reason=reason)
        question = secrets.token_hex(8) if state == _LOBBY else ""
        settled = await self._move(facts, standing, question=question)
        if question and settled.question == question:
            self._people.ask(settled)
        return settled

    async def follow(self, facts: Facts, turn: Turn) -> None:
        """Take notice of what a device did about its policy; who fails too often is parked."""
        if facts.policy is None or facts.device.id == TRANSIENT:
            return
        if self._parking.count(_who(facts.device), turn, facts.now) and facts.device.state != PARKED:
            self.release(facts.device)
            marks: dict[str, Value] = {"parked_time": facts.now, "parked_policy": mark_of(facts.policy)}
            self._people.tell_parked(await self._move(facts, (PARKED, CODE, REASON), **marks))

    def came_in(self, facts: Facts) -> None:
        """Forget what a device failed before it came with its key."""
        if facts.line.policy_key and facts.needs_policy:
            self.release(facts.device)

    def release(self, device: Device) -> None:
        """Forget what a device failed."""
        self._parking.clear(_who(device))

    async def _move(self, facts: Facts, standing: tuple[str, str, str], **fields: Value) -> Device:
        """Give a device another state, with a line in the audit, and wake it where it waits. Of several
        requests that would do the same, the first does."""
        device, (state, code, reason) = facts.device, standing
        if _LOBBY in (state, device.state):
            await self._store.forget_state(device.address, device.id)
        entry = Entry(
            time=facts.now,
            actor=SERVER,
            act="device.access",
            subject=subject_of(device),
            before=_json({"state": device.state, "code": device.code}),
            after=_json({"state": state, "code": code}),
        )
        moved: dict[str, Value] = {"state": state, "code": code, "reason": reason, "state_time": facts.now}
        settled = await self._store.devices.revise(
            device, lambda current: {} if current.state == state else moved | fields, entry
        )
        self._hub.publish(device_topic(device.address, device.id))
        return settled

    def _case(self, facts: Facts, room: bool) -> Case:
        device, identity = facts.device, facts.identity
        spared = has_grace(device, facts.line.policy_key, self._terms.grace, facts.now)
        return Case(
            enabled=identity.enabled,
            syncs=identity.eas,
            wipe=facts.wipe,
            parked=None if spared else parked_signal(facts.policy, device, facts.line.version, facts.now),
            signal=None if spared else _signal(facts),
            personal=Effect(device.personal) if device.personal else None,
            rule=self.rules.find(_subject(facts)),
            finding=self._find(device),
            room=room,
            default=self._terms.default,
        )

    async def _has_room(self, facts: Facts) -> bool:
        """Whether the user may have this device besides those that count; of those that are idle as many make
        room as must, the ones that are away longest. Those that are to be wiped, or were, get nothing and
        take no place."""
        devices = await self._store.devices.all(facts.identity.address)
        apart = {wipe.device for wipe in await self._store.wipes.of_user(facts.identity.address)}
        apart.add(facts.device.id)
        counted = [one for one in devices if one.state in _COUNTED and one.id not in apart]
        leaving = counted[max(self._terms.most - 1, 0) :]
        if any(facts.now - one.last_seen < self._terms.idle for one in leaving):
            return False
        for one in leaving:
            await self._forget(one, facts)
        return True

    async def _forget(self, device: Device, facts: Facts) -> None:
        """Drop a device for another one."""
        await self._store.forget_device(device.address, device.id)
        entry = Entry(
            time=facts.now,
            actor=SERVER,
            act="device.forget",
            subject=subject_of(device),
            before=_json({"last_seen": f"{device.last_seen:%Y-%m-%dT%H:%M:%SZ}"}),
            after=_json({"room_for": facts.device.id}),
        )
        await self._store.audit.write(entry)


def _who(device: Device) -> Who:
    return device.address, device.id


def subject_of(device: Device) -> str:
    """The device as the audit names it."""
    return f"device:{device.address}/{device.id}"


def rule_of(row: RuleRow) -> Rule:
    """A rule as it is on record."""
    return Rule(id=row.id, effect=Effect(row.effect), conditions=Conditions(**row.conditions))


def _json(fields: dict[str, str]) -> str:
    return msgspec.json.encode({name: text for name, text in fields.items() if text}).decode()


def _standing(decision: Decision) -> tuple[str, str, str]:
    """State, code and reason as they are put on record: who is let in needs no reason."""
    if decision.effect in (None, Effect.ALLOW):
        return STATES[Effect.ALLOW], "", ""
    return STATES[decision.effect], decision.code, decision.reason


def _signal(facts: Facts) -> Signal | None:
    """What the device is told because of its policy, unless the command is there for those it has to be told
    so."""
    if not facts.needs_policy:
        return None
    request = Request(version=facts.line.version, key=facts.line.policy_key, time=facts.now)
    return judge(facts.policy, facts.device, request)


def _subject(facts: Facts) -> Subject:
    line, device = facts.line, facts.device
    return Subject(
        user=facts.identity.address,
        groups=facts.identity.groups,
        type=line.device_type,
        model=device.model,
        os=device.os,
        agents=(line.user_agent, device.own_user_agent),
        version=str(line.version),
        address=facts.peer,
    )
