"""Rules of recurrence to the wire and back, and what no rule may say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.mapping.recurrence import rule_from_wire, rule_to_wire
from outrider.protocol.errors import EasError
from outrider.protocol.items.tasks import Recurrence as Element

START = datetime(2026, 3, 10, tzinfo=UTC)  # the second Tuesday of the month
END = datetime(2026, 12, 31, tzinfo=UTC)

DAILY, WEEKLY, MONTHLY = Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY
BY_WEEKDAY, YEARLY, YEARLY_BY_WEEKDAY = (
    Frequency.MONTHLY_BY_WEEKDAY,
    Frequency.YEARLY,
    Frequency.YEARLY_BY_WEEKDAY,
)
WORKDAYS = Weekdays(62)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (Recurrence(frequency=DAILY), {"type": 0, "interval": 1}),
        (Recurrence(frequency=DAILY, interval=3, count=5), {"type": 0, "interval": 3, "occurrences": 5}),
        (Recurrence(frequency=DAILY, weekdays=WORKDAYS), {"type": 0, "interval": 1, "day_of_week": 62}),
        (
            Recurrence(frequency=WEEKLY, weekdays=Weekdays.MONDAY, until=END, first_day=0),
            {"type": 1, "interval": 1, "day_of_week": 2, "until": END, "first_day_of_week": 0},
        ),
        (
            Recurrence(frequency=MONTHLY, day_of_month=31),
            {"type": 2, "interval": 1, "day_of_month": 31, "calendar_type": 0},
        ),
        (
            Recurrence(frequency=BY_WEEKDAY, weekdays=WORKDAYS, week_of_month=5),
            {"type": 3, "interval": 1, "day_of_week": 62, "week_of_month": 5, "calendar_type": 0},
        ),
        (
            Recurrence(frequency=YEARLY, day_of_month=29, month_of_year=2, calendar=15, leap_month=True),
            {
                "type": 5,
                "interval": 1,
                "day_of_month": 29,
                "month_of_year": 2,
                "calendar_type": 15,
                "is_leap_month": True,
            },
        ),
        (
            Recurrence(
                frequency=YEARLY_BY_WEEKDAY, weekdays=Weekdays.SUNDAY, week_of_month=1, month_of_year=5
            ),
            {
                "type": 6,
                "interval": 1,
                "day_of_week": 1,
                "week_of_month": 1,
                "month_of_year": 5,
                "calendar_type": 0,
            },
        ),
    ],
)
def test_a_rule_goes_both_ways(rule: Recurrence, fields: dict[str, Any]) -> None:
    assert rule_to_wire(rule, START) == fields
    assert rule_from_wire(Element(start=START, **fields)) == rule


@pytest.mark.parametrize(
    ("frequency", "fields"),
    [
        (WEEKLY, {"day_of_week": 4, "first_day_of_week": 1}),
        (MONTHLY, {"day_of_month": 10}),
        (BY_WEEKDAY, {"day_of_week": 4, "week_of_month": 2}),
        (YEARLY, {"day_of_month": 10, "month_of_year": 3}),
        (YEARLY_BY_WEEKDAY, {"day_of_week": 4, "week_of_month": 2, "month_of_year": 3}),
    ],
)
def test_what_the_rule_leaves_to_the_start_is_said(frequency: Frequency, fields: dict[str, Any]) -> None:
    assert fields.items() <= rule_to_wire(Recurrence(frequency=frequency), START).items()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"type": 0}, Recurrence(frequency=DAILY)),
        ({"type": 0, "interval": None, "until": None}, Recurrence(frequency=DAILY)),
        ({"type": 0, "until": END, "occurrences": 2}, Recurrence(frequency=DAILY, count=2)),
        ({"type": 1}, Recurrence(frequency=WEEKLY)),
        ({"type": 2, "first_day_of_week": 1, "month_of_year": 4}, Recurrence(frequency=MONTHLY)),
    ],
)
def test_what_is_absent_or_beside_the_point(fields: dict[str, Any], rule: Recurrence) -> None:
    assert rule_from_wire(Element(start=START, **fields)) == rule


@pytest.mark.parametrize(
    "fields",
    [
        {"type": 4},
        {"type": 7},
        {"type": 0, "day_of_month": 10},
        {"type": 1, "day_of_month": 10},
        {"type": 3, "day_of_week": 1, "week_of_month": 2, "day_of_month": 10},
        {"type": 6, "day_of_week": 1, "week_of_month": 2, "day_of_month": 10},
        {"type": 2, "day_of_week": 1},
        {"type": 5, "day_of_week": 1},
        {"type": 0, "week_of_month": 2},
        {"type": 1, "week_of_month": 2},
        {"type": 2, "week_of_month": 2},
        {"type": 5, "week_of_month": 2},
        {"type": 0, "calendar_type": 0},
        {"type": 1, "calendar_type": 0},
        {"type": 3, "day_of_week": 1},
        {"type": 6, "week_of_month": 1},
        {"type": 0, "interval": 0},
        {"type": 0, "occurrences": 0},
        {"type": 1, "day_of_week": 128},
        {"type": 1, "first_day_of_week": 7},
        {"type": 2, "day_of_month": 32},
        {"type": 5, "month_of_year": 13},
        {"type": 3, "day_of_week": 1, "week_of_month": 6},
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(EasError) as refused:
        rule_from_wire(Element(start=START, **fields))
    assert refused.value.status == 6
