"""What a device wants done: conflicts, removals, and nothing twice."""

from __future__ import annotations

from outrider.backends.local.account import LocalAccount
from outrider.domain.items import Contact, ContactEdit, FolderUse, ItemClass, MailEdit
from outrider.store.store import Store
from tests.contract.documents import mail
from tests.sync.device import Device, Fate, contents, folder_of


async def test_the_servers_change_wins_a_conflict_and_is_sent(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
    device = Device(store, account, folder)
    number = (await account.items.create(folder.number, Contact(first_name="Bob"), token=b"1")).number
    await device.settle()
    edit = ContactEdit(fields={"job_title": "server"})
    await account.items.change(folder.number, number, edit, token=b"2")
    device.change(number, ContactEdit(fields={"job_title": "device"}), ("Bob", "device"))
    await device.settle()
    assert device.conflicts == [number]
    assert device.replica == {number: ("Bob", "server")} == await contents(account, folder, None)


async def test_marks_of_both_sides_are_merged_without_a_conflict(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    device = Device(store, account, folder)
    number = (await account.items.create(folder.number, mail("m"), token=b"1")).number
    await device.settle()
    await account.items.change(folder.number, number, MailEdit(categories=("work",)), token=b"2")
    device.change(number, MailEdit(read=True), ("m", True, ()))
    await device.settle()
    assert device.conflicts == []
    assert device.replica == {number: ("m", True, ("work",))}


async def test_deletes_as_moves_lands_in_the_trash_once(store: Store, account: LocalAccount) -> None:
    inbox, trash = await folder_of(account, FolderUse.INBOX), await folder_of(account, FolderUse.TRASH)
    number = (await account.items.create(inbox.number, mail("m"), token=b"1")).number
    device = Device(store, account, inbox)
    await device.settle()
    device.delete(number)
    device.trash = trash.number
    await device.sync(Fate.LOST)
    await device.settle()
    assert await contents(account, inbox, None) == {}
    assert len(await contents(account, trash, None)) == 1
