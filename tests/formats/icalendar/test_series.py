"""Exceptions of a series: removed and changed occurrences, and what becomes of them when it moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outrider.domain.items import Event, EventEdit, Location, OccurrenceEdit
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.formats.icalendar import events
from tests.formats.icalendar.edits import changed_lines

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def utc(month: int, day: int, hour: int = 8) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def lines(*names: str) -> bytes:
    return "".join(f"{name}\r\n" for name in names).encode()


TZ = ";TZID=Europe/Berlin"
START = f"DTSTART{TZ}:20260303T090000"
MASTER = (
    "UID:1",
    START,
    f"DTEND{TZ}:20260303T100000",
    "RRULE:FREQ=WEEKLY;BYDAY=TU",
    "SUMMARY:Tea",
    "LOCATION:Room 1",
    "X-KEPT:as it is",
)
# The occurrence of March 17 takes place in the afternoon, elsewhere.
CHANGED = (
    "UID:1",
    f"RECURRENCE-ID{TZ}:20260317T090000",
    f"DTSTART{TZ}:20260317T150000",
    f"DTEND{TZ}:20260317T160000",
    "SUMMARY:Tea",
    "LOCATION:Garden",
    "X-OWN:1",
)
EXDATE = f"EXDATE{TZ}:20260310T090000,20260324T090000"


def series(*more: str, override: tuple[str, ...] = CHANGED) -> bytes:
    exception = ("BEGIN:VEVENT", *override, "END:VEVENT") if override else ()
    return lines("BEGIN:VCALENDAR", "BEGIN:VEVENT", *MASTER, *more, "END:VEVENT", *exception, "END:VCALENDAR")


SERIES = series(EXDATE)


def edited(document: bytes, *occurrences: OccurrenceEdit, whole: bool = False, **fields: Any) -> bytes:
    return events.apply(document, EventEdit(fields=fields, occurrences=occurrences, whole=whole))


def changed(original: datetime, **fields: Any) -> OccurrenceEdit:
    return OccurrenceEdit(original=original, fields=fields)


def removed(original: datetime) -> OccurrenceEdit:
    return OccurrenceEdit(original=original, removed=True)


def exceptions(document: bytes) -> dict[datetime, Event]:
    return {each.original: each for each in events.read(document).exceptions if each.original}


# ------------------------------------------------------------------------------------------------- reading


def test_series_is_read_with_its_exceptions() -> None:
    event = events.read(SERIES)
    assert event.removed == (utc(3, 10), utc(3, 24))
    [exception] = event.exceptions
    assert (exception.original, exception.start) == (utc(3, 17), utc(3, 17, 14))
    assert (exception.subject, exception.location.name, exception.recurrence) == ("Tea", "Garden", None)


@pytest.mark.parametrize(
    "exdate",
    [
        EXDATE,
        "EXDATE:20260310T080000Z,20260324T080000Z",
        "EXDATE;VALUE=DATE:20260310,20260324",
        "EXDATE;TZID=Asia/Tokyo:20260310T170000\r\nEXDATE:20260324T080000Z",
        f"EXDATE{TZ}:20260310T090000,,nonsense,20260324T090000",
    ],
)
def test_removed_occurrences_are_named_in_many_ways(exdate: str) -> None:
    assert events.read(series(exdate)).removed == (utc(3, 10), utc(3, 24))


@pytest.mark.parametrize(
    "name",
    [
        "RECURRENCE-ID;VALUE=DATE:20260317",
        "RECURRENCE-ID:20260317T080000Z",
        f"RECURRENCE-ID{TZ}:20260317T090000",
    ],
)
def test_changed_occurrence_is_named_in_many_ways(name: str) -> None:
    document = series(override=(CHANGED[0], name, *CHANGED[2:]))
    assert list(exceptions(document)) == [utc(3, 17)]


def test_series_of_days_names_occurrences_by_day() -> None:
    document = lines(
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20260303",
        "RRULE:FREQ=DAILY",
        "EXDATE:20260304T230000Z",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "RECURRENCE-ID:20260306T000000Z",
        "SUMMARY:x",
        "END:VEVENT",
    )
    event = events.read(document)
    assert event.removed == (utc(3, 4, 0),)
    [exception] = event.exceptions
    assert (exception.original, exception.start, exception.end) == (utc(3, 6, 0), utc(3, 6, 0), utc(3, 7, 0))


def test_of_two_changes_of_an_occurrence_the_newer_counts() -> None:
    twice = series().replace(
        b"END:VCALENDAR",
        lines(
            "BEGIN:VEVENT", *CHANGED[:-2], "SEQUENCE:1", "LOCATION:Roof", "END:VEVENT", "END:VCALENDAR"
        ).rstrip(),
    )
    assert [each.location.name for each in events.read(twice).exceptions] == ["Roof"]


def test_changed_occurrence_that_is_also_removed_is_there() -> None:
    assert events.read(series(f"EXDATE{TZ}:20260317T090000")).removed == ()


def test_listed_dates_are_told_apart_from_the_rule() -> None:
    event = events.read(series("RDATE:20260401T080000Z/PT1H"))
    assert event.extra == (utc(4, 1),)
    assert event.recurrence is not None
    assert not event.recurrence.exact


# ------------------------------------------------------------------------------------ one by one (16.x)


def test_removing_an_occurrence_adds_one_line() -> None:
    after = edited(SERIES, removed(utc(3, 31, 7)))
    assert changed_lines(SERIES, after) == ([], ["EXDATE"])
    assert events.read(after).removed == (utc(3, 10), utc(3, 24), utc(3, 31, 7))


def test_removing_a_changed_occurrence_takes_the_change_out() -> None:
    after = edited(SERIES, removed(utc(3, 17)))
    assert exceptions(after) == {}
    assert utc(3, 17) in events.read(after).removed


def test_removing_what_is_removed_changes_nothing() -> None:
    assert edited(SERIES, removed(utc(3, 10))) == SERIES


def test_changing_a_changed_occurrence_leaves_the_rest_of_it() -> None:
    after = edited(SERIES, changed(utc(3, 17), subject="Coffee"))
    assert after == SERIES.replace(b"SUMMARY:Tea\r\nLOCATION:Garden", b"SUMMARY:Coffee\r\nLOCATION:Garden")


def test_changing_another_occurrence_makes_it_of_the_series() -> None:
    after = edited(SERIES, changed(utc(3, 31, 7), subject="Coffee"))
    exception = exceptions(after)[utc(3, 31, 7)]
    assert (exception.start, exception.end) == (utc(3, 31, 7), utc(3, 31, 8))
    assert (exception.subject, exception.location.name) == ("Coffee", "Room 1")
    assert after.count(b"X-KEPT:as it is") == 2
    assert after.count(b"RRULE") == after.count(b"EXDATE") == 1
    assert changed_lines(SERIES, after)[0] == []


def test_changing_a_removed_occurrence_brings_it_back() -> None:
    after = edited(SERIES, changed(utc(3, 10), subject="Coffee"))
    assert events.read(after).removed == (utc(3, 24),)
    assert exceptions(after)[utc(3, 10)].subject == "Coffee"


def test_change_that_says_what_the_series_says_makes_no_exception() -> None:
    assert edited(SERIES, changed(utc(3, 31, 7), subject="Tea", start=utc(3, 31, 7))) == SERIES


def test_start_alone_moves_the_occurrence_with_its_length() -> None:
    exception = exceptions(edited(SERIES, changed(utc(3, 31, 7), start=utc(4, 1, 7))))[utc(3, 31, 7)]
    assert (exception.start, exception.end) == (utc(4, 1, 7), utc(4, 1, 8))


@pytest.mark.parametrize(
    "told",
    [
        utc(3, 31, 7),
        utc(3, 31, 13),  # by the time that the series is to have
        utc(3, 30, 22),  # midnight of that day in Berlin
        utc(3, 31, 0),  # midnight of that day in UTC
    ],
)
def test_occurrence_is_found_by_its_day(told: datetime) -> None:
    assert list(exceptions(edited(SERIES, changed(told, subject="x")))) == [utc(3, 17), utc(3, 31, 7)]
    assert utc(3, 31, 7) in events.read(edited(SERIES, removed(told))).removed


def test_event_that_is_no_series_has_no_occurrences() -> None:
    single = SERIES.replace(b"RRULE:FREQ=WEEKLY;BYDAY=TU\r\n", b"")
    assert edited(single, removed(utc(3, 10)), whole=True) == single


# --------------------------------------------------------------------------------- all of them (below 16)


def test_all_exceptions_at_once_change_nothing_where_nothing_differs() -> None:
    told = [removed(utc(3, 10)), removed(utc(3, 24)), changed(utc(3, 17), start=utc(3, 17, 14))]
    assert edited(SERIES, *told, whole=True) == SERIES


def test_exceptions_that_are_not_named_go() -> None:
    after = edited(SERIES, removed(utc(3, 24)), whole=True)
    assert after.count(b"VEVENT") == 2
    assert f"EXDATE{TZ}:20260324T090000\r\n".encode() in after
    assert edited(SERIES, whole=True).count(b"EXDATE") == 0


def test_exception_keeps_what_is_not_said_of_it() -> None:
    """Below 16.0 an exception names what differs; what it leaves out it has from the one before."""
    after = edited(SERIES, changed(utc(3, 17), subject="Coffee"), whole=True)
    exception = exceptions(after)[utc(3, 17)]
    assert (exception.subject, exception.location.name, exception.start) == (
        "Coffee",
        "Garden",
        utc(3, 17, 14),
    )
    assert b"X-OWN:1" in after


# -------------------------------------------------------------------------------------- the whole series


def test_change_of_the_series_reaches_exceptions_that_had_the_same() -> None:
    after = edited(SERIES, subject="Coffee", location=Location(name="Room 2"))
    exception = exceptions(after)[utc(3, 17)]
    assert (exception.subject, exception.location.name) == ("Coffee", "Garden")


def test_series_that_moves_to_another_hour_takes_its_exceptions_along() -> None:
    after = edited(SERIES, start=utc(3, 3, 9), end=utc(3, 3, 10))
    assert events.read(after).removed == (utc(3, 10, 9), utc(3, 24, 9))
    [exception] = events.read(after).exceptions
    assert (exception.original, exception.start) == (utc(3, 17, 9), utc(3, 17, 14))  # it had its own time


def test_occurrence_at_its_original_time_moves_along() -> None:
    document = series(override=(*CHANGED[:2], f"DTSTART{TZ}:20260317T090000", f"DTEND{TZ}:20260317T100000"))
    [exception] = events.read(edited(document, start=utc(3, 3, 9), end=utc(3, 3, 11))).exceptions
    assert (exception.original, exception.start, exception.end) == (
        utc(3, 17, 9),
        utc(3, 17, 9),
        utc(3, 17, 11),
    )


def test_occurrence_with_a_length_of_its_own_keeps_it() -> None:
    document = series(override=(*CHANGED[:2], f"DTSTART{TZ}:20260317T090000", f"DTEND{TZ}:20260317T130000"))
    [exception] = events.read(edited(document, start=utc(3, 3, 9), end=utc(3, 3, 11))).exceptions
    assert (exception.start, exception.end) == (utc(3, 17, 9), utc(3, 17, 13))


WEDNESDAYS = Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.WEDNESDAY)


def test_series_that_moves_to_another_day_takes_its_exceptions_along() -> None:
    after = edited(SERIES, start=utc(3, 4), end=utc(3, 4, 9), recurrence=WEDNESDAYS)
    assert events.read(after).removed == (utc(3, 11), utc(3, 25))
    assert list(exceptions(after)) == [utc(3, 18)]


def test_phone_that_names_exceptions_by_the_new_start_means_those_there_were() -> None:
    told = [removed(utc(3, 10, 9)), changed(utc(3, 17, 9), subject="Tea"), removed(utc(3, 24, 9))]
    after = edited(SERIES, *told, whole=True, start=utc(3, 3, 9), end=utc(3, 3, 10))
    assert events.read(after).removed == (utc(3, 10, 9), utc(3, 24, 9))
    assert exceptions(after)[utc(3, 17, 9)].location.name == "Garden"


def test_exceptions_for_which_there_is_no_occurrence_any_more_go() -> None:
    fortnightly = Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY, interval=2)
    assert list(exceptions(edited(SERIES, recurrence=fortnightly))) == [utc(3, 17)]
    short = Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY, count=2)
    assert exceptions(edited(SERIES, recurrence=short)) == {}


def test_series_that_goes_to_another_zone_takes_its_exceptions_along() -> None:
    after = edited(SERIES, zone="America/New_York", start=utc(3, 3, 14), end=utc(3, 3, 15))
    event = events.read(after)
    assert event.removed == (utc(3, 10, 13), utc(3, 24, 13))  # nine o'clock, in summer time by then
    assert [each.original for each in event.exceptions] == [utc(3, 17, 13)]


def test_series_that_becomes_one_of_days_takes_its_exceptions_along() -> None:
    after = edited(SERIES, all_day=True, start=utc(3, 3, 0), end=utc(3, 4, 0))
    event = events.read(after)
    assert event.removed == (utc(3, 10, 0), utc(3, 24, 0))
    assert [each.original for each in event.exceptions] == [utc(3, 17, 0)]
    assert b"EXDATE;VALUE=DATE:20260310\r\n" in after


def test_series_that_ends_to_be_one_is_a_single_event() -> None:
    after = edited(SERIES, recurrence=None)
    assert events.read(after).exceptions == events.read(after).removed == ()
    assert after.count(b"VEVENT") == 2
    assert b"EXDATE" not in after


def test_single_event_becomes_a_series() -> None:
    single = SERIES.replace(b"RRULE:FREQ=WEEKLY;BYDAY=TU\r\n", b"").replace(f"{EXDATE}\r\n".encode(), b"")
    after = edited(single, recurrence=WEDNESDAYS)
    assert events.read(after).recurrence == WEDNESDAYS


def test_rule_that_only_says_again_what_was_told_stays_as_it_is() -> None:
    document = SERIES.replace(b"FREQ=WEEKLY;BYDAY=TU", b"FREQ=WEEKLY;BYDAY=1TU;BYHOUR=9")
    told = events.read(document).recurrence
    assert told is not None
    assert not told.exact
    again = Recurrence(frequency=told.frequency, weekdays=told.weekdays)
    assert edited(document, recurrence=again) == document


def test_many_exceptions_of_a_long_series_are_found_at_once() -> None:
    """Ten years of a daily series: what is looked at is near what is named."""
    daily = lines("BEGIN:VEVENT", "DTSTART:20160101T080000Z", "RRULE:FREQ=DAILY", "END:VEVENT")
    named = [removed(utc(3, 1) + number * DAY) for number in range(50)]
    assert len(events.read(edited(daily, *named, whole=True)).removed) == 50
