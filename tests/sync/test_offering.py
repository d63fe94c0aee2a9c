"""Offering items once more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.database import Database
from outrider.domain.changes import ItemSet
from outrider.domain.items import FolderUse, Item, MailItem
from outrider.store.aside import Aside, entry_of, later
from outrider.store.store import Store
from outrider.sync.offering import offer, offer_due
from tests.contract.documents import mail
from tests.sync.device import NOW, Device, Fate, folder_of, look


def broken(item: Item) -> object:
    assert isinstance(item, MailItem)
    if item.message.subject == "m":
        raise ValueError("no such charset")
    return look(item)


@pytest.fixture
async def device(store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch) -> Device:
    """A device that has a stub in the place of the only mail, which can be rendered from now on."""
    folder = await folder_of(account, FolderUse.INBOX)
    await account.items.create(folder.number, mail("m", 15), token=b"1")
    device = Device(store, account, folder)
    with monkeypatch.context() as context:
        context.setattr("tests.sync.device.look", broken)
        await device.settle()
    assert device.replica == {1: ("(could not be synchronised)", False, ())}
    return device


async def pending(device: Device) -> bool:
    loaded = (await device.engine.load([device.folder.number]))[device.folder.number]
    return await device.engine.pending(device.folder, loaded, device.cutoff)


async def test_an_item_offered_again_takes_the_place_of_its_stub(
    store: Store, account: LocalAccount, device: Device
) -> None:
    assert (await device.sync()).quiet
    await offer(store, account, device.folder.number, ItemSet([1]))
    assert await pending(device)
    assert [op.value for op, _, _ in (await device.sync()).sent] == ["change"]
    assert device.replica == {1: ("m", False, ())}
    assert await store.aside.list() == []
    assert (await device.sync()).quiet


async def test_an_offer_reaches_a_device_whose_answer_was_lost(
    store: Store, account: LocalAccount, device: Device
) -> None:
    await account.items.create(device.folder.number, mail("other", 16), token=b"2")
    await device.sync(Fate.LOST)
    await offer(store, account, device.folder.number, ItemSet([1]))
    await device.settle()
    assert device.replica == {1: ("m", False, ()), 2: ("other", False, ())}


async def test_what_lies_outside_the_filter_stays_there(
    store: Store, account: LocalAccount, device: Device
) -> None:
    device.cutoff = date(2026, 3, 20)
    await device.settle()
    await offer(store, account, device.folder.number, ItemSet([1]))
    await device.settle()
    assert device.replica == {}


async def test_what_another_release_set_aside_is_offered_again(
    store: Store, account: LocalAccount, device: Device, database: Database
) -> None:
    assert not await offer_due(store, account, device.folder.number, NOW)
    store.aside = Aside(database, "99.0")
    await device.settle()
    assert device.replica == {1: ("m", False, ())}
    assert not await offer_due(store, account, device.folder.number, NOW)


async def test_what_rested_for_a_day_is_offered_again_once(
    store: Store, account: LocalAccount, device: Device
) -> None:
    number = device.folder.number
    entry = entry_of(account.identity.address, number, 1, item_class="mail", reason="busy", now=NOW)
    await store.aside.note(later(entry, device="", again=NOW + timedelta(days=1)))
    assert not await offer_due(store, account, number, NOW + timedelta(hours=23))
    assert await offer_due(store, account, number, NOW + timedelta(days=1))
    assert not await offer_due(store, account, number, NOW + timedelta(days=1))


async def test_a_folder_without_trouble_asks_nothing(store: Store, account: LocalAccount) -> None:
    await store.aside.list()
    await offer_due(store, account, 1, NOW)
    before = store.database.counters.hops
    assert not await offer_due(store, account, 1, NOW)
    assert store.database.counters.hops == before
