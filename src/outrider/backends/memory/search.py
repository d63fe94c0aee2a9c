"""Search that looks at everything."""

from __future__ import annotations

import re
import unicodedata

from outrider.backends.memory.state import State, Thing
from outrider.domain.search import Found, Hit, Query, Term

_UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


class MemorySearch:
    """The role `Search`."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def search(self, query: Query, first: int, limit: int) -> Found:
        """Words are compared by their beginnings."""
        self._state.hook("search.search")
        found = sorted(
            (
                (thing.received, number, folder)
                for folder in query.folders & self._state.shelves.keys()
                for number, thing in self._state.shelves[folder].things.items()
                if _meets(thing, query) and _counts(thing, folder, query)
            ),
            reverse=True,
        )
        hits = tuple(Hit(folder, number) for _, number, folder in found[first : first + limit])
        return Found(hits=hits, total=len(found))


def _meets(thing: Thing, query: Query) -> bool:
    said = words(repr(thing.says) + thing.document.decode("utf-8", "replace"))
    return (
        all(any(_has(said, term) for term in clause) for clause in query.clauses)
        and not any(_has(said, term) for term in query.without)
        and (query.after is None or thing.received > query.after)
        and (query.before is None or thing.received < query.before)
        and (not query.thread or getattr(thing.says, "thread", b"") == query.thread)
    )


def _counts(thing: Thing, folder: int, query: Query) -> bool:
    """Whether the item is not older than what is searched of its folder."""
    days = [one.day for one in query.oldest if folder in one.folders]
    return thing.horizon is None or all(thing.horizon >= day for day in days)


def _has(said: list[str], term: Term) -> bool:
    """Wherever the term is to stand."""
    if _UNSPACED.search(term.text):
        return any("".join(words(term.text)) in word for word in said)
    *whole, last = words(term.text) or [""]
    begun = term.begun and len(last) > 1
    return (
        bool(last)
        and set(whole) <= set(said)
        and any(w.startswith(last) if begun else w == last for w in said)
    )


def words(text: str) -> list[str]:
    """The words of a text, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
