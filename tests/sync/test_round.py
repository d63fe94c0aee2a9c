"""One round: keys, lost answers, windows and their order."""

from __future__ import annotations

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.backends.memory.accounts import MemoryAccounts
from outrider.domain.items import Contact, ContactEdit, FolderUse, Item, ItemClass, MailItem
from outrider.store.store import Store
from outrider.sync.round import Outcome
from tests.contract.documents import mail
from tests.sync.conftest import ALICE
from tests.sync.device import Device, Fate, contents, ending, folder_of


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


async def test_a_start_that_came_twice_is_good_with_either_answer(
    store: Store, account: LocalAccount
) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    device, late = Device(store, account, folder), Device(store, account, folder)
    await device.sync()
    await late.sync()
    assert not (await device.sync()).stale


@pytest.mark.parametrize("ended", ["store.ledger.note", "store.views.save"])
async def test_what_became_of_an_item_made_before_the_process_ended_is_told_with_the_first_content(
    store: Store, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    account = MemoryAccounts().open(ALICE)
    folder = await folder_of(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
    device = Device(store, account, folder)
    await device.sync()
    device.add(Contact(first_name="Bob", job_title="new"), ("Bob", "new"))

    part = store.ledger if "ledger" in ended else store.views
    with ending(monkeypatch, part, ended.rpartition(".")[2]):
        await device.sync()
    [number] = await contents(account, folder, None)
    edit = ContactEdit(fields={"job_title": "changed"})
    await account.items.change(folder.number, number, edit, token=b"other")
    await device.settle()
    assert device.replica == {number: ("Bob", "changed")}


@pytest.mark.parametrize("removed", [True, False])
async def test_what_became_of_an_item_made_in_a_request_without_an_answer_is_told_though_the_cursor_passed_it(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch, removed: bool
) -> None:
    """Another request of the device with the same key, which makes nothing, moves the cursor."""
    folder = await folder_of(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
    device = Device(store, account, folder)
    await device.settle()
    device.add(Contact(first_name="Bob", job_title="new"), ("Bob", "new"))

    with ending(monkeypatch, store.views, "save"):
        await device.sync()
    [number] = await contents(account, folder, None)
    if removed:
        await account.items.delete(folder.number, number)
    else:
        edit = ContactEdit(fields={"job_title": "changed"})
        await account.items.change(folder.number, number, edit, token=b"other")
    made, device.pending = device.pending, []
    await device.sync()
    device.pending = made
    await device.settle()
    assert device.replica == await contents(account, folder, None)


async def test_an_item_that_the_device_makes_with_the_first_content_is_not_told_again(
    store: Store, account: LocalAccount
) -> None:
    folder = await folder_of(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
    device = Device(store, account, folder)
    await device.sync()
    device.add(Contact(first_name="Bob"), ("Bob", ""))
    assert [(await device.sync()).sent, (await device.sync()).quiet] == [(), True]


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


async def filled(store: Store, account: LocalAccount, mails: int) -> Device:
    """A device that is about to be given these mails for the first time."""
    folder = await folder_of(account, FolderUse.INBOX)
    for day in range(1, mails + 1):
        await account.items.create(folder.number, mail(f"m{day}", day), token=bytes([day]))
    device = Device(store, account, folder)
    await device.sync()
    return device


async def lost(device: Device, times: int) -> list[Outcome]:
    return [await device.sync(Fate.LOST) for _ in range(times)]


async def test_the_third_repetition_of_an_answer_halves_it_down_to_one_item(
    store: Store, account: LocalAccount
) -> None:
    device = await filled(store, account, 8)
    answers = await lost(device, 13)
    assert [len(one.sent) for one in answers] == [8, 8, 8, 4, 4, 4, 2, 2, 2, 1, 1, 1, 1]
    assert len({one.key for one in answers}) == 4
    assert all(one.more for one in answers[3:])


async def test_smaller_answers_grow_again_once_they_arrive(store: Store, account: LocalAccount) -> None:
    device = await filled(store, account, 20)
    device.window = 16
    await lost(device, 8)
    assert [len((await device.sync()).sent) for _ in range(4)] == [4, 8, 4, 4]
    assert device.replica == await contents(account, device.folder, None)


async def test_an_earlier_answer_that_arrived_after_all_is_understood(
    store: Store, account: LocalAccount
) -> None:
    device = await filled(store, account, 4)
    first, *_ = await lost(device, 5)
    await device._apply(first)
    await device.settle()
    assert device.replica == await contents(account, device.folder, None)


async def test_a_single_item_asked_for_over_one_connection_is_given_again(
    store: Store, account: LocalAccount
) -> None:
    device = await filled(store, account, 1)
    answers = await lost(device, 6)
    assert {one.key for one in answers} == {answers[0].key}
    assert await store.aside.list() == []


def is_stub(item: Item) -> object:
    """Bodies are not asked for: only a stub has one."""
    assert isinstance(item, MailItem)
    return item.body is not None


async def test_a_single_item_asked_for_over_two_connections_is_set_aside_for_this_device(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.sync.device.look", is_stub)
    device = await filled(store, account, 1)
    await lost(device, 3)
    device.connection = "run.2"
    outcome = await device.sync()
    assert device.replica == {1: True}
    [entry] = await store.aside.list()
    assert (entry.number, entry.device, entry.again) == (1, "d1", "2026-04-01T12:00:00Z")
    assert not outcome.more
    other = Device(store, account, device.folder, "d2")
    await other.settle()
    assert other.replica == {1: False}
    assert await store.aside.list() == [entry]


async def test_a_server_that_ended_is_not_held_against_an_item(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.sync.device.look", is_stub)
    device = await filled(store, account, 1)
    for run in range(5):
        device.connection = f"{run}.1"
        await lost(device, 2)
    await device.sync()
    assert device.replica == {1: False}
    assert await store.aside.list() == []


async def test_an_item_over_which_one_run_after_the_other_ends_is_set_aside(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.sync.device.look", is_stub)
    device = await filled(store, account, 1)
    for run in range(7):
        device.connection = f"{run}.1"
        await lost(device, 1)
    await device.sync()
    assert device.replica == {1: True}


async def test_where_the_stub_does_not_arrive_either_the_folder_goes_on_without(
    store: Store, account: LocalAccount
) -> None:
    device = await filled(store, account, 1)
    for connection in ("run.1", "run.2", "run.3", "run.4"):
        device.connection = connection
        await lost(device, 3)
    outcome = await device.sync()
    assert (outcome.sent, outcome.more) == ((), False)
    await account.items.create(device.folder.number, mail("new", 9), token=b"new")
    await device.settle()
    assert device.replica == {2: ("new", False, ())}


async def test_an_item_that_is_gone_when_it_is_given_again_is_left_out(
    store: Store, account: LocalAccount
) -> None:
    device = await filled(store, account, 2)
    [first] = await lost(device, 1)
    await account.items.delete(device.folder.number, 2)
    [second] = await lost(device, 1)
    assert first.key == second.key
    assert [number for _, number, _ in second.sent] == [1]
    await device.settle()
    assert device.replica == await contents(account, device.folder, None)


async def test_an_item_that_fails_when_it_is_given_again_makes_a_new_answer(
    store: Store, account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await folder_of(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
    await account.items.create(folder.number, Contact(first_name="Bob"), token=b"1")
    device = Device(store, account, folder)
    await device.sync()
    [first] = await lost(device, 1)

    def fail(_: Item) -> object:
        raise ValueError("no such date")

    monkeypatch.setattr("tests.sync.device.look", fail)
    second = await device.sync()
    assert (second.key != first.key, second.sent) == (True, ())
    assert [entry.number for entry in await store.aside.list()] == [1]
    assert (await device.sync()).quiet
