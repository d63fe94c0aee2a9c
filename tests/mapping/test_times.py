"""Times and days on the wire and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from outrider.domain.items import Event, EventItem, Mailbox
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.mapping.terms import Terms, View
from outrider.mapping.times import (
    changed_times,
    clock_of,
    moment_from_wire,
    new_times,
    span_to_wire,
    timezone_to_wire,
)
from outrider.mapping.zones import zone_to_wire
from outrider.protocol.errors import EasError
from outrider.protocol.items.calendar import Event as Element
from outrider.protocol.items.calendar import Recurrence as Rule
from outrider.protocol.values import TimeZone
from outrider.protocol.versions import Version

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 3, 10, 18, 3, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = [
    "Pacific/Pago_Pago",
    "Pacific/Marquesas",
    "America/Los_Angeles",
    "America/New_York",
    "America/St_Johns",
    "Atlantic/Azores",
    "Europe/London",
    BERLIN,
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def view(version: Version = Version.V14_1, zone: str = BERLIN) -> View:
    return View(account=Mailbox("", "alice@example.org"), version=version, zone=zone)


def terms(version: Version = Version.V14_1, zone: str = BERLIN, prior: Event | None = None) -> Terms:
    return Terms(view=view(version, zone), now=NOW, prior=EventItem(event=prior) if prior else None)


DAYS = Event(start=at(10), end=at(11), all_day=True)
TIMED = Event(start=at(10, 8), end=at(10, 9), zone=BERLIN)


def local(day: int, zone: str) -> datetime:
    return datetime(2026, 3, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("version", [Version.V14_1, Version.V16_1])
def test_days_are_midnight_in_utc(version: Version) -> None:
    shown = span_to_wire(DAYS, view(version))
    assert shown == {"start_time": at(10), "end_time": at(11), "all_day_event": True}


def test_days_have_utc_as_their_zone_and_none_from_16_0() -> None:
    assert timezone_to_wire(DAYS, view(Version.V14_1)) == zone_to_wire("UTC", 2026)
    assert timezone_to_wire(DAYS, view(Version.V16_0)) is UNSET


def test_days_of_no_length_are_one_day() -> None:
    assert span_to_wire(replace(DAYS, end=at(10)), view())["end_time"] == at(11)


@pytest.mark.parametrize("zone", ZONES)
def test_days_in_a_series_of_times_are_the_same_by_digits_and_by_zone(zone: str) -> None:
    series = replace(TIMED, zone=zone)
    shown = span_to_wire(DAYS, view(Version.V14_1), series)
    for name, day in (("start_time", 10), ("end_time", 11)):
        assert shown[name].day == day
        assert shown[name].astimezone(ZoneInfo(zone)).day == day


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [10, 29])  # on the 29th clocks change in Europe
@pytest.mark.parametrize("told", ["digits", "zone", "user's zone"])
def test_a_day_is_read_however_it_is_told(zone: str, day: int, told: str) -> None:
    start, end = (at(day), at(day + 1)) if told == "digits" else (local(day, zone), local(day + 1, zone))
    blob = zone_to_wire(zone, 2026) if told != "user's zone" else UNSET
    element = Element(start_time=start, end_time=end, all_day_event=True, timezone=blob)
    read = new_times(element, terms(zone=zone))
    assert read == {"start": at(day), "end": at(day + 1), "all_day": True, "zone": ""}


@pytest.mark.parametrize("minutes", [-60, 0, 60])
def test_a_midnight_computed_by_the_wrong_season_is_still_that_day(minutes: int) -> None:
    off = timedelta(minutes=minutes)
    element = Element(
        start_time=local(10, BERLIN) + off, end_time=local(11, BERLIN) + off, all_day_event=True
    )
    assert new_times(element, terms())["start"] == at(10)
    assert new_times(element, terms())["end"] == at(11)


@pytest.mark.parametrize("end", [UNSET, at(10), at(9)])
def test_a_day_without_an_end_is_one(end: datetime) -> None:
    read = new_times(Element(start_time=at(10), end_time=end, all_day_event=True), terms())
    assert (read["start"], read["end"]) == (at(10), at(11))


@pytest.mark.parametrize(("rule", "whole"), [(UNSET, False), (Rule(type=0, interval=1), True)])
def test_a_series_from_midnight_to_midnight_is_of_whole_days(rule: Rule, whole: bool) -> None:
    element = Element(
        start_time=local(10, BERLIN),
        end_time=local(11, BERLIN),
        recurrence=rule,
        timezone=zone_to_wire(BERLIN, 2026),
    )
    assert new_times(element, terms())["all_day"] is whole


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (UNSET, UNSET, (at(10, 18, 30), at(10, 19))),
        (UNSET, at(10, 20), (at(10, 18, 30), at(10, 20))),
        (at(10, 9), UNSET, (at(10, 9), at(10, 19))),
        (UNSET, at(10, 9), None),
        (at(11, 9), UNSET, None),
    ],
)
def test_what_a_new_event_does_not_say_is_now(
    start: datetime, end: datetime, expected: tuple[datetime, datetime] | None
) -> None:
    element = Element(start_time=start, end_time=end)
    if expected is None:
        with pytest.raises(EasError) as refused:
            new_times(element, terms())
        assert refused.value.status == 6
    else:
        read = new_times(element, terms())
        assert (read["start"], read["end"]) == expected


@pytest.mark.parametrize(
    ("blob", "had", "expected"),
    [
        (UNSET, "Asia/Tokyo", "Asia/Tokyo"),
        (UNSET, "", BERLIN),
        (zone_to_wire("Europe/Paris", 2026), "Europe/Paris", "Europe/Paris"),
        (zone_to_wire("Europe/Paris", 2026), "", BERLIN),
        (zone_to_wire("Asia/Kolkata", 2026), "Europe/Paris", "Asia/Kolkata"),
        (TimeZone(bias=-37), "Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_whose_clock_times_go_by(blob: TimeZone, had: str, expected: str) -> None:
    assert clock_of(Element(timezone=blob), replace(TIMED, zone=had), terms()) == expected


def test_times_that_only_repeat_what_was_told_change_nothing() -> None:
    floating = replace(TIMED, zone="")
    for prior in (TIMED, DAYS, floating):
        shown = Element(**span_to_wire(prior, view()), timezone=timezone_to_wire(prior, view()))
        assert changed_times(shown, prior, terms()) == {}


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (Element(start_time=at(11, 8)), {"start": at(11, 8), "end": at(11, 9)}),
        (Element(end_time=at(10, 10)), {"start": at(10, 8), "end": at(10, 10)}),
        (Element(timezone=zone_to_wire("Asia/Tokyo", 2026)), {"zone": "Asia/Tokyo"}),
        (
            Element(start_time=at(12), end_time=at(13), all_day_event=True),
            {"start": at(12), "end": at(13), "all_day": True, "zone": ""},
        ),
    ],
)
def test_what_is_said_of_times_is_set(element: Element, expected: dict[str, object]) -> None:
    whole = {"start": TIMED.start, "end": TIMED.end, "all_day": False, "zone": BERLIN}
    assert changed_times(element, TIMED, terms(Version.V16_1)) == whole | expected


def test_the_name_of_an_occurrence() -> None:
    rule = Recurrence(frequency=Frequency.DAILY)
    assert moment_from_wire(local(12, BERLIN), replace(DAYS, recurrence=rule), BERLIN) == at(12)
    assert moment_from_wire(at(12, 8), replace(TIMED, recurrence=rule), BERLIN) == at(12, 8)
    assert moment_from_wire(at(12, 8), replace(TIMED, zone=""), BERLIN) == at(12, 9)
