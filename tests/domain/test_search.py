"""The words a user types, as the clauses of a query."""

from __future__ import annotations

import pytest

from outrider.domain.search import Term, all_of


@pytest.mark.parametrize(
    ("words", "spoken"),
    [
        ("", []),
        ("   ", []),
        ("budget", ["budget"]),
        (" annual \n budget ", ["annual", "budget"]),
        ("budget & plans", ["budget", "plans"]),
        ("C++ 2.0", ["C++", "2.0"]),
        ("会議", ["会議"]),
        ("-- !", ["--"]),
    ],
)
def test_each_word_is_a_clause_and_bare_signs_are_not_unless_alone(words: str, spoken: list[str]) -> None:
    assert [[term.text for term in clause] for clause in all_of(words)] == [[word] for word in spoken]


def test_only_the_last_word_may_be_begun() -> None:
    assert all_of("bob annual bud") == (
        (Term(text="bob", begun=False),),
        (Term(text="annual", begun=False),),
        (Term(text="bud", begun=True),),
    )


def test_signs_after_the_last_word_leave_it_begun() -> None:
    assert all_of("bob bud !") == ((Term(text="bob", begun=False),), (Term(text="bud", begun=True),))


def test_words_are_searched_for_everywhere_in_an_item() -> None:
    assert {term.field for clause in all_of("bob budget") for term in clause} == {None}
