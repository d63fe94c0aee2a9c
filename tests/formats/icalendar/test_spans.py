"""From when until when an event is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outrider.domain.errors import UnreadableError
from outrider.formats.icalendar.clocks import FLOATING, UNIVERSAL, clock_in
from outrider.formats.icalendar.document import Calendar
from outrider.formats.icalendar.spans import Times, need_times, read_times, whole_days, write_times
from tests.formats.icalendar.items import said

BERLIN, TOKYO = clock_in("Europe/Berlin"), clock_in("Asia/Tokyo")
B = ";TZID=Europe/Berlin"
CDO = "X-MICROSOFT-CDO-ALLDAYEVENT"


def utc(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def days(first: int, last: int) -> Times:
    return Times(utc(first), utc(last), FLOATING, all_day=True)


def calendar(*lines: str) -> Calendar:
    return Calendar("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]).encode(), "VEVENT")


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        ([f"DTSTART{B}:20260303T090000", f"DTEND{B}:20260303T100000"], Times(utc(3, 8), utc(3, 9), BERLIN)),
        (["DTSTART:20260303T090000Z", "DURATION:PT1H"], Times(utc(3, 9), utc(3, 10), UNIVERSAL)),
        (["DTSTART:20260303T090000", "DTEND:20260303T100000"], Times(utc(3, 9), utc(3, 10), FLOATING)),
        (
            [f"DTSTART{B}:20260303T090000", "DTEND;TZID=Asia/Tokyo:20260304T060000"],
            Times(utc(3, 8), utc(3, 21), BERLIN),
        ),
        (["DTSTART:20260303T090000Z"], Times(utc(3, 9), utc(3, 9), UNIVERSAL)),
        (["DTSTART:20260303T090000Z", "DTEND:20260303T080000Z"], Times(utc(3, 9), utc(3, 9), UNIVERSAL)),
        (["DTSTART:20260303T090000Z", "DTEND:never"], Times(utc(3, 9), utc(3, 9), UNIVERSAL)),
        (["DTSTART:20260303T090000Z", "DURATION:-PT1H"], Times(utc(3, 9), utc(3, 9), UNIVERSAL)),
        (["DTSTART:20260303T090000Z", "DURATION:P999999W"], Times(utc(3, 9), utc(3, 9), UNIVERSAL)),
        ([f"DTSTART{B}:20260303T090000", "DTEND;VALUE=DATE:20260304"], Times(utc(3, 8), utc(3, 23), BERLIN)),
        (["DTSTART:never", "DTSTART:20260303T090000Z"], Times(utc(3, 9), utc(3, 9), UNIVERSAL)),
        (["DTSTART;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260305"], days(3, 5)),
        (["DTSTART;VALUE=DATE:20260303"], days(3, 4)),
        (["DTSTART;VALUE=DATE:20260303", "DURATION:P2D"], days(3, 5)),
        (["DTSTART;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260303"], days(3, 4)),
        (["DTSTART;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260301"], days(3, 4)),
        (["DTSTART;VALUE=DATE:20260303", "DTEND:20260304T120000Z"], days(3, 5)),
        ([f"DTSTART{B}:20260303T000000", f"DTEND{B}:20260304T000000", f"{CDO}:TRUE"], days(3, 4)),
        (
            [f"DTSTART{B}:20260303T000000", f"DTEND{B}:20260304T000000"],
            Times(utc(2, 23), utc(3, 23), BERLIN),
        ),
        ([f"DTSTART{B}:20260303T090000", f"{CDO}:TRUE"], Times(utc(3, 8), utc(3, 8), BERLIN)),
    ],
)
def test_times_are_read(lines: list[str], times: Times) -> None:
    document = calendar(*lines)
    assert read_times(document, document.main) == times


@pytest.mark.parametrize("lines", [[], ["DTSTART:never"], ["DTEND:20260303"]])
def test_event_without_a_start_is_refused(lines: list[str]) -> None:
    document = calendar(*lines)
    with pytest.raises(UnreadableError, match="DTSTART"):
        need_times(document, document.main)


TIMED = [f"DTSTART{B};X-A=1:20260303T090000", f"DTEND{B};X-B=2:20260303T100000", "X:1"]
LONG = ["DTSTART:20260303T090000Z", "DURATION:PT1H"]
FLIGHT = [f"DTSTART{B}:20260303T090000", "DTEND;TZID=Asia/Tokyo:20260304T060000"]


@pytest.mark.parametrize(
    ("lines", "times", "after"),
    [
        (TIMED, Times(utc(3, 8), utc(3, 10), BERLIN), [TIMED[0], f"DTEND;X-B=2{B}:20260303T110000", "X:1"]),
        (TIMED, days(3, 4), ["DTSTART;X-A=1;VALUE=DATE:20260303", "DTEND;X-B=2;VALUE=DATE:20260304", "X:1"]),
        (LONG, Times(utc(4, 9), utc(4, 10), UNIVERSAL), ["DTSTART:20260304T090000Z", LONG[1]]),
        (LONG, Times(utc(3, 9), utc(3, 11), UNIVERSAL), [LONG[0], "DURATION:PT2H"]),
        (LONG, days(3, 5), ["DTSTART;VALUE=DATE:20260303", "DURATION:P2D"]),
        (FLIGHT, Times(utc(3, 8), utc(3, 22), BERLIN), [FLIGHT[0], "DTEND;TZID=Asia/Tokyo:20260304T070000"]),
        (["DTSTART;VALUE=DATE:20260303"], days(4, 5), ["DTSTART;VALUE=DATE:20260304"]),
        (
            ["DTSTART;VALUE=DATE:20260303"],
            days(3, 5),
            ["DTSTART;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260305"],
        ),
        (
            ["DTSTART:20260303T000000Z", "DTEND:20260304T000000Z", f"{CDO}:TRUE"],
            Times(utc(3, 9), utc(3, 10), UNIVERSAL),
            ["DTSTART:20260303T090000Z", "DTEND:20260303T100000Z", f"{CDO}:FALSE"],
        ),
        (
            ["DTEND:20260303T080000Z", "DTSTART:20260303T090000Z"],
            Times(utc(3, 9), utc(3, 9), UNIVERSAL),
            None,
        ),
    ],
)
def test_only_what_differs_is_written(lines: list[str], times: Times, after: list[str] | None) -> None:
    document = calendar(*lines)
    write_times(document, document.main, times)
    assert said(document.main) == (lines if after is None else after)
    assert read_times(document, document.main) == times


def test_days_are_those_that_a_time_touches() -> None:
    assert whole_days(utc(3), utc(3)) == days(3, 4)
    assert whole_days(utc(3, 22), utc(5, 1)) == days(3, 6)


def test_series_begins_when_its_clock_first_shows_the_time() -> None:
    twice = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    times = Times(twice, twice + timedelta(hours=1), BERLIN).from_clock()
    assert (times.start, times.end) == (twice - timedelta(hours=1), twice)
