"""What is read and rendered for a round, and what will not go through."""

from __future__ import annotations

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.domain.items import FolderUse, MailEdit
from outrider.store.store import Store
from tests.contract.documents import mail
from tests.sync.device import Device, folder_of


async def test_an_item_that_cannot_be_rendered_is_set_aside_and_the_folder_goes_on(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    bad = (await account.items.create(folder.number, mail("bad"), token=b"1")).number
    good = (await account.items.create(folder.number, mail("good"), token=b"2")).number
    device = Device(store, account, folder)
    look = "tests.sync.device.look"

    def picky(item: object) -> object:
        if item.message.subject == "bad":  # type: ignore[attr-defined]
            raise ValueError("no such charset")
        return item.message.subject  # type: ignore[attr-defined]

    monkeypatch.setattr(look, picky)
    await device.settle()
    assert device.replica == {good: "good", bad: "(could not be synchronised)"}
    [entry] = await store.aside.list()
    assert (entry.number, entry.reason, entry.tries) == (bad, "ValueError: no such charset", 1)


async def test_an_item_that_goes_through_after_a_change_is_not_set_aside_any_more(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    number = (await account.items.create(folder.number, mail("bad"), token=b"1")).number
    device = Device(store, account, folder)

    def fail(_: object) -> object:
        raise ValueError("no such charset")

    with monkeypatch.context() as broken:
        broken.setattr("tests.sync.device.look", fail)
        await device.settle()
    assert len(await store.aside.list()) == 1
    await account.items.change(folder.number, number, MailEdit(read=True), token=b"2")
    await device.settle()
    assert (list(device.replica), await store.aside.list()) == ([number], [])


async def test_an_item_that_is_gone_is_not_set_aside_any_more(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    number = (await account.items.create(folder.number, mail("bad"), token=b"1")).number
    device = Device(store, account, folder)

    def fail(_: object) -> object:
        raise ValueError("no such charset")

    monkeypatch.setattr("tests.sync.device.look", fail)
    await device.settle()
    await account.items.delete(folder.number, number)
    await device.settle()
    assert await store.aside.list() == []
