"""What devices claim, against what is known of their models, and against what they claimed before.

The law: a claim is held against facts from public sources, each with its source, and against the device's own
earlier claims; a contradiction names both sides. What a contradiction leads to is for the administrator to
say. What the server sees to itself (`enforce`) needs nobody's word, so nothing is found about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from outrider.policy.settings import ENFORCED, SETTINGS
from outrider.store.claims import ACKNOWLEDGED, Claim, read_claims

_APPLIED: Final = "1"  # MS-ASPROV, Status (Policy): the whole policy was applied


class Kind(Enum):
    """What is wrong with a claim."""

    CANNOT = "cannot"  # it acknowledged a setting that such devices cannot carry out
    BACKWARDS = "backwards"  # its system or its client has become older
    CHANGED = "changed"  # it has become another device


class Contradiction(Struct, frozen=True):
    """What is wrong with a device's claims, and the evidence in a sentence."""

    kind: Kind
    evidence: str


class Fact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the devices of a kind cannot carry out: the settings in `lacks`, or all that `only` does not name.

    `match` has patterns with `*` and `?` by what is looked at: model, os, type, agent; all must fit.
    """

    name: str
    match: dict[str, str]
    source: str
    lacks: list[str] = []
    only: list[str] | None = None

    def lacking(self, settings: Iterable[str]) -> list[str]:
        """Those of the settings that such devices cannot carry out."""
        wanted = [name for name in settings if name not in ENFORCED]
        if self.only is not None:
            return [name for name in wanted if name not in self.only]
        return [name for name in wanted if name in self.lacks]


class Subject(Struct, frozen=True, kw_only=True):
    """What a device says it is; `agents` are its User-Agent and the one it names in its settings."""

    type: str = ""
    model: str = ""
    os: str = ""
    agents: tuple[str, ...] = ()


class Facts:
    """What is known of kinds of devices."""

    def __init__(self, facts: Sequence[Fact] = ()) -> None:
        self._facts = tuple(facts)

    def of(self, subject: Subject) -> list[Fact]:
        """The facts about this device."""
        return [fact for fact in self._facts if _fits(fact.match, subject)]

    def lacking(self, subject: Subject, settings: Iterable[str]) -> dict[str, Fact]:
        """Those of the settings that this device cannot carry out, with the first fact that says so."""
        wanted, found = list(settings), dict[str, Fact]()
        for fact in self.of(subject):
            for name in fact.lacking(wanted):
                found.setdefault(name, fact)
        return found


class _File(Struct, forbid_unknown_fields=True):
    fact: list[Fact] = []


class FactsError(ValueError):
    """A fact that names something there is not."""


def read_facts(text: bytes) -> Facts:
    """Read facts from TOML. Raises FactsError, or msgspec.DecodeError for what is none."""
    facts = msgspec.toml.decode(text, type=_File).fact
    for fact in facts:
        strange = {*fact.lacks, *(fact.only or ())} - SETTINGS.keys() | fact.match.keys() - _LOOKED_AT.keys()
        if strange or not fact.match:
            raise FactsError(f"{fact.name}: there is no {', '.join(sorted(strange)) or 'pattern'}")
    return Facts(facts)


def acknowledgement(answer: int, settings: Iterable[str]) -> dict[str, str]:
    """What a device claims that acknowledges a policy which demands these settings."""
    return {ACKNOWLEDGED: " ".join([str(answer), *settings])}


@lru_cache(20_000)
def contradictions(history: str, subject: Subject, facts: Facts) -> tuple[Contradiction, ...]:
    """All that is wrong with what a device said, by its history as it is kept."""
    claims = read_claims(history)
    return (*_beyond(claims, subject, facts), *_backwards(claims), *_changed(claims))


# ----------------------------------------------------------------------------------- what it cannot carry out


def _beyond(claims: Sequence[Claim], subject: Subject, facts: Facts) -> Iterator[Contradiction]:
    last = next((claim for claim in reversed(claims) if claim.name == ACKNOWLEDGED), None)
    if last is None:
        return
    answer, *settings = last.value.split()
    if answer != _APPLIED:
        return
    by_fact: dict[str, list[str]] = {}
    for name, fact in facts.lacking(subject, settings).items():
        by_fact.setdefault(f"{fact.name} ({fact.source})", []).append(name)
    for fact_name, names in by_fact.items():
        said = f"on {_day(last)} it acknowledged {', '.join(names)}"
        yield Contradiction(Kind.CANNOT, f"{said}, which it cannot carry out: {fact_name}")


_LOOKED_AT: Final[dict[str, Callable[[Subject], Sequence[str]]]] = {
    "model": lambda subject: (subject.model,),
    "os": lambda subject: (subject.os,),
    "type": lambda subject: (subject.type,),
    "agent": lambda subject: subject.agents,
}


def _fits(match: Mapping[str, str], subject: Subject) -> bool:
    return all(
        any(fnmatchcase(text.casefold(), pattern.casefold()) for text in _LOOKED_AT[name](subject))
        for name, pattern in match.items()
    )


# ------------------------------------------------------------------------------- what does not fit together

_NAMES: Final = {
    "model": "model",
    "imei": "IMEI",
    "os": "system",
    "user_agent": "User-Agent",
    "own_user_agent": "client",
}
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)*")


def _backwards(claims: Iterable[Claim]) -> Iterator[Contradiction]:
    """A system or a client whose version is lower than one that the device had before."""
    highest: dict[tuple[str, str], tuple[tuple[int, ...], Claim]] = {}
    for claim in claims:
        if claim.name not in ("os", "user_agent", "own_user_agent"):
            continue
        product, version = _version(claim.value)
        before = highest.get((claim.name, product))
        if version and before and version < before[0]:
            yield _turned(Kind.BACKWARDS, before[1], claim)
        elif version:
            highest[claim.name, product] = version, claim


def _changed(claims: Iterable[Claim]) -> Iterator[Contradiction]:
    """Another model, or another IMEI, than the device had before."""
    last: dict[str, Claim] = {}
    for claim in claims:
        if claim.name not in ("model", "imei"):
            continue
        before = last.get(claim.name)
        if before and _plain(before.value) != _plain(claim.value):
            yield _turned(Kind.CHANGED, before, claim)
        last[claim.name] = claim


def _turned(kind: Kind, before: Claim, after: Claim) -> Contradiction:
    said = f"its {_NAMES[after.name]} was {before.value} on {_day(before)}"
    return Contradiction(kind, f"{said} and is {after.value} since {_day(after)}")


def _version(text: str) -> tuple[str, tuple[int, ...]]:
    """The product that a text names, and its version: the numbers behind a slash, else the first ones."""
    product, slash, rest = text.partition("/")
    start, searched = (product, rest) if slash else ("", text)
    found = _NUMBERS.search(searched)
    if found is None:
        return text.casefold(), ()
    name = start or searched[: found.start()]
    return name.casefold(), tuple(int(number) for number in found[0].split("."))


def _plain(text: str) -> str:
    return re.sub(r"[\s-]+", "", text).casefold()


def _day(claim: Claim) -> str:
    return f"{claim.time:%Y-%m-%d}"
