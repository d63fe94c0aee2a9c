"""Tasks between the task list and the wire. MS-ASTASK.

The law of absence in a Change (MS-ASCMD, Change; MS-ASTASK, Sync Command Response), the same in all versions;
the Supported list does not concern tasks:

    said, even if empty                            is set; an empty one clears
    Subject, note (Body, Data), Importance         absent: stays
    Complete                                       absent: stays, and DateCompleted with it
    ReminderSet, or ReminderTime where it is 1     absent: stays
    everything else                                absent: cleared

Dates come in pairs: an instant (UtcDueDate), and what the clock of the device shows then (DueDate). Both are
kept as they were sent. Where only one is known, the device is told the other by the user's zone.

A task that comes again is made anew by the device that completes it: it sends the task with its next dates,
and what was done as a task of its own whose recurrence is dead (MS-ASTASK, Regenerate and DeadOccur). The
server adds nothing to that, or there would be two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType, structs

from outrider.domain.items import Importance, Sensitivity, Task, TaskEdit, TaskItem
from outrider.domain.recurrence import Recurrence as Rule
from outrider.mapping.bodies import body_to_wire, native_type, plain, plain_texts, prose_of
from outrider.mapping.recurrence import rule_from_wire, rule_to_wire
from outrider.protocol.items.tasks import Recurrence
from outrider.protocol.items.tasks import Task as Element

# Field of the task and of the element: the clock of the device, and the instant.
_PAIRS: Final = (
    ("start", "start_date", "utc_start", "utc_start_date"),
    ("due", "due_date", "utc_due", "utc_due_date"),
)


# -------------------------------------------------------------------------------------------- to the wire


def to_wire(item: TaskItem, zone: str) -> Element:
    """The task as the device of a user in this zone is given it; what is empty is left out. Android reads a
    missing importance as low."""
    task = item.task
    values: dict[str, Any] = {
        "subject": _lines(task.subject),
        "importance": int(task.importance),
        "complete": task.complete,
        "sensitivity": int(task.sensitivity),
        "reminder_set": task.reminder is not None,
    }
    for local, local_element, instant, instant_element in _PAIRS:
        pair = _pair(getattr(task, local), getattr(task, instant), zone)
        values[local_element], values[instant_element] = pair
    if task.reminder is not None:
        values["reminder_time"] = task.reminder
    if task.complete and (day := task.completed or _day_of(task)):
        values["date_completed"] = day
    if task.categories:
        values["categories"] = list(task.categories)
    if task.ordinal is not None:
        values["ordinal_date"] = task.ordinal
    if task.sub_ordinal:
        values["sub_ordinal_date"] = task.sub_ordinal
    if task.recurrence is not None and (start := _start_of(task)):
        values["recurrence"] = _recurrence_to_wire(task, task.recurrence, start)
    if item.body is not None:
        values.update(body=body_to_wire(item.body), native_body_type=native_type(item.body))
    return Element(**values)


def _lines(text: str) -> str:
    return text.replace("\n", "\r\n") if "\n" in text else text


def _pair(
    local: datetime | None, instant: datetime | None, zone: str
) -> tuple[datetime, datetime] | tuple[UnsetType, UnsetType]:
    """What the clock shows and the instant, each made of the other by the zone where only one is known."""
    if local is None and instant is None:
        return UNSET, UNSET
    if local is None or instant is None:
        local = local or _shown(instant, zone)
        instant = instant or local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return local, instant


def _shown(instant: datetime | None, zone: str) -> datetime:
    assert instant is not None
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)


def _day_of(task: Task) -> datetime | None:
    """A day for what was done at a time that nobody kept: DateCompleted must be there. MS-ASTASK,
    DateCompleted."""
    return task.utc_due or task.due or task.utc_start or task.start


def _start_of(task: Task) -> datetime | None:
    """From when a task repeats; without that no device can be told that it does."""
    return task.recurrence_start or task.start or task.due or task.utc_start or task.utc_due


def _recurrence_to_wire(task: Task, rule: Rule, start: datetime) -> Recurrence:
    return Recurrence(
        start=start, regenerate=task.regenerates, dead_occur=task.dead, **rule_to_wire(rule, start)
    )


# ------------------------------------------------------------------------------------------ from the wire


def task_from_wire(element: Element, now: datetime) -> Task:
    """The task that a device made. A reminder without a time is one at the start, or when the task is due."""
    task = Task(stamp=now, **_said(element, now))
    if element.reminder_set is not True or task.reminder is not None:
        return task
    return structs.replace(task, reminder=task.utc_start or task.start or task.utc_due or task.due)


def edit_from_wire(element: Element, now: datetime) -> TaskEdit:
    """What a device changed in a task, by the law above; nothing where it says nothing."""
    return TaskEdit(fields={} if element == Element() else _CLEARED | _said(element, now))


_CLEARED: Final[dict[str, Any]] = {
    "categories": (),
    "sensitivity": Sensitivity.NORMAL,
    "ordinal": None,
    "sub_ordinal": "",
    "recurrence": None,
    "recurrence_start": None,
    "regenerates": False,
    "dead": False,
}


def _said(element: Element, now: datetime) -> dict[str, Any]:
    """The fields that an element speaks of, and the dates, of which it always speaks."""
    fields: dict[str, Any] = {}
    if element.subject is not UNSET:
        fields["subject"] = plain(element.subject)
    if element.importance is not UNSET:
        fields["importance"] = _IMPORTANCES.get(element.importance, Importance.NORMAL)
    if element.sensitivity is not UNSET:
        fields["sensitivity"] = _SENSITIVITIES.get(element.sensitivity, Sensitivity.NORMAL)
    for local, local_element, instant, instant_element in _PAIRS:
        fields[local] = _moment(getattr(element, local_element))
        fields[instant] = _moment(getattr(element, instant_element))
    if element.categories is not UNSET:
        fields["categories"] = plain_texts(element.categories)
    if element.ordinal_date is not UNSET:
        fields["ordinal"] = element.ordinal_date
    if element.sub_ordinal_date is not UNSET:
        fields["sub_ordinal"] = plain(element.sub_ordinal_date)
    if element.body is not UNSET and (prose := prose_of(element.body)) is not None:
        fields["note"], fields["note_html"] = prose
    if element.recurrence is not UNSET:
        fields.update(_recurrence_said(element.recurrence))
    return fields | _completion_said(element, now) | _reminder_said(element)


# A number that stands for nothing is no reason to refuse the task. MS-ASTASK, Importance
_IMPORTANCES: Final[dict[int | None, Importance]] = {int(one): one for one in Importance}
_SENSITIVITIES: Final[dict[int | None, Sensitivity]] = {int(one): one for one in Sensitivity}


def _moment(value: datetime | UnsetType | None) -> datetime | None:
    return None if value is UNSET else value


def _recurrence_said(recurrence: Recurrence) -> dict[str, Any]:
    return {
        "recurrence": rule_from_wire(recurrence),
        "recurrence_start": recurrence.start,
        "regenerates": recurrence.regenerate is True,
        "dead": recurrence.dead_occur is True,
    }


def _completion_said(element: Element, now: datetime) -> dict[str, Any]:
    """What was done without saying when was done now."""
    if element.complete is UNSET:
        return {}
    done = (_moment(element.date_completed) or now) if element.complete else None
    return {"complete": element.complete, "completed": done}


def _reminder_said(element: Element) -> dict[str, Any]:
    if element.reminder_set is False:
        return {"reminder": None}
    if element.reminder_set is UNSET or not isinstance(element.reminder_time, datetime):
        return {}
    return {"reminder": element.reminder_time}
