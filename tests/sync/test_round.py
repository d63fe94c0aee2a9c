"""One round: keys, lost answers, windows and their order."""

from __future__ import annotations

from outrider.backends.local.account import LocalAccount
from outrider.domain.items import Contact, FolderUse, ItemClass
from outrider.store.store import Store
from tests.contract.documents import mail
from tests.sync.device import Device, Fate, contents, folder_of


async def test_a_lost_answer_is_given_again_and_nothing_is_done_twice(
    store: Store, account: LocalAccount
) -> None:
    folder = await folder_of(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
    device = Device(store, account, folder)
    await device.settle()
    device.add(Contact(first_name="Bob"), ("Bob", ""))
    lost = await device.sync(Fate.LOST)
    again = await device.sync()
    assert again == lost
    assert len(await contents(account, folder, None)) == 1


async def test_a_changed_request_after_a_lost_answer_does_only_what_is_new(
    store: Store, account: LocalAccount
) -> None:
    folder = await folder_of(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
    device = Device(store, account, folder)
    await device.settle()
    device.add(Contact(first_name="Bob"), ("Bob", ""))
    await device.sync(Fate.LOST)
    device.add(Contact(first_name="Carol"), ("Carol", ""))
    await device.sync()
    await device.settle()
    assert sorted(map(str, (await contents(account, folder, None)).values())) == [
        "('Bob', '')",
        "('Carol', '')",
    ]
    assert device.replica == await contents(account, folder, None)


async def test_newest_comes_first_and_more_is_said_to_be_available(
    store: Store, account: LocalAccount
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    numbers = [
        (await account.items.create(folder.number, mail(f"m{day}", day), token=bytes([day]))).number
        for day in range(1, 8)
    ]
    device = Device(store, account, folder)
    device.window = 3
    await device.sync()
    rounds = [await device.sync() for _ in range(4)]
    assert [[number for _, number, _ in one.sent] for one in rounds] == [
        numbers[:3:-1],
        numbers[3:0:-1],
        numbers[:1],
        [],
    ]
    assert [one.more for one in rounds] == [True, True, False, False]


async def test_a_folder_at_rest_costs_one_read_and_no_write(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    await account.items.create(folder.number, mail("m"), token=b"1")
    device = Device(store, account, folder)
    await device.settle()
    counters = store.database.counters
    before = (counters.hops, counters.commits, counters.statements)
    assert (await device.sync()).quiet
    assert counters.hops - before[0] == 1
    assert counters.commits == before[1]


async def test_a_key_that_was_never_given_starts_over(store: Store, account: LocalAccount) -> None:
    device = Device(store, account, await folder_of(account, FolderUse.INBOX))
    device.key = "17.4"
    assert (await device.sync(Fate.LOST)).stale


async def test_a_delayed_start_does_not_disturb_the_keys_in_use(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    device = Device(store, account, folder)
    await device.settle()
    ghost = Device(store, account, folder)
    await ghost.sync(Fate.LOST)
    await account.items.create(folder.number, mail("m"), token=b"1")
    await device.settle()
    assert device.replica == await contents(account, folder, None)


async def test_without_room_the_key_stays_and_more_is_said_to_be_available(
    store: Store, account: LocalAccount
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    device = Device(store, account, folder)
    await device.settle()
    await account.items.create(folder.number, mail("m"), token=b"1")
    key, device.window = device.key, 0
    crowded = await device.sync()
    assert (crowded.key, crowded.sent, crowded.more, crowded.quiet) == (key, (), True, False)
    device.window = 1
    assert [number for _, number, _ in (await device.sync()).sent] == [1]


async def test_without_room_a_folder_at_rest_is_quiet(store: Store, account: LocalAccount) -> None:
    device = Device(store, account, await folder_of(account, FolderUse.INBOX))
    await device.settle()
    device.window = 0
    assert (await device.sync()).quiet
