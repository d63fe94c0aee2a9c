"""What devices remove is held until it is clear whether it was a burst, whichever way they remove it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from outrider.backends.local import places, removals
from outrider.backends.local.account import Local
from outrider.backends.local.effects import Effects
from outrider.backends.local.folders import create_account, remove_account
from outrider.database import BlobStore, Connection, Database
from outrider.domain.items import ItemClass, MailEdit, MailItem, Wish
from outrider.domain.roles import Directory, Submit
from tests.backends.local.conftest import ALICE
from tests.backends.local.watched import (
    INBOX,
    PEOPLE,
    SPAN,
    TRASH,
    USER,
    Watched,
    discard,
    make_watched,
    remove,
)
from tests.contract.documents import mail


@pytest.fixture
async def watched(database: Database, blobs: BlobStore) -> Watched:
    return await make_watched(database, blobs)


def _restore_some(connection: Connection, burst: int) -> None:
    """Bring the first items of a burst back, and no more."""
    desk = places.open_desk(connection, Effects(), ALICE.address)
    removals.restore(desk, burst, (INBOX, ItemClass.MAIL))


# ------------------------------------------------------------------------------------- what a burst is


@pytest.mark.parametrize(
    ("stored", "removed", "found"),
    [
        (10, 6, True),  # more than half
        (10, 5, False),  # exactly half
        (4, 4, True),
        (3, 3, False),  # below the floor
    ],
)
@pytest.mark.parametrize("way", [remove, discard])
async def test_more_than_the_share_and_no_less_than_the_floor_is_a_burst(
    watched: Watched, way: Callable[..., Awaitable[None]], stored: int, removed: int, found: bool
) -> None:
    await watched.fill(stored)
    await way(watched.account(), *range(1, removed + 1))
    assert bool(await watched.bursts.list()) is found
    assert [(one.user, one.device, one.path) for one in watched.told] == [
        (ALICE.address, "PHONE1", ("Inbox",))
    ] * found


async def test_the_span_slides(watched: Watched) -> None:
    await watched.fill(10)
    for number in range(1, 7):
        await remove(watched.account(), number)
        watched.wait(SPAN / 2)
    assert await watched.bursts.list() == []
    await remove(watched.account(), 7)
    await remove(watched.account(), 8, 9)
    found = await watched.burst()
    assert (found.removed, found.items) == (5, 6)  # the two of the last span, of the six that were left then


async def test_what_follows_within_the_span_belongs_to_the_burst(watched: Watched) -> None:
    await watched.fill(10)
    await remove(watched.account(), *range(1, 7))
    watched.wait(SPAN - 1)
    await remove(watched.account(), 7)
    watched.wait(SPAN + 1)
    await remove(watched.account(), 8)
    assert (await watched.burst()).removed == 7
    assert len(watched.told) == 1


async def test_each_device_is_judged_by_what_it_does_itself(watched: Watched) -> None:
    await watched.fill(10)
    await remove(watched.account("PHONE1"), 1, 2, 3, 4)
    await remove(watched.account("PHONE2"), 5, 6, 7)
    assert await watched.bursts.list() == []
    await remove(watched.account("PHONE2"), 8)
    assert [one.device for one in await watched.bursts.list()] == ["PHONE2"]


async def test_what_nobody_removes_on_a_devices_behalf_is_not_held(watched: Watched) -> None:
    await watched.fill(10)
    await remove(watched.account(agent=""), *range(1, 10))
    assert await watched.held() == 0


async def test_nothing_is_held_where_bursts_are_not_looked_for(database: Database, blobs: BlobStore) -> None:
    await database.transact(create_account, ALICE.address)
    account = Local(database, blobs).open(ALICE, cast(Submit, None), cast(Directory, None), "PHONE1")
    await account.items.create(INBOX, mail("one"), b"1")
    await account.items.delete(INBOX, 1)
    assert await account.feed.newest(INBOX, None, None, 1) == []
    assert await database.read(lambda c: c.execute("SELECT id FROM contents").fetchone()) is None


async def test_a_clock_that_was_ahead_makes_no_burst_that_never_ends(watched: Watched) -> None:
    await watched.fill(10)
    watched.wait(86_400)
    await remove(watched.account(), *range(1, 7))
    watched.wait(-86_400)
    await remove(watched.account(), 7)
    assert (await watched.burst()).removed == 6


# ------------------------------------------------------------------------------------- every way to remove


async def test_emptying_a_folder_is_a_burst_with_the_folders_below_it(watched: Watched) -> None:
    await watched.account().folders.create("Projects", INBOX, ItemClass.MAIL, b"folder")
    await watched.fill(5)
    await watched.fill(6, USER)
    await watched.account().items.empty(INBOX, subfolders=True)
    assert [(one.path, one.removed, one.items) for one in await watched.bursts.list()] == [
        (("Inbox",), 5, 5),
        (("Inbox", "Projects"), 6, 6),
    ]


async def test_emptying_many_items_in_several_transactions_is_one_burst(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outrider.backends.local.items._EMPTIED", 2)
    await watched.fill(7)
    await watched.account().items.empty(INBOX)
    found = await watched.burst()
    assert (found.removed, found.items) == (7, 7)


async def test_removing_a_folder_holds_what_was_in_it_and_below(watched: Watched) -> None:
    account = watched.account()
    await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    await account.folders.create("Lighthouse", USER, ItemClass.MAIL, b"2")
    await watched.fill(4, USER)
    await watched.fill(5, USER + 1)
    await account.folders.delete(USER)
    assert [(one.path, one.removed) for one in await watched.bursts.list()] == [
        (("Projects",), 4),
        (("Projects", "Lighthouse"), 5),
    ]


async def test_a_removal_that_is_asked_for_again_is_held_once(watched: Watched) -> None:
    await watched.fill(10)
    for _ in range(2):
        await discard(watched.account(), *range(1, 7))
    assert (await watched.burst()).removed == 6


async def test_contacts_are_held_as_well(watched: Watched) -> None:
    await watched.fill(5, PEOPLE)
    await remove(watched.account(), *range(1, 6), folder=PEOPLE)
    burst = await watched.burst()
    assert burst.holds is ItemClass.CONTACTS
    assert await watched.bursts.restore(burst, PEOPLE) == 5
    assert len(await watched.account().feed.newest(PEOPLE, None, None, 10)) == 5


# ------------------------------------------------------------------------------------- bringing back


async def test_undoing_puts_the_items_back_under_new_numbers_as_they_were(watched: Watched) -> None:
    await watched.fill(10)
    await watched.account().items.change(INBOX, 2, MailEdit(read=True), token=b"read")
    [before] = await watched.account().items.read(INBOX, [2], Wish())
    cursor = await watched.account().feed.cursor(INBOX)
    await remove(watched.account(), *range(1, 7))
    assert await watched.bursts.restore(await watched.burst(), INBOX) == 6
    back = {number: f"Mail {number - 10}" for number in range(11, 17)}
    assert await watched.subjects() == {number: f"Mail {number}" for number in range(7, 11)} | back
    [after] = await watched.account().items.read(INBOX, [12], Wish())
    assert after == before
    changes = await watched.account().feed.changes(INBOX, cursor, 100)
    assert {touched.number for touched in changes.touched} == set(back)
    assert (await watched.bursts.list(), await watched.held()) == ([], 0)


async def test_undoing_goes_on_where_it_was_broken_off(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removals, "BATCH", 2)
    await watched.fill(7)
    await remove(watched.account(), *range(1, 8))
    burst = await watched.burst()
    await watched.database.transact(_restore_some, burst.id)
    assert (await watched.burst()).removed == 5
    assert await watched.bursts.restore(await watched.burst(), INBOX) == 5
    assert list((await watched.subjects()).values()) == [f"Mail {number}" for number in range(1, 8)]


async def test_what_was_moved_to_the_trash_comes_back_from_there(watched: Watched) -> None:
    await watched.fill(6)
    await discard(watched.account(), *range(1, 7))
    await watched.account().items.change(TRASH, 1, MailEdit(read=True), token=b"read")
    assert await watched.bursts.restore(await watched.burst(), INBOX) == 6
    assert await watched.subjects(TRASH) == {}
    assert len(await watched.subjects()) == 6
    [first] = await watched.account().items.read(INBOX, [7], Wish())
    assert isinstance(first, MailItem)
    assert first.marks.read


async def test_what_was_removed_from_the_trash_too_comes_back_once(watched: Watched) -> None:
    await watched.fill(6)
    await discard(watched.account(), *range(1, 7))
    await watched.account().items.empty(TRASH)
    first, second = await watched.bursts.list()
    assert await watched.bursts.restore(first, INBOX) == 6
    assert len(await watched.subjects()) == 6
    assert await watched.bursts.list() == []
    assert await watched.bursts.restore(second, TRASH) == 0
    assert await watched.held() == 0


async def test_the_trash_is_filled_again_first_and_the_folder_from_it(watched: Watched) -> None:
    await watched.fill(6)
    await discard(watched.account(), *range(1, 7))
    await watched.account().items.empty(TRASH)
    first, second = await watched.bursts.list()
    assert await watched.bursts.restore(second, TRASH) == 6
    assert len(await watched.subjects(TRASH)) == 6
    assert await watched.bursts.restore(first, INBOX) == 6
    assert (len(await watched.subjects()), await watched.subjects(TRASH)) == (6, {})


async def test_what_somebody_took_out_of_the_trash_is_not_put_back_twice(watched: Watched) -> None:
    await watched.fill(6)
    await discard(watched.account(), *range(1, 7))
    await watched.account("PHONE2").items.move(TRASH, 1, INBOX, token=b"back")
    assert await watched.bursts.restore(await watched.burst(), INBOX) == 5
    assert sorted((await watched.subjects()).values()) == [f"Mail {number}" for number in range(1, 7)]


async def test_a_device_that_removes_again_what_came_back_makes_a_burst_again(watched: Watched) -> None:
    await watched.fill(6)
    await remove(watched.account(), *range(1, 7))
    await watched.bursts.restore(await watched.burst(), INBOX)
    await remove(watched.account(), *range(7, 13))
    assert (await watched.burst()).removed == 6
    assert len(watched.told) == 2


# ------------------------------------------------------------------------------------- what is kept for it


async def test_an_account_that_is_removed_takes_along_what_is_held(watched: Watched) -> None:
    await watched.fill(6)
    await remove(watched.account(), *range(1, 6))
    await discard(watched.account(), 6)
    await watched.database.transact(remove_account, 1)
    for table in ("contents", "removed", "bursts"):
        assert await watched.rows(f"SELECT * FROM {table}") == []


async def test_holding_costs_the_same_however_much_was_removed_before(watched: Watched) -> None:
    await watched.fill(60)
    counted = []
    for number in range(1, 30):
        before = watched.database.counters.statements
        await remove(watched.account(), number)
        counted.append(watched.database.counters.statements - before)
    assert set(counted) == {counted[0]}
