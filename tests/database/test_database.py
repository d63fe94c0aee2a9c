"""Transactions: turns, shared commits, rollback, cancellation, callbacks."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from outrider.database import Connection, Database
from outrider.domain.errors import BackendError, FullError


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one table of texts."""
    async with Database(f"sqlite:///{tmp_path}/notes.db", readers=2) as opened:
        await opened.transact(_execute, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE)")
        yield opened


def _execute(connection: Connection, sql: str) -> None:
    connection.execute(sql)


def _add(connection: Connection, text: str) -> int:
    return connection.execute("INSERT INTO notes (text) VALUES (?)", (text,)).lastrowid or 0


def _add_then_fail(connection: Connection, text: str) -> None:
    _add(connection, text)
    raise ValueError(text)


def _texts(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT text FROM notes ORDER BY id")]


def _wait(_connection: Connection, event: threading.Event) -> None:
    event.wait(10)


async def test_a_transaction_of_several_functions_is_durable_at_its_end(notes: Database) -> None:
    async with notes.write() as tx:
        assert await tx.run(_add, "a") == 1
        assert await tx.run(_add, "b") == 2
        assert await notes.read(_texts) == []
    assert await notes.read(_texts) == ["a", "b"]


async def test_an_exception_in_the_block_undoes_the_transaction(notes: Database) -> None:
    async def block() -> None:
        async with notes.write() as tx:
            await tx.run(_add, "a")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await block()
    assert await notes.read(_texts) == []


async def test_an_exception_in_a_one_function_transaction_undoes_it(notes: Database) -> None:
    with pytest.raises(ValueError, match="a"):
        await notes.transact(_add_then_fail, "a")
    assert await notes.read(_texts) == []


async def test_one_that_fails_leaves_the_others_of_its_group(notes: Database) -> None:
    results = await asyncio.gather(
        notes.transact(_add, "a"),
        notes.transact(_add_then_fail, "b"),
        notes.transact(_add, "c"),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [int, ValueError, int]
    assert await notes.read(_texts) == ["a", "c"]


async def test_transactions_run_in_the_order_in_which_they_asked(notes: Database) -> None:
    async def several(first: str, second: str) -> None:
        async with notes.write() as tx:
            await tx.run(_add, first)
            await asyncio.sleep(0)
            await tx.run(_add, second)

    await asyncio.gather(several("a", "b"), notes.transact(_add, "c"), several("d", "e"))
    assert await notes.read(_texts) == ["a", "b", "c", "d", "e"]


async def test_transactions_that_wait_together_share_a_commit(notes: Database) -> None:
    gate = threading.Event()
    before = notes.counters.commits
    blocker = asyncio.create_task(notes.transact(_wait, gate))
    adding = [asyncio.create_task(notes.transact(_add, str(n))) for n in range(40)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(blocker, *adding)
    assert notes.counters.commits - before <= 3
    assert len(await notes.read(_texts)) == 40


async def test_blocks_that_wait_together_share_a_commit(notes: Database) -> None:
    async def block(number: int) -> None:
        async with notes.write() as tx:
            await tx.run(_add, str(number))

    before = notes.counters.commits
    await asyncio.gather(*(block(number) for number in range(20)))
    assert notes.counters.commits - before < 20
    assert await notes.read(_texts) == [str(number) for number in range(20)]


async def test_a_lone_transaction_commits_at_once_with_one_hop(notes: Database) -> None:
    hops, commits, statements = notes.counters.hops, notes.counters.commits, notes.counters.statements
    await notes.transact(_add, "a")
    assert notes.counters.hops - hops == 1
    assert notes.counters.commits - commits == 1
    assert notes.counters.statements - statements == 3  # begin, insert, commit


async def test_a_read_is_one_hop(notes: Database) -> None:
    hops = notes.counters.hops
    await notes.read(_texts)
    assert notes.counters.hops - hops == 1


async def test_a_block_that_writes_nothing_commits_nothing(notes: Database) -> None:
    commits = notes.counters.commits
    async with notes.write():
        pass
    assert notes.counters.commits == commits


async def test_callbacks_come_after_the_commit_and_before_the_answer(notes: Database) -> None:
    seen: list[str] = []
    async with notes.write() as tx:
        await tx.run(_add, "a")
        tx.after(lambda: seen.append("after"))
        seen.append("inside")
    seen.append("answered")
    assert seen == ["inside", "after", "answered"]


async def test_callbacks_never_come_after_a_rollback(notes: Database) -> None:
    seen: list[str] = []

    async def block() -> None:
        async with notes.write() as tx:
            tx.after(lambda: seen.append("after"))
            await tx.run(_add, "a")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await block()
    await notes.transact(_add, "b")
    assert seen == []


async def test_the_result_of_one_function_reaches_its_callback_though_nobody_waits(notes: Database) -> None:
    gate, seen = threading.Event(), asyncio.get_running_loop().create_future()
    blocker = asyncio.create_task(notes.transact(_wait, gate))
    adding = asyncio.create_task(notes.transact_then(seen.set_result, lambda c: _add(c, "a")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    adding.cancel()
    gate.set()
    await blocker
    assert await asyncio.wait_for(seen, 5) == 1
    assert adding.cancelled()
    assert await notes.read(_texts) == ["a"]


async def test_a_waiter_that_is_cancelled_lets_the_next_one_write(notes: Database) -> None:
    async def block() -> None:
        async with notes.write() as tx:
            await tx.run(_add, "never")

    async with notes.write() as tx:
        await tx.run(_add, "a")
        waiting = asyncio.create_task(block())
        follower = asyncio.create_task(notes.transact(_add, "b"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
    await asyncio.wait_for(follower, 5)
    assert await notes.read(_texts) == ["a", "b"]


async def test_a_block_that_is_cancelled_rolls_back(notes: Database) -> None:
    entered = asyncio.Event()

    async def block() -> None:
        async with notes.write() as tx:
            await tx.run(_add, "never")
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(block())
    await entered.wait()
    task.cancel()
    await asyncio.wait_for(notes.transact(_add, "a"), 5)
    assert await notes.read(_texts) == ["a"]


async def test_a_transaction_inside_a_transaction_is_refused(notes: Database) -> None:
    async with notes.write() as tx:
        await tx.run(_add, "a")
        with pytest.raises(RuntimeError, match="inside"):
            await notes.transact(_add, "b")
    assert await notes.read(_texts) == ["a"]


async def test_an_error_inside_the_block_can_be_caught_and_the_rest_kept(notes: Database) -> None:
    async with notes.write() as tx:
        await tx.run(_add, "a")
        with pytest.raises(sqlite3.IntegrityError):
            await tx.run(_add, "a")
        await tx.run(_add, "b")
    assert await notes.read(_texts) == ["a", "b"]


async def test_a_full_disk_is_told_to_all_of_the_group_and_nothing_is_half_done(notes: Database) -> None:
    def limit(connection: Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    await notes.transact(limit)
    results = await asyncio.gather(
        *(notes.transact(_add, f"{n}" * 2000) for n in range(9)), return_exceptions=True
    )
    stored = await notes.read(_texts)
    assert any(isinstance(result, FullError) for result in results)
    assert len(stored) == sum(isinstance(result, int) for result in results)
    await notes.transact(_execute, "PRAGMA max_page_count = 1000000")
    await notes.transact(_add, "again")
    assert (await notes.read(_texts))[-1] == "again"


async def test_a_database_held_by_another_process_is_a_temporary_error(notes: Database) -> None:
    await notes.transact(_execute, "PRAGMA busy_timeout = 0")
    other = sqlite3.connect(notes.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BackendError) as caught:
        await notes.transact(_add, "a")
    assert caught.value.temporary
    other.close()
    await notes.transact(_add, "b")
    assert await notes.read(_texts) == ["b"]


async def test_a_function_that_runs_out_of_rows_does_not_hang_its_caller(notes: Database) -> None:
    def careless(connection: Connection) -> object:
        return next(iter(connection.execute("SELECT id FROM notes")))

    with pytest.raises(RuntimeError, match="rows"):
        await asyncio.wait_for(notes.read(careless), 5)


async def test_readers_cannot_write(notes: Database) -> None:
    with pytest.raises(BackendError):
        await notes.read(_add, "a")


async def test_a_reader_sees_one_state_throughout(notes: Database) -> None:
    between, go_on = threading.Event(), threading.Event()

    def twice(connection: Connection) -> tuple[int, int]:
        first = len(_texts(connection))
        between.set()
        go_on.wait(5)
        return first, len(_texts(connection))

    reading = asyncio.create_task(notes.read(twice))
    await asyncio.to_thread(between.wait, 5)
    await notes.transact(_add, "a")
    go_on.set()
    assert await reading == (0, 0)


async def test_closing_finishes_what_is_queued(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/notes.db")
    await database.open()
    await database.transact(_execute, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    adding = asyncio.create_task(database.transact(_add, "a"))
    await asyncio.sleep(0)
    await database.close()
    assert await adding == 1
    async with database:
        assert await database.read(_texts) == ["a"]


async def test_what_was_answered_is_flushed(notes: Database) -> None:
    def setting(connection: Connection, name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert await notes.transact(setting, "synchronous") == 2
    assert await notes.transact(setting, "journal_mode") == "wal"


def test_an_address_of_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="not the address"):
        Database("redis://localhost")
