"""Phones that wait are woken when a change of policy comes to them: all at once, or each in its slot.

A phone that does not wait learns of it by its next request, so nothing here need be durable.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from outrider.policy.book import Wave
from outrider.sync.hub import Hub, device_topic


class Waves:
    """Wakes devices, named by user and id; slots of one second share a timer."""

    def __init__(self, hub: Hub, now: Callable[[], datetime]) -> None:
        self._hub = hub
        self._now = now
        self._timers: set[asyncio.TimerHandle] = set()

    def announce(self, devices: Iterable[tuple[str, str]], wave: Wave) -> None:
        """Wake each of these devices at its slot, those whose slot is past at once."""
        slots: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        elapsed = (self._now() - wave.since).total_seconds()
        for address, device_id in devices:
            slots[wave.slot(device_id)].append((address, device_id))
        for slot, due in slots.items():
            if slot <= elapsed:
                self._wake(due)
            else:
                self._later(slot - elapsed, due)

    def stop(self) -> None:
        """Wake nobody any more."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _later(self, seconds: float, due: list[tuple[str, str]]) -> None:
        def wake() -> None:
            self._timers.discard(timer)
            self._wake(due)

        timer = asyncio.get_running_loop().call_later(seconds, wake)
        self._timers.add(timer)

    def _wake(self, due: Iterable[tuple[str, str]]) -> None:
        for address, device_id in due:
            self._hub.publish(device_topic(address, device_id))
