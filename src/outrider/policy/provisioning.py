"""The provisioning handshake. MS-ASPROV, Provision Command.

The law: a key stands for one document. The temporary key stands for the document that a device was sent, at
the version it was sent in; only who presents it has seen that document. The final key stands for what the
device was sent and has acknowledged, and opens the other commands. A key of 0 is none. What was sent and what
was acknowledged are kept apart, so that the old final key stays good until the new document is acknowledged,
and every step can be repeated: a lost answer, or two parts of a device that provision at the same time, end
with the same keys.

| the device | and there is already | step |
|---|---|---|
| asks for its policy | an offer of the same demands at the same version | REPEAT: the same temporary key |
| asks for its policy | another offer, or none | OFFER: a new temporary key |
| acknowledges the temporary key | a final key for the same demands | CONFIRM: the same final key |
| acknowledges the temporary key | a final key for others, or none | GRANT: a new final key |
| acknowledges anything else | any | REFUSE: policy status 5 |

A policy is compared with what the device was sent at the version of that handshake: a setting which that
version cannot carry never makes it outdated, and a device that comes back with a higher version is asked
again only if the policy sets something that this version adds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

from outrider.policy.policies import Policy
from outrider.protocol.request import FOREIGN_KEY
from outrider.protocol.status import PolicyAcknowledgement
from outrider.protocol.versions import Version

Changes: TypeAlias = dict[str, str | int | datetime | None]
"""Fields of a partnership and what they become."""

INFORMATION_SINCE: Final = Version.V14_1
"""From here on a device that asks for its policy says what it is. MS-ASPROV, settings:DeviceInformation."""

_KEYS: Final = FOREIGN_KEY - 1


class Partnership(Protocol):
    """Where a device of a user stands: what it was sent last, and what it acknowledged last."""

    @property
    def offered_key(self) -> int: ...
    @property
    def offered_fingerprint(self) -> str: ...
    @property
    def offered_version(self) -> int: ...
    @property
    def policy_key(self) -> int: ...
    @property
    def policy_fingerprint(self) -> str: ...
    @property
    def policy_version(self) -> int: ...
    @property
    def policy_answer(self) -> int: ...
    @property
    def policy_time(self) -> datetime | None: ...


class Step(Enum):
    """What becomes of a handshake."""

    OFFER = "offer"
    REPEAT = "repeat"
    GRANT = "grant"
    CONFIRM = "confirm"
    REFUSE = "refuse"


class Fresh(Struct, frozen=True):
    """What a step takes from outside: the time, and a key nobody has seen."""

    time: datetime
    key: int


class Acknowledgement(Struct, frozen=True):
    """The key a device acknowledges, and how it took what the key stands for."""

    key: int
    answer: PolicyAcknowledgement


class _Says(Enum):
    ASKS = "asks"
    ACKNOWLEDGES = "acknowledges"
    MISTAKES = "mistakes"


_TABLE: Final = {
    (_Says.ASKS, True): Step.REPEAT,
    (_Says.ASKS, False): Step.OFFER,
    (_Says.ACKNOWLEDGES, True): Step.CONFIRM,
    (_Says.ACKNOWLEDGES, False): Step.GRANT,
    (_Says.MISTAKES, True): Step.REFUSE,
    (_Says.MISTAKES, False): Step.REFUSE,
}


def draw_key(below: Callable[[int], int]) -> int:
    """A key from a source of random numbers from 0 to below its argument: 32 bits, never 0, nor
    what stands for keys of others."""
    return 1 + below(_KEYS)


def recognise_request(device: Partnership, policy: Policy, version: Version) -> Step:
    """Look up what a device gets that asks for its policy."""
    offered = (device.offered_fingerprint, device.offered_version)
    wanted = (policy.fingerprint(version), version)
    return _TABLE[_Says.ASKS, bool(device.offered_key) and offered == wanted]


def recognise_acknowledgement(device: Partnership, key: int) -> Step:
    """Look up what a device gets that acknowledges this key."""
    says = _Says.ACKNOWLEDGES if key and key == device.offered_key else _Says.MISTAKES
    same = device.policy_fingerprint == device.offered_fingerprint
    return _TABLE[says, bool(device.policy_key) and same]


def offer(device: Partnership, policy: Policy, version: Version, fresh: Fresh) -> Changes:
    """What to put on record when the policy is sent; the temporary key is `offered_key` then."""
    if recognise_request(device, policy, version) is Step.REPEAT:
        return {"policy": policy.name}
    return {
        "policy": policy.name,
        "offered_key": fresh.key,
        "offered_fingerprint": policy.fingerprint(version),
        "offered_version": int(version),
        "offered_time": fresh.time,
    }


def acknowledge(device: Partnership, acknowledgement: Acknowledgement, fresh: Fresh) -> Changes:
    """What to put on record when a policy is acknowledged, nothing if the key is wrong; the final key is
    `policy_key` then."""
    step = recognise_acknowledgement(device, acknowledgement.key)
    if step is Step.REFUSE:
        return {}
    return {
        "policy_key": fresh.key if step is Step.GRANT else device.policy_key,
        "policy_fingerprint": device.offered_fingerprint,
        "policy_version": device.offered_version,
        "policy_answer": int(acknowledgement.answer),
        "policy_time": fresh.time,
    }


def is_outdated(device: Partnership, policy: Policy, version: Version) -> bool:
    """Say whether a device that holds a final key and now speaks `version` has still to be sent something."""
    held = Version(device.policy_version)
    versions = {held, max(held, version)}
    return any(policy.fingerprint(one) != device.policy_fingerprint for one in versions)
