from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest

from outrider.backends.local import search
from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.local.folders import create_account
from outrider.database import Connection, Database
from outrider.database.search import expression
from outrider.domain.items import MailItem, Wish
from outrider.domain.roles import Account, Directory, Identity, Submit
from outrider.domain.search import Found, Hit, Query, all_of
from tests.contract.documents import mail, mime
from tests.contract.search import SearchContract

INBOX, SENT = 1, 4
BOB = Identity(address="bob@example.org")


class TestLocalSearch(SearchContract):
    @pytest.fixture
    def account(self, account: LocalAccount) -> Account:
        return account


@pytest.fixture
async def shared(local: Local, database: Database, account: LocalAccount) -> LocalAccount:
    """Bob's account: he and alice share the content of one mail."""
    await database.transact(create_account, BOB.address)
    both = [account.identity.address, BOB.address]
    await local.deliver(both, mime("For both"), datetime(2026, 3, 1, tzinfo=UTC))
    return local.open(BOB, cast(Submit, None), cast(Directory, None))


async def test_a_shared_mail_is_found_by_each_of_its_owners(
    shared: LocalAccount, account: LocalAccount
) -> None:
    for one in (shared, account):
        assert (
            await one.search.search(Query(folders=frozenset({INBOX}), clauses=all_of("both")), 0, 10)
        ).total == 1
    await shared.items.delete(INBOX, 1)
    assert (
        await shared.search.search(Query(folders=frozenset({INBOX}), clauses=all_of("both")), 0, 10)
    ).total == 0
    assert (
        await account.search.search(Query(folders=frozenset({INBOX}), clauses=all_of("both")), 0, 10)
    ).total == 1


async def test_no_item_of_another_account_is_found(shared: LocalAccount, account: LocalAccount) -> None:
    await account.items.create(INBOX, mail("Secret", body="owner02 owner01"), b"1")
    [item] = await account.items.read(INBOX, [2], Wish())
    assert isinstance(item, MailItem)
    for query in (
        Query(folders=frozenset({INBOX}), clauses=all_of("secret")),
        Query(folders=frozenset({INBOX}), clauses=all_of("owner01")),
        Query(folders=frozenset({INBOX}), thread=item.message.thread),
    ):
        assert (await shared.search.search(query, 0, 10)).total == 0


def _plan(connection: Connection, query: Query) -> list[str]:
    found, parameters = search._statement(1, query, expression(1, query.clauses) or "")
    sql = search._PAGE.format(found=found)
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", (*parameters, 100, 0))
    return [row[3] for row in rows if "i" in row[3].split() or "search" in row[3] or "c" in row[3].split()]


@pytest.mark.parametrize(
    ("query", "plan"),
    [
        (
            Query(folders=frozenset({1, 4}), clauses=all_of("budget")),
            [
                "SCAN search VIRTUAL TABLE INDEX 0:M4",
                "SEARCH i USING COVERING INDEX ix_items_contents (account=? AND content=?)",
            ],
        ),
        (
            Query(folders=frozenset({1}), thread=b"1"),
            [
                "SEARCH c USING COVERING INDEX ix_contents_threads (thread=?)",
                "SEARCH i USING COVERING INDEX ix_items_contents (account=? AND content=?)",
            ],
        ),
    ],
)
async def test_items_are_looked_up_by_what_was_found_and_never_scanned(
    account: LocalAccount, database: Database, query: Query, plan: list[str]
) -> None:
    assert await database.read(_plan, query) == plan


@pytest.mark.parametrize("size", [3, 40])
async def test_a_search_is_one_hop_and_one_statement_for_the_page(
    account: LocalAccount, database: Database, size: int
) -> None:
    for number in range(size):
        await account.items.create(INBOX, mail(f"News {number}"), str(number).encode())
    hops, statements = database.counters.hops, database.counters.statements
    found = await account.search.search(Query(folders=frozenset({INBOX}), clauses=all_of("news")), 0, 2)
    assert (len(found.hits), found.total) == (2, size)
    # those that begin and end the transaction, and one for the account, among them
    assert (database.counters.hops - hops, database.counters.statements - statements) == (1, 4)


@pytest.fixture
async def crowded(account: LocalAccount, monkeypatch: pytest.MonkeyPatch) -> LocalAccount:
    """Seven mails in the Inbox, then three in Sent Items, where five are many."""
    monkeypatch.setattr(search, "MOST", 5)
    for number in range(10):
        folder = INBOX if number < 7 else SENT
        await account.items.create(folder, mail(f"News {number}", number + 1), str(number).encode())
    return account


async def test_of_words_in_many_mails_the_last_are_looked_at(crowded: LocalAccount) -> None:
    query = Query(folders=frozenset({INBOX, SENT}), clauses=all_of("news"))
    found = await crowded.search.search(query, 0, 4)
    assert found == Found(hits=(Hit(SENT, 3), Hit(SENT, 2), Hit(SENT, 1), Hit(INBOX, 7)), total=5)
    later = await crowded.search.search(query, 3, 2)
    assert later.hits == (Hit(INBOX, 7), Hit(INBOX, 6))


async def test_a_page_that_the_last_do_not_fill_is_of_all(crowded: LocalAccount) -> None:
    everywhere = Query(folders=frozenset({INBOX, SENT}), clauses=all_of("news"))
    found = await crowded.search.search(everywhere, 0, 8)
    assert (len(found.hits), found.total) == (8, 10)
    narrow = Query(folders=frozenset({INBOX}), clauses=all_of("news"))
    assert await crowded.search.search(narrow, 0, 3) == Found(
        hits=(Hit(INBOX, 7), Hit(INBOX, 6), Hit(INBOX, 5)), total=7
    )
