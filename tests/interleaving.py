"""Two tasks that take turns where a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


class Paused(Awaitable[T]):
    """A coroutine that does something else after it waited so many times; `waits` is how often it did."""

    def __init__(
        self, work: Coroutine[Any, Any, T], after: int, pause: Callable[[], Awaitable[None]]
    ) -> None:
        self._work = work
        self._after = after
        self._pause = pause
        self.waits = 0

    def __await__(self) -> Generator[Any, None, T]:
        while True:
            try:
                future = self._work.send(None)
            except StopIteration as end:
                result: T = end.value
                return result
            yield future
            self.waits += 1
            if self.waits == self._after:
                yield from self._pause().__await__()


async def interleave(
    one: Coroutine[Any, Any, T], other: Coroutine[Any, Any, T], turns: tuple[int, int]
) -> tuple[T, T, bool]:
    """Run `one` up to a wait, `other` up to one, then `one` to its end and `other` to its end; with whether
    both came as far as that."""
    begins, goes_on, stopped = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def let_the_other_run() -> None:
        begins.set()
        await stopped.wait()

    async def let_the_one_run() -> None:
        stopped.set()
        await goes_on.wait()

    async def run_the_other() -> T:
        await begins.wait()
        try:
            return await second
        finally:
            stopped.set()

    first, second = Paused(one, turns[0], let_the_other_run), Paused(other, turns[1], let_the_one_run)
    task = asyncio.create_task(run_the_other())
    result = await first
    begins.set()
    goes_on.set()
    return result, await task, first.waits >= turns[0] and second.waits >= turns[1]
