"""The sample tasks and notes have what a phone should be seen with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outrider.admin.samples.letters import ALICE, BOB, Person
from outrider.admin.samples.lists import notes_of, tasks_of
from outrider.domain.items import Importance, Sensitivity
from outrider.formats.icalendar import notes, tasks

NOW = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)


def test_there_are_tasks_of_every_sort() -> None:
    found = [tasks.read(document) for document in tasks_of(ALICE, NOW)]
    assert {task.importance for task in found} == set(Importance)
    assert any(task.complete and task.completed for task in found)
    assert any(task.due and task.due < NOW and not task.complete for task in found)
    assert any(task.due is None for task in found)
    assert any(task.reminder for task in found)
    assert any(task.recurrence for task in found)
    assert any(task.sensitivity is Sensitivity.PRIVATE for task in found)


def test_a_task_that_repeats_is_due_on_its_day() -> None:
    for days in range(14):
        [weekly] = [
            task
            for document in tasks_of(ALICE, NOW + timedelta(days=days))
            if (task := tasks.read(document)).recurrence
        ]
        assert weekly.due is not None
        assert weekly.due.strftime("%A") == "Saturday"


def test_there_are_notes_of_text_and_of_html() -> None:
    found = [notes.read(document) for document in notes_of(ALICE, NOW)]
    assert {bool(note.html) for note in found} == {True, False}
    assert all(note.text and note.modified and note.modified < NOW for note in found)
    assert any(note.categories for note in found)
    assert any(not note.subject.isascii() for note in found)


@pytest.mark.parametrize("owner", [ALICE, BOB])
def test_both_have_some(owner: Person) -> None:
    assert len(tasks_of(owner, NOW)) > 2
    assert len(notes_of(owner, NOW)) > 1
