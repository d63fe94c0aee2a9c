"""Work that several ask for at once, done once for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Flights:
    """Work under way, by key.

    Who asks while it is under way shares the next run, which begins when that one has ended: the one under
    way may have looked before that happened what they ask about. So at most one is under way and one waits,
    however many ask. The work goes on when those who asked do not wait any longer.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}
        self._waiting: dict[Hashable, asyncio.Task[Any]] = {}

    async def share(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of a run that begins after this was called. Raises what `work` raises."""
        task: asyncio.Task[T] | None = self._waiting.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._run(key, work))
            task.add_done_callback(_take_note)
            self._waiting[key] = task
        return await asyncio.shield(task)

    async def _run(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        if key in self._under_way:
            await asyncio.wait([self._under_way[key]])
        self._under_way[key] = self._waiting.pop(key)
        try:
            return await work()
        finally:
            del self._under_way[key]


def _take_note(task: asyncio.Task[Any]) -> None:
    """Those who asked for it may all be gone: then its failure concerns nobody."""
    if not task.cancelled():
        task.exception()
