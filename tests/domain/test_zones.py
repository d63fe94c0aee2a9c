"""Zones by the names and rules under which others know them, and rules for zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outrider.domain.zones import (
    NO_TURN,
    Change,
    Turn,
    ZoneRules,
    changes,
    find_zone,
    offsets_of,
    rules_of,
    windows_name,
    zone_of,
)

# Zone, bias, bias in summer, when summer begins and ends in 2026 (month/week/weekday, local time before).
GOLDEN = [
    ("Pacific/Pago_Pago", 660, 0, "", ""),
    ("Pacific/Honolulu", 600, 0, "", ""),
    ("Pacific/Marquesas", 570, 0, "", ""),
    ("America/Anchorage", 540, -60, "3/2/0 02:00", "11/1/0 02:00"),
    ("America/Los_Angeles", 480, -60, "3/2/0 02:00", "11/1/0 02:00"),
    ("America/Phoenix", 420, 0, "", ""),
    ("America/Denver", 420, -60, "3/2/0 02:00", "11/1/0 02:00"),
    ("America/Chicago", 360, -60, "3/2/0 02:00", "11/1/0 02:00"),
    ("America/Mexico_City", 360, 0, "", ""),
    ("America/New_York", 300, -60, "3/2/0 02:00", "11/1/0 02:00"),
    ("America/Bogota", 300, 0, "", ""),
    ("America/Halifax", 240, -60, "3/2/0 02:00", "11/1/0 02:00"),
    ("America/Santiago", 240, -60, "9/1/0 00:00", "4/1/0 00:00"),
    ("America/St_Johns", 210, -60, "3/2/0 02:00", "11/1/0 02:00"),
    ("America/Sao_Paulo", 180, 0, "", ""),
    ("America/Nuuk", 120, -60, "3/4/6 23:00", "10/5/0 00:00"),
    ("Atlantic/Azores", 60, -60, "3/5/0 00:00", "10/5/0 01:00"),
    ("Atlantic/Reykjavik", 0, 0, "", ""),
    ("UTC", 0, 0, "", ""),
    ("Europe/London", 0, -60, "3/5/0 01:00", "10/5/0 02:00"),
    ("Europe/Dublin", 0, -60, "3/5/0 01:00", "10/5/0 02:00"),
    ("Europe/Berlin", -60, -60, "3/5/0 02:00", "10/5/0 03:00"),
    ("Africa/Lagos", -60, 0, "", ""),
    ("Europe/Athens", -120, -60, "3/5/0 03:00", "10/5/0 04:00"),
    ("Africa/Johannesburg", -120, 0, "", ""),
    ("Asia/Jerusalem", -120, -60, "3/4/5 02:00", "10/5/0 02:00"),
    ("Europe/Istanbul", -180, 0, "", ""),
    ("Europe/Moscow", -180, 0, "", ""),
    ("Asia/Tehran", -210, 0, "", ""),
    ("Asia/Dubai", -240, 0, "", ""),
    ("Asia/Kabul", -270, 0, "", ""),
    ("Asia/Karachi", -300, 0, "", ""),
    ("Asia/Kolkata", -330, 0, "", ""),
    ("Asia/Kathmandu", -345, 0, "", ""),
    ("Asia/Dhaka", -360, 0, "", ""),
    ("Asia/Yangon", -390, 0, "", ""),
    ("Asia/Bangkok", -420, 0, "", ""),
    ("Asia/Shanghai", -480, 0, "", ""),
    ("Australia/Perth", -480, 0, "", ""),
    ("Australia/Eucla", -525, 0, "", ""),
    ("Asia/Tokyo", -540, 0, "", ""),
    ("Australia/Darwin", -570, 0, "", ""),
    ("Australia/Adelaide", -570, -60, "10/1/0 02:00", "4/1/0 03:00"),
    ("Australia/Brisbane", -600, 0, "", ""),
    ("Australia/Sydney", -600, -60, "10/1/0 02:00", "4/1/0 03:00"),
    ("Australia/Lord_Howe", -630, -30, "10/1/0 02:00", "4/1/0 02:00"),
    ("Pacific/Noumea", -660, 0, "", ""),
    ("Pacific/Auckland", -720, -60, "9/5/0 02:00", "4/1/0 03:00"),
    ("Pacific/Chatham", -765, -60, "9/5/0 02:45", "4/1/0 03:45"),
    ("Pacific/Tongatapu", -780, 0, "", ""),
    ("Pacific/Kiritimati", -840, 0, "", ""),
]
ZONES = [row[0] for row in GOLDEN]

BERLIN = ZoneRules(
    bias=-60,
    standard_name="W. Europe Standard Time",
    standard_date=Turn(month=10, week=5, hour=3),
    daylight_name="W. Europe Daylight Time",
    daylight_date=Turn(month=3, week=5, hour=2),
    daylight_bias=-60,
)


def told(turn: Turn) -> str:
    return (
        f"{turn.month}/{turn.week}/{turn.weekday} {turn.hour:02}:{turn.minute:02}" if turn != NO_TURN else ""
    )


@pytest.mark.parametrize(("zone", "bias", "daylight_bias", "daylight", "standard"), GOLDEN)
def test_rules_of_a_zone(zone: str, bias: int, daylight_bias: int, daylight: str, standard: str) -> None:
    rules = rules_of(zone, 2026)
    assert (rules.bias, rules.standard_bias, rules.daylight_bias) == (bias, 0, daylight_bias)
    assert (told(rules.daylight_date), told(rules.standard_date)) == (daylight, standard)


def test_rules_have_the_names_that_windows_has() -> None:
    assert rules_of("Europe/Berlin", 2026) == BERLIN
    assert rules_of("Antarctica/Troll", 2026).standard_name == "Antarctica/Troll"
    assert windows_name("Asia/Kolkata") == "India Standard Time"


@pytest.mark.parametrize("year", [1998, 2026, 2060])
@pytest.mark.parametrize("zone", ZONES)
def test_zone_comes_back_as_itself_when_preferred(zone: str, year: int) -> None:
    assert zone_of(rules_of(zone, year), year, ("Europe/Paris", zone)) in (zone, "Europe/Paris")
    assert zone_of(rules_of(zone, year), year, (zone,)) == zone


@pytest.mark.parametrize("zone", ZONES)
def test_zone_without_any_name_is_one_with_the_same_clock(zone: str) -> None:
    rules = rules_of(zone, 2026)
    nameless = ZoneRules(
        bias=rules.bias,
        standard_date=rules.standard_date,
        daylight_date=rules.daylight_date,
        daylight_bias=rules.daylight_bias,
    )
    found = zone_of(nameless, 2026)
    assert found is not None
    for day in range(365):
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        here, there = noon.astimezone(ZoneInfo(zone)), noon.astimezone(ZoneInfo(found))
        assert here.utcoffset() == there.utcoffset()


@pytest.mark.parametrize(
    ("preferred", "found"),
    [
        ((), "Europe/Berlin"),
        (("Europe/Vienna",), "Europe/Vienna"),
        (("America/New_York", "Europe/Paris"), "Europe/Paris"),
        (("Nowhere/At_All",), "Europe/Berlin"),
    ],
)
def test_preferred_zone_is_kept_while_its_rules_agree(preferred: tuple[str, ...], found: str) -> None:
    assert zone_of(BERLIN, 2026, preferred) == found


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (ZoneRules(), "UTC"),
        (ZoneRules(bias=-330), "Asia/Kolkata"),
        (ZoneRules(bias=-60, daylight_bias=-60), "Africa/Lagos"),  # a bias, but no day on which it begins
        (ZoneRules(bias=480, standard_name="Pacific Standard Time"), "Etc/GMT+8"),  # the rules decide
        (
            ZoneRules(
                bias=-60,
                standard_date=Turn(2026, 10, 0, 25, 2, 59, 59, 999),
                daylight_date=Turn(2026, 3, 0, 29, 2),
                daylight_bias=-60,
            ),
            "Europe/Berlin",  # days of one year, and the last millisecond before the change
        ),
        (
            ZoneRules(
                bias=0,
                standard_bias=-60,
                standard_date=Turn(month=3, week=5, hour=1),
                daylight_date=Turn(month=10, week=5, hour=2),
            ),
            "Europe/London",  # winter told as the time that is saved
        ),
        (
            ZoneRules(
                bias=300,
                standard_date=Turn(month=10, week=5, hour=2),
                daylight_date=Turn(month=4, week=1, hour=2),
                daylight_bias=-60,
            ),
            "America/New_York",  # a law of former times: the zone whose days are nearest
        ),
        (ZoneRules(bias=-61), None),
        (ZoneRules(bias=1 << 30), None),
        (ZoneRules(bias=-60, standard_date=Turn(month=13), daylight_date=Turn(month=3)), "Africa/Lagos"),
    ],
)
def test_zone_of_rules(rules: ZoneRules, found: str | None) -> None:
    assert zone_of(rules, 2026) == found


def test_rules_of_today_are_known_in_any_year() -> None:
    """An event of former times may come with the rules that hold now."""
    assert zone_of(rules_of("America/New_York", 2026), 1995, ("America/New_York",)) == "America/New_York"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("India Standard Time", "Asia/Kolkata"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ("Kolkata", "Asia/Kolkata"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("GMT+5", None),
        ("Customized Time Zone", None),
        ("../../etc/passwd", None),
        ("/", None),
        ("", None),
    ],
)
def test_zone_by_name(name: str, found: str | None) -> None:
    assert find_zone(name) == found


def test_offsets_of_rules() -> None:
    assert offsets_of(BERLIN) == (timedelta(hours=1), timedelta(hours=2))
    assert offsets_of(ZoneRules(bias=60, daylight_bias=-60)) == (timedelta(hours=-1), timedelta(hours=-1))


def test_changes_are_exact_to_the_minute() -> None:
    hour = timedelta(hours=1)
    assert changes("Europe/Berlin", 2026) == (
        Change(datetime(2026, 3, 29, 1, tzinfo=UTC), hour, 2 * hour),
        Change(datetime(2026, 10, 25, 1, tzinfo=UTC), 2 * hour, hour),
    )
    assert changes("Asia/Tokyo", 2026) == ()
    assert len(changes("Africa/Casablanca", 2026)) == 2
