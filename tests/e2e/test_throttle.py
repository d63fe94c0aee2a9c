"""Devices that run in circles are slowed down; those that are merely quick are not, and nobody waits for
another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from msgspec import structs

from outrider.backends.local.items import LocalItems
from outrider.client import Client, ClientError, Replica
from outrider.config import Throttle
from outrider.domain.errors import BackendError
from outrider.domain.items import Item, Wish
from outrider.main import Running
from outrider.protocol.items.email import Email
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse, FolderType
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.messages.sync import (
    ClientChange,
    Collection,
    CollectionResponse,
    SyncRequest,
    SyncResponse,
)
from tests.e2e.house import ALICE, client, configured, house, mail

REPEATS = Throttle().repeats


@dataclass
class Phone:
    """A device that is up to date and now says what it likes."""

    client: Client
    replica: Replica
    inbox: str
    contacts: str

    @property
    def key(self) -> str:
        return self.replica.folder(self.inbox).key

    async def sync(self, key: str, *commands: ClientChange, window: int = 100) -> CollectionResponse | None:
        """What is said of the inbox."""
        one = Collection(sync_key=key, collection_id=self.inbox, commands=list(commands), window_size=window)
        answer = await self.client.ask("Sync", SyncRequest(collections=[one]), SyncResponse)
        return answer.collections[0] if answer else None

    async def ask_on_and_on(self) -> None:
        """Ask for news until the server has enough."""
        while await self.sync(self.key) is None:
            pass

    async def start(self) -> str:
        told = await self.sync("0")
        assert told
        return told.sync_key


@asynccontextmanager
async def phone(running: Running, name: str = "DEVICE1") -> AsyncIterator[Phone]:
    async with asyncio.timeout(60), client(running, device=name) as one:
        replica = Replica(one)
        await replica.sync()
        tree = replica.tree
        inbox, contacts = tree.of_type(FolderType.INBOX), tree.of_type(FolderType.CONTACTS)
        yield Phone(one, replica, inbox.server_id, contacts.server_id)


@asynccontextmanager
async def throttled(directory: Path, throttle: Throttle) -> AsyncIterator[Running]:
    async with house(structs.replace(configured(directory), throttle=throttle)) as server:
        await server.parts.delivery.deliver([ALICE], mail("First"))
        yield server


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with throttled(tmp_path, Throttle()) as server:
        yield server


async def figure(running: Running, name: str) -> float:
    def read() -> str:
        with urlopen(f"{running.url}/metrics") as page:
            return str(page.read().decode())

    lines = (await asyncio.to_thread(read)).splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


async def test_the_same_key_over_and_over_has_to_wait(running: Running) -> None:
    async with phone(running) as one:
        await running.parts.delivery.deliver([ALICE], mail("Second"))
        told = [await one.sync(one.key) for _ in range(REPEATS)]
        assert all(answer and len(answer.commands) == 1 for answer in told)
        for _ in range(2):
            with pytest.raises(ClientError) as away:
                await one.sync(one.key)
            assert (away.value.status, away.value.retry_after) == (503, 10)
        assert await figure(running, "outrider_loops_broken_total") == 1
        assert await figure(running, "outrider_throttled_total{") == 2
        await one.client.ask("FolderSync", FolderSyncRequest(sync_key="0"), FolderSyncResponse)
        assert told[0]
        assert await one.sync(told[0].sync_key) is None


async def test_the_same_edit_over_and_over_has_to_wait(running: Running) -> None:
    async with phone(running) as one:
        [item] = one.replica.items(one.inbox)
        for number in range(REPEATS):
            await one.sync(one.key, ClientChange(server_id=item, data=Email(read=number % 2 == 0)))
        with pytest.raises(ClientError) as away:
            await one.sync(one.key, ClientChange(server_id=item, data=Email(read=True)))
        assert away.value.status == 503


async def test_an_empty_sync_over_and_over_has_to_wait_when_it_is_answered(running: Running) -> None:
    async with phone(running) as one:
        assert await one.sync(one.key) is None
        for _ in range(2 * REPEATS):
            assert await one.client.ask("Sync", None, SyncResponse) is None
        await running.parts.delivery.deliver([ALICE], mail("Second"))
        for _ in range(REPEATS):
            assert await one.client.ask("Sync", None, SyncResponse)
        with pytest.raises(ClientError) as away:
            await one.client.ask("Sync", None, SyncResponse)
        assert away.value.status == 503


async def test_a_key_that_is_refused_over_and_over_has_to_wait_even_with_new_starts(running: Running) -> None:
    async with phone(running) as one:
        for number in range(REPEATS):
            told = await one.sync(f"7.{number}")
            assert told
            assert told.status == 3
            await one.start() if number < REPEATS - 1 else None
        with pytest.raises(ClientError) as away:
            await one.start()
        assert away.value.status == 503
        await one.replica.sync(one.contacts)


async def test_a_big_mailbox_is_paged_as_fast_as_the_device_can(tmp_path: Path) -> None:
    async with throttled(tmp_path, Throttle(questions=10)) as running, phone(running) as one:
        for number in range(30):
            await running.parts.delivery.deliver([ALICE], mail(f"Mail {number}"))
        key, pages = one.key, 0
        while told := await one.sync(key, window=1):
            key, pages = told.sync_key, pages + 1
        assert pages == 30


async def test_a_ping_is_told_of_mail_as_often_as_it_comes(running: Running) -> None:
    async with phone(running) as one:
        watch = PingRequest(heartbeat_interval=60, folders=[PingFolder(id=one.inbox, class_name="Email")])
        for number in range(REPEATS + 5):
            await running.parts.delivery.deliver([ALICE], mail(f"Mail {number}"))
            told = await one.client.ask("Ping", watch, PingResponse)
            assert told
            assert told.status == 2
            await one.replica.sync(one.inbox)


async def test_who_asks_too_often_waits_until_the_budget_flows_back(tmp_path: Path) -> None:
    async with throttled(tmp_path, Throttle(questions=60)) as running, phone(running) as one:
        with pytest.raises(ClientError) as away:
            await one.ask_on_and_on()
        assert (away.value.status, away.value.retry_after) == (503, 1)
        assert await figure(running, "outrider_loops_broken_total") == 0
        async with phone(running, "DEVICE2") as other:
            assert await other.sync(other.key) is None


class Gate:
    """Holds the first reading of items until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held, self.opened = asyncio.Event(), asyncio.Event()
        read = LocalItems.read

        async def hold(
            items: LocalItems, folder: int, numbers: Sequence[int], wish: Wish
        ) -> Sequence[Item | BackendError]:
            if not self.held.is_set():
                self.held.set()
                await self.opened.wait()
            return await read(items, folder, numbers, wish)

        monkeypatch.setattr(LocalItems, "read", hold)


async def test_a_device_that_is_served_slowly_holds_up_no_other(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with phone(running) as slow, phone(running, "DEVICE2") as quick:
        await running.parts.delivery.deliver([ALICE], mail("Second"))
        gate = Gate(monkeypatch)
        waits = asyncio.create_task(slow.replica.sync(slow.inbox))
        await gate.held.wait()
        await quick.replica.sync(quick.inbox)
        item = next(iter(quick.replica.items(quick.inbox)))
        quick.replica.delete(quick.inbox, item)
        await quick.replica.sync(quick.inbox)
        assert not waits.done()
        gate.opened.set()
        await waits
        await slow.replica.sync(slow.inbox)
        assert slow.replica.items(slow.inbox).keys() == quick.replica.items(quick.inbox).keys()
        assert len(quick.replica.items(quick.inbox)) == 1


async def test_two_requests_of_one_device_at_once_get_one_answer(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with phone(running) as one:
        await running.parts.delivery.deliver([ALICE], mail("Second"))
        gate = Gate(monkeypatch)
        older = asyncio.create_task(one.sync(one.key))
        await gate.held.wait()
        newer = await one.sync(one.key)
        gate.opened.set()
        assert newer
        assert await older == newer
