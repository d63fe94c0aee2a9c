"""Who fails to take its policy again and again, in this process; the law is `policy.parking`."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Final

from outrider.commands.loops import Who
from outrider.policy.parking import Tries, Turn

KEPT: Final = 10_000
"""Devices whose tries are remembered."""


class Parking:
    """Counts the tries of devices."""

    def __init__(self) -> None:
        self._tries: OrderedDict[Who, Tries] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tries)

    def count(self, who: Who, turn: Turn, now: datetime) -> bool:
        """Count a turn; say whether the device is to be parked."""
        if turn is Turn.SENT_BACK and who not in self._tries:
            return False
        tries = self._tries.setdefault(who, Tries())
        self._tries.move_to_end(who)
        while len(self._tries) > KEPT:
            self._tries.popitem(last=False)
        return tries.count(turn, now.timestamp())

    def clear(self, who: Who) -> None:
        """Forget the tries of a device: it came in, or somebody released it."""
        self._tries.pop(who, None)
