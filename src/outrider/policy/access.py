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
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct

from outrider.policy.policies import Policy
from outrider.policy.provisioning import Partnership, is_outdated
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version


class Signal(Struct, frozen=True, kw_only=True):
    """Why a device has to provision first: the status that tells it, a stable code, and a sentence."""

    status: CommonStatus
    code: str
    reason: str


class _Key(Enum):
    NONE = "none"
    ZERO = "zero"
    FINAL = "final"
    OTHER = "other"


class _Record(Enum):
    NEW = "new"
    CURRENT = "current"
    OUTDATED = "outdated"


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
}


def judge(policy: Policy | None, device: Partnership, version: Version, key: int | None) -> Signal | None:
    """Look up whether a request with this key is let in (None) or has to provision; `key` None: it carries
    none; `policy` None: the device is exempt."""
    if policy is None:
        return None
    if key is None and not policy.allows_non_provisionable:
        return _REFUSED
    return _TABLE[_which(device, key), _standing(policy, device, version)]


def must_provision(policy: Policy | None, device: Partnership, version: Version) -> bool:
    """Say, by the device's record alone, whether it has to take its policy before anything else."""
    if policy is None:
        return False
    standing = _standing(policy, device, version)
    if standing is _Record.NEW:
        return not policy.allows_non_provisionable
    return standing is _Record.OUTDATED


def _which(device: Partnership, key: int | None) -> _Key:
    if key is None:
        return _Key.NONE
    if key == 0:
        return _Key.ZERO
    return _Key.FINAL if key == device.policy_key else _Key.OTHER


def _standing(policy: Policy, device: Partnership, version: Version) -> _Record:
    if not device.policy_key:
        return _Record.NEW
    return _Record.OUTDATED if is_outdated(device, policy, version) else _Record.CURRENT
