"""Every occurrence at its instant, in zones around the world and on days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule

from outrider.domain.items import Event, EventEdit, NewEvent, OccurrenceEdit
from outrider.domain.occurrences import original_starts
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.domain.zones import changes, rules_of, zone_of
from outrider.formats.icalendar import events
from tests.formats.icalendar.event_strategies import ZONES

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAILY = Recurrence(frequency=Frequency.DAILY)
WEEKLY = Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays(127))


def days(zone: str) -> list[datetime]:
    """The local midnights of a plain day, and of the days on which the clock changes."""
    info = ZoneInfo(zone)
    turns = [change.instant.astimezone(info).date() for change in changes(zone, 2026)]
    return [datetime.combine(day, time()) for day in (datetime(2026, 6, 10).date(), *turns)]


CASES = [(zone, day) for zone in ZONES for day in days(zone)]
IDS = [f"{zone}-{day:%m-%d}" for zone, day in CASES]


def local_starts(zone: str, first: datetime) -> list[datetime]:
    """What a clock in the zone shows each day, judged apart from the program: by hand, day after day."""
    info = ZoneInfo(zone)
    shown = rrule.rrule(rrule.DAILY, dtstart=first, count=5)
    return [each.replace(tzinfo=info).astimezone(UTC) for each in shown]


@pytest.mark.parametrize("hour", [0, 2, 9, 23])
@pytest.mark.parametrize(("zone", "day"), CASES, ids=IDS)
def test_single_event_is_at_its_instant(zone: str, day: datetime, hour: int) -> None:
    start = day.replace(hour=hour, minute=30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    document = events.write(NewEvent(event=Event(start=start, end=start + HOUR, zone=zone)), "1")
    read = events.read(document)
    assert (read.start, read.end) == (start, start + HOUR)
    moved = events.read(
        events.apply(document, EventEdit(fields={"start": start + HOUR, "end": start + 2 * HOUR}))
    )
    assert (moved.start, moved.end) == (start + HOUR, start + 2 * HOUR)


@pytest.mark.parametrize("rule", [DAILY, WEEKLY], ids=["daily", "weekly"])
@pytest.mark.parametrize("hour", [0, 2, 23])
@pytest.mark.parametrize(("zone", "day"), CASES, ids=IDS)
def test_each_occurrence_is_at_its_hour(zone: str, day: datetime, hour: int, rule: Recurrence) -> None:
    first = (day - 2 * DAY).replace(hour=hour, minute=30)
    start = first.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    expected = local_starts(zone, first)
    series = Event(start=start, end=start + HOUR, zone=zone, recurrence=rule)
    document = events.write(NewEvent(event=series), "1")
    assert list(islice(original_starts(events.read(document)), 5)) == expected
    moved = OccurrenceEdit(original=expected[2], fields={"start": expected[2] + HOUR})
    gone = OccurrenceEdit(original=expected[3], removed=True)
    read = events.read(events.apply(document, EventEdit(occurrences=(moved, gone))))
    assert read.removed == (expected[3],)
    assert [(each.original, each.start) for each in read.exceptions] == [(expected[2], expected[2] + HOUR)]


# Where the day begins further from midnight UTC, which day an instant means cannot be told without the zone.
NEAR = [
    (zone, day) for zone, day in CASES if abs(day.replace(tzinfo=ZoneInfo(zone)).utcoffset() or DAY) < DAY / 2
]


@pytest.mark.parametrize(("zone", "day"), NEAR, ids=[f"{zone}-{day:%m-%d}" for zone, day in NEAR])
def test_series_of_days_stays_on_its_days(zone: str, day: datetime) -> None:
    first = day.replace(tzinfo=UTC) - DAY
    series = Event(start=first, end=first + DAY, all_day=True, zone=zone, recurrence=DAILY)
    document = events.write(NewEvent(event=series), "1")
    midnight = day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)  # as some phones name an occurrence
    gone = OccurrenceEdit(original=midnight, removed=True)
    read = events.read(events.apply(document, EventEdit(occurrences=(gone,))))
    assert (read.all_day, read.zone, read.start, read.end) == (True, "", first, first + DAY)
    assert read.removed == (day.replace(tzinfo=UTC),)


@pytest.mark.parametrize(("zone", "day"), CASES, ids=IDS)
def test_zone_goes_to_a_phone_and_comes_back(zone: str, day: datetime) -> None:
    """A phone that sends back rules without a name leaves the event in its zone."""
    start = day.replace(hour=9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    document = events.write(NewEvent(event=Event(start=start, end=start, zone=zone, recurrence=DAILY)), "1")
    back = zone_of(rules_of(zone, day.year), day.year, (events.read(document).zone,))
    assert events.apply(document, EventEdit(fields={"zone": back})) == document
