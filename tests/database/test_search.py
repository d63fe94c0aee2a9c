"""Words are found without their diacritics, in one account only, whatever signs stand in a query."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outrider.database import Connection, Database, search
from outrider.domain.search import Field, Term, all_of

_INSERT = (
    "INSERT INTO contents (holders, class, summary, owners, subject, people, text, size) "
    "VALUES (1, 'mail', x'', ?, ?, ?, ?, 0) RETURNING id"
)
_MAILS = (
    ((1,), "Café in Łódź", "Bob bob@example.org", "See you at the crêperie"),
    ((1, 2), "Budget", "Carol carol@example.org", "The figures for March"),
    ((2,), "Café", "Bob bob@example.org", "Another account's mail"),
    ((1,), "Re: Budget", "Bob bob@example.org", "Budgets are tight; 会议 tomorrow"),
    ((1,), "第三会议室を予約", "Bob", "来週の予定をご確認ください。ﾒｰﾙOK"),
)


def _fill(connection: Connection) -> None:
    for owners, subject, people, text in _MAILS:
        texts = (" ".join(map(search.owner, owners)), subject, people, text)
        [[content]] = connection.execute(_INSERT, texts).fetchall()
        search.index(connection, content, texts)


@pytest.fixture
async def filled(database: Database) -> Database:
    await database.transact(_fill)
    return database


def _find(connection: Connection, account: int, words: str) -> list[int]:
    match = search.expression(account, all_of(words))
    if match is None:
        return []
    rows = connection.execute("SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid", (match,))
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("account", "words", "found"),
    [
        (1, "cafe", [1]),
        (1, "CAFÉ", [1]),
        (1, "cafe\u0301", [1]),
        (2, "cafe", [3]),
        (1, "budget", [2, 4]),
        (2, "budget", [2]),
        (1, "budg", [2, 4]),
        (1, "b", []),
        (1, "bu", [2, 4]),
        (1, "budg bob", []),
        (1, "bob budget", [4]),
        (1, "creperie", [1]),
        (1, "bob@example.org", [1, 4]),
        (1, "example@bob.org", []),
        (1, 'the "AND" OR NOT (march*', []),
        (1, 'the "figures" (march* ^', [2]),
        (1, "tight;", [4]),
        (1, "会议", [4, 5]),
        (1, "会", [4, 5]),
        (1, "议", [4, 5]),
        (1, "议会", []),
        (1, "会议。", [4, 5]),
        (1, "会议 tomorrow", [4]),
        (1, "tight 会", [4]),
        (1, "第三会议室", [5]),
        (1, "三会议", [5]),
        (1, "会议室", [5]),
        (1, "三议", []),
        (1, "予定", [5]),
        (1, "ください", [5]),
        (1, "ﾒｰﾙ", [5]),
        (1, "三会议室を", [5]),
        (1, "budget " * 5000, [2, 4]),
        (1, "crêperie cafe", [1]),
        (1, "", [1, 2, 4, 5]),
        (1, "  ", [1, 2, 4, 5]),
        (1, '"', []),
        (1, "budget\0", [2, 4]),
        (3, "budget", []),
        (1, "owner02", []),
        (1, "owners:owner02", []),
    ],
)
async def test_words_find_contents(filled: Database, account: int, words: str, found: list[int]) -> None:
    assert await filled.read(_find, account, words) == found


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        ([[Term(text="budget", field=Field.SUBJECT)]], [2, 4]),
        ([[Term(text="budget", field=Field.TEXT)]], [4]),
        ([[Term(text="bob", field=Field.PEOPLE)]], [1, 4, 5]),
        ([[Term(text="bob", field=Field.SUBJECT)]], []),
        ([[Term(text="bob"), Term(text="carol")]], [1, 2, 4, 5]),
        ([[Term(text="bob"), Term(text="carol")], [Term(text="budget", field=Field.SUBJECT)]], [2, 4]),
        ([[Term(text="figures for march")]], [2]),
        ([[Term(text="march for figures")]], []),
        ([[Term(text="budg", begun=False)]], []),
        ([[Term(text='"'), Term(text="carol")]], [2]),
        ([[Term(text='"')], [Term(text="carol")]], []),
    ],
)
async def test_of_each_clause_a_term_is_found_in_its_place(
    filled: Database, clauses: list[list[Term]], found: list[int]
) -> None:
    def find(connection: Connection) -> list[int]:
        match = search.expression(1, clauses)
        sql = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid"
        return [row[0] for row in connection.execute(sql, (match,))] if match else []

    assert await filled.read(find) == found


@pytest.mark.parametrize(
    ("clauses", "without", "found"),
    [
        ([[Term(text="budget")]], [Term(text="march")], [4]),
        ([[Term(text="budget")]], [Term(text="march"), Term(text="tight")], []),
        ([[Term(text="budget")]], [Term(text="march", field=Field.SUBJECT)], [2, 4]),
        ([], [Term(text="bob")], [2]),
        ([[Term(text="budget")]], [Term(text="!")], [2, 4]),
        ([[Term(text="bob")]], [Term(text="会议")], [1]),
    ],
)
async def test_unwanted_terms_are_not_there(
    filled: Database, clauses: list[list[Term]], without: list[Term], found: list[int]
) -> None:
    def find(connection: Connection) -> list[int]:
        sql = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid"
        return [row[0] for row in connection.execute(sql, (search.expression(1, clauses, without),))]

    assert await filled.read(find) == found


def test_only_signs_that_need_no_blanks_are_taken_apart() -> None:
    assert search.segmented("plain text") == "plain text"
    assert search.segmented("naïve Привет 한국어") == "naïve Привет 한국어"
    assert search.segmented("a会议室b 々").split() == ["a", "会议", "议室", "室", "b", "々"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
async def test_no_text_is_an_error_in_the_query_language(filled: Database, words: str) -> None:
    assert set(await filled.read(_find, 1, words)) <= {1, 2, 4, 5}


async def test_forgotten_contents_are_not_found_and_leave_no_words(filled: Database) -> None:
    def forget(connection: Connection) -> int:
        for content in range(1, len(_MAILS) + 1):
            search.forget(connection, content)
        connection.execute("DELETE FROM contents")
        connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, row)")
        return int(connection.execute("SELECT count(*) FROM temp.words").fetchone()[0])

    assert await filled.transact(forget) == 0
    assert await filled.read(_find, 1, "budget") == []
