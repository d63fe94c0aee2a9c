"""Users, groups and devices that rules and policies name, and that are not there.

The law. Rules and policies go by names. A name that nobody has any more fits nobody, and fits again whoever
comes under it. Removing somebody therefore changes neither; it tells what still has the name, and lists tell
which names are nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from outrider.admin.services import Services
from outrider.commands.admission import rule_of
from outrider.policy.book import Level
from outrider.policy.rules import Rule

Named: TypeAlias = tuple[Level, str]
"""Somebody by name: a user's address, a group's name, a device's id."""


def is_pattern(text: str) -> bool:
    """Say whether a condition names many."""
    return "*" in text or "?" in text


def named_in(rule: Rule) -> list[Named]:
    """Whom a rule names, without wildcards."""
    given = rule.conditions.given()
    return [
        (level, given[level.value])
        for level in (Level.USER, Level.GROUP)
        if given.get(level.value) and not is_pattern(given[level.value])
    ]


async def find_missing(services: Services, named: Iterable[Named]) -> set[Named]:
    """Those who are not there."""
    asked = set(named)
    users = [name for level, name in asked if level is Level.USER]
    there = {
        (Level.USER, address)
        for address, user in zip(users, await services.users.find(users), strict=True)
        if user is not None
    }
    groups = {group.name.casefold() for group in await services.groups.list()}
    there |= {one for one in asked if one[0] is Level.GROUP and one[1].casefold() in groups}
    for level, name in asked:
        if level is Level.DEFAULT or (level is Level.DEVICE and await services.store.devices.named(name)):
            there.add((level, name))
    return asked - there


async def mentions(services: Services, who: Named) -> Sequence[str]:
    """What names somebody: rules by id, policies that are assigned."""
    level, name = who[0], who[1].casefold()
    order = map(rule_of, await services.store.rules.all())
    rules = [
        f"rule {rule.id}"
        for rule in order
        if any(its is level and one.casefold() == name for its, one in named_in(rule))
    ]
    assigned = (await services.policies.refresh()).assigned(level, name)
    return [*rules, f"policy {assigned}"] if assigned else rules
