"""Turns: one at a time, in order, and never lost by a cancellation."""

from __future__ import annotations

import asyncio

import pytest

from outrider.database.turns import Turns


def _unexpected() -> None:
    raise AssertionError("no turn was lost")


async def test_a_turn_goes_to_those_who_wait_in_order() -> None:
    turns, order = Turns(), []

    async def wait(name: str) -> None:
        await turns.take(_unexpected)
        order.append(name)
        turns.end()

    await turns.take(_unexpected)
    tasks = [asyncio.create_task(wait(name)) for name in "abc"]
    await asyncio.sleep(0)
    assert turns.end() is True
    await asyncio.gather(*tasks)
    assert order == ["a", "b", "c"]


async def test_ending_says_when_nobody_waits() -> None:
    turns = Turns()
    await turns.take(_unexpected)
    assert turns.end() is False


async def test_one_cancelled_while_waiting_is_passed_over() -> None:
    turns = Turns()
    await turns.take(_unexpected)
    waiting = asyncio.create_task(turns.take(_unexpected))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert turns.end() is False


async def test_one_cancelled_just_after_it_was_given_the_turn_has_to_end_it() -> None:
    turns, dropped = Turns(), asyncio.Event()
    await turns.take(_unexpected)
    waiting = asyncio.create_task(turns.take(dropped.set))
    await asyncio.sleep(0)
    assert turns.end() is True
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert dropped.is_set()


async def test_a_task_that_has_the_turn_may_not_wait_for_another() -> None:
    turns = Turns()
    await turns.take(_unexpected)
    with pytest.raises(RuntimeError, match="inside"):
        await turns.take(_unexpected)
