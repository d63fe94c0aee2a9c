from __future__ import annotations

import smtplib
from asyncio import to_thread
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from outrider.backends.local.account import Local
from outrider.backends.local.delivery import LocalDelivery
from outrider.backends.local.users import NewUser
from outrider.domain.errors import BackendError, NotFoundError
from outrider.http.lmtp import LmtpAddress, LmtpServer
from tests.backends.local.embedded import INBOX, Embedded, embedded
from tests.contract.delivery import DeliveryContract
from tests.contract.submit import ALICE, BOB, MAIL


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.users.add(NewUser(address=ALICE, aliases=["al@example.org"]))
        await made.users.add(NewUser(address=BOB))
        yield made


@pytest.fixture
def delivery(store: Embedded) -> LocalDelivery:
    return LocalDelivery(store.database, store.local, store.answering())


class TestLocalDelivery(DeliveryContract):
    @pytest.fixture
    def delivery(self, store: Embedded) -> LocalDelivery:
        return LocalDelivery(store.database, store.local, store.answering())

    @pytest.fixture
    def inboxes(self, store: Embedded) -> Embedded:
        return store


async def test_group_reaches_its_members_once(store: Embedded, delivery: LocalDelivery) -> None:
    await store.groups.add("staff", [ALICE, BOB])
    await store.groups.add("everyone", ["staff@example.org", "al@example.org"])
    assert await delivery.deliver(["everyone@example.org", BOB], MAIL) == {}
    assert [await store.inbox(one) for one in (ALICE, BOB)] == [[MAIL]] * 2


@pytest.mark.parametrize("members", [[], ["carol@example.net"], ["gone@example.org"], ["staff@example.org"]])
async def test_group_that_reaches_nobody_here_is_refused(
    store: Embedded, delivery: LocalDelivery, members: list[str]
) -> None:
    await store.groups.add("staff", members)
    assert list(await delivery.deliver(["staff@example.org"], MAIL)) == ["staff@example.org"]


async def test_disabled_user_still_gets_mail(store: Embedded, delivery: LocalDelivery) -> None:
    await store.users.disable(BOB)
    assert await delivery.deliver([BOB], MAIL) == {}
    await store.users.enable(BOB)
    assert await store.inbox(BOB) == [MAIL]


async def test_account_that_vanishes_meanwhile_is_a_temporary_failure(
    store: Embedded, delivery: LocalDelivery
) -> None:
    with (
        mock.patch.object(Local, "deliver", side_effect=NotFoundError("gone")),
        pytest.raises(BackendError) as caught,
    ):
        await delivery.deliver([BOB], MAIL)
    assert caught.value.temporary


async def test_time_of_receipt_is_kept(store: Embedded, delivery: LocalDelivery) -> None:
    received = datetime(2026, 1, 30, 7, tzinfo=UTC)
    await delivery.deliver([BOB], MAIL, received)
    row = await store.database.read(
        lambda connection: connection.execute("SELECT received FROM items").fetchone()
    )
    assert row[0] == received.timestamp() * 1000


async def test_delivery_is_told_to_those_who_listen(store: Embedded, delivery: LocalDelivery) -> None:
    told: list[int | None] = []
    store.local.listen(BOB, told.append)
    await delivery.deliver([ALICE, BOB], MAIL)
    assert told == [INBOX]


async def test_mail_taken_by_lmtp_is_in_the_inbox_when_it_is_acknowledged(
    store: Embedded, delivery: LocalDelivery
) -> None:
    server = LmtpServer(LmtpAddress(port=0), delivery, store.now)
    await server.start()

    def send() -> dict[str, tuple[int, bytes]]:
        with smtplib.LMTP("127.0.0.1", server.port, "relay.example.net") as client:
            return client.sendmail("x@example.net", [BOB], b"Subject: in\r\n\r\nhi\r\n")

    assert await to_thread(send) == {}
    (mail,) = await store.inbox(BOB)
    assert mail.startswith(b"Return-Path: <x@example.net>\r\n")
    assert mail.endswith(b"Subject: in\r\n\r\nhi\r\n")
    await server.stop()
