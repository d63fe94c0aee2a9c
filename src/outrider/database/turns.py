"""Who may write next: first come, first served, by event-loop time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any


class Turns:
    """Gives the turn to one task at a time."""

    def __init__(self) -> None:
        self._owner: asyncio.Task[Any] | None = None
        self._waiting: deque[tuple[asyncio.Future[None], asyncio.Task[Any] | None]] = deque()
        self._taken = False

    async def take(self, drop: Callable[[], None]) -> None:
        """Wait for the turn. Where the waiter is cancelled after the turn was given to it, `drop` is called
        and has to end the turn."""
        task = asyncio.current_task()
        if not self._taken:
            self._taken, self._owner = True, task
            return
        if self._owner is task:
            raise RuntimeError("a transaction inside a transaction would wait for itself")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((future, task))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                drop()
            raise

    def end(self) -> bool:
        """End the turn; True: somebody has it now, False: nobody waited."""
        while self._waiting:
            future, task = self._waiting.popleft()
            if not future.done():
                self._owner = task
                future.set_result(None)
                return True
        self._taken, self._owner = False, None
        return False
