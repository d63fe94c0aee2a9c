"""Acts on items that would not go through."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from outrider.admin.aside import DropAside, ListAside, RetryAside, ShowAside
from outrider.admin.documents import open_account
from outrider.admin.services import Act, Services
from outrider.domain.errors import BackendError
from outrider.protocol.messages.folders import FolderSyncRequest
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.schema import decode
from outrider.protocol.versions import Version
from outrider.store.aside import entry_of, later
from tests.contract.documents import mail
from tests.test_main import alices, asked, phone, synced, synced_empty

ALICE = "alice@example.org"
BOB = "bob@example.org"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHAPE = "user folder item class reason tries since"


async def set_aside(services: Services, address: str = ALICE) -> int:
    """A mail in the inbox that would not go through, and that one device does not take."""
    account = await open_account(services, address)
    number = (await account.items.create(1, mail("odd"), token=b"odd")).number
    entry = entry_of(address, 1, number, item_class="mail", reason="no such charset", now=NOW)
    await services.store.aside.note(entry)
    await services.store.aside.note(later(entry, device="PHONE1", again=LATER))
    return number


async def test_a_list_has_the_promised_shape(services: Services) -> None:
    number = await set_aside(services)
    await set_aside(services, BOB)
    rows = msgspec.json.decode(msgspec.json.encode(await ListAside(ALICE).run(services)))
    assert [" ".join(row) for row in rows] == [SHAPE, SHAPE]
    assert list(rows[0].values()) == [
        *(ALICE, "Inbox", number, "mail", "no such charset", 1),
        "2026-03-01T12:00:00Z",
    ]
    assert len(await ListAside(None).run(services)) == 4


async def test_an_item_is_shown_with_its_reason_and_the_head_of_its_source(services: Services) -> None:
    number = await set_aside(services)
    first, second = await ShowAside(ALICE, "inbox", number).run(services)
    assert (first.device, second.device, first.reason) == ("", "PHONE1", "no such charset")
    assert "Subject: odd" in first.source


async def test_an_item_whose_source_cannot_be_read_is_shown_all_the_same(services: Services) -> None:
    number = await set_aside(services)
    account = await open_account(services, ALICE)
    await account.items.delete(1, number)
    [first, _] = await ShowAside(ALICE, "Inbox", number).run(services)
    assert first.source.startswith("The source cannot be read: ")


async def test_what_is_dropped_is_listed_no_more(services: Services) -> None:
    number = await set_aside(services)
    await DropAside(ALICE, "Inbox", number).run(services)
    assert await ListAside(None).run(services) == []


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (ShowAside(ALICE, "Inbox", 99), "E-ASIDE-UNKNOWN"),
        (RetryAside(ALICE, "Inbox", 99), "E-ASIDE-UNKNOWN"),
        (DropAside(ALICE, "Inbox", 99), "E-ASIDE-UNKNOWN"),
        (ShowAside(ALICE, "Nowhere", 1), "E-FOLDER-UNKNOWN"),
        (ShowAside("nobody@example.org", "Inbox", 1), "E-USER-UNKNOWN"),
        (ListAside("nobody@example.org"), "E-USER-UNKNOWN"),
    ],
)
async def test_refusals(services: Services, act: Act[object], code: str) -> None:
    with pytest.raises(BackendError) as caught:
        await act.run(services)
    assert caught.value.code == code


async def test_a_phone_that_waits_is_offered_an_item_again(tmp_path: Path) -> None:
    async with alices(tmp_path) as running, phone(running) as client:
        services = running.parts.administration
        number = await set_aside(services)
        await client.ask(asked(FolderSyncRequest(sync_key="0"), "FolderSync"))
        start = (await synced(client, "0", "1")).collections[0]
        first = (await synced(client, start.sync_key, "1")).collections[0]
        entry = entry_of(ALICE, 1, number, item_class="mail", reason="no", now=NOW)
        await services.store.aside.note(entry)
        await synced_empty(client, first.sync_key, "1")
        await client.send(asked(PingRequest(heartbeat_interval=60, folders=[PingFolder(id="1")]), "Ping"))
        async with asyncio.timeout(5):
            while not len(running.parts.hub):  # noqa: ASYNC110 (there is nothing to be told by)
                await asyncio.sleep(0)
        await RetryAside(ALICE, "Inbox", number).run(services)
        answer = decode(PingResponse, (await client.read()).body, Version.V14_1).value
        assert (answer.status, answer.folders) == (2, ["1"])
        again = (await synced(client, first.sync_key, "1")).collections[0]
        assert [type(one).__name__ for one in again.commands] == ["Change"]
        assert await ListAside(ALICE).run(services) == []


async def test_what_a_phone_does_not_take_over_two_connections_is_listed(tmp_path: Path) -> None:
    async with alices(tmp_path) as running:
        services = running.parts.administration
        account = await open_account(services, ALICE)
        await account.items.create(1, mail("odd"), token=b"odd")
        async with phone(running) as client:
            key = (await synced(client, "0", "1")).collections[0].sync_key
            for _ in range(3):
                await synced(client, key, "1")
            assert await ListAside(ALICE).run(services) == []
        async with phone(running) as client:
            await synced(client, key, "1")
        [row] = await ListAside(ALICE).run(services)
        assert (row.folder, row.item, row.tries) == ("Inbox", 1, 1)
