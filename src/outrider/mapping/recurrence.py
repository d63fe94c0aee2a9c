"""Rules of recurrence on the wire, alike for events and tasks. MS-ASCAL and MS-ASTASK, Recurrence.

What each type takes; an element that the type does not take makes the item unreadable (status 6), whatever
else is said:

    Type                   DayOfWeek   DayOfMonth  WeekOfMonth  MonthOfYear  CalendarType  FirstDayOfWeek
    0 daily                may         no          no           -            no            -
    1 weekly               may         no          no           -            no            may
    2 monthly              no          may         no           -            may           -
    3 monthly by weekday   must        no          must         -            may           -
    5 yearly               no          may         no           may          may           -
    6 yearly by weekday    must        no          must         may          may           -

    -      is ignored
    may    left out, the day or month of the start is meant

Occurrences goes before Until.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias

from msgspec import UNSET, UnsetType

from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.protocol.errors import EasError
from outrider.protocol.status import SyncStatus

Number: TypeAlias = int | UnsetType | None


class Rule(Protocol):
    """What the recurrences of all classes have in common."""

    @property
    def type(self) -> Number: ...
    @property
    def until(self) -> datetime | UnsetType | None: ...
    @property
    def occurrences(self) -> Number: ...
    @property
    def interval(self) -> Number: ...
    @property
    def day_of_week(self) -> Number: ...
    @property
    def day_of_month(self) -> Number: ...
    @property
    def week_of_month(self) -> Number: ...
    @property
    def month_of_year(self) -> Number: ...
    @property
    def calendar_type(self) -> Number: ...
    @property
    def is_leap_month(self) -> bool | UnsetType: ...
    @property
    def first_day_of_week(self) -> Number: ...


_FREQUENCIES: Final[dict[object, Frequency]] = {int(one): one for one in Frequency}
_BY_WEEKDAY: Final = (Frequency.MONTHLY_BY_WEEKDAY, Frequency.YEARLY_BY_WEEKDAY)
_BY_DATE: Final = (Frequency.MONTHLY, Frequency.YEARLY)
_YEARLY: Final = (Frequency.YEARLY, Frequency.YEARLY_BY_WEEKDAY)
_OF_MONTHS: Final = (*_BY_DATE, *_BY_WEEKDAY)

# Element -> the types that take it, where another type makes the item unreadable.
_TAKEN: Final = {
    "day_of_week": (Frequency.DAILY, Frequency.WEEKLY, *_BY_WEEKDAY),
    "day_of_month": _BY_DATE,
    "week_of_month": _BY_WEEKDAY,
    "calendar_type": _OF_MONTHS,
}
# Element -> the numbers it may be.
_RANGES: Final = {
    "occurrences": range(1, 1000),
    "interval": range(1, 1000),
    "day_of_week": range(1, 128),
    "day_of_month": range(1, 32),
    "week_of_month": range(1, 6),
    "month_of_year": range(1, 13),
    "calendar_type": range(256),
    "first_day_of_week": range(7),
}
MONDAY: Final = 1
"""The first day of a week where nobody said another. RFC 5545, Recurrence Rule."""


def rule_from_wire(rule: Rule) -> Recurrence:
    """The rule that a device made. Raises EasError for one that contradicts the table above."""
    try:
        frequency = _FREQUENCIES[rule.type]
    except KeyError:
        raise _refusal("Type", rule.type) from None
    said = {name: _number(rule, name) for name in _RANGES}
    for name, types in _TAKEN.items():
        if said[name] is not None and frequency not in types:
            raise _refusal(name, said[name])
    if frequency in _BY_WEEKDAY and None in (said["day_of_week"], said["week_of_month"]):
        raise _refusal("Type", rule.type)
    count = said["occurrences"]
    return Recurrence(
        frequency=frequency,
        interval=said["interval"] or 1,
        until=rule.until if count is None and isinstance(rule.until, datetime) else None,
        count=count,
        weekdays=Weekdays(said["day_of_week"] or 0),
        day_of_month=said["day_of_month"],
        week_of_month=said["week_of_month"],
        month_of_year=said["month_of_year"] if frequency in _YEARLY else None,
        first_day=said["first_day_of_week"] if frequency is Frequency.WEEKLY else None,
        calendar=said["calendar_type"] or 0,
        leap_month=rule.is_leap_month is True and frequency in _OF_MONTHS,
    )


def _number(rule: Rule, name: str) -> int | None:
    value = getattr(rule, name)
    if value is UNSET or value is None:
        return None
    if value not in _RANGES[name]:
        raise _refusal(name, value)
    return int(value)


def _refusal(name: str, value: object) -> EasError:
    return EasError(SyncStatus.CONVERSION_ERROR, f"a recurrence with {name} {value}")


def rule_to_wire(rule: Recurrence, start: datetime) -> dict[str, Any]:
    """The fields of the element. What the rule leaves to the start, in the clock of its zone, is said: an
    answer must have it, and of weekly rules the first day of the week. MS-ASTASK, DayOfWeek, DayOfMonth,
    MonthOfYear, Recurrence."""
    frequency = rule.frequency
    values: dict[str, Any] = {"type": int(frequency), "interval": rule.interval}
    if rule.count is not None:
        values["occurrences"] = rule.count
    elif rule.until is not None:
        values["until"] = rule.until
    if frequency is Frequency.WEEKLY:
        values["first_day_of_week"] = MONDAY if rule.first_day is None else rule.first_day
    if frequency in _TAKEN["day_of_week"] and (days := rule.weekdays or _default_days(frequency, start)):
        values["day_of_week"] = int(days)
    if frequency in _OF_MONTHS:
        values.update(_month_to_wire(rule, start))
    return values


def _default_days(frequency: Frequency, start: datetime) -> int:
    return 0 if frequency is Frequency.DAILY else 1 << start.isoweekday() % 7


def _month_to_wire(rule: Recurrence, start: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"calendar_type": rule.calendar}
    if rule.frequency in _BY_DATE:
        values["day_of_month"] = rule.day_of_month or start.day
    else:
        values["week_of_month"] = rule.week_of_month or (start.day - 1) // 7 + 1
    if rule.frequency in _YEARLY:
        values["month_of_year"] = rule.month_of_year or start.month
    if rule.leap_month:
        values["is_leap_month"] = True
    return values
