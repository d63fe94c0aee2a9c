"""How near the people are whom a user writes to.

Each mail counts, and half as much for every month that goes by. A rank is the logarithm of that sum, counted
back to one day in the past: so it changes only when the user writes, and stays in order with all others
meanwhile. Whoever gets some thirty mails in a month is as near as anybody: further ones change no rank until
those have faded, so that a lively exchange does not cost a change each time.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Final

MOST: Final = 200
"""Recipients kept of a user, those with the highest ranks."""

MOST_NAMED: Final = 50
"""Recipients of a mail; who writes to more does not know them."""

HALF_LIFE: Final = timedelta(days=30)
_BEGINNING: Final = datetime(2020, 1, 1, tzinfo=UTC)
_STEPS: Final = 1000  # that a rank has for each half-life
_LEAST: Final = 50  # steps that are worth a change


def raised(rank: int, now: datetime) -> int:
    """The rank of somebody who is written to once more; 0 for whom it is the first time."""
    mail = (now - _BEGINNING) / HALF_LIFE
    if not rank:
        return max(1, round(mail * _STEPS))
    old = rank / _STEPS
    new = round((max(old, mail) + math.log2(1 + 2 ** -abs(old - mail))) * _STEPS)
    return new if new - rank >= _LEAST else rank
