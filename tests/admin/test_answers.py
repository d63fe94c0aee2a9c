"""A link is good once, while its question is open; opening it decides nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from outrider.admin.answers import LinkAnswers
from outrider.admin.devices import DecideDevice
from outrider.admin.services import Services
from outrider.commands.links import GOOD_FOR, make_link
from outrider.policy.rules import Effect
from outrider.store.devices import Device
from tests.admin.conftest import ALICE
from tests.commands.fakes import KEY

ADMIN = "admin@example.org"


@pytest.fixture
async def phone(services: Services) -> Device:
    """A device in quarantine, about which a question is open."""
    now = services.now()
    await services.store.devices.add(Device(address=ALICE, id="PHONE1", first_seen=now, last_seen=now))
    await DecideDevice("PHONE1", ALICE, Effect.QUARANTINE).run(services)
    return await kept(services)


async def kept(services: Services) -> Device:
    [device] = await services.store.devices.all(ALICE)
    return device


def link(services: Services, device: Device, effect: Effect = Effect.ALLOW) -> str:
    return make_link(KEY, device, effect, to=ADMIN, now=services.now())


async def test_looking_shows_the_device_and_decides_nothing(services: Services, phone: Device) -> None:
    answers = LinkAnswers(services, KEY)
    for _ in range(2):
        sheet = await answers.look(link(services, phone))
        assert (sheet.button, sheet.title) == ("Let it in", "Let it in?")
        assert "PHONE1" in sheet.known
    assert await kept(services) == phone


@pytest.mark.parametrize(("effect", "state"), [(Effect.ALLOW, "allowed"), (Effect.BLOCK, "blocked")])
async def test_deciding_is_done_once_and_is_the_administrators_act(
    services: Services, phone: Device, effect: Effect, state: str
) -> None:
    answers = LinkAnswers(services, KEY)
    assert "device is" in (await answers.decide(link(services, phone, effect))).title
    assert (await kept(services)).state == state
    lines = [line for _, line in await services.store.audit.read() if line.actor == ADMIN]
    assert [(line.act, line.subject) for line in lines] == [("device.answer", f"device:{ALICE}/PHONE1")]
    for other in Effect.ALLOW, Effect.BLOCK:
        assert "not good any more" in (await answers.decide(link(services, phone, other))).title
        assert "not good any more" in (await answers.look(link(services, phone, other))).title
    assert (await kept(services)).state == state


async def test_a_link_is_closed_by_any_other_decision(services: Services, phone: Device) -> None:
    await DecideDevice("PHONE1", ALICE, Effect.BLOCK).run(services)
    sheet = await LinkAnswers(services, KEY).decide(link(services, phone))
    assert not sheet.button
    assert (await kept(services)).state == "blocked"


async def test_a_link_of_an_earlier_quarantine_is_closed(services: Services, phone: Device) -> None:
    for effect in (Effect.ALLOW, Effect.QUARANTINE):
        await DecideDevice("PHONE1", ALICE, effect).run(services)
    await LinkAnswers(services, KEY).decide(link(services, phone))
    assert (await kept(services)).state == "quarantined"


async def test_links_that_are_old_false_or_of_a_device_that_is_gone_are_closed(
    services: Services, phone: Device
) -> None:
    answers = LinkAnswers(services, KEY)
    old = make_link(KEY, phone, Effect.ALLOW, to=ADMIN, now=services.now() - GOOD_FOR - timedelta(seconds=1))
    unasked = make_link(KEY, structs.replace(phone, question=""), Effect.ALLOW, to=ADMIN, now=services.now())
    for text in (old, unasked, "nonsense"):
        assert not (await answers.look(text)).button
        assert "not good any more" in (await answers.decide(text)).title
    await services.store.forget_device(ALICE, "PHONE1")
    assert "not good any more" in (await answers.decide(link(services, phone))).title
