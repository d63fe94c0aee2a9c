"""From when until when an event is: DTSTART with DTEND, DURATION or neither. RFC 5545, Event Component."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from msgspec import Struct

from outrider.domain.errors import UnreadableError
from outrider.formats.components import Component
from outrider.formats.icalendar.clocks import FLOATING, Clock
from outrider.formats.icalendar.document import Calendar, When
from outrider.formats.icalendar.times import Moment, read_duration, write_duration

_DAY = timedelta(days=1)
_ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"


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

    def from_clock(self) -> Times:
        """The times of a series: it begins when its clock shows the time first, should it do so twice."""
        return self.at(self.first.instant)

    def at(self, start: datetime) -> Times:
        """The same length at another start."""
        return Times(start, start + (self.end - self.start), self.clock, self.all_day)


def whole_days(start: datetime, end: datetime) -> Times:
    """The days that a time touches, one at least."""
    first = Moment(start.astimezone(UTC).date(), FLOATING).instant
    return Times(
        first, max(_end_of_days(Moment(end.replace(tzinfo=None), FLOATING)), first + _DAY), all_day=True
    )


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
    line = item.first(_ALL_DAY)
    said = line is not None and line.value.strip().upper() == "TRUE"
    values = (start.value, end.value)
    return said and all(isinstance(value, datetime) and value.time() == time() for value in values)


def write_times(calendar: Calendar, item: Component, times: Times) -> None:
    """Write what differs: an end that is a length stays one, and one with a zone of its own keeps that."""
    old = read_times(calendar, item)
    stated, length = calendar.moment(item.first("DTEND")), item.first("DURATION")
    as_before = old is not None and (old.all_day, old.clock) == (times.all_day, times.clock)
    if old is None or not as_before or old.start != times.start:
        calendar.put(item, "DTSTART", When(times.start, times.clock, times.all_day))
        _tell_outlook(item, times)
    if stated is None and length is not None:
        if old is None or old.all_day != times.all_day or old.end - old.start != times.end - times.start:
            item.rewrite(length, write_duration(times.end - times.start))
    elif stated is None:
        if times.end != times.start + (_DAY if times.all_day else timedelta()):
            calendar.put(item, "DTEND", When(times.end, times.clock, times.all_day))
    elif old is None or not as_before or old.end != times.end:
        own = old is not None and stated.clock != old.clock and not times.all_day and not stated.all_day
        calendar.put(item, "DTEND", When(times.end, stated.clock if own else times.clock, times.all_day))


def _tell_outlook(item: Component, times: Times) -> None:
    """Outlook's word for whole days must not contradict what stands in the start."""
    line = item.first(_ALL_DAY)
    said = "TRUE" if times.all_day else "FALSE"
    if line and line.value.strip().upper() != said:
        item.rewrite(line, said)
