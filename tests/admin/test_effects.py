"""What a change of policies would do is known before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from outrider.admin.effects import (
    Effect,
    count_held,
    find_effects,
    known_devices,
    plan_change,
    resume_changes,
)
from outrider.admin.services import Services
from outrider.backends.local.users import NewUser
from outrider.commands.waves import Waves
from outrider.policy.book import NONE, Assignment, Book, Edition, Level, Pace, Wave
from outrider.policy.policies import OPEN, Policy
from outrider.policy.words import Given, read_policy
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.store.policies import EditionRow
from outrider.sync.hub import device_topic

ALICE = "alice@example.org"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WAVE = Wave(since=NOW)


def book(given: Mapping[str, Given], assigned: str = "pin", level: Level = Level.DEFAULT) -> Book:
    pin = Edition(version=1, policy=read_policy("pin", given), wave=WAVE)
    assignment = Assignment(level=level, name=assigned, wave=WAVE)
    return Book({"pin": [pin]}, [assignment])


async def add(
    services: Services, name: str = "D1", version: Version = Version.V16_1, **fields: object
) -> Device:
    device = Device(address=ALICE, id=name, version=version, first_seen=NOW, last_seen=NOW, type="iPhone")
    return await services.store.devices.add(structs.replace(device, **fields))


def holding(policy: Policy, version: Version = Version.V16_1) -> dict[str, Any]:
    """What is on record of a device that took a policy."""
    return {
        "policy_key": 1,
        "policy_fingerprint": policy.fingerprint(version),
        "policy_version": int(version),
    }


PIN = read_policy("pin", {"MinDevicePasswordLength": 4})


async def test_a_stricter_edition_is_taken_anew_by_those_who_hold_the_old_one(services: Services) -> None:
    await add(services, **holding(PIN))
    before, after = book({"MinDevicePasswordLength": 4}), book({"MinDevicePasswordLength": 6})
    assert await find_effects(services, before, after) == [
        Effect(
            user=ALICE,
            device="D1",
            type="iPhone",
            version="16.1",
            before="pin",
            after="pin",
            asked=True,
            cannot=[],
        )
    ]


async def test_what_the_version_cannot_carry_asks_nobody_and_is_named(services: Services) -> None:
    await add(services, version=Version.V12_0, **holding(OPEN, Version.V12_0))
    [effect] = await find_effects(services, book({}), book({"AllowCamera": False}))
    assert (effect.asked, effect.cannot) == (False, ["AllowCamera"])
    assert effect.why == ["AllowCamera: version 12.0 has no words for it"]


async def test_what_such_a_device_cannot_carry_out_is_named_with_the_fact(services: Services) -> None:
    await add(services, user_agent="Apple-iPhone1C2/801.293", **holding(OPEN))
    [effect] = await find_effects(services, book({}), book({"RequireDeviceEncryption": True}))
    assert (effect.asked, effect.cannot) == (True, ["RequireDeviceEncryption"])
    [why] = effect.why
    assert why.startswith("RequireDeviceEncryption: the iPhone 3G has no hardware encryption (https://")


async def test_who_is_exempt_is_asked_no_more(services: Services) -> None:
    await add(services, **holding(PIN))
    [effect] = await find_effects(services, book({"MinDevicePasswordLength": 4}), book({}, NONE))
    assert (effect.before, effect.after, effect.asked) == ("pin", "none", False)


async def test_who_was_exempt_is_asked(services: Services) -> None:
    await add(services)
    [effect] = await find_effects(services, book({}, NONE), book({"MinDevicePasswordLength": 4}))
    assert (effect.before, effect.after, effect.asked) == ("none", "pin", True)


async def test_a_device_that_never_took_a_policy_has_nothing_to_take_anew(services: Services) -> None:
    await add(services)
    [effect] = await find_effects(services, book({}), book({"MinDevicePasswordLength": 4}))
    assert not effect.asked


async def test_who_is_not_touched_is_not_listed(services: Services) -> None:
    await add(services, **holding(PIN))
    same = book({"MinDevicePasswordLength": 4})
    assert await find_effects(services, same, same) == []


@pytest.mark.parametrize(("devices", "spread"), [(3, 0), (4, 600)])
async def test_more_than_so_many_devices_are_spread(services: Services, devices: int, spread: int) -> None:
    services = structs.replace(services, pace=Pace(at_once=3))
    for number in range(devices):
        await add(services, f"D{number}", **holding(OPEN))
    before, after = book({}), book({"MinDevicePasswordLength": 4})
    plan = await plan_change(services, before, after, at_once=False)
    assert (plan.wave.spread, len(plan.devices)) == (spread, devices)
    assert (await plan_change(services, before, after, at_once=True)).wave.spread == 0


async def test_devices_are_counted_for_each_policy_that_holds(services: Services) -> None:
    for name in ("D1", "D2"):
        await add(services, name)
    assert await count_held(services, book({})) == {"pin": 2}
    assert await count_held(services, book({}, NONE)) == {"none": 2}


async def test_a_device_whose_user_was_removed_is_in_no_group(services: Services) -> None:
    await services.store.devices.add(
        Device(address="carol@example.org", id="D", first_seen=NOW, last_seen=NOW)
    )
    [(_, who)] = [one async for one in known_devices(services)]
    assert who.groups == ()


@pytest.mark.parametrize(("passed", "woken"), [(0, True), (700, False)])
async def test_a_change_that_was_going_out_when_the_server_ended_goes_on(
    services: Services, passed: int, *, woken: bool
) -> None:
    await add(services)
    row = EditionRow(name="pin", version=0, values={}, author="", reason="", time=NOW, spread=600)
    await services.store.policies.publish(row)
    waiter = services.hub.listen([device_topic(ALICE, "D1")])
    moment = NOW + timedelta(seconds=passed or Wave(since=NOW, spread=600).slot("D1"))
    waves = Waves(services.hub, lambda: moment)
    await resume_changes(structs.replace(services, waves=waves, now=lambda: moment))
    assert waiter.future.done() is woken
    waves.stop()


async def test_devices_of_many_users_cost_as_many_statements_as_those_of_one(services: Services) -> None:
    people = [NewUser(address=f"u{number}@example.org") for number in range(60)]
    await services.users.add_all(people)
    counters, spent = services.database.counters, []
    for some in (people[:1], people[1:]):
        for user in some:
            await services.store.devices.add(
                Device(address=user.address, id="D", first_seen=NOW, last_seen=NOW)
            )
        before = counters.statements
        await find_effects(services, book({}), book({"MinDevicePasswordLength": 4}))
        spent.append(counters.statements - before)
    assert spent == [3 + 4, 3 + 4]  # the devices; users and their groups; each in a transaction
