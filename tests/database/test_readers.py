"""Reading: one hop, one state, no writing."""

from __future__ import annotations

import asyncio
import threading

import pytest

from outrider.database import Connection, Database
from outrider.domain.errors import BackendError
from tests.database.notes import add, texts


async def test_a_read_is_one_hop(notes: Database) -> None:
    hops = notes.counters.hops
    await notes.read(texts)
    assert notes.counters.hops - hops == 1


async def test_a_function_that_runs_out_of_rows_does_not_hang_its_caller(notes: Database) -> None:
    def careless(connection: Connection) -> object:
        return next(iter(connection.execute("SELECT id FROM notes")))

    with pytest.raises(RuntimeError, match="rows"):
        await asyncio.wait_for(notes.read(careless), 5)


async def test_readers_cannot_write(notes: Database) -> None:
    with pytest.raises(BackendError):
        await notes.read(add, "a")


async def test_a_reader_sees_one_state_throughout(notes: Database) -> None:
    between, go_on = threading.Event(), threading.Event()

    def twice(connection: Connection) -> tuple[int, int]:
        first = len(texts(connection))
        between.set()
        go_on.wait(5)
        return first, len(texts(connection))

    reading = asyncio.create_task(notes.read(twice))
    await asyncio.to_thread(between.wait, 5)
    await notes.transact(add, "a")
    go_on.set()
    assert await reading == (0, 0)
