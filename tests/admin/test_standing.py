"""What is said of devices on record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import structs

from outrider.admin.devices import DecideDevice, DeviceRow, ListDevices, ShowDevice, UnparkDevice
from outrider.admin.refusals import NotParkedError
from outrider.admin.services import Act, Services
from outrider.admin.standing import explain, settle, settle_all
from outrider.commands.admission import Admission, Terms
from outrider.policy.admission import Step
from outrider.policy.parking import mark_of
from outrider.policy.policies import OPEN
from outrider.policy.rules import Effect
from outrider.store.devices import Device
from outrider.store.rules import RuleRow
from outrider.sync.hub import device_topic
from tests.admin.conftest import ALICE, BOB

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def phone(services: Services, address: str = ALICE, name: str = "PHONE1", peer: str = "") -> Device:
    device = Device(
        address=address, id=name, type="iPhone", version=161, first_seen=DAY, last_seen=DAY, peer=peer
    )
    return await services.store.devices.add(device)


async def first_step(services: Services, device: Device) -> Step:
    """Where the first answer is that keeps a device out or lets it in."""
    return next(answer.step for answer in await explain(services, device) if answer.code)


async def test_a_device_without_a_key_has_its_policy_still_to_take(services: Services) -> None:
    assert await first_step(services, await phone(services)) is Step.POLICY


@pytest.mark.parametrize(
    ("field", "step"), [("disable", Step.ACCOUNT), ("off", Step.USER), ("gone", Step.ACCOUNT)]
)
async def test_a_user_who_may_not_come_in_is_what_decides(services: Services, field: str, step: Step) -> None:
    device = await phone(services)
    match field:
        case "disable":
            await services.users.disable(ALICE)
        case "off":
            await services.users.set(ALICE, {"eas": False})
        case _:
            await services.users.remove(ALICE)
    assert await first_step(services, device) is step


async def test_the_address_that_a_device_came_from_last_is_looked_at(services: Services) -> None:
    inside = await phone(services, peer="192.0.2.7")
    outside = await phone(services, BOB, peer="198.51.100.7")
    rule = RuleRow(effect="block", conditions={"address": "192.0.2.0/24"}, author="admin", time=DAY)
    await services.store.rules.revise(lambda _: [rule])
    assert (await settle(services, inside)).state == "blocked"
    assert (await settle(services, outside)).state == "allowed"


async def test_a_change_of_rules_says_for_how_many_it_decided_otherwise(services: Services) -> None:
    await phone(services)
    await phone(services, BOB)
    rule = RuleRow(effect="block", conditions={"user": BOB}, author="admin", time=DAY)
    await services.store.rules.revise(lambda _: [rule])
    assert await settle_all(services) == 1
    assert await settle_all(services) == 0


DECISIONS = [(Effect.BLOCK, "blocked"), (Effect.QUARANTINE, "quarantined"), (Effect.ALLOW, "allowed")]


@pytest.mark.parametrize(("effect", "state"), DECISIONS)
async def test_a_decision_about_a_device_holds_until_it_is_taken_back(
    services: Services, effect: Effect, state: str
) -> None:
    await phone(services)
    row = await DecideDevice("PHONE1", ALICE, effect).run(services)
    assert row.state == state
    sheet = await ShowDevice("PHONE1", ALICE).run(services)
    assert (sheet.state, sheet.personal) == (state, effect.value)
    assert (await DecideDevice("PHONE1", ALICE, None).run(services)).state == "allowed"


async def test_a_decision_wakes_the_device(services: Services) -> None:
    await phone(services)
    waiter = services.hub.listen([device_topic(ALICE, "PHONE1")])
    await DecideDevice("PHONE1", None, Effect.BLOCK).run(services)
    assert waiter.future.done()
    waiter.close()


async def test_a_decision_about_a_device_of_a_user_who_is_off_is_on_record(services: Services) -> None:
    await phone(services)
    await services.users.set(ALICE, {"eas": False})
    assert (await DecideDevice("PHONE1", ALICE, Effect.BLOCK).run(services)).state == "blocked"


@pytest.mark.parametrize("act", [UnparkDevice("PHONE1", ALICE), DecideDevice("PHONE1", ALICE, Effect.ALLOW)])
async def test_a_parked_device_is_released(services: Services, act: Act[DeviceRow]) -> None:
    device = await phone(services)
    mark = mark_of(OPEN)
    await services.store.devices.change(
        device, state="parked", parked_time=services.now(), parked_policy=mark
    )
    assert await first_step(services, (await services.store.devices.all(ALICE))[0]) is Step.PARKED
    assert (await act.run(services)).state == "allowed"
    assert await first_step(services, (await services.store.devices.all(ALICE))[0]) is Step.POLICY


async def test_only_a_parked_device_is_released(services: Services) -> None:
    await phone(services)
    with pytest.raises(NotParkedError):
        await UnparkDevice("PHONE1", ALICE).run(services)


def configured(services: Services, default: Effect) -> Services:
    """The same server with another default for devices."""
    admission = Admission(services.store, services.hub, Terms(default=default))
    return structs.replace(services, admission=admission)


@pytest.mark.parametrize(("default", "state"), DECISIONS)
async def test_lists_say_what_would_be_decided_now(services: Services, default: Effect, state: str) -> None:
    await phone(services)
    after = configured(services, default)
    [row] = await ListDevices(None).run(after)
    sheet = await ShowDevice("PHONE1", ALICE).run(after)
    assert (row.state, row.reason) == (sheet.state, sheet.reason)
    assert row.state == state
    assert bool(row.reason) is (default is not Effect.ALLOW)
    [kept] = await services.store.devices.all()
    assert kept.state == "allowed"


async def test_lists_know_who_is_in_which_group_by_now(services: Services) -> None:
    await phone(services)
    await phone(services, BOB)
    await services.groups.add("staff", [])
    rule = RuleRow(effect="block", conditions={"group": "staff"}, author="admin", time=DAY)
    await services.store.rules.revise(lambda _: [rule])
    await services.groups.enter("staff", [BOB])
    assert {row.user: row.state for row in await ListDevices(None).run(services)} == {
        ALICE: "allowed",
        BOB: "blocked",
    }
    assert [row.state for row in await ListDevices(BOB).run(services)] == ["blocked"]


async def test_what_has_to_be_settled_first_leaves_the_state_as_it_is(services: Services) -> None:
    device = await phone(services)
    mark = mark_of(OPEN)
    await services.store.devices.change(
        device, state="parked", parked_time=services.now(), parked_policy=mark
    )
    assert [row.state for row in await ListDevices(None).run(configured(services, Effect.BLOCK))] == [
        "parked"
    ]


async def test_a_list_of_many_devices_costs_as_many_statements_as_one_of_few(services: Services) -> None:
    counters, spent = services.database.counters, []
    for names in (range(1), range(1, 90)):
        for number in names:
            await phone(services, name=f"D{number}")
        await ListDevices(None).run(services)  # policies, rules and wipes are read once
        before = counters.statements
        assert len(await ListDevices(None).run(services)) == len(names) + names.start
        spent.append(counters.statements - before)
    assert spent == [3 + 4, 3 + 4]  # the devices; users and their groups; each in a transaction
