"""Who waits for what.

A waiter is a future filed under some topics; publishing a topic resolves the futures filed under it. A
wake-up is a hint: whoever wakes looks again. Listen first, then compare, then wait: nothing falls in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from enum import Enum
from typing import TypeAlias, TypeVar

K = TypeVar("K")

Topic: TypeAlias = tuple[str, ...]
"""A word, the account's address, and what else it takes."""


class Wake(Enum):
    """Why a waiter was woken."""

    CHANGED = "changed"
    SUPERSEDED = "superseded"  # a newer request of the same device waits now
    STOPPING = "stopping"  # the server goes down and answers everyone first
    EXPIRED = "expired"  # its time is over


def folder_topic(address: str, number: int) -> Topic:
    """Something in this folder moved."""
    return ("folder", address, str(number))


def account_topic(address: str) -> Topic:
    """The folder tree, the password, the rights or the policy of this account changed."""
    return ("account", address)


def device_topic(address: str, device_id: str) -> Topic:
    """This device is to be wiped, blocked or superseded."""
    return ("device", address, device_id)


class Waiter:
    """One place in the hub; holds nothing but a future and the topics it is filed under."""

    __slots__ = ("_hub", "future", "topics")

    def __init__(self, hub: Hub, topics: tuple[Topic, ...]) -> None:
        self._hub = hub
        self.topics = topics
        self.future: asyncio.Future[Wake] = asyncio.get_running_loop().create_future()

    def wake(self, cause: Wake) -> None:
        """Resolve the future, unless something was quicker."""
        if not self.future.done():
            self.future.set_result(cause)

    def close(self) -> None:
        """Leave the hub; may be called more than once."""
        self._hub.forget(self)


class Hub:
    """All who wait in this process.

    `watch` is called with an account's address when the first waiter for it comes, and answers how to end
    watching, which is called when the last has left: one watcher serves all devices of an account.
    """

    def __init__(self, watch: Callable[[Hub, str], Callable[[], None]] | None = None) -> None:
        self._watch = watch
        self._watched: dict[str, Callable[[], None]] = {}
        self._waiters: dict[Topic, set[Waiter]] = {}
        self._accounts: dict[str, set[Waiter]] = {}
        self._stopping = False

    def __len__(self) -> int:
        return sum(len(waiters) for waiters in self._accounts.values())

    def listen(self, topics: Iterable[Topic]) -> Waiter:
        """File a waiter under these topics of one account. While the server stops it is woken at once."""
        waiter = Waiter(self, tuple(topics))
        for topic in waiter.topics:
            self._waiters.setdefault(topic, set()).add(waiter)
        for address in {topic[1] for topic in waiter.topics}:
            self._accounts.setdefault(address, set()).add(waiter)
            if self._watch is not None and address not in self._watched:
                self._watched[address] = self._watch(self, address)
        if self._stopping:
            waiter.wake(Wake.STOPPING)
        return waiter

    def publish(self, topic: Topic, cause: Wake = Wake.CHANGED) -> None:
        """Wake whoever is filed under the topic."""
        for waiter in tuple(self._waiters.get(topic, ())):
            waiter.wake(cause)

    def stop(self) -> None:
        """Wake everyone, now and from now on, so that each gets a valid answer before the server ends."""
        self._stopping = True
        for waiters in tuple(self._accounts.values()):
            for waiter in tuple(waiters):
                waiter.wake(Wake.STOPPING)

    def forget(self, waiter: Waiter) -> None:
        """Take a waiter out of every topic."""
        for topic in waiter.topics:
            _take_out(self._waiters, topic, waiter)
            address = topic[1]
            if _take_out(self._accounts, address, waiter) and address in self._watched:
                self._watched.pop(address)()


def _take_out(waiters: dict[K, set[Waiter]], key: K, waiter: Waiter) -> bool:
    """Remove the waiter; say whether it was the last under this key."""
    filed = waiters.get(key)
    if filed is None:
        return False
    filed.discard(waiter)
    if filed:
        return False
    del waiters[key]
    return True
