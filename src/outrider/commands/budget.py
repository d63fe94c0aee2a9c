"""How often something may be asked: so often in a span of time, and a span's worth at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from outrider.commands.loops import MINUTE, Who

_KEPT: Final = 10_000


class Budget:
    """A bucket of questions for each user and device; `rate` in `span` seconds flow back, 0 is without bound.
    Times are seconds of one clock that never goes back."""

    def __init__(self, rate: int = 0, span: float = MINUTE) -> None:
        self.rate = rate
        self._span = span
        self._buckets: OrderedDict[Who, tuple[float, float]] = OrderedDict()

    def left(self, who: Who, now: float) -> float:
        """How many questions the device may ask at once."""
        left, last = self._buckets.get(who, (float(self.rate), now))
        return min(self.rate, left + (now - last) * self.rate / self._span)

    def spend(self, who: Who, now: float) -> float:
        """Take one question; the answer is 0, or the seconds until there is one and nothing is taken."""
        if not self.rate:
            return 0.0
        left = self.left(who, now)
        if left < 1:
            return (1 - left) * self._span / self.rate
        self._keep(who, left - 1, now)
        return 0.0

    def give_back(self, who: Who, now: float) -> None:
        """Return a question that turned out to be none."""
        if self.rate:
            self._keep(who, min(self.rate, self.left(who, now) + 1), now)

    def _keep(self, who: Who, left: float, now: float) -> None:
        """A full bucket is like none, and the one that was not asked for longest is the fullest."""
        self._buckets[who] = (left, now)
        self._buckets.move_to_end(who)
        while len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
