"""Tasks out of VTODO components, into them, and edits that leave the rest alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Importance, Sensitivity, Task, TaskEdit
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.formats.icalendar import tasks
from tests.formats.icalendar.edits import TEXTS, WORDS, changed_lines


def at(day: int, hour: int = 0) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def document(*lines: str) -> bytes:
    inner = ["BEGIN:VTODO", "UID:t1", *lines, "END:VTODO"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *inner, "END:VCALENDAR", ""]).encode()


def read(*lines: str) -> Task:
    return tasks.read(document(*lines))


def edited(before: bytes, **fields: object) -> bytes:
    return tasks.apply(before, TaskEdit(fields=fields))


RICH = document(
    "DTSTAMP:20260101T000000Z",
    "SUMMARY:Water the plants",
    "DESCRIPTION:all of them",
    "X-ALT-DESC;FMTTYPE=text/html:<p>all of them</p>",
    "DTSTART;TZID=Europe/Berlin:20260310T090000",
    "DUE;TZID=Europe/Berlin:20260312T180000",
    "RRULE:FREQ=WEEKLY;BYDAY=TU;WKST=SU",
    "PRIORITY:3",
    "CLASS:PRIVATE",
    "CATEGORIES:Home,Green",
    "STATUS:IN-PROCESS",
    "PERCENT-COMPLETE:40",
    "LOCATION:Balcony",
    "RELATED-TO:t0",
    "X-OWN;A=b:kept",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT1H",
    "X-OWN:kept",
    "END:VALARM",
)
WEEKLY = Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY, first_day=0)
TASK = Task(
    uid="t1",
    subject="Water the plants",
    note="all of them",
    note_html="<p>all of them</p>",
    importance=Importance.HIGH,
    sensitivity=Sensitivity.PRIVATE,
    categories=("Home", "Green"),
    start=at(10, 9),
    utc_start=at(10, 8),
    due=at(12, 18),
    utc_due=at(12, 17),
    reminder=at(10, 7),
    recurrence=WEEKLY,
    recurrence_start=at(10, 9),
    stamp=datetime(2026, 1, 1, tzinfo=UTC),
)


# ------------------------------------------------------------------------------------------------ reading


def test_a_task_is_read_whole() -> None:
    assert tasks.read(RICH) == TASK


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ([], {}),
        (["STATUS:COMPLETED", "COMPLETED:20260301T080000Z"], {"complete": True, "completed": at(1, 8)}),
        (["STATUS:completed"], {"complete": True}),
        (["STATUS:COMPLETED", "LAST-MODIFIED:20260301T080000Z"], {"complete": True, "completed": at(1, 8)}),
        (["STATUS:CANCELLED"], {"complete": True}),
        (["COMPLETED:20260301T080000Z"], {"complete": True, "completed": at(1, 8)}),
        (["PERCENT-COMPLETE:100"], {"complete": True}),
        (["PERCENT-COMPLETE:99"], {}),
        (["STATUS:NEEDS-ACTION", "COMPLETED:20260301T080000Z", "PERCENT-COMPLETE:100"], {}),
        (["STATUS:IN-PROCESS"], {}),
        (["STATUS:"], {}),
        (["PRIORITY:0"], {}),
        (["PRIORITY:7"], {"importance": Importance.LOW}),
        (["DUE;VALUE=DATE:20260310"], {"due": at(10)}),
        (["DUE:tomorrow", "SUMMARY:Tea"], {"subject": "Tea"}),
        (["RRULE:FREQ=DAILY"], {}),  # from when?
        (["RRULE:FREQ=NEVER", "DUE:20260310"], {"due": at(10)}),
        (
            ["DUE;VALUE=DATE:20260310", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"],
            {
                "due": at(10),
                "recurrence": Recurrence(frequency=Frequency.DAILY),
                "recurrence_start": at(10),
            },
        ),
        (
            ["DTSTART;VALUE=DATE:20260310", "RRULE:FREQ=MONTHLY;BYMONTH=0;COUNT=3;UNTIL=20260601"],
            {
                "start": at(10),
                "recurrence": Recurrence(
                    frequency=Frequency.MONTHLY, day_of_month=10, until=datetime(2026, 6, 1, tzinfo=UTC)
                ),
                "recurrence_start": at(10),
            },
        ),
    ],
)
def test_what_other_programs_write_is_read(lines: list[str], fields: dict[str, Any]) -> None:
    assert read(*lines) == replace(Task(uid="t1"), **fields)


@pytest.mark.parametrize(
    "data", [b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", document().replace(b"VTODO", b"VEVENT")]
)
def test_what_is_no_task_cannot_be_read(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        tasks.read(data)


def test_a_task_that_stands_alone_is_read() -> None:
    assert tasks.read(b"BEGIN:VTODO\nSUMMARY:Tea\nEND:VTODO").subject == "Tea"


@pytest.mark.parametrize(
    ("task", "day"),
    [
        (Task(), None),
        (Task(utc_due=at(1)), None),
        (Task(complete=True, completed=at(3, 23)), date(2026, 3, 3)),
        (Task(complete=True, utc_due=at(4)), date(2026, 3, 4)),
        (Task(complete=True, due=at(5)), date(2026, 3, 5)),
        (Task(complete=True), date.min),
    ],
)
def test_an_open_task_counts_for_ever_and_one_that_is_done_until_that_day(
    task: Task, day: date | None
) -> None:
    assert tasks.horizon(task) == day


# ------------------------------------------------------------------------------------------------ editing

DONE = document(
    "DUE:20260310", "STATUS:COMPLETED", "COMPLETED:20260301T080000Z", "PERCENT-COMPLETE:100", "X-OWN:kept"
)


@pytest.mark.parametrize(
    ("fields", "gone", "come"),
    [
        ({}, [], []),
        ({name: getattr(TASK, name) for name in TASK.__struct_fields__}, [], []),
        ({"subject": "Water"}, ["SUMMARY"], ["SUMMARY"]),
        ({"note": "all of them", "note_html": ""}, [], []),
        ({"note": "some", "note_html": ""}, ["DESCRIPTION", "X-ALT-DESC"], ["DESCRIPTION"]),
        ({"importance": Importance.LOW}, ["PRIORITY"], ["PRIORITY"]),
        ({"sensitivity": Sensitivity.NORMAL}, ["CLASS"], ["CLASS"]),
        ({"categories": ("Home",)}, ["CATEGORIES"], ["CATEGORIES"]),
        (
            {"start": at(10, 8), "utc_start": at(10, 7)},
            ["DTSTART"],
            ["DTSTART", "X-OUTRIDER-RECURRENCE-START"],
        ),
        ({"due": at(11), "utc_due": at(10, 23)}, ["DUE"], ["DUE"]),
        ({"due": None, "utc_due": None}, ["DUE"], []),
        ({"reminder": at(9)}, ["TRIGGER"], ["TRIGGER"]),
        ({"reminder": None}, ["BEGIN", "ACTION", "TRIGGER", "X-OWN", "END"], []),
        ({"ordinal": at(1)}, [], ["X-OUTRIDER-ORDINAL"]),
        ({"sub_ordinal": "5"}, [], ["X-OUTRIDER-SUB-ORDINAL"]),
        ({"recurrence": replace(WEEKLY, interval=2)}, ["RRULE"], ["RRULE"]),
        ({"recurrence": replace(WEEKLY, first_day=None)}, [], []),  # a device that cannot say
        ({"recurrence": None, "recurrence_start": None}, ["RRULE"], []),
        ({"recurrence_start": at(3, 9)}, [], ["X-OUTRIDER-RECURRENCE-START"]),
        ({"regenerates": True, "dead": True}, [], ["X-OUTRIDER-REGENERATES", "X-OUTRIDER-DEAD"]),
        (
            {"complete": True, "completed": at(11)},
            ["STATUS", "PERCENT-COMPLETE"],
            ["STATUS", "PERCENT-COMPLETE", "COMPLETED"],
        ),
    ],
)
def test_an_edit_changes_its_own_properties_only(
    fields: dict[str, Any], gone: list[str], come: list[str]
) -> None:
    assert changed_lines(RICH, edited(RICH, **fields)) == (gone, come)


def test_dates_stay_in_the_zone_they_were_in() -> None:
    after = edited(RICH, due=at(13, 12), utc_due=at(13, 11))
    assert b"DUE;TZID=Europe/Berlin:20260313T120000\r\n" in after


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        (
            {"complete": False, "completed": None},
            ["DUE:20260310", "STATUS:NEEDS-ACTION", "X-OWN:kept"],
        ),
        (
            {"complete": True, "completed": at(2)},
            [
                "DUE:20260310",
                "STATUS:COMPLETED",
                "COMPLETED:20260302T000000Z",
                "PERCENT-COMPLETE:100",
                "X-OWN:kept",
            ],
        ),
    ],
)
def test_a_task_is_opened_again_and_dated_anew(fields: dict[str, Any], lines: list[str]) -> None:
    assert edited(DONE, **fields) == document(*lines)


def test_a_rule_that_says_more_than_a_phone_is_told_stays() -> None:
    before = document("DTSTART:20260310", "RRULE:FREQ=YEARLY;BYYEARDAY=69,70;X-OWN=1")
    told = tasks.read(before).recurrence
    assert told is not None
    assert not told.exact
    assert edited(before, subject="", recurrence=replace(told, exact=True), recurrence_start=at(10)) == before


def test_a_rule_that_no_phone_was_told_of_stays() -> None:
    before = document("RRULE:FREQ=DAILY")
    assert edited(before, recurrence=None, recurrence_start=None) == before


def test_with_the_rule_go_its_exceptions() -> None:
    before = document("DTSTART:20260310", "RRULE:FREQ=DAILY", "EXDATE:20260311", "SUMMARY:Tea")
    override = b"BEGIN:VTODO\r\nUID:t1\r\nRECURRENCE-ID:20260312\r\nEND:VTODO\r\nEND:VCALENDAR"
    after = edited(before.replace(b"END:VCALENDAR", override), recurrence=None)
    assert after == document("DTSTART:20260310", "SUMMARY:Tea")


def test_a_rule_may_begin_without_any_date() -> None:
    daily = Recurrence(frequency=Frequency.DAILY)
    made = Task(uid="t1", recurrence=daily, recurrence_start=at(10))
    assert tasks.read(tasks.write(made, "")) == made


# --------------------------------------------------------------------------------------------- properties

DAYS = st.integers(0, 20_000).map(lambda days: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=days))
MOMENTS = st.builds(lambda day, second: day + timedelta(seconds=second), DAYS, st.integers(0, 86_399))
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[datetime | None, datetime | None]:
    """What a clock shows and the instant, or one of them."""
    local = draw(DAYS | MOMENTS)
    instant = local - draw(OFFSETS)
    return (local if draw(st.booleans()) else None, instant if draw(st.booleans()) else None)


RULES = st.one_of(
    st.builds(Recurrence, frequency=st.just(Frequency.DAILY), interval=st.integers(1, 999)),
    st.builds(
        Recurrence,
        frequency=st.just(Frequency.WEEKLY),
        weekdays=st.integers(1, 126).map(Weekdays),
        count=st.none() | st.integers(1, 999),
        first_day=st.none() | st.integers(0, 6),
    ),
    st.builds(Recurrence, frequency=st.just(Frequency.MONTHLY), day_of_month=st.integers(1, 31)),
    st.builds(
        Recurrence,
        frequency=st.just(Frequency.YEARLY_BY_WEEKDAY),
        weekdays=st.integers(0, 6).map(lambda day: Weekdays(1 << day)),
        week_of_month=st.integers(1, 5),
        month_of_year=st.integers(1, 12),
    ),
)


@st.composite
def made(draw: st.DrawFn) -> Task:
    """A task as a phone can make it."""
    (start, utc_start), (due, utc_due) = draw(pairs()), draw(pairs())
    complete, rule = draw(st.booleans()), draw(st.none() | RULES)
    return Task(
        uid="t1",
        subject=draw(TEXTS),
        note=draw(TEXTS),
        importance=draw(st.sampled_from(Importance)),
        sensitivity=draw(st.sampled_from(Sensitivity)),
        categories=draw(WORDS),
        start=start,
        utc_start=utc_start,
        due=due,
        utc_due=utc_due,
        complete=complete,
        completed=draw(MOMENTS) if complete else None,
        reminder=draw(st.none() | MOMENTS),
        ordinal=draw(st.none() | MOMENTS),
        sub_ordinal=draw(TEXTS),
        recurrence=rule,
        recurrence_start=draw(MOMENTS) if rule else None,
        regenerates=draw(st.booleans()),
        dead=draw(st.booleans()),
        stamp=draw(st.none() | MOMENTS),
    )


@given(made())
def test_a_task_comes_back_as_it_was(task: Task) -> None:
    assert tasks.read(tasks.write(task, "")) == task


@given(made(), made())
def test_any_task_can_be_made_of_any_other_by_an_edit(before: Task, after: Task) -> None:
    fields = {name: getattr(after, name) for name in after.__struct_fields__ if name != "uid"}
    assert tasks.read(edited(tasks.write(before, ""), **fields)) == after
