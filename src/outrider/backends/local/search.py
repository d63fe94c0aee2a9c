"""Full-text search over the items of an account.

What is matched decides what a search costs: the index of words is asked first, and of the items only those
are looked up whose contents it found, in an index that has all that is needed of them. No item of another
account can come out: the items are those of this one.

Looking items up and sorting them is what costs. Of contents with the words the `MOST` that were stored last
are looked at; where they do not fill the page, all are. A total is of those that were looked at.
"""

from __future__ import annotations

from typing import Final

from outrider.backends.local import places
from outrider.backends.local.contents import milliseconds
from outrider.database import Connection, Database, search
from outrider.domain.search import Found, Hit, Query

MOST: Final = 20_000
"""Contents with the words that are looked at first."""

_NEVER = 1 << 62

# Sums are in no index: only (account, content) leads to the items, whatever the planner thinks of folders.
_SCOPE = "i.folder + 0 IN ({folders}) AND i.received + 0 > ? AND i.received + 0 < ?{oldest}"
_OLDEST = " AND NOT (i.folder + 0 IN ({0}) AND i.horizon + 0 < {1})"
_WORDS = (
    "FROM search CROSS JOIN items i ON i.account = ? AND i.content = search.rowid "
    f"WHERE {_SCOPE} AND search MATCH ?"
)
_LAST_WORDS = (
    "FROM (SELECT rowid AS content FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) found "
    f"CROSS JOIN items i ON i.account = ? AND i.content = found.content WHERE {_SCOPE}"
)
_THREAD = (
    "FROM contents c CROSS JOIN items i ON i.account = ? AND i.content = c.id "
    f"WHERE {_SCOPE} AND c.thread = ?"
)
_WORDS_IN_THREAD = f"{_THREAD} AND c.id IN (SELECT rowid FROM search WHERE search MATCH ?)"
_PAGE = (
    "SELECT i.folder, i.number, count(*) OVER () {found} "
    "ORDER BY i.received DESC, i.content DESC LIMIT ? OFFSET ?"
)
_TOTAL = "SELECT count(*) {found}"


class LocalSearch:
    """The role `Search` for one account."""

    def __init__(self, address: str, database: Database) -> None:
        self._address = address
        self._database = database

    async def search(self, query: Query, first: int, limit: int) -> Found:
        """One hop. Raises NotFoundError (the account)."""
        return await self._database.read(_search, self._address, query, (first, limit))


def _search(connection: Connection, address: str, query: Query, page: tuple[int, int]) -> Found:
    account = places.find_owner(connection, address).id
    match = search.expression(account, query.clauses, query.without)
    if match is None or not query.folders:
        return Found()
    if not query.thread:
        shown = _page(connection, *_last_statement(account, query, match), page)
        if len(shown.hits) == page[1]:
            return shown
    return _page(connection, *_statement(account, query, match), page)


def _page(connection: Connection, found: str, parameters: tuple[object, ...], page: tuple[int, int]) -> Found:
    first, limit = page
    rows = connection.execute(_PAGE.format(found=found), (*parameters, limit, first)).fetchall()
    hits = tuple(Hit(folder, number) for folder, number, _ in rows)
    if rows or not first:
        return Found(hits=hits, total=rows[0][2] if rows else 0)
    [[total]] = connection.execute(_TOTAL.format(found=found), parameters).fetchall()
    return Found(total=total)


def _statement(account: int, query: Query, match: str) -> tuple[str, tuple[object, ...]]:
    """Where the items come from that the query finds, and the values that go with it."""
    scope, bounds = _scope(query), (account, *_times(query))
    if not query.thread:
        return _WORDS.format(**scope), (*bounds, match)
    if not (query.clauses or query.without):
        return _THREAD.format(**scope), (*bounds, query.thread)
    return _WORDS_IN_THREAD.format(**scope), (*bounds, query.thread, match)


def _last_statement(account: int, query: Query, match: str) -> tuple[str, tuple[object, ...]]:
    """The same of the contents that were stored last."""
    return _LAST_WORDS.format(**_scope(query)), (match, MOST, account, *_times(query))


def _scope(query: Query) -> dict[str, str]:
    oldest = (_OLDEST.format(_listed(one.folders), one.day.toordinal()) for one in query.oldest)
    return {"folders": _listed(query.folders), "oldest": "".join(oldest)}


def _times(query: Query) -> tuple[int, int]:
    after = -1 if query.after is None else milliseconds(query.after)
    return after, _NEVER if query.before is None else milliseconds(query.before)


def _listed(folders: frozenset[int]) -> str:
    return ", ".join(str(number) for number in sorted(folders))
