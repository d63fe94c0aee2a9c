"""The one writer: a thread that runs transactions one after another and shares their commits.

The law:

- Transactions have turns, in the order in which they asked. A turn ends when the transaction's last job is
  on the thread's queue; the next transaction puts its jobs behind it.
- A transaction that finishes while another has the turn already is not committed yet: the next one runs in
  the same SQLite transaction behind a savepoint, and one COMMIT (one flush to disk) serves them all. When
  nobody waits, and after 64 transactions or 10 ms, the commit is at once.
- An exception rolls back to the savepoint: the others of the group are untouched.
- A finished transaction is answered when the COMMIT is durable; if that fails, all its members fail.
- Whoever has the turn always ends it, by `finish`, `abandon` or `whole`, however it was cancelled: those
  that wait for the shared commit never wait in vain.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeAlias

from outrider.database.connections import Counters, SqliteConnection
from outrider.database.dialects import explain

Work: TypeAlias = Callable[[SqliteConnection], Any]

_GROUP = 64  # transactions that share a commit at most
_PATIENCE = 0.010  # seconds that a finished transaction waits for others at most


class Member:
    """A transaction as the thread sees it. `future` resolves with `result` once it is durable; `callbacks`
    are called on the event loop just before."""

    __slots__ = ("begun", "broken", "callbacks", "future", "result", "saved")

    def __init__(self) -> None:
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.result: Any = None
        self.callbacks: list[Callable[[], None]] = []
        self.begun = False
        self.saved = False  # begun behind a savepoint
        self.broken: BaseException | None = None


class Writer:
    """The thread. Its methods put jobs on the queue and return at once; call them on the event loop."""

    def __init__(self, connect: Callable[[], SqliteConnection], counters: Counters) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = connect()
        self._counters = counters
        counters.connections.append(self._connection)
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._group: list[Member] = []
        self._since = 0.0
        self._thread = threading.Thread(target=self._serve, name="database-writer", daemon=True)
        self._thread.start()

    # ------------------------------------------------------------------------------ on the event loop

    def run(self, member: Member, work: Work) -> asyncio.Future[Any]:
        """Run one function of a transaction."""
        future = self._loop.create_future()
        self._put(partial(self._run, member, work, future))
        return future

    def finish(self, member: Member, followed: bool) -> None:
        """End a transaction's turn: commit it. `followed`: another transaction has the turn now."""
        self._put(partial(self._finish, member, followed))

    def abandon(self, member: Member, followed: bool) -> None:
        """End a transaction's turn: undo it."""
        self._put(partial(self._abandon, member, followed))

    def whole(self, member: Member, work: Work, followed: bool) -> None:
        """Run a transaction that is one function."""
        self._put(partial(self._whole, member, work, followed))

    async def close(self) -> None:
        """Finish what is queued, commit, and end the thread."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._connection.close()

    def _put(self, job: Callable[[], None]) -> None:
        self._counters.hops += 1
        self._jobs.put(job)

    # ------------------------------------------------------------------------------ on the thread

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
        self._commit()

    def _run(self, member: Member, work: Work, future: asyncio.Future[Any]) -> None:
        try:
            self._enter(member)
            result = work(self._connection)
        except BaseException as error:  # handed over to the task that waits
            self._answer(future, self._failed(member, error))
        else:
            self._loop.call_soon_threadsafe(_resolve, future, result)

    def _whole(self, member: Member, work: Work, followed: bool) -> None:
        try:
            self._enter(member)
            member.result = work(self._connection)
        except BaseException as error:  # handed over to the task that waits
            self._answer(member.future, self._failed(member, error))
            self._abandon(member, followed)
        else:
            self._finish(member, followed)

    def _finish(self, member: Member, followed: bool) -> None:
        if member.broken:
            self._answer(member.future, member.broken)
        elif not member.begun:
            self._loop.call_soon_threadsafe(self._complete, [member])
        else:
            self._join(member)
        self._settle(followed)

    def _abandon(self, member: Member, followed: bool) -> None:
        if member.begun and not member.broken:
            try:
                self._undo(member)
            except sqlite3.Error as error:
                self._give_up(error)
        self._settle(followed)

    def _enter(self, member: Member) -> None:
        """Begin the transaction if this is its first statement."""
        if member.broken:
            raise member.broken
        if member.begun:
            return
        member.saved = bool(self._group)
        self._connection.execute("SAVEPOINT member" if member.saved else "BEGIN IMMEDIATE")
        member.begun = True
        self._counters.transactions += 1

    def _join(self, member: Member) -> None:
        """Put a transaction among those that wait for the commit."""
        try:
            if member.saved:
                self._connection.execute("RELEASE member")
        except sqlite3.Error as error:
            self._answer(member.future, self._failed(member, error))
            return
        if not self._group:
            self._since = time.monotonic()
        self._group.append(member)

    def _undo(self, member: Member) -> None:
        if member.saved:
            self._connection.execute("ROLLBACK TO member")
            self._connection.execute("RELEASE member")
        else:
            self._connection.execute("ROLLBACK")

    def _give_up(self, error: BaseException) -> None:
        """Fail the group, whose transaction cannot be trusted any more."""
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
        self._lose(explain(error))

    def _failed(self, member: Member, error: BaseException) -> BaseException:
        """What to tell for an error. Where SQLite itself has rolled back (disk full, for one), the whole
        group is lost and told so."""
        told = explain(error)
        if told is not error:
            told.__cause__ = error
        if not self._connection.in_transaction:
            member.broken = told
            self._lose(told)
        return told

    def _lose(self, error: BaseException) -> None:
        group, self._group = self._group, []
        for member in group:
            self._answer(member.future, error)

    def _settle(self, followed: bool) -> None:
        """Commit the group, unless another transaction is on its way to share the commit."""
        if not self._group:
            return
        room = len(self._group) < _GROUP and time.monotonic() - self._since < _PATIENCE
        if not (room and (followed or not self._jobs.empty())):
            self._commit()

    def _commit(self) -> None:
        if not self._group:
            return
        try:
            self._connection.execute("COMMIT")
        except BaseException as error:  # handed over to the tasks that wait
            self._give_up(error)
        else:
            self._counters.commits += 1
            group, self._group = self._group, []
            self._loop.call_soon_threadsafe(self._complete, group)

    def _complete(self, group: list[Member]) -> None:
        """On the event loop: callbacks first, then the tasks that wait, group by group in order."""
        for member in group:
            for callback in member.callbacks:
                self._loop.call_soon(callback)
            _resolve(member.future, member.result)

    def _answer(self, future: asyncio.Future[Any], error: BaseException) -> None:
        self._loop.call_soon_threadsafe(_reject, future, error)


def _resolve(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _reject(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
