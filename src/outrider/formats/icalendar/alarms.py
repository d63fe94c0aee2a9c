"""The reminder of an event: the first alarm that a phone would show. RFC 5545, Alarm Component.

Alarms that send mail, start programs or come after the event stay as they are and count for nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from outrider.formats.components import Component, new_component
from outrider.formats.contentlines import Line, Params
from outrider.formats.icalendar.clocks import UNIVERSAL
from outrider.formats.icalendar.params import first_value
from outrider.formats.icalendar.times import Moment, read_duration, read_value, write_duration

_SHOWN = ("DISPLAY", "AUDIO", "")


class Span(Struct, frozen=True):
    """From when until when something is, in UTC."""

    start: datetime
    end: datetime


def read_reminder(item: Component, span: Span) -> int | None:
    """Minutes before the start; None where there is no alarm."""
    return next((minutes for _, minutes in _reminders(item, span)), None)


def write_reminder(item: Component, minutes: int | None, span: Span) -> None:
    """Change the alarm that is shown first, or its like; None takes out all that are shown."""
    found = _reminders(item, span)
    if minutes is None:
        for alarm, _ in found:
            item.remove(alarm)
    elif found:
        first = found[0][0]
        for alarm, _ in found[1:]:
            if alarm.raw() == first.raw():
                item.remove(alarm)
        _set_trigger(first, minutes)
    else:
        item.add_component(new_alarm(item, _trigger(minutes)))


def _reminders(item: Component, span: Span) -> list[tuple[Component, int]]:
    alarms = ((alarm, _minutes(alarm, span)) for alarm in item.components("VALARM"))
    return [(alarm, minutes) for alarm, minutes in alarms if minutes is not None]


def _minutes(alarm: Component, span: Span) -> int | None:
    action, trigger = alarm.first("ACTION"), alarm.first("TRIGGER")
    if trigger is None or (action.value.strip().upper() if action else "") not in _SHOWN:
        return None
    before = _before(trigger, span)
    return before if before is not None and 0 <= before < 1 << 31 else None


def _before(trigger: Line, span: Span) -> int | None:
    found = read_value(trigger.value)
    if found:
        return int((span.start - Moment(found[0], UNIVERSAL).instant) / timedelta(minutes=1))
    length = read_duration(trigger.value)
    if length is None:
        return None
    at_end = first_value(trigger, "RELATED").upper() == "END"
    late = int((span.end - span.start) / timedelta(minutes=1)) if at_end else 0
    return -(length.minutes + late)


def _set_trigger(alarm: Component, minutes: int) -> None:
    trigger = alarm.named("TRIGGER")[0]
    alarm.rewrite(trigger, _trigger(minutes), ())


def _trigger(minutes: int) -> str:
    return write_duration(timedelta(minutes=-minutes)) if minutes else "PT0S"


def new_alarm(item: Component, trigger: str, params: Params = ()) -> Component:
    """An alarm that shows what the item is about, as it must."""
    alarm = new_component("VALARM", item.style)
    summary = item.first("SUMMARY")
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", summary.value if summary and summary.value else "Reminder")
    alarm.add("TRIGGER", trigger, params)
    return alarm
