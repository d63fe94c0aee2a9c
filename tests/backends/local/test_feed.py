"""The embedded store's feed: the contract, and a cost that does not grow with the folder."""

from __future__ import annotations

from datetime import date

import pytest

from outrider.backends.local.account import LocalAccount
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
        "INSERT INTO items VALUES (1, 1, ?, ?, ?, ?, 0, 0, x'80', NULL)",
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


async def test_a_cursor_is_one_row(account: LocalAccount, database: Database) -> None:
    before = database.counters.statements
    await account.feed.cursor(INBOX)
    assert database.counters.statements - before == 3  # begin, the row, commit
