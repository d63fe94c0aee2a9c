"""Work that several ask for at once, done once for all of them."""

from __future__ import annotations

import asyncio

import pytest

from outrider.sync.flights import Flights


class Work:
    """Work that ends when it is told to, and counts how often it began."""

    def __init__(self) -> None:
        self.begun = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        number = self.begun
        await self.gate.wait()
        return number


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_who_asks_before_it_begins_shares_it() -> None:
    flights, work = Flights(), Work()
    work.gate.set()
    assert await asyncio.gather(*(flights.share("a", work) for _ in range(50))) == [1] * 50


async def test_who_asks_while_it_is_under_way_shares_the_next() -> None:
    flights, work = Flights(), Work()
    first = asyncio.create_task(flights.share("a", work))
    await turns()
    later = [asyncio.create_task(flights.share("a", work)) for _ in range(50)]
    await turns()
    assert work.begun == 1
    work.gate.set()
    assert await first == 1
    assert await asyncio.gather(*later) == [2] * 50


async def test_other_keys_do_not_wait() -> None:
    flights, slow, quick = Flights(), Work(), Work()
    waiting = asyncio.create_task(flights.share("a", slow))
    quick.gate.set()
    assert await flights.share("b", quick) == 1
    slow.gate.set()
    assert await waiting == 1


async def test_a_failure_reaches_all_who_share_it_and_nobody_else() -> None:
    flights = Flights()

    async def fail() -> int:
        raise ValueError("no")

    outcomes = await asyncio.gather(*(flights.share("a", fail) for _ in range(2)), return_exceptions=True)
    assert [str(one) for one in outcomes] == ["no", "no"]
    work = Work()
    work.gate.set()
    assert await flights.share("a", work) == 1


async def test_it_goes_on_when_nobody_waits_any_longer() -> None:
    flights, work = Flights(), Work()
    first = asyncio.create_task(flights.share("a", work))
    await turns()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    next_one = asyncio.create_task(flights.share("a", work))
    await turns()
    assert work.begun == 1
    work.gate.set()
    assert await next_one == 2


async def test_a_failure_that_nobody_waits_for_is_nobodys_concern() -> None:
    flights, gate = Flights(), asyncio.Event()
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    async def fail() -> None:
        await gate.wait()
        raise ValueError("no")

    asker = asyncio.create_task(flights.share("a", fail))
    await turns()
    asker.cancel()
    gate.set()
    await turns()
    assert told == []
