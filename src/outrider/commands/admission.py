"""Who is let in, asked at every request: from memory, and with no statement to the database while nothing
changed. What was decided is put on record where it is another decision than the last.

A device that enters the lobby, or leaves it, starts over: nothing is kept of what it had.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import msgspec
from msgspec import Struct, structs

from outrider.commands.loops import Who
from outrider.commands.parking import Parking
from outrider.commands.session import Facts
from outrider.policy.access import Request, Signal, judge
from outrider.policy.admission import Answer, Case, Decision, Finding, Step, decide, explain
from outrider.policy.parking import CODE, PARKED, REASON, Turn, has_grace, mark_of, parked_signal
from outrider.policy.rules import Conditions, Effect, Rule, Rules, Subject
from outrider.store.audit import Entry
from outrider.store.devices import TRANSIENT, Device, Enrolment, Value
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
_CROWD: Final = 5
_LET_IN: Final = (STATES[Effect.ALLOW], "", "")


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

    def foresee(self, facts: Facts) -> Device:
        """A device on record as it would be if it came now."""
        decision = self.decide_again(facts)
        if decision.effect is None:
            return facts.device
        state, code, reason = _standing(decision)
        return structs.replace(facts.device, state=state, code=code, reason=reason)

    async def admit(self, facts: Facts, *, known: bool) -> Decision:
        """As `decide`; a device that would be a further one of its user's is given its place, or none."""
        decision = self.decide(facts)
        further = self._terms.most and (not known or facts.device.code == _LIMIT)
        if decision.step is not Step.DEFAULT or decision.effect is Effect.BLOCK or not further:
            return decision
        return decision if await self._has_room(facts) else self.decide(facts, room=False)

    async def settle(self, facts: Facts, decision: Decision) -> Device:
        """Put on record what was decided about a device, and wake it where it waits."""
        device = facts.device
        standing = _standing(decision)
        if decision.effect is None or standing == (device.state, device.code, device.reason):
            return device
        enters = standing[0] == _LOBBY != device.state
        question = secrets.token_hex(8) if enters else ""
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
        """Give a device another state, or another reason for it, with a line in the audit, and wake it where
        it waits. Of several requests that would do the same, the first does."""
        device, (state, code, reason) = facts.device, standing
        if state != device.state and _LOBBY in (state, device.state):
            await self._store.forget_state(device.address, device.id)

        def move(current: Device) -> dict[str, Value]:
            if standing == (current.state, current.code, current.reason):
                return {}
            said: dict[str, Value] = {"state": state, "code": code, "reason": reason}
            return said if state == current.state else said | {"state_time": facts.now} | fields

        settled = await self._store.devices.revise(device, move, partial(_line, facts.now, standing))
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
        """Whether the user may have this device besides the others. What comes of it is on record at once, so
        that of two at the same time the second sees what the first took; of one that only tries an account
        out nothing is."""
        if facts.device.id == TRANSIENT:
            devices = await self._store.devices.counted(facts.device.address)
            return self._leaving(facts, devices) is not None
        return (await self._store.enrol(facts.device, partial(self._enrolment, facts))).code != _LIMIT

    def _enrolment(self, facts: Facts, devices: list[Device]) -> Enrolment:
        """What becomes of a further device, and who leaves for it."""
        known = next((one for one in devices if one.id == facts.device.id), facts.device)
        if known is not facts.device and known.code != _LIMIT:
            return Enrolment()  # another request of it was quicker
        leaving, why, standing = self._leaving(facts, devices), "room_for", _LET_IN
        if leaving is None:
            leaving, why = _crowd(facts, devices), "crowded_by"
            standing = _standing(self.decide(facts, room=False))
        state, code, reason = standing
        line = _line(facts.now, standing, known)
        return Enrolment(
            fields={"state": state, "code": code, "reason": reason, "state_time": facts.now} if line else {},
            leaving=leaving,
            lines=(*(_left(one, facts, why) for one in leaving), *([line] if line else ())),
        )

    def _leaving(self, facts: Facts, others: list[Device]) -> list[Device] | None:
        """Which devices have to leave for this one, those that are away longest; None where not all of them
        are idle. Those that are to be wiped, or were, are not among the others: they take no place, and get
        nothing."""
        counted = [one for one in others if one.state in _COUNTED and one.id != facts.device.id]
        leaving = counted[max(self._terms.most - 1, 0) :]
        busy = any(facts.now - one.last_seen < self._terms.idle for one in leaving)
        return None if busy else leaving


def _crowd(facts: Facts, others: list[Device]) -> list[Device]:
    """Which devices that there was no room for go off the record when a further one comes, since some clients
    come under another id each time: all but the latest, which the user may still want to let in."""
    shut_out = [
        one for one in others if one.code == _LIMIT and not one.personal and one.id != facts.device.id
    ]
    return shut_out[_CROWD - 1 :]


def _line(now: datetime, standing: tuple[str, str, str], was: Device) -> Entry | None:
    """What the audit gets about a device that stands otherwise than before."""
    state, code, _ = standing
    if (state, code) == (was.state, was.code):
        return None
    return Entry(
        time=now,
        actor=SERVER,
        act="device.access",
        subject=subject_of(was),
        before=_json({"state": was.state, "code": was.code}),
        after=_json({"state": state, "code": code}),
    )


def _left(device: Device, facts: Facts, why: str) -> Entry:
    """What the audit gets about a device that left for another one."""
    return Entry(
        time=facts.now,
        actor=SERVER,
        act="device.forget",
        subject=subject_of(device),
        before=_json({"last_seen": f"{device.last_seen:%Y-%m-%dT%H:%M:%SZ}"}),
        after=_json({why: facts.device.id}),
    )


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
        return _LET_IN
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
