"""When a task reminds its user: the first alarm that a phone could show, as an instant. RFC 5545, Alarm
Component; RFC 9074."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from outrider.formats.components import Component
from outrider.formats.contentlines import Line
from outrider.formats.icalendar.alarms import new_alarm
from outrider.formats.icalendar.document import Calendar
from outrider.formats.icalendar.dues import later, read_due
from outrider.formats.icalendar.times import read_duration, write_instant

_SHOWN: Final = frozenset({"", "DISPLAY", "AUDIO"})


def read_reminder(calendar: Calendar) -> datetime | None:
    """The moment of the first alarm."""
    return next((moment for _, moment in _alarms(calendar)), None)


def _alarms(calendar: Calendar) -> Iterator[tuple[Component, datetime]]:
    """The alarms that a phone could show, those with a moment."""
    for alarm in calendar.main.components("VALARM"):
        action, trigger = alarm.first("ACTION"), alarm.first("TRIGGER")
        shown = action is None or action.value.strip().upper() in _SHOWN
        if shown and trigger and (moment := _moment(calendar, trigger)):
            yield alarm, moment


def _moment(calendar: Calendar, trigger: Line) -> datetime | None:
    """When it goes off: at a time, or so long before or after the start or the time when the task is due."""
    duration = read_duration(trigger.value)
    if duration is None:
        moment = calendar.moment(trigger)
        return moment.instant if moment else None
    names = ("DTSTART", "DUE")
    if "END" in map(str.upper, trigger.values("RELATED")):
        names = names[::-1]
    due = next(filter(any, (read_due(calendar, name) for name in names)), None)
    return later(due.instant or due.local, duration) if due else None


def write_reminder(calendar: Calendar, moment: datetime | None) -> None:
    """Let the first alarm go off then, or a new one; None takes out all that a phone could show."""
    alarms = [alarm for alarm, _ in _alarms(calendar)]
    if moment is None:
        for alarm in alarms:
            calendar.main.remove(alarm)
        return
    value, params = write_instant(moment.astimezone(UTC)), (("VALUE", ("DATE-TIME",)),)
    if alarms:
        alarms[0].rewrite(alarms[0].named("TRIGGER")[0], value, params)
    else:
        calendar.main.add_component(new_alarm(calendar.main, value, params))
