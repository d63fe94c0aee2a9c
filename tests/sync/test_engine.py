"""The engine's laws: at rest a device has what the folder has, whatever was lost on the way."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.domain.changes import ItemSet
from outrider.domain.items import (
    Contact,
    ContactEdit,
    Edit,
    Folder,
    FolderUse,
    ItemClass,
    MailEdit,
    NewItem,
)
from outrider.domain.roles import Account
from outrider.store.store import Store
from tests.contract.documents import mail
from tests.sync.device import Device, Fate, contents


async def folder_of(account: Account, use: FolderUse, holds: ItemClass = ItemClass.MAIL) -> Folder:
    return next(f for f in await account.folders.list() if f.use is use and f.holds is holds)


class World:
    """A folder that others change while a device syncs it."""

    def __init__(self, account: Account, folder: Folder, trash: Folder, chance: random.Random) -> None:
        self.account = account
        self.folder = folder
        self.trash = trash
        self.chance = chance
        self.count = 0

    async def step(self) -> None:
        numbers = list(await contents(self.account, self.folder, None))
        act = self.chance.choice(["create", "create", "change", "delete", "move"])
        self.count += 1
        token = f"{act}{self.count}".encode()
        number = self.chance.choice(numbers) if numbers else 0
        if act == "create" or not numbers:
            await self.account.items.create(self.folder.number, self.new(), token=token)
        elif act == "change":
            await self.account.items.change(self.folder.number, number, self.edit(), token=token)
        elif act == "delete" or self.folder.holds is not ItemClass.MAIL:
            await self.account.items.delete(self.folder.number, number)
        else:
            await self.account.items.move(self.folder.number, number, self.trash.number, token=token)

    def new(self) -> NewItem:
        if self.folder.holds is ItemClass.MAIL:
            return mail(f"m{self.count}", self.chance.randint(1, 28))
        return Contact(first_name=f"c{self.count}", job_title="new")

    def edit(self) -> Edit:
        if self.folder.holds is ItemClass.MAIL:
            return MailEdit(read=self.chance.random() < 0.5, categories=(f"k{self.count}",))
        return ContactEdit(fields={"job_title": f"server{self.count}"})


class User:
    """What the user does on the device."""

    def __init__(self, device: Device, chance: random.Random) -> None:
        self.device = device
        self.chance = chance
        self.count = 0

    def step(self) -> None:
        device, self.count = self.device, self.count + 1
        if device.key == "0" or (device.folder.holds is ItemClass.CONTACTS and self.chance.random() < 0.4):
            if device.folder.holds is ItemClass.CONTACTS and device.key != "0":
                made = Contact(first_name=f"u{self.count}", job_title="mine")
                device.add(made, (made.first_name, made.job_title))
            return
        busy = {getattr(command, "number", None) for command in device.pending}
        free = [number for number in device.replica if number not in busy]
        if not free:
            return
        number = self.chance.choice(free)
        if self.chance.random() < 0.25:
            device.delete(number)
        elif device.folder.holds is ItemClass.MAIL:
            shown = device.replica[number]
            assert isinstance(shown, tuple)
            read = not shown[1]
            device.change(number, MailEdit(read=read), (shown[0], read, shown[2]))
        else:
            shown = device.replica[number]
            assert isinstance(shown, tuple)
            title = f"user{self.count}"
            device.change(number, ContactEdit(fields={"job_title": title}), (shown[0], title))


FIRST = int(os.environ.get("OUTRIDER_FIRST_SEED", "0"))
CUTOFFS = (None, date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 20))


@pytest.mark.parametrize("seed", range(int(os.environ.get("OUTRIDER_SEEDS", "12"))))
@pytest.mark.parametrize(
    ("use", "holds"), [(FolderUse.INBOX, ItemClass.MAIL), (FolderUse.DEFAULT, ItemClass.CONTACTS)]
)
async def test_at_rest_each_replica_equals_the_folder(
    store: Store, account: LocalAccount, use: FolderUse, holds: ItemClass, seed: int
) -> None:
    chance = random.Random(f"{holds}{seed + FIRST}")
    folder, trash = await folder_of(account, use, holds), await folder_of(account, FolderUse.TRASH)
    world = World(account, folder, trash, chance)
    devices = [Device(store, account, folder, name) for name in ("d1", "d2")]
    users = [User(device, chance) for device in devices]
    for _ in range(60):
        which = chance.randrange(2)
        device = devices[which]
        act = chance.choice(["world", "world", "user", "sync", "sync", "lose", "settings"])
        if act == "world":
            await world.step()
        elif act == "user":
            users[which].step()
        elif act == "settings":
            device.window = chance.choice([1, 2, 5, 100])
            if holds is ItemClass.MAIL:
                device.cutoff = chance.choice(CUTOFFS)
        else:
            await device.sync(Fate.LOST if act == "lose" else Fate.ARRIVES)
    for device in devices:
        await device.settle()
    for device in devices:
        await device.settle()
        assert device.replica == await contents(account, folder, device.cutoff)


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


async def test_the_estimate_is_what_syncs_then_bring(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    for day in range(1, 11):
        await account.items.create(folder.number, mail(f"m{day}", day), token=bytes([day]))
    device = Device(store, account, folder)
    device.window = 3
    await device.sync()
    left = 10
    while left >= 0:
        loaded = (await device.engine.load([folder.number]))[folder.number]
        assert await device.engine.estimate(folder, loaded, device.key, None) == max(0, left)
        await device.sync()
        left -= 3


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
        return "good"

    monkeypatch.setattr(look, picky)
    await device.settle()
    assert device.replica == {good: "good"}
    [entry] = await store.aside.list()
    assert (entry.number, entry.reason, entry.tries) == (bad, "ValueError: no such charset", 1)


async def test_pending_says_whether_a_sync_has_something_to_say(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    device = Device(store, account, folder)

    async def pending() -> bool:
        loaded = (await device.engine.load([folder.number]))[folder.number]
        return await device.engine.pending(folder, loaded, device.cutoff)

    assert not await pending()
    await device.settle()
    assert not await pending()
    number = (await account.items.create(folder.number, mail("m"), token=b"1")).number
    assert await pending()
    await device.sync()
    assert not await pending()
    device.change(number, MailEdit(read=True), ("m", True, ()))
    await device.sync()
    assert not await pending()


async def test_an_item_the_device_moved_itself_is_neither_added_nor_deleted(
    store: Store, account: LocalAccount
) -> None:
    inbox, trash = await folder_of(account, FolderUse.INBOX), await folder_of(account, FolderUse.TRASH)
    number = (await account.items.create(inbox.number, mail("m"), token=b"1")).number
    here, there = Device(store, account, inbox), Device(store, account, trash)
    await here.settle()
    await there.settle()
    written = await account.items.move(inbox.number, number, trash.number, token=b"2")
    await here.engine.note_move(inbox.number, number, trash.number, written.number)
    there.replica[written.number] = here.replica.pop(number)
    assert not (await here.sync()).sent
    assert [op.value for op, _, _ in (await there.sync()).sent] == ["change"]


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


def test_views_of_a_million_items_stay_small() -> None:
    chance = random.Random(1)
    few_gaps = ItemSet(number for number in range(1, 1_000_001) if chance.random() >= 0.05)
    half = ItemSet(number for number in range(1, 1_000_001) if chance.random() >= 0.5)
    assert sum(map(len, few_gaps.packed().values())) < 64 << 10
    assert sum(map(len, half.packed().values())) < 160 << 10
