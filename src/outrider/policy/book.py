"""Which policy holds for whom: editions, assignments, and when a change reaches which device.

The law. A policy is assigned to devices, users, groups, or as the default. All that are assigned to the
device, the user and the user's groups hold together, the strictest of each setting; the default holds where
nothing else does. `none` exempts: on a device from all, on a user from those of groups and the default, on a
group from the default.

A change reaches each device once. An edition that is published with a spread holds for a device from the
device's slot on, which its id gives; an edition with a share holds for that share of the devices, and the
edition before for the rest. What holds for a device depends on nothing but the book, the device and the time,
so that every node agrees.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from msgspec import Struct

from outrider.policy.merge import merge
from outrider.policy.policies import OPEN, Policy

NONE: Final = "none"
"""The name that is assigned to exempt."""


class Level(Enum):
    """To what a policy is assigned, the most particular first."""

    DEVICE = "device"
    USER = "user"
    GROUP = "group"
    DEFAULT = "default"


class Wave(Struct, frozen=True, kw_only=True):
    """How a change goes out: from when on, over how many seconds, and to how many of a hundred devices."""

    since: datetime
    spread: int = 0
    share: int = 100

    def reaches(self, device_id: str, now: datetime) -> bool:
        """Say whether the change has come to a device."""
        if self.share < 100 and _draw(device_id, "share") % 100 >= self.share:
            return False
        elapsed = (now - self.since).total_seconds()
        return elapsed >= self.spread or elapsed >= self.slot(device_id)

    def is_under_way(self, now: datetime) -> bool:
        """Say whether there are slots that are still to come."""
        return now < self.since + timedelta(seconds=self.spread)

    def slot(self, device_id: str) -> int:
        """Seconds after `since` at which a device has its turn."""
        return _draw(device_id, "slot") % self.spread if self.spread else 0


class Pace(Struct, frozen=True, kw_only=True):
    """How fast changes go out: to `at_once` devices without waiting; to more of them over `spread` seconds at
    least, and to `rate` devices a second at most (0: no bound)."""

    at_once: int = 1000
    spread: int = 600
    rate: int = 8

    def spread_for(self, devices: int) -> int:
        """Seconds over which a change goes out that so many devices are asked to take."""
        if devices <= self.at_once:
            return 0
        return max(self.spread, math.ceil(devices / self.rate) if self.rate else 0)


class Edition(Struct, frozen=True, kw_only=True):
    """A policy as it was published once; `policy` is None where it was removed."""

    version: int
    policy: Policy | None
    wave: Wave


class Assignment(Struct, frozen=True, kw_only=True):
    """That a policy holds for somebody: its name, or `none`; `target` is a device's id, an address, a group's
    name, or empty for the default. A name that is empty takes the assignment back."""

    level: Level
    target: str = ""
    name: str
    wave: Wave


class Who(Struct, frozen=True):
    """For whom a policy is asked."""

    address: str
    groups: tuple[str, ...]
    device_id: str


class Book:
    """All editions and assignments, as they were at one moment; the editions of each name, and the
    assignments to each target, in the order in which they were made."""

    def __init__(self, editions: Mapping[str, Sequence[Edition]], assignments: Iterable[Assignment]) -> None:
        self.editions = {name: tuple(listed) for name, listed in editions.items()}
        self.assignments: dict[tuple[Level, str], list[Assignment]] = {}
        for one in assignments:
            self.assignments.setdefault((one.level, one.target.casefold()), []).append(one)
        self._particular = tuple(self._of_level(level) for level in (Level.DEVICE, Level.USER, Level.GROUP))
        self._default = self.assignments.get((Level.DEFAULT, ""), ())
        self._merged: dict[tuple[tuple[str, int], ...], Policy] = {}

    def waves(self) -> Iterator[Wave]:
        """How each change went out, or goes out still."""
        yield from (one.wave for editions in self.editions.values() for one in editions)
        yield from (one.wave for assigned in self.assignments.values() for one in assigned)

    def assigned(self, level: Level, target: str) -> str:
        """The name that was assigned to a target last; empty for nothing."""
        return next((one.name for one in reversed(self.assignments.get((level, target.casefold()), ()))), "")

    def policy_for(self, who: Who, now: datetime) -> Policy | None:
        """What holds for a device of a user; None where it is exempt by `none`."""
        names, exempt = self.names_for(who, now)
        if not names:
            return None if exempt else OPEN
        held = {name: self.edition_for(name, who.device_id, now) for name in sorted(names)}
        key = tuple((name, edition.version) for name, edition in held.items() if edition)
        if key not in self._merged:
            editions = [edition.policy for edition in held.values() if edition]
            self._merged[key] = merge([policy for policy in editions if policy])
        return self._merged[key]

    def names_for(self, who: Who, now: datetime) -> tuple[tuple[str, ...], bool]:
        """The policies that are assigned to a device of a user as of now, and whether it is exempt from the
        rest."""
        names: dict[str, None] = {}
        every = ((who.device_id,), (who.address,), who.groups)
        for assigned, targets in zip(self._particular, every, strict=True):
            if not assigned:
                continue
            found = [_name(assigned.get(target.casefold(), ()), who, now) for target in targets]
            names.update(dict.fromkeys(name for name in found if name not in ("", NONE)))
            if NONE in found:
                return tuple(names), True
        default = "" if names else _name(self._default, who, now)
        return tuple(names) or ((default,) if default not in ("", NONE) else ()), default == NONE

    def edition_for(self, name: str, device_id: str, now: datetime) -> Edition | None:
        """The edition of a policy that has come to a device: the newest that did, else the first."""
        editions = self.editions.get(name, ())
        return next(
            (one for one in reversed(editions) if one.wave.reaches(device_id, now)),
            next(iter(editions), None),
        )

    def _of_level(self, level: Level) -> dict[str, list[Assignment]]:
        return {target: listed for (its, target), listed in self.assignments.items() if its is level}


def _name(assigned: Sequence[Assignment], who: Who, now: datetime) -> str:
    """The name that is assigned to a device as of now: by the newest that has come to it."""
    return next((one.name for one in reversed(assigned) if one.wave.reaches(who.device_id, now)), "")


def _draw(device_id: str, purpose: str) -> int:
    """A number that a device always gets for a purpose."""
    return int.from_bytes(hashlib.blake2b(f"{purpose}:{device_id}".encode(), digest_size=8).digest(), "big")
