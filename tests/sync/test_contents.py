"""What is read and rendered for a round, and what will not go through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.backends.local.items import LocalItems
from outrider.domain.changes import Op
from outrider.domain.errors import BackendError
from outrider.domain.items import FolderUse, Item, MailEdit, MailItem, Wish
from outrider.domain.roles import Account
from outrider.store.store import Store
from outrider.sync.aside import Rendered, Shown
from outrider.sync.contents import Contents
from tests.contract.documents import mail
from tests.sync.device import NOW, Device, folder_of


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


def fail(_: object) -> object:
    raise ValueError("no such charset")


async def test_an_item_that_goes_through_after_a_change_is_not_set_aside_any_more(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    number = (await account.items.create(folder.number, mail("bad"), token=b"1")).number
    device = Device(store, account, folder)
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
    monkeypatch.setattr("tests.sync.device.look", fail)
    await device.settle()
    await account.items.delete(folder.number, number)
    await device.settle()
    assert await store.aside.list() == []


class Faulty:
    """The items of an account, of which one fails as long as it is told to."""

    def __init__(self, items: LocalItems, number: int) -> None:
        self.broken = True
        self._items = items
        self._number = number

    async def read(self, folder: int, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        found = await self._items.read(folder, numbers, wish)
        bad = {self._number} if self.broken else set()
        return [
            BackendError("The store is busy.", temporary=True) if number in bad else item
            for number, item in zip(numbers, found, strict=True)
        ]


async def test_an_item_the_backend_fails_at_three_times_is_set_aside_until_the_next_day(
    store: Store, account: LocalAccount
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    await account.items.create(folder.number, mail("bad"), token=b"1")
    faulty = Faulty(account.items, 1)
    device = Device(store, cast(Account, SimpleNamespace(**_roles(account), items=faulty)), folder)
    await device.sync()
    assert [len((await device.sync()).sent) for _ in range(3)] == [0, 0, 1]
    assert device.replica == {1: ("(could not be synchronised)", False, ())}
    [entry] = await store.aside.list()
    assert (entry.tries, entry.reason, entry.again) == (3, "The store is busy.", "2026-04-01T12:00:00Z")
    faulty.broken = False
    assert (await device.sync()).quiet
    device.now = NOW + timedelta(days=1)
    await device.settle()
    assert device.replica == {1: ("bad", False, ())}
    assert await store.aside.list() == []


def _roles(account: LocalAccount) -> dict[str, object]:
    return {name: getattr(account, name) for name in ("identity", "traits", "folders", "feed")}


async def test_an_item_of_which_not_all_can_be_told_by_what_changes_is_told_whole(
    store: Store, account: LocalAccount
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    numbers = [
        (await account.items.create(folder.number, mail(name), token=name.encode())).number
        for name in ("marked", "edited")
    ]

    def is_marked(item: Item) -> bool:
        return isinstance(item, MailItem) and item.message.subject == "marked"

    whole = Shown(render=lambda number, _: Rendered(("whole", number), 1))
    marks = Shown(render=lambda number, _: Rendered(("marks", number), 1), suffices=is_marked)
    contents = Contents(store, account, folder, "d1", shown=(whole, marks))
    operations = [(Op.CHANGE, number) for number in numbers]
    sent = await contents.again(operations)
    assert sent is not None
    assert [value for *_, value in sent] == [("marks", numbers[0]), ("whole", numbers[1])]
