import pytest

from outrider.domain.roles import Field, Term
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
    assert [list(clause) for clause in read_keywords(text)] == clauses


def test_what_is_to_be_absent_is_more_than_we_understand() -> None:
    with pytest.raises(ValueError, match="NOT"):
        read_keywords("budget NOT march")
