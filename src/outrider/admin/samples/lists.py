"""The sample tasks and notes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from outrider.admin.samples.letters import ALICE, Person
from outrider.domain.items import Importance, Note, Sensitivity, Task
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.formats.icalendar import notes, tasks


def tasks_of(owner: Person, now: datetime) -> list[bytes]:
    """Every task of a user."""
    made = _alices_tasks(now) if owner == ALICE else _bobs_tasks(now)
    return [tasks.write(task, f"task-{number}@samples.example.org") for number, task in enumerate(made, 1)]


def notes_of(owner: Person, now: datetime) -> list[bytes]:
    """Every note of a user."""
    made = _alices_notes(now) if owner == ALICE else _bobs_notes(now)
    return [notes.write(note, f"note-{number}@samples.example.org") for number, note in enumerate(made, 1)]


def _midnight(now: datetime, days: int) -> datetime:
    """The beginning of a day, so many days from now, on any clock."""
    return datetime.combine(now.date() + timedelta(days=days), time(), UTC)


def _task(now: datetime, subject: str, days: int | None = None, **fields: Any) -> Task:
    """A task for a day."""
    due = None if days is None else _midnight(now, days)
    return Task(subject=subject, due=due, stamp=now, **fields)


def _alices_tasks(now: datetime) -> list[Task]:
    done = now - timedelta(days=2)
    weekly = Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.SATURDAY, first_day=1)
    return [
        _task(
            now,
            "Order new glass for the lamp",
            3,
            start=_midnight(now, 1),
            importance=Importance.HIGH,
            categories=("Lighthouse",),
            reminder=_midnight(now, 3) + timedelta(hours=8),
            note="Two panes, 40 by 60 cm, 8 mm.\nAsk for the old price.",
        ),
        _task(now, "Water the plants", 5 - now.weekday() % 7, recurrence=weekly, categories=("Home",)),
        _task(now, "Send the photos to the press", -3, complete=True, completed=done),
        _task(now, "Answer the letter from the ministry", -1, importance=Importance.HIGH),
        _task(now, "Present for Bob", 12, sensitivity=Sensitivity.PRIVATE),
        _task(now, "Read the book about the North Sea", importance=Importance.LOW),
    ]


def _bobs_tasks(now: datetime) -> list[Task]:
    monthly = Recurrence(frequency=Frequency.MONTHLY, day_of_month=1)
    first = _midnight(now, 0).replace(day=1)
    return [
        _task(now, "Wind up the clock", start=first, recurrence=monthly, recurrence_start=first),
        _task(now, "Paint the railing", 10, importance=Importance.HIGH, note="Red, then white, then red."),
        _task(now, "Mend the rowing boat", 2, complete=True, completed=now - timedelta(hours=20)),
    ]


def _alices_notes(now: datetime) -> list[Note]:
    return [
        Note(
            subject="Ideas for the open day",
            text="Cake\nA race of paper boats\nThe story of the fog horn, told at dusk",
            categories=("Lighthouse",),
            modified=now - timedelta(days=1),
        ),
        Note(
            subject="Opening hours",
            html="<p>Open <b>daily</b> from 10 to 18.</p><p>In a storm: <i>closed</i>.</p>",
            categories=("Lighthouse", "Visitors"),
            modified=now - timedelta(days=4),
        ),
        Note(subject="灯台", text="「灯台」は英語で lighthouse。", modified=now - timedelta(days=9)),
    ]


def _bobs_notes(now: datetime) -> list[Note]:
    return [
        Note(subject="The key", text="Under the third stone.", modified=now - timedelta(days=3)),
        Note(subject="Knots", text="Bowline, clove hitch, sheet bend", modified=now - timedelta(days=30)),
    ]
