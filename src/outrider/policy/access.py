"""Who is let in with which policy key. MS-ASPROV, Provision Command Errors; MS-ASCMD, Common Status Codes.

The law: a key that is carried is judged as it stands, and a device that carries none by its record alone, as
Ping is, which never carries one. So a device that Ping sends away to synchronise its folders meets the signal
to provision there, or none at all; the two never send it back and forth.

| the request carries | a device without a final key | one with the policy | one with an outdated one |
|---|---|---|---|
| no key, and the policy refuses who knows none | 141 | 141 | 141 |
| no key | let in | let in | 142 |
| 0 | 142 | 142 | 142 |
| the final key | cannot be | let in | 144 |
| another key | 144 | 144 | 144 |

A device that holds the policy may still be one that the policy does not want: it said that it obeys only a
part (139), nothing (139), or that somebody else manages it (145), or its version has no words for a part of
the policy (139), and the policy allows none of these; or it took the policy longer ago than the policy's
refresh interval (143). The first four are told so with whatever key they come, unless they come with 0, to
try again; the last with its final key, and else it is asked (142).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from msgspec import Struct

from outrider.policy.policies import Policy
from outrider.policy.provisioning import Partnership, is_outdated
from outrider.protocol.status import CommonStatus, PolicyAcknowledgement
from outrider.protocol.versions import Version


class Signal(Struct, frozen=True, kw_only=True):
    """Why a device has to settle something first: the status that tells it, a stable code, and a sentence.
    `retry_after`: it is to come again in so many seconds."""

    status: CommonStatus
    code: str
    reason: str
    retry_after: int | None = None


class _Key(Enum):
    NONE = "none"
    ZERO = "zero"
    FINAL = "final"
    OTHER = "other"


class _Record(Enum):
    NEW = "new"
    CURRENT = "current"
    OUTDATED = "outdated"
    STALE = "stale"
    PARTIAL = "partial"
    DISOBEYING = "disobeying"
    EXTERNAL = "external"
    LACKING = "lacking"


_REFUSED: Final = Signal(
    status=CommonStatus.LEGACY_DEVICE_ON_STRICT_POLICY,
    code="E-POLICY-NO-KEY",
    reason="the device sent no policy key, and its policy admits only devices that take policies",
)
_ASKED: Final = Signal(
    status=CommonStatus.DEVICE_NOT_PROVISIONED,
    code="E-POLICY-NONE",
    reason="the device has still to take its policy",
)
_WRONG: Final = Signal(
    status=CommonStatus.INVALID_POLICY_KEY,
    code="E-POLICY-KEY",
    reason="the policy key is not the one that this device was given last",
)
_CHANGED: Final = Signal(
    status=CommonStatus.INVALID_POLICY_KEY,
    code="E-POLICY-CHANGED",
    reason="the policy has changed since the device took it",
)

_STALE: Final = Signal(
    status=CommonStatus.POLICY_REFRESH,
    code="E-POLICY-STALE",
    reason="the device took the policy longer ago than the policy allows",
)
_PARTIAL: Final = Signal(
    status=CommonStatus.DEVICE_NOT_FULLY_PROVISIONABLE,
    code="E-POLICY-PARTIAL",
    reason="the device obeys only a part of its policy",
)
_DISOBEYING: Final = Signal(
    status=CommonStatus.DEVICE_NOT_FULLY_PROVISIONABLE,
    code="E-POLICY-NOT-APPLIED",
    reason="the device obeys nothing of its policy",
)
_LACKING: Final = Signal(
    status=CommonStatus.DEVICE_NOT_FULLY_PROVISIONABLE,
    code="E-POLICY-VERSION",
    reason="the device speaks a version that has no words for a part of its policy",
)
_EXTERNAL: Final = Signal(
    status=CommonStatus.EXTERNALLY_MANAGED_DEVICES_NOT_ALLOWED,
    code="E-POLICY-EXTERNAL",
    reason="somebody else manages the device",
)

_TABLE: Final[dict[tuple[_Key, _Record], Signal | None]] = {
    (_Key.NONE, _Record.NEW): None,
    (_Key.NONE, _Record.CURRENT): None,
    (_Key.NONE, _Record.OUTDATED): _ASKED,
    (_Key.ZERO, _Record.NEW): _ASKED,
    (_Key.ZERO, _Record.CURRENT): _ASKED,
    (_Key.ZERO, _Record.OUTDATED): _ASKED,
    (_Key.FINAL, _Record.CURRENT): None,
    (_Key.FINAL, _Record.OUTDATED): _CHANGED,
    (_Key.OTHER, _Record.NEW): _WRONG,
    (_Key.OTHER, _Record.CURRENT): _WRONG,
    (_Key.OTHER, _Record.OUTDATED): _WRONG,
    (_Key.NONE, _Record.STALE): _ASKED,
    (_Key.ZERO, _Record.STALE): _ASKED,
    (_Key.FINAL, _Record.STALE): _STALE,
    (_Key.OTHER, _Record.STALE): _WRONG,
    **{
        (key, record): signal
        for record, signal in (
            (_Record.PARTIAL, _PARTIAL),
            (_Record.DISOBEYING, _DISOBEYING),
            (_Record.EXTERNAL, _EXTERNAL),
            (_Record.LACKING, _LACKING),
        )
        for key in (_Key.NONE, _Key.FINAL, _Key.OTHER)
    },
    **dict.fromkeys(
        (
            (_Key.ZERO, record)
            for record in (_Record.PARTIAL, _Record.DISOBEYING, _Record.EXTERNAL, _Record.LACKING)
        ),
        _ASKED,
    ),
}

_ANSWERS: Final[dict[PolicyAcknowledgement, tuple[_Record, Callable[[Policy], bool]]]] = {
    PolicyAcknowledgement.PARTIAL: (_Record.PARTIAL, lambda policy: policy.allows_partial),
    PolicyAcknowledgement.NOT_APPLIED: (_Record.DISOBEYING, lambda policy: policy.allows_non_provisionable),
    PolicyAcknowledgement.EXTERNALLY_MANAGED: (_Record.EXTERNAL, lambda policy: policy.allows_external),
}
"""What a device that answered so is, unless the policy allows it."""


class Request(Struct, frozen=True, kw_only=True):
    """What a request says: the version, the policy key it carries (None: none), and when it came."""

    version: Version
    key: int | None
    time: datetime


def judge(policy: Policy | None, device: Partnership, request: Request) -> Signal | None:
    """Look up whether a request is let in (None) or has to provision; `policy` None: the device is exempt."""
    if policy is None:
        return None
    if request.key is None and not policy.allows_non_provisionable:
        return _REFUSED
    return _TABLE[_which(device, request.key), _standing(policy, device, request)]


def must_provision(policy: Policy | None, device: Partnership, version: Version, now: datetime) -> bool:
    """Say, by the device's record alone, whether something other than its folders has to be settled first."""
    if policy is None:
        return False
    standing = _standing(policy, device, Request(version=version, key=None, time=now))
    if standing is _Record.NEW:
        return not policy.allows_non_provisionable
    return standing is not _Record.CURRENT


def unwanted(policy: Policy, answer: PolicyAcknowledgement) -> Signal | None:
    """What is said to a device that acknowledges a policy so, if the policy does not allow it."""
    record = _answered(policy, answer)
    return None if record is None else _TABLE[_Key.FINAL, record]


def _answered(policy: Policy, answer: int) -> _Record | None:
    """What a device is that answered so; None where the policy has nothing against it."""
    for one, (record, allows) in _ANSWERS.items():
        if one == answer and not allows(policy):
            return record
    return None


def _which(device: Partnership, key: int | None) -> _Key:
    if key is None:
        return _Key.NONE
    if key == 0:
        return _Key.ZERO
    return _Key.FINAL if key == device.policy_key else _Key.OTHER


def _standing(policy: Policy, device: Partnership, request: Request) -> _Record:
    if not device.policy_key:
        return _Record.NEW
    if is_outdated(device, policy, request.version):
        return _Record.OUTDATED
    if record := _answered(policy, device.policy_answer):
        return record
    if not policy.allows_partial and policy.lacking(request.version):
        return _Record.LACKING
    return _Record.STALE if _is_stale(policy, device, request.time) else _Record.CURRENT


def _is_stale(policy: Policy, device: Partnership, now: datetime) -> bool:
    if policy.refresh_hours is None or device.policy_time is None:
        return False
    return now - device.policy_time > timedelta(hours=policy.refresh_hours)
