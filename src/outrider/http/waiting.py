"""Waiting for a wake-up, at the price of a future, a timer and one pending read.

Nothing of the request is held meanwhile: no body, no message, no frame of a handler. A peer that hangs up
ends the wait.
"""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import Final

from outrider.http.asgi import Message, Receive
from outrider.sync.hub import Waiter, Wake

SPREAD: Final = 0.03
"""The part of a wait that may be taken off its end, so that phones which came together do not return
together."""


async def wait(waiter: Waiter, seconds: float, receive: Receive) -> Wake | None:
    """The cause of the wake-up, or None when the peer has gone. Leaves the hub in any case."""
    # The body is read, so the one thing left to receive is that the peer hung up.
    hangup = asyncio.ensure_future(receive())
    hangup.add_done_callback(partial(_expire, waiter))
    until = seconds * (1 - random.uniform(0, SPREAD))
    timer = asyncio.get_running_loop().call_later(until, waiter.wake, Wake.EXPIRED)
    try:
        cause = await waiter.future
        return None if hangup.done() else cause
    finally:
        timer.cancel()
        hangup.cancel()
        waiter.close()


def _expire(waiter: Waiter, _: asyncio.Future[Message]) -> None:
    waiter.wake(Wake.EXPIRED)
