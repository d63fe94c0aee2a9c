"""A user at a browser and their phone: our client, a browser's client, and the server as a process."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from msgspec import structs

from outrider.admin.devices import DecideDevice
from outrider.admin.remote import Remote, connect
from outrider.admin.users import DisableUser
from outrider.client import Client, ClientError, Replica, WipeRequested
from outrider.config import Access
from outrider.policy.rules import Effect
from tests.admin.pages.browser import Browser
from tests.cli.processes import Process, started
from tests.e2e.house import ALICE, PASSWORD, client, configured, house


class Scene:
    """The demo, with Alice at a browser, and an administrator's way into it."""

    def __init__(self, process: Process, browser: Browser, door: Remote) -> None:
        self.process = process
        self.browser = browser
        self.door = door

    def phone(self, password: str = PASSWORD, device: str = "PHONE1") -> Client:
        """A phone of Alice's."""
        return Client(self.process.url, ALICE, password, device_id=device)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    directory = tmp_path / "demo"
    with started("demo", "--port", "0", "--data", str(directory), until="Ctrl-C") as process:
        async with (
            httpx2.AsyncClient(base_url=process.url) as http,
            connect(directory / "data", "carol") as door,
        ):
            assert door
            browser = Browser(http)
            await browser.sign_in(ALICE)
            yield Scene(process, browser, door)


async def test_a_user_sees_to_their_own_phone(scene: Scene) -> None:
    browser = scene.browser
    async with scene.phone() as phone:
        await Replica(phone).sync_tree()
        await browser.get("/me/")
        assert "Outrider client Let in" in browser.text

        await scene.door.do(DecideDevice("PHONE1", ALICE, Effect.BLOCK))
        page = f"/me/devices/{b'PHONE1'.hex()}"
        await browser.get(page)
        assert "Kept out An administrator keeps this device out." in browser.text
        assert "You cannot remove this device." in await browser.do(f"{page}/remove")

        await scene.door.do(DecideDevice("PHONE1", ALICE, Effect.ALLOW))
        assert "is removed." in await browser.do(f"{page}/remove")
        await browser.get("/me/log")
        assert "You removed it. Device PHONE1" in browser.text

        await scene.door.do(DisableUser(ALICE))
        assert (await browser.get("/me/")).headers["location"] == "/me/sign-in"


async def test_a_user_sets_up_a_phone_and_has_it_wiped_once_it_is_lost(scene: Scene) -> None:
    browser = scene.browser
    await browser.get("/me/app-passwords")
    said = await browser.do("/me/app-passwords/add", label="My phone")
    [typed] = re.findall(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){5}-[a-z2-7]{2}", said)
    async with scene.phone(typed) as device:
        phone = Replica(device)
        await phone.sync_tree()
        assert phone.folders

        page = f"/me/devices/{b'PHONE1'.hex()}"
        await browser.get(page)
        await browser.do(f"{page}/wipe", kind="account-only")
        await browser.do("/me/app-passwords/revoke", number="1")
        with pytest.raises(WipeRequested) as wipe:
            await phone.sync_tree()
        assert wipe.value.account_only
        assert phone.folders == {}

        await browser.get(page)
        assert "Wiped It has wiped this account, and said so." in browser.text
        await browser.get(f"{page}/log")
        assert "The device said that it has wiped itself." in browser.text
        assert "You asked it to wipe this account." in browser.text

    async with httpx2.AsyncClient(base_url=scene.process.url) as other:
        finder = Browser(other)
        assert (await finder.sign_in(ALICE, typed)).status_code == 403


async def test_removing_a_device_makes_room_for_another(tmp_path: Path) -> None:
    config = structs.replace(configured(tmp_path), access=Access(devices=1))
    async with (
        house(config) as running,
        httpx2.AsyncClient(base_url=running.url) as http,
        client(running, device="OLD") as old,
        client(running, device="NEW") as new,
    ):
        await Replica(old).sync_tree()
        with pytest.raises(ClientError) as refused:
            await Replica(new).sync_tree()
        assert refused.value.status == 177
        browser = Browser(http)
        await browser.sign_in(ALICE)
        assert "You have as many devices as you may have. Remove one" in browser.text
        await browser.do(f"/me/devices/{b'OLD'.hex()}/remove")
        await Replica(new).sync_tree()
        await browser.get(f"/me/devices/{b'NEW'.hex()}")
        assert "Let in" in browser.text
