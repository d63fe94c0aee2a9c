"""Listening while a command looks, so that nothing is missed between the look and the wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TypeAlias

from outrider.commands.session import Answer, Park, Session
from outrider.sync.hub import Wake, account_topic, device_topic, folder_topic

Parked: TypeAlias = Callable[[datetime, Callable[[Wake], Awaitable[Answer]]], Park]
"""Makes a wait, until then, that goes on with what it is given."""


@contextmanager
def listening(session: Session, folders: Iterable[int]) -> Iterator[Parked]:
    """Listen for what happens to the device, its account and these folders while the block looks. What is
    heard is kept only for the wait that the block ends with, if it does."""
    address = session.account.identity.address
    waiter = session.hub.listen(
        (
            account_topic(address),
            device_topic(address, session.device.id),
            *(folder_topic(address, number) for number in folders),
        )
    )
    with ExitStack() as stack:
        stack.callback(waiter.close)

        def park(until: datetime, resume: Callable[[Wake], Awaitable[Answer]]) -> Park:
            stack.pop_all()
            return Park(waiter, max(0.0, (until - session.now()).total_seconds()), resume)

        yield park
