"""What is said of devices on record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.admin.devices import DecideDevice, DeviceRow, ShowDevice, UnparkDevice
from outrider.admin.refusals import NotParkedError
from outrider.admin.services import Act, Services
from outrider.admin.standing import explain, settle, settle_all
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
