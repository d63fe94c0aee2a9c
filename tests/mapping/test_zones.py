"""Zones as rules on the wire and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from outrider.domain.items import Event
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.domain.zones import TODAY
from outrider.mapping.zones import instant_of, reading, year_of_law, zone_from_wire, zone_to_wire
from outrider.protocol.values import NEVER, TimeZone, Transition

ZONES = [
    "Pacific/Pago_Pago",
    "Pacific/Honolulu",
    "Pacific/Marquesas",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Caracas",
    "America/Halifax",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Asuncion",
    "America/Santiago",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Dublin",
    "Africa/Lagos",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Athens",
    "Africa/Cairo",
    "Europe/Moscow",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Kabul",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Tongatapu",
    "Pacific/Kiritimati",
    "UTC",
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", [2026, TODAY])
def test_a_zone_stays_itself(zone: str, year: int) -> None:
    blob = TimeZone.parse(str(zone_to_wire(zone, year)))
    assert zone_from_wire(blob, year, (zone, "Europe/London")) == zone


BLOBS = dict(
    line.split()
    for line in (Path(__file__).parents[1] / "golden/zones-2026.txt").read_text("ascii").splitlines()
)


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_has_the_bytes_that_were_recorded(zone: str) -> None:
    """R18: both ways."""
    assert str(zone_to_wire(zone, 2026)) == BLOBS[zone]
    assert zone_from_wire(TimeZone.parse(BLOBS[zone]), 2026, (zone,)) == zone


def test_a_zone_is_told_by_its_rules_under_the_name_windows_has_for_it() -> None:
    assert zone_to_wire("Europe/Berlin", 2026) == TimeZone(
        bias=-60,
        standard_name="W. Europe Standard Time",
        standard_date=Transition(month=10, weekday=0, week=5, hour=3),
        daylight_name="W. Europe Daylight Time",
        daylight_date=Transition(month=3, weekday=0, week=5, hour=2),
        daylight_bias=-60,
    )


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/Phoenix", "UTC", "Pacific/Kiritimati"])
def test_a_zone_without_summer_time_has_no_bias_for_it(zone: str) -> None:
    blob = zone_to_wire(zone, 2026)
    assert (blob.daylight_bias, blob.daylight_date, blob.standard_date) == (0, NEVER, NEVER)


def test_the_zone_that_was_there_is_preferred_where_the_rules_agree() -> None:
    blob = zone_to_wire("Europe/Berlin", 2026)
    assert zone_from_wire(blob, 2026, ("Europe/Paris", "Europe/Berlin")) == "Europe/Paris"
    assert zone_from_wire(blob, 2026, ("America/New_York",)) == "Europe/Berlin"


def test_rules_that_no_zone_has_are_no_zone() -> None:
    assert zone_from_wire(TimeZone(bias=-37), 2026, ("Europe/Berlin",)) is None


@pytest.mark.parametrize(
    ("rule", "year"),
    [
        (None, 2006),
        (Recurrence(frequency=Frequency.DAILY), TODAY),
        (Recurrence(frequency=Frequency.DAILY, count=5), TODAY),
        (Recurrence(frequency=Frequency.DAILY, until=datetime(2008, 1, 1, tzinfo=UTC)), 2008),
    ],
)
def test_a_series_goes_by_the_law_of_its_end(rule: Recurrence | None, year: int) -> None:
    start = datetime(2006, 4, 1, tzinfo=UTC)
    assert year_of_law(Event(start=start, end=start, recurrence=rule)) == year


def test_what_a_clock_shows_and_when() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert reading(noon, "Asia/Kolkata") == datetime(2026, 7, 1, 17, 30, tzinfo=UTC)
    assert instant_of(reading(noon, "Asia/Kolkata"), "Asia/Kolkata") == noon
