"""Events as no standard allows them: read as well as they can be, never damaged, or refused with a reason."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Attendee, Attending, Event, EventEdit, Location, Mailbox, OccurrenceEdit
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.formats.contentlines import read_lines
from outrider.formats.documents import CALENDAR
from outrider.formats.icalendar import events
from tests.examples import examples
from tests.formats.icalendar.event_strategies import events as any_events

START = datetime(2026, 3, 3, 9, tzinfo=UTC)
DAILY = Recurrence(frequency=Frequency.DAILY)
EVENT = ("DTSTART:20260303T090000Z", "DTEND:20260303T100000Z")
RULE = "RRULE:FREQ=DAILY"


def document(*lines: str, after: tuple[str, ...] = ()) -> bytes:
    body = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", *after, "END:VCALENDAR", ""]
    return "\r\n".join(body).encode()


def override(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", *lines, "END:VEVENT")


BAD: dict[str, tuple[bytes, dict[str, Any]]] = {
    "the same rule twice": (document(*EVENT, RULE, RULE), {"recurrence": DAILY}),
    "two rules": (
        document(*EVENT, RULE, "RRULE:FREQ=WEEKLY"),
        {"recurrence": Recurrence(frequency=Frequency.DAILY, exact=False)},
    ),
    "a rule that is none before one that is": (
        document(*EVENT, "RRULE:EVERY DAY", RULE),
        {"recurrence": DAILY},
    ),
    "month 0": (
        document(*EVENT, "RRULE:FREQ=YEARLY;BYMONTH=0;BYMONTHDAY=3"),
        {"recurrence": Recurrence(frequency=Frequency.MONTHLY, day_of_month=3)},
    ),
    "count and until": (
        document(*EVENT, "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260401T090000Z"),
        {"recurrence": Recurrence(frequency=Frequency.DAILY, until=datetime(2026, 4, 1, 9, tzinfo=UTC))},
    ),
    "exceptions without a rule": (
        document(
            "UID:1",
            *EVENT,
            "EXDATE:20260304T090000Z",
            after=override("UID:1", "RECURRENCE-ID:20260305T090000Z"),
        ),
        {"recurrence": None, "exceptions": (), "removed": ()},
    ),
    "exceptions of other events": (
        document("UID:1", *EVENT, RULE, after=override("UID:2", *EVENT, "RECURRENCE-ID:20260305T090000Z")),
        {"exceptions": ()},
    ),
    "an exception that is named by nonsense": (
        document(*EVENT, RULE, after=override(*EVENT, "RECURRENCE-ID:never")),
        {"exceptions": ()},
    ),
    "an exception that says nothing": (
        document(*EVENT, RULE, after=override("RECURRENCE-ID:20260305T090000Z")),
        {"recurrence": DAILY},
    ),
    "a zone that is not described": (
        document("DTSTART;TZID=Europe/Berlin:20260303T100000"),
        {"start": START, "zone": "Europe/Berlin"},
    ),
    "a zone that nobody knows": (document("DTSTART;TZID=Mine:20260303T090000"), {"start": START, "zone": ""}),
    "the same alarm twice": (
        document(*EVENT, *2 * ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM")),
        {"reminder": 5},
    ),
    "no uid": (document(*EVENT), {"uid": ""}),
    "a uid with a NUL": (document("UID:1\0", *EVENT), {"uid": "1"}),
    "an end before the start": (
        document("DTSTART:20260303T090000Z", "DTEND:20260303T080000Z"),
        {"start": START, "end": START},
    ),
    "dates that are none among others": (
        document(*EVENT, RULE, "EXDATE:20261399T000000Z,20260304T090000Z,00000000T000000", "DTSTAMP:now"),
        {"removed": (START + timedelta(days=1),), "stamp": None},
    ),
    "an attendee without an address": (
        document(*EVENT, "ATTENDEE;CN=X:invalid:nomail", "ATTENDEE:mailto:bob@example.org"),
        {"attendees": (Attendee(box=Mailbox("", "bob@example.org"), status=Attending.UNKNOWN),)},
    ),
    "a line of a megabyte": (document(*EVENT, "SUMMARY:" + "a" * 1_000_000), {"subject": "a" * 1_000_000}),
    "an event inside an event": (
        document(*EVENT, "SUMMARY:a", "BEGIN:VEVENT", "SUMMARY:b"),
        {"subject": "a", "start": START},
    ),
    "no end of anything": ("\r\n".join(["BEGIN:VEVENT", *EVENT, "SUMMARY:a"]).encode(), {"subject": "a"}),
    "ends of what never began": (document("END:VALARM", *EVENT, "END:VTODO", "SUMMARY:a"), {"subject": "a"}),
    "two events of one name": (
        document("UID:1", *EVENT, "SUMMARY:a", after=override("UID:1", *EVENT, "SUMMARY:b")),
        {"subject": "a"},
    ),
    "a message's object": (
        document(*EVENT).replace(b"BEGIN:VEVENT", b"METHOD:REQUEST\r\nBEGIN:VEVENT", 1),
        {"start": START},
    ),
    "Windows-1252": (document(*EVENT, "SUMMARY:x").replace(b"Y:x", b"Y:caf\xe9"), {"subject": "café"}),
    "an alarm that has no end": (
        document(*EVENT, "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M"),
        {"reminder": 5},
    ),
    "lines broken without a fold": (
        document(*EVENT, "DESCRIPTION:one", "two", "SUMMARY:a"),
        {"subject": "a", "note": "one"},
    ),
    "times in a series of days": (
        document("DTSTART;VALUE=DATE:20260303", RULE, "EXDATE:20260304T090000Z"),
        {"removed": (datetime(2026, 3, 4, tzinfo=UTC),)},
    ),
    "a rule for 30 February": (
        document(*EVENT, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"),
        {"start": START},
    ),
    "a rule for each second": (
        document(*EVENT, "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"),
        {"recurrence": Recurrence(frequency=Frequency.DAILY, exact=False)},
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_event_is_read_as_well_as_it_can_be(name: str) -> None:
    data, expected = BAD[name]
    event = events.read(data)
    assert {field: getattr(event, field) for field in expected} == expected
    CALENDAR.words(event)
    CALENDAR.horizon(event)


@pytest.mark.parametrize("name", BAD)
def test_bad_event_is_not_damaged_by_an_edit(name: str) -> None:
    data, _ = BAD[name]
    after = events.apply(data, EventEdit(fields={"location": Location(name="Town Hall")}))
    old, new = ([line.raw.rstrip() for line in read_lines(each)] for each in (data, after))
    assert [raw for raw in new if raw != b"LOCATION:Town Hall"] == old
    assert events.apply(data, EventEdit()) == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "BEGIN:VEVENT"),
        (b"\xff\xfe\x00", "BEGIN:VEVENT"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "BEGIN:VEVENT"),
        (document("SUMMARY:no start"), "DTSTART"),
        (document("DTSTART:tomorrow"), "DTSTART"),
        (document("DTSTART;VALUE=DATE:00000000"), "DTSTART"),
    ],
)
def test_what_is_no_event_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        events.read(data)
    with pytest.raises(UnreadableError, match=reason):
        events.apply(data, EventEdit(fields={"subject": "x"}))


# --------------------------------------------------------------------------------------------- any text

_NAMES = (
    "DTSTART DTEND DURATION RRULE EXDATE RDATE EXRULE RECURRENCE-ID UID SUMMARY ATTENDEE ORGANIZER "
    "TRIGGER ACTION GEO LOCATION X-MICROSOFT-LOCATIONS X-APPLE-STRUCTURED-LOCATION ATTACH CLASS "
    "STATUS TRANSP SEQUENCE DTSTAMP X-ALT-DESC DESCRIPTION CATEGORIES TZID TZOFFSETTO "
    "X-LIC-LOCATION X-MICROSOFT-CDO-BUSYSTATUS X-MICROSOFT-CDO-ALLDAYEVENT"
)
_PARAMS = (
    " ;TZID=Europe/Berlin ;TZID=Customized ;VALUE=DATE ;VALUE=DATE-TIME ;RELATED=END ;VALUE=BINARY "
    ";PARTSTAT=FOO ;RSVP=FALSE ;FMTTYPE=text/html ;TZID=(UTC+99:00)"
)
_VALUES = (
    "20260329T023000 20260329 20260329T013000Z 16010101T000000 99991231T235959Z 00000000T000000 "
    "20261399 20260310T090000,20260311T090000,,x 20260301T000000Z/PT1H P1D -PT15M PT P999999W "
    "PT99999999H FREQ=DAILY FREQ=WEEKLY;BYDAY=MO,TU;INTERVAL=0 FREQ=YEARLY;BYMONTH=0;BYMONTHDAY=99 "
    "FREQ=MONTHLY;BYDAY=-1SU,99MO FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=999999999 "
    "FREQ=SECONDLY;BYMONTH=2 FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=12 "
    "FREQ=DAILY;COUNT=5;UNTIL=20260410 FREQ=YEARLY;UNTIL=99991231 "
    "FREQ=WEEKLY;INTERVAL=99999;COUNT=100000 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU "
    "FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=x,8 mailto:a@example.org MAILTO: bob@x geo:1,2 "
    '999;999 1.5;2 [ [{}] [{"DisplayName":"","Latitude":1e999}] data:text/html,%ff data:;base64,@@ '
    "aGk= TRUE +0100 -9999 +01 DISPLAY -1 12345678901 \\ \\n,; TENTATIVE é"
)
_LINES = st.builds(
    lambda name, params, value: f"{name}{params}:{value}",
    st.sampled_from(_NAMES.split()),
    st.sampled_from(_PARAMS.split(" ")),
    st.sampled_from(_VALUES.split()),
)
_MARKS = st.builds(
    lambda word, name: f"{word}:{name}",
    st.sampled_from(["BEGIN", "END"]),
    st.sampled_from(["VEVENT", "VALARM", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VCALENDAR"]),
)
_SOUP = st.lists(
    _LINES | _LINES | _LINES | _MARKS | st.sampled_from(["", " folded", "TZID:Customized"]), max_size=25
)
_STARTS = st.sampled_from(
    ["DTSTART;TZID=Europe/Berlin:20260303T090000", "DTSTART;VALUE=DATE:20260303", *EVENT[:1], ""]
)
_RULES = st.sampled_from(["", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=10"])
_DOCUMENTS = st.builds(
    lambda start, rule, one, two: document(start, rule, *one, after=override(*two)),
    _STARTS,
    _RULES,
    _SOUP,
    _SOUP,
)


@st.composite
def any_edits(draw: st.DrawFn) -> EventEdit:
    """An edit of any fields, and of occurrences around those of the documents."""

    def fields() -> dict[str, Any]:
        event = draw(any_events())
        names = draw(st.sets(st.sampled_from(sorted(set(Event.__struct_fields__) - _NOT_EDITED))))
        return {name: getattr(event, name) for name in names}

    occurrences = tuple(
        OccurrenceEdit(
            original=START + timedelta(hours=draw(st.integers(-30, 900))),
            removed=draw(st.booleans()),
            fields={name: value for name, value in fields().items() if name != "recurrence"},
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    return EventEdit(fields=fields(), occurrences=occurrences, whole=draw(st.booleans()))


_NOT_EDITED = {"uid", "files", "original", "exceptions", "removed", "extra"}


@settings(deadline=None, max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
@given(_DOCUMENTS, any_edits())
def test_any_lines_are_read_and_edited_or_refused(data: bytes, edit: EventEdit) -> None:
    with suppress(UnreadableError):
        event = events.read(data)
        CALENDAR.words(event)
        CALENDAR.horizon(event)
    with suppress(UnreadableError):
        events.read(events.apply(data, edit))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(UnreadableError):
        events.read(b"BEGIN:VEVENT\nDTSTART:20260101\n" + data)


@settings(deadline=None, max_examples=examples(25))
@given(any_edits())
def test_edit_made_twice_is_made_once(edit: EventEdit) -> None:
    data = document("UID:1", *EVENT, "RRULE:FREQ=WEEKLY;BYDAY=TU")
    with suppress(UnreadableError):
        once = events.apply(data, edit)
        if "recurrence" not in edit.fields and "start" not in edit.fields and "all_day" not in edit.fields:
            assert events.read(events.apply(once, edit)) == events.read(once)
