"""Whoever waits is told, for every reason there is to tell, and told nothing else."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from outrider.client import Client, ClientError, Replica
from outrider.client.ping import Pinged, Pinger, follow
from outrider.main import Running
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import Version
from tests.e2e.house import ALICE, account, client, configured, house, mail, waiting

HEARTBEAT = 120


@dataclass
class Phone:
    """A device that is up to date, and where its inbox is."""

    running: Running
    client: Client
    replica: Replica
    inbox: str

    def ping(self) -> asyncio.Task[Pinged]:
        return asyncio.create_task(Pinger(self.client, HEARTBEAT).wait(self.inbox))

    def hang(self) -> asyncio.Task[bool]:
        return asyncio.create_task(self.replica.wait(HEARTBEAT, self.inbox))


@asynccontextmanager
async def phone(
    running: Running, name: str = "DEVICE1", version: Version | None = None
) -> AsyncIterator[Phone]:
    async with client(running, version, name) as one:
        replica = Replica(one)
        await replica.sync()
        yield Phone(running, one, replica, replica.tree.of_type(FolderType.INBOX).server_id)


async def deliver(running: Running) -> None:
    await running.parts.delivery.deliver([ALICE], mail("News"))


async def deliver_by_lmtp(running: Running) -> None:
    def send() -> None:
        assert running.lmtp
        with smtplib.LMTP("127.0.0.1", running.lmtp.port, "relay.example.net", timeout=10) as post:
            post.sendmail("bob@example.org", [ALICE], mail("News"))

    await asyncio.to_thread(send)


async def mark_on_another_device(running: Running) -> None:
    async with phone(running, "DEVICE2") as other:
        [item] = other.replica.items(other.inbox)
        other.replica.mark(other.inbox, item, read=True, flagged=True)
        await other.replica.sync(other.inbox)


async def delete_on_another_device(running: Running) -> None:
    async with phone(running, "DEVICE2") as other:
        [item] = other.replica.items(other.inbox)
        other.replica.delete(other.inbox, item)
        await other.replica.sync(other.inbox)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with house(configured(tmp_path, lmtp=True)) as server:
        await server.parts.delivery.deliver([ALICE], mail("First"))
        yield server


CAUSES = [deliver, deliver_by_lmtp, mark_on_another_device, delete_on_another_device]


@pytest.mark.parametrize("cause", CAUSES)
async def test_a_ping_is_told_that_its_folder_changed(
    running: Running, cause: Callable[[Running], Awaitable[None]]
) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        ping = one.ping()
        await waiting(running)
        await cause(running)
        assert await ping == Pinged(folders=(one.inbox,))


@pytest.mark.parametrize("version", [Version.V12_1, Version.V16_1], ids=str)
@pytest.mark.parametrize("cause", CAUSES)
async def test_a_hanging_sync_brings_the_change(
    running: Running, cause: Callable[[Running], Awaitable[None]], version: Version
) -> None:
    async with asyncio.timeout(20), phone(running, version=version) as one:
        before = dict(one.replica.items(one.inbox))
        hanging = one.hang()
        await waiting(running)
        await cause(running)
        assert await hanging
        assert one.replica.items(one.inbox) != before
        again = one.hang()  # with the new key, which has nothing to bring
        await waiting(running)
        again.cancel()


async def test_a_ping_is_told_that_a_folder_was_made(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        ping = one.ping()
        await waiting(running)
        async with phone(running, "DEVICE2") as other:
            made = await other.replica.tree.create("Projects", FolderType.USER_MAIL)
        assert await ping == Pinged(tree=True)
        await one.replica.sync_tree()
        assert made in one.replica.folders


async def test_what_waits_already_is_told_at_once(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        await deliver(running)
        assert await one.ping() == Pinged(folders=(one.inbox,))


async def test_a_change_elsewhere_wakes_nobody(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        ping = one.ping()
        await waiting(running)
        await running.parts.delivery.deliver(["bob@example.org"], mail("For Bob", to="bob@example.org"))
        box = account(running)
        trash = next(folder for folder in await box.folders.list() if folder.use.value == "trash")
        await box.items.empty(trash.number)
        await deliver(running)
        assert await ping == Pinged(folders=(one.inbox,))


async def test_a_change_of_our_own_is_no_news(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        [item] = one.replica.items(one.inbox)
        one.replica.mark(one.inbox, item, read=True)
        await one.replica.sync(one.inbox)
        ping = one.ping()
        await waiting(running)
        assert not ping.done()
        await deliver(running)
        assert await ping == Pinged(folders=(one.inbox,))


async def test_a_newer_ping_ends_the_older_one(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        older = one.ping()
        await waiting(running)
        newer = one.ping()
        assert await older == Pinged()
        await deliver(running)
        assert await newer == Pinged(folders=(one.inbox,))


async def test_a_newer_hanging_sync_ends_the_older_one(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        older = one.hang()
        await waiting(running)
        newer = one.hang()
        assert not await older
        await deliver(running)
        assert await newer


async def test_a_ping_and_a_hanging_sync_end_each_other(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        ping = one.ping()
        await waiting(running)
        hanging = one.hang()
        assert await ping == Pinged()
        await waiting(running)
        newest = one.ping()
        assert not await hanging
        await deliver(running)
        assert await newest == Pinged(folders=(one.inbox,))


async def test_a_device_that_waits_is_not_ended_by_another(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one, phone(running, "DEVICE2") as other:
        ping = one.ping()
        await waiting(running)
        hanging = other.hang()
        await waiting(running, 2)
        await deliver(running)
        assert await ping == Pinged(folders=(one.inbox,))
        assert await hanging


async def test_a_wait_that_is_over_brings_nothing(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        assert await Pinger(one.client, 1).wait(one.inbox) == Pinged()
        assert not await one.replica.wait(1, one.inbox)


async def test_a_second_ping_need_not_say_its_folders(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        pinger = Pinger(one.client, 1)
        assert await pinger.wait(one.inbox) == Pinged()
        await deliver(running)
        assert await pinger.wait(one.inbox) == Pinged(folders=(one.inbox,))


async def test_a_heartbeat_out_of_bounds_becomes_what_is_allowed(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        pinger = Pinger(one.client, 100_000)
        await deliver(running)
        assert await pinger.wait(one.inbox) == Pinged(folders=(one.inbox,))
        assert pinger.heartbeat == running.parts.config.ping.max_heartbeat


async def test_a_replica_follows(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        following = follow(one.replica, one.inbox, heartbeat=HEARTBEAT)
        for count in (2, 3):
            told = asyncio.ensure_future(anext(following))
            await waiting(running)
            await deliver(running)
            assert (await told).folders == (one.inbox,)
            assert len(one.replica.items(one.inbox)) == count


async def test_a_stop_answers_everyone_who_waits(tmp_path: Path) -> None:
    async with asyncio.timeout(30), AsyncExitStack() as phones:
        async with house(configured(tmp_path)) as running:
            one = await phones.enter_async_context(phone(running))
            two = await phones.enter_async_context(phone(running, "DEVICE2"))
            ping, hanging = one.ping(), two.hang()
            await waiting(running, 2)
        assert await ping == Pinged()
        assert not await hanging
        with pytest.raises(ClientError, match="E-CLIENT-NETWORK"):
            await one.replica.sync()


async def test_a_phone_that_went_away_waits_no_more(running: Running) -> None:
    async with asyncio.timeout(20):
        async with phone(running) as one:
            ping = one.ping()
            await waiting(running)
        await asyncio.wait([ping])
        assert ping.exception() or ping.cancelled()
        await waiting(running, 0)


async def test_a_changed_password_ends_the_wait(running: Running) -> None:
    async with asyncio.timeout(20), phone(running) as one:
        ping = one.ping()
        await waiting(running)
        await running.parts.users.set_password(ALICE, "another")
        assert await ping == Pinged()
        with pytest.raises(ClientError) as refused:
            await one.replica.sync()
        assert refused.value.status == 401
