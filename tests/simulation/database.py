"""A database without threads: it works on the event loop, in the order in which the real one would.

Before and after each job, and between any two statements of a transaction, the world decides how long it
takes, whether there is room, and whether the process still lives.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from contextvars import Context
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar, TypeVarTuple, cast

from outrider.backends.local.account import Local
from outrider.backends.local.passwords import Cost, Passwords
from outrider.backends.local.users import LocalUsers, NewUser
from outrider.database import BlobStore, Database
from outrider.database.connections import Counters, Cursor, SqliteConnection
from outrider.database.readers import Readers
from outrider.database.writer import Member, Work, Writer
from outrider.domain.errors import BackendError
from tests.simulation.faults import Faults

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


_LOOK = 1000  # turns after which the loop looks at the clock


class Loop(asyncio.SelectorEventLoop):
    """An event loop without a world outside: nothing is polled while something is ready, and threads do their
    work at once."""

    _ready: deque[asyncio.Handle]
    _turns = 0

    def _run_once(self) -> None:
        """One turn. The real one asks the selector and the clock first, which takes longer than what there is
        to do; now and then it is needed, so that a world that never comes to rest is ended."""
        self._turns += 1
        if not self._ready or self._turns % _LOOK == 0:
            super()._run_once()  # type: ignore[misc]
        for _ in range(len(self._ready)):
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """The result, one turn later."""
        future: asyncio.Future[T] = self.create_future()
        try:
            result = func(*args)
        except Exception as error:  # handed over, as a thread would
            self.call_soon(_settle, future, future.set_exception, error)
        else:
            self.call_soon(_settle, future, future.set_result, result)
        return future


def _settle(future: asyncio.Future[Any], settle: Callable[[Any], None], value: Any) -> None:
    if not future.done():
        settle(value)


class Life(Protocol):
    """The process the database belongs to. `strike` ends it where its time has come, and says whether it has
    ended."""

    @property
    def faults(self) -> Faults: ...
    async def pause(self, turns: int = 0) -> None: ...
    def strike(self) -> bool: ...


class KilledError(Exception):
    """The process ended in the middle of what it did."""


class Mortal:
    """The writing connection, before each of whose statements the process may end."""

    def __init__(self, connection: SqliteConnection, life: Life) -> None:
        self._connection = connection
        self._life = life

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        if self._life.strike():
            raise KilledError
        return self._connection.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> Cursor:
        if self._life.strike():
            raise KilledError
        return self._connection.executemany(sql, parameters)


class QuietWriter(Writer):
    """The writer with a task in place of its thread."""

    def __init__(self, connection: SqliteConnection, life: Life) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._mortal = cast(SqliteConnection, Mortal(connection, life))
        self._counters = Counters()
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._group: list[Member] = []
        self._since = 0.0
        self._life = life
        self._pump: asyncio.Task[None] | None = None
        self._ended = False

    def run(self, member: Member, work: Work) -> asyncio.Future[Any]:
        """As the real one, unless the database refuses."""
        return super().run(member, self._tried(work))

    def whole(self, member: Member, work: Work, followed: bool) -> None:
        """As the real one, unless the database refuses."""
        super().whole(member, self._tried(work), followed)

    def stop(self) -> None:
        """End as a killed process does: what is not committed is gone."""
        self._ended = True
        if self._pump is not None:
            self._pump.cancel()
        self._connection.close()

    def _tried(self, work: Work) -> Work:
        refusal = self._life.faults.refusal()
        return partial(_refused, work, refusal) if refusal else partial(_worked, work, self._mortal)

    def _put(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)
        if not self._ended and (self._pump is None or self._pump.done()):
            self._pump = self._loop.create_task(self._work())

    async def _work(self) -> None:
        """Do the jobs in order, until the process ends in one of them."""
        while not self._jobs.empty():
            await self._life.pause()
            job = self._jobs.get()
            assert job is not None
            try:
                job()
            except sqlite3.ProgrammingError:
                if not self._ended:
                    raise
                return

    def _settle(self, followed: bool) -> None:
        if self._group and not followed:
            self._commit()

    def _commit(self) -> None:
        """As the real one; the process may end before it, or after it with nobody told."""
        if self._life.strike():
            return
        if self._life.faults.breaks():
            self._give_up(BackendError("The server has no room left.", temporary=True))
            return
        super()._commit()
        self._life.strike()


def _worked(work: Work, mortal: SqliteConnection, _: SqliteConnection) -> Any:
    return work(mortal)


def _refused(work: Work, refusal: BackendError, connection: SqliteConnection) -> Any:
    work(connection)
    raise refusal


class QuietReaders(Readers):
    """The readers with a task for each job. While no transaction is open the writer's connection sees what
    theirs would, and has it in its cache."""

    def __init__(self, connection: SqliteConnection, writer: SqliteConnection, life: Life) -> None:
        self._connection = connection
        self._quicker = writer
        self._life = life

    def submit(self, work: Callable[[SqliteConnection], Any]) -> asyncio.Future[Any]:
        """Have `work` run in a while."""
        return asyncio.get_running_loop().create_task(self._read(work))

    async def _read(self, work: Callable[[SqliteConnection], Any]) -> Any:
        await self._life.pause()
        busy = self._quicker.in_transaction
        return work(self._connection if busy else self._quicker)  # one unchanging state: nothing else runs

    def stop(self) -> None:
        self._connection.close()


class QuietDatabase(Database):
    """The database on the event loop."""

    async def open_with(self, life: Life) -> None:
        """Open it; nothing is flushed to disk, since the machine stays up."""
        connection = self._dialect.writer()
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        self._writer: QuietWriter = QuietWriter(connection, life)
        self._readers: QuietReaders = QuietReaders(self._dialect.reader(), connection, life)

    def stop(self) -> None:
        """End without a word."""
        self._writer.stop()
        self._readers.stop()


def prepared(schema: Path, to: Path, *addresses: str) -> Path:
    """A database with the schema and these users, in which small transactions are quick; to be copied."""
    shutil.copyfile(schema, to)
    with closing(sqlite3.connect(to, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size=1024")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode=WAL")
    asyncio.run(_add_users(to, addresses))
    return to


async def _add_users(path: Path, addresses: Iterable[str]) -> None:
    passwords = Passwords(Cost(time=1, memory=8))
    async with Database(f"sqlite:///{path}", readers=1) as database:
        with closing(BlobStore(path.with_suffix(".blobs"))) as blobs:
            local = Local(database, blobs)
            users = LocalUsers(
                database, passwords, local, changed=lambda _: None, now=lambda: datetime.now(UTC)
            )
            await users.add_all([NewUser(address=one, password="secret") for one in addresses])
