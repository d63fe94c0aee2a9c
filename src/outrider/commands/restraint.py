"""Sends devices away for a while that run in circles, or ask more often than they may.

The answer is 503 with Retry-After (MS-ASHTTP, HTTP Error 503), and X-MS-ASThrottle says why. What the header
may say is left open by MS-ASHTTP; the words are those by which Exchange names its thresholds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from outrider.commands import conduct
from outrider.commands.budget import Budget
from outrider.commands.exchange import Record, Refused
from outrider.commands.loops import Deed, Loops, Who

LOOP: Final = "E-THROTTLE-LOOP"
BUDGET: Final = "E-THROTTLE-BUDGET"

_WORDS: Final = {LOOP: "RecentCommands", BUDGET: "CommandFrequency"}
_REASONS: Final = {
    LOOP: "the device repeats a request that leads nowhere",
    BUDGET: "the device asks for news more often than it may",
}


class Standing(Struct, frozen=True, kw_only=True):
    """How a device stands: questions it may ask at once (None: any number), and its loops that were broken
    and are not yet forgotten."""

    budget: int | None
    loops: list[str]


class Restraint:
    """The loops and budgets of all devices of one process."""

    def __init__(
        self,
        loops: Loops | None = None,
        budget: Budget | None = None,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loops = loops or Loops()
        self._budget = budget or Budget()
        self._tick = tick

    def admit(self, who: Who, command: str, request: object) -> None:
        """Let a request be served; raises Refused where the device has to wait."""
        self.hold(who, conduct.tries(command, request))
        if command in conduct.QUESTIONS:
            _send_away(self._budget.spend(who, self._tick()), BUDGET)

    def hold(self, who: Who, deeds: Iterable[Deed]) -> None:
        """Raise Refused where the device has done one of these too often."""
        _send_away(self._loops.wait(who, deeds, self._tick()), LOOP)

    def count(self, who: Who, deeds: conduct.Deeds, record: Record) -> None:
        """Remember what came of a request; a loop that this made is noted. Who got something new did not ask
        in vain, and has its question back."""
        now = self._tick()
        if conduct.moved(deeds):
            self._budget.give_back(who, now)
        broken = [deed.subject for deed in deeds if self._loops.count(who, deed, now)]
        if broken:
            record["loop"] = ", ".join(broken)

    def standing(self, who: Who) -> Standing:
        """How a device stands now."""
        now = self._tick()
        left = math.floor(self._budget.left(who, now)) if self._budget.rate else None
        return Standing(budget=left, loops=self._loops.broken(who, now))


def _send_away(seconds: float, code: str) -> None:
    if seconds > 0:
        raise Refused(503, code, _REASONS[code], retry_after=math.ceil(seconds), throttle=_WORDS[code])
