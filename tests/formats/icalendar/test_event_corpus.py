"""Events as other programs write them: read right, and edited without touching anything else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from outrider.domain.items import Attending, Busy, EventEdit, Location, Mailbox, OccurrenceEdit, Sensitivity
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.formats.icalendar import events
from outrider.formats.icalendar.files import join_calendar, split_calendar
from tests.formats.icalendar.edits import changed_lines

CORPUS = Path(__file__).parents[2] / "corpus" / "ics"
FILES = sorted(path.name for path in CORPUS.glob("*.ics"))
WORKDAYS, TU_TH = Weekdays(62), Weekdays.TUESDAY | Weekdays.THURSDAY
HALL = "Town Hall\n1 Road, 12345 Town"


def utc(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def weekly(weekdays: Weekdays, **fields: Any) -> Recurrence:
    return Recurrence(frequency=Frequency.WEEKLY, weekdays=weekdays, **fields)


def monthly(weekdays: Weekdays, week: int, **fields: Any) -> Recurrence:
    frequency = Frequency.MONTHLY_BY_WEEKDAY
    return Recurrence(frequency=frequency, weekdays=weekdays, week_of_month=week, **fields)


EXPECTED: dict[str, dict[str, Any]] = {
    "android.ics": {
        "start": utc(5, 4),
        "end": utc(5, 9),
        "all_day": True,
        "recurrence": None,
        "extra": (utc(7, 6),),
        "reminder": 900,
        "busy": Busy.TENTATIVE,
    },
    "apple.ics": {
        "start": utc(3, 3, 8),
        "zone": "Europe/Berlin",
        "location": Location(name=HALL, latitude=52.518, longitude=13.408),
        "organizer": Mailbox("Alice Example", "alice@example.org"),
        "reminder": 30,
        "recurrence": weekly(Weekdays.TUESDAY, until=utc(6, 30, 21, 59).replace(second=59)),
        "removed": (utc(3, 10, 8),),
    },
    "evolution.ics": {
        "start": utc(3, 30, 23),
        "zone": "Australia/Adelaide",
        "recurrence": monthly(Weekdays(127), 5, count=22),
        "busy": Busy.FREE,
        "reminder": 1440,
    },
    "exchange.ics": {
        "start": utc(3, 3),
        "end": utc(3, 5),
        "all_day": True,
        "zone": "",
        "location": Location(
            name="Town Hall", street="1 Road", city="Town", country="Land", postal_code="12345"
        ),
        "sensitivity": Sensitivity.CONFIDENTIAL,
        "busy": Busy.TENTATIVE,
        "conference_external": "https://meet.example.org/alice/1",
        "sequence": 3,
    },
    "google.ics": {
        "start": utc(3, 4, 23),
        "zone": "America/New_York",
        "recurrence": monthly(Weekdays.WEDNESDAY, 1, count=12),
        "conference": "https://meet.example.org/abc-defg-hij",
        "reminder": 10,
    },
    "ical-generator.ics": {
        "start": utc(3, 3, 7),
        "zone": "Europe/Berlin",
        "note": "Read first",
        "note_html": "<p>Read <b>first</b></p>",
        "location": Location(name="Town Hall\n1 Road, Town", latitude=52.5, longitude=13.4),
        "busy": Busy.AWAY,
        "recurrence": monthly(Weekdays.TUESDAY, 1, count=6),
    },
    "ical.ics": {
        "start": utc(8, 3),
        "end": utc(8, 15),
        "all_day": True,
        "recurrence": Recurrence(frequency=Frequency.YEARLY, month_of_year=8, day_of_month=3, count=3),
    },
    "icalendar.ics": {
        "start": utc(3, 3, 8),
        "zone": "Europe/Berlin",
        "recurrence": weekly(TU_TH, until=utc(6, 30, 7)),
        "removed": (utc(3, 5, 8), utc(3, 10, 8)),
        "categories": ("Work", "Team"),
    },
    "ics-js.ics": {
        "start": utc(3, 3, 9),
        "end": utc(3, 3, 10, 30),
        "zone": "UTC",
        "recurrence": weekly(TU_TH, interval=2),
        "removed": (utc(3, 17, 9),),
        "sensitivity": Sensitivity.PRIVATE,
        "busy": Busy.TENTATIVE,
    },
    "ics.ics": {"start": utc(3, 3, 11), "location": Location(name="Café"), "busy": Busy.FREE, "reminder": 10},
    "khal.ics": {
        "start": utc(3, 3, 8),
        "zone": "Europe/Berlin",
        "recurrence": Recurrence(frequency=Frequency.MONTHLY, day_of_month=3, until=utc(12, 30, 23)),
    },
    "korganizer.ics": {
        "start": utc(2, 29, year=1980),
        "end": utc(3, 1, year=1980),
        "recurrence": Recurrence(frequency=Frequency.YEARLY, month_of_year=2, day_of_month=29, exact=False),
        "reminder": 10080,
    },
    "nextcloud.ics": {
        "start": utc(3, 3, 17, 30),
        "recurrence": weekly(TU_TH),
        "removed": (utc(3, 5, 17, 30), utc(3, 12, 17, 30)),
        "reminder": 60,
    },
    "outlook.ics": {
        "start": utc(3, 31, 14),
        "zone": "Europe/Berlin",
        "recurrence": monthly(WORKDAYS, 5, count=6),
        "removed": (utc(4, 30, 14),),
        "takes_proposals": False,
        "busy": Busy.AWAY,
    },
    "thunderbird.ics": {
        "start": utc(3, 2, 8, 30),
        "end": utc(3, 2, 9, 15),
        "zone": "Asia/Kolkata",
        "recurrence": weekly(WORKDAYS),
        "note": "Dial 123",
        "note_html": "<body>Dial <b>123</b></body>",
    },
    "vobject.ics": {
        "start": utc(3, 2, 14),
        "zone": "America/New_York",
        "recurrence": weekly(WORKDAYS, count=50),
        "reminder": 5,
    },
    "zimbra-latin1.ics": {
        "subject": "Abgesagt: Besprechung über Größe",
        "start": utc(3, 10, 8),
        "original": utc(3, 10, 8),
        "cancelled": True,
        "recurrence": None,
    },
}

# Changed occurrences: original start, start, and something that they say.
EXCEPTIONS: dict[str, tuple[datetime, datetime, dict[str, object]]] = {
    "apple.ics": (utc(3, 17, 8), utc(3, 18, 8), {"location": Location(name="Church")}),
    "nextcloud.ics": (utc(3, 10, 17, 30), utc(3, 10, 18), {"subject": "Yoga (late)"}),
    "thunderbird.ics": (utc(3, 4, 8, 30), utc(3, 4, 8, 30), {"cancelled": True}),
}


def document(name: str) -> bytes:
    [piece] = split_calendar((CORPUS / name).read_bytes())
    return piece.document


def test_every_file_is_expected() -> None:
    assert set(FILES) == set(EXPECTED)


@pytest.mark.parametrize("name", FILES)
def test_event_is_read_right(name: str) -> None:
    event = events.read(document(name))
    assert {field: getattr(event, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_exception_is_read_right(name: str) -> None:
    [exception] = events.read(document(name)).exceptions
    original, start, said = EXCEPTIONS[name]
    assert (exception.original, exception.start) == (original, start)
    assert {field: getattr(exception, field) for field in said} == said


@pytest.mark.parametrize("name", sorted(set(FILES) - set(EXCEPTIONS)))
def test_there_are_no_other_exceptions(name: str) -> None:
    assert events.read(document(name)).exceptions == ()


@pytest.mark.parametrize("name", FILES)
def test_event_written_back_unchanged_keeps_its_bytes(name: str) -> None:
    before = document(name)
    event = events.read(before)
    fields = {field: getattr(event, field) for field in event.__struct_fields__}
    removed = [OccurrenceEdit(original=original, removed=True) for original in event.removed]
    changed = [
        OccurrenceEdit(original=each.original, fields={"subject": each.subject, "start": each.start})
        for each in event.exceptions
        if each.original
    ]
    edit = EventEdit(fields=fields, occurrences=(*removed, *changed), whole=True)
    assert events.apply(before, edit) == before


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Another"),
        ("location", Location(name="Elsewhere")),
        ("note", "another\nnote"),
        ("categories", ("new",)),
        ("reminder", 7),
        ("busy", Busy.ELSEWHERE),
    ],
)
def test_edit_changes_what_the_field_stands_in(name: str, field: str, value: object) -> None:
    before = document(name)
    after = events.apply(before, EventEdit(fields={field: value}))
    assert getattr(events.read(after), field) == value
    old, new = changed_lines(before, after)
    assert set(old) | set(new) <= PROPERTIES[field]
    assert events.apply(after, EventEdit(fields={field: value})) == after


PROPERTIES = {
    "subject": {"SUMMARY"},
    "location": {"LOCATION", "GEO", "X-APPLE-STRUCTURED-LOCATION", "X-MICROSOFT-LOCATIONS"},
    "note": {"DESCRIPTION", "X-ALT-DESC"},
    "categories": {"CATEGORIES"},
    "reminder": {"BEGIN", "ACTION", "DESCRIPTION", "TRIGGER", "END"},
    "busy": {"TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"},
}


@pytest.mark.parametrize("name", FILES)
def test_event_moves_an_hour_in_its_own_zone(name: str) -> None:
    before = document(name)
    event = events.read(before)
    step = timedelta(days=1) if event.all_day else timedelta(hours=1)
    after = events.apply(before, EventEdit(fields={"start": event.start + step, "end": event.end + step}))
    moved = events.read(after)
    assert (moved.start, moved.end, moved.zone) == (event.start + step, event.end + step, event.zone)
    assert after.count(b"BEGIN:VTIMEZONE") <= max(1, before.count(b"BEGIN:VTIMEZONE"))


@pytest.mark.parametrize("name", FILES)
def test_answer_of_an_attendee_changes_one_line(name: str) -> None:
    before = document(name)
    event = events.read(before)
    people = tuple(replace(one, status=Attending.DECLINED) for one in event.attendees)
    after = events.apply(before, EventEdit(fields={"attendees": people}))
    assert [one.status for one in events.read(after).attendees] == [Attending.DECLINED] * len(people)
    assert set(changed_lines(before, after)[1]) <= {"ATTENDEE"}


def test_all_files_go_into_one_and_come_out_the_same() -> None:
    documents = [document(name) for name in FILES if name != "evolution.ics"]  # its lines end otherwise
    pieces = split_calendar(join_calendar(documents))
    assert [events.read(piece.document) for piece in pieces] == [events.read(each) for each in documents]
