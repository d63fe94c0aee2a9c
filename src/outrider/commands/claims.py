"""What the claims of devices on record come to, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from outrider.policy.admission import Finding
from outrider.policy.claims import Contradiction, Facts, Kind, Subject, contradictions
from outrider.policy.rules import Effect
from outrider.store.claims import read_claims
from outrider.store.devices import Device

NOTE: Final = "note"
"""What follows where nothing else does: `device show` tells it."""


class Found(Struct, frozen=True, kw_only=True):
    """A contradiction of a device, with its stable code and what follows from it: `note`, `quarantine`,
    `block`."""

    code: str
    effect: str
    evidence: str


class Said(Struct, frozen=True, kw_only=True):
    """A line of what a device said of itself over time."""

    time: datetime
    name: str
    value: str


class Claims:
    """Judges devices by facts; `effects` says what follows from each kind of contradiction. Where it says
    nothing, they are noted."""

    def __init__(self, facts: Facts | None = None, effects: Mapping[Kind, Effect] | None = None) -> None:
        self._facts = facts or Facts()
        self._effects = dict(effects or {})

    def found(self, device: Device) -> list[Found]:
        """All that is wrong with what a device said."""
        return [
            Found(code=code_of(one.kind), effect=self._word(one.kind), evidence=one.evidence)
            for one in self._contradictions(device)
        ]

    def find(self, device: Device) -> Finding | None:
        """What keeps a device out or in quarantine, the hardest first; None where at most something is
        noted. From memory."""
        for effect in (Effect.BLOCK, Effect.QUARANTINE):
            for one in self._contradictions(device):
                if self._effects.get(one.kind) is effect:
                    return Finding(effect=effect, code=code_of(one.kind), reason=one.evidence)
        return None

    def lacking(self, device: Device, settings: Iterable[str]) -> dict[str, str]:
        """Those of the settings that the device cannot carry out, each with the fact that says so."""
        lacking = self._facts.lacking(subject_of(device), settings)
        return {name: f"{fact.name} ({fact.source})" for name, fact in lacking.items()}

    def _word(self, kind: Kind) -> str:
        effect = self._effects.get(kind)
        return effect.value if effect else NOTE

    def _contradictions(self, device: Device) -> tuple[Contradiction, ...]:
        if not device.claims:
            return ()
        return contradictions(device.claims, subject_of(device), self._facts)


def code_of(kind: Kind) -> str:
    """The stable code of a kind of contradiction."""
    return f"E-CLAIM-{kind.name}"


def subject_of(device: Device) -> Subject:
    """The device as facts look at it."""
    return Subject(
        type=device.type,
        model=device.model,
        os=device.os,
        agents=(device.user_agent, device.own_user_agent),
    )


def said_by(device: Device) -> list[Said]:
    """What a device said of itself over time, oldest line first."""
    return [Said(time=one.time, name=one.name, value=one.value) for one in read_claims(device.claims)]
