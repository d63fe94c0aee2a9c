"""The pages of devices."""

from __future__ import annotations

import pytest

from outrider.admin.devices import DecideDevice
from outrider.admin.pages.me.devices import LINES
from outrider.admin.services import Services
from outrider.admin.trail import perform
from outrider.admin.users import SetUser
from outrider.policy.rules import Effect
from outrider.store.audit import Entry, insert
from tests.admin.conftest import ALICE, BOB
from tests.admin.pages.browser import Browser
from tests.admin.pages.me.devices import NOW, device

EVIL = '<script>alert("1")</script>'


async def test_all_devices_are_shown_with_how_they_stand(alice: Browser, services: Services) -> None:
    path = await device(services, friendly_name="Alice's phone", os="iOS 18.1")
    await device(services, "D2", state="quarantined", code="E-ACCESS-DEFAULT", model="Pixel 9")
    await DecideDevice("D2", ALICE, Effect.QUARANTINE).run(services)
    await device(services, "BOBS", BOB, friendly_name="Bob's phone")
    await alice.get("/me/")
    assert f'<a href="{path}">Alice&#39;s phone</a>' in alice.page
    assert "iOS 18.1 · last seen 27 November 2026, 12:00 UTC" in alice.text
    assert "Pixel 9 Waits for approval" in alice.text
    assert "Bob" not in alice.text


async def test_who_has_no_device_is_told_so(alice: Browser) -> None:
    await alice.get("/me/")
    assert "No device has signed in as you yet." in alice.text


async def test_a_device_is_shown_with_all_that_is_asked(alice: Browser, services: Services) -> None:
    path = await device(services, model="iPhone9C3", os="iOS 18.1", imei="35-1", user_agent="Mail/1")
    await alice.get(path)
    for words in (
        "Model iPhone9C3",
        "Kind iPhone",
        "System iOS 18.1",
        "Program Mail/1",
        "Serial number (IMEI) 35-1",
        "ActiveSync 16.1",
        "Id D1",
        "First seen 24 November 2026, 12:00 UTC",
        "Did an administrator decide about it? nothing was decided about this device",
    ):
        assert words in alice.text


async def test_times_are_those_of_the_users_clock(alice: Browser, services: Services) -> None:
    await SetUser(ALICE, {"time_zone": "Asia/Tokyo"}).run(services)
    await device(services)
    await alice.get("/me/")
    assert "27 November 2026, 21:00 JST" in alice.text


async def test_what_a_device_says_is_shown_as_text(alice: Browser, services: Services) -> None:
    path = await device(services, friendly_name=EVIL, model=EVIL, os=EVIL, user_agent=EVIL, type=EVIL)
    for page in "/me/", path, f"{path}/log":
        await alice.get(page)
        assert "<script" not in alice.page
        assert EVIL in alice.text or "alert" in alice.text
    await alice.do(f"{path}/remove")
    assert "<script" not in alice.page
    assert "is removed." in alice.text


@pytest.mark.parametrize("id", ["D1", "../..", "a/b", "a?b#c%20", "..", '"><script>'])
async def test_a_device_is_found_whatever_signs_its_id_has(
    alice: Browser, services: Services, id: str
) -> None:
    path = await device(services, id)
    assert (await alice.get(path)).status_code == 200
    assert f"Id {id}" in alice.text
    assert "is removed." in await alice.do(f"{path}/remove")
    assert await services.store.devices.all(ALICE) == []


@pytest.mark.parametrize("named", [b"BOBS".hex(), b"D9".hex(), "BOBS", "zz", "ff", "4", "%20"])
@pytest.mark.parametrize("more", ["", "/log"])
async def test_another_users_device_and_none_are_one_answer(
    alice: Browser, services: Services, named: str, more: str
) -> None:
    await device(services, "BOBS", BOB)
    assert (await alice.get(f"/me/devices/{named}{more}")).status_code == 404
    assert "There is no such page, or no such device of yours." in alice.text


async def test_another_users_device_is_not_removed(alice: Browser, services: Services) -> None:
    path = await device(services, "BOBS", BOB)
    await alice.get("/me/")
    assert (await alice.send(f"{path}/remove")).status_code == 404
    assert len(await services.store.devices.all(BOB)) == 1


async def test_a_device_is_removed(alice: Browser, services: Services) -> None:
    path = await device(services)
    await alice.get(path)
    assert "iPhone is removed." in await alice.do(f"{path}/remove")
    assert await services.store.devices.all(ALICE) == []


async def test_a_device_that_is_kept_out_is_not_removed(alice: Browser, services: Services) -> None:
    path = await device(services)
    await DecideDevice("D1", ALICE, Effect.BLOCK).run(services)
    await alice.get(path)
    assert "Kept out" in alice.text
    assert "You cannot remove this device. An administrator decided about it" in alice.text
    assert f"{path}/remove" not in alice.page
    assert "An administrator decided about it" in await alice.do(f"{path}/remove")
    [kept] = await services.store.devices.all(ALICE)
    assert kept.state == "blocked"


async def test_the_log_tells_what_was_done(alice: Browser, services: Services) -> None:
    path = await device(services)
    await perform(DecideDevice("D1", ALICE, Effect.ALLOW), services, "carol")
    await alice.get(f"{path}/log")
    assert "An administrator let it in." in alice.text
    assert "carol" not in alice.page
    await alice.do(f"{path}/remove")
    await alice.get("/me/log")
    assert alice.text.index("You removed it. Device D1") < alice.text.index("An administrator let it in.")


async def test_a_log_without_lines_says_so(alice: Browser, services: Services) -> None:
    path = await device(services)
    await alice.get(f"{path}/log")
    assert "Nothing yet." in alice.text


async def test_a_long_log_has_further_pages(alice: Browser, services: Services) -> None:
    path = await device(services)
    line = Entry(time=NOW, actor="carol", act="device.resync", subject=f"device:{ALICE}/D1")
    await services.database.transact(insert, (line,) * (LINES + 3))
    await alice.get(f"{path}/log")
    assert alice.text.count("had it fetch everything anew") == LINES
    assert '<a href="?before=4">Older</a>' in alice.page
    await alice.get(f"{path}/log?before=4")
    assert alice.text.count("had it fetch everything anew") == 3
    assert "Older" not in alice.text


@pytest.mark.parametrize("before", ["x", "-1", "1e3", "9" * 40])
async def test_a_page_that_there_is_not_is_the_first(alice: Browser, services: Services, before: str) -> None:
    line = Entry(time=NOW, actor="carol", act="user.enable", subject=f"user:{ALICE}")
    await services.database.transact(insert, (line,))
    await alice.get(f"/me/log?before={before}")
    assert "switched your account on" in alice.text
