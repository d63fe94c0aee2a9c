"""Calendar files taken apart into documents, and put together."""

from __future__ import annotations

from outrider.domain.items import ItemClass
from outrider.formats.components import read_components
from outrider.formats.icalendar.document import Calendar, uid_of
from outrider.formats.icalendar.files import join_calendar, split_calendar


def lines(*names: str) -> bytes:
    return "".join(f"{name}\r\n" for name in names).encode()


def zone(name: str) -> tuple[str, ...]:
    return ("BEGIN:VTIMEZONE", f"TZID:{name}", "END:VTIMEZONE")


FILE = lines(
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example//EN",
    "X-WR-CALNAME:Work",
    "METHOD:PUBLISH",
    *zone("A"),
    *zone("B"),
    "BEGIN:VEVENT",
    "UID:1",
    "DTSTART;TZID=A:20260303T090000",
    'X-KEPT;X-P="a;b":as it is',
    "END:VEVENT",
    "BEGIN:VTODO",
    "UID:1",
    "END:VTODO",
    "BEGIN:VFREEBUSY",
    "END:VFREEBUSY",
    "BEGIN:VEVENT",
    "UID:2",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "UID:1",
    "RECURRENCE-ID;TZID=A:20260310T090000",
    "END:VEVENT",
    "BEGIN:VJOURNAL",
    "SUMMARY:no name",
    "END:VJOURNAL",
    "END:VCALENDAR",
)


def test_each_item_is_a_document_with_its_exceptions() -> None:
    pieces = split_calendar(FILE)
    assert [piece.holds for piece in pieces] == [
        ItemClass.CALENDAR,
        ItemClass.TASKS,
        ItemClass.CALENDAR,
        ItemClass.NOTES,
    ]
    first = Calendar(pieces[0].document, "VEVENT")
    assert (uid_of(first.main), len(first.overrides)) == ("1", 1)


def test_document_has_the_zones_that_it_names() -> None:
    event, task, *_ = split_calendar(FILE)
    assert event.document.count(b"BEGIN:VTIMEZONE") == 1
    assert b"TZID:A\r\n" in event.document
    assert b"BEGIN:VTIMEZONE" not in task.document


def test_document_keeps_bytes_and_says_who_made_it() -> None:
    document = split_calendar(FILE)[0].document
    assert document.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n")
    assert b'X-KEPT;X-P="a;b":as it is\r\n' in document
    assert b"METHOD" not in document
    assert b"X-WR-CALNAME" not in document


def test_item_without_a_uid_gets_the_same_each_time() -> None:
    once, again = split_calendar(FILE)[-1], split_calendar(FILE)[-1]
    assert once == again
    assert len(uid_of(Calendar(once.document, "VJOURNAL").main)) == 32


def test_item_without_a_calendar_around_it_counts() -> None:
    [piece] = split_calendar(b"\xef\xbb\xbf" + lines("BEGIN:VEVENT", "UID:1", "END:VEVENT"))
    assert piece.document.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")


def test_same_uid_in_two_calendars_of_a_file_is_two_items() -> None:
    one = lines("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", "END:VEVENT", "END:VCALENDAR")
    assert len(split_calendar(one + one)) == 2


def test_empty_file_has_no_items() -> None:
    assert split_calendar(b"") == []
    assert split_calendar(b"no calendar\r\n") == []


def test_documents_are_put_together_with_each_zone_once() -> None:
    documents = [piece.document for piece in split_calendar(FILE)]
    joined = join_calendar([*documents, documents[0]])
    [calendar] = read_components(joined).components("VCALENDAR")
    assert len(calendar.components("VTIMEZONE")) == 1
    assert len(calendar.components("VEVENT", "VTODO", "VJOURNAL")) == 7
    assert split_calendar(joined)[0].holds is ItemClass.CALENDAR
