"""The dates of a task: what the clock of its user shows, and the instant, in one property.

A phone sends both, and most tasks are for a day. How they are written, whichever fits first:

    known                           written
    in the clock of the property    as before: DUE;TZID=Europe/Berlin:20260301T120000
    midnight of a clock             a day: DUE;VALUE=DATE;X-OUTRIDER-OFFSET=60:20260301
    both                            the instant: DUE;X-OUTRIDER-OFFSET=60:20260301T110000Z
    the instant                     DUE:20260301T110000Z
    what a clock shows              DUE:20260301T120000

The offset of the clock from UTC, in minutes, is left out where the instant is not known.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple

from outrider.formats.contentlines import Line, Params
from outrider.formats.icalendar.clocks import FLOATING, UNIVERSAL, Clock
from outrider.formats.icalendar.document import Calendar, When
from outrider.formats.icalendar.times import Duration, Moment, read_duration, write_value

_OFFSET: Final = "X-OUTRIDER-OFFSET"
_MINUTES: Final = re.compile(r"-?\d{1,4}", re.ASCII)
_DAY: Final = timedelta(days=1)


class Due(NamedTuple):
    """What the clock shows, as if it were UTC, and the instant; either may be unknown."""

    local: datetime | None
    instant: datetime | None


NO_DATE: Final = Due(None, None)


def read_due(calendar: Calendar, name: str) -> Due:
    """A date of the task; where it is due may be told by how long it takes. RFC 5545, Duration."""
    line = calendar.main.first(name)
    moment = calendar.moment(line)
    if moment is not None and line is not None:
        return _due_of(moment, _offset(line))
    start = read_due(calendar, "DTSTART") if name == "DUE" else NO_DATE
    lasting = calendar.main.first("DURATION")
    duration = read_duration(lasting.value) if lasting else None
    return Due(*(later(value, duration) for value in start)) if duration else NO_DATE


def later(moment: datetime | None, duration: Duration) -> datetime | None:
    """The moment after so long a time; None where there is none."""
    try:
        return moment and moment + timedelta(days=duration.days, seconds=duration.seconds)
    except OverflowError:
        return None


def _due_of(moment: Moment, offset: timedelta | None) -> Due:
    local = _as_utc(
        moment.value if isinstance(moment.value, datetime) else datetime.combine(moment.value, time())
    )
    if moment.all_day or moment.clock == FLOATING:
        return Due(local, None if offset is None else local - offset)
    if moment.clock == UNIVERSAL:
        return Due(None if offset is None else local + offset, local)
    return Due(local, moment.instant)


def _as_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)


def _offset(line: Line) -> timedelta | None:
    text = next(iter(line.values(_OFFSET)), "")
    return timedelta(minutes=int(text)) if _MINUTES.fullmatch(text) else None


def write_due(calendar: Calendar, name: str, due: Due) -> None:
    """Write a date, or take it out."""
    item = calendar.main
    gone = item.named("DURATION") if name == "DUE" else []
    gone += item.named(name) if due == NO_DATE else []
    for each in gone:
        item.remove(each)
    if due == NO_DATE:
        return
    line = item.first(name)
    clock = _clock(calendar, line)
    if clock is not None and _shows(clock, due):
        instant = due.instant or clock.instant(_naive(due.local))
        calendar.put(item, name, When(instant, clock))
        return
    value, params = _written(due)
    kept = tuple(param for param in line.params if param[0].upper() not in _SAID) if line else ()
    if line is None:
        item.add(name, value, params)
    elif (line.value, line.params) != (value, (*kept, *params)):
        item.rewrite(line, value, (*kept, *params))


_SAID: Final = ("VALUE", "TZID", _OFFSET)


def _naive(local: datetime | None) -> datetime:
    assert local is not None
    return local.replace(tzinfo=None)


def _clock(calendar: Calendar, line: Line | None) -> Clock | None:
    """The zone that the property names, if it names one."""
    moment = calendar.moment(line)
    named = moment is not None and not moment.all_day and moment.clock not in (FLOATING, UNIVERSAL)
    return moment.clock if moment is not None and named else None


def _shows(clock: Clock, due: Due) -> bool:
    return None in due or clock.instant(_naive(due.local)) == due.instant


def _written(due: Due) -> tuple[str, Params]:
    local, instant = due
    ahead = local - instant if local and instant else None
    if ahead is not None and (abs(ahead) >= _DAY or ahead % timedelta(minutes=1)):
        ahead = None
    offset: Params = () if ahead is None else ((_OFFSET, (str(ahead // timedelta(minutes=1)),)),)
    if local is not None and local.time() == time():
        return write_value(local.date()), (("VALUE", ("DATE",)), *offset)
    if instant is not None:
        return write_value(instant, utc=True), offset
    return write_value(_naive(local)), ()
