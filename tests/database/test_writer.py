"""The writer: turns, shared commits, cancellation, a full disk."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from typing import Any

import pytest

from outrider.database import Connection, Database
from outrider.database.connections import SqliteConnection
from outrider.domain.errors import BackendError, FullError
from tests.database.notes import add, add_then_fail, execute, texts, wait


async def test_one_that_fails_leaves_the_others_of_its_group(notes: Database) -> None:
    results = await asyncio.gather(
        notes.transact(add, "a"),
        notes.transact(add_then_fail, "b"),
        notes.transact(add, "c"),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [int, ValueError, int]
    assert await notes.read(texts) == ["a", "c"]


async def test_transactions_run_in_the_order_in_which_they_asked(notes: Database) -> None:
    async def several(first: str, second: str) -> None:
        async with notes.write() as tx:
            await tx.run(add, first)
            await asyncio.sleep(0)
            await tx.run(add, second)

    await asyncio.gather(several("a", "b"), notes.transact(add, "c"), several("d", "e"))
    assert await notes.read(texts) == ["a", "b", "c", "d", "e"]


async def test_transactions_that_wait_together_share_a_commit(notes: Database) -> None:
    gate = threading.Event()
    before = notes.counters.commits
    blocker = asyncio.create_task(notes.transact(wait, gate))
    adding = [asyncio.create_task(notes.transact(add, str(n))) for n in range(40)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(blocker, *adding)
    assert notes.counters.commits - before <= 3
    assert len(await notes.read(texts)) == 40


async def test_blocks_that_wait_together_share_a_commit(notes: Database) -> None:
    async def block(number: int) -> None:
        async with notes.write() as tx:
            await tx.run(add, str(number))

    before = notes.counters.commits
    await asyncio.gather(*(block(number) for number in range(20)))
    assert notes.counters.commits - before < 20
    assert await notes.read(texts) == [str(number) for number in range(20)]


async def test_a_waiter_that_is_cancelled_lets_the_next_one_write(notes: Database) -> None:
    async def block() -> None:
        async with notes.write() as tx:
            await tx.run(add, "never")

    async with notes.write() as tx:
        await tx.run(add, "a")
        waiting = asyncio.create_task(block())
        follower = asyncio.create_task(notes.transact(add, "b"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
    await asyncio.wait_for(follower, 5)
    assert await notes.read(texts) == ["a", "b"]


async def test_a_block_that_is_cancelled_rolls_back(notes: Database) -> None:
    entered = asyncio.Event()

    async def block() -> None:
        async with notes.write() as tx:
            await tx.run(add, "never")
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(block())
    await entered.wait()
    task.cancel()
    await asyncio.wait_for(notes.transact(add, "a"), 5)
    assert await notes.read(texts) == ["a"]


async def test_a_full_disk_is_told_to_all_of_the_group_and_nothing_is_half_done(notes: Database) -> None:
    def limit(connection: Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    await notes.transact(limit)
    results = await asyncio.gather(
        *(notes.transact(add, f"{n}" * 2000) for n in range(9)), return_exceptions=True
    )
    stored = await notes.read(texts)
    assert any(isinstance(result, FullError) for result in results)
    assert len(stored) == sum(isinstance(result, int) for result in results)
    await notes.transact(execute, "PRAGMA max_page_count = 1000000")
    await notes.transact(add, "again")
    assert (await notes.read(texts))[-1] == "again"


async def test_a_database_held_by_another_process_is_a_temporary_error(notes: Database) -> None:
    await notes.transact(execute, "PRAGMA busy_timeout = 0")
    other = sqlite3.connect(notes.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BackendError) as caught:
        await notes.transact(add, "a")
    assert caught.value.temporary
    other.close()
    await notes.transact(add, "b")
    assert await notes.read(texts) == ["b"]


async def test_whoever_is_cancelled_nobody_else_waits_in_vain(notes: Database) -> None:
    chance = random.Random(4711)

    async def block(name: str) -> None:
        async with notes.write() as tx:
            await tx.run(add, f"{name} first")
            await asyncio.sleep(0)
            await tx.run(add, f"{name} second")

    async def fail(name: str) -> None:
        await notes.transact(add_then_fail, name)

    async def single(name: str) -> None:
        await notes.transact(add, name)

    tasks = [asyncio.create_task(chance.choice((block, fail, single))(str(n))) for n in range(300)]
    for task in chance.sample(tasks, 150):
        if chance.random() < 0.5:
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait_for(asyncio.wait(tasks), 20)
    await asyncio.wait_for(notes.transact(add, "last"), 5)
    stored = await notes.read(texts)
    assert stored[-1] == "last"
    for number, task in enumerate(tasks):
        whole = {f"{number} first", f"{number} second"} & set(stored)
        assert len(whole) in (0, 2)
        if not task.cancelled() and task.exception() is None:
            assert whole or str(number) in stored


async def test_a_rollback_that_fails_fails_its_group_and_nothing_hangs(
    notes: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = SqliteConnection.execute

    def broken(connection: SqliteConnection, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        if sql == "ROLLBACK TO member":
            raise sqlite3.OperationalError("broken on purpose")
        return execute(connection, sql, parameters)

    monkeypatch.setattr(SqliteConnection, "execute", broken)
    gate = threading.Event()
    blocker = asyncio.create_task(notes.transact(wait, gate))
    await asyncio.sleep(0)
    first = asyncio.create_task(notes.transact(add, "a"))
    second = asyncio.create_task(notes.transact(add_then_fail, "b"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gate.set()
    await asyncio.wait_for(asyncio.wait([blocker, first, second]), 5)
    assert isinstance(first.exception(), sqlite3.OperationalError)
    assert isinstance(second.exception(), ValueError)
    await asyncio.wait_for(notes.transact(add, "c"), 5)
    assert await notes.read(texts) == ["c"]
