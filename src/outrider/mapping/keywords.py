"""The keyword query language of Find, as far as an index of words goes. MS-ASCMD, FreeText (Find); MS-KQL.

    budget march                    both words
    "budget of march"               these words in a row
    subject:budget, body:budget     in one place
    from:bob, to:, cc:, bcc:        among all the people of a mail: the index does not tell them apart
    from:bob OR to:bob              either; OR joins its two neighbours, brackets around them are allowed
    budget NOT march, budget -march not with this word

A property that nobody knows is an ordinary word, as in http://example.org.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from outrider.domain.search import Field, Term

_PLACES: Final = {
    "subject": Field.SUBJECT,
    "body": Field.TEXT,
    **dict.fromkeys(("from", "to", "cc", "bcc", "participants", "recipients"), Field.PEOPLE),
}
_TOKEN: Final = re.compile(
    r'(?:(?<![^\s(])(?P<minus>-)(?=[\w"]))?(?:(?P<place>\w+):\(?)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s()"]+))|[()\s]'
)
_JOINS: Final = frozenset({"AND", "OR", "NOT"})


class Keywords(Struct, frozen=True, kw_only=True):
    """What must all be met, of each entry one term; and the terms that must not be there."""

    clauses: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()


def read_keywords(text: str) -> Keywords:
    """What a text asks for. Raises ValueError for what says more."""
    clauses: list[tuple[Term, ...]] = []
    without: list[Term] = []
    join = ""
    for found in _TOKEN.finditer(text):
        word = found["phrase"] if found["phrase"] is not None else found["word"]
        if word is None:
            continue
        if found["phrase"] is None and found["place"] is None and word in _JOINS:
            join = _joined(join, word)
            continue
        term = _term(found["place"], word, phrase=found["phrase"] is not None)
        match _joined(join, "NOT") if found["minus"] else join:
            case "NOT":
                without.append(term)
            case "OR" if clauses:
                clauses[-1] = (*clauses[-1], term)
            case "" | "AND" | "OR":
                clauses.append((term,))
            case _:
                raise ValueError(f"{join} before {word} is not understood")
        join = ""
    return Keywords(clauses=tuple(clauses), without=tuple(without))


def _joined(join: str, word: str) -> str:
    """AND says nothing before another."""
    return f"{join} {word}".strip().removeprefix("AND ")


def _term(place: str | None, word: str, *, phrase: bool) -> Term:
    field = _PLACES.get(place.lower()) if place else None
    if place and field is None:
        return Term(text=f"{place}:{word}")
    return Term(text=word.rstrip("*"), field=field, begun=not phrase)
