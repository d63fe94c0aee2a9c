"""From when until when an event is, on the wire. MS-ASCAL, AllDayEvent, StartTime, EndTime, Timezone.

What stands for whole days, which have no zone:

    to a device, up to 14.1     midnight UTC, and UTC as the zone: whoever goes by the digits and whoever
                                goes by the zone reads the same days
    ... in a series of times    the later of midnight UTC and midnight in its zone, for the same reason
    to a device, from 16.0      midnight UTC, without a zone
    from a device               a time of 000000Z is a day; any other is what the clock of the zone that came
                                with it, else that of the user, shows then

Times that only repeat what the device was told change nothing, so what it cannot be told (a floating time)
stays. A series that lasts from midnight to midnight is one of whole days, though Outlook does not say so.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final

from msgspec import UNSET, UnsetType

from outrider.domain.items import Event
from outrider.mapping.terms import Terms, View
from outrider.mapping.zones import instant_of, reading, year_of_law, zone_from_wire, zone_to_wire
from outrider.protocol.errors import EasError
from outrider.protocol.items.calendar import Event as Element
from outrider.protocol.items.calendar import Occasion
from outrider.protocol.status import SyncStatus
from outrider.protocol.values import TimeZone
from outrider.protocol.versions import Version

_DAY: Final = timedelta(days=1)
_HALF_HOUR: Final = timedelta(minutes=30)
# By how much a midnight may be off that was computed by the rules of the wrong season.
_SLACK: Final = timedelta(hours=2)
_MIDNIGHT: Final = time()
_NAMES: Final = ("start_time", "end_time", "all_day_event")


# -------------------------------------------------------------------------------------------- to the wire


def span_to_wire(event: Event, view: View, series: Event | None = None) -> dict[str, Any]:
    """The times of an event, or of an exception of `series`."""
    start, end = event.start, event.end
    if event.all_day:
        end = max(end, start + _DAY)
        if series and not series.all_day and view.version < Version.V16_0:
            start, end = (max(day, instant_of(day, series.zone or view.zone)) for day in (start, end))
    elif not event.zone:
        start, end = instant_of(start, view.zone), instant_of(end, view.zone)
    return {"start_time": start, "end_time": end, "all_day_event": event.all_day}


def timezone_to_wire(event: Event, view: View) -> TimeZone | UnsetType:
    """The rules of the zone that an event goes by."""
    if not event.all_day:
        return zone_to_wire(event.zone or view.zone, year_of_law(event))
    return UNSET if view.version >= Version.V16_0 else zone_to_wire("UTC", event.start.year)


def moment_to_wire(moment: datetime, series: Event, view: View) -> datetime:
    """A start that a rule gives, or the end of the rule."""
    return moment if series.all_day or series.zone else instant_of(moment, view.zone)


# ------------------------------------------------------------------------------------------ from the wire


def clock_of(element: Element, prior: Event | None, terms: Terms) -> str:
    """The zone whose clock the times of an element go by: the one that came with it, else the one it had,
    else the user's."""
    preferred = (prior.zone, terms.view.zone) if prior and prior.zone else (terms.view.zone,)
    blob = element.timezone
    if not isinstance(blob, TimeZone):
        return preferred[0]
    start = _moment(element.start_time) or (prior.start if prior else terms.now)
    return zone_from_wire(blob, start.year, preferred) or preferred[0]


def day_from_wire(moment: datetime, clock: str) -> datetime:
    """The day that a time in a series of days means, as midnight UTC."""
    return moment if moment.time() == _MIDNIGHT else _day_of(reading(moment, clock))


def moment_from_wire(moment: datetime, series: Event, clock: str) -> datetime:
    """The start that is meant by the name of an occurrence."""
    if series.all_day:
        return _first_day(moment, clock)
    return moment if series.zone else reading(moment, clock)


def new_times(element: Element, terms: Terms) -> dict[str, Any]:
    """When an event is that a device made. Raises EasError where too little is said. MS-ASCAL, Creating
    Calendar Events when the StartTime Element or EndTime Element is Absent."""
    clock = clock_of(element, None, terms)
    all_day = element.all_day_event is True
    start, end = _moment(element.start_time), _moment(element.end_time)
    if start and all_day:
        end = end or start
    elif start is None or end is None:
        start, end = _stand_in(start, end, terms.now)
    recurs = element.recurrence is not UNSET
    return _read(start, end, clock, all_day=all_day or (recurs and _fills_days(start, end, clock)))


def _stand_in(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    rounded = now.replace(minute=0, second=0, microsecond=0)
    while rounded < now:
        rounded += _HALF_HOUR
    if start is None:
        start, end = rounded, end or rounded + _HALF_HOUR
    elif start > now:
        raise EasError(SyncStatus.CONVERSION_ERROR, "an event without an end")
    end = end or rounded + _HALF_HOUR
    if start > end:
        raise EasError(SyncStatus.CONVERSION_ERROR, "an event without a start that is over")
    return start, end


def changed_times(element: Element, prior: Event, terms: Terms) -> dict[str, Any]:
    """What a device changed of the times of an event."""
    view, shown = terms.view, span_to_wire(prior, terms.view)
    clock = clock_of(element, prior, terms)
    if _repeats(element, shown) and (prior.all_day or clock == (prior.zone or view.zone)):
        return {}
    start, end, all_day = _merged(element, shown)
    recurs = element.recurrence is not UNSET or prior.recurrence is not None
    return _read(start, end, clock, all_day=all_day or (recurs and _fills_days(start, end, clock)))


def occasion_times(element: Occasion, base: Event, series: Event, clock: str, view: View) -> dict[str, Any]:
    """What a device changed of the times of one occurrence, which was `base`."""
    shown = span_to_wire(base, view, series)
    if _repeats(element, shown):
        return {}
    start, end, all_day = _merged(element, shown)
    if not all_day and not series.zone and not series.all_day:
        return {"start": reading(start, clock), "end": reading(end, clock), "all_day": False}
    return _read(start, end, series.zone or clock, all_day=all_day)


def _repeats(element: Occasion, shown: dict[str, Any]) -> bool:
    return all(getattr(element, name) in (UNSET, None, shown[name]) for name in _NAMES)


def _merged(element: Occasion, shown: dict[str, Any]) -> tuple[datetime, datetime, bool]:
    """The times with what is said; a start alone moves the end along."""
    start = _moment(element.start_time) or shown["start_time"]
    end = _moment(element.end_time) or start + (shown["end_time"] - shown["start_time"])
    all_day = shown["all_day_event"] if element.all_day_event is UNSET else element.all_day_event
    return start, end, all_day


def _moment(value: datetime | UnsetType | None) -> datetime | None:
    return None if value is UNSET else value


def _read(start: datetime, end: datetime, clock: str, *, all_day: bool) -> dict[str, Any]:
    if not all_day:
        return {"start": start, "end": max(start, end), "all_day": False, "zone": clock}
    first = _first_day(start, clock)
    after = _day_after(end, clock)
    return {"start": first, "end": max(after, first + _DAY), "all_day": True, "zone": ""}


def _first_day(start: datetime, clock: str) -> datetime:
    return start if start.time() == _MIDNIGHT else _day_of(reading(start, clock) + _SLACK)


def _day_after(end: datetime, clock: str) -> datetime:
    """The midnight at which days end."""
    return end if end.time() == _MIDNIGHT else _day_of(reading(end, clock) - _SLACK + _DAY)


def _day_of(moment: datetime) -> datetime:
    """Midnight of the same day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _fills_days(start: datetime, end: datetime, clock: str) -> bool:
    """Whether a time is whole days by a clock."""
    return start < end and all(reading(each, clock).time() == _MIDNIGHT for each in (start, end))
