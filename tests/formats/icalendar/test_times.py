"""Dates, times and durations as iCalendar writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from outrider.formats.icalendar.clocks import FLOATING, UNIVERSAL, clock_in
from outrider.formats.icalendar.times import (
    Duration,
    Moment,
    read_duration,
    read_value,
    write_duration,
    write_instant,
    write_value,
)


@pytest.mark.parametrize(
    ("text", "value", "utc"),
    [
        ("20260303", date(2026, 3, 3), False),
        ("20260303T090000", datetime(2026, 3, 3, 9), False),
        ("20260303T090000Z", datetime(2026, 3, 3, 9), True),
        (" 2026-03-03T09:00:00.000z ", datetime(2026, 3, 3, 9), True),
        ("20260303T0900", datetime(2026, 3, 3, 9), False),
        ("20260303T235960Z", datetime(2026, 3, 3, 23, 59, 59), True),
    ],
)
def test_value_is_read(text: str, value: date, utc: bool) -> None:
    assert read_value(text) == (value, utc)


@pytest.mark.parametrize(
    "text", ["", "20260230", "20261301T000000", "00010101", "99991231", "20260303T", "tomorrow", "2026٠٣03"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_value(text) is None


def test_value_is_written() -> None:
    assert write_value(date(2026, 3, 3)) == "20260303"
    assert write_value(datetime(2026, 3, 3, 9, 0, 0, 5)) == "20260303T090000"
    assert write_instant(datetime(2026, 3, 3, 9, tzinfo=UTC)) == "20260303T090000Z"


def test_moment_is_a_day_or_what_a_clock_shows() -> None:
    day = Moment(date(2026, 3, 3), FLOATING)
    time = Moment(datetime(2026, 3, 3, 0, 30), clock_in("Europe/Berlin"))
    assert (day.all_day, day.day, day.instant) == (True, date(2026, 3, 3), datetime(2026, 3, 3, tzinfo=UTC))
    assert (time.all_day, time.day) == (False, date(2026, 3, 3))
    assert time.instant == datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "duration", "minutes"),
    [
        ("-PT15M", Duration(0, -900), -15),
        ("P1DT2H", Duration(1, 7200), 1560),
        ("+P2W", Duration(14, 0), 20160),
        ("PT0S", Duration(0, 0), 0),
        ("-P1D", Duration(-1, 0), -1440),
        ("pt1h30m10s", Duration(0, 5410), 90),
        ("-P15M", Duration(0, -900), -15),  # the T is missing
    ],
)
def test_duration_is_read(text: str, duration: Duration, minutes: int) -> None:
    assert read_duration(text) == duration
    assert duration.minutes == minutes


@pytest.mark.parametrize("text", ["", "P", "PT", "15M", "P1Y", "P99999999W", "20260303T090000"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert read_duration(text) is None


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=-15), "-PT15M"),
        (timedelta(days=1), "P1D"),
        (timedelta(days=-1, hours=-2), "-P1DT2H"),
        (timedelta(hours=1, minutes=30, seconds=1), "PT1H30M1S"),
        (timedelta(), "PT0S"),
    ],
)
def test_duration_is_written(length: timedelta, text: str) -> None:
    assert write_duration(length) == text


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("P1D", datetime(2026, 3, 29, 12)),  # a day by the clock, which is set forward meanwhile
        ("PT24H", datetime(2026, 3, 29, 13)),
        ("P1DT1H", datetime(2026, 3, 29, 13)),
    ],
)
def test_days_follow_the_clock_and_hours_do_not(text: str, end: datetime) -> None:
    duration = read_duration(text)
    assert duration is not None
    assert duration.after(Moment(datetime(2026, 3, 28, 12), clock_in("Europe/Berlin"))).value == end


def test_duration_of_days_after_a_day() -> None:
    assert Duration(2, 86400).after(Moment(date(2026, 3, 3), UNIVERSAL)).value == date(2026, 3, 6)
