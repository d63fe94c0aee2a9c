"""Tasks to the wire and back, and what absence means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from outrider.domain.items import Body, BodyForm, Importance, Sensitivity, Task, TaskItem
from outrider.domain.recurrence import Frequency, Weekdays
from outrider.domain.recurrence import Recurrence as Rule
from outrider.formats.icalendar import tasks as vtodo
from outrider.mapping import tasks
from outrider.protocol.elements import specs
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import Body as BodyElement
from outrider.protocol.items.body import BodyType
from outrider.protocol.items.tasks import Recurrence
from outrider.protocol.items.tasks import Task as Element

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def day(number: int, hour: int = 0) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, number, hour, tzinfo=UTC)


FULL = Task(
    subject="Water the plants",
    importance=Importance.HIGH,
    sensitivity=Sensitivity.PRIVATE,
    categories=("Home", "Green"),
    start=day(10),
    utc_start=day(9, 23),
    due=day(12),
    utc_due=day(11, 23),
    complete=True,
    completed=day(11, 8),
    reminder=day(10, 7),
    ordinal=day(1, 3),
    sub_ordinal="5",
    recurrence=Rule(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY, first_day=1, count=3),
    recurrence_start=day(10, 9),
    regenerates=True,
    dead=True,
    stamp=NOW,
)
SIMPLE = Element(subject="Tea", importance=1, sensitivity=0, complete=False, reminder_set=False)
# What a change that says nothing of them clears.
CLEARED: dict[str, Any] = {
    "start": None,
    "utc_start": None,
    "due": None,
    "utc_due": None,
    "categories": (),
    "sensitivity": Sensitivity.NORMAL,
    "ordinal": None,
    "sub_ordinal": "",
    "recurrence": None,
    "recurrence_start": None,
    "regenerates": False,
    "dead": False,
}


def sent(task: Task, zone: str = BERLIN) -> Element:
    return tasks.to_wire(TaskItem(task=task), zone)


def edit(element: Element) -> dict[str, object]:
    return tasks.edit_from_wire(element, NOW).fields


def test_a_full_task_is_full() -> None:
    assert all(getattr(FULL, name) for name in set(FULL.__struct_fields__) - {"note", "note_html", "uid"})


def test_a_full_task_comes_back_as_it_was() -> None:
    assert tasks.task_from_wire(sent(FULL), NOW) == FULL


def test_every_element_is_known() -> None:
    whole = tasks.to_wire(TaskItem(task=FULL, body=Body(form=BodyForm.TEXT, data="n", size=1)), BERLIN)
    assert [spec.name for spec in specs(Element) if getattr(whole, spec.name) is UNSET] == []


def test_what_is_empty_is_left_out_and_importance_never() -> None:
    assert sent(Task(subject="Tea")) == SIMPLE


@pytest.mark.parametrize(
    ("zone", "local", "instant", "expected"),
    [
        (BERLIN, day(10), None, (day(10), day(9, 23))),
        (BERLIN, None, day(9, 23), (day(10), day(9, 23))),
        ("Asia/Tokyo", day(10), None, (day(10), day(9, 15))),
        (BERLIN, day(10), day(9, 15), (day(10), day(9, 15))),  # a device that is elsewhere
        (BERLIN, day(30), None, (day(30), day(29, 22))),  # summer has come
        ("UTC", day(10), None, (day(10), day(10))),
        (BERLIN, None, None, (UNSET, UNSET)),
    ],
)
def test_dates_come_in_pairs(
    zone: str, local: datetime | None, instant: datetime | None, expected: tuple[object, object]
) -> None:
    element = sent(Task(start=local, utc_start=instant, due=local, utc_due=instant), zone)
    assert (element.start_date, element.utc_start_date) == expected
    assert (element.due_date, element.utc_due_date) == expected


@pytest.mark.parametrize(
    ("task", "completed"),
    [
        (Task(complete=True, completed=day(1)), day(1)),
        (Task(complete=True, utc_due=day(2)), day(2)),
        (Task(complete=True, start=day(3)), day(3)),
        (Task(complete=True), UNSET),
        (Task(completed=day(1)), UNSET),
    ],
)
def test_what_is_done_has_a_day(task: Task, completed: object) -> None:
    assert sent(task).date_completed == completed


@pytest.mark.parametrize(
    ("task", "start"),
    [
        (Task(recurrence_start=day(1), start=day(2)), day(1)),
        (Task(start=day(2), due=day(3)), day(2)),
        (Task(due=day(3)), day(3)),
        (Task(utc_due=day(4)), day(4)),
    ],
)
def test_a_recurrence_always_has_a_start(task: Task, start: datetime) -> None:
    element = sent(replace(task, recurrence=Rule(frequency=Frequency.DAILY)))
    expected = Recurrence(type=0, interval=1, start=start, regenerate=False, dead_occur=False)
    assert element.recurrence == expected


def test_a_recurrence_without_any_start_is_not_told() -> None:
    assert sent(Task(recurrence=Rule(frequency=Frequency.DAILY))).recurrence is UNSET


def test_a_change_clears_what_it_leaves_out() -> None:
    assert edit(Element(subject="Tea")) == {**CLEARED, "subject": "Tea"}


def test_a_change_of_nothing_clears_nothing() -> None:
    assert edit(Element()) == {}


@pytest.mark.parametrize(
    ("element", "fields"),
    [
        (Element(subject="a\r\nb\0"), {"subject": "a\nb"}),
        (Element(subject=""), {"subject": ""}),
        (Element(importance=2), {"importance": Importance.HIGH}),
        (Element(importance=7), {"importance": Importance.NORMAL}),
        (Element(importance=None), {"importance": Importance.NORMAL}),
        (Element(sensitivity=2), {"sensitivity": Sensitivity.PRIVATE}),
        (Element(sensitivity=9), {"sensitivity": Sensitivity.NORMAL}),
        (Element(due_date=day(1), utc_due_date=day(1, 5)), {"due": day(1), "utc_due": day(1, 5)}),
        (Element(utc_due_date=day(1, 5)), {"utc_due": day(1, 5)}),
        (Element(start_date=None, utc_start_date=None), {}),
        (Element(categories=["a", "a", " "]), {"categories": ("a",)}),
        (Element(complete=True, date_completed=day(1)), {"complete": True, "completed": day(1)}),
        (Element(complete=True), {"complete": True, "completed": NOW}),
        (Element(complete=True, date_completed=None), {"complete": True, "completed": NOW}),
        (Element(complete=False, date_completed=day(1)), {"complete": False, "completed": None}),
        (Element(date_completed=day(1)), {}),
        (Element(reminder_set=True, reminder_time=day(1)), {"reminder": day(1)}),
        (Element(reminder_set=True), {}),
        (Element(reminder_set=False, reminder_time=day(1)), {"reminder": None}),
        (Element(reminder_time=day(1)), {}),
        (Element(ordinal_date=day(1), sub_ordinal_date="5"), {"ordinal": day(1), "sub_ordinal": "5"}),
        (Element(body=BodyElement(type=BodyType.PLAIN)), {}),
        (Element(body=BodyElement(type=BodyType.PLAIN, data="n")), {"note": "n", "note_html": ""}),
        (
            Element(body=BodyElement(type=BodyType.HTML, data="<b>n</b>")),
            {"note": "n", "note_html": "<b>n</b>"},
        ),
        (
            Element(recurrence=Recurrence(type=0, start=day(5), dead_occur=True)),
            {
                "recurrence": Rule(frequency=Frequency.DAILY),
                "recurrence_start": day(5),
                "regenerates": False,
                "dead": True,
            },
        ),
    ],
)
def test_what_a_change_says(element: Element, fields: dict[str, Any]) -> None:
    assert edit(element) == {**CLEARED, **fields}


@pytest.mark.parametrize(
    ("element", "reminder"),
    [
        (Element(reminder_set=True, reminder_time=day(1), due_date=day(2)), day(1)),
        (Element(reminder_set=True, start_date=day(2), utc_start_date=day(1, 23)), day(1, 23)),
        (Element(reminder_set=True, due_date=day(2)), day(2)),
        (Element(reminder_set=True), None),
        (Element(due_date=day(2)), None),
    ],
)
def test_a_new_reminder_without_a_time_is_at_the_start(element: Element, reminder: datetime | None) -> None:
    assert tasks.task_from_wire(element, NOW).reminder == reminder


def test_a_recurrence_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(EasError) as refused:
        edit(Element(recurrence=Recurrence(type=0, start=day(1), day_of_month=3)))
    assert refused.value.status == 6


# --------------------------------------------------------------------------------------------- properties

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
DAYS = st.integers(0, 20_000).map(lambda days: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=days))
MOMENTS = st.builds(lambda start, second: start + timedelta(seconds=second), DAYS, st.integers(0, 86_399))
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))
BY_TYPE: dict[int, dict[str, st.SearchStrategy[int]]] = {
    0: {},
    1: {"day_of_week": st.integers(1, 127), "first_day_of_week": st.integers(0, 6)},
    2: {"day_of_month": st.integers(1, 31)},
    3: {"day_of_week": st.sampled_from([1, 2, 4, 8, 16, 32, 64, 62, 65]), "week_of_month": st.integers(1, 5)},
    5: {"day_of_month": st.integers(1, 31), "month_of_year": st.integers(1, 12)},
    6: {
        "day_of_week": st.sampled_from([1, 2, 4, 8, 16, 32, 64, 62, 65]),
        "week_of_month": st.integers(1, 5),
        "month_of_year": st.integers(1, 12),
    },
}


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    """A recurrence as the server answers it: with all that its type has."""
    kind = draw(st.sampled_from(sorted(BY_TYPE)))
    fields: dict[str, Any] = {name: draw(values) for name, values in BY_TYPE[kind].items()}
    if kind > 1:
        fields["calendar_type"] = 0
    if draw(st.booleans()):
        fields["occurrences"] = draw(st.integers(1, 999))
    return Recurrence(
        type=kind,
        start=draw(MOMENTS),
        interval=draw(st.integers(1, 999)),
        regenerate=draw(st.booleans()),
        dead_occur=draw(st.booleans()),
        **fields,
    )


@st.composite
def elements(draw: st.DrawFn) -> Element:
    """A task as a device may send it, and the server answers it."""
    element = Element(
        subject=draw(TEXTS),
        importance=draw(st.integers(0, 2)),
        sensitivity=draw(st.integers(0, 3)),
        complete=draw(st.booleans()),
        reminder_set=draw(st.booleans()),
    )
    if element.complete:
        element.date_completed = draw(MOMENTS)
    if element.reminder_set:
        element.reminder_time = draw(MOMENTS)
    if draw(st.booleans()):
        element.start_date = draw(DAYS | MOMENTS)
        element.utc_start_date = element.start_date - draw(OFFSETS)
    if draw(st.booleans()):
        element.due_date = draw(DAYS | MOMENTS)
        element.utc_due_date = element.due_date - draw(OFFSETS)
    if words := draw(st.lists(TEXTS.map(str.strip).filter(bool), unique=True, max_size=3)):
        element.categories = words
    if draw(st.booleans()):
        element.ordinal_date = draw(MOMENTS)
    if draw(st.booleans()):
        element.recurrence = draw(recurrences())
    return element


@given(elements())
def test_what_a_device_says_comes_back_out_of_the_document(element: Element) -> None:
    document = vtodo.write(tasks.task_from_wire(element, NOW), "1")
    assert sent(vtodo.read(document)) == element


@given(elements(), elements())
def test_a_change_comes_back_out_of_the_changed_document(before: Element, after: Element) -> None:
    document = vtodo.write(tasks.task_from_wire(before, NOW), "1")
    changed = vtodo.apply(document, tasks.edit_from_wire(after, NOW))
    assert sent(vtodo.read(changed)) == after
    assert vtodo.apply(changed, tasks.edit_from_wire(after, NOW)) == changed
