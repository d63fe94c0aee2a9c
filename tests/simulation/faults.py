"""What goes wrong in a world, and the mail system that takes its time and fails."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol

from outrider.database.database import Transaction
from outrider.domain.errors import BackendError, FullError
from outrider.domain.roles import Account, Submit, Traits

Witness = Callable[[str, tuple[Any, ...]], None]
"""Is told of each verb that was carried out, with its arguments."""


class Faults:
    """What goes wrong next. A count counts down and strikes at zero, None never; a share is one of chance.

    `kill` counts the places where the process can end: waits, statements that write, commits. `refused`
    counts the jobs of the database of which one is refused, `broken` its commits. `failing` is the share of
    calls of the mail system that fail, `cut` that of conversations with the relay that break; `slow` is how
    many turns of the loop the mail system may take.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.slowness = 2
        self.calm()

    def calm(self) -> None:
        """Nothing for now."""
        self.kill: int | None = None
        self.refused: int | None = None
        self.broken: int | None = None
        self.failing = self.cut = 0.0
        self.slow = 0

    def trouble(self) -> None:
        """Some of it for a while."""
        chance = self.chance
        self.slowness = chance.choice((0, 1, 4))
        if chance.random() < 0.2:
            self.kill = chance.randrange(120)
        if chance.random() < 0.1:
            self.refused = chance.randrange(10)
        if chance.random() < 0.05:
            self.broken = chance.randrange(5)
        if chance.random() < 0.1:
            self.failing = chance.choice((0.02, 0.2))
        if chance.random() < 0.1:
            self.slow = chance.choice((5, 20))
        self.cut = chance.choice((0.0, 0.3))

    def kills(self) -> bool:
        """Say whether the process ends here."""
        left = self.kill
        self.kill = left - 1 if left else None
        return left == 0

    def refusal(self) -> BackendError | None:
        """Why the database does not do the next job, if it does not: it is full, or busy."""
        left = self.refused
        self.refused = left - 1 if left else None
        if left != 0:
            return None
        if self.chance.random() < 0.5:
            return FullError("The server has no room left.", temporary=True)
        return BackendError("The server's store is busy.", temporary=True)

    def breaks(self) -> bool:
        """Say whether the next commit finds no room."""
        left = self.broken
        self.broken = left - 1 if left else None
        return left == 0

    def fail(self) -> None:
        """The mail system fails now and then. Raises BackendError."""
        if self.failing and self.chance.random() < self.failing:
            raise BackendError("The mail system does not answer.", temporary=True)


class Host(Protocol):
    """The process in which a mail system is asked."""

    @property
    def faults(self) -> Faults: ...
    @property
    def witness(self) -> Witness: ...
    def pause(self, turns: int = 0) -> Coroutine[Any, Any, None]: ...


class Watched:
    """A role that takes its time, fails now and then before or after it acted, and tells what it did."""

    def __init__(self, role: object, host: Host) -> None:
        self._role = role
        self._host = host

    def __getattr__(self, name: str) -> object:
        verb = getattr(self._role, name)
        watched = partial(self._call, name, verb) if asyncio.iscoroutinefunction(verb) else verb
        self.__dict__[name] = watched  # found there the next time
        return watched

    async def _call(self, name: str, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        host, faults = self._host, self._host.faults
        await host.pause(faults.slow)
        faults.fail()
        result = await verb(*args, **kwargs)
        tx: Transaction | None = kwargs.get("tx")
        if tx is None:
            host.witness(name, args)
        else:
            tx.after(partial(host.witness, name, args))
        await host.pause(faults.slow)
        faults.fail()
        return result


class WatchedAccount:
    """An account with a way out, whose roles are watched; it may say that it can do less than it could."""

    def __init__(self, account: Account, submit: Submit, traits: Traits, host: Host) -> None:
        self.identity = account.identity
        self.traits = traits
        self.directory = account.directory
        self.search = account.search
        self.free_busy = account.free_busy
        self.out_of_office = account.out_of_office
        self.submit = Watched(submit, host)
        self.folders = Watched(account.folders, host)
        self.feed = Watched(account.feed, host)
        self.items = Watched(account.items, host)
