"""The folder tree of a device: the key table over folders, lost answers and commands among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.domain.errors import ExistsError
from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.domain.roles import Token, Tx
from outrider.store.store import Store
from outrider.sync.hierarchy import Hierarchy, TreeOutcome, fingerprint

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def everything(_: Folder) -> bool:
    return True


@pytest.fixture
def tree(store: Store, account: LocalAccount) -> Hierarchy:
    return Hierarchy(store, account, "d1", NOW)


async def make(account: LocalAccount, name: str, parent: int = 0) -> Folder:
    return await account.folders.create(name, parent, ItemClass.MAIL, name.encode())


async def create(tree: Hierarchy, account: LocalAccount, key: str, name: str) -> TreeOutcome:
    async def do(token: Token, tx: Tx | None) -> Folder:
        return await account.folders.create(name, 0, ItemClass.MAIL, token=token, tx=tx)

    return await tree.act(key, ("create", name), do)


@pytest.mark.parametrize(
    "other",
    [
        Folder(number=2, name="a", holds=ItemClass.MAIL, parent=1),
        Folder(number=2, name="b", holds=ItemClass.MAIL),
        Folder(number=2, name="a", holds=ItemClass.NOTES),
        Folder(number=2, name="a", holds=ItemClass.MAIL, use=FolderUse.INBOX),
    ],
)
def test_folders_that_look_different_have_different_fingerprints(other: Folder) -> None:
    folder = Folder(number=1, name="a", holds=ItemClass.MAIL)
    assert fingerprint(folder) != fingerprint(other)
    assert fingerprint(folder) == fingerprint(Folder(number=5, name="a", holds=ItemClass.MAIL))


async def test_parents_come_before_their_children(tree: Hierarchy, account: LocalAccount) -> None:
    first, second = await make(account, "a"), await make(account, "b")
    await account.folders.update(first.number, "a", second.number)
    told = [folder.number for folder in (await tree.sync("0", everything)).added]
    assert told.index(second.number) < told.index(first.number)


async def test_only_what_is_shown_is_told(tree: Hierarchy) -> None:
    told = await tree.sync("0", lambda folder: folder.holds is ItemClass.MAIL)
    assert {folder.holds for folder in told.added} == {ItemClass.MAIL}


async def test_a_lost_answer_is_made_up_for(tree: Hierarchy, account: LocalAccount) -> None:
    key = (await tree.sync("0", everything)).key
    made = await make(account, "a")
    lost = await tree.sync(key, everything)
    again = await tree.sync(key, everything)
    assert lost.added == again.added == (made,)
    assert lost.key != again.key


async def test_a_start_that_came_twice_is_good_with_either_answer(
    tree: Hierarchy, account: LocalAccount
) -> None:
    first, second = await tree.sync("0", everything), await tree.sync("0", everything)
    assert first.added == second.added
    made = await make(account, "a")
    assert (await tree.sync(first.key, everything)).added == (made,)


async def test_a_start_that_came_late_is_not_waited_for(tree: Hierarchy, account: LocalAccount) -> None:
    key = (await tree.sync((await tree.sync("0", everything)).key, everything)).key
    await tree.sync("0", everything)
    await make(account, "a")
    assert await tree.pending(everything)
    await tree.sync(key, everything)
    assert not await tree.pending(everything)


async def test_what_a_lost_answer_added_and_is_gone_is_removed(
    tree: Hierarchy, account: LocalAccount
) -> None:
    """The answer may have arrived, and then nothing else would take the folder away."""
    key = (await tree.sync("0", everything)).key
    made = await make(account, "a")
    await tree.sync(key, everything)
    await account.folders.delete(made.number)
    assert (await tree.sync(key, everything)).removed == (made.number,)


async def test_any_answer_under_way_can_be_confirmed(tree: Hierarchy, account: LocalAccount) -> None:
    key = (await tree.sync("0", everything)).key
    await make(account, "a")
    first = await tree.sync(key, everything)
    second_folder = await make(account, "b")
    await tree.sync(key, everything)
    assert (await tree.sync(first.key, everything)).added == (second_folder,)


async def test_a_key_once_left_behind_is_stale(tree: Hierarchy, account: LocalAccount) -> None:
    first = await tree.sync("0", everything)
    await make(account, "a")
    second = await tree.sync(first.key, everything)
    await make(account, "b")
    await tree.sync(second.key, everything)
    assert (await tree.sync(first.key, everything)).stale


async def test_a_new_start_takes_effect_when_its_key_is_used(tree: Hierarchy, account: LocalAccount) -> None:
    old = (await tree.sync("0", everything)).key
    await tree.sync(old, everything)
    new = await tree.sync("0", everything)
    assert not (await tree.sync(old, everything)).stale
    assert not (await tree.sync(new.key, everything)).stale
    assert (await tree.sync(old, everything)).stale


async def test_generations_differ_even_within_a_millisecond(tree: Hierarchy) -> None:
    keys = {(await tree.sync("0", everything)).key for _ in range(3)}
    assert len(keys) == 3


async def test_a_repeated_command_gives_the_same_answer(tree: Hierarchy, account: LocalAccount) -> None:
    key = (await tree.sync("0", everything)).key
    lost = await create(tree, account, key, "a")
    assert await create(tree, account, key, "a") == lost
    assert len(await account.folders.list()) == len(DEFAULT_FOLDERS) + 1


async def test_a_command_whose_answer_was_lost_is_told_by_the_next_sync(
    tree: Hierarchy, account: LocalAccount
) -> None:
    key = (await tree.sync("0", everything)).key
    made = (await create(tree, account, key, "a")).made
    assert [folder.number for folder in (await tree.sync(key, everything)).added] == [made]


async def test_a_command_done_before_a_crash_is_not_done_again(
    store: Store, account: LocalAccount, tree: Hierarchy
) -> None:
    """The ledger knows the act even where the view was not written."""
    key = (await tree.sync("0", everything)).key
    kept = await store.views.load("alice@example.org", "d1", ["folders"])
    made = (await create(tree, account, key, "a")).made
    now = await store.views.load("alice@example.org", "d1", ["folders"])
    assert await store.views.save(tree._key, now["folders"].revision, kept["folders"].data)
    assert (await create(tree, account, key, "a")).made == made


@pytest.mark.parametrize("key", ["0", "1.1", ""])
async def test_a_command_needs_a_key_that_is_ours(tree: Hierarchy, account: LocalAccount, key: str) -> None:
    assert (await create(tree, account, key, "a")).stale
    assert len(await account.folders.list()) == len(DEFAULT_FOLDERS)


async def test_a_command_that_fails_leaves_the_key_as_it_was(tree: Hierarchy, account: LocalAccount) -> None:
    key = (await tree.sync("0", everything)).key
    with pytest.raises(ExistsError):
        await create(tree, account, key, "Inbox")
    assert (await tree.sync(key, everything)).key == key


async def test_pending_says_whether_a_folder_sync_would_say_something(
    tree: Hierarchy, account: LocalAccount
) -> None:
    assert await tree.pending(everything)
    key = (await tree.sync("0", everything)).key
    assert not await tree.pending(everything)
    await create(tree, account, key, "a")
    assert not await tree.pending(everything)
    await make(account, "b")
    assert await tree.pending(everything)


async def test_a_device_that_is_forgotten_starts_over(store: Store, tree: Hierarchy) -> None:
    key = (await tree.sync("0", everything)).key
    await store.views.forget("alice@example.org", "d1")
    assert (await tree.sync(key, everything)).stale


async def test_devices_know_nothing_of_each_other(store: Store, account: LocalAccount) -> None:
    mine = Hierarchy(store, account, "d1", NOW)
    theirs = Hierarchy(store, account, "d2", NOW + timedelta(seconds=1))
    key = (await mine.sync("0", everything)).key
    assert (await theirs.sync(key, everything)).stale
