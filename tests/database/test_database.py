"""Transactions as their users see them."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from outrider.database import Database
from tests.database.notes import add, add_then_fail, execute, texts, wait


async def test_a_transaction_of_several_functions_is_durable_at_its_end(notes: Database) -> None:
    async with notes.write() as tx:
        assert await tx.run(add, "a") == 1
        assert await tx.run(add, "b") == 2
        assert await notes.read(texts) == []
    assert await notes.read(texts) == ["a", "b"]


async def test_an_exception_in_the_block_undoes_the_transaction(notes: Database) -> None:
    async def block() -> None:
        async with notes.write() as tx:
            await tx.run(add, "a")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await block()
    assert await notes.read(texts) == []


async def test_an_exception_in_a_one_function_transaction_undoes_it(notes: Database) -> None:
    with pytest.raises(ValueError, match="a"):
        await notes.transact(add_then_fail, "a")
    assert await notes.read(texts) == []


async def test_callbacks_come_after_the_commit_and_before_the_answer(notes: Database) -> None:
    seen: list[str] = []
    async with notes.write() as tx:
        await tx.run(add, "a")
        tx.after(lambda: seen.append("after"))
        seen.append("inside")
    seen.append("answered")
    assert seen == ["inside", "after", "answered"]


async def test_callbacks_never_come_after_a_rollback(notes: Database) -> None:
    seen: list[str] = []

    async def block() -> None:
        async with notes.write() as tx:
            tx.after(lambda: seen.append("after"))
            await tx.run(add, "a")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await block()
    await notes.transact(add, "b")
    assert seen == []


async def test_the_result_of_one_function_reaches_its_callback_though_nobody_waits(notes: Database) -> None:
    gate, seen = threading.Event(), asyncio.get_running_loop().create_future()
    blocker = asyncio.create_task(notes.transact(wait, gate))
    adding = asyncio.create_task(notes.transact_then(seen.set_result, lambda c: add(c, "a")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    adding.cancel()
    gate.set()
    await blocker
    assert await asyncio.wait_for(seen, 5) == 1
    assert adding.cancelled()
    assert await notes.read(texts) == ["a"]


async def test_a_transaction_inside_a_transaction_is_refused(notes: Database) -> None:
    async with notes.write() as tx:
        await tx.run(add, "a")
        with pytest.raises(RuntimeError, match="inside"):
            await notes.transact(add, "b")
    assert await notes.read(texts) == ["a"]


async def test_an_error_inside_the_block_can_be_caught_and_the_rest_kept(notes: Database) -> None:
    async with notes.write() as tx:
        await tx.run(add, "a")
        with pytest.raises(sqlite3.IntegrityError):
            await tx.run(add, "a")
        await tx.run(add, "b")
    assert await notes.read(texts) == ["a", "b"]


async def test_closing_finishes_what_is_queued(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/notes.db")
    await database.open()
    await database.transact(execute, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    adding = asyncio.create_task(database.transact(add, "a"))
    await asyncio.sleep(0)
    await database.close()
    assert await adding == 1
    async with database:
        assert await database.read(texts) == ["a"]


def test_an_address_of_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="not the address"):
        Database("redis://localhost")
