"""The embedded store's feed: the contract, and a cost that does not grow with the folder."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.backends.local.places import FEED
from outrider.database import Connection, Database
from outrider.domain.roles import Account
from tests.contract.feed import FeedContract

INBOX = 1
_FIRST_DAY = date(2020, 1, 1).toordinal()


class TestLocalFeed(FeedContract):
    @pytest.fixture
    def account(self, account: LocalAccount) -> Account:
        return account


def _fill(connection: Connection, count: int) -> None:
    """So many items in the Inbox, a hundred a day, without their contents."""
    [[sequence]] = connection.execute("SELECT sequence FROM accounts").fetchall()
    connection.executemany(
        "INSERT INTO items VALUES (1, 1, ?, ?, ?, ?, 0, 0, x'80')",
        ((n, sequence + n, sequence + n, _FIRST_DAY + n // 100) for n in range(1, count + 1)),
    )
    connection.execute("UPDATE accounts SET sequence = ?", (sequence + count,))
    connection.execute(
        "UPDATE folders SET items = ?, next_item = ?, changed = ? WHERE number = 1",
        (count, count + 1, sequence + count),
    )


@pytest.mark.parametrize("count", [100, 50_000])
async def test_the_statements_are_the_same_for_any_size(
    account: LocalAccount, database: Database, count: int
) -> None:
    await database.transact(_fill, count)
    cursor = await account.feed.cursor(INBOX)
    before = database.counters.statements
    assert len(await account.feed.newest(INBOX, None, None, 50)) == 50
    assert (await account.feed.changes(INBOX, str(int(cursor) - 20), 50)).cursor == cursor
    assert await account.feed.count(INBOX, None) == count
    transactions = 3 * 2
    assert database.counters.statements - before == transactions + 2 + 3 + 1


_PLANS = {
    "newest": (FEED.highest, (1, 1, 999, 50), "PRIMARY KEY (account=? AND folder=? AND number<?)"),
    "newest in a window": (
        FEED.highest_recent,
        (1, 1, 999, 50, 7, 9),
        "PRIMARY KEY (account=? AND folder=? AND number<?)",
    ),
    "touched": (
        FEED.touched,
        (1, 1, 0, 50),
        "COVERING INDEX ix_items_changes (account=? AND folder=? AND changed>?)",
    ),
    "removed": (FEED.removed, (1, 1, 0, 50), "PRIMARY KEY (account=? AND folder=? AND sequence>?)"),
    "recent": (
        FEED.recent,
        (1, 1, 7, 999, 50),
        "COVERING INDEX ix_items_horizons (account=? AND folder=? AND horizon>?)",
    ),
    "between": (
        FEED.crossing,
        (1, 1, 7, 9),
        "COVERING INDEX ix_items_horizons (account=? AND folder=? AND horizon>? AND horizon<?)",
    ),
    "count": (
        FEED.inside,
        (1, 1, 7),
        "COVERING INDEX ix_items_horizons (account=? AND folder=? AND horizon>?)",
    ),
}


@pytest.mark.parametrize(("sql", "parameters", "expected"), _PLANS.values(), ids=_PLANS.keys())
async def test_every_question_is_answered_from_an_index(
    account: LocalAccount, database: Database, sql: str, parameters: tuple[int, ...], expected: str
) -> None:
    def plan(connection: Connection) -> list[Any]:
        return connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()

    await database.transact(_fill, 5000)
    steps = [row[3] for row in await database.read(plan)]
    assert any(expected in step for step in steps), steps
    assert not any(step.startswith("SCAN items") for step in steps)


async def test_a_cursor_is_one_row(account: LocalAccount, database: Database) -> None:
    before = database.counters.statements
    await account.feed.cursor(INBOX)
    assert database.counters.statements - before == 3  # begin, the row, commit


async def test_a_window_of_few_items_below_many_is_found_by_its_index(
    account: LocalAccount, database: Database
) -> None:
    def age(connection: Connection) -> None:
        connection.execute("UPDATE items SET horizon = ? WHERE number > 10", (_FIRST_DAY - 1000,))

    await database.transact(_fill, 20_000)
    await database.transact(age)
    newest = await account.feed.newest(INBOX, None, date.fromordinal(_FIRST_DAY), 100)
    assert [touched.number for touched in newest] == list(range(10, 0, -1))
