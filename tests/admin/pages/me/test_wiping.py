"""Wiping one's own device, taking it back, and the recovery password."""

from __future__ import annotations

import pytest

from outrider.admin.pages.me.wiping import CONFIRMATION
from outrider.admin.services import Services
from outrider.admin.wipes import WipeDevice
from outrider.policy.wipes import Kind
from outrider.store.wipes import Wipe
from tests.admin.conftest import ALICE, BOB
from tests.admin.pages.browser import Browser
from tests.admin.pages.me.devices import NOW, device
from tests.admin.test_own_devices import acknowledged

ME = f"{ALICE} (self-service)"


async def kept(services: Services, address: str = ALICE) -> Wipe | None:
    return await services.store.wipes.get(address, "D1")


async def by_administrator(services: Services) -> None:
    await WipeDevice(id="D1", address=ALICE, kind=Kind.FULL, author="carol").run(services)


async def lines(services: Services) -> list[tuple[str, str]]:
    return [(line.actor, line.act) for _, line in await services.store.audit.read()]


async def test_the_account_is_wiped_from_a_device(alice: Browser, services: Services) -> None:
    path = await device(services)
    await alice.get(path)
    assert "Everything else on it stays." in alice.text
    said = await alice.do(f"{path}/wipe", kind="account-only")
    assert "iPhone will be told to wipe this account as soon as it comes." in said
    assert "To be wiped It will be told to wipe this account as soon as it comes." in said
    wipe = await kept(services)
    assert wipe
    assert (wipe.kind, wipe.actor) == (Kind.ACCOUNT, ME)
    assert await lines(services) == [(ME, "device.wipe")]


@pytest.mark.parametrize("typed", [CONFIRMATION, " wipe "])
async def test_everything_is_wiped_where_that_was_typed(
    alice: Browser, services: Services, typed: str
) -> None:
    path = await device(services)
    await alice.get(path)
    assert "your own photos and other accounts too" in alice.text
    assert "will be told to wipe everything on it" in await alice.do(
        f"{path}/wipe", kind="full", confirmation=typed
    )
    wipe = await kept(services)
    assert wipe
    assert wipe.kind == Kind.FULL


@pytest.mark.parametrize("fields", [{}, {"confirmation": ""}, {"confirmation": "yes"}], ids=str)
async def test_everything_is_not_wiped_unless_it_was_typed(
    alice: Browser, services: Services, fields: dict[str, str]
) -> None:
    path = await device(services)
    await alice.get(path)
    said = await alice.do(f"{path}/wipe", kind="full", **fields)
    assert "Nothing was done: to wipe everything, type WIPE into the field." in said
    assert await kept(services) is None


@pytest.mark.parametrize("kind", ["", "all", "FULL"])
async def test_there_is_no_other_wipe(alice: Browser, services: Services, kind: str) -> None:
    path = await device(services)
    await alice.get(path)
    assert (await alice.send(f"{path}/wipe", kind=kind)).status_code == 400
    assert await kept(services) is None


@pytest.mark.parametrize(("version", "shown"), [(160, "16.0"), (121, "12.1"), (0, "an unknown version")])
async def test_below_16_1_the_alternatives_are_told(
    alice: Browser, services: Services, version: int, shown: str
) -> None:
    path = await device(services, version=version)
    await alice.get(path)
    assert f"from ActiveSync 16.1 on, and it speaks {shown}. What you can do instead:" in alice.text
    assert "put it into quarantine" in alice.text
    assert 'value="account-only"' not in alice.page
    assert "cannot be told to wipe the account alone" in await alice.do(f"{path}/wipe", kind="account-only")
    assert await kept(services) is None


@pytest.mark.parametrize("form", ["wipe", "cancel-wipe", "recovery-password"])
async def test_another_users_device_is_not_there(alice: Browser, services: Services, form: str) -> None:
    path = await device(services, address=BOB)
    await WipeDevice(id="D1", address=BOB, kind=Kind.FULL, author=ME).run(services)
    await alice.get("/me/")
    response = await alice.send(f"{path}/{form}", kind="account-only")
    assert response.status_code == 404
    wipe = await kept(services, BOB)
    assert wipe
    assert wipe.kind == Kind.FULL


async def test_a_user_takes_back_a_wipe_of_their_own(alice: Browser, services: Services) -> None:
    path = await device(services)
    await alice.get(path)
    await alice.do(f"{path}/wipe", kind="account-only")
    assert "You asked for this wipe." in alice.text
    assert "The wipe of iPhone is taken back. iPhone" not in alice.text
    assert "The wipe of iPhone is taken back." in await alice.do(f"{path}/cancel-wipe")
    assert await kept(services) is None
    assert (await lines(services))[-1] == (ME, "device.cancel-wipe")


async def test_a_wipe_of_an_administrator_stays(alice: Browser, services: Services) -> None:
    path = await device(services)
    await by_administrator(services)
    await alice.get(path)
    assert "An administrator asked for this wipe, so you cannot take it back." in alice.text
    assert "cancel-wipe" not in alice.page
    assert f"{path}/wipe" not in alice.page
    for form in "cancel-wipe", "remove":
        await alice.do(f"{path}/{form}")
        assert 'role="alert"' in alice.page
    assert await alice.do(f"{path}/wipe", kind="account-only")
    assert "It is to be wiped already." in alice.text
    wipe = await kept(services)
    assert wipe
    assert (wipe.kind, wipe.actor) == (Kind.FULL, "carol")


async def test_a_device_that_was_wiped_stays_out(alice: Browser, services: Services) -> None:
    path = await device(services)
    await alice.get(path)
    await alice.do(f"{path}/wipe", kind="full", confirmation=CONFIRMATION)
    await services.store.wipes.revise((ALICE, "D1"), acknowledged)
    await alice.get(path)
    assert "It is kept out until an administrator lets it come again." in alice.text
    for form in "cancel-wipe", "wipe", "remove":
        await alice.do(f"{path}/{form}", kind="account-only")
        assert 'role="alert"' in alice.page
    wipe = await kept(services)
    assert wipe
    assert wipe.state == "acknowledged"


async def test_a_wipe_that_there_is_not_is_not_taken_back(alice: Browser, services: Services) -> None:
    path = await device(services)
    await alice.get(path)
    assert "There is no wipe to take back." in await alice.do(f"{path}/cancel-wipe")


async def test_a_recovery_password_is_shown_once(alice: Browser, services: Services) -> None:
    path = await device(services)
    await alice.get(path)
    assert "recovery-password" not in alice.page
    sealed = services.key.conceal((ALICE, "D1"), "open sesame")
    await services.store.recovery.keep(ALICE, "D1", sealed, NOW)
    await alice.get(path)
    assert "recovery password, which it left here on 27 November 2026, 12:00 UTC" in alice.text
    assert "This password unlocks iPhone once: open sesame" in await alice.do(f"{path}/recovery-password")
    await alice.get(path)
    assert "sesame" not in alice.page
    assert "or it was shown already" in await alice.do(f"{path}/recovery-password")
    assert await lines(services) == [(ME, "device.recovery-password")]
    await alice.get(f"{path}/log")
    assert "You looked up its recovery password." in alice.text
