"""When the occurrences of an event are: what free/busy, the time window of a sync and meetings ask.

A rule goes by the clock of its zone, so that a meeting at nine stays at nine when the clock changes. However
odd a rule, the work is bounded.
"""

from __future__ import annotations

import heapq
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby, islice
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from dateutil import rrule

from outrider.domain.items import Event
from outrider.domain.recurrence import LAST_WEEK, Frequency, Recurrence, Weekdays

MOST: Final = 20_000  # occurrences of one series that are looked at
MOST_COUNTED: Final = 999  # of those that a rule gives a number for. MS-ASCAL, Occurrences
_CALENDAR_YEARS: Final = 400  # after which the calendar is the same again

_FREQUENCIES: Final[dict[Frequency, Literal[0, 1, 2, 3]]] = {
    Frequency.DAILY: rrule.DAILY,
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.MONTHLY: rrule.MONTHLY,
    Frequency.MONTHLY_BY_WEEKDAY: rrule.MONTHLY,
    Frequency.YEARLY: rrule.YEARLY,
    Frequency.YEARLY_BY_WEEKDAY: rrule.YEARLY,
}
_BY_WEEKDAY: Final = (Frequency.MONTHLY_BY_WEEKDAY, Frequency.YEARLY_BY_WEEKDAY)
_DAYS: Final = (rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA)


class Occurrence(NamedTuple):
    """One time at which an event is, and what it then is: the event, or an exception."""

    start: datetime
    end: datetime
    event: Event


def occurrences(event: Event, begin: datetime, end: datetime) -> Iterator[Occurrence]:
    """What of an event overlaps the time from `begin` until `end`, in no certain order; a moment counts."""
    changed = {exception.original for exception in event.exceptions}
    skipped = changed | set(event.removed)
    length = event.end - event.start
    for start in original_starts(event, begin - length):
        if start >= end:
            break
        if start not in skipped and _overlaps(start, start + length, begin, end):
            yield Occurrence(start, start + length, event)
    for exception in event.exceptions:
        if _overlaps(exception.start, exception.end, begin, end):
            yield Occurrence(exception.start, exception.end, exception)


def _overlaps(start: datetime, stop: datetime, begin: datetime, end: datetime) -> bool:
    return start < end and (stop > begin or start == stop == begin)


def original_starts(event: Event, after: datetime | None = None) -> Iterator[datetime]:
    """The starts that rule and list give the occurrences of an event, in order, whatever became of them
    later; those before `after` may be left out."""
    if event.recurrence is None:
        by_rule: Iterator[datetime] = iter((event.start,))
    else:
        by_rule = rule_starts(event.recurrence, event.start, event.zone, after)
    merged = heapq.merge(by_rule, sorted(event.extra))
    return (start for start, _ in groupby(merged))


def rule_starts(
    recurrence: Recurrence, start: datetime, zone: str, after: datetime | None = None
) -> Iterator[datetime]:
    """The starts that a rule gives from the first one, `start`, on, in UTC and in order, `MOST` of them at
    most; those before `after` may be left out."""
    clock: tzinfo = ZoneInfo(zone) if zone else UTC
    first, until = _local(start, clock), recurrence.until and _local(recurrence.until, clock)
    if after is not None and recurrence.count is None:
        first = _forward(recurrence, first, _local(after, clock))
    if not _comes_to_its_day(recurrence, first):
        return
    for local in islice(_expand(recurrence, first, until), MOST):
        yield local.replace(tzinfo=clock).astimezone(UTC)


def _local(instant: datetime, clock: tzinfo) -> datetime:
    return instant.astimezone(clock).replace(tzinfo=None, fold=0)


_PERIODS: Final = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(weeks=1)}


def _forward(recurrence: Recurrence, first: datetime, after: datetime) -> datetime:
    """A later start from which a rule goes on in the same step, a period before `after`."""
    period = _PERIODS.get(recurrence.frequency)
    if period is None:
        return first
    step = recurrence.interval * period
    return first + step * max(0, (after - first) // step - 1)


def _comes_to_its_day(recurrence: Recurrence, first: datetime) -> bool:
    """Whether any month that a rule comes to has its day; one for 30 February would be looked for until the
    year 9999."""
    day = recurrence.day_of_month
    if day is None or recurrence.frequency not in (Frequency.MONTHLY, Frequency.YEARLY):
        return True
    yearly = recurrence.frequency is Frequency.YEARLY
    month = first.year * 12 + ((yearly and recurrence.month_of_year) or first.month) - 1
    step = recurrence.interval * (12 if yearly else 1)
    months = (divmod(month + step * number, 12) for number in range(_CALENDAR_YEARS))
    lengths = (monthrange(_CALENDAR_YEARS + year % _CALENDAR_YEARS, each + 1)[1] for year, each in months)
    return any(day <= length for length in lengths)


def _expand(recurrence: Recurrence, first: datetime, until: datetime | None) -> Iterator[datetime]:
    by_weekday = recurrence.frequency in _BY_WEEKDAY
    yearly = recurrence.frequency >= Frequency.YEARLY
    week = recurrence.week_of_month or 1
    return iter(
        rrule.rrule(
            _FREQUENCIES[recurrence.frequency],
            dtstart=first,
            interval=recurrence.interval,
            wkst=_DAYS[1 if recurrence.first_day is None else recurrence.first_day],
            count=None if until else recurrence.count,
            until=until,
            bymonth=recurrence.month_of_year if yearly else None,
            bymonthday=None if by_weekday else recurrence.day_of_month,
            byweekday=_weekdays(recurrence.weekdays) or None,
            bysetpos=(-1 if week == LAST_WEEK else week) if by_weekday else None,
        )
    )


def _weekdays(weekdays: Weekdays) -> list[rrule.weekday]:
    return [day for number, day in enumerate(_DAYS) if weekdays >> number & 1]


def last_end(event: Event) -> datetime | None:
    """When the last occurrence ends, in UTC; None for never, or for so late that nobody counts."""
    length = event.end - event.start
    if event.recurrence is None:
        last = max((event.start, *event.extra))
    else:
        found = _last_start(event, event.recurrence)
        if found is None:
            return None
        last = max((found, event.start, *event.extra))
    return max((last + length, *(exception.end for exception in event.exceptions)))


def _last_start(event: Event, rule: Recurrence) -> datetime | None:
    """The last start by the rule, or a later time; of a rule that says less than the document's only its
    end is sure."""
    if rule.until is not None:
        return rule.until
    if rule.count is None or not rule.exact or rule.count > MOST_COUNTED:
        return None
    return max(rule_starts(rule, event.start, event.zone), default=event.start)


def last_day(event: Event) -> date | None:
    """The day in UTC on which the last occurrence ends; None for never."""
    end = last_end(event)
    if end is None:
        return None
    # Midnight belongs to the day before, unless the event is but that moment.
    return (end - timedelta(microseconds=1) if event.end > event.start else end).date()
