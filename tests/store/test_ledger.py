"""Acts that must not be done twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from outrider.database import Database
from outrider.store.ledger import KEPT_DAYS, Ledger

TODAY = date(2026, 3, 31)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


async def record(ledger: Ledger, database: Database, token: bytes, result: bytes, day: date = TODAY) -> None:
    async with database.write() as tx:
        await ledger.record(tx, token, result, day)


async def test_only_what_was_done_is_recalled(ledger: Ledger, database: Database) -> None:
    await record(ledger, database, b"one", b"1")
    await record(ledger, database, b"two", b"")
    assert await ledger.recall([b"one", b"two", b"three"]) == {b"one": b"1", b"two": b""}
    assert await ledger.recall([]) == {}


async def test_the_last_result_counts(ledger: Ledger, database: Database) -> None:
    await record(ledger, database, b"one", b"1")
    await record(ledger, database, b"one", b"2")
    assert await ledger.recall([b"one"]) == {b"one": b"2"}


async def test_a_note_is_durable_at_once(ledger: Ledger, database: Database) -> None:
    await ledger.note(b"one", b"1", TODAY)
    assert await ledger.recall([b"one"]) == {b"one": b"1"}


async def test_a_record_shares_the_fate_of_its_transaction(ledger: Ledger, database: Database) -> None:
    with pytest.raises(RuntimeError):
        await _fail(ledger, database)
    assert await ledger.recall([b"one"]) == {}


async def _fail(ledger: Ledger, database: Database) -> None:
    async with database.write() as tx:
        await ledger.record(tx, b"one", b"1", TODAY)
        raise RuntimeError


@pytest.mark.parametrize(("age", "kept"), [(0, True), (KEPT_DAYS, True), (KEPT_DAYS + 1, False)])
async def test_acts_are_known_for_thirty_days(
    ledger: Ledger, database: Database, age: int, kept: bool
) -> None:
    await record(ledger, database, b"one", b"1", TODAY - timedelta(days=age))
    await ledger.expire(TODAY)
    assert bool(await ledger.recall([b"one"])) is kept
