"""Looking now and then at what a source does not tell of."""

from __future__ import annotations

import asyncio

from outrider.domain.errors import BackendError
from outrider.sync.polling import Polling


class Clock:
    """A sleep that ends when it is told to."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._end = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self._end.wait()
        self._end.clear()

    async def tick(self) -> None:
        """Let one sleep end, and what follows it happen."""
        self._end.set()
        for _ in range(5):
            await asyncio.sleep(0)


async def test_it_looks_after_each_pause_until_it_is_stopped() -> None:
    clock = Clock()
    looks: list[int] = []

    async def look() -> None:
        looks.append(len(looks))

    polling = Polling(look, 60, clock.sleep)
    await asyncio.sleep(0)
    assert looks == []
    await clock.tick()
    await clock.tick()
    assert looks == [0, 1]
    polling.stop()
    await clock.tick()
    assert looks == [0, 1]
    assert clock.asked == [60, 60, 60]


async def test_a_look_that_fails_is_made_again_at_the_next_turn() -> None:
    clock = Clock()
    looks: list[int] = []

    async def look() -> None:
        looks.append(len(looks))
        raise BackendError("away", temporary=True)

    polling = Polling(look, 60, clock.sleep)
    await asyncio.sleep(0)
    await clock.tick()
    await clock.tick()
    polling.stop()
    assert looks == [0, 1]
