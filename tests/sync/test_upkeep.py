"""What is forgotten, and what must not be."""

from __future__ import annotations

from typing import cast

from outrider.backends.local import places
from outrider.backends.local.account import Local, LocalAccount
from outrider.database import Database
from outrider.domain.changes import ItemSet
from outrider.domain.items import FolderUse, ItemClass
from outrider.domain.roles import Directory, Identity, Submit
from outrider.store.aside import entry_of
from outrider.store.store import Store
from outrider.sync import upkeep
from outrider.sync.hierarchy import COLLECTION, Hierarchy
from tests.contract.documents import mail
from tests.sync.conftest import ALICE
from tests.sync.device import NOW, Device, Fate, folder_of
from tests.sync.listed import house

ADDRESS = ALICE.address


async def set_aside(store: Store, folder: int, number: int) -> None:
    await store.aside.note(entry_of(ADDRESS, folder, number, item_class="mail", reason="x", now=NOW))


async def listed(store: Store) -> list[tuple[int, int]]:
    return [(entry.folder, entry.number) for entry in await store.aside.list()]


async def test_views_of_deleted_folders_are_forgotten(store: Store, account: LocalAccount) -> None:
    inbox = await folder_of(account, FolderUse.INBOX)
    made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    for folder in (inbox, made):
        await Device(store, account, folder).settle()
    await upkeep.forget_folders(store, account)
    assert await store.views.collections(ADDRESS) == {str(inbox.number), str(made.number)}
    await account.folders.delete(made.number)
    await upkeep.forget_folders(store, account)
    assert await store.views.collections(ADDRESS) == {str(inbox.number)}


async def test_the_view_of_the_tree_is_no_folder_to_be_missed(store: Store, account: LocalAccount) -> None:
    await Hierarchy(store, account, "d1", NOW).sync("0", lambda _: True)
    await upkeep.forget_folders(store, account)
    assert await store.views.collections(ADDRESS) == {COLLECTION}


async def test_a_device_goes_on_in_the_folders_that_are_there(store: Store, account: LocalAccount) -> None:
    inbox = await folder_of(account, FolderUse.INBOX)
    device = Device(store, account, inbox)
    await account.items.create(inbox.number, mail("one"), b"1")
    await device.settle()
    await upkeep.forget_folders(store, account)
    await account.items.create(inbox.number, mail("two"), b"2")
    assert not (await device.sync()).stale
    assert len(device.replica) == 2


async def test_items_set_aside_are_forgotten_once_they_are_gone(store: Store, account: LocalAccount) -> None:
    inbox = await folder_of(account, FolderUse.INBOX)
    made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"0")
    for folder in (inbox.number, made.number):
        for token in (b"1", b"2"):
            written = await account.items.create(folder, mail("x"), b"%d" % folder + token)
            await set_aside(store, folder, written.number)
    await account.items.delete(inbox.number, 1)
    await account.folders.delete(made.number)
    await upkeep.forget_items(store, account)
    assert await listed(store) == [(inbox.number, 2)]


async def test_entries_of_items_that_went_through_since_are_forgotten_with_the_items(
    store: Store, account: LocalAccount
) -> None:
    inbox = await folder_of(account, FolderUse.INBOX)
    for token in (b"1", b"2"):
        written = await account.items.create(inbox.number, mail("x"), token)
        await set_aside(store, inbox.number, written.number)
    await store.aside.mend(ADDRESS, inbox.number, ItemSet([1, 2]))
    await account.items.delete(inbox.number, 1)
    await upkeep.forget_items(store, account)
    assert [entry.number for entry in await store.aside.entries(ADDRESS, inbox.number)] == [2]


async def test_nothing_stays_of_an_account_that_is_gone(store: Store, local: Local) -> None:
    gone = Identity(address="gone@example.org")
    account = local.open(gone, cast(Submit, None), cast(Directory, None))
    await store.aside.note(entry_of(gone.address, 1, 1, item_class="mail", reason="x", now=NOW))
    await upkeep.forget_items(store, account)
    assert await listed(store) == []


async def test_the_cursors_of_all_states_a_device_may_be_in_are_named(
    store: Store, account: LocalAccount
) -> None:
    inbox = await folder_of(account, FolderUse.INBOX)
    assert await upkeep.cursors(store, ADDRESS, inbox.number) == frozenset()
    device = Device(store, account, inbox)
    await device.settle()
    confirmed = await account.feed.cursor(inbox.number)
    await account.items.create(inbox.number, mail("one"), b"1")
    await device.sync(Fate.LOST)
    given = await account.feed.cursor(inbox.number)
    assert await upkeep.cursors(store, ADDRESS, inbox.number) == {confirmed, given}
    assert await upkeep.cursors(store, ADDRESS, inbox.number + 1) == frozenset()


async def test_a_device_hears_of_a_removal_however_long_ago_it_was(
    store: Store, account: LocalAccount, database: Database
) -> None:
    inbox = await folder_of(account, FolderUse.INBOX)
    await account.items.create(inbox.number, mail("one"), b"1")
    device = Device(store, account, inbox)
    await device.settle()
    await account.items.delete(inbox.number, 1)
    waiting = places.Waiting(
        address=ADDRESS,
        number=inbox.number,
        cursors=await upkeep.cursors(store, ADDRESS, inbox.number),
    )
    await database.transact(places.purge, places.today() + 1, [waiting])
    outcome = await device.sync()
    assert not outcome.stale
    assert device.replica == {}


async def test_removals_at_a_source_are_kept_until_every_device_heard_of_them(database: Database) -> None:
    home = await house(database)
    await home.arrive("one", "two")
    store, folder = Store(database), (await home.ours.folders.list())[0]
    device = Device(store, home.ours, folder)
    await device.settle()
    await home.theirs.items.delete(1, 1)
    await home.ours.feed.cursor(1)
    for told in (False, True):
        await upkeep.forget_removals(store, places.today() + 1)
        assert bool(await store.sources.aged(places.today() + 1)) is not told
        assert not (await device.sync()).stale
        await device.settle()
    assert len(device.replica) == 1
