"""Events out of documents, into documents, and edits that leave the rest alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from outrider.domain.errors import UnreadableError
from outrider.domain.items import (
    Attendee,
    AttendeeKind,
    Attending,
    Busy,
    Event,
    EventEdit,
    EventFile,
    Location,
    Mailbox,
    NewAttachment,
    NewEvent,
    OccurrenceEdit,
    Sensitivity,
)
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.formats import html as markup
from outrider.formats.icalendar import events
from tests.examples import examples
from tests.formats.icalendar.edits import changed_lines
from tests.formats.icalendar.event_strategies import events as any_events

RICH = """\
BEGIN:VCALENDAR
PRODID:-//Example//Calendar//EN
VERSION:2.0
X-WR-CALNAME:Work
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:4d2f
DTSTAMP:20260301T120000Z
CREATED:20260301T120000Z
LAST-MODIFIED:20260301T120000Z
DTSTART;TZID=W. Europe Standard Time:20260303T090000
DTEND;TZID=W. Europe Standard Time:20260303T100000
SUMMARY;LANGUAGE=en:Tea
LOCATION:Town Hall
GEO:52.5;13.4
DESCRIPTION:Bring cake\\, please.\\nAnd a rather long text that has to be folded b
 ecause it goes on and on
CATEGORIES:Private,Fun
CLASS:PRIVATE
TRANSP:OPAQUE
X-MICROSOFT-CDO-BUSYSTATUS:OOF
STATUS:CONFIRMED
SEQUENCE:2
PRIORITY:5
ORGANIZER;CN=Alice Example;SENT-BY="mailto:eve@example.org":mailto:alice@example.org
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Bob;X-NUM-GUESTS=0:mailto:bob@example.org
ATTENDEE;CUTYPE=ROOM;PARTSTAT=NEEDS-ACTION;CN=Room 1:mailto:room1@example.org
RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260630T070000Z
CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://example.org/join
ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:aGk=
ATTACH:https://example.org/agenda.pdf
X-CUSTOM;X-P="a;b":kept \\, as it is
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Tea
TRIGGER:-PT15M
END:VALARM
BEGIN:VALARM
ACTION:EMAIL
SUMMARY:Tea
TRIGGER:-P1D
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()
START = datetime(2026, 3, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def edited(document: bytes, **fields: object) -> bytes:
    return events.apply(document, EventEdit(fields=dict(fields)))


def test_rich_event_is_read_whole() -> None:
    assert events.read(RICH) == Event(
        uid="4d2f",
        subject="Tea",
        start=START,
        end=START + HOUR,
        zone="Europe/Berlin",
        location=Location(name="Town Hall", latitude=52.5, longitude=13.4),
        note="Bring cake, please.\nAnd a rather long text that has to be folded because it goes on and on",
        categories=("Private", "Fun"),
        sensitivity=Sensitivity.PRIVATE,
        busy=Busy.AWAY,
        reminder=15,
        organizer=Mailbox("Alice Example", "alice@example.org"),
        attendees=(
            Attendee(box=Mailbox("Bob", "bob@example.org"), status=Attending.ACCEPTED),
            Attendee(box=Mailbox("Room 1", "room1@example.org"), kind=AttendeeKind.RESOURCE),
        ),
        stamp=datetime(2026, 3, 1, 12, tzinfo=UTC),
        sequence=2,
        conference="https://example.org/join",
        files=(
            EventFile(section="8f434346648f6b96", name="a.txt", type="text/plain", size=2),
            EventFile(name="agenda.pdf", uri="https://example.org/agenda.pdf"),
        ),
        recurrence=Recurrence(
            frequency=Frequency.WEEKLY,
            weekdays=Weekdays.TUESDAY,
            until=datetime(2026, 6, 30, 7, tzinfo=UTC),
        ),
    )


BOB = Attendee(box=Mailbox("Bob", "bob@example.org"), status=Attending.DECLINED)
ROOM = Attendee(box=Mailbox("Room 1", "room1@example.org"), kind=AttendeeKind.RESOURCE)


@pytest.mark.parametrize(
    ("fields", "properties"),
    [
        ({"subject": "Coffee"}, {"SUMMARY"}),
        ({"start": START - HOUR}, {"DTSTART", "DTEND"}),  # the length stays
        ({"start": START - HOUR, "end": START + HOUR}, {"DTSTART"}),
        ({"end": START + 2 * HOUR}, {"DTEND"}),
        ({"note": "Bring tea."}, {"DESCRIPTION"}),
        ({"categories": ()}, {"CATEGORIES"}),
        ({"sensitivity": Sensitivity.NORMAL}, {"CLASS"}),
        ({"busy": Busy.TENTATIVE}, {"X-MICROSOFT-CDO-BUSYSTATUS"}),
        ({"reminder": 30}, {"TRIGGER"}),
        ({"organizer": Mailbox("Eve", "eve@example.org")}, {"ORGANIZER"}),
        ({"attendees": (BOB, ROOM)}, {"ATTENDEE"}),
        ({"cancelled": True}, {"STATUS"}),
        ({"takes_proposals": False}, {"X-MICROSOFT-DISALLOW-COUNTER"}),
        ({"stamp": START}, {"DTSTAMP"}),
        ({"sequence": 3}, {"SEQUENCE"}),
        ({"replied": START}, {"X-MICROSOFT-CDO-REPLYTIME"}),
        ({"conference": "https://example.org/2"}, {"CONFERENCE"}),
        ({"conference_external": "https://example.org/2"}, {"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK"}),
        ({"recurrence": Recurrence(frequency=Frequency.DAILY)}, {"RRULE"}),
    ],
)
def test_edit_of_one_field_changes_one_property(fields: dict[str, Any], properties: set[str]) -> None:
    after = edited(RICH, **fields)
    old, new = changed_lines(RICH, after)
    assert set(old) | set(new) == properties
    assert len(new) == len(set(new))
    assert events.read(after) == replace(
        events.read(RICH), **({"end": fields["start"] + HOUR} if fields.keys() == {"start"} else {}), **fields
    )


def test_edit_that_says_what_is_there_changes_nothing() -> None:
    event = events.read(RICH)
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    assert edited(RICH, **fields) == RICH


@settings(deadline=None, max_examples=examples(40))
@given(any_events())
def test_what_a_phone_can_say_comes_back_from_the_document(event: Event) -> None:
    document = events.write(NewEvent(event=event), "unused")
    if event.note_html:  # the text is what the HTML says
        event = replace(event, note=markup.text_from_html(event.note_html, 1 << 20))
    read = events.read(document)
    assert read == event
    fields = {name: getattr(read, name) for name in read.__struct_fields__}
    assert edited(document, **fields) == document


@settings(deadline=None, max_examples=examples(40))
@given(any_events())
def test_document_takes_what_a_phone_can_say(event: Event) -> None:
    """Every field at once, and what no phone knows stays."""
    fields = {name: getattr(event, name) for name in event.__struct_fields__ if name not in ("uid", "files")}
    after = edited(RICH, **fields)
    read = events.read(after)
    expected = replace(event, uid=read.uid, files=read.files)
    if event.note_html:
        expected = replace(expected, note=markup.text_from_html(event.note_html, 1 << 20))
    if expected.recurrence and read.recurrence and not expected.recurrence.first_day:
        expected = replace(expected, recurrence=read.recurrence)
    assert read == expected
    for line in (b"X-CUSTOM", b"ACTION:EMAIL", b"PRIORITY:5", b"CREATED:", b"X-WR-CALNAME", b"ATTACH:https"):
        assert line in after


# ------------------------------------------------------------------------------------------ the note


def test_text_that_is_the_same_keeps_its_html() -> None:
    html = RICH.replace(b"CATEGORIES", b"X-ALT-DESC;FMTTYPE=text/html:<p>Bring cake</p>\r\nCATEGORIES")
    note = events.read(html).note
    assert edited(html, note=note) == html
    assert b"X-ALT-DESC" not in edited(html, note="Bring tea.")


def test_html_brings_its_text_along() -> None:
    event = events.read(edited(RICH, note_html="<p>Bring <b>tea</b></p>"))
    assert (event.note, event.note_html) == ("Bring tea", "<p>Bring <b>tea</b></p>")


# ----------------------------------------------------------------------------------------- the place


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"location.name": "Town Hall"}, Location(name="Town Hall", latitude=52.5, longitude=13.4)),
        ({"location.name": "Elsewhere"}, Location(name="Elsewhere")),
        ({"location.city": "Town"}, Location(name="Town Hall", city="Town", latitude=52.5, longitude=13.4)),
    ],
)
def test_part_of_a_place_may_be_named(fields: dict[str, object], place: Location) -> None:
    assert events.read(edited(RICH, **fields)).location == place


# ----------------------------------------------------------------------------------------- the times


def test_zone_keeps_its_name_in_the_document() -> None:
    after = edited(RICH, zone="Europe/Berlin", start=START + HOUR, end=START + 2 * HOUR)
    assert b"DTSTART;TZID=W. Europe Standard Time:20260303T100000" in after
    assert after.count(b"BEGIN:VTIMEZONE") == 1


def test_another_zone_is_described() -> None:
    after = edited(RICH, zone="Asia/Tokyo")
    assert b"DTSTART;TZID=Asia/Tokyo:20260303T170000" in after
    assert after.count(b"BEGIN:VTIMEZONE") == 2
    assert events.read(after).start == START


@pytest.mark.parametrize(("zone", "read"), [("UTC", "UTC"), ("", ""), ("Nowhere/At_All", "UTC")])
def test_utc_and_floating_times_are_told_apart(zone: str, read: str) -> None:
    event = events.read(edited(RICH, zone=zone, recurrence=None))
    assert (event.zone, event.start) == (read, START)


def test_whole_days_have_no_zone() -> None:
    day = START.replace(hour=0)
    event = events.read(edited(RICH, all_day=True, start=day, end=day + 48 * HOUR, zone="Europe/Berlin"))
    assert (event.all_day, event.zone, event.start, event.end) == (True, "", day, day + 48 * HOUR)
    timed = edited(edited(RICH, all_day=True), all_day=False, start=START, end=START, zone="Asia/Tokyo")
    assert (events.read(timed).zone, events.read(timed).all_day) == ("Asia/Tokyo", False)


def test_alarm_at_a_fixed_time_stays_as_long_before() -> None:
    fixed = RICH.replace(b"TRIGGER:-PT15M", b"TRIGGER;VALUE=DATE-TIME:20260303T074500Z")
    after = edited(fixed, start=START + HOUR, end=START + 2 * HOUR)
    assert events.read(after).reminder == 15


@pytest.mark.parametrize("start", [datetime.min, datetime.max])
def test_date_at_the_ends_of_time_is_refused(start: datetime) -> None:
    with pytest.raises(UnreadableError):
        edited(RICH, start=start.replace(tzinfo=UTC))


# ------------------------------------------------------------------------------------------ new events


def test_new_event_has_what_the_standard_demands() -> None:
    document = events.write(NewEvent(event=Event(start=START, end=START + HOUR)), "u1")
    names = {line.partition(b":")[0] for line in document.split(b"\r\n")}
    assert {b"VERSION", b"PRODID", b"UID", b"DTSTAMP", b"DTSTART"} <= names
    assert events.read(document).uid == "u1"


def test_new_event_keeps_its_own_uid() -> None:
    assert events.read(events.write(NewEvent(event=Event(uid="x", start=START, end=START)), "u1")).uid == "x"


def test_new_series_comes_with_exceptions_and_files() -> None:
    event = Event(start=START, end=START + HOUR, recurrence=Recurrence(frequency=Frequency.DAILY))
    day = timedelta(days=1)
    edit = EventEdit(
        occurrences=(
            OccurrenceEdit(original=START + day, removed=True),
            OccurrenceEdit(original=START + 2 * day, fields={"subject": "Coffee"}),
        ),
        added=(NewAttachment(name="a.txt", data=b"hi"),),
    )
    read = events.read(events.write(NewEvent(event=event, edit=edit), "u1"))
    assert read.removed == (START + day,)
    assert [(each.original, each.subject) for each in read.exceptions] == [(START + 2 * day, "Coffee")]
    assert [file.name for file in read.files] == ["a.txt"]


def test_event_is_written_with_the_exceptions_it_has() -> None:
    after = events.apply(
        RICH,
        EventEdit(
            occurrences=(
                OccurrenceEdit(original=START + timedelta(days=7), removed=True),
                OccurrenceEdit(original=START + timedelta(days=14), fields={"subject": "Coffee"}),
            )
        ),
    )
    event = replace(events.read(after), files=())
    event = replace(event, exceptions=tuple(replace(each, files=()) for each in event.exceptions))
    assert events.read(events.write(NewEvent(event=event), "")) == event


def test_files_are_added_to_exceptions_that_have_those_of_the_series() -> None:
    series = events.apply(
        RICH, EventEdit(occurrences=(OccurrenceEdit(original=START, fields={"subject": "Coffee"}),))
    )
    after = events.apply(
        series, EventEdit(removed=("8f434346648f6b96",), added=(NewAttachment(name="b.txt", data=b"yo"),))
    )
    event = events.read(after)
    assert [file.name for file in event.files] == ["agenda.pdf", "b.txt"]
    assert event.exceptions[0].files == event.files


def test_file_of_one_occurrence_is_its_own() -> None:
    edit = OccurrenceEdit(
        original=START,
        files_added=(NewAttachment(name="b.txt", data=b"yo"),),
        files_removed=("8f434346648f6b96",),
    )
    event = events.read(events.apply(RICH, EventEdit(occurrences=(edit,))))
    assert [file.name for file in event.files] == ["a.txt", "agenda.pdf"]
    assert [file.name for file in event.exceptions[0].files] == ["agenda.pdf", "b.txt"]


def test_invitation_to_one_occurrence_is_an_event_that_names_it() -> None:
    alone = RICH.replace(
        b"RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260630T070000Z", b"RECURRENCE-ID:20260303T070000Z"
    )
    event = events.read(alone)
    assert (event.original, event.recurrence) == (START - HOUR, None)
    assert edited(alone, subject="Coffee") == alone.replace(b";LANGUAGE=en:Tea", b":Coffee")
