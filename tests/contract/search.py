"""What every Search keeps to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from outrider.domain.items import MailItem, Wish
from outrider.domain.roles import Account
from outrider.domain.search import Found, Hit, Oldest, Query, Term, all_of
from tests.contract.documents import contact, mail

INBOX, SENT, CONTACTS = 1, 4, 7
MAIL = frozenset({INBOX, SENT})


async def searched(account: Account, query: Query, first: int, limit: int) -> Found:
    assert account.search is not None
    return await account.search.search(query, first, limit)


class SearchContract:
    """Subclasses give an empty `account`."""

    @pytest.fixture
    def account(self) -> Account:
        raise NotImplementedError

    @pytest.fixture
    async def filled(self, account: Account) -> Account:
        """Four mails, put in out of order, and a contact."""
        add = account.items.create
        await add(INBOX, mail("Budget of March", 5, body="See the crêperie"), b"1")
        await add(INBOX, mail("Budget of May", 3, body="Tight"), b"2")
        await add(SENT, mail("Re: Budget", 4, body="Agreed"), b"3")
        await add(INBOX, mail("Lunch", 6, body="At noon"), b"4")
        await add(CONTACTS, contact("Budget"), b"5")
        return account

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("budget", [Hit(INBOX, 1), Hit(SENT, 1), Hit(INBOX, 2)]),
            ("BUDGET", [Hit(INBOX, 1), Hit(SENT, 1), Hit(INBOX, 2)]),
            ("march budget", [Hit(INBOX, 1)]),
            ("march bud", [Hit(INBOX, 1)]),
            ("creperie", [Hit(INBOX, 1)]),
            ("crêp", [Hit(INBOX, 1)]),
            ("bud march", []),
            ("nothing", []),
            ('"*', []),
            ("", [Hit(INBOX, 3), Hit(INBOX, 1), Hit(SENT, 1), Hit(INBOX, 2)]),
        ],
    )
    async def test_the_newest_come_first(self, filled: Account, words: str, found: list[Hit]) -> None:
        answer = await searched(filled, Query(folders=MAIL, clauses=all_of(words)), 0, 10)
        assert answer == Found(hits=tuple(found), total=len(found))

    async def test_what_is_unwanted_is_not_found(self, filled: Account) -> None:
        unwanted = (Term(text="march"), Term(text="agreed"))
        query = Query(folders=MAIL, clauses=all_of("budget"), without=unwanted)
        assert await searched(filled, query, 0, 10) == Found(hits=(Hit(INBOX, 2),), total=1)
        assert (await searched(filled, Query(folders=MAIL, without=unwanted), 0, 10)).total == 2

    @pytest.mark.parametrize(
        ("words", "count"),
        [("会议", 1), ("议室", 1), ("室", 1), ("会室", 0), ("第三会议室", 1), ("四会议", 0)],
    )
    async def test_signs_without_blanks_are_found_in_a_row(
        self, account: Account, words: str, count: int
    ) -> None:
        await account.items.create(INBOX, mail("Lunch", 5, body="明天第三会议室见"), b"1")
        found = await searched(account, Query(folders=MAIL, clauses=all_of(words)), 0, 10)
        assert found.total == count

    async def test_a_page_says_how_many_there_are_in_all(self, filled: Account) -> None:
        pages = [
            await searched(filled, Query(folders=MAIL, clauses=all_of("budget")), n, 1) for n in range(4)
        ]
        assert [page.hits for page in pages] == [(Hit(INBOX, 1),), (Hit(SENT, 1),), (Hit(INBOX, 2),), ()]
        assert [page.total for page in pages] == [3, 3, 3, 3]

    @pytest.mark.parametrize(
        ("folders", "count"), [({INBOX}, 2), ({SENT}, 1), ({CONTACTS}, 1), ({99}, 0), (set(), 0)]
    )
    async def test_only_the_folders_named_are_searched(
        self, filled: Account, folders: set[int], count: int
    ) -> None:
        found = await searched(filled, Query(folders=frozenset(folders), clauses=all_of("budget")), 0, 10)
        assert found.total == count

    async def test_the_bounds_of_time_are_not_included(self, filled: Account) -> None:
        third, fifth = (datetime(2026, 3, day, 10, tzinfo=UTC) for day in (3, 5))
        found = await searched(filled, Query(folders=MAIL, after=third, before=fifth), 0, 10)
        assert found.hits == (Hit(SENT, 1),)

    async def test_some_folders_are_searched_from_a_day_on(self, filled: Account) -> None:
        bound = Oldest(frozenset({INBOX}), date(2026, 3, 5))
        query = Query(folders=MAIL | {CONTACTS}, clauses=all_of("budget"), oldest=(bound,))
        assert set((await searched(filled, query, 0, 10)).hits) == {
            Hit(INBOX, 1),
            Hit(SENT, 1),
            Hit(CONTACTS, 1),
        }

    async def test_a_conversation_is_found_by_its_thread(self, filled: Account) -> None:
        [item] = await filled.items.read(SENT, [1], Wish())
        assert isinstance(item, MailItem)
        thread = item.message.thread
        assert (await searched(filled, Query(folders=MAIL, thread=thread), 0, 10)).hits == (Hit(SENT, 1),)
        for words, count in (("agreed", 1), ("tight", 0)):
            query = Query(folders=MAIL, thread=thread, clauses=all_of(words))
            assert (await searched(filled, query, 0, 10)).total == count
        assert not (await searched(filled, Query(folders=MAIL, thread=b"other"), 0, 10)).hits

    async def test_what_was_moved_or_removed_is_found_where_it_is(self, filled: Account) -> None:
        await filled.items.move(INBOX, 1, SENT, token=b"move")
        await filled.items.delete(INBOX, 2)
        found = await searched(filled, Query(folders=MAIL, clauses=all_of("budget")), 0, 10)
        assert found.hits == (Hit(SENT, 2), Hit(SENT, 1))
