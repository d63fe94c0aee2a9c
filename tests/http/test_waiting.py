"""Waiting at the price of a future."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from outrider.http.asgi import Message
from outrider.http.waiting import wait
from outrider.sync.hub import Hub, Wake, account_topic

TOPIC = account_topic("alice@example.org")


async def silent() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def gone() -> Message:
    return {"type": "http.disconnect"}


@pytest.mark.parametrize("cause", [Wake.CHANGED, Wake.SUPERSEDED, Wake.STOPPING])
async def test_the_cause_is_told(cause: Wake) -> None:
    hub = Hub()
    waiting = asyncio.ensure_future(wait(hub.listen([TOPIC]), 60, silent))
    await asyncio.sleep(0)
    hub.publish(TOPIC, cause)
    assert await waiting is cause
    assert len(hub) == 0


async def test_what_happened_before_the_wait_is_not_missed() -> None:
    hub = Hub()
    waiter = hub.listen([TOPIC])
    hub.publish(TOPIC)
    assert await wait(waiter, 60, silent) is Wake.CHANGED


async def test_time_runs_out() -> None:
    assert await wait(Hub().listen([TOPIC]), 0.01, silent) is Wake.EXPIRED


async def test_a_peer_that_has_gone_is_noticed() -> None:
    hub = Hub()
    assert await wait(hub.listen([TOPIC]), 60, gone) is None
    assert len(hub) == 0


async def test_a_wait_that_is_given_up_leaves_nothing() -> None:
    hub = Hub()
    waiting = asyncio.ensure_future(wait(hub.listen([TOPIC]), 60, silent))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert len(hub) == 0


async def test_ends_are_never_late_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    loop = asyncio.get_running_loop()
    later = loop.call_later

    def noted(when: float, callback: Any, *args: Any) -> asyncio.TimerHandle:
        asked.append(when)
        return later(0, callback, *args)

    monkeypatch.setattr(loop, "call_later", noted)
    for _ in range(50):
        await wait(Hub().listen([TOPIC]), 1000, silent)
    assert all(970 <= when <= 1000 for when in asked)
    assert len(set(asked)) > 40
