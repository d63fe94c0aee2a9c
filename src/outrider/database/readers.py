"""A few threads that read, each with a connection of its own; a function sees one unchanging state."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeAlias

from outrider.database.connections import Counters, SqliteConnection
from outrider.database.dialects import explain

_Job: TypeAlias = tuple[Callable[[SqliteConnection], Any], "asyncio.Future[Any]"]


class Readers:
    """The threads; the next free one takes the next job."""

    def __init__(self, connect: Callable[[], SqliteConnection], count: int, counters: Counters) -> None:
        self._loop = asyncio.get_running_loop()
        self._counters = counters
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._connections = [connect() for _ in range(count)]
        counters.connections.extend(self._connections)
        self._threads = [
            threading.Thread(
                target=self._serve, args=(connection,), name=f"database-reader-{index}", daemon=True
            )
            for index, connection in enumerate(self._connections)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[SqliteConnection], Any]) -> asyncio.Future[Any]:
        """Have `work` run on one of the threads."""
        future = self._loop.create_future()
        self._counters.hops += 1
        self._jobs.put((work, future))
        return future

    async def close(self) -> None:
        """Finish what is queued and end the threads."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        for connection in self._connections:
            connection.close()

    def _serve(self, connection: SqliteConnection) -> None:
        while (job := self._jobs.get()) is not None:
            work, future = job
            if not future.cancelled():
                self._loop.call_soon_threadsafe(_perform(connection, work, future))


def _perform(
    connection: SqliteConnection,
    work: Callable[[SqliteConnection], Any],
    future: asyncio.Future[Any],
) -> Callable[[], None]:
    """Run the function in one read transaction; answers what the event loop has to do then."""
    try:
        connection.execute("BEGIN")
        try:
            result = work(connection)
        finally:
            connection.execute("COMMIT")
    except BaseException as error:  # handed over to the task that waits
        return partial(_settle, future, future.set_exception, explain(error))
    return partial(_settle, future, future.set_result, result)


def _settle(future: asyncio.Future[Any], settle: Callable[[Any], None], value: Any) -> None:
    if not future.done():
        settle(value)
