"""What a folder has to say: filters that move, and what of a large folder is read for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.database import Connection, Database
from outrider.domain.changes import BLOCK, Holdings, ItemSet, Shift
from outrider.domain.items import FolderUse
from outrider.store.store import Store
from outrider.store.views import ViewKey, Views
from outrider.sync.place import blocks_of
from tests.contract.documents import mail
from tests.sync.conftest import ALICE
from tests.sync.device import Device, contents, folder_of


async def test_leaving_the_filter_is_no_deletion(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    await account.items.create(folder.number, mail("old", 1), token=b"1")
    await account.items.create(folder.number, mail("new", 20), token=b"2")
    device = Device(store, account, folder)
    await device.settle()
    device.cutoff = date(2026, 3, 10)
    outcome = await device.sync()
    assert [op.value for op, _, _ in outcome.sent] == ["soft-delete"]
    device.cutoff = None
    assert [op.value for op, _, _ in (await device.sync()).sent] == ["add"]


async def test_a_filter_moves_with_the_days(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    for day in (8, 9, 10):
        await account.items.create(folder.number, mail(f"m{day}", day), token=bytes([day]))
    device = Device(store, account, folder)
    device.cutoff = date(2026, 3, 8)
    await device.settle()
    device.cutoff += timedelta(days=1)
    await device.settle()
    assert device.replica == await contents(account, folder, date(2026, 3, 9))


class Watched(Views):
    """Views that note which blocks are read of them."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.read: list[int] = []

    async def holdings(self, key: ViewKey, revision: int, blocks: Iterable[int] | None) -> Holdings | None:
        held = await super().holdings(key, revision, blocks)
        if held is not None:
            self.read.extend(blocks_of(held))
        return held


def rows(connection: Connection) -> set[tuple[object, ...]]:
    return {tuple(row) for row in connection.execute("SELECT kind, block, data FROM view_blocks")}


async def large(store: Store, account: LocalAccount, blocks: int) -> tuple[Device, Watched]:
    """A device that has one real message, and numbers in so many blocks of which the feed never spoke."""
    device = Device(store, account, await folder_of(account, FolderUse.INBOX))
    await account.items.create(device.folder.number, mail("m"), token=b"1")
    await device.settle()
    numbers = ItemSet(block * BLOCK + 5 for block in range(blocks))
    key = ViewKey(ALICE.address, "d1", str(device.folder.number))
    by = Shift(put=Holdings(known=numbers), take=Holdings())
    await store.views.revise(key, lambda record: (record, by))
    store.views = watched = Watched(store.database)
    return device, watched


@pytest.mark.parametrize("blocks", [1, 16])
async def test_a_folder_at_rest_reads_no_set(store: Store, account: LocalAccount, blocks: int) -> None:
    device, watched = await large(store, account, blocks)
    statements = store.database.counters.statements
    assert (await device.sync()).quiet
    assert watched.read == []
    assert store.database.counters.statements - statements == 3  # two of them begin and end the transaction


@pytest.mark.parametrize("blocks", [1, 16])
async def test_one_new_message_reads_and_writes_one_block(
    store: Store, account: LocalAccount, blocks: int
) -> None:
    device, watched = await large(store, account, blocks)
    before = await store.database.read(rows)
    await account.items.create(device.folder.number, mail("n"), token=b"2")
    assert len((await device.sync()).sent) == 1
    await device.settle()
    assert watched.read == [0]
    after = await store.database.read(rows)
    assert [len(after - before), len(before - after)] == [1, 1]


@pytest.mark.parametrize("blocks", [1, 16])
async def test_a_wake_up_reads_one_block(store: Store, account: LocalAccount, blocks: int) -> None:
    device, watched = await large(store, account, blocks)
    await account.items.create(device.folder.number, mail("n"), token=b"2")
    counters = store.database.counters
    loaded = (await device.engine.load([device.folder.number]))[device.folder.number]
    before = counters.hops, counters.statements
    assert await device.engine.pending(device.folder, loaded, None)
    assert watched.read == [0]
    assert (counters.hops - before[0], counters.statements - before[1]) == (2, 9)


async def test_an_estimate_of_a_folder_that_was_offered_whole_reads_one_block(
    store: Store, account: LocalAccount
) -> None:
    device, watched = await large(store, account, 16)
    await account.items.create(device.folder.number, mail("n"), token=b"2")
    loaded = (await device.engine.load([device.folder.number]))[device.folder.number]
    assert await device.engine.estimate(device.folder, loaded, device.key, None) == 1
    assert watched.read == [0]
