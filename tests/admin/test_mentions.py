"""Rules and policies that name somebody who is not there: removing tells, and lists tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from outrider.admin.groups import AddGroup, RemoveGroup
from outrider.admin.looks import RulesLook, see
from outrider.admin.mentions import find_missing, mentions, named_in
from outrider.admin.policies import AddPolicy, AssignPolicy, Author, ListPolicies, Target
from outrider.admin.rules import AddRule, ListRules
from outrider.admin.services import Act, Services
from outrider.admin.users import AddUsers, RemoveUser
from outrider.backends.local.users import NewUser
from outrider.policy.book import Level
from outrider.policy.rules import Conditions, Effect, Rule
from outrider.store.devices import Device
from tests.admin.conftest import ALICE, BOB

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHO = Author("admin")
STAFF = "Staff"


async def rule(services: Services, **conditions: str) -> None:
    await AddRule(action=Effect.BLOCK, author=WHO, conditions=Conditions(**conditions)).run(services)


async def assign(services: Services, name: str, *targets: Target) -> None:
    if name != "none":
        await AddPolicy(name=name, author=WHO).run(services)
    for target in targets:
        await AssignPolicy(name=name, target=target, author=WHO).run(services)


@pytest.fixture
async def named(services: Services) -> Services:
    """A store in which rules and policies name a group, two users and a device."""
    await AddGroup(STAFF, [ALICE]).run(services)
    await services.store.devices.add(
        Device(address=ALICE, id="PHONE1", version=161, first_seen=DAY, last_seen=DAY)
    )
    await rule(services, user=ALICE, type="iPad")
    await rule(services, group=STAFF, type="iPhone")
    await rule(services, group="St*", type="Android")
    await rule(services, type="Tizen")
    await assign(services, "pin", Target(Level.GROUP, STAFF), Target(Level.DEFAULT))
    await assign(services, "pad", Target(Level.DEVICE, "PHONE1"))
    await assign(services, "none", Target(Level.USER, ALICE))
    return services


REMOVALS: list[tuple[Act[Sequence[str]], list[str]]] = [
    (RemoveGroup(STAFF, []), ["rule 2", "policy pin"]),
    (RemoveGroup(STAFF, [ALICE]), []),
    (RemoveUser(ALICE), ["rule 1", "policy none"]),
    (RemoveUser(BOB), []),
]


@pytest.mark.parametrize(("act", "still"), REMOVALS, ids=str)
async def test_a_removal_tells_what_still_has_the_name(
    named: Services, act: Act[Sequence[str]], still: list[str]
) -> None:
    assert list(await act.run(named)) == still


async def missing_of_rules(services: Services) -> dict[int, list[str]]:
    return {one.id: one.missing for one in await ListRules().run(services) if one.missing}


async def missing_of_policies(services: Services) -> dict[str, list[str]]:
    return {one.name: one.missing for one in await ListPolicies().run(services) if one.missing}


async def test_lists_tell_which_names_are_nobodys(named: Services) -> None:
    assert (await missing_of_rules(named), await missing_of_policies(named)) == ({}, {})
    await RemoveGroup(STAFF, []).run(named)
    await RemoveUser(ALICE).run(named)
    assert await missing_of_rules(named) == {1: ["user"], 2: ["group"]}
    assert await missing_of_policies(named) == {
        "pin": [f"group:{STAFF}"],
        "pad": ["device:PHONE1"],
        "none": [f"user:{ALICE}"],
    }


async def test_whoever_comes_under_the_name_is_meant_again(named: Services) -> None:
    await RemoveGroup(STAFF, []).run(named)
    await RemoveUser(ALICE).run(named)
    await AddUsers([NewUser(address=ALICE, password="outrider")]).run(named)
    await AddGroup(STAFF.lower(), [ALICE]).run(named)
    assert await missing_of_rules(named) == {}
    assert await missing_of_policies(named) == {"pad": ["device:PHONE1"]}


async def test_what_a_rule_misses_is_no_change_of_the_rule(named: Services) -> None:
    before = await see(RulesLook(), named)
    await RemoveGroup(STAFF, []).run(named)
    assert await see(RulesLook(), named) == before


NAMED = [
    (Conditions(user=ALICE, group=STAFF), [(Level.USER, ALICE), (Level.GROUP, STAFF)]),
    (Conditions(user="alice@*", group="St?ff"), []),
    (Conditions(user="", type="iPhone"), []),
    (Conditions(), []),
]


@pytest.mark.parametrize(("conditions", "expected"), NAMED, ids=str)
def test_a_rule_names_whom_it_has_no_wildcards_for(
    conditions: Conditions, expected: list[tuple[Level, str]]
) -> None:
    assert named_in(Rule(id=1, effect=Effect.BLOCK, conditions=conditions)) == expected


async def test_the_default_is_always_there(services: Services) -> None:
    assert await find_missing(services, [(Level.DEFAULT, "")]) == set()


async def test_who_is_named_by_nothing_has_no_mentions(services: Services) -> None:
    assert list(await mentions(services, (Level.USER, ALICE))) == []
