"""Everything wired together, over a real socket."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from outrider import config as configuration
from outrider import main
from outrider.backends.local.users import NewUser
from outrider.chores import chores
from outrider.client.client import Client as Phone
from outrider.client.replica import Replica
from outrider.database.lock import InUseError
from outrider.domain.items import ItemClass
from outrider.domain.roles import Identity
from outrider.main import Running, open_parts, serve, serving
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.messages.sync import Collection, SyncRequest, SyncResponse
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.versions import Version
from outrider.store.aside import entry_of
from outrider.wiring import Parts
from tests.commands.fakes import basic, line
from tests.http.serving import Client, post, request

ALICE = "alice@example.org"
PASSWORD = "outrider"
MAIL = b"From: bob@example.org\r\nTo: alice@example.org\r\nSubject: Hello\r\n\r\nHello.\r\n"


def configured(directory: Path, **http: object) -> configuration.Config:
    return configuration.Config(
        http=configuration.Http(port=0, **http),  # type: ignore[arg-type]
        store=configuration.Store(data=directory),
        delivery=configuration.Delivery(port=0),
        ping=configuration.Ping(min_heartbeat=1),
        log=configuration.Log(level="warning"),
    )


@asynccontextmanager
async def alices(directory: Path) -> AsyncIterator[Running]:
    """A server with one user."""

    @asynccontextmanager
    async def seed(parts: Parts) -> AsyncIterator[None]:
        if ALICE not in {user.address for user in await parts.users.list()}:
            await parts.users.add(NewUser(address=ALICE, password=PASSWORD))
        yield

    async with serving(configured(directory), seed) as running:
        yield running


@asynccontextmanager
async def phone(running: Running) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection(*running.server.address)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def asked(message: Element | None, command: str) -> bytes:
    body = bytes(encode(message, Version.V14_1)) if message else b""
    return post(body, line(command), Authorization=basic(ALICE, PASSWORD))


async def synced(client: Client, key: str, folder: str) -> SyncResponse:
    answer = await client.ask(
        asked(SyncRequest(collections=[Collection(sync_key=key, collection_id=folder)]), "Sync")
    )
    return decode(SyncResponse, answer.body, Version.V14_1).value


async def synced_empty(client: Client, key: str, folder: str) -> None:
    """A Sync that has nothing to say has no body."""
    request = SyncRequest(collections=[Collection(sync_key=key, collection_id=folder)])
    assert (await client.ask(asked(request, "Sync"))).body == b""


async def test_a_phone_signs_in_syncs_and_is_told_of_new_mail(tmp_path: Path) -> None:
    async with alices(tmp_path) as running, phone(running) as client:
        tree = await client.ask(asked(FolderSyncRequest(sync_key="0"), "FolderSync"))
        changes = decode(FolderSyncResponse, tree.body, Version.V14_1).value.changes
        assert changes is not None
        [inbox] = [folder.server_id for folder in changes.adds if folder.type == 2]
        first = (await synced(client, "0", inbox)).collections[0]
        await running.parts.delivery.deliver([ALICE], MAIL)
        second = (await synced(client, first.sync_key, inbox)).collections[0]
        assert len(second.commands or []) == 1
        await synced_empty(client, second.sync_key, inbox)
        waiting = asked(PingRequest(heartbeat_interval=60, folders=[PingFolder(id=inbox)]), "Ping")
        await client.send(waiting)
        async with asyncio.timeout(5):
            while not len(running.parts.hub):  # noqa: ASYNC110 (there is nothing to be told by)
                await asyncio.sleep(0)
        assert await running.parts.delivery.deliver([ALICE], MAIL) == {}
        answer = decode(PingResponse, (await client.read()).body, Version.V14_1).value
        assert (answer.status, answer.folders) == (2, [inbox])


async def test_a_phone_that_starts_over_is_told_what_is_offered(tmp_path: Path) -> None:
    async with alices(tmp_path) as running, phone(running) as client:
        tree = await client.ask(asked(FolderSyncRequest(sync_key="0"), "FolderSync"))
        versions = "12.1,14.0,14.1,16.0,16.1"
        assert (tree.headers["ms-asprotocolversions"], tree.headers["x-ms-rp"]) == (versions, versions)
        assert "FolderSync" in tree.headers["ms-asprotocolcommands"].split(",")
        key = decode(FolderSyncResponse, tree.body, Version.V14_1).value.sync_key
        later = await client.ask(asked(FolderSyncRequest(sync_key=str(key)), "FolderSync"))
        assert not {"x-ms-rp", "ms-asprotocolversions"} & later.headers.keys()


async def test_a_phone_that_has_no_policy_yet_is_asked_to_take_one(tmp_path: Path) -> None:
    async with alices(tmp_path) as running, phone(running) as client:
        body = bytes(encode(FolderSyncRequest(sync_key="0"), Version.V14_1))
        asking = line("FolderSync", policy_key=0)
        answer = await client.ask(post(body, asking, Authorization=basic(ALICE, PASSWORD)))
        assert decode(FolderSyncResponse, answer.body, Version.V14_1).value.status == 142


async def test_a_changed_password_ends_what_was_remembered(tmp_path: Path) -> None:
    async with alices(tmp_path) as running, phone(running) as client:
        options = request("OPTIONS", Authorization=basic(ALICE, PASSWORD))
        assert (await client.ask(options)).status == 200
        await running.parts.users.set_password(ALICE, "another")
        assert (await client.ask(options)).status == 401


async def test_a_restart_finds_everything(tmp_path: Path) -> None:
    for _ in range(2):
        async with alices(tmp_path) as running, phone(running) as client:
            assert (await client.ask(asked(FolderSyncRequest(sync_key="0"), "FolderSync"))).status == 200
    async with open_parts(configured(tmp_path)) as parts:
        [device] = await parts.store.devices.all(ALICE)
    assert device.id == "PHONE1"


async def test_mail_comes_in_by_lmtp(tmp_path: Path) -> None:
    async with alices(tmp_path) as running:
        assert running.lmtp
        assert running.lmtp.port > 0


async def test_one_process_owns_the_data(tmp_path: Path) -> None:
    async with alices(tmp_path):
        with pytest.raises(InUseError):
            async with open_parts(configured(tmp_path)):
                raise AssertionError


async def test_readiness_is_told_over_http(tmp_path: Path) -> None:
    async with alices(tmp_path) as running, phone(running) as client:
        assert (await client.ask(request(path="/readyz", signed=False))).status == 200


@pytest.mark.parametrize(("enabled", "status"), [(True, 200), (False, 404)])
async def test_users_have_pages_of_their_own_unless_they_are_switched_off(
    tmp_path: Path, enabled: bool, status: int
) -> None:
    switch = configuration.SelfService(enabled=enabled)
    config = structs.replace(configured(tmp_path), self_service=switch)
    async with serving(config) as running, phone(running) as client:
        assert (await client.ask(request(path="/me/sign-in", signed=False))).status == status


async def test_a_signal_ends_the_server_in_order(tmp_path: Path) -> None:
    urls: list[str] = []

    def ready(running: Running) -> None:
        urls.append(running.url)
        os.kill(os.getpid(), signal.SIGTERM)

    async with asyncio.timeout(10):
        await serve(configured(tmp_path), ready)
    assert urls[0].startswith("http://127.0.0.1:")


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.time = main.now()

    def __call__(self) -> datetime:
        return self.time

    def pass_days(self, days: int) -> None:
        self.time += timedelta(days=days)


@asynccontextmanager
async def device(running: Running, name: str) -> AsyncIterator[Replica]:
    """A device with all it was told."""
    async with Phone(running.url, ALICE, PASSWORD, device_id=name) as client:
        replica = Replica(client)
        await replica.sync()
        yield replica


def generations(replica: Replica) -> set[str]:
    """The starts a device made, of the tree and of each folder: they stay the same until it starts over."""
    keys = [replica.tree.key, *(replica.folder(key).key for key in replica.folders)]
    return {key.partition(".")[0] for key in keys if key != "0"}


async def do_all(running: Running, moment: datetime) -> None:
    for chore in chores(running.parts, moment):
        await chore.work()


async def test_after_all_chores_a_device_that_comes_goes_on_and_one_that_stayed_away_starts_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(main, "now", clock)
    async with alices(tmp_path) as running:
        parts, account = running.parts, running.parts.accounts.open(Identity(address=ALICE))
        projects = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        for _ in range(2):
            await parts.delivery.deliver([ALICE], MAIL)
        async with device(running, "ACTIVE") as active, device(running, "IDLE") as idle:
            begun = generations(active), generations(idle)
            [inbox] = [key for key, folder in active.folders.items() if folder.type == 2]
            [contacts] = [key for key, folder in active.folders.items() if folder.type == 9]
            await parts.store.aside.note(entry_of(ALICE, 1, 1, item_class="mail", reason="x", now=clock()))
            await account.items.delete(1, 1)
            await account.folders.delete(projects.number)
            clock.pass_days(60)
            await active.sync(contacts)
            clock.pass_days(31)
            await active.sync(contacts)
            await do_all(running, clock())
            assert await parts.store.aside.list() == []
            assert str(projects.number) not in await parts.store.views.collections(ALICE)
            for replica in (active, idle):
                await replica.sync()
                assert len(replica.items(inbox)) == 1
                assert not replica.folder(inbox).oddities
            assert generations(active) == begun[0]
            assert not generations(idle) & begun[1]
            await do_all(running, clock())
            await parts.delivery.deliver([ALICE], MAIL)
            await active.sync()
            assert len(active.items(inbox)) == 2
            assert generations(active) == begun[0]
            assert {one.id for one in await parts.store.devices.all()} == {"ACTIVE", "IDLE"}


async def test_what_was_done_is_forgotten_after_30_days(tmp_path: Path) -> None:
    async with open_parts(configured(tmp_path)) as parts:
        today = main.now()
        await parts.store.ledger.note(b"act", b"result", today.date())
        for days, left in ((30, {b"act": b"result"}), (31, {})):
            for chore in chores(parts, today + timedelta(days=days)):
                await chore.work()
            assert await parts.store.ledger.recall([b"act"]) == left
