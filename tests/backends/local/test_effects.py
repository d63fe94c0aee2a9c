"""Effects of a write: remembered and told after the commit, never backwards."""

from __future__ import annotations

import pytest

from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.local.effects import GONE, TREE, Effects, Watch
from outrider.database import Database
from outrider.domain.errors import NotFoundError
from outrider.domain.items import Folder, ItemClass
from tests.contract.documents import mail

ALICE = "alice@example.org"


def _effects(**stands: int) -> Effects:
    effects = Effects()
    effects.stands = {(ALICE, int(name.removeprefix("f"))): value for name, value in stands.items()}
    return effects


def test_a_stand_that_was_read_late_does_not_hide_a_later_one() -> None:
    watch = Watch()
    watch.tell(_effects(f1=7))
    watch.learn(ALICE, 1, 5)
    assert watch.stand(ALICE, 1) == 7


def test_a_removed_folder_stays_removed() -> None:
    watch = Watch()
    watch.tell(_effects(f1=GONE))
    watch.learn(ALICE, 1, 5)
    assert watch.stand(ALICE, 1) == GONE


def test_stands_are_known_before_listeners_are_called() -> None:
    watch, seen = Watch(), []
    watch.listen(ALICE, lambda folder: seen.append((folder, watch.stand(ALICE, 1), watch.stand(ALICE, 2))))
    watch.tell(_effects(f1=3, f2=4))
    assert seen == [(1, 3, 4), (2, 3, 4)]


def test_a_removed_folder_is_told_as_a_change_of_the_tree() -> None:
    watch = Watch()
    seen: list[int | None] = []
    watch.listen(ALICE, seen.append)
    effects = _effects(f5=GONE)
    effects.stands[ALICE, TREE] = 9
    watch.tell(effects)
    assert seen == [None]


def test_a_listener_may_stop_while_it_is_called_and_stop_twice() -> None:
    watch = Watch()
    seen: list[int | None] = []

    def once(folder: int | None) -> None:
        seen.append(folder)
        stop()

    stop = watch.listen(ALICE, once)
    watch.listen(ALICE, seen.append)
    watch.tell(_effects(f1=3))
    stop()
    assert seen == [1, 1]


def test_a_tree_is_known_until_it_moves() -> None:
    watch, tree = Watch(), (Folder(number=1, name="Inbox", holds=ItemClass.MAIL),)
    watch.learn_tree(ALICE, 7, tree)
    assert watch.tree(ALICE) == tree
    effects = _effects()
    effects.stands[ALICE, TREE] = 8
    watch.tell(effects)
    assert watch.tree(ALICE) is None


def test_a_tree_that_was_read_late_is_not_taken_for_the_present_one() -> None:
    watch = Watch()
    watch.learn(ALICE, TREE, 8)
    watch.learn_tree(ALICE, 7, ())
    assert watch.tree(ALICE) is None


def test_nothing_is_known_of_a_removed_account() -> None:
    watch = Watch()
    watch.learn_tree(ALICE, 7, ())
    watch.forget(ALICE)
    assert watch.tree(ALICE) is None


async def test_an_unmoved_tree_costs_no_database(account: LocalAccount, database: Database) -> None:
    folders = await account.folders.list()
    hops = database.counters.hops
    assert await account.folders.list() == folders
    assert database.counters.hops == hops


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outrider.backends.local.effects._MOST_ADDRESSES", 10)
    watch = Watch()
    for number in range(100):
        watch.learn(f"{number}@example.org", 1, 1)
    assert sum(watch.stand(f"{number}@example.org", 1) is not None for number in range(100)) <= 11


async def test_a_write_in_a_transaction_is_told_when_that_is_durable(
    local: Local, account: LocalAccount, database: Database
) -> None:
    told: list[int | None] = []
    local.listen(ALICE, told.append)
    before = await account.feed.cursor(1)
    async with database.write() as tx:
        await account.items.create(1, mail(), b"1", tx)
        made = await account.folders.create("New", 0, ItemClass.MAIL, b"2", tx)
        assert told == []
        assert await account.feed.cursor(1) == before
    assert set(told) == {1, None}
    assert await account.feed.cursor(1) != before
    assert made in await account.folders.list()


async def test_a_folder_that_was_removed_has_no_cursor(account: LocalAccount) -> None:
    made = await account.folders.create("New", 0, ItemClass.MAIL, b"1")
    await account.feed.cursor(made.number)
    await account.folders.delete(made.number)
    with pytest.raises(NotFoundError):
        await account.feed.cursor(made.number)
