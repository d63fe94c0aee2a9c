"""Loops: what a device does again and again though nothing comes of it, and how long it must wait then.

The law: whatever a device did `limit` times within a minute is a loop. It is broken by sending the device
away for a delay, and each repetition after that doubles the delay. A minute of quiet after its delay, and the
loop is forgotten.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Final, TypeAlias

from msgspec import Struct

MINUTE: Final = 60.0

_KEPT: Final = 10_000

Who: TypeAlias = tuple[str, str]
"""A user's address and the id of a device."""


class Deed(Struct, frozen=True):
    """Something a device does that may be a loop. Only deeds with the same `mark` are repetitions; where the
    mark cannot be known yet it is empty, and stands for any."""

    subject: str
    mark: str = ""


class _Trace:
    """What one device did about one subject of late."""

    __slots__ = ("delay", "mark", "times", "until")

    def __init__(self, mark: str, limit: int) -> None:
        self.mark = mark
        self.times: deque[float] = deque(maxlen=limit)
        self.delay = 0.0
        self.until = 0.0


class Loops:
    """Counts deeds and breaks loops. A `limit` of 0 lets everything pass; `first` and `most` are the shortest
    and the longest delay, in seconds. Times are seconds of one clock that never goes back."""

    def __init__(self, *, limit: int = 0, first: float = 10.0, most: float = 300.0) -> None:
        self._limit = limit
        self._first = min(first, most)
        self._most = most
        self._traces: OrderedDict[tuple[Who, str], _Trace] = OrderedDict()

    def wait(self, who: Who, deeds: Iterable[Deed], now: float) -> float:
        """Seconds until the device may try all of this again; 0 when it may."""
        return max((self._wait(who, deed, now) for deed in deeds), default=0.0)

    def count(self, who: Who, deed: Deed, now: float) -> bool:
        """Count a deed, and say whether it made a loop that had to be broken."""
        if not self._limit:
            return False
        trace = self._traces.pop((who, deed.subject), None)
        if trace is None or trace.mark != deed.mark or _forgotten(trace, now):
            trace = _Trace(deed.mark, self._limit)
        self._traces[who, deed.subject] = trace
        while len(self._traces) > _KEPT:
            self._traces.popitem(last=False)
        trace.times.append(now)
        return self._judge(trace, now)

    def broken(self, who: Who, now: float) -> list[str]:
        """The subjects of the device's loops that are not yet forgotten."""
        return [
            subject
            for (whose, subject), trace in self._traces.items()
            if whose == who and trace.delay and not _forgotten(trace, now)
        ]

    def _wait(self, who: Who, deed: Deed, now: float) -> float:
        trace = self._traces.get((who, deed.subject))
        if trace is None or deed.mark not in ("", trace.mark):
            return 0.0
        return max(0.0, trace.until - now)

    def _judge(self, trace: _Trace, now: float) -> bool:
        often = len(trace.times) == self._limit and now - trace.times[0] < MINUTE
        if not trace.delay and not often:
            return False
        trace.delay = min(trace.delay * 2 or self._first, self._most)
        trace.until = now + trace.delay
        return True


def _forgotten(trace: _Trace, now: float) -> bool:
    return trace.delay > 0 and now - trace.until >= MINUTE
