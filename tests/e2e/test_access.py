"""Devices that are kept out, and devices that wait in the lobby, as the devices see it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from msgspec import structs

from outrider import config as configuration
from outrider.admin.devices import DecideDevice, ListDevices, ShowDevice, UnparkDevice
from outrider.admin.policies import AddPolicy, AssignPolicy, Author, Target
from outrider.admin.rules import AddRule
from outrider.client import ClientError, Replica
from outrider.client.ping import Pinged, Pinger
from outrider.domain.items import MailItem, Wish
from outrider.formats.blobs import read_all
from outrider.main import Running
from outrider.policy.book import Level
from outrider.policy.rules import Conditions, Effect
from outrider.policy.words import Given
from outrider.protocol.items.email import Email
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse, FolderType
from outrider.protocol.messages.provision import PolicyRequest, ProvisionRequest, policy_type_of
from outrider.protocol.messages.settings import DeviceInformation, DeviceSet
from outrider.protocol.request import WBXML_TYPE, RequestLine, encode_headers, encode_plain
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.versions import Version
from tests.e2e.house import ALICE, PASSWORD, account, client, configured, house, mail, waiting

VERSIONS = [Version.V12_1, Version.V14_1, Version.V16_1]
HEARTBEAT = 120
DEVICE = "DEVICE1"


async def decide(running: Running, effect: Effect | None) -> None:
    await DecideDevice(DEVICE, ALICE, effect).run(running.parts.administration)


async def refused(replica: Replica) -> int:
    """The status that tells a device why its folders are kept from it."""
    with pytest.raises(ClientError) as error:
        await replica.sync()
    return error.value.status or 0


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with house(configured(tmp_path)) as server:
        await server.parts.delivery.deliver([ALICE], mail("Secret"))
        yield server


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_blocked_device_is_told_so_and_gets_nothing(running: Running, version: Version) -> None:
    async with client(running, version) as phone:
        replica = Replica(phone)
        await replica.sync()
        await decide(running, Effect.BLOCK)
        assert await refused(replica) == (403 if version is Version.V12_1 else 129)
        await decide(running, None)
        await replica.sync()


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_rule_keeps_devices_out(running: Running, version: Version) -> None:
    rule = AddRule(action=Effect.BLOCK, author=Author("admin"), conditions=Conditions(type="Outr*"))
    await rule.run(running.parts.administration)
    async with client(running, version) as phone:
        assert await refused(Replica(phone)) == (403 if version is Version.V12_1 else 130)
    [row] = await ListDevices(ALICE).run(running.parts.administration)
    assert row.state == "blocked"
    assert "rule 1" in row.reason


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_device_that_waits_is_sent_away_at_once_when_it_is_blocked(
    running: Running, version: Version
) -> None:
    async with asyncio.timeout(20), client(running, version) as phone:
        replica = Replica(phone)
        await replica.sync()
        inbox = replica.tree.of_type(FolderType.INBOX).server_id
        ping = asyncio.create_task(Pinger(phone, HEARTBEAT).wait(inbox))
        await waiting(running)
        await decide(running, Effect.BLOCK)
        assert await ping == Pinged(tree=True)
        assert await Pinger(phone, HEARTBEAT).wait(inbox) == Pinged(tree=True)
        assert await refused(replica) == (403 if version is Version.V12_1 else 129)


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_hanging_sync_ends_at_once_when_the_device_is_blocked(
    running: Running, version: Version
) -> None:
    async with asyncio.timeout(20), client(running, version) as phone:
        replica = Replica(phone)
        await replica.sync()
        inbox = replica.tree.of_type(FolderType.INBOX).server_id
        hanging = asyncio.create_task(replica.wait(HEARTBEAT, inbox))
        await waiting(running)
        await decide(running, Effect.BLOCK)
        assert not await hanging
        assert await refused(replica) == (403 if version is Version.V12_1 else 129)


def subjects(replica: Replica) -> list[str]:
    inbox = replica.tree.of_type(FolderType.INBOX).server_id
    return [str(item.subject) for item in replica.items(inbox).values() if isinstance(item, Email)]


LOBBY = ["This device waits for approval"]


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_device_in_quarantine_sees_the_lobby_which_heals_by_itself(
    running: Running, version: Version
) -> None:
    rule = AddRule(action=Effect.QUARANTINE, author=Author("admin"), conditions=Conditions(type="Outr*"))
    await rule.run(running.parts.administration)
    async with asyncio.timeout(20), client(running, version) as phone:
        replica = Replica(phone)
        await replica.sync()
        assert [folder.type for folder in replica.folders.values()] == [FolderType.INBOX]
        assert subjects(replica) == LOBBY
        inbox = replica.tree.of_type(FolderType.INBOX).server_id
        ping = asyncio.create_task(Pinger(phone, HEARTBEAT).wait(inbox))
        await waiting(running)
        await running.parts.post.finish()
        await decide(running, Effect.ALLOW)
        assert await ping == Pinged(tree=True)
        await replica.sync()
        assert len(replica.folders) > 5
        assert set(subjects(replica)) == {"Secret", "A device of yours waits for approval"}


async def test_a_device_that_is_put_into_quarantine_loses_what_it_had(running: Running) -> None:
    async with client(running) as phone:
        replica = Replica(phone)
        await replica.sync()
        assert subjects(replica) == ["Secret"]
        await decide(running, Effect.QUARANTINE)
        await replica.sync()
        assert [folder.type for folder in replica.folders.values()] == [FolderType.INBOX]
        assert subjects(replica) == LOBBY


async def test_a_user_has_as_many_devices_as_a_user_may(tmp_path: Path) -> None:
    limited = structs.replace(configured(tmp_path), access=configuration.Access(devices=1))
    async with house(limited) as running:
        async with client(running) as first:
            await Replica(first).sync()
        for version in VERSIONS:
            async with client(running, version, "DEVICE2") as second:
                assert await refused(Replica(second)) == (403 if version is Version.V12_1 else 177)
        sheet = await ShowDevice("DEVICE2", ALICE).run(running.parts.administration)
        assert (sheet.state, sheet.access[-1].code) == ("blocked", "E-ACCESS-LIMIT")


async def test_a_disabled_account_is_told_so(running: Running) -> None:
    async with client(running, Version.V16_1) as phone:
        replica = Replica(phone)
        await replica.sync()
        await running.parts.users.disable(ALICE)
        assert await refused(replica) == 131


ADMIN = "bob@example.org"


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_an_administrator_lets_a_device_in_by_a_link(tmp_path: Path, version: Version) -> None:
    asking = structs.replace(
        configured(tmp_path),
        access=configuration.Access(default="quarantine"),
        notices=configuration.Notices(to=[ADMIN]),
        http=configuration.Http(port=0, public_url="https://mail.example.org"),
    )
    async with (
        asyncio.timeout(30),
        house(asking) as running,
        httpx2.AsyncClient() as browser,
        client(running, version) as phone,
    ):
        replica = Replica(phone)
        await replica.sync()
        assert subjects(replica) == LOBBY
        await running.parts.post.finish()
        allow, block = await links(running)
        for link in (allow, block):
            assert (await browser.get(link)).status_code == 200
        await replica.sync()
        assert subjects(replica) == LOBBY
        assert "let in" in (await browser.post(allow)).text
        await replica.sync()
        assert subjects(replica) == ["A device of yours waits for approval"]
        assert "not good any more" in (await browser.post(block)).text
        await replica.sync()


async def links(running: Running) -> list[str]:
    """The links in the only mail that the administrator has, at the address of the server under test."""
    box = account(running, ADMIN)
    [touched] = await box.feed.newest(1, None, None, 10)
    text = read_all((await box.items.open(1, touched.number, "")).blob).decode()
    texts = re.findall(r"https://mail\.example\.org(/admin/decide/[\w-]+)", text.replace("=\r\n", ""))
    return [running.url + one for one in texts]


class Stubborn:
    """A device that asks for its policy and never acknowledges it, as one phone was reported to do."""

    def __init__(self, running: Running, wire: httpx2.AsyncClient, version: Version) -> None:
        self._url = f"{running.url}/Microsoft-Server-ActiveSync"
        self._wire = wire
        self._version = version

    async def come(self) -> tuple[int, str | None]:
        """What its FolderSync is told: the status, HTTP or of the command, and Retry-After."""
        reply = await self._send("FolderSync", FolderSyncRequest(sync_key="0"))
        if reply.status_code != 200:
            return reply.status_code, reply.headers.get("retry-after")
        return decode(FolderSyncResponse, reply.content, self._version).value.status, None

    async def ask(self) -> int:
        """The HTTP status of its Provision."""
        version = self._version
        said = DeviceInformation(set=DeviceSet(model="Phone")) if version >= Version.V14_1 else None
        asked = PolicyRequest(policy_type=policy_type_of(version))
        request = ProvisionRequest(device_information=said, policies=[asked])
        return (await self._send("Provision", request)).status_code

    async def _send(self, command: str, request: Element) -> httpx2.Response:
        line = RequestLine(
            command=command, device_id=DEVICE, device_type="Phone", version=self._version, policy_key=0
        )
        return await self._wire.post(
            f"{self._url}?{encode_plain(line)}",
            content=bytes(encode(request, self._version)),
            headers={**encode_headers(line), "Content-Type": WBXML_TYPE},
            auth=(ALICE, PASSWORD),
        )


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_device_that_never_acknowledges_is_parked(running: Running, version: Version) -> None:
    services = running.parts.administration
    async with httpx2.AsyncClient() as wire:
        stubborn = Stubborn(running, wire, version)
        signal, blocked = (449, 403) if version is Version.V12_1 else (142, 129)
        for _ in range(5):
            assert await stubborn.come() == (signal, None)
            assert await stubborn.ask() == 200
        assert await stubborn.come() == (signal, None)
        await stubborn.ask()
        status, seconds = await stubborn.come()
        assert status == 503
        assert 590 < int(seconds or 0) <= 600
        assert await stubborn.ask() == 503
        sheet = await ShowDevice(DEVICE, ALICE).run(services)
        assert (sheet.state, sheet.reason) == ("parked", "the device failed 5 times to take its policy")
        [device] = await services.store.devices.all(ALICE)
        long_ago = services.now() - timedelta(minutes=11)
        await services.store.devices.change(device, parked_time=long_ago)
        assert await stubborn.come() == (blocked, None)
        await UnparkDevice(DEVICE, ALICE).run(services)
        assert await stubborn.come() == (signal, None)
        assert await stubborn.ask() == 200
    await running.parts.post.finish()
    box = account(running)
    numbers = [touched.number for touched in await box.feed.newest(1, None, None, 10)]
    mails = [item for item in await box.items.read(1, numbers, Wish()) if isinstance(item, MailItem)]
    told = [item.message.subject for item in mails]
    assert told.count("A device of yours cannot carry out its policy") == 1


async def test_a_parked_device_is_released_by_another_policy(running: Running) -> None:
    services = running.parts.administration
    async with httpx2.AsyncClient() as wire:
        stubborn = Stubborn(running, wire, Version.V16_1)
        for _ in range(6):
            await stubborn.come()
            await stubborn.ask()
        assert (await stubborn.come())[0] == 503
        pin: dict[str, Given] = {"DevicePasswordEnabled": True, "MinDevicePasswordLength": 6}
        await AddPolicy(name="pin", author=Author("admin"), given=pin).run(services)
        await AssignPolicy(name="pin", target=Target(Level.DEFAULT), author=Author("admin")).run(services)
        assert await stubborn.come() == (142, None)
        assert await stubborn.ask() == 200
