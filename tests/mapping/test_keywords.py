import pytest

from outrider.domain.search import Field, Term
from outrider.mapping.keywords import read_keywords

SUBJECT, PEOPLE, TEXT = Field.SUBJECT, Field.PEOPLE, Field.TEXT


def term(text: str, field: Field | None = None, *, begun: bool = True) -> Term:
    return Term(text=text, field=field, begun=begun)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", []),
        ("budget", [[term("budget")]]),
        ("budget march", [[term("budget")], [term("march")]]),
        ("budget AND march", [[term("budget")], [term("march")]]),
        ("budget and march", [[term("budget")], [term("and")], [term("march")]]),
        ('"budget of march"', [[term("budget of march", begun=False)]]),
        ('"budget of', [[term("budget of", begun=False)]]),
        ("budg*", [[term("budg")]]),
        ("subject:budget", [[term("budget", SUBJECT)]]),
        ("Subject:budget", [[term("budget", SUBJECT)]]),
        ('subject:"budget of"', [[term("budget of", SUBJECT, begun=False)]]),
        ("body:tight", [[term("tight", TEXT)]]),
        ("from:bob@example.org", [[term("bob@example.org", PEOPLE)]]),
        ("from:bob OR to:bob", [[term("bob", PEOPLE), term("bob", PEOPLE)]]),
        (
            "(from:bob OR cc:carol) AND budget",
            [[term("bob", PEOPLE), term("carol", PEOPLE)], [term("budget")]],
        ),
        ('from:("Bob Example")', [[term("Bob Example", PEOPLE, begun=False)]]),
        ("a OR b OR c", [[term("a"), term("b"), term("c")]]),
        ("OR budget", [[term("budget")]]),
        ("http://example.org", [[Term(text="http://example.org")]]),
        ("Re: lunch", [[term("Re:")], [term("lunch")]]),
        ("Besprechung März", [[term("Besprechung")], [term("März")]]),
    ],
)
def test_keywords_are_read(text: str, clauses: list[list[Term]]) -> None:
    read = read_keywords(text)
    assert ([list(clause) for clause in read.clauses], read.without) == (clauses, ())


@pytest.mark.parametrize(
    ("text", "clauses", "without"),
    [
        ("budget NOT march", [[term("budget")]], [term("march")]),
        ("budget AND NOT march", [[term("budget")]], [term("march")]),
        ("budget -march lunch", [[term("budget")], [term("lunch")]], [term("march")]),
        ("NOT from:bob", [], [term("bob", PEOPLE)]),
        ('-subject:"budget of" lunch', [[term("lunch")]], [term("budget of", SUBJECT, begun=False)]),
        ("NOT budget NOT march", [], [term("budget"), term("march")]),
        ("(budget -march)", [[term("budget")]], [term("march")]),
        ("e-mail", [[term("e-mail")]], []),
        ("budget - march", [[term("budget")], [term("-")], [term("march")]], []),
        ("budget NOT", [[term("budget")]], []),
    ],
)
def test_what_must_be_absent_is_read(text: str, clauses: list[list[Term]], without: list[Term]) -> None:
    read = read_keywords(text)
    assert ([list(clause) for clause in read.clauses], list(read.without)) == (clauses, without)


@pytest.mark.parametrize("text", ["budget OR NOT march", "budget OR -march", "budget NOT OR march"])
def test_what_says_more_is_not_understood(text: str) -> None:
    with pytest.raises(ValueError, match="not understood"):
        read_keywords(text)
