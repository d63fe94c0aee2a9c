"""Devices that fail to take their policy again and again are parked.

The law. A try begins when a device asks for its policy. It fails when the device asks anew without having
acknowledged it, when what it acknowledges is refused, and when the device then comes without the key that it
was given; it succeeds when the device comes with it, and all is forgotten. Who fails `MOST` times within
`SPAN` is parked: for `PAUSE` it is told to come again, afterwards that it is blocked. It is released by an
administrator, by another policy than the one that it failed to take, or once it has taken its policy all the
same.

What a device was given before may stay good for a while (a grace): a device that was well goes on with its
last key, and only the new policy waits.
"""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Protocol

from outrider.policy.access import Signal
from outrider.policy.policies import Policy
from outrider.policy.provisioning import Partnership, is_outdated
from outrider.protocol.messages.provision import ProvisionRequest, ProvisionResponse
from outrider.protocol.status import CommonStatus, PolicyStatus, ProvisionStatus
from outrider.protocol.versions import Version

MOST: Final = 5
SPAN: Final = timedelta(minutes=10)
PAUSE: Final = timedelta(minutes=10)

PARKED: Final = "parked"
"""The state of such a device."""

CODE: Final = "E-DEVICE-PARKED"
REASON: Final = f"the device failed {MOST} times to take its policy"

_OURS: Final = frozenset({PolicyStatus.NO_POLICY, PolicyStatus.POLICY_CORRUPT})


class Parkable(Partnership, Protocol):
    """A device that may be parked: since when, and the policy it failed to take."""

    @property
    def state(self) -> str: ...
    @property
    def parked_time(self) -> datetime | None: ...
    @property
    def parked_policy(self) -> str: ...


class Turn(Enum):
    """What a device did, or met, in the course of a try."""

    BEGINS = "begins"  # it asks for its policy
    ENDS = "ends"  # it acknowledges it, and is given its key
    FAILS = "fails"  # it acknowledges, and is refused
    SENT_BACK = "sent back"  # it comes without its key, and is sent to provision


class Tries:
    """The tries of one device since it came in last."""

    __slots__ = ("_ended", "_failed", "_open")

    def __init__(self) -> None:
        self._failed: deque[float] = deque(maxlen=MOST)
        self._open: float | None = None
        self._ended: float | None = None

    def count(self, turn: Turn, now: float) -> bool:
        """Count a turn at a time in seconds; say whether the device is to be parked."""
        match turn:
            case Turn.BEGINS:
                self._fail(self._open)
                self._open, self._ended = now, None
            case Turn.ENDS:
                self._open, self._ended = None, now
            case Turn.FAILS:
                self._fail(now)
                self._open = None
            case Turn.SENT_BACK:
                self._fail(self._ended)
                self._ended = None
        return len(self._failed) == MOST and now - self._failed[0] < SPAN.total_seconds()

    def _fail(self, time: float | None) -> None:
        if time is not None:
            self._failed.append(time)


def turn_of(request: object, answer: object) -> Turn | None:
    """What a command means for the try of a device; None: nothing, or nothing the device is to blame for."""
    if not isinstance(request, ProvisionRequest) or not isinstance(answer, ProvisionResponse):
        return None
    if request.remote_wipe or request.account_only_remote_wipe:
        return None
    told = [policy.status for policy in answer.policies]
    if _OURS.intersection(told):
        return None
    if not any(policy.status is not None for policy in request.policies):
        return Turn.BEGINS
    good = answer.status == ProvisionStatus.SUCCESS and told == [PolicyStatus.SUCCESS]
    return Turn.ENDS if good else Turn.FAILS


def mark_of(policy: Policy) -> str:
    """What tells a policy from another one, whatever version a device speaks."""
    return policy.fingerprint(Version.V16_1)


def parked_signal(policy: Policy | None, device: Parkable, version: Version, now: datetime) -> Signal | None:
    """What a parked device is told; None where it is not parked, or not any more."""
    if device.state != PARKED or device.parked_time is None or policy is None:
        return None
    if device.parked_policy != mark_of(policy):
        return None
    if device.policy_key and not is_outdated(device, policy, version):
        return None
    left = PAUSE - (now - device.parked_time)
    return Signal(
        status=CommonStatus.DEVICE_IS_BLOCKED_FOR_THIS_USER,
        code=CODE,
        reason=REASON,
        retry_after=math.ceil(left.total_seconds()) if left > timedelta() else None,
    )


def has_grace(device: Parkable, key: int | None, grace: timedelta, now: datetime) -> bool:
    """Say whether a parked device may go on for now: it had a policy before, and comes with its last key, or
    with none where the command needs none."""
    if device.state != PARKED or device.parked_time is None or not device.policy_key:
        return False
    return now - device.parked_time < grace and key in (None, device.policy_key)
