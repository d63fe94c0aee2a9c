"""The exceptions of a series: occurrences that are changed (RECURRENCE-ID) or are no more (EXDATE).

An occurrence is named by the start that the rule gives it. Programs name it by a day where the series has
times, or by the time it had before the series was moved; what is meant is then the occurrence on that day.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from outrider.domain.items import Event
from outrider.domain.occurrences import original_starts
from outrider.formats.components import Component, read_components
from outrider.formats.contentlines import Line
from outrider.formats.icalendar.document import Calendar, When
from outrider.formats.icalendar.spans import Times, read_times, write_times
from outrider.formats.icalendar.states import SEQUENCE
from outrider.formats.icalendar.times import Moment, read_value

_NEAR = timedelta(hours=14)  # by which a day of one zone may differ from that of another
OF_SERIES = ("RRULE", "EXRULE", "RDATE", "EXDATE")


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
        original, sequence = original_of(moment, series), SEQUENCE.read(component)
        if original not in found or found[original][0] <= sequence:
            found[original] = sequence, component
    return {original: component for original, (_, component) in sorted(found.items())}


def read_dates(calendar: Calendar, series: Times, name: str) -> tuple[datetime, ...]:
    """The starts that EXDATE or RDATE lists."""
    lines = calendar.main.named(name)
    moments = (moment for line in lines for moment in calendar.moments(line))
    return tuple(sorted({original_of(moment, series) for moment in moments}))


# ------------------------------------------------------------------------------------------------- finding


class Finder:
    """Finds the occurrence that an original start means, among those by the rule and the exceptions."""

    def __init__(self, event: Event, times: Times, wanted: Collection[datetime]) -> None:
        earliest = min(wanted, default=event.start) - 2 * _NEAR
        latest = max(wanted, default=event.start) + 2 * _NEAR
        starts = original_starts(event, earliest)
        self._times = times
        self._known = sorted({*(each.original for each in event.exceptions if each.original), *event.removed})
        self._starts = list(takewhile(lambda start: start <= latest, starts))

    def find(self, original: datetime) -> datetime:
        """The one that starts then, or else on that day, or nearly; the start itself where there is none."""
        return self.by_rule(original) or nearest(original, self._known, self._times) or original

    def by_rule(self, original: datetime) -> datetime | None:
        """As `find`, of those that the rule gives; None where there is none."""
        return nearest(original, self._starts, self._times)


def nearest(original: datetime, starts: Sequence[datetime], series: Times) -> datetime | None:
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


def remove_occurrence(calendar: Calendar, series: Times, original: datetime) -> None:
    """Let an occurrence be no more."""
    component = read_overrides(calendar, series).get(original)
    if component:
        calendar.remove_override(component)
    exclude(calendar, series, [original])


def keep_only(calendar: Calendar, series: Times, named: Container[datetime]) -> None:
    """Let all occurrences but these be as the series says."""
    include(calendar, series, lambda original: original in named)
    for original, component in read_overrides(calendar, series).items():
        if original not in named:
            calendar.remove_override(component)


def new_override(calendar: Calendar, series: Times, original: datetime) -> Component:
    """A changed occurrence that is still as the series is."""
    copy = read_components(calendar.main.raw()).components()[0]
    for line in copy.named(*OF_SERIES):
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
    finder = Finder(event, new, moved.values())
    if old != new:
        include(calendar, old, lambda _: False)
        found = {finder.by_rule(moved[original]) for original in removed}
        exclude(calendar, new, sorted(original for original in found if original))
    for original, component in overrides.items():
        target = finder.by_rule(moved[original])
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
