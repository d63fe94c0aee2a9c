"""A policy: what it demands of devices and how it takes their answers, the document that is sent, its
fingerprint.

The law: a device is always sent every setting that its version carries, those the policy leaves alone with
their default; so what it obeys depends on the last document alone, and not on those before. The fingerprint
stands for what a policy demands of a device of some version: the names and values of the settings which that
version carries (`wap` says which at 2.5), sorted, those at their default left out. So it moves when the
demands move, and neither with a setting the version does not know nor with one that a later release of ours
learns to send.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import msgspec
from msgspec import UNSET, structs

from outrider.policy.settings import DEFAULTS, ENFORCED, demanded, values_of
from outrider.policy.wap import as_told, carries, write_wap
from outrider.protocol.messages.provision import EASProvisionDoc
from outrider.protocol.versions import Version


@dataclass(frozen=True, kw_only=True, eq=False)
class Policy:
    """A named set of demands; what `sets` leaves UNSET is at its default.

    `allows_non_provisionable` lets devices in that never say they know policies (they send no key at all),
    and those that say they could not obey any of it; `allows_partial` those that could obey a part;
    `allows_external` those that say somebody else manages them. `refresh_hours` is after how long a device
    must take the policy anew, None for never. What is kept of a policy that is not `readable` makes no sense:
    nobody can be sent it, and nobody has it.
    """

    name: str
    sets: EASProvisionDoc
    allows_non_provisionable: bool = True
    allows_partial: bool = True
    allows_external: bool = True
    refresh_hours: int | None = None
    readable: bool = True

    @cached_property
    def document(self) -> EASProvisionDoc:
        """Every setting, to be sent; the encoder leaves out those that the device's version lacks."""
        sets = structs.asdict(self.sets)
        return structs.replace(DEFAULTS, **{name: sets[name] for name in sets if sets[name] is not UNSET})

    @cached_property
    def wap(self) -> str:
        """What is sent at 2.5 instead."""
        return write_wap(values_of(self.document))

    def lacking(self, version: Version) -> list[str]:
        """What the policy demands, the server cannot see to, and a device of this version is never told."""
        return [name for name in self._untold if not carries(name, version)]

    @cached_property
    def _untold(self) -> list[str]:
        """What some version might not be told."""
        return [name for name in demanded(self.sets) if name not in ENFORCED]

    def fingerprint(self, version: Version) -> str:
        """What the policy demands of a device of this version."""
        return self._fingerprints[version]

    @cached_property
    def _fingerprints(self) -> dict[Version, str]:
        if not self.readable:
            return dict.fromkeys(Version, _UNREADABLE)
        return {version: _fingerprint(self.sets, version) for version in Version}


_UNREADABLE: Final = "unreadable"  # what no device ever acknowledged

OPEN: Final = Policy(name="open", sets=EASProvisionDoc())
"""The policy that demands nothing; a device under it has a key all the same."""


def unreadable(name: str) -> Policy:
    """What holds in the place of a policy that cannot be read: nobody is let in for it."""
    return Policy(
        name=name,
        sets=EASProvisionDoc(),
        allows_non_provisionable=False,
        allows_partial=False,
        allows_external=False,
        readable=False,
    )


def _fingerprint(sets: EASProvisionDoc, version: Version) -> str:
    return hashlib.sha256("\n".join(sorted(_demands(sets, version))).encode()).hexdigest()


def _demands(sets: EASProvisionDoc, version: Version) -> Iterator[str]:
    """`name=value` of each setting that differs from its default, named as in the specification."""
    defaults = values_of(DEFAULTS)
    for name, value in values_of(sets).items():
        told = as_told(name, value, version)
        if carries(name, version) and (name not in defaults or told != defaults[name]):
            yield f"{name}={msgspec.json.encode(told).decode()}"
