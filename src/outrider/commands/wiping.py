"""The step before all others: is this a device that is to be wiped, or was? The law is `policy.wipes`.

Asking costs a look into memory, for those who prove nothing too: neither what they are answered nor how long
it takes tells whether there is such a device, or a wipe.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct, structs

from outrider.commands import conduct
from outrider.commands.credentials import parse_basic
from outrider.commands.exchange import Buffer, Call, Clock, Refused
from outrider.commands.restraint import Restraint
from outrider.commands.session import Refusal
from outrider.commands.signin import SignIn
from outrider.policy.access import Signal
from outrider.policy.wipes import (
    LEAVE,
    TOLD,
    Event,
    Kind,
    Proof,
    Reaction,
    Request,
    State,
    Step,
    react,
    turn,
)
from outrider.protocol.errors import EasError
from outrider.protocol.messages.ping import PingResponse
from outrider.protocol.messages.provision import ProvisionRequest, ProvisionResponse
from outrider.protocol.request import RequestLine
from outrider.protocol.schema import Element, decode
from outrider.protocol.status import CommonStatus, PingStatus, ProvisionStatus, WipeAcknowledgement
from outrider.protocol.versions import Version
from outrider.store.audit import Entry
from outrider.store.devices import Device
from outrider.store.store import Store
from outrider.store.wipes import Revised, Wipe
from outrider.wbxml.tags import WireError

Verdict: TypeAlias = "Element | Refusal | None"
"""What a request is answered because of a wipe; None: it goes its usual way."""

Confirm: TypeAlias = Callable[[Device, Wipe], None]
"""Tells people that a device was wiped, beside everything else."""

UNAMBIGUOUS_SINCE: Final = Version.V14_0
"""From here on a device that is told to fetch a directive knows that it is not asked to take its policy. HTTP
449 says either. MS-ASCMD, Common Status Codes."""

_LEAVE_ANEW: Final = LEAVE * 0.9  # so old a leave is not written again
_KEY_BYTES: Final = 4

_SIGNAL: Final = Refusal(
    status=CommonStatus.REMOTE_WIPE_REQUESTED, code="E-WIPE-PENDING", reason="the device is to be wiped"
)
_UNSPEAKABLE: Final = Refusal(
    status=CommonStatus.DEVICE_IS_BLOCKED_FOR_THIS_USER,
    code="E-WIPE-VERSION",
    reason="the account is to be wiped from the device, which now speaks a version without words for it",
)
_WIPED: Final = Refusal(
    status=CommonStatus.DEVICE_IS_BLOCKED_FOR_THIS_USER,
    code="E-DEVICE-WIPED",
    reason="the device was wiped, and is kept out until an administrator clears it",
)
_TREE_FIRST: Final = PingResponse(status=PingStatus.FOLDER_SYNC_REQUIRED)

_EVENTS: Final = {
    WipeAcknowledgement.WIPE_DONE: Event.SUCCESS,
    WipeAcknowledgement.WIPE_FAILED: Event.FAILURE,
}


class Heard(Struct, frozen=True):
    """What a device said of its wipe, and under which circumstances."""

    event: Event
    peer: str
    time: datetime
    authenticated: bool


class Wiping:
    """Answers devices that are to be wiped, or were."""

    def __init__(
        self,
        store: Store,
        signin: SignIn,
        restraint: Restraint,
        *,
        clock: Clock,
        confirm: Confirm,
        versions: Sequence[Version],
    ) -> None:
        self._wipes = store.wipes
        self._devices = store.devices
        self._signin = signin
        self._restraint = restraint
        self._clock = clock
        self._confirm = confirm
        self._versions = versions

    async def meet_stranger(self, line: RequestLine, call: Call) -> Verdict:
        """Answer before anybody signed in. Raises Refused, BackendError."""
        wipes = await self._wipes.of_device(line.device_id)
        if not wipes or line.version not in self._versions:
            return None
        found = self._recognise(wipes, line, call)
        if found is None:
            return None
        wipe, proof = found
        reaction = react(wipe.kind, wipe.state, Request(line.command, line.version, proof))
        if proof is Proof.KEY and reaction in (Reaction.SIGNAL, Reaction.SERVE):
            await self._give_leave(wipe, call.peer)
        if reaction is Reaction.SERVE:
            return await self._serve_stranger(wipe, line, call)
        return self._tell(wipe, reaction, line, call)

    async def meet_user(self, address: str, line: RequestLine, call: Call) -> Verdict:
        """Answer a user who signed in. Raises Refused, WireError, EasError, BackendError."""
        wipe = (await self._wipes.of_device(line.device_id)).get(address)
        if wipe is None:
            return None
        reaction = react(wipe.kind, wipe.state, Request(line.command, line.version, Proof.PASSWORD))
        if reaction is Reaction.SERVE:
            event = _event(wipe, await _read(line, call))
            return await self._serve(wipe, event, call, authenticated=True)
        return self._tell(wipe, reaction, line, call)

    async def meet_waiting(self, address: str, line: RequestLine) -> Verdict:
        """Answer a device that waited and was woken. Raises BackendError."""
        wipe = (await self._wipes.of_device(line.device_id)).get(address)
        if wipe is None:
            return None
        request = Request(line.command, line.version, Proof.PASSWORD)
        return _verdict(wipe, react(wipe.kind, wipe.state, request))

    def _recognise(
        self, wipes: Mapping[str, Wipe], line: RequestLine, call: Call
    ) -> tuple[Wipe, Proof] | None:
        """The wipe of who asks, with what proves it; None where nothing does."""
        for wipe in wipes.values():
            proof = self._proof(wipe, line, call.peer)
            if proof is not Proof.NOTHING and signs_in_as(_name(line, call), wipe.names):
                return wipe, proof
        return None

    def _proof(self, wipe: Wipe, line: RequestLine, peer: str) -> Proof:
        """What a request proves before anybody signed in."""
        shown = (line.policy_key or 0).to_bytes(_KEY_BYTES, "big")
        if wipe.key and hmac.compare_digest(shown, wipe.key.to_bytes(_KEY_BYTES, "big")):
            return Proof.KEY
        if wipe.leave is not None and peer == wipe.peer and self._clock() < wipe.leave:
            return Proof.LEAVE
        return Proof.NOTHING

    async def _give_leave(self, wipe: Wipe, peer: str) -> None:
        """Let the directive be fetched from here for a while."""
        now = self._clock()
        if wipe.leave is not None and wipe.peer == peer and wipe.leave - now > _LEAVE_ANEW:
            return

        def give(current: Wipe | None) -> Revised:
            return Revised(
                wipe=None if current is None else structs.replace(current, peer=peer, leave=now + LEAVE)
            )

        await self._wipes.revise((wipe.address, wipe.device), give)

    async def _serve_stranger(self, wipe: Wipe, line: RequestLine, call: Call) -> Verdict:
        """Let who can sign in do so. For the others there is the directive, and nothing else."""
        try:
            await self._signin.enter(call.headers.get("authorization", ""), call.peer)
        except Refused as refused:
            event = await _wish(wipe, line, call)
            verdict = None if event is None else await self._serve(wipe, event, call, authenticated=False)
            if not isinstance(verdict, Element):
                raise refused
            return verdict
        return None

    async def _serve(self, wipe: Wipe, event: Event, call: Call, *, authenticated: bool) -> Verdict:
        """Take what a device says, and tell it what there is to tell."""
        who = (wipe.address, wipe.device)
        deed = conduct.refused("Provision", CommonStatus.REMOTE_WIPE_REQUESTED, None)
        self._restraint.hold(who, [deed])
        heard = Heard(event, call.peer, self._clock(), authenticated)
        revised = await self._wipes.revise(who, partial(hear, heard))
        call.record["user"] = wipe.address
        if revised.wipe is None:
            return None
        if not revised.step:
            return _WIPED
        call.record["wipe"] = revised.step
        if revised.step in TOLD:
            self._restraint.count(who, (deed,), call.record)
        if revised.step == Step.ACKNOWLEDGED and (device := await self._devices.get(*who)):
            self._confirm(device, revised.wipe)
        return _directive(revised, event)

    def _tell(self, wipe: Wipe, reaction: Reaction, line: RequestLine, call: Call) -> Verdict:
        """Say it, unless the device has been told so again and again."""
        verdict = _verdict(wipe, reaction)
        if verdict is not None:
            call.record["user"] = wipe.address
            who = (wipe.address, wipe.device)
            deed = conduct.refused(line.command, verdict.status, line.policy_key)
            self._restraint.hold(who, [deed])
            self._restraint.count(who, (deed,), call.record)
        return verdict


def signal_of(wipe: Wipe | None, line: RequestLine) -> Signal | None:
    """What a device is told because of its wipe, as far as it is a status."""
    request = Request(line.command, line.version, Proof.PASSWORD)
    verdict = _verdict(wipe, react(wipe.kind, wipe.state, request)) if wipe else None
    if not isinstance(verdict, Refusal):
        return None
    return Signal(status=CommonStatus(verdict.status), code=verdict.code, reason=verdict.reason)


def hear(heard: Heard, wipe: Wipe | None) -> Revised:
    """What becomes of a wipe of which a device speaks, and the line that tells of it."""
    turned = turn(State(wipe.state), heard.event) if wipe is not None else None
    if wipe is None or turned is None:
        return Revised(wipe=wipe)
    step, state = turned
    told, answered = step in TOLD, step in (Step.ACKNOWLEDGED, Step.FAILED)
    after = structs.replace(
        wipe,
        state=str(state),
        sent=heard.time if told else wipe.sent,
        times=wipe.times + told,
        answered=heard.time if answered else wipe.answered,
        authenticated=heard.authenticated if answered else wipe.authenticated,
    )
    line = None if step is Step.CONFIRMED else _line(wipe, after, step, heard)
    return Revised(wipe=after, step=step, line=line)


def _line(before: Wipe, after: Wipe, step: Step, heard: Heard) -> Entry:
    name = f"device:{before.address}/{before.device}"
    said = {
        "wipe": after.state,
        "kind": after.kind,
        "authenticated": heard.authenticated,
        "from": heard.peer,
    }
    return Entry(
        time=heard.time,
        actor=name,
        act=f"wipe.{step}",
        subject=name,
        before=msgspec.json.encode({"wipe": before.state}).decode(),
        after=msgspec.json.encode(said).decode(),
    )


def _verdict(wipe: Wipe, reaction: Reaction) -> PingResponse | Refusal | None:
    match reaction:
        case Reaction.SIGNAL:
            return _SIGNAL
        case Reaction.TREE_FIRST:
            return _TREE_FIRST
        case Reaction.KEEP_OUT:
            return _WIPED if wipe.state == State.DONE else _UNSPEAKABLE
        case Reaction.USUAL | Reaction.SERVE:
            return None


def _directive(revised: Revised, event: Event) -> ProvisionResponse:
    """The answer to a Provision. One that acknowledges what was not sent, or failed, is told so. MS-ASPROV,
    Responding to a Remote Wipe Directive Acknowledgment."""
    told = revised.step in TOLD
    fine = event is Event.FETCH or not told
    kind = revised.wipe.kind if revised.wipe else ""
    return ProvisionResponse(
        status=ProvisionStatus.SUCCESS if fine else ProvisionStatus.PROTOCOL_ERROR,
        remote_wipe=told and kind == Kind.FULL,
        account_only_remote_wipe=told and kind == Kind.ACCOUNT,
    )


def _event(wipe: Wipe, request: ProvisionRequest) -> Event:
    """What a Provision says of a wipe. Some devices put the status beside the element it belongs into."""
    said = {Kind.FULL: request.remote_wipe, Kind.ACCOUNT: request.account_only_remote_wipe}
    mine = said.pop(Kind(wipe.kind))
    if mine is None:
        return Event.MISTAKE if any(said.values()) else Event.FETCH
    status = request.status if mine.status is None else mine.status
    return next((event for told, event in _EVENTS.items() if told == status), Event.MISTAKE)


async def _wish(wipe: Wipe, line: RequestLine, call: Call) -> Event | None:
    """What somebody without a password says of the wipe; None where they want something else."""
    try:
        request = await _read(line, call)
    except (Refused, WireError, EasError):
        return None
    event = _event(wipe, request)
    asks = bool(request.policies) and line.version >= UNAMBIGUOUS_SINCE
    return None if asks and event is Event.FETCH else event


async def _read(line: RequestLine, call: Call) -> ProvisionRequest:
    """Read the body, so that it can be read once more. Raises Refused, WireError, EasError."""
    body = await call.body()

    async def again() -> Buffer:
        return body

    call.body = again
    if not len(body):
        raise Refused(400, "E-REQUEST-EMPTY", f"{line.command} needs a body")
    return decode(ProvisionRequest, body, line.version).value


def _name(line: RequestLine, call: Call) -> str:
    """The name of who asks, by the credentials, else by the query."""
    try:
        return parse_basic(call.headers.get("authorization", "")).name
    except Refused:
        return line.user


def signs_in_as(name: str, addresses: Sequence[str]) -> bool:
    """Say whether somebody with these addresses may sign in by this name: one of them, its local part, or
    either behind a Windows domain."""
    user = name.rpartition("\\")[2].strip().lower()
    return any(user in (one, one.partition("@")[0]) for one in addresses)
