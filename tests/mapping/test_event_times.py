"""The times of events, zone by zone, as a device reckons them by what it is told, and the other way round.

The device here is a witness: it expands rules and reads zones by dateutil and by the bytes of the blob alone.
Every zone is tried with every kind of event; of versions and times of day a sample, all of them in a soak.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule, tz
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta
from msgspec import UNSET

from outrider.domain.items import Event, EventItem, Mailbox
from outrider.domain.occurrences import occurrences
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.formats.documents import CALENDAR
from outrider.mapping import calendar
from outrider.mapping.terms import Terms, View
from outrider.mapping.zones import zone_to_wire
from outrider.protocol.items.calendar import ChangedOccurrence, Occasion
from outrider.protocol.items.calendar import Event as Element
from outrider.protocol.items.calendar import Recurrence as Rule
from outrider.protocol.messages.sync import Add
from outrider.protocol.schema import decode, encode
from outrider.protocol.values import TimeZone, Transition
from outrider.protocol.versions import OFFERED, Version
from tests.examples import SCALE

ZONES = [
    "Pacific/Pago_Pago",  # -11
    "Pacific/Marquesas",  # -9:30
    "America/Los_Angeles",
    "America/New_York",
    "America/St_Johns",  # -3:30, changes
    "America/Sao_Paulo",
    "Atlantic/Azores",  # its midnight is skipped once a year
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",  # +5:30
    "Asia/Kathmandu",  # +5:45
    "Australia/Adelaide",  # +9:30, changes in the south
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Auckland",
    "Pacific/Chatham",  # +12:45, changes
    "Pacific/Kiritimati",  # +14
]
# Just before clocks change, in the north in spring and in the south in autumn, and the other way round.
DAYS = [
    date(2026, 3, 6),
    date(2026, 3, 27),
    date(2026, 4, 3),
    date(2026, 9, 25),
    date(2026, 10, 23),
    date(2026, 10, 30),
]
HOURS = [(8, 0), (12, 30), (23, 30)]
COUNT = 5
LENGTH = timedelta(minutes=50)
USER = "America/Denver"  # none of the above
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def cases(zone: str, kind: str) -> Iterator[tuple[Version, date, tuple[int, int]]]:
    """Versions, days and times of day; in a usual run some."""
    every = list(product(OFFERED, DAYS, HOURS))
    few = random.Random(f"{zone} {kind}").sample(every, 4)
    yield from every if SCALE > 1 else few


def days(*names: object) -> list[date]:
    """Days on which whole days are tried; in a usual run one."""
    return DAYS if SCALE > 1 else random.Random(repr(names)).sample(DAYS, 1)


# ------------------------------------------------------------------------------------------- the witness

_DAYS = (SU, MO, TU, WE, TH, FR, SA)


def clock_of(blob: TimeZone) -> tzinfo:
    """The zone of 172 bytes as dateutil understands it."""
    standard = timedelta(minutes=-blob.bias - blob.standard_bias)
    if not blob.daylight_date.month:
        return tz.tzoffset(None, standard)
    daylight = timedelta(minutes=-blob.bias - blob.daylight_bias)
    begin, end = (_turn(turn) for turn in (blob.daylight_date, blob.standard_date))
    return tz.tzrange(
        "S", standard, "D", daylight, begin, end - relativedelta(seconds=(daylight - standard).seconds)
    )


def _turn(turn: Transition) -> relativedelta:
    last = turn.week == 5
    weekday = _DAYS[turn.weekday](-1 if last else turn.week)
    return relativedelta(
        month=turn.month, day=31 if last else 1, weekday=weekday, hours=turn.hour, minutes=turn.minute
    )


def shown_by(element: Element, version: Version) -> list[tuple[datetime, datetime]]:
    """When a device has the event by what it was told."""
    assert isinstance(element.timezone, TimeZone)
    clock = clock_of(element.timezone)
    start, end = _instants(element)
    starts = [start]
    if element.recurrence is not UNSET:
        local = start.astimezone(clock).replace(tzinfo=None)
        count = element.recurrence.occurrences
        assert isinstance(count, int)
        rule = rrule.rrule(rrule.DAILY, dtstart=local, count=count)
        starts = [each.replace(tzinfo=clock).astimezone(UTC) for each in rule]
    times = {each: (each, each + (end - start)) for each in starts}
    for one in [] if element.exceptions is UNSET else element.exceptions:
        named = one.instance_id if version >= Version.V16_0 else one.exception_start_time
        assert isinstance(named, datetime)
        assert named in times
        times[named] = _instants(one)
    return sorted(times.values())


def _instants(one: Occasion) -> tuple[datetime, datetime]:
    assert isinstance(one.start_time, datetime)
    assert isinstance(one.end_time, datetime)
    return one.start_time, one.end_time


# ----------------------------------------------------------------------------------------------- the truth


def starts_of(zone: str, day: date, hour: tuple[int, int], kind: str) -> list[datetime]:
    """When the event is, by the database of zones."""
    days = [day + timedelta(days=index) for index in range(1 if kind == "single" else COUNT)]
    return [
        datetime(each.year, each.month, each.day, *hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for each in days
    ]


LATER = timedelta(hours=3)


def truth(starts: list[datetime], kind: str) -> list[tuple[datetime, datetime]]:
    moved = [
        each + LATER if kind == "exception" and index == 2 else each for index, each in enumerate(starts)
    ]
    return [(each, each + LENGTH) for each in moved]


def view(version: Version) -> View:
    return View(account=Mailbox("", "alice@example.org"), version=version, zone=USER)


def through_the_wire(element: Element, version: Version) -> Element:
    data = decode(Add, bytes(encode(Add(server_id="1:1", data=element), version)), version).value.data
    assert isinstance(data, Element)
    return data


def told(event: Event, version: Version) -> Element:
    return through_the_wire(calendar.to_wire(EventItem(event=event), view(version), str), version)


def taken(element: Element, version: Version) -> Event:
    """What becomes of an event that a device makes, read from its document."""
    new = calendar.event_from_wire(
        through_the_wire(element, version), Terms(view=view(version), now=NOW), str
    )
    return CALENDAR.read(CALENDAR.write(new, "uid"))


KINDS = ["single", "series", "exception"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zone", ZONES)
def test_a_device_has_an_event_when_it_is(zone: str, kind: str) -> None:
    for version, day, hour in cases(zone, kind):
        starts = starts_of(zone, day, hour, kind)
        event = Event(start=starts[0], end=starts[0] + LENGTH, zone=zone)
        if kind != "single":
            event = Event(
                start=starts[0],
                end=starts[0] + LENGTH,
                zone=zone,
                recurrence=Recurrence(frequency=Frequency.DAILY, count=COUNT),
                exceptions=_moved(starts[2], zone) if kind == "exception" else (),
            )
        assert shown_by(told(event, version), version) == truth(starts, kind), (version, day, hour)


def _moved(original: datetime, zone: str) -> tuple[Event, ...]:
    return (Event(original=original, start=original + LATER, end=original + LATER + LENGTH, zone=zone),)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zone", ZONES)
def test_an_event_is_when_a_device_made_it(zone: str, kind: str) -> None:
    for version, day, hour in cases(zone, kind):
        starts = starts_of(zone, day, hour, kind)
        element = Element(
            start_time=starts[0], end_time=starts[0] + LENGTH, timezone=zone_to_wire(zone, day.year)
        )
        if kind != "single":
            element.recurrence = Rule(type=0, interval=1, occurrences=COUNT)
        if kind == "exception":
            name, start = starts[2], starts[2] + LATER
            element.exceptions = [
                ChangedOccurrence(
                    exception_start_time=name, instance_id=name, start_time=start, end_time=start + LENGTH
                )
            ]
        found = occurrences(taken(element, version), NOW, NOW + timedelta(days=800))
        assert sorted((each.start, each.end) for each in found) == truth(starts, kind), (version, day, hour)


# ---------------------------------------------------------------------------------------------- whole days


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("version", OFFERED, ids=str)
def test_whole_days_are_the_same_to_devices_that_go_by_digits_and_by_zone(
    zone: str, version: Version
) -> None:
    for day in days(zone, version):
        first, after = midnight(day), midnight(day + timedelta(days=2))
        rule = Recurrence(frequency=Frequency.DAILY, count=COUNT)
        event = Event(
            start=first, end=after, all_day=True, recurrence=rule, removed=(first + timedelta(days=2),)
        )
        element = told(event, version)
        named = element.exceptions[0] if element.exceptions else ChangedOccurrence()
        original = named.instance_id if version >= Version.V16_0 else named.exception_start_time
        told_days = [element.start_time, element.end_time, original]
        assert [each.date() for each in told_days if isinstance(each, datetime)] == [
            day,
            after.date(),
            day + timedelta(days=2),
        ]
        if version < Version.V16_0:
            assert isinstance(element.timezone, TimeZone)
            clock = clock_of(element.timezone)
            local = [each.astimezone(clock).date() for each in told_days if isinstance(each, datetime)]
            assert local == [day, after.date(), day + timedelta(days=2)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("version", OFFERED, ids=str)
@pytest.mark.parametrize("told_by", ["digits", "zone"])
def test_whole_days_of_a_device_stay_where_they_are(zone: str, version: Version, told_by: str) -> None:
    """And after going there and back they still are."""
    for day in days(zone, version, told_by):
        ends = [day, day + timedelta(days=1)]
        if told_by == "digits":
            start, end = map(midnight, ends)
        else:
            start, end = (
                datetime(each.year, each.month, each.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
                for each in ends
            )
        element = Element(
            start_time=start, end_time=end, all_day_event=True, timezone=zone_to_wire(zone, day.year)
        )
        event = taken(element, version)
        for _ in range(10 if SCALE > 1 else 1):
            assert (event.start, event.end, event.all_day) == (*map(midnight, ends), True)
            event = taken(told(event, version), version)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("version", OFFERED, ids=str)
def test_a_zone_is_itself_after_going_there_and_back(zone: str, version: Version) -> None:
    """Though the user is elsewhere: a change that repeats the zone leaves it."""
    start = starts_of(zone, DAYS[0], HOURS[0], "single")[0]
    rule = Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.FRIDAY)
    event = Event(uid="1", start=start, end=start + LENGTH, zone=zone, recurrence=rule)
    element = told(event, version)
    element.start_time, element.end_time = start + LATER, start + LATER + LENGTH
    terms = Terms(view=view(version), now=NOW, prior=EventItem(event=event))
    edit = calendar.edit_from_wire(element, terms, str)
    assert edit.fields["zone"] == zone
    assert (edit.fields["start"], edit.fields["end"]) == (start + LATER, start + LATER + LENGTH)


def test_the_sample_has_every_version_and_time() -> None:
    seen = {case for zone in ZONES for kind in KINDS for case in cases(zone, kind)}
    assert len({version for version, _, _ in seen}) == len(OFFERED)
    assert len({(day, hour) for _, day, hour in seen}) == len(DAYS) * len(HOURS)
