"""When the occurrences of an event are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from outrider.domain.items import Event
from outrider.domain.occurrences import (
    MOST,
    MOST_COUNTED,
    last_day,
    last_end,
    occurrences,
    original_starts,
    rule_starts,
)
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORKDAYS = Weekdays(62)
ALL_DAYS = Weekdays(127)


def at(day: str, hour: int = 9, zone: str = "Europe/Berlin") -> datetime:
    local = datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def event(recurrence: Recurrence | None = None, start: datetime | None = None, **fields: Any) -> Event:
    begin = start or at("2026-03-03")  # a Tuesday
    fields.setdefault("zone", "Europe/Berlin")
    return Event(start=begin, end=begin + HOUR, recurrence=recurrence, **fields)


def rule(frequency: Frequency, **fields: Any) -> Recurrence:
    return Recurrence(frequency=frequency, **fields)


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        (rule(Frequency.DAILY), "2026-03-03 2026-03-04 2026-03-05"),
        (rule(Frequency.DAILY, interval=30), "2026-03-03 2026-04-02 2026-05-02"),
        (rule(Frequency.WEEKLY, weekdays=Weekdays.TUESDAY), "2026-03-03 2026-03-10 2026-03-17"),
        (rule(Frequency.WEEKLY, weekdays=WORKDAYS, count=5, interval=2), "2026-03-03 2026-03-04 2026-03-05"),
        (rule(Frequency.MONTHLY, day_of_month=31), "2026-03-31 2026-05-31 2026-07-31"),
        (
            rule(Frequency.MONTHLY_BY_WEEKDAY, weekdays=WORKDAYS, week_of_month=5),
            "2026-03-31 2026-04-30 2026-05-29",
        ),
        (
            rule(Frequency.MONTHLY_BY_WEEKDAY, weekdays=ALL_DAYS, week_of_month=5),
            "2026-03-31 2026-04-30 2026-05-31",
        ),
        (
            rule(Frequency.MONTHLY_BY_WEEKDAY, weekdays=Weekdays.TUESDAY, week_of_month=1),
            "2026-03-03 2026-04-07 2026-05-05",
        ),
        (rule(Frequency.YEARLY, month_of_year=2, day_of_month=29), "2028-02-29 2032-02-29 2036-02-29"),
        (
            rule(Frequency.YEARLY_BY_WEEKDAY, month_of_year=11, weekdays=Weekdays.THURSDAY, week_of_month=4),
            "2026-11-26 2027-11-25 2028-11-23",
        ),
        (rule(Frequency.DAILY, until=at("2026-03-04")), "2026-03-03 2026-03-04"),
        (rule(Frequency.DAILY, count=2), "2026-03-03 2026-03-04"),
        (rule(Frequency.DAILY, count=9, until=at("2026-03-04")), "2026-03-03 2026-03-04"),
    ],
)
def test_rule_gives_its_days_at_the_same_hour_of_the_clock(recurrence: Recurrence, days: str) -> None:
    found = islice(rule_starts(recurrence, at("2026-03-03"), "Europe/Berlin"), 3)
    assert list(found) == [at(day) for day in days.split()]


@pytest.mark.parametrize(("first_day", "second"), [(1, "2026-03-29"), (0, "2026-03-22")])
def test_week_begins_where_the_rule_says(first_day: int, second: str) -> None:
    """Every other week on Sunday and Tuesday: which Sunday belongs to the week of the first Tuesday?"""
    days = Weekdays.SUNDAY | Weekdays.TUESDAY
    recurrence = rule(Frequency.WEEKLY, weekdays=days, interval=2, first_day=first_day)
    found = [start.date() for start in islice(rule_starts(recurrence, at("2026-03-10"), "UTC"), 6)]
    assert (date.fromisoformat(second) in found) is True


def test_floating_and_whole_day_series_stay_at_midnight() -> None:
    midnight = datetime(2026, 3, 28, tzinfo=UTC)
    found = islice(rule_starts(rule(Frequency.DAILY), midnight, ""), 3)
    assert list(found) == [midnight, midnight + DAY, midnight + 2 * DAY]


def test_time_that_the_clock_skips_is_by_its_hands_before() -> None:
    start = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)  # half past two in Berlin
    found = list(islice(rule_starts(rule(Frequency.DAILY), start, "Europe/Berlin"), 3))
    assert found == [start, start + DAY, start + 2 * DAY - HOUR]


@pytest.mark.parametrize(
    "recurrence",
    [
        rule(Frequency.DAILY, interval=3),
        rule(Frequency.WEEKLY, weekdays=WORKDAYS, interval=3),
        rule(Frequency.WEEKLY, weekdays=Weekdays.SUNDAY | Weekdays.TUESDAY, interval=2, first_day=0),
        rule(Frequency.MONTHLY, day_of_month=31),
    ],
)
def test_skipping_what_is_past_changes_nothing_of_what_follows(recurrence: Recurrence) -> None:
    after = at("2027-06-15")
    whole = list(islice(rule_starts(recurrence, at("2026-03-03"), "Europe/Berlin"), 500))
    late = list(islice(rule_starts(recurrence, at("2026-03-03"), "Europe/Berlin", after), 50))
    assert [each for each in late if each >= after][:10] == [each for each in whole if each >= after][:10]


def test_daily_event_of_long_ago_is_found_today() -> None:
    old = event(rule(Frequency.DAILY), at("1971-01-01"))
    found = list(occurrences(old, at("2026-03-03", 0), at("2026-03-04", 0)))
    assert [occurrence.start for occurrence in found] == [at("2026-03-03")]


def test_removed_and_changed_occurrences_are_told() -> None:
    moved = Event(start=at("2026-03-06", 15), end=at("2026-03-06", 16), original=at("2026-03-05"))
    series = event(rule(Frequency.DAILY), removed=(at("2026-03-04"),), exceptions=(moved,))
    found = sorted(occurrences(series, at("2026-03-03", 0), at("2026-03-07", 0)), key=lambda each: each.start)
    assert [(each.start, each.event.original) for each in found] == [
        (at("2026-03-03"), None),
        (at("2026-03-06"), None),
        (at("2026-03-06", 15), at("2026-03-05")),
    ]


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        (at("2026-03-03", 9), at("2026-03-03", 10), True),
        (at("2026-03-03", 10), at("2026-03-03", 11), False),
        (at("2026-03-03", 8), at("2026-03-03", 9), False),
    ],
)
def test_only_what_overlaps_counts(begin: datetime, end: datetime, found: bool) -> None:
    assert bool(list(occurrences(event(), begin, end))) is found


def test_moment_counts_where_it_is() -> None:
    moment = Event(start=at("2026-03-03"), end=at("2026-03-03"))
    assert list(occurrences(moment, moment.start, moment.start + HOUR))
    assert not list(occurrences(moment, moment.start - HOUR, moment.start))


def test_listed_dates_stand_among_those_of_the_rule() -> None:
    extra = (at("2026-03-03", 20), at("2026-03-04"), at("2026-04-01"))
    series = event(rule(Frequency.DAILY, count=2), extra=extra)
    assert list(original_starts(series)) == [at("2026-03-03"), extra[0], at("2026-03-04"), extra[2]]
    assert last_end(series) == extra[2] + HOUR
    assert list(original_starts(event(extra=extra[2:]))) == [at("2026-03-03"), extra[2]]


@pytest.mark.parametrize(
    ("recurrence", "end"),
    [
        (None, at("2026-03-03", 10)),
        (rule(Frequency.DAILY), None),
        (rule(Frequency.DAILY, count=10), at("2026-03-12", 10)),
        (rule(Frequency.DAILY, count=10, exact=False), None),  # the document's own rule may go on longer
        (rule(Frequency.DAILY, until=at("2026-03-12"), exact=False), at("2026-03-12", 10)),
        (rule(Frequency.DAILY, count=MOST_COUNTED + 1), None),
        (rule(Frequency.YEARLY, month_of_year=2, day_of_month=30, count=9), at("2026-03-03", 10)),
    ],
)
def test_end_of_the_last_occurrence(recurrence: Recurrence | None, end: datetime | None) -> None:
    assert last_end(event(recurrence)) == end


def test_exception_may_be_last() -> None:
    late = Event(start=at("2027-01-01"), end=at("2027-01-02"), original=at("2026-03-03"))
    assert last_end(event(rule(Frequency.DAILY, count=2), exceptions=(late,))) == late.end


def test_day_that_ends_at_midnight_is_the_last() -> None:
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    assert last_day(Event(start=midnight, end=midnight + DAY, all_day=True)) == date(2026, 3, 3)
    assert last_day(Event(start=midnight, end=midnight)) == date(2026, 3, 3)
    assert last_day(event(rule(Frequency.DAILY))) is None


@pytest.mark.parametrize(
    "recurrence",
    [
        rule(Frequency.MONTHLY, interval=12, day_of_month=31),
        rule(Frequency.YEARLY, month_of_year=2, day_of_month=30),
        rule(Frequency.YEARLY, interval=999, month_of_year=2, day_of_month=29),
        rule(Frequency.DAILY),
    ],
)
def test_no_rule_goes_on_for_ever(recurrence: Recurrence) -> None:
    start = datetime(2025, 2, 3, 9, tzinfo=UTC)
    assert len(list(rule_starts(recurrence, start, ""))) <= MOST


@pytest.mark.parametrize(
    ("recurrence", "comes"),
    [
        (rule(Frequency.MONTHLY, interval=12, day_of_month=31), False),  # February for ever
        (rule(Frequency.MONTHLY, interval=13, day_of_month=31), True),
        (rule(Frequency.YEARLY, month_of_year=2, day_of_month=30), False),
        (rule(Frequency.YEARLY, month_of_year=2, day_of_month=29), True),
        (rule(Frequency.YEARLY, interval=2, month_of_year=2, day_of_month=29), False),  # 2025, 2027 ...
        (rule(Frequency.YEARLY, interval=100, month_of_year=2, day_of_month=29), False),
    ],
)
def test_day_that_never_comes_is_not_looked_for(recurrence: Recurrence, comes: bool) -> None:
    start = datetime(2025, 2, 3, 9, tzinfo=UTC)
    assert bool(list(islice(rule_starts(recurrence, start, ""), 1))) is comes
