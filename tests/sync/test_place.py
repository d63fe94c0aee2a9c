"""What a folder has to say: filters that move."""

from __future__ import annotations

from datetime import date, timedelta

from outrider.backends.local.account import LocalAccount
from outrider.domain.items import FolderUse
from outrider.store.store import Store
from tests.contract.documents import mail
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
