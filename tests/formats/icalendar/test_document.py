"""One item with its exceptions and zones in a document under edit."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from outrider.domain.errors import UnreadableError
from outrider.formats.icalendar.clocks import FLOATING, clock_in
from outrider.formats.icalendar.document import Calendar, When, new_calendar, uid_of
from outrider.formats.icalendar.times import Moment


def lines(*names: str) -> bytes:
    return "".join(f"{name}\r\n" for name in names).encode()


SERIES = lines(
    "BEGIN:VCALENDAR",
    "METHOD: request ",
    "BEGIN:VTIMEZONE",
    "TZID:Büro",
    "X-LIC-LOCATION:Europe/Berlin",
    "END:VTIMEZONE",
    "BEGIN:VEVENT",
    "UID:1",
    "RECURRENCE-ID:20260304T090000Z",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "UID:1\x01",
    "DTSTART;TZID=Büro:20260303T090000",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "UID:2",
    "RECURRENCE-ID:20260304T090000Z",
    "END:VEVENT",
    "END:VCALENDAR",
)
BERLIN = clock_in("Europe/Berlin")
NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_the_item_is_the_one_that_is_no_exception() -> None:
    calendar = Calendar(SERIES, "VEVENT")
    assert uid_of(calendar.main) == "1"
    assert calendar.main.first("RECURRENCE-ID") is None
    assert len(calendar.overrides) == 1
    assert calendar.method == "REQUEST"
    assert calendar.raw() == SERIES


def test_exception_alone_is_the_item() -> None:
    alone = Calendar(lines("BEGIN:VEVENT", "RECURRENCE-ID:20260304", "END:VEVENT"), "VEVENT")
    assert alone.main.first("RECURRENCE-ID") is not None
    assert (alone.overrides, alone.method) == ([], "")


def test_document_without_such_an_item_is_refused() -> None:
    with pytest.raises(UnreadableError, match="BEGIN:VTODO"):
        Calendar(SERIES, "VTODO")


@pytest.mark.parametrize(
    ("line", "moments"),
    [
        ("X;TZID=Büro:20260303T090000", [Moment(datetime(2026, 3, 3, 9), BERLIN)]),
        ("X;TZID=Asia/Tokyo:20260303T090000", [Moment(datetime(2026, 3, 3, 9), clock_in("Asia/Tokyo"))]),
        ("X;TZID=Unheard of:20260303T090000", [Moment(datetime(2026, 3, 3, 9), FLOATING)]),
        ("X;TZID=Asia/Tokyo:20260303T090000Z", [Moment(datetime(2026, 3, 3, 9), clock_in("UTC"))]),
        ("X:20260303T090000", [Moment(datetime(2026, 3, 3, 9), FLOATING)]),
        ("X;VALUE=DATE:20260303", [Moment(date(2026, 3, 3), FLOATING)]),
        ("X;VALUE=DATE:20260303T090000", [Moment(date(2026, 3, 3), FLOATING)]),
        ("X:20260303,never,20260305/P1D", [Moment(date(2026, 3, n), FLOATING) for n in (3, 5)]),
        ("X:never", []),
    ],
)
def test_times_of_a_property(line: str, moments: list[Moment]) -> None:
    calendar = Calendar(SERIES.replace(b"UID:1\x01", line.encode()), "VEVENT")
    [found] = calendar.main.named("X")
    assert calendar.moments(found) == moments
    assert calendar.moment(found) == (moments[0] if moments else None)


def test_time_keeps_the_name_of_its_zone() -> None:
    calendar = Calendar(SERIES, "VEVENT")
    calendar.put(calendar.main, "DTSTART", When(NINE.replace(hour=10), BERLIN))
    calendar.put(calendar.main, "DTEND", When(NINE.replace(hour=11), BERLIN))
    assert "DTSTART;TZID=Büro:20260303T110000\r\nDTEND;TZID=Büro:20260303T120000".encode() in calendar.raw()
    assert calendar.raw().count(b"BEGIN:VTIMEZONE") == 1


def test_zone_that_is_not_described_will_be() -> None:
    calendar = Calendar(SERIES, "VEVENT")
    for _ in range(2):
        calendar.put(calendar.main, "DTSTART", When(NINE, clock_in("Asia/Tokyo")))
    assert b"DTSTART;TZID=Asia/Tokyo:20260303T170000" in calendar.raw()
    assert calendar.raw().count(b"TZID:Asia/Tokyo\r\n") == 1
    assert calendar.raw().index(b"TZID:Asia/Tokyo") < calendar.raw().index(b"BEGIN:VEVENT")


@pytest.mark.parametrize(
    ("when", "line"),
    [
        (When(NINE), b"DTSTART;X-A=1:20260303T080000Z"),
        (When(NINE, FLOATING), b"DTSTART;X-A=1:20260303T080000"),
        (When(NINE.replace(hour=0), all_day=True), b"DTSTART;X-A=1;VALUE=DATE:20260303"),
        (
            When(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN),
            b"DTSTART;X-A=1;TZID=B\xc3\xbcro:20261025T023000",
        ),
        # The clock shows half past two for the second time: only UTC can say that.
        (When(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN), b"DTSTART;X-A=1:20261025T013000Z"),
    ],
)
def test_forms_of_a_time(when: When, line: bytes) -> None:
    document = SERIES.replace(b"DTSTART;TZID", b"DTSTART;X-A=1;TZID")
    calendar = Calendar(document, "VEVENT")
    calendar.put(calendar.main, "DTSTART", when)
    assert line + b"\r\n" in calendar.raw()


def test_exceptions_come_and_go() -> None:
    calendar = Calendar(SERIES, "VEVENT")
    [override] = calendar.overrides
    calendar.remove_override(override)
    assert calendar.overrides == []
    calendar.add_override(override)
    assert Calendar(calendar.raw(), "VEVENT").overrides != []


def test_new_document_is_empty_but_for_its_uid() -> None:
    calendar = Calendar(new_calendar("VTODO", "a,b"), "VTODO")
    assert uid_of(calendar.main) == "a,b"
    assert calendar.raw().startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
