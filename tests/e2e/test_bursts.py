"""A device removes much of a folder at once, and an administrator undoes it in the running server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from outrider.admin.bursts import BurstRow, ListBursts, ShowBurst, UndoBurst
from outrider.admin.remote import connect
from outrider.client import Replica
from outrider.client.mail import empty_folder
from outrider.client.replica import Window
from outrider.config import Bursts
from outrider.domain.items import NewMail
from outrider.main import Running, administered, serving
from outrider.protocol.messages.folders import FolderType
from outrider.wiring import Parts
from tests.e2e.house import ALICE, client, configured, mail, settle

INBOX = 1
MAILS = 50
REMOVED = 30
RECEIVED = datetime(2026, 1, 5, 10, tzinfo=UTC)


@asynccontextmanager
async def watchful(directory: Path) -> AsyncIterator[Running]:
    """A server that looks for bursts, with its control socket and a folder full of mail."""

    @asynccontextmanager
    async def beside(parts: Parts) -> AsyncIterator[None]:
        await settle(parts)
        mails = [NewMail(mime=mail(f"News {number}"), received=RECEIVED) for number in range(MAILS)]
        await parts.local.deliver_many(ALICE, INBOX, mails)
        async with administered(parts):
            yield

    config = replace(configured(directory), bursts=Bursts(share=50, floor=10))
    async with serving(config, beside) as running:
        yield running


@asynccontextmanager
async def replica(running: Running, name: str) -> AsyncIterator[Replica]:
    """A device that has all there is."""
    async with client(running, device=name) as one:
        made = Replica(one, Window(size=25, filter_type=0))
        await made.sync()
        yield made


def inbox(device: Replica) -> str:
    return device.tree.of_type(FolderType.INBOX).server_id


def subjects(device: Replica, folder: str) -> list[str]:
    return sorted(str(getattr(item, "subject", "")) for item in device.items(folder).values())


async def delete(device: Replica, *, moving: bool) -> None:
    """Remove 30 of 50 mails, ten with each Sync."""
    folder = inbox(device)
    device.set_window(folder, Window(size=25, filter_type=0, deletes_as_moves=moving))
    doomed = sorted(device.items(folder))[:REMOVED]
    for start in range(0, REMOVED, 10):
        for item in doomed[start : start + 10]:
            device.delete(folder, item)
        await device.sync(folder)


async def delete_into_trash(device: Replica) -> None:
    await delete(device, moving=True)


async def delete_for_good(device: Replica) -> None:
    await delete(device, moving=False)


async def move_to_trash(device: Replica) -> None:
    trash = device.tree.of_type(FolderType.DELETED_ITEMS).server_id
    for item in sorted(device.items(inbox(device)))[:REMOVED]:
        await device.move(inbox(device), item, trash)


async def delete_and_empty_trash(device: Replica) -> None:
    await delete_into_trash(device)
    await empty_folder(device.client, device.tree.of_type(FolderType.DELETED_ITEMS).server_id)


async def empty_the_folder(device: Replica) -> None:
    await empty_folder(device.client, inbox(device))


async def listed(running: Running) -> list[BurstRow]:
    """What an administrator sees, from another process's side of the control socket."""
    async with connect(running.parts.config.store.data, "carol") as door:
        assert door is not None
        return await door.do(ListBursts(ALICE))


@pytest.mark.parametrize(
    "way",
    [delete_into_trash, delete_for_good, move_to_trash, delete_and_empty_trash, empty_the_folder],
)
async def test_a_burst_is_listed_and_undone_and_every_device_has_its_mails_again(
    tmp_path: Path, way: Callable[[Replica], Awaitable[None]]
) -> None:
    async with (
        watchful(tmp_path) as running,
        replica(running, "PHONE1") as phone,
        replica(running, "PHONE2") as tablet,
    ):
        before, folder = subjects(phone, inbox(phone)), inbox(phone)
        await way(phone)
        await tablet.sync()
        assert len(tablet.items(folder)) <= MAILS - REMOVED
        found = (await listed(running))[0]
        assert (found.user, found.device, found.folder, found.items) == (ALICE, "PHONE1", "Inbox", MAILS)
        assert found.removed >= REMOVED
        async with connect(running.parts.config.store.data, "carol") as door:
            assert door is not None
            sheet = await door.do(ShowBurst(found.id))
            assert len(sheet.contents) == found.removed
            undone = await door.do(UndoBurst(found.id))
        assert (undone.folder, undone.items) == ("Inbox", found.removed)
        for device in (phone, tablet):
            await device.sync()
            assert subjects(device, folder) == before
            assert device.folder(folder).oddities == []
            assert not device.items(device.tree.of_type(FolderType.DELETED_ITEMS).server_id)
        assert await listed(running) == []


async def test_a_removed_folder_is_made_again_under_its_path(tmp_path: Path) -> None:
    async with watchful(tmp_path) as running, replica(running, "PHONE1") as phone:
        upper = await phone.tree.create("Projects", FolderType.USER_MAIL)
        lower = await phone.tree.create("Lighthouse", FolderType.USER_MAIL, upper)
        mails = [NewMail(mime=mail(f"Plan {number}"), received=RECEIVED) for number in range(10)]
        await running.parts.local.deliver_many(ALICE, int(lower), mails)
        await phone.tree.delete(upper)
        [found] = await listed(running)
        assert (found.folder, found.removed) == ("Projects/Lighthouse", 10)
        await UndoBurst(found.id).run(running.parts.administration)
        await phone.sync()
        [again] = [one for one in phone.tree.folders.values() if one.display_name == "Lighthouse"]
        assert again.server_id != lower
        assert subjects(phone, again.server_id) == sorted(f"Plan {number}" for number in range(10))
