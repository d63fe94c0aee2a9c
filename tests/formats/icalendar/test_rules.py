"""RRULE and the rules a phone can state, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from msgspec.structs import replace

from outrider.domain.occurrences import rule_starts
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.formats.contentlines import Line
from outrider.formats.icalendar.clocks import FLOATING, clock_in
from outrider.formats.icalendar.rules import is_same_rule, read_rule, write_rule
from outrider.formats.icalendar.times import Moment
from tests.formats.icalendar.event_strategies import rules

TUESDAY = Moment(datetime(2026, 3, 3, 9), clock_in("Europe/Berlin"))
DAY = Moment(date(2026, 3, 3), FLOATING)
ALL_DAYS, WORKDAYS = Weekdays(127), Weekdays(62)
TU = Weekdays.TUESDAY
D, W, M, Y = Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY, Frequency.YEARLY
MW, YW = Frequency.MONTHLY_BY_WEEKDAY, Frequency.YEARLY_BY_WEEKDAY


def read(text: str, start: Moment = TUESDAY) -> Recurrence:
    found = read_rule(Line(b"", "RRULE", value=text), start)
    assert found is not None
    return found


def rule(frequency: Frequency, **fields: Any) -> Recurrence:
    return Recurrence(frequency=frequency, **fields)


EXACT = [
    ("FREQ=DAILY", rule(D)),
    ("FREQ=DAILY;INTERVAL=3;COUNT=5", rule(D, interval=3, count=5)),
    ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", rule(W, weekdays=WORKDAYS)),
    ("FREQ=WEEKLY", rule(W, weekdays=TU)),
    ("FREQ=WEEKLY;BYDAY=SU,SA;WKST=SU;INTERVAL=2", rule(W, weekdays=Weekdays(65), interval=2, first_day=0)),
    ("FREQ=MONTHLY", rule(M, day_of_month=3)),
    ("FREQ=MONTHLY;BYMONTHDAY=31", rule(M, day_of_month=31)),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", rule(MW, weekdays=ALL_DAYS, week_of_month=5)),
    ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", rule(MW, weekdays=ALL_DAYS, week_of_month=5)),
    ("FREQ=MONTHLY;BYDAY=2TU", rule(MW, weekdays=TU, week_of_month=2)),
    ("FREQ=MONTHLY;BYDAY=-1FR", rule(MW, weekdays=Weekdays.FRIDAY, week_of_month=5)),
    ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=3", rule(MW, weekdays=TU, week_of_month=3)),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", rule(MW, weekdays=WORKDAYS, week_of_month=5)),
    ("FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14", rule(MW, weekdays=TU, week_of_month=2)),
    (
        "FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=-7,-6,-5,-4,-3,-2,-1",
        rule(MW, weekdays=TU, week_of_month=5),
    ),
    ("FREQ=MONTHLY;BYDAY=TU", rule(W, weekdays=TU)),
    ("FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=3", rule(M, interval=3, day_of_month=3)),
    ("FREQ=MONTHLY;BYMONTH=3;BYMONTHDAY=3", rule(Y, month_of_year=3, day_of_month=3)),
    ("FREQ=YEARLY", rule(Y, month_of_year=3, day_of_month=3)),
    ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1;INTERVAL=2", rule(Y, interval=2, month_of_year=5, day_of_month=1)),
    ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", rule(YW, month_of_year=11, weekdays=Weekdays(16), week_of_month=4)),
    (
        "FREQ=YEARLY;BYMONTH=5;BYDAY=MO;BYSETPOS=-1",
        rule(YW, month_of_year=5, weekdays=Weekdays(2), week_of_month=5),
    ),
    ("FREQ=YEARLY;BYMONTHDAY=15", rule(M, day_of_month=15)),
    ("FREQ=YEARLY;BYDAY=TU", rule(W, weekdays=TU)),
    (" freq=daily ; interval=2", rule(D, interval=2)),
]


@pytest.mark.parametrize(("text", "found"), EXACT)
def test_rule_that_a_phone_can_be_told(text: str, found: Recurrence) -> None:
    assert read(text) == found


@pytest.mark.parametrize(("text", "found"), EXACT)
def test_what_is_told_means_the_same(text: str, found: Recurrence) -> None:
    """Judged by dateutil, from the rule as it stands."""
    start = datetime(2026, 3, 3, 9)
    expected = list(islice(rrulestr(text.replace(" ", "").upper(), dtstart=start), 20))
    assert [each.replace(tzinfo=None) for each in starts(found, start)] == expected


def starts(recurrence: Recurrence, start: datetime) -> Iterator[datetime]:
    return islice(rule_starts(recurrence, start.replace(tzinfo=UTC), ""), 20)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("FREQ=HOURLY;INTERVAL=2", rule(D)),
        ("FREQ=DAILY;BYHOUR=9,17", rule(D)),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", rule(D, interval=2)),
        ("FREQ=DAILY;BYMONTH=1", rule(D)),
        ("FREQ=WEEKLY;BYDAY=1MO", rule(W, weekdays=Weekdays.MONDAY)),
        ("FREQ=WEEKLY;BYMONTH=1;BYDAY=MO", rule(W, weekdays=Weekdays.MONDAY)),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", rule(M, day_of_month=1)),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", rule(MW, weekdays=ALL_DAYS, week_of_month=5)),
        ("FREQ=MONTHLY;BYDAY=5TU", rule(MW, weekdays=TU, week_of_month=5)),
        ("FREQ=MONTHLY;BYDAY=-2TU", rule(MW, weekdays=TU, week_of_month=4)),
        ("FREQ=MONTHLY;BYDAY=1MO,3WE", rule(MW, weekdays=Weekdays.MONDAY, week_of_month=1)),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", rule(MW, interval=2, weekdays=TU, week_of_month=1)),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", rule(MW, weekdays=Weekdays.FRIDAY, week_of_month=2)),
        ("FREQ=MONTHLY;BYMONTH=1,2;BYMONTHDAY=3", rule(Y, month_of_year=1, day_of_month=3)),
        ("FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=3", rule(Y, month_of_year=1, day_of_month=3)),  # not March
        ("FREQ=YEARLY;BYDAY=20MO", rule(YW, month_of_year=3, weekdays=Weekdays.MONDAY, week_of_month=5)),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=MO", rule(YW, month_of_year=3, weekdays=Weekdays(2), week_of_month=1)),
        ("FREQ=YEARLY;BYYEARDAY=100", rule(Y, month_of_year=3, day_of_month=3)),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=TU", rule(YW, month_of_year=3, weekdays=TU, week_of_month=1)),
        ("FREQ=YEARLY;RSCALE=ETHIOPIC", rule(Y, month_of_year=3, day_of_month=3)),
        ("FREQ=DAILY;INTERVAL=5000", rule(D, interval=999)),
    ],
)
def test_rule_that_says_more_is_told_as_the_nearest(text: str, nearest: Recurrence) -> None:
    assert read(text) == replace(nearest, exact=False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FREQ=YEARLY;BYMONTH=0", rule(Y, month_of_year=3, day_of_month=3)),
        ("FREQ=YEARLY;BYMONTH=99;BYMONTHDAY=77,x,", rule(Y, month_of_year=3, day_of_month=3)),
        ("FREQ=WEEKLY;BYDAY=XX,8MO9;INTERVAL=0", rule(W, weekdays=TU)),
        ("FREQ=DAILY;COUNT=0;INTERVAL=-1;UNTIL=soon", rule(D)),
        ("FREQ=DAILY;COUNT=1234567890123", rule(D)),
        ("FREQ=DAILY;WKST=XX;FREQ=WEEKLY;;=;X", rule(D)),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260305T080000Z", rule(D, until=datetime(2026, 3, 5, 8, tzinfo=UTC))),
        ("FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12,13", rule(M, day_of_month=3)),
    ],
)
def test_nonsense_in_a_rule_is_passed_over(text: str, found: Recurrence) -> None:
    assert read(text) == found


@pytest.mark.parametrize("text", ["", "FREQ=", "FREQ=SOMETIMES", "BYDAY=MO", "daily"])
def test_what_is_no_rule_is_none(text: str) -> None:
    assert read_rule(Line(b"", "RRULE", value=text), TUESDAY) is None


@pytest.mark.parametrize(
    ("text", "start", "until"),
    [
        ("20260310T080000Z", TUESDAY, datetime(2026, 3, 10, 8, tzinfo=UTC)),
        ("20260310T090000", TUESDAY, datetime(2026, 3, 10, 8, tzinfo=UTC)),
        ("20260310", TUESDAY, datetime(2026, 3, 10, 8, tzinfo=UTC)),
        ("20260310", DAY, datetime(2026, 3, 10, tzinfo=UTC)),
        ("20260310T230000Z", DAY, datetime(2026, 3, 10, tzinfo=UTC)),
    ],
)
def test_until_is_the_last_start(text: str, start: Moment, until: datetime) -> None:
    assert read(f"FREQ=DAILY;UNTIL={text}", start).until == until


@pytest.mark.parametrize(
    ("recurrence", "start", "text"),
    [
        (rule(D), TUESDAY, "FREQ=DAILY"),
        (rule(D, weekdays=WORKDAYS), TUESDAY, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (rule(W, weekdays=TU, count=3), TUESDAY, "FREQ=WEEKLY;BYDAY=TU;COUNT=3"),
        (rule(MW, weekdays=ALL_DAYS, week_of_month=5), TUESDAY, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (rule(MW, weekdays=WORKDAYS, week_of_month=5), DAY, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        (rule(MW, weekdays=TU, week_of_month=5), DAY, "FREQ=MONTHLY;BYDAY=-1TU"),
        (rule(Y, month_of_year=2, day_of_month=29), DAY, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        (rule(D, until=datetime(2026, 3, 10, 8, tzinfo=UTC)), TUESDAY, "FREQ=DAILY;UNTIL=20260310T080000Z"),
        (rule(D, until=datetime(2026, 3, 10, tzinfo=UTC)), DAY, "FREQ=DAILY;UNTIL=20260310"),
        (
            rule(D, until=datetime(2026, 3, 10, 8, tzinfo=UTC)),
            Moment(datetime(2026, 3, 3, 8), FLOATING),
            "FREQ=DAILY;UNTIL=20260310T080000",
        ),
        (
            rule(Y, month_of_year=5, day_of_month=5, calendar=15, leap_month=True),
            DAY,
            "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=5",
        ),
    ],
)
def test_rule_is_written(recurrence: Recurrence, start: Moment, text: str) -> None:
    assert write_rule(recurrence, start)[0] == text


def test_calendar_stands_beside_the_rule() -> None:
    value, params = write_rule(rule(M, day_of_month=1, calendar=12), DAY)
    assert read_rule(Line(b"", "RRULE", params=params, value=value), DAY) == rule(
        M, day_of_month=1, calendar=12
    )
    assert read("RSCALE=HEBREW;FREQ=YEARLY").calendar == 8


MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


@given(rules(MIDNIGHT, all_day=True))
def test_rule_comes_back_as_it_was(recurrence: Recurrence) -> None:
    value, params = write_rule(recurrence, DAY)
    assert read_rule(Line(b"", "RRULE", params=params, value=value), DAY) == recurrence


@pytest.mark.parametrize(
    ("new", "old", "same"),
    [
        (rule(D), rule(D, exact=False), True),
        (rule(D, first_day=1), rule(D), True),
        (rule(D), rule(D, first_day=0), True),
        (rule(D, first_day=0), rule(D), False),
        (rule(D, interval=2), rule(D), False),
    ],
)
def test_phone_that_repeats_what_it_was_told_changes_nothing(
    new: Recurrence, old: Recurrence, same: bool
) -> None:
    assert is_same_rule(new, old) is same
