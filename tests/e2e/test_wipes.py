"""Wipes, from the administrator's word to the phone that is empty: our client and the server as a process.

At 12.1 the signal is HTTP 449, from 14.0 status 140; the account alone can be wiped from 16.1.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx2
import pytest
import pytest_asyncio
from msgspec import Struct

from outrider import config as configuration
from outrider.admin.audit import LastAudit
from outrider.admin.devices import DeviceSheet, ShowDevice
from outrider.admin.documents import AddMails, MailDocument
from outrider.admin.remote import Remote, connect
from outrider.admin.users import AddUsers, DisableUser, SetPassword
from outrider.admin.wipes import CancelWipe, ClearDevice, WipeDevice
from outrider.backends.local.users import NewUser
from outrider.client import Client, ClientError, Email, Replica, WipeRequested
from outrider.client.client import ObeyWipe
from outrider.client.ping import Pinger
from outrider.policy.wipes import Kind
from outrider.protocol.status import WipeAcknowledgement
from outrider.protocol.versions import Version
from outrider.store.audit import Search
from tests.e2e.house import PASSWORD, mail
from tests.e2e.process import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")

INBOX = "1"
NUMBERS = itertools.count()
VERSIONS = [Version.V12_1, Version.V14_1, Version.V16_1]
KINDS = [(version, Kind.FULL) for version in VERSIONS] + [(Version.V16_1, Kind.ACCOUNT)]
KEPT_OUT = {Version.V12_1: 403}


class Scene(Struct, frozen=True):
    """A server, an administrator's way into it, and a user whose phone comes."""

    server: Server
    door: Remote
    stack: AsyncExitStack
    user: str

    async def phone(self, version: Version, password: str = PASSWORD) -> Replica:
        """The user's phone."""
        url = f"http://127.0.0.1:{self.server.port}"
        client = Client(url, self.user, password, device_id="PHONE1", version=version)
        return Replica(await self.stack.enter_async_context(client))

    async def order(self, kind: Kind = Kind.FULL) -> None:
        await self.door.do(WipeDevice(id="PHONE1", address=self.user, kind=kind, author="carol"))

    async def device(self) -> DeviceSheet:
        return await self.door.do(ShowDevice("PHONE1", self.user))

    async def steps(self) -> list[str]:
        """What the audit has of the phone."""
        lines = await self.door.do(LastAudit(search=Search(subject=f"device:{self.user}/*")))
        return [line.act for line in lines]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server for all of these tests."""
    server = Server(tmp_path_factory.mktemp("wipes"))
    await server.open()
    try:
        await server.start()
        yield server
    finally:
        await server.close()


@pytest_asyncio.fixture(loop_scope="module")
async def scene(process: Server) -> AsyncIterator[Scene]:
    """A user of its own for each test, with a mail."""
    user, secret = f"u{next(NUMBERS)}@example.org", MailDocument(mail("Secret"))
    async with AsyncExitStack() as stack:
        data = configuration.load(process.file).store.data
        door = await stack.enter_async_context(connect(data, "carol"))
        assert door
        await door.do(AddUsers([NewUser(address=user, password=PASSWORD)]))
        await door.do(AddMails(user, int(INBOX), [secret]))
        yield Scene(process, door, stack, user)


async def synced(scene: Scene, version: Version) -> Replica:
    """A phone with its mail."""
    phone = await scene.phone(version)
    await phone.client.provision()
    await phone.sync()
    assert len(phone.items(INBOX)) == 1
    return phone


async def subjects(phone: Replica, count: int) -> set[str]:
    """The mails of a phone, once there are so many."""
    async with asyncio.timeout(60):
        await phone.sync()
        while len(phone.items(INBOX)) < count:
            await phone.wait(60, INBOX)
    return {str(item.subject) for item in phone.items(INBOX).values() if isinstance(item, Email)}


async def status_of(phone: Replica) -> int:
    """With what the phone is turned away."""
    with pytest.raises(ClientError) as caught:
        await phone.sync()
    return caught.value.status


@pytest.mark.parametrize(("version", "kind"), KINDS, ids=[f"{version} {kind}" for version, kind in KINDS])
async def test_a_phone_is_emptied_and_kept_out_until_it_is_cleared(
    scene: Scene, version: Version, kind: Kind
) -> None:
    phone = await synced(scene, version)
    await scene.order(kind)
    assert (await scene.device()).state == "wiping"
    with pytest.raises(WipeRequested) as wipe:
        await phone.sync()
    assert wipe.value.account_only is (kind is Kind.ACCOUNT)
    assert phone.folders == {}
    found = await scene.device()
    assert found.wipe is not None
    assert (found.state, found.wipe.state, found.wipe.authenticated) == ("wiped", "acknowledged", True)
    assert await status_of(phone) == KEPT_OUT.get(version, 129)
    await scene.door.do(ClearDevice("PHONE1", scene.user))
    assert await subjects(phone, 2) == {"Secret", "A device of yours was wiped"}
    assert await scene.steps() == ["device.wipe", "wipe.sent", "wipe.acknowledged", "device.clear"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_phone_whose_password_is_gone_is_reached_all_the_same(scene: Scene, version: Version) -> None:
    phone = await synced(scene, version)
    await scene.order()
    await scene.door.do(SetPassword(scene.user, "another"))
    with pytest.raises(WipeRequested):
        await phone.sync()
    assert phone.folders == {}
    found = await scene.device()
    assert found.wipe is not None
    assert (found.state, found.wipe.authenticated) == ("wiped", False)
    assert await status_of(phone) == 401


async def test_the_phone_of_a_disabled_user_is_reached_all_the_same(scene: Scene) -> None:
    phone = await synced(scene, Version.V16_1)
    await scene.door.do(DisableUser(scene.user))
    await scene.order()
    with pytest.raises(WipeRequested):
        await phone.sync()
    assert (await scene.device()).state == "wiped"


async def test_a_stranger_in_its_place_learns_nothing(scene: Scene) -> None:
    await synced(scene, Version.V16_1)
    await scene.order()
    stranger = await scene.phone(Version.V16_1, "a guess")
    assert await status_of(stranger) == 401
    with pytest.raises(ClientError) as caught:
        await stranger.client.fetch_wipe()
    assert caught.value.status == 401
    assert (await scene.device()).state == "wiping"


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_phone_that_waits_is_told_at_once(scene: Scene, version: Version) -> None:
    phone = await synced(scene, version)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(Pinger(phone.client, 600).wait(INBOX))
        await _until_waiting(scene)
        await scene.order()
    assert waiting.result().tree
    with pytest.raises(WipeRequested):
        await phone.sync()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_hanging_sync_is_told_at_once(scene: Scene, version: Version) -> None:
    phone = await synced(scene, version)

    async def wait() -> None:
        with pytest.raises(WipeRequested):
            await phone.wait(600, INBOX)

    async with asyncio.TaskGroup() as group:
        group.create_task(wait())
        await _until_waiting(scene)
        await scene.order()
    assert (await scene.device()).state == "wiped"


async def _until_waiting(scene: Scene) -> None:
    """Until somebody waits, as the metrics tell."""
    async with asyncio.timeout(60), httpx2.AsyncClient() as http:
        while True:
            told = await http.get(f"http://127.0.0.1:{scene.server.port}/metrics")
            if "outrider_waiting 1.0" in told.text:
                return


MODES: list[tuple[str, ObeyWipe, str]] = [
    ("fails", lambda: WipeAcknowledgement.WIPE_FAILED, "failed"),
    ("never answers", lambda: None, "sent"),
]


@pytest.mark.parametrize(("mode", "obey", "state"), MODES, ids=[row[0] for row in MODES])
async def test_a_phone_that_does_not_obey_is_told_again_and_gets_nothing(
    scene: Scene, mode: str, obey: ObeyWipe, state: str
) -> None:
    phone = await synced(scene, Version.V16_1)
    phone.client.obey_wipe = obey
    await scene.order()
    for times in (1, 2):
        with pytest.raises(WipeRequested):
            await phone.sync()
        found = await scene.device()
        assert found.wipe is not None
        assert (found.state, found.wipe.state, found.wipe.times >= times) == ("wiping", state, True), mode
    phone.client.obey_wipe = phone.empty
    with pytest.raises(WipeRequested):
        await phone.sync()
    assert (await scene.device()).state == "wiped"


async def test_a_wipe_that_is_taken_back_harms_nobody(scene: Scene) -> None:
    phone = await synced(scene, Version.V16_1)
    await scene.order()
    await scene.door.do(CancelWipe("PHONE1", scene.user))
    await phone.sync()
    assert len(phone.items(INBOX)) == 1


async def test_a_wipe_survives_the_server_that_was_asked_for_it(scene: Scene) -> None:
    phone = await synced(scene, Version.V14_1)
    await scene.order()
    await scene.server.kill()
    await scene.server.start()
    with pytest.raises(WipeRequested):
        await phone.sync()
    assert phone.folders == {}
