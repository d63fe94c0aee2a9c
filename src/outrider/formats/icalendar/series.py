"""The exceptions of a series: occurrences that are changed (RECURRENCE-ID) or are no more (EXDATE).

An occurrence is named by the start that the rule gives it. Programs name it by a day where the series has
times, or by the time it had before the series was moved; what is meant is then the occurrence on that day.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from outrider.domain.items import Event
from outrider.domain.occurrences import original_starts
from outrider.formats.components import Component, read_components
from outrider.formats.contentlines import Line
from outrider.formats.icalendar.document import Calendar, When
from outrider.formats.icalendar.spans import Times, read_times, write_times
from outrider.formats.icalendar.times import Moment, read_value

_NEAR = timedelta(hours=14)  # by which a day of one zone may differ from that of another
_OF_SERIES = ("RRULE", "EXRULE", "RDATE", "EXDATE")


# ------------------------------------------------------------------------------------------------- reading


def original_of(moment: Moment, series: Times) -> datetime:
    """The start that a date or time names: of a series of days a day, of one of times a time."""
    if series.all_day:
        return Moment(moment.day, series.clock).instant
    if not isinstance(moment.value, datetime):
        first = series.clock.local(series.start)
        return series.clock.instant(datetime.combine(moment.value, first.time()))
    return moment.instant


def read_overrides(calendar: Calendar, series: Times) -> dict[datetime, Component]:
    """The changed occurrences by their original start; of several for one the newest."""
    found: dict[datetime, tuple[int, Component]] = {}
    for component in calendar.overrides:
        moment = calendar.moment(component.first("RECURRENCE-ID"))
        if moment is None:
            continue
        original, sequence = original_of(moment, series), read_sequence(component)
        if original not in found or found[original][0] <= sequence:
            found[original] = sequence, component
    return {original: component for original, (_, component) in sorted(found.items())}


def read_sequence(item: Component) -> int:
    """SEQUENCE, 0 where there is none."""
    line = item.first("SEQUENCE")
    value = line.value.strip() if line else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def read_dates(calendar: Calendar, series: Times, name: str) -> tuple[datetime, ...]:
    """The starts that EXDATE or RDATE lists."""
    lines = calendar.main.named(name)
    moments = (moment for line in lines for moment in calendar.moments(line))
    return tuple(sorted({original_of(moment, series) for moment in moments}))


# ------------------------------------------------------------------------------------------------- finding


class Starts:
    """The starts of a series, to find the one that is meant."""

    def __init__(self, event: Event, clock: Times, latest: datetime) -> None:
        self._starts: list[datetime] = []
        for start in original_starts(event):
            if start > latest + 2 * _NEAR:
                break
            self._starts.append(start)
        self._series = clock

    def find(self, original: datetime) -> datetime | None:
        """The occurrence that starts then, or else on that day, or nearly; None where there is none."""
        return nearest(original, self._starts, self._series)


def nearest(original: datetime, starts: list[datetime], series: Times) -> datetime | None:
    """Of sorted starts the one that is meant by an original start."""
    position = bisect_left(starts, original)
    if starts[position : position + 1] == [original]:
        return original
    low = bisect_left(starts, original - 2 * _NEAR)
    close = starts[low : bisect_left(starts, original + 2 * _NEAR)]
    day = series.clock.local(original).date()
    same_day = [start for start in close if series.clock.local(start).date() == day]
    if same_day and not series.all_day:
        return same_day[0]
    near = [start for start in close if abs(start - original) <= _NEAR]
    return min(near, key=lambda start: abs(start - original), default=next(iter(same_day), None))


# ------------------------------------------------------------------------------------------------- editing


def exclude(calendar: Calendar, series: Times, originals: Iterable[datetime]) -> None:
    """List further occurrences as removed."""
    known = set(read_dates(calendar, series, "EXDATE"))
    like = calendar.main.first("DTSTART")
    for original in originals:
        if original not in known:
            value, params = calendar.value_of(When(original, series.clock, series.all_day), like)
            calendar.main.add("EXDATE", value, params)


def include(calendar: Calendar, series: Times, kept: Callable[[datetime], bool]) -> None:
    """Take those out of the removed occurrences that are not to be kept."""
    for line in calendar.main.named("EXDATE"):
        words = [(word, _start_of(calendar, series, line, word)) for word in line.value.split(",")]
        staying = [word for word, start in words if start is None or kept(start)]
        if not staying:
            calendar.main.remove(line)
        elif len(staying) < len(words):
            calendar.main.rewrite(line, ",".join(staying))


def _start_of(calendar: Calendar, series: Times, line: Line, word: str) -> datetime | None:
    if read_value(word) is None:
        return None
    one = Line(b"", line.name, params=line.params, value=word)
    return original_of(calendar.moments(one)[0], series)


def new_override(calendar: Calendar, series: Times, original: datetime) -> Component:
    """A changed occurrence that is still as the series is."""
    copy = read_components(calendar.main.raw()).components()[0]
    for line in copy.named(*_OF_SERIES):
        copy.remove(line)
    like = copy.first("DTSTART")
    value, params = calendar.value_of(When(original, series.clock, series.all_day), like)
    write_times(calendar, copy, series.at(original))
    copy.add("RECURRENCE-ID", value, params)
    calendar.add_override(copy)
    return copy


def move(calendar: Calendar, old: Times, new: Times, event: Event) -> None:
    """Let the exceptions follow a series that was given other times or another rule; `event` is it now.

    They move by as much as the clock shows the first start moved. An occurrence that is still at its original
    time moves along, one that has a time of its own keeps it. Those for which the rule has no occurrence any
    more go.
    """
    overrides = read_overrides(calendar, old)
    removed = read_dates(calendar, old, "EXDATE")
    if not overrides and not removed:
        return
    shift = new.clock.local(new.start) - old.clock.local(old.start)
    moved = {each: new.clock.instant(old.clock.local(each) + shift) for each in (*overrides, *removed)}
    starts = Starts(event, new, max(moved.values()))
    if old != new:
        include(calendar, old, lambda _: False)
        found = {starts.find(moved[original]) for original in removed}
        exclude(calendar, new, sorted(original for original in found if original))
    for original, component in overrides.items():
        target = starts.find(moved[original])
        if target is None:
            calendar.remove_override(component)
        elif old != new:
            _move_override(calendar, component, (original, target), (old, new))


def _move_override(
    calendar: Calendar,
    component: Component,
    originals: tuple[datetime, datetime],
    series: tuple[Times, Times],
) -> None:
    old, new = series
    original, target = originals
    own = read_times(calendar, component)
    calendar.put(component, "RECURRENCE-ID", When(target, new.clock, new.all_day))
    if own is None or own.start == original:
        followed = new.at(target)
        if own and own.end - own.start != old.end - old.start and own.all_day == new.all_day:
            followed = Times(target, target + (own.end - own.start), new.clock, new.all_day)
        write_times(calendar, component, followed)


def parse_utc(text: str) -> datetime | None:
    """A time that is always in UTC, as DTSTAMP is."""
    found = read_value(text)
    if found is None:
        return None
    value = found[0]
    if not isinstance(value, datetime):
        value = datetime.combine(value, datetime.min.time())
    return value.replace(tzinfo=UTC)
