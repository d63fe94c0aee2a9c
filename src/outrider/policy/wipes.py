"""Wiping a device. MS-ASPROV, RemoteWipe and AccountOnlyRemoteWipe; MS-ASCMD, Common Status Codes (140).

The law: a wipe is done when the device says so, never because it was told. What the device acknowledges must
have been sent to it, and be of the kind that was sent. A failure is told again, until the device succeeds or
an administrator cancels. Once done, the device is kept out until an administrator clears it; the wipe itself
is over then, and setting up the account on it again brings no other one.

| what happens | requested | sent | failed | done |
|---|---|---|---|---|
| the device fetches the directive | sent | sent, repeated | sent, repeated | kept out |
| it acknowledges success | sent: it had not been told | done | done | done, confirmed |
| it acknowledges failure | sent: it had not been told | failed | failed | kept out |
| it acknowledges something else | sent | sent, repeated | sent, repeated | kept out |
| an administrator cancels | no wipe | no wipe | no wipe | refused |
| an administrator clears | refused | refused | refused | no wipe |

Without a wipe only asking for one makes sense, and while there is one, asking for another does not.

What a request meets is decided by what it proves. A wipe has to reach a device whose password is gone, or
that is blocked; so the device's final policy key, which nobody else has, is proof enough to be told of it.
It gives leave to fetch the directive from the same address for a while, since a device resets its key to 0
before it provisions. Whoever proves nothing goes the usual way, and learns nothing.

| the request | nothing | the final key | leave | the password |
|---|---|---|---|---|
| Provision, while it is to be wiped | usual way | served | served | served |
| Ping | usual way | 7 | usual way | 7 |
| any other | usual way | 140, and leave | usual way | 140 |
| any but Ping, where the version has no words for the wipe | usual way | usual way | usual way | kept out |
| Provision, once done | usual way | usual way | served | served |
| any other but Ping, once done | usual way | usual way | usual way | kept out |
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, StrEnum
from typing import Final

from msgspec import Struct

from outrider.protocol.versions import Version

LEAVE: Final = timedelta(minutes=10)
"""How long after it presented its key a device may fetch the directive without a password."""


class Kind(StrEnum):
    """What is wiped."""

    ACCOUNT = "account-only"
    FULL = "full"


class State(StrEnum):
    """Where a wipe stands."""

    REQUESTED = "requested"
    SENT = "sent"
    FAILED = "failed"
    DONE = "acknowledged"


class Event(Enum):
    """What happens to a wipe."""

    REQUEST = "request"
    CANCEL = "cancel"
    CLEAR = "clear"
    FETCH = "fetch"
    SUCCESS = "success"
    FAILURE = "failure"
    MISTAKE = "mistake"


class Step(StrEnum):
    """What becomes of it."""

    REQUESTED = "requested"
    SENT = "sent"
    REPEATED = "repeated"
    FAILED = "failed"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    CLEARED = "cleared"


SINCE: Final = {Kind.ACCOUNT: Version.V16_1, Kind.FULL: Version.V2_5}
"""The version from which on a device can be told. MS-ASPROV, AccountOnlyRemoteWipe and RemoteWipe."""

TOLD: Final = frozenset({Step.SENT, Step.REPEATED, Step.FAILED})
"""The steps whose answer carries the directive."""

_TURNS: Final[dict[tuple[State | None, Event], tuple[Step, State | None]]] = {
    (None, Event.REQUEST): (Step.REQUESTED, State.REQUESTED),
    **{(State.REQUESTED, told): (Step.SENT, State.SENT) for told in (Event.FETCH, Event.MISTAKE)},
    **{(State.REQUESTED, early): (Step.SENT, State.SENT) for early in (Event.SUCCESS, Event.FAILURE)},
    **{
        (state, event): turn
        for state in (State.SENT, State.FAILED)
        for event, turn in {
            Event.FETCH: (Step.REPEATED, State.SENT),
            Event.MISTAKE: (Step.REPEATED, State.SENT),
            Event.SUCCESS: (Step.ACKNOWLEDGED, State.DONE),
            Event.FAILURE: (Step.FAILED, State.FAILED),
        }.items()
    },
    **{
        (state, Event.CANCEL): (Step.CANCELLED, None) for state in (State.REQUESTED, State.SENT, State.FAILED)
    },
    (State.DONE, Event.SUCCESS): (Step.CONFIRMED, State.DONE),
    (State.DONE, Event.CLEAR): (Step.CLEARED, None),
}


def turn(state: State | None, event: Event) -> tuple[Step, State | None] | None:
    """Look up what an event makes of a wipe (None: there is none); None where it makes no sense."""
    return _TURNS.get((state, event))


class Proof(Enum):
    """What a request proves of who sends it."""

    NOTHING = "nothing"
    KEY = "key"
    LEAVE = "leave"
    PASSWORD = "password"


class Reaction(Enum):
    """What a request meets."""

    USUAL = "usual"
    SIGNAL = "signal"
    TREE_FIRST = "tree first"
    SERVE = "serve"
    KEEP_OUT = "keep out"


class _Standing(Enum):
    PENDING = "pending"
    UNSPEAKABLE = "unspeakable"
    DONE = "done"


class _Asks(Enum):
    PROVISION = "Provision"
    PING = "Ping"
    OTHER = "other"


_ASKS: Final = {one.value: one for one in _Asks}

_REACTIONS: Final[dict[tuple[_Standing, _Asks, Proof], Reaction]] = {
    (_Standing.PENDING, _Asks.PROVISION, Proof.KEY): Reaction.SERVE,
    (_Standing.PENDING, _Asks.PROVISION, Proof.LEAVE): Reaction.SERVE,
    (_Standing.PENDING, _Asks.PROVISION, Proof.PASSWORD): Reaction.SERVE,
    (_Standing.PENDING, _Asks.PING, Proof.KEY): Reaction.TREE_FIRST,
    (_Standing.PENDING, _Asks.OTHER, Proof.KEY): Reaction.SIGNAL,
    (_Standing.PENDING, _Asks.OTHER, Proof.PASSWORD): Reaction.SIGNAL,
    (_Standing.UNSPEAKABLE, _Asks.PROVISION, Proof.PASSWORD): Reaction.KEEP_OUT,
    (_Standing.UNSPEAKABLE, _Asks.OTHER, Proof.PASSWORD): Reaction.KEEP_OUT,
    (_Standing.DONE, _Asks.PROVISION, Proof.LEAVE): Reaction.SERVE,
    (_Standing.DONE, _Asks.PROVISION, Proof.PASSWORD): Reaction.SERVE,
    (_Standing.DONE, _Asks.OTHER, Proof.PASSWORD): Reaction.KEEP_OUT,
    **{(standing, _Asks.PING, Proof.PASSWORD): Reaction.TREE_FIRST for standing in _Standing},
}


def is_pending(state: str) -> bool:
    """Say whether the device has still to be wiped."""
    return state != State.DONE


def can_tell(kind: str, version: Version) -> bool:
    """Say whether a device of this version can be told to wipe so."""
    return version >= SINCE[Kind(kind)]


class Request(Struct, frozen=True):
    """A request of a device with a wipe."""

    command: str
    version: Version
    proof: Proof


def react(kind: str, state: str, request: Request) -> Reaction:
    """Look up what a request meets that comes from a device with a wipe of this kind and state."""
    standing = _Standing.DONE
    if is_pending(state):
        standing = _Standing.PENDING if can_tell(kind, request.version) else _Standing.UNSPEAKABLE
    asks = _ASKS.get(request.command, _Asks.OTHER)
    return _REACTIONS.get((standing, asks, request.proof), Reaction.USUAL)
