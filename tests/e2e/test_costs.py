"""What is asked of the database when nothing has changed, and that it does not grow with what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from outrider.client import Client, Replica
from outrider.domain.items import ItemClass, NewMail
from outrider.main import Running
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse, FolderType
from outrider.protocol.messages.sync import Collection, CollectionResponse, SyncRequest, SyncResponse
from tests.e2e.house import ALICE, account, client, mail

INBOX, PEOPLE = 1, 7
MAIL = mail("News")
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nN:Example;Alice\r\nFN:Alice Example\r\nEND:VCARD\r\n"
RECEIVED = datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("size", [0, 1, 600])
async def test_a_sync_of_an_unchanged_folder_is_one_hop_and_one_statement(
    running: Running, size: int
) -> None:
    mails = [NewMail(mime=mail(f"News {number}"), received=RECEIVED) for number in range(size)]
    await running.parts.local.deliver_many(ALICE, INBOX, mails)
    async with client(running) as phone:
        replica = Replica(phone)
        await replica.sync()
        inbox = replica.tree.of_type(FolderType.INBOX).server_id
        await replica.sync(inbox)
        counters = running.parts.database.counters
        hops, statements = counters.hops, counters.statements
        await replica.sync(inbox)
    assert counters.hops - hops == 1
    assert counters.statements - statements == 3  # those that begin and end the transaction among them


@dataclass
class Cost:
    """Hops and statements of what was asked within a block."""

    hops: int = 0
    statements: int = 0


@contextmanager
def counted(running: Running) -> Iterator[Cost]:
    cost, counters = Cost(), running.parts.database.counters
    hops, statements = counters.hops, counters.statements
    yield cost
    cost.hops, cost.statements = counters.hops - hops, counters.statements - statements


async def test_a_tree_at_rest_costs_the_same_for_any_number_of_folders(running: Running) -> None:
    async with client(running) as phone:
        replica = Replica(phone)
        await replica.sync_tree()
        with counted(running) as few:
            await replica.sync_tree()
        for number in range(300):
            token = b"%d" % number
            await account(running).folders.create(f"Project {number}", 0, ItemClass.MAIL, token)
        await replica.sync_tree()
        assert len(replica.tree.folders) > 300
        with counted(running) as many:
            await replica.sync_tree()
    assert many == few


@pytest.mark.parametrize(("folder", "document"), [(INBOX, MAIL), (PEOPLE, CARD)])
async def test_the_first_answer_costs_the_same_for_any_size_of_folder(
    running: Running, folder: int, document: bytes
) -> None:
    costs = []
    for size in (30, 600):
        for _ in range(0, size, 30):
            if folder == PEOPLE:
                await running.parts.local.add_documents(ALICE, folder, ItemClass.CONTACTS, [document] * 30)
            else:
                await running.parts.local.deliver_many(ALICE, folder, [NewMail(mime=document)] * 30)
        async with client(running, device=f"DEVICE{size}") as phone:
            await phone.ask("FolderSync", FolderSyncRequest(sync_key="0"), FolderSyncResponse)
            start = await asked(phone, folder, "0")
            with counted(running) as cost:
                first = await asked(phone, folder, start.sync_key)
            assert len(first.commands) == 25
        costs.append(cost)
    assert costs[0] == costs[1]


async def asked(phone: Client, folder: int, key: str) -> CollectionResponse:
    """A folder's part of an answer with 25 items at most."""
    collection = Collection(sync_key=key, collection_id=str(folder), window_size=25)
    answer = await phone.ask("Sync", SyncRequest(collections=[collection]), SyncResponse)
    assert answer is not None
    [told] = answer.collections
    return told
