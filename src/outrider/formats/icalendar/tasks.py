"""Tasks read from VTODO components, made as such, and changed in place. RFC 5545, To-Do Component."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from msgspec.structs import replace

from outrider.domain.items import Task, TaskEdit
from outrider.domain.recurrence import Recurrence
from outrider.formats.icalendar.clocks import UNIVERSAL
from outrider.formats.icalendar.document import Calendar, new_calendar, uid_of
from outrider.formats.icalendar.dues import Due, read_due, write_due
from outrider.formats.icalendar.properties import (
    Fields,
    Flag,
    Instant,
    Priority,
    apply_fields,
    put,
    read_fields,
)
from outrider.formats.icalendar.reminders import read_reminder, write_reminder
from outrider.formats.icalendar.rules import is_same_rule, read_rule, write_rule
from outrider.formats.icalendar.texts import CATEGORIES, NOTE, NOTE_HTML, SENSITIVITY, SUBJECT, Text
from outrider.formats.icalendar.times import Moment
from outrider.formats.prose import prose_changes

KIND: Final = "VTODO"

_FIELDS: Final[Fields] = {
    "subject": SUBJECT,
    "note": NOTE,
    "note_html": NOTE_HTML,
    "importance": Priority(),
    "sensitivity": SENSITIVITY,
    "categories": CATEGORIES,
    "ordinal": Instant(("X-OUTRIDER-ORDINAL",)),
    "sub_ordinal": Text(("X-OUTRIDER-SUB-ORDINAL",)),
    "regenerates": Flag("X-OUTRIDER-REGENERATES"),
    "dead": Flag("X-OUTRIDER-DEAD"),
    "stamp": Instant(("DTSTAMP",)),
}
_DATES: Final = {"DTSTART": ("start", "utc_start"), "DUE": ("due", "utc_due")}
_FIRST: Final = Instant(("X-OUTRIDER-RECURRENCE-START",))


def horizon(task: Task) -> date | None:
    """The day a task was done; an open one counts for ever."""
    if not task.complete:
        return None
    day = task.completed or task.utc_due or task.due
    return day.date() if day else date.min


# ------------------------------------------------------------------------------------------------ reading


def read(document: bytes) -> Task:
    """The task of a document. Raises UnreadableError."""
    return _read(Calendar(document, KIND))


def _read(calendar: Calendar) -> Task:
    item = calendar.main
    start, due = (read_due(calendar, name) for name in _DATES)
    done = _is_done(calendar)
    task = Task(
        uid=uid_of(item),
        start=start.local,
        utc_start=start.instant,
        due=due.local,
        utc_due=due.instant,
        complete=done,
        completed=_COMPLETED.read(item) if done else None,
        reminder=read_reminder(calendar),
        **read_fields(_FIELDS, item),
    )
    rule = _read_rule(calendar)
    if rule is None:
        return task
    return replace(task, recurrence=rule, recurrence_start=_FIRST.read(item) or _begin(start, due))


def _read_rule(calendar: Calendar) -> Recurrence | None:
    """How the task repeats; what begins never, repeats for nobody."""
    line, begin = calendar.main.first("RRULE"), _anchor(calendar)
    return read_rule(line, begin) if line and begin else None


def _anchor(calendar: Calendar) -> Moment | None:
    """What a rule counts from: the start of the task, or when it is due."""
    lines = (calendar.main.first(name) for name in _DATES)
    moment = next((moment for line in lines if (moment := calendar.moment(line))), None)
    first = _FIRST.read(calendar.main)
    if moment is not None or first is None:
        return moment
    return Moment(first.date() if first.time() == time() else first.replace(tzinfo=None), UNIVERSAL)


def _begin(start: Due, due: Due) -> datetime | None:
    """From when a task repeats that does not say so."""
    return start.local or start.instant or due.local or due.instant


# ---------------------------------------------------------------------------------------------- completion

_COMPLETED: Final = Instant(("COMPLETED", "LAST-MODIFIED"))
_OVER: Final = ("COMPLETED", "CANCELLED")


def _is_done(calendar: Calendar) -> bool:
    """Whether nothing is left to do; the status decides, if there is one."""
    item = calendar.main
    status, percent = item.first("STATUS"), item.first("PERCENT-COMPLETE")
    if status and status.value.strip():
        return status.value.strip().upper() in _OVER
    return bool(item.first("COMPLETED")) or (percent is not None and percent.value.strip() == "100")


def _write_completion(calendar: Calendar, fields: Mapping[str, Any], old: Task) -> None:
    item = calendar.main
    complete = fields.get("complete", old.complete)
    if complete and not old.complete:
        put(item, "STATUS", "COMPLETED")
        put(item, "PERCENT-COMPLETE", "100")
    elif old.complete and not complete:
        put(item, "STATUS", "NEEDS-ACTION" if item.first("STATUS") else "")
        put(item, "PERCENT-COMPLETE", "")
        put(item, "COMPLETED", "")
    completed = fields.get("completed", old.completed)
    if complete and completed != old.completed:
        _COMPLETED.write(item, completed)


# ------------------------------------------------------------------------------------------------ writing


def write(task: Task, uid: str) -> bytes:
    """A document for a new task."""
    calendar = Calendar(new_calendar(KIND, task.uid or uid), KIND)
    _write(calendar, {name: getattr(task, name) for name in task.__struct_fields__}, Task())
    return calendar.raw()


def apply(document: bytes, edit: TaskEdit) -> bytes:
    """The document with the edit made: properties that no changed field stands in keep their bytes. Raises
    UnreadableError."""
    calendar = Calendar(document, KIND)
    _write(calendar, edit.fields, _read(calendar))
    return calendar.raw()


def _write(calendar: Calendar, new: Mapping[str, Any], old: Task) -> None:
    fields = prose_changes(new, ("note", "note_html"), old)
    apply_fields(_FIELDS, calendar.main, fields, old)
    for name, (local, instant) in _DATES.items():
        before = Due(getattr(old, local), getattr(old, instant))
        due = Due(fields.get(local, before.local), fields.get(instant, before.instant))
        if due != before:
            write_due(calendar, name, due)
    _write_completion(calendar, fields, old)
    if fields.get("reminder", old.reminder) != old.reminder:
        write_reminder(calendar, fields["reminder"])
    _write_recurrence(calendar, fields, old)


def _write_recurrence(calendar: Calendar, fields: Mapping[str, Any], old: Task) -> None:
    """Write the rule if it changed, and from when it holds if the dates do not tell."""
    item = calendar.main
    rule = fields.get("recurrence", old.recurrence)
    if rule is None:
        if old.recurrence is not None:
            _remove_recurrence(calendar)
        return
    first = fields.get("recurrence_start", old.recurrence_start)
    told = _begin(*(read_due(calendar, name) for name in _DATES))
    _FIRST.write(item, None if first == told else first)
    begin = _anchor(calendar)
    if begin is not None and (old.recurrence is None or not is_same_rule(rule, old.recurrence)):
        put(item, "RRULE", *write_rule(rule, begin))


def _remove_recurrence(calendar: Calendar) -> None:
    for line in calendar.main.named("RRULE", "RDATE", "EXDATE", "EXRULE"):
        calendar.main.remove(line)
    _FIRST.write(calendar.main, None)
    for override in list(calendar.overrides):
        calendar.remove_override(override)
