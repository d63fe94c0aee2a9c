"""Dates of tasks: what a clock shows and the instant, out of one property and into it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.formats.icalendar.document import Calendar
from outrider.formats.icalendar.dues import NO_DATE, Due, read_due, write_due

ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Our time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
    "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def calendar(*lines: str) -> Calendar:
    text = "\r\n".join(["BEGIN:VTODO", "UID:1", *lines, "END:VTODO", ""])
    return Calendar(f"BEGIN:VCALENDAR\r\n{ZONE}{text}END:VCALENDAR\r\n".encode(), "VTODO")


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


READ = [
    ("DUE;VALUE=DATE:20260310", Due(at(10), None)),
    ("DUE:20260310", Due(at(10), None)),
    ("DUE;VALUE=DATE;X-OUTRIDER-OFFSET=60:20260310", Due(at(10), at(9, 23))),
    ("DUE;VALUE=DATE;X-OUTRIDER-OFFSET=-330:20260310", Due(at(10), at(10, 5, 30))),
    ("DUE:20260310T110000Z", Due(None, at(10, 11))),
    ("DUE;X-OUTRIDER-OFFSET=60:20260310T110000Z", Due(at(10, 12), at(10, 11))),
    ("DUE:20260310T120000", Due(at(10, 12), None)),
    ("DUE;TZID=Europe/Berlin:20260310T120000", Due(at(10, 12), at(10, 11))),
    ("DUE;TZID=Our time:20260310T120000", Due(at(10, 12), at(10, 9))),
    ("DUE;TZID=Nowhere:20260310T120000", Due(at(10, 12), None)),
]


@pytest.mark.parametrize(("line", "due"), READ)
def test_a_date_is_read(line: str, due: Due) -> None:
    assert read_due(calendar(line), "DUE") == due


@pytest.mark.parametrize(
    ("lines", "due"),
    [
        ([], NO_DATE),
        (["DUE:soon"], NO_DATE),
        (["DUE:20260230"], NO_DATE),
        (["DUE;VALUE=DATE;X-OUTRIDER-OFFSET=far:20260310"], Due(at(10), None)),
        (["DUE;VALUE=DATE;X-OUTRIDER-OFFSET=--1:20260310"], Due(at(10), None)),
        (["DUE:20260310", "DUE:20260311"], Due(at(10), None)),
        (["DTSTART:20260310T110000Z", "DURATION:PT1H"], Due(None, at(10, 12))),
        (["DTSTART;VALUE=DATE:20260310", "DURATION:P2D"], Due(at(12), None)),
        (["DURATION:P2D"], NO_DATE),
        (["DTSTART:20260310", "DURATION:P999999W"], NO_DATE),
        (["DTSTART:20260310", "DURATION:long"], NO_DATE),
    ],
)
def test_odd_dates_are_read_as_well_as_they_can_be(lines: list[str], due: Due) -> None:
    assert read_due(calendar(*lines), "DUE") == due


@pytest.mark.parametrize(
    ("line", "due"), [row for row in READ if "TZID" not in row[0] and row[0] != "DUE:20260310"]
)
def test_a_new_date_is_written_as_it_is_read(line: str, due: Due) -> None:
    document = calendar()
    write_due(document, "DUE", due)
    assert document.raw() == calendar(line).raw()


@pytest.mark.parametrize(
    ("before", "due", "after"),
    [
        ("DUE;VALUE=DATE:20260310", Due(at(12), None), "DUE;VALUE=DATE:20260312"),
        ("DUE;VALUE=DATE:20260310", Due(at(12, 9), at(12, 8)), "DUE;X-OUTRIDER-OFFSET=60:20260312T080000Z"),
        ("DUE;X-A=b:20260310T110000Z", Due(at(12), None), "DUE;X-A=b;VALUE=DATE:20260312"),
        ("DUE;TZID=Our time:20260310T120000", Due(at(12, 9), at(12, 6)), "DUE;TZID=Our time:20260312T090000"),
        ("DUE;TZID=Our time:20260310T120000", Due(None, at(12, 6)), "DUE;TZID=Our time:20260312T090000"),
        ("DUE;TZID=Our time:20260310T120000", Due(at(12, 9), None), "DUE;TZID=Our time:20260312T090000"),
        (
            "DUE;TZID=Our time:20260310T120000",
            Due(at(12, 9), at(12, 8)),
            "DUE;X-OUTRIDER-OFFSET=60:20260312T080000Z",
        ),
        ("DUE:20260310", Due(at(12), at(16)), "DUE;VALUE=DATE:20260312"),  # no clock is so wrong
        ("DUE:20260310", NO_DATE, ""),
        ("DURATION:P2D", Due(at(12), None), "DUE;VALUE=DATE:20260312"),
        ("DURATION:P2D", NO_DATE, ""),
    ],
)
def test_a_date_is_changed_in_its_place(before: str, due: Due, after: str) -> None:
    document = calendar(before)
    write_due(document, "DUE", due)
    assert document.raw() == calendar(*filter(None, [after])).raw()
