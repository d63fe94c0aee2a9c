"""Rules are added, moved, removed and tried, and take effect at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.admin.devices import ListDevices
from outrider.admin.groups import AddGroup
from outrider.admin.policies import Author
from outrider.admin.refusals import RuleRefusedError, RuleUnknownError
from outrider.admin.rules import AddRule, ListRules, MatchRules, MoveRule, RemoveRule, RuleSheet
from outrider.admin.services import Services
from outrider.policy.rules import Conditions, Effect, Subject
from outrider.store.devices import Device
from outrider.sync.hub import device_topic
from tests.admin.conftest import ALICE, BOB

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHO = Author("admin")


async def add(
    services: Services, effect: Effect = Effect.BLOCK, position: int | None = None, **conditions: str
) -> RuleSheet:
    act = AddRule(action=effect, author=WHO, conditions=Conditions(**conditions), position=position)
    [added] = await act.run(services)
    return added


async def order(services: Services) -> list[int]:
    return [rule.id for rule in await ListRules().run(services)]


async def phone(services: Services, name: str = "PHONE1", **fields: str) -> Device:
    device = Device(address=ALICE, id=name, version=161, first_seen=DAY, last_seen=DAY, **fields)  # type: ignore[arg-type]
    return await services.store.devices.add(device)


async def states(services: Services) -> dict[str, str]:
    return {row.id: row.state for row in await ListDevices(None).run(services)}


async def test_a_rule_is_asked_last_unless_it_is_put_elsewhere(services: Services) -> None:
    for name in ("A", "B"):
        await add(services, type=name)
    third = await add(services, type="C", position=1)
    assert (third.id, third.position, third.action, third.author) == (3, 1, "block", "admin")
    assert await order(services) == [3, 1, 2]
    moved = await MoveRule(3, 2).run(services)
    assert moved.position == 2
    assert await order(services) == [1, 3, 2]
    assert (await RemoveRule(1).run(services)).type == "A"
    assert await order(services) == [3, 2]


async def test_devices_on_record_are_judged_at_once(services: Services) -> None:
    await phone(services, "PHONE1", type="iPhone")
    await phone(services, "PHONE2", type="Android")
    waiters = [services.hub.listen([device_topic(ALICE, name)]) for name in ("PHONE1", "PHONE2")]
    rule = await add(services, type="iPh*")
    assert await states(services) == {"PHONE1": "blocked", "PHONE2": "allowed"}
    assert [waiter.future.done() for waiter in waiters] == [True, False]
    await RemoveRule(rule.id).run(services)
    assert await states(services) == {"PHONE1": "allowed", "PHONE2": "allowed"}
    for waiter in waiters:
        waiter.close()


async def test_a_rule_for_an_alias_is_one_for_the_user(services: Services) -> None:
    await services.users.add_alias(ALICE, "al@example.org")
    await phone(services, "PHONE1")
    assert (await add(services, user="al@example.org")).user == ALICE
    assert await states(services) == {"PHONE1": "blocked"}


async def test_a_preset_adds_its_rules_together(services: Services) -> None:
    await add(services, type="A")
    added = await AddRule(action=Effect.BLOCK, author=WHO, preset="outlook-app", position=1).run(services)
    assert [(rule.id, rule.position) for rule in added] == [(2, 1), (3, 2), (4, 3)]
    assert await order(services) == [2, 3, 4, 1]


REFUSED = [
    (AddRule(action=Effect.BLOCK, author=WHO), "E-RULE-EMPTY"),
    (AddRule(action=Effect.BLOCK, author=WHO, conditions=Conditions(type="a", user=BOB)), "E-RULE-SHADOWED"),
    (
        AddRule(action=Effect.BLOCK, author=WHO, conditions=Conditions(type="*"), position=1),
        "E-RULE-SHADOWED",
    ),
    (
        AddRule(action=Effect.BLOCK, author=WHO, conditions=Conditions(type="B"), position=3),
        "E-RULE-POSITION",
    ),
    (AddRule(action=Effect.BLOCK, author=WHO, conditions=Conditions(user="x@example.org")), "E-RULE-TARGET"),
    (AddRule(action=Effect.BLOCK, author=WHO, conditions=Conditions(group="nobody")), "E-RULE-TARGET"),
    (AddRule(action=Effect.BLOCK, author=WHO, conditions=Conditions(address="9-3")), "E-RULE-VALUE"),
    (AddRule(action=Effect.BLOCK, author=WHO, preset="unheard-of"), "E-RULE-PRESET"),
    (
        AddRule(action=Effect.BLOCK, author=WHO, preset="outlook-app", conditions=Conditions(type="B")),
        "E-RULE-PRESET",
    ),
]


@pytest.mark.parametrize(("act", "code"), REFUSED, ids=[f"{code} {n}" for n, (_, code) in enumerate(REFUSED)])
async def test_a_rule_that_cannot_be_is_refused_and_nothing_changes(
    services: Services, act: AddRule, code: str
) -> None:
    await add(services, type="A")
    with pytest.raises(RuleRefusedError) as refused:
        await act.run(services)
    assert refused.value.code == code
    assert await order(services) == [1]


async def test_a_move_behind_a_rule_that_takes_everything_is_refused(services: Services) -> None:
    await add(services, Effect.ALLOW, type="iPhone", user=ALICE)
    await add(services, type="iPhone")
    with pytest.raises(RuleRefusedError, match="would never decide"):
        await MoveRule(1, 2).run(services)
    assert await order(services) == [1, 2]


async def test_a_rule_that_is_not_there_is_neither_moved_nor_removed(services: Services) -> None:
    for act in (RemoveRule(7), MoveRule(7, 1)):
        with pytest.raises(RuleUnknownError):
            await act.run(services)


async def test_a_device_can_be_tried_before_it_comes(services: Services) -> None:
    rule = await add(services, Effect.QUARANTINE, type="iPhone", address="192.0.2.0/24")
    inside = Subject(user=ALICE, type="iPhone", address="192.0.2.7")
    assert await MatchRules(inside).run(services) == rule
    assert await MatchRules(Subject(user=ALICE, type="iPhone", address="198.51.100.7")).run(services) is None


async def test_a_user_who_is_described_is_in_their_groups(services: Services) -> None:
    await AddGroup("staff", [ALICE]).run(services)
    await services.users.add_alias(ALICE, "al@example.org")
    await add(services, group="staff")
    for user, fits in ((ALICE, True), ("al@example.org", True), (BOB, False), ("ghost@example.org", False)):
        found = await MatchRules(Subject(user=user)).run(services)
        assert (found is not None) is fits, user
    assert await MatchRules(Subject(user=BOB, groups=("staff",))).run(services) is not None


async def test_a_device_comes_from_an_address(services: Services) -> None:
    for address in ("office", "192.0.2.0/24", "192.0.2.256"):
        with pytest.raises(RuleRefusedError, match=address) as refused:
            await MatchRules(Subject(user=ALICE, address=address)).run(services)
        assert refused.value.code == "E-RULE-VALUE"
    assert await MatchRules(Subject(user=ALICE, address="2001:db8::1")).run(services) is None
