"""From when until when an event is: DTSTART with DTEND, DURATION or neither. RFC 5545, Event Component."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from msgspec import Struct

from outrider.domain.errors import UnreadableError
from outrider.formats.components import Component
from outrider.formats.icalendar.clocks import FLOATING, UNIVERSAL, Clock
from outrider.formats.icalendar.document import Calendar, When
from outrider.formats.icalendar.times import Moment, read_duration, write_duration

_DAY = timedelta(days=1)


class Times(Struct, frozen=True):
    """Start and end in UTC (for days, midnight UTC), and the clock that the start is read off."""

    start: datetime
    end: datetime
    clock: Clock = FLOATING
    all_day: bool = False

    @property
    def first(self) -> Moment:
        """The start as the clock shows it."""
        local = self.clock.local(self.start)
        return Moment(local.date() if self.all_day else local, self.clock)

    def at(self, start: datetime) -> Times:
        """The same length at another start."""
        return Times(start, start + (self.end - self.start), self.clock, self.all_day)


def read_times(calendar: Calendar, item: Component) -> Times | None:
    """None where there is no start that can be read."""
    start = next(filter(None, map(calendar.moment, item.named("DTSTART"))), None)
    if start is None:
        return None
    end = _read_end(calendar, item, start)
    if _is_whole_day(item, start, end):
        start, end = (Moment(moment.day, FLOATING) for moment in (start, end))
    if start.all_day:
        first = start.instant
        return Times(first, max(_end_of_days(end), first + _DAY), FLOATING, all_day=True)
    return Times(start.instant, max(end.instant, start.instant), start.clock)


def need_times(calendar: Calendar, item: Component) -> Times:
    """The times. Raises UnreadableError where there is no start."""
    times = read_times(calendar, item)
    if times is None:
        raise UnreadableError("This event has no start (DTSTART) that can be read.")
    return times


def _read_end(calendar: Calendar, item: Component, start: Moment) -> Moment:
    line = item.first("DTEND")
    end = calendar.moment(line)
    if end is not None and line is not None:
        # A day as the end of something that has a time: midnight by the clock of its start.
        days = end.all_day and not start.all_day
        return Moment(datetime.combine(end.day, time()), start.clock) if days else end
    stated = item.first("DURATION")
    length = read_duration(stated.value) if stated else None
    try:
        return length.after(start) if length else start
    except OverflowError:
        return start


def _end_of_days(end: Moment) -> datetime:
    """Midnight after the last day."""
    if isinstance(end.value, datetime) and end.value.time() != time():
        return Moment(end.day, FLOATING).instant + _DAY
    return Moment(end.day, FLOATING).instant


def _is_whole_day(item: Component, start: Moment, end: Moment) -> bool:
    """Whether times stand for days: Outlook says so, and they are from midnight to midnight."""
    line = item.first("X-MICROSOFT-CDO-ALLDAYEVENT")
    said = line is not None and line.value.strip().upper() == "TRUE"
    values = (start.value, end.value)
    return said and all(isinstance(value, datetime) and value.time() == time() for value in values)


def write_times(calendar: Calendar, item: Component, times: Times) -> None:
    """Write what differs: the end stays a length where it is one, and in a zone of its own where it has one."""
    old = read_times(calendar, item)
    stated = calendar.moment(item.first("DTEND"))
    length = item.first("DURATION")
    if old is None or (old.start, old.all_day, old.clock) != (times.start, times.all_day, times.clock):
        calendar.put(item, "DTSTART", When(times.start, times.clock, times.all_day))
        line = item.first("X-MICROSOFT-CDO-ALLDAYEVENT")
        if line and old and old.all_day != times.all_day:
            item.rewrite(line, "TRUE" if times.all_day else "FALSE")
    if stated is None and length is not None:
        if old is None or old.all_day != times.all_day or old.end - old.start != times.end - times.start:
            item.rewrite(length, write_duration(times.end - times.start))
        return
    if stated is None and times.end == _implied_end(times):
        return
    own = old is not None and stated is not None and not times.all_day and not stated.all_day
    clock = stated.clock if own and stated and old and stated.clock != old.clock else times.clock
    if (
        old is None
        or stated is None
        or (old.end, old.all_day, old.clock) != (times.end, times.all_day, times.clock)
    ):
        calendar.put(item, "DTEND", When(times.end, clock, times.all_day))


def _implied_end(times: Times) -> datetime:
    return times.start + _DAY if times.all_day else times.start
