"""Read receipts, over a socket: asked for by one phone, given for another, shown as what they are."""

from __future__ import annotations

import pytest

from outrider.client import Client, Replica
from outrider.client.mail import send_mail
from outrider.main import Running
from outrider.protocol.items.email import Email
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import OFFERED, Version
from tests.e2e.house import ALICE, BOB, client, mail

ASKING = f"Disposition-Notification-To: {BOB}\r\n".encode() + mail("Lunch")


async def inbox(phone: Client) -> tuple[Replica, str]:
    replica = Replica(phone)
    await replica.sync_tree()
    folder = replica.tree.of_type(FolderType.INBOX).server_id
    await replica.sync(folder)
    return replica, folder


async def read_all(running: Running, version: Version) -> list[str]:
    """What sorts of mail bob has once alice has read all of hers."""
    async with client(running, version) as phone:
        replica, folder = await inbox(phone)
        for item in replica.items(folder):
            replica.mark(folder, item, read=True)
        await replica.sync(folder)
    await running.parts.courier.finish()
    async with client(running, version, "DEVICE2", user=BOB) as phone:
        replica, folder = await inbox(phone)
        items = [item for item in replica.items(folder).values() if isinstance(item, Email)]
        return [str(item.message_class) for item in items]


@pytest.mark.parametrize("version", OFFERED, ids=str)
async def test_who_asks_is_told_of_by_users_who_agreed(running: Running, version: Version) -> None:
    await running.parts.users.set(ALICE, {"read_receipts": True})
    async with client(running, version, user=BOB) as phone:
        await send_mail(phone, ASKING)
    assert await read_all(running, version) == ["REPORT.IPM.Note.IPNRN"]


async def test_nobody_else_gives_a_receipt(running: Running) -> None:
    async with client(running, user=BOB) as phone:
        await send_mail(phone, ASKING)
    assert await read_all(running, Version.V16_1) == []
