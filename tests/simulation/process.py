"""A server process without threads, timers or sockets: every wait, and every statement that writes, is a
place where it can stop for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

from msgspec import Struct

from outrider.backends.local.account import Local
from outrider.backends.local.answering import Answering
from outrider.backends.local.courier import Courier
from outrider.backends.local.submissions import Submissions
from outrider.backends.local.submit import LocalSubmit, Outbox
from outrider.backends.memory.accounts import MemoryAccounts
from outrider.commands.quirks import NO_QUIRKS
from outrider.commands.registry import Command
from outrider.commands.session import Answer, Limits, Park, Session
from outrider.commands.table import COMMANDS
from outrider.database import BlobStore
from outrider.domain.roles import Account, Accounts, Directory, Identity, Listener, Submit, Traits
from outrider.domain.sources import Source
from outrider.formats.certificates import Authorities
from outrider.policy.access import Request, judge
from outrider.policy.policies import Policy
from outrider.protocol.errors import EasError
from outrider.protocol.request import RequestLine
from outrider.protocol.schema import Element, decode, encode
from outrider.store.devices import Device
from outrider.store.store import Store
from outrider.sync.feed import Looks
from outrider.sync.hub import Hub, Wake
from outrider.sync.listed import open_listed
from outrider.sync.watch import watcher_of
from tests.listing import ListingMemory
from tests.simulation.database import QuietDatabase
from tests.simulation.faults import Faults, Watched, WatchedAccount, Witness
from tests.simulation.relay import Line, Relay

ALICE = Identity(address="alice@example.org", addresses=("alice@example.org",))
BOB = Identity(address="bob@example.org")
IDLE = 40  # turns of the event loop after which nothing else will happen

T = TypeVar("T")


class Visit:
    """One request: a Session, plain."""

    quirks = NO_QUIRKS
    limits = Limits()
    connection = "1"

    def __init__(self, process: Process, line: RequestLine, device: Device) -> None:
        self.line = line
        self.device = device
        self.account = process.watched
        self.store = process.store
        self.hub = process.hub
        self.now = process.clock
        self._around = process.around

    @property
    def policy(self) -> Policy:
        return self._around.policy()

    def authorities(self) -> Authorities:
        return Authorities()

    def seal(self, *fields: str) -> str:
        return "/".join(fields)

    def unseal(self, reference: str) -> tuple[str, ...] | None:
        return tuple(reference.split("/"))

    def conceal(self, text: str) -> bytes:
        return text.encode()

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


class Around(Struct, frozen=True, kw_only=True):
    """What outlives a process: its data directory, the mail system and the relay, the policy in force, two
    clocks of which one never goes back (seconds), and who is told what was done."""

    path: Path
    system: System
    transactional: bool
    relay: Relay
    faults: Faults
    policy: Callable[[], Policy]
    time: Callable[[], datetime]
    elapsed: Callable[[], float]
    witness: Witness


class Process:
    """One life of the server."""

    def __init__(self, around: Around) -> None:
        self.around = around
        self.faults = around.faults
        self.witness = around.witness
        self.clock = around.time
        self.dead = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._parked = 0

    async def start(self) -> None:
        """Open everything, as at the start of the program."""
        self.database = QuietDatabase(f"sqlite:///{self.around.path / 'outrider.db'}")
        await self.database.open_with(self)
        self.store = Store(self.database)
        self.local = Local(self.database, BlobStore(self.around.path / "blobs"), self.clock)
        self.submissions = Submissions(self.database, Line(self.around.relay, self), self.clock)
        self.hub = Hub(watcher_of(self._open()))
        courier = Courier(self.database, self.local, self.submissions)
        outbox = Outbox(
            database=self.database,
            local=self.local,
            answering=Answering(self.database, courier, self.clock, host="example.org"),
            now=self.clock,
            host="example.org",
            submissions=self.submissions,
        )
        traits = Traits(transactional=self.around.transactional, notifies=True)
        watched = WatchedAccount(self.account, LocalSubmit(ALICE, outbox), traits, self)
        self.watched = cast(Account, watched)

    def _open(self) -> Accounts:
        """The user's account as the server has it, and as others have it who write to it."""
        submit, directory = cast(Submit, None), cast(Directory, None)
        self.bob = self.local.open(BOB, submit, directory)
        match self.around.system:
            case None:
                self.account: Account = self.local.open(ALICE, submit, directory)
                self.others: Account = self.account
                return cast(Accounts, self.local)
            case MemoryAccounts() as system:
                self.account = self.others = system.open(ALICE)
                return system
            case ListingMemory() as system:
                source = cast(Source, Watched(system, self))
                looks = Looks(self.store.sources, clock=self.around.elapsed, patience=0)
                self.others = system.account
                self.account = open_listed(looks, ALICE, source, submit=submit, directory=directory)
                return cast(Accounts, Listed(looks, source))

    async def pause(self, turns: int = 0) -> None:
        """A while, and up to so many turns of the loop more, in which others go on, or the process ends."""
        most = self.faults.slowness + turns
        for _ in range(self.faults.chance.randrange(most + 1)):
            await asyncio.sleep(0)
        if self.dead or self.strike():
            await asyncio.get_running_loop().create_future()

    def strike(self) -> bool:
        """End the process if its time has come; say whether it has ended."""
        if self.faults.kills():
            self.stop()
        return self.dead

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
        """Answer a request; None where no answer comes. Raises BackendError, EasError."""
        return await self.run(self._serve(line, body))

    async def _serve(self, line: RequestLine, body: bytes) -> bytes:
        command = COMMANDS.find(line.command, line.version)
        assert command is not None
        device = await self._admit(line, command)
        answer = await command(_read(command, line, body), cast(Session, Visit(self, line, device)))
        while isinstance(answer, Park):
            answer = await self._wait(answer)
        if answer is None:
            return b""
        assert isinstance(answer, Element)
        return bytes(encode(answer, line.version))

    async def _admit(self, line: RequestLine, command: Command) -> Device:
        """The device as it is on record, if it may come in. Raises EasError."""
        now = self.clock()
        new = Device(address=ALICE.address, id=line.device_id, first_seen=now, last_seen=now)
        device = await self.store.devices.get(ALICE.address, line.device_id)
        asked = Request(version=line.version, key=line.policy_key, time=now)
        signal = judge(self.around.policy(), device or new, asked) if command.needs_policy else None
        if signal is not None:
            raise EasError(signal.status, signal.reason)
        return device or await self.store.devices.add(new)

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


def _read(command: Command, line: RequestLine, body: bytes) -> Element | bytes | None:
    if command.takes_mime(line.version) or not body:
        return body or None
    assert command.request is not None
    return decode(command.request, body, line.version).value
