"""The database as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from outrider.database import dialects
from outrider.database.connections import Connection, Counters
from outrider.database.readers import Readers
from outrider.database.turns import Turns
from outrider.database.writer import Member, Writer

T = TypeVar("T")
P = ParamSpec("P")


class Transaction:
    """An open transaction; a context manager that commits at its end and rolls back on an exception.

    When the block is left without one, the commit is durable. Entering and `run` keep the writer from others:
    do nothing slow inside.
    """

    def __init__(self, writer: Writer, turns: Turns) -> None:
        self._writer = writer
        self._turns = turns
        self._member = Member()
        self._open = False

    async def run(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, ...)` on the writer thread. What it changed stays changed inside this
        transaction even if it raises and the exception is caught."""
        if not self._open:
            raise RuntimeError("the transaction is not open")
        result: T = await self._writer.run(self._member, partial(_call, work, args, kwargs))
        return result

    def after(self, callback: Callable[[], None]) -> None:
        """Have `callback` called on the event loop once the transaction is durable, never otherwise."""
        self._member.callbacks.append(callback)

    async def __aenter__(self) -> Transaction:
        await self._turns.take(self._abandon)
        self._open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        if kind is not None:
            self._abandon()
            return
        self._writer.finish(self._member, followed=self._turns.end())
        await self._member.future

    def _abandon(self) -> None:
        self._writer.abandon(self._member, followed=self._turns.end())


class Database:
    """One database, opened by `async with` (or `open` and `close`) on the event loop that uses it."""

    def __init__(self, url: str, *, readers: int = 3) -> None:
        self.url = url
        self.counters = Counters()
        self._dialect = dialects.of(url)
        self._reader_count = readers
        self._turns = Turns()
        self._writer: Writer
        self._readers: Readers

    @property
    def path(self) -> Path:
        """The database's file."""
        return self._dialect.path

    async def open(self) -> None:
        """Start the threads. The schema is not looked at: see `migrations`."""
        self._writer = Writer(self._dialect.writer, self.counters)
        self._readers = Readers(self._dialect.reader, self._reader_count, self.counters)

    async def close(self) -> None:
        """Finish what is queued and end the threads."""
        await self._readers.close()
        await self._writer.close()

    async def __aenter__(self) -> Database:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, ...)` on a reader thread, in one unchanging state of the database."""
        result: T = await self._readers.submit(partial(_call, work, args, kwargs))
        return result

    def write(self) -> Transaction:
        """A transaction: `async with database.write() as tx`."""
        return Transaction(self._writer, self._turns)

    async def transact(
        self,
        work: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work(connection, ...)` as a transaction of its own and answer when it is durable."""
        return await self.transact_then(_ignore, partial(_call, work, args, kwargs))

    async def transact_then(self, after: Callable[[T], None], work: Callable[[Connection], T]) -> T:
        """As `transact`; `after(result)` is called on the event loop once it is durable, also when the
        caller does not wait any longer."""
        member = Member()
        await self._turns.take(partial(self._drop, member))
        self._writer.whole(member, partial(_note, member, after, work), followed=self._turns.end())
        result: T = await member.future
        return result

    def _drop(self, member: Member) -> None:
        self._writer.abandon(member, followed=self._turns.end())


def _call(work: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any], connection: Connection) -> T:
    return work(connection, *args, **kwargs)


def _note(
    member: Member, after: Callable[[T], None], work: Callable[[Connection], T], connection: Connection
) -> T:
    result = work(connection)
    if after is not _ignore:
        member.callbacks.append(partial(after, result))
    return result


def _ignore(_: object) -> None:
    pass
