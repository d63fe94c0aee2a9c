"""Rules for devices: which of them are let in, kept in quarantine, or kept out.

The law. Rules are asked in their order, and the first of which every condition fits decides; where none
does, nothing is said. A condition is a pattern, in which `*` stands for any signs and `?` for one, in
whatever case; that on the address is a network (`192.0.2.0/24`), a range (`192.0.2.10-192.0.2.20`) or one
address. A device that says nothing of a thing has the empty text there.

There is no rule that can never decide: one without conditions, one whose range is empty, one for a version
that is not served or for a type that no device can have, or one from which a single earlier rule takes every
device.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias

from msgspec import Struct, structs

from outrider.protocol.request import MAX_DEVICE_TYPE
from outrider.protocol.versions import OFFERED


class Effect(Enum):
    """What becomes of a device."""

    ALLOW = "allow"
    QUARANTINE = "quarantine"
    BLOCK = "block"


class RuleError(ValueError):
    """A rule that there cannot be: a stable code, and why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Subject(Struct, frozen=True, kw_only=True):
    """What rules look at: the user with their groups, what the device says of itself (its User-Agent, and the
    one it names in its settings), the protocol version, and the address it comes from."""

    user: str
    groups: tuple[str, ...] = ()
    type: str = ""
    model: str = ""
    os: str = ""
    agents: tuple[str, ...] = ()
    version: str = ""
    address: str = ""


class Conditions(Struct, frozen=True, kw_only=True):
    """What must fit, None: whatever there is."""

    user: str | None = None
    group: str | None = None
    type: str | None = None
    model: str | None = None
    os: str | None = None
    agent: str | None = None
    version: str | None = None
    address: str | None = None

    def given(self) -> dict[str, str]:
        """The conditions that there are, by name."""
        return {name: text for name, text in structs.asdict(self).items() if text is not None}

    def __str__(self) -> str:
        return ", ".join(f"{name} {text or 'empty'}" for name, text in self.given().items())


class Rule(Struct, frozen=True, kw_only=True):
    """What becomes of the devices that fit; `id` is never given twice."""

    id: int
    effect: Effect
    conditions: Conditions


_Address: TypeAlias = IPv4Address | IPv6Address
_Test: TypeAlias = Callable[[Subject], bool]

_TEXTS: Final[dict[str, Callable[[Subject], Sequence[str]]]] = {
    "user": lambda subject: (subject.user,),
    "group": lambda subject: subject.groups,
    "type": lambda subject: (subject.type,),
    "model": lambda subject: (subject.model,),
    "os": lambda subject: (subject.os,),
    "agent": lambda subject: tuple(filter(None, subject.agents)) or ("",),
    "version": lambda subject: (subject.version,),
}
_ADDRESS: Final = "address"

PRESETS: Final[dict[str, tuple[Conditions, ...]]] = {
    "outlook-app": (
        Conditions(model="Outlook for iOS and Android"),
        Conditions(agent="Outlook-iOS*"),
        Conditions(agent="Outlook-Android*"),
    ),
}
"""Conditions by name. `outlook-app`: the app's requests come from a cloud service, which keeps the user's
password and mails; the app carries out no settings of a device."""

_MEMORY: Final = 20_000
_LONGEST: Final = 256
_INTRICATE: Final = 10_000


class Rules:
    """Rules in their order; what was found for a subject is remembered."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self._tests = [(rule, tuple(_tests(rule.conditions))) for rule in self.rules]
        self._found: dict[Subject, Rule | None] = {}

    def find(self, subject: Subject) -> Rule | None:
        """The rule that decides about a device, if one does."""
        if not self._tests:
            return None
        if subject not in self._found:
            if len(self._found) >= _MEMORY:
                self._found.clear()
            fitting = (rule for rule, tests in self._tests if all(test(subject) for test in tests))
            self._found[subject] = next(fitting, None)
        return self._found[subject]


def check(rules: Sequence[Rule]) -> None:
    """Raise RuleError if one of the rules can never decide."""
    for position, rule in enumerate(rules):
        _check_alone(rule.conditions)
        for earlier in rules[:position]:
            if _takes_all(earlier.conditions, rule.conditions):
                raise RuleError(
                    "E-RULE-SHADOWED",
                    f"the rule for {rule.conditions} would never decide: the rule for"
                    f" {earlier.conditions} stands before it and takes every such device",
                )


def _check_alone(conditions: Conditions) -> None:
    given = conditions.given()
    if not given:
        raise RuleError("E-RULE-EMPTY", "a rule has a condition; what holds for all is access.default")
    if long := [name for name, text in given.items() if len(text) > _LONGEST]:
        raise RuleError("E-RULE-VALUE", f"{long[0]} has more than {_LONGEST} signs")
    if conditions.address is not None:
        _read_range(conditions.address)
    if conditions.type is not None and not _is_type(conditions.type):
        text = f"no type fits {conditions.type or 'the empty text'}; types have 1 to {MAX_DEVICE_TYPE} signs"
        raise RuleError("E-RULE-NEVER", text)
    if conditions.version is not None:
        served = [str(version) for version in OFFERED]
        if not any(_pattern(conditions.version).fullmatch(version) for version in served):
            text = f"no version fits '{conditions.version}'; there are {', '.join(served)}"
            raise RuleError("E-RULE-NEVER", text)


def _is_type(pattern: str) -> bool:
    """Say whether there can be a device type that fits."""
    return bool(pattern) and len(pattern.replace("*", "")) <= MAX_DEVICE_TYPE


def _tests(conditions: Conditions) -> Iterator[_Test]:
    for name, text in conditions.given().items():
        yield _address_test(text) if name == _ADDRESS else _text_test(name, text)


def _text_test(name: str, text: str) -> _Test:
    texts, pattern = _TEXTS[name], _pattern(text)
    return lambda subject: any(pattern.fullmatch(one) for one in texts(subject))


def _pattern(text: str) -> re.Pattern[str]:
    signs = {"*": ".*", "?": "."}
    return re.compile("".join(signs.get(one) or re.escape(one) for one in text), re.IGNORECASE | re.DOTALL)


# ------------------------------------------------------------------------------------- ranges of addresses


class _Range(Struct, frozen=True):
    first: _Address
    last: _Address

    def holds(self, first: _Address, last: _Address) -> bool:
        if first.version != self.first.version:
            return False
        return int(self.first) <= int(first) and int(last) <= int(self.last)


def _address_test(text: str) -> _Test:
    wanted = _read_range(text)

    def test(subject: Subject) -> bool:
        try:
            address = ip_address(subject.address)
        except ValueError:
            return False
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        return wanted.holds(address, address)

    return test


def is_address(text: str) -> bool:
    """Say whether something can come from there."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _read_range(text: str) -> _Range:
    first, dash, last = text.partition("-")
    try:
        if not dash:
            network = ip_network(text.strip(), strict=False)
            return _Range(network[0], network[-1])
        found = _Range(ip_address(first.strip()), ip_address(last.strip()))
    except ValueError:
        raise RuleError("E-RULE-VALUE", f"'{text}' is no address, network or range of addresses") from None
    if found.first.version != found.last.version:
        raise RuleError("E-RULE-VALUE", f"'{text}' is no range: its ends are of different kinds")
    if not found.holds(found.first, found.first):
        raise RuleError("E-RULE-NEVER", f"the range {text} has no address in it")
    return found


# ------------------------------------------------------------------------------------------------ shadows


def _takes_all(wide: Conditions, narrow: Conditions) -> bool:
    """Say whether every device that fits `narrow` fits `wide`."""
    asked = narrow.given()
    return all(name in asked and _covers(name, text, asked[name]) for name, text in wide.given().items())


def _covers(name: str, wide: str, narrow: str) -> bool:
    if name != _ADDRESS:
        return covers(wide.casefold(), narrow.casefold())
    inner = _read_range(narrow)
    return _read_range(wide).holds(inner.first, inner.last)


def covers(wide: str, narrow: str) -> bool:
    """Say whether every text that fits the pattern `narrow` fits `wide`; no, where that is too intricate.

    Both are read as machines, a state being how far into the pattern a text may have come, and are fed all
    signs that either names, and one that neither does.
    """
    signs = {*wide, *narrow, "\0"} - {"*", "?"}
    pending = [(_reach(narrow, {0}), _reach(wide, {0}))]
    seen = set(pending)
    while pending:
        if len(seen) > _INTRICATE:
            return False
        inner, outer = pending.pop()
        if len(narrow) in inner and len(wide) not in outer:
            return False
        for sign in signs:
            pair = (_feed(narrow, inner, sign), _feed(wide, outer, sign))
            if pair[0] and pair not in seen:
                seen.add(pair)
                pending.append(pair)
    return True


def _reach(pattern: str, places: Iterable[int]) -> frozenset[int]:
    """The places, and those behind a `*` that may stand for nothing."""
    reached: set[int] = set()
    for place in places:
        reached.add(place)
        while pattern[place : place + 1] == "*":
            place += 1
            reached.add(place)
    return frozenset(reached)


def _feed(pattern: str, places: frozenset[int], sign: str) -> frozenset[int]:
    moved = set()
    for place in places:
        wanted = pattern[place : place + 1]
        if wanted == "*":
            moved.add(place)
        elif wanted in ("?", sign):
            moved.add(place + 1)
    return _reach(pattern, moved)
