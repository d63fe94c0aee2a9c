"""Items that will not go through: what, why, how often, since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.database import Database
from outrider.domain.changes import ItemSet
from outrider.store.aside import Aside, Entry, entry_of, later

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ENTRY = entry_of("alice@example.org", 1, 5, item_class="mail", reason="unreadable", now=NOW)


@pytest.fixture
def aside(database: Database) -> Aside:
    return Aside(database)


def entry(account: str = "alice@example.org", folder: int = 1, number: int = 5) -> Entry:
    return structs.replace(ENTRY, account=account, folder=folder, number=number)


def test_a_first_failure_counts_one_and_says_since_when() -> None:
    assert (ENTRY.tries, ENTRY.since) == (1, "2026-03-31T12:00:00Z")


async def test_each_failure_counts_one_more(aside: Aside) -> None:
    assert [await aside.note(ENTRY) for _ in range(3)] == [1, 2, 3]


async def test_the_last_reason_and_the_first_time_are_kept(aside: Aside) -> None:
    await aside.note(ENTRY)
    await aside.note(structs.replace(ENTRY, reason="too large", since="2026-04-01T00:00:00Z"))
    [found] = await aside.list()
    assert (found.tries, found.reason, found.since) == (2, "too large", ENTRY.since)


async def test_entries_are_listed_in_order_all_or_of_one_account(aside: Aside) -> None:
    wanted = [entry(number=5), entry(number=7), entry(folder=2), entry("bob@example.org")]
    for one in reversed(wanted):
        await aside.note(one)
    assert await aside.list() == wanted
    assert await aside.list("alice@example.org") == wanted[:3]
    assert await aside.list("carol@example.org") == []


async def test_items_that_went_through_are_listed_no_more_and_count_anew(aside: Aside) -> None:
    for one in (ENTRY, structs.replace(ENTRY, device="d1"), structs.replace(ENTRY, device="d2")):
        await aside.note(one)
    await aside.mend(ENTRY.account, 1, ItemSet([5, 6]), "d1")
    assert [one.device for one in await aside.list()] == ["d2"]
    assert [one.mended for one in await aside.entries(ENTRY.account, 1)] == [True, True, False]
    assert await aside.note(structs.replace(ENTRY, since="2026-04-01T00:00:00Z")) == 1
    assert (await aside.list())[0].since == "2026-04-01T00:00:00Z"
    await aside.mend(ENTRY.account, 1, ItemSet([5]))
    assert await aside.list() == []


async def test_what_rests_is_due_when_its_time_is_over(aside: Aside) -> None:
    await aside.note(later(ENTRY, device="d1", again=NOW + timedelta(days=1)))
    await aside.note(entry(number=6))
    assert await aside.due(ENTRY.account, 1, NOW) == ItemSet()
    assert await aside.due(ENTRY.account, 1, NOW + timedelta(days=1)) == ItemSet([5])
    await aside.renew(ENTRY.account, 1, ItemSet([5]))
    assert await aside.due(ENTRY.account, 1, NOW + timedelta(days=2)) == ItemSet()


async def test_what_another_release_set_aside_is_due_at_once(aside: Aside, database: Database) -> None:
    await aside.note(ENTRY)
    newer = Aside(database, "99.0")
    assert await newer.due(ENTRY.account, 1, NOW) == ItemSet([5])
    await newer.renew(ENTRY.account, 1, ItemSet([5]))
    assert await Aside(database, "99.0").due(ENTRY.account, 1, NOW) == ItemSet()


async def test_items_that_are_gone_are_forgotten(aside: Aside) -> None:
    for one in (entry(number=5), entry(number=7), entry(folder=2), entry("bob@example.org")):
        await aside.note(one)
    await aside.clear("alice@example.org", 1, ItemSet([5, 6]))
    assert await aside.list() == [entry(number=7), entry(folder=2), entry("bob@example.org")]


async def test_an_account_that_was_removed_is_forgotten(aside: Aside) -> None:
    await aside.note(entry())
    await aside.note(entry("bob@example.org"))
    await aside.forget("alice@example.org")
    assert await aside.list() == [entry("bob@example.org")]


async def test_a_device_that_was_removed_is_forgotten(aside: Aside) -> None:
    ours = structs.replace(entry(), device="d1")
    for one in (ours, structs.replace(ours, device="d2"), entry()):
        await aside.note(one)
    await aside.forget("alice@example.org", "d1")
    assert [one.device for one in await aside.list()] == ["", "d2"]


async def test_folders_with_mended_entries_are_named_too(aside: Aside) -> None:
    await aside.note(entry())
    await aside.note(entry(folder=2))
    await aside.mend("alice@example.org", 2, ItemSet([5]))
    assert await aside.folders() == {("alice@example.org", 1), ("alice@example.org", 2)}


async def test_items_of_folders_without_trouble_cost_nothing(aside: Aside, database: Database) -> None:
    await aside.note(entry())
    counters = database.counters
    before = (counters.hops, counters.commits)
    await aside.clear("alice@example.org", 2, ItemSet([5]))
    assert (counters.hops, counters.commits) == before


async def test_what_was_set_aside_before_the_start_is_cleared_as_well(
    aside: Aside, database: Database
) -> None:
    await aside.note(entry())
    await Aside(database).clear("alice@example.org", 1, ItemSet([5]))
    assert await aside.list() == []
