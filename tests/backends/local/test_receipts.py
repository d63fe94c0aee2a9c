"""What senders who ask for it are told when their mail was read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.backends.local.courier import Courier
from outrider.backends.local.effects import Reading
from outrider.backends.local.receipts import Receipts
from outrider.backends.local.submit import LocalSubmit
from outrider.domain.items import MailEdit, MessageKind
from outrider.formats.message import read_message
from tests.backends.local.embedded import INBOX, Embedded, embedded

ALICE, BOB = "alice@example.org", "bob@example.org"
ASKING = (
    f"From: {BOB}\r\nTo: {ALICE}\r\nDisposition-Notification-To: {BOB}\r\nSubject: Lunch\r\n\r\nHello\r\n"
).encode()


@dataclass
class Desk:
    """Alice, who reads what bob wrote."""

    store: Embedded
    courier: Courier
    receipts: Receipts

    async def account(self) -> LocalAccount:
        identity = await self.store.authenticator.identify(ALICE)
        assert identity is not None
        return self.store.local.open(
            identity, LocalSubmit(identity, self.store.outbox()), self.store.directory
        )

    async def receive(self, mime: bytes) -> int:
        await self.store.local.deliver([ALICE], mime)
        [newest] = await (await self.account()).feed.newest(INBOX, None, None, 1)
        return newest.number

    async def mark(self, number: int, token: bytes = b"1", *, read: bool) -> None:
        items = (await self.account()).items
        await items.change(INBOX, number, MailEdit(read=read), token=token)
        await self.courier.finish()

    async def told(self) -> list[MessageKind]:
        return [read_message(mime).kind for mime in await self.store.inbox(BOB)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with embedded(tmp_path) as store:
        await store.add(ALICE, read_receipts=True)
        await store.add(BOB)
        courier = store.courier()
        receipts = Receipts(store.database, store.blobs, courier, store.now, host="mail.example.org")
        store.local.writing.when_read(receipts.give)
        yield Desk(store, courier, receipts)


async def test_who_asks_is_told_once(desk: Desk) -> None:
    """R13.3."""
    number = await desk.receive(ASKING)
    await desk.mark(number, b"1", read=True)
    await desk.mark(number, b"1", read=True)
    await desk.mark(number, b"2", read=False)
    await desk.mark(number, b"3", read=True)
    assert await desk.told() == [MessageKind.READ_REPORT]


async def test_who_does_not_ask_is_told_nothing(desk: Desk) -> None:
    await desk.mark(await desk.receive(ASKING.replace(b"Disposition-Notification-To", b"X-Other")), read=True)
    assert await desk.told() == []


async def test_what_is_not_read_has_no_receipt(desk: Desk) -> None:
    await desk.mark(await desk.receive(ASKING), read=False)
    assert await desk.told() == []


async def test_a_user_who_did_not_say_so_tells_nobody(desk: Desk) -> None:
    """R13.3."""
    await desk.store.users.set(ALICE, {"read_receipts": False})
    await desk.mark(await desk.receive(ASKING), read=True)
    assert await desk.told() == []


async def test_a_mail_that_is_gone_has_no_receipt(desk: Desk) -> None:
    receipts = desk.receipts
    receipts.give(Reading(ALICE, content=1))
    await desk.courier.finish()
    assert await desk.told() == []
    number = await desk.receive(ASKING)
    receipts.give(Reading(ALICE, content=number))
    await desk.courier.finish()
    assert await desk.told() == [MessageKind.READ_REPORT]
