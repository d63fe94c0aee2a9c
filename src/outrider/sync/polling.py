"""Looking now and then at what a source does not tell of, while somebody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from outrider.domain.errors import BackendError

Sleep = Callable[[float], Awaitable[None]]


class Polling:
    """One task that looks every so many seconds, until it is stopped. A look that fails is made again at the
    next turn."""

    def __init__(self, look: Callable[[], Awaitable[None]], seconds: float, sleep: Sleep) -> None:
        self._look = look
        self._seconds = seconds
        self._sleep = sleep
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """Look no more."""
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            await self._sleep(self._seconds)
            with suppress(BackendError):
                await self._look()
