"""How far back a device looks. MS-ASCMD, FilterType."""

from __future__ import annotations

from datetime import date, timedelta

ALL = 0
INCOMPLETE = 8

_DAYS = {1: 1, 2: 3, 3: 7, 4: 14, 5: 30, 6: 90, 7: 180}


def cutoff(filter_type: int, today: date) -> date | None:
    """The oldest day that a filter lets in; None for all. Whole days, so that a filter moves once a day.

    The filter of incomplete tasks (8) lets in what ends today or later: an open task ends never.
    """
    if filter_type == INCOMPLETE:
        return today + timedelta(days=1)
    days = _DAYS.get(filter_type)
    return None if days is None else today - timedelta(days=days)
