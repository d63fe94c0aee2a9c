"""A server process without threads, timers or sockets: every wait is a place where it can stop for ever.

The database does its work on the event loop, in the order in which the real one would; before and after each
job the world decides how long it takes, whether there is room, and whether the process still lives.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextvars import Context
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, TypeAlias, TypeVar, TypeVarTuple, cast

from outrider.backends.local.account import Local
from outrider.backends.memory import MemoryAccounts
from outrider.commands.quirks import NO_QUIRKS
from outrider.commands.session import Answer, Limits, Park, Session
from outrider.commands.table import COMMANDS
from outrider.database import BlobStore, Database
from outrider.database.connections import Counters, SqliteConnection
from outrider.database.database import Transaction
from outrider.database.readers import Readers
from outrider.database.writer import Member, Work, Writer
from outrider.domain.errors import BackendError, FullError
from outrider.domain.roles import Account, Accounts, Directory, Identity, Listener, Source, Submit
from outrider.formats.certificates import Authorities
from outrider.policy.policies import OPEN
from outrider.protocol.request import RequestLine
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.store.store import Store
from outrider.sync.feed import Looks
from outrider.sync.hub import Hub, Wake
from outrider.sync.listed import open_listed
from outrider.sync.watch import watcher_of
from tests.listing import ListingMemory

ALICE = Identity(address="alice@example.org")
IDLE = 40  # turns of the event loop after which nothing else will happen

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Faults:
    """What goes wrong next; each counts down and strikes at zero, None never."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.slowness = 2
        self.kill: int | None = None
        self.full: int | None = None
        self.failing = 0.0

    def strikes(self, name: str) -> bool:
        """Count down one of them."""
        left: int | None = getattr(self, name)
        if left is None:
            return False
        setattr(self, name, left - 1 if left else None)
        return left == 0


class Loop(asyncio.SelectorEventLoop):
    """An event loop without a world outside: nothing is polled while something is ready, and threads do their
    work at once."""

    _ready: deque[asyncio.Handle]

    def _run_once(self) -> None:
        """One turn. The real one asks the selector first, which takes longer than what there is to do."""
        if not self._ready:
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


class Pause(Protocol):
    """Somewhere the process waits, and may be killed."""

    def __call__(self) -> Coroutine[Any, Any, None]: ...


class QuietWriter(Writer):
    """The writer with a task in place of its thread."""

    def __init__(self, connection: SqliteConnection, faults: Faults, pause: Pause) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._counters = Counters()
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._group: list[Member] = []
        self._since = 0.0
        self._faults = faults
        self._pause = pause
        self._pump: asyncio.Task[None] | None = None
        self._ended = False

    def run(self, member: Member, work: Work) -> asyncio.Future[Any]:
        """As the real one, unless there is no room."""
        return super().run(member, self._tried(work))

    def whole(self, member: Member, work: Work, followed: bool) -> None:
        """As the real one, unless there is no room."""
        super().whole(member, self._tried(work), followed)

    def stop(self) -> None:
        """End as a killed process does: what is not committed is gone."""
        self._ended = True
        if self._pump is not None:
            self._pump.cancel()
        self._connection.close()

    def _tried(self, work: Work) -> Work:
        full = self._faults.strikes("full")
        return partial(_without_room, work) if full else work

    def _put(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)
        if not self._ended and (self._pump is None or self._pump.done()):
            self._pump = self._loop.create_task(self._work())

    async def _work(self) -> None:
        """Do the jobs in order."""
        while not self._jobs.empty():
            await self._pause()
            job = self._jobs.get()
            assert job is not None
            job()

    def _settle(self, followed: bool) -> None:
        if self._group and not followed:
            self._commit()


def _without_room(work: Work, connection: SqliteConnection) -> Any:
    work(connection)
    raise FullError("The server has no room left.", temporary=True)


class QuietReaders(Readers):
    """The readers with a task for each job. While no transaction is open the writer's connection sees what
    theirs would, and has it in its cache."""

    def __init__(self, connection: SqliteConnection, writer: SqliteConnection, pause: Pause) -> None:
        self._connection = connection
        self._quicker = writer
        self._pause = pause

    def submit(self, work: Callable[[SqliteConnection], Any]) -> asyncio.Future[Any]:
        """Have `work` run in a while."""
        return asyncio.get_running_loop().create_task(self._read(work))

    async def _read(self, work: Callable[[SqliteConnection], Any]) -> Any:
        await self._pause()
        busy = self._quicker.in_transaction
        return work(self._connection if busy else self._quicker)  # one unchanging state: nothing else runs

    def stop(self) -> None:
        self._connection.close()


class QuietDatabase(Database):
    """The database on the event loop."""

    async def open_with(self, faults: Faults, pause: Pause) -> None:
        """Open it; nothing is flushed to disk, since the machine stays up."""
        connection = self._dialect.writer()
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        self._writer: QuietWriter = QuietWriter(connection, faults, pause)
        self._readers: QuietReaders = QuietReaders(self._dialect.reader(), connection, pause)

    def stop(self) -> None:
        """End without a word."""
        self._writer.stop()
        self._readers.stop()


class Watched:
    """A role that takes its time, fails now and then before or after it acted, and tells what it did."""

    def __init__(self, role: object, process: Process) -> None:
        self._role = role
        self._process = process

    def __getattr__(self, name: str) -> object:
        verb = getattr(self._role, name)
        watched = partial(self._call, name, verb) if asyncio.iscoroutinefunction(verb) else verb
        self.__dict__[name] = watched  # found there the next time
        return watched

    async def _call(self, name: str, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        process = self._process
        await process.pause()
        process.may_fail()
        result = await verb(*args, **kwargs)
        tx: Transaction | None = kwargs.get("tx")
        told = partial(process.witness, name, args)
        if tx is None:
            told()
        else:
            tx.after(told)
        await process.pause()
        process.may_fail()
        return result


class WatchedAccount:
    """An account whose roles are watched."""

    def __init__(self, account: Account, process: Process) -> None:
        self.identity = account.identity
        self.traits = account.traits
        self.submit = account.submit
        self.directory = account.directory
        self.search = account.search
        self.free_busy = account.free_busy
        self.out_of_office = account.out_of_office
        self.folders = Watched(account.folders, process)
        self.feed = Watched(account.feed, process)
        self.items = Watched(account.items, process)


class Visit:
    """One request: a Session, plain."""

    quirks = NO_QUIRKS
    policy = OPEN
    limits = Limits()
    connection = "1"

    def __init__(self, process: Process, line: RequestLine) -> None:
        self.line = line
        self.account = process.watched
        self.store = process.store
        self.hub = process.hub
        self.now = process.clock
        seen = process.clock()
        self.device = Device(
            address=ALICE.address, id=line.device_id, first_seen=seen, last_seen=seen, policy="open"
        )

    def authorities(self) -> Authorities:
        return Authorities()

    def seal(self, *fields: str) -> str:
        return "/".join(fields)

    def unseal(self, reference: str) -> tuple[str, ...] | None:
        return tuple(reference.split("/"))

    def note(self, **counts: int | str) -> None:
        pass


System: TypeAlias = MemoryAccounts | ListingMemory | None
"""The mail system behind the server; None: the embedded store."""


class Listed:
    """The accounts of a mail system that only lists, as far as a hub needs them."""

    def __init__(self, looks: Looks, source: Source) -> None:
        self._looks = looks
        self._source = source

    def listen(self, address: str, listener: Listener) -> Callable[[], None]:
        return self._looks.listen(address, self._source, listener)


class Process:
    """One life of the server, over a database and mail system that outlive it."""

    def __init__(self, path: Path, system: System, faults: Faults) -> None:
        self.path = path
        self.system = system
        self.faults = faults
        self.dead = False
        self.time: Callable[[], datetime] = _never
        self.elapsed: Callable[[], float] = float
        self.witness: Callable[[str, tuple[Any, ...]], None] = _ignore
        self._tasks: set[asyncio.Task[Any]] = set()
        self._parked = 0

    async def start(self) -> None:
        """Open everything, as at the start of the program."""
        self.database = QuietDatabase(f"sqlite:///{self.path / 'outrider.db'}")
        await self.database.open_with(self.faults, self.pause)
        self.store = Store(self.database)
        self.hub = Hub(watcher_of(self._open()))
        self.watched = cast(Account, WatchedAccount(self.account, self))

    def _open(self) -> Accounts:
        """The user's account as the server has it, and as others have it who write to it."""
        match self.system:
            case None:
                local = Local(self.database, BlobStore(self.path / "blobs"), self.clock)
                self.account: Account = local.open(ALICE, cast(Submit, None), cast(Directory, None))
                self.others: Account = self.account
                return cast(Accounts, local)
            case MemoryAccounts():
                self.account = self.others = self.system.open(ALICE)
                return self.system
            case ListingMemory():
                source = cast(Source, Watched(self.system, self))
                looks = Looks(self.store.sources, clock=lambda: self.elapsed(), patience=0)
                self.others = self.system.account
                self.account = open_listed(
                    looks, ALICE, source, submit=cast(Submit, None), directory=cast(Directory, None)
                )
                return cast(Accounts, Listed(looks, source))

    def clock(self) -> datetime:
        return self.time()

    async def pause(self) -> None:
        """A while, in which others go on, or the process ends."""
        for _ in range(self.faults.chance.randrange(self.faults.slowness + 1)):
            await asyncio.sleep(0)
        if self.dead:
            await asyncio.get_running_loop().create_future()
        if self.faults.strikes("kill"):
            self.stop()
            await asyncio.get_running_loop().create_future()

    def may_fail(self) -> None:
        """The mail system fails now and then."""
        if self.faults.failing and self.faults.chance.random() < self.faults.failing:
            raise BackendError("The mail system does not answer.", temporary=True)

    def stop(self) -> None:
        """End the process here and now."""
        if not self.dead:
            self.dead = True
            self.database.stop()
            for task in self._tasks:
                task.cancel()

    async def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of something done inside the process; None where the process ended first. Raises what
        `work` raises."""
        if self.dead:
            work.close()
            return None
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        try:
            await asyncio.wait([task])
        finally:
            self._tasks.discard(task)
        return None if task.cancelled() else task.result()

    async def serve(self, line: RequestLine, body: bytes) -> bytes | None:
        """Answer a request; None where no answer comes. Raises BackendError."""
        return await self.run(self._serve(line, body))

    async def _serve(self, line: RequestLine, body: bytes) -> bytes:
        command = COMMANDS.find(line.command, line.version)
        assert command is not None
        assert command.request is not None
        request = decode(command.request, body, line.version).value if body else None
        answer = await command(request, cast(Session, Visit(self, line)))
        while isinstance(answer, Park):
            answer = await self._wait(answer)
        if answer is None:
            return b""
        assert isinstance(answer, Element)
        return bytes(encode(answer, line.version))

    async def _wait(self, park: Park) -> Answer:
        """Wait until something wakes the request, or nothing else is going on."""
        self._parked += 1
        idle = 0
        while not park.waiter.future.done() and idle < IDLE:
            idle = idle + 1 if self._parked == len(self._tasks) else 0
            await asyncio.sleep(0)
        self._parked -= 1
        park.waiter.wake(Wake.EXPIRED)
        cause = park.waiter.future.result()
        park.waiter.close()
        return await park.resume(cause)


def _never() -> datetime:
    return datetime.max


def _ignore(name: str, arguments: tuple[Any, ...]) -> None:
    pass


def line_of(command: str, device: str, version: Version) -> RequestLine:
    """The request line of a device."""
    return RequestLine(command=command, device_id=device, device_type="phone", version=version)
