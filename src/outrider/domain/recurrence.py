"""How events and tasks repeat: the rules a phone can state."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, IntFlag

from msgspec import Struct


class Frequency(IntEnum):
    """By what a rule counts (values as in MS-ASCAL, Type)."""

    DAILY = 0
    WEEKLY = 1
    MONTHLY = 2
    MONTHLY_BY_WEEKDAY = 3
    YEARLY = 5
    YEARLY_BY_WEEKDAY = 6


class Weekdays(IntFlag):
    """Days of the week (values as in MS-ASCAL, DayOfWeek)."""

    SUNDAY = 1
    MONDAY = 2
    TUESDAY = 4
    WEDNESDAY = 8
    THURSDAY = 16
    FRIDAY = 32
    SATURDAY = 64


NO_DAYS = Weekdays(0)
LAST_WEEK = 5  # of `week_of_month`


class Recurrence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule, in the clock of the zone of the event that it belongs to.

    Without `until` and `count` it never ends. `until` is the start of the last occurrence in UTC, for whole
    days midnight UTC of the last day. `week_of_month` is 1 to 4, 5 for the last; with more than one day in
    `weekdays` it counts such days (the last working day of a month). `first_day` is 0 (Sunday) to 6, None
    where nothing was said. `calendar` is a number of MS-ASCAL, CalendarType. `exact` is False where the
    document's rule says more than a phone can be told: then this is the nearest that it can be told, and the
    document keeps its own.
    """

    frequency: Frequency
    interval: int = 1
    until: datetime | None = None
    count: int | None = None
    weekdays: Weekdays = NO_DAYS
    day_of_month: int | None = None
    week_of_month: int | None = None
    month_of_year: int | None = None
    first_day: int | None = None
    calendar: int = 0
    leap_month: bool = False
    exact: bool = True
