"""The keyword query language of Find, as far as an index of words goes. MS-ASCMD, FreeText (Find); MS-KQL.

    budget march                    both words
    "budget of march"               these words in a row
    subject:budget, body:budget     in one place
    from:bob, to:, cc:, bcc:        among all the people of a mail: the index does not tell them apart
    from:bob OR to:bob              either; OR joins its two neighbours, brackets around them are allowed

A property that nobody knows is an ordinary word, as in http://example.org. NOT is more than we understand.
"""

from __future__ import annotations

import re
from typing import Final

from outrider.domain.roles import Field, Term

_PLACES: Final = {
    "subject": Field.SUBJECT,
    "body": Field.TEXT,
    **dict.fromkeys(("from", "to", "cc", "bcc", "participants", "recipients"), Field.PEOPLE),
}
_TOKEN: Final = re.compile(r'(?:(?P<place>\w+):\(?)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s()"]+))|[()\s]')


def read_keywords(text: str) -> tuple[tuple[Term, ...], ...]:
    """What must all be met; of each entry one term is enough. Raises ValueError for what says more."""
    clauses: list[tuple[Term, ...]] = []
    joins = False
    for found in _TOKEN.finditer(text):
        word = found["phrase"] if found["phrase"] is not None else found["word"]
        if word is None:
            continue
        if found["phrase"] is None and found["place"] is None and word in ("AND", "OR", "NOT"):
            if word == "NOT":
                raise ValueError("NOT is not understood")
            joins = word == "OR"
            continue
        term = _term(found["place"], word, phrase=found["phrase"] is not None)
        if joins and clauses:
            clauses[-1] = (*clauses[-1], term)
        else:
            clauses.append((term,))
        joins = False
    return tuple(clauses)


def _term(place: str | None, word: str, *, phrase: bool) -> Term:
    field = _PLACES.get(place.lower()) if place else None
    if place and field is None:
        return Term(text=f"{place}:{word}")
    return Term(text=word.rstrip("*"), field=field, begun=not phrase)
