"""The questions of a feed are answered from indexes, whichever tables they are asked of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from outrider.database import Connection, Database
from outrider.database.feed import NEVER, FeedTables, Stand, horizon

_FIRST_DAY = date(2020, 1, 1).toordinal()
_TABLES = {
    "items": (
        "INSERT INTO items (account, folder, number, created, changed, horizon, received, content, marks)"
        " VALUES (1, 1, ?, 0, ?, ?, 0, 0, x'80')"
    ),
    "source_items": (
        "INSERT INTO source_items (account, folder, number, changed, horizon, id, version, fingerprint)"
        " VALUES (1, 1, ?1, ?2, ?3, ?1, '', '')"
    ),
}
_TOMBSTONES = {
    "items": "INSERT INTO tombstones (account, folder, sequence, number, day) VALUES (1, 1, ?, ?, ?)",
    "source_items": (
        "INSERT INTO source_tombstones (account, folder, sequence, number, day, id)"
        " VALUES (1, 1, ?, ?, ?, '')"
    ),
}


@pytest.fixture(params=list(_TABLES))
def table(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tables(table: str) -> FeedTables:
    return FeedTables(table, table.replace("items", "tombstones"))


@pytest.fixture
async def filled(database: Database, table: str) -> Database:
    """Items 1 to 5000 with sequences 101 to 5100, a hundred a day."""

    def fill(connection: Connection) -> None:
        rows = ((n, 100 + n, _FIRST_DAY + n // 100) for n in range(1, 5001))
        connection.executemany(_TABLES[table], rows)

    await database.transact(fill)
    return database


def stand(changed: int = 5100, purged: int = 100, items: int = 5000) -> Stand:
    return Stand(1, 1, changed, purged, items)


_PLANS: dict[str, tuple[tuple[int, ...], str]] = {
    "highest": ((1, 1, 999, 50), "PRIMARY KEY (account=? AND folder=? AND number<?)"),
    "highest_recent": ((1, 1, 999, 50, 7, 9), "PRIMARY KEY (account=? AND folder=? AND number<?)"),
    "touched": (
        (1, 1, 0, 50),
        "COVERING INDEX ix_{table}_changes (account=? AND folder=? AND changed>?)",
    ),
    "removed": ((1, 1, 0, 50), "PRIMARY KEY (account=? AND folder=? AND sequence>?)"),
    "recent": (
        (1, 1, 7, 999, 50),
        "COVERING INDEX ix_{table}_horizons (account=? AND folder=? AND horizon>?)",
    ),
    "crossing": (
        (1, 1, 7, 9),
        "COVERING INDEX ix_{table}_horizons (account=? AND folder=? AND horizon>? AND horizon<?)",
    ),
    "inside": (
        (1, 1, 7),
        "COVERING INDEX ix_{table}_horizons (account=? AND folder=? AND horizon>?)",
    ),
}


@pytest.mark.parametrize("question", list(_PLANS))
async def test_every_question_is_answered_from_an_index(
    filled: Database, tables: FeedTables, table: str, question: str
) -> None:
    parameters, expected = _PLANS[question]
    sql = vars(tables)[question]

    def plan(connection: Connection) -> list[Any]:
        return connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()

    steps = [row[3] for row in await filled.read(plan)]
    assert any(expected.format(table=table) in step for step in steps), steps
    assert not any(step.startswith(f"SCAN {table}") for step in steps)


async def test_a_window_of_few_items_below_many_is_found_by_its_index(
    filled: Database, tables: FeedTables, table: str
) -> None:
    def age(connection: Connection) -> None:
        connection.execute(f"UPDATE {table} SET horizon = ? WHERE number > 10", (_FIRST_DAY - 1000,))

    await filled.transact(age)
    newest = await filled.read(tables.newest, stand(), (None, date.fromordinal(_FIRST_DAY)), 100)
    assert [touched.number for touched in newest] == list(range(10, 0, -1))


@pytest.mark.parametrize("since", ["", "x", "-1", "99", "5101"])
async def test_a_cursor_before_the_purge_or_past_the_folder_starts_over(
    filled: Database, tables: FeedTables, since: str
) -> None:
    changes = await filled.read(tables.changes, stand(), since, 10)
    assert (changes.restart, changes.cursor, changes.touched) == (True, "5100", ())


@pytest.mark.parametrize(
    ("cursors", "last", "left"),
    [((), 5103, [5104]), (("5102",), 5102, [5103, 5104]), (("5000",), None, [5101, 5102, 5103, 5104])],
)
async def test_tombstones_stay_while_young_or_waited_for(
    filled: Database, tables: FeedTables, table: str, cursors: tuple[str, ...], last: int, left: list[int]
) -> None:
    def bury(connection: Connection) -> None:
        connection.executemany(_TOMBSTONES[table], ((5100 + n, n, 10 + n // 4) for n in range(1, 5)))

    def sequences(connection: Connection) -> list[int]:
        rows = connection.execute(f"SELECT sequence FROM {table.replace('items', 'tombstones')}")
        return sorted(row[0] for row in rows)

    await filled.transact(bury)
    assert await filled.transact(tables.purge, (1, 1), 11, cursors) == last
    assert await filled.read(sequences) == left


def test_a_horizon_past_all_is_none() -> None:
    assert horizon(NEVER) is None
    assert horizon(_FIRST_DAY) == date(2020, 1, 1)
