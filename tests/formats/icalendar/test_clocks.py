"""Clocks found from what documents say of zones, and zones described in documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from outrider.formats.components import Component, read_components
from outrider.formats.contentlines import Style
from outrider.formats.icalendar.clocks import FLOATING, UNIVERSAL, Clock, clock_in, describe, find_clock

BERLIN = """\
BEGIN:VTIMEZONE
TZID:any
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
DATES = BERLIN.replace(
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "RDATE:20251026T030000,20261025T030000"
).replace("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "RDATE:20250330T020000,20260329T020000")
NEW_YORK_BY_DAYS = (
    BERLIN.replace("BYDAY=-1SU;BYMONTH=10", "BYMONTH=11;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU")
    .replace("BYDAY=-1SU;BYMONTH=3", "BYMONTH=3;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU")
    .replace("T030000", "T020000")
    .replace("+0200", "-0400")
    .replace("+0100", "-0500")
)
FIXED = "BEGIN:VTIMEZONE\nTZID:any\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETTO:+0545\nEND:STANDARD\n"
NOWHERE = FIXED.replace("+0545", "+0117")
FORMER = BERLIN.replace("BYMONTH=3", "BYMONTH=3;UNTIL=19800101T000000Z")  # summer time that was given up


def zone(text: str) -> Component:
    return read_components(text.encode()).components()[0]


@pytest.mark.parametrize(
    ("tzid", "found"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/softwarestudio.org/Olson_20011030_5/Asia/Tokyo", "Asia/Tokyo"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("UTC", "UTC"),
        ("Etc/UTC", "Etc/UTC"),
        ("GMT+0530", "Asia/Kolkata"),
        ("GMT+5", "Asia/Karachi"),
        ("(UTC+05:45) Somewhere", "Asia/Kathmandu"),
        ("Customized Time Zone", ""),
        ("(UTC+99:00) Nowhere", ""),
        ("", ""),
    ],
)
def test_name_without_description(tzid: str, found: str) -> None:
    assert find_clock(tzid, None) == clock_in(found)


@pytest.mark.parametrize(
    ("tzid", "described", "found"),
    [
        ("Customized Time Zone", BERLIN, "Europe/Berlin"),
        ("Customized Time Zone", DATES, "Europe/Berlin"),
        ("tzone://Microsoft/Custom", NEW_YORK_BY_DAYS, "America/New_York"),
        ("Customized Time Zone 1", FIXED, "Asia/Kathmandu"),
        ("Customized Time Zone 2", FORMER, "Africa/Lagos"),
        ("EST", NEW_YORK_BY_DAYS, "America/New_York"),  # an abbreviation says less than the rules
        ("CET", FIXED.replace("+0545", "+0100"), "Africa/Lagos"),
        ("Asia/Tokyo", BERLIN, "Asia/Tokyo"),  # a name that says something is believed
        ("any", BERLIN.replace("TZID:any", "TZID:any\nX-LIC-LOCATION:Europe/Vienna"), "Europe/Vienna"),
        ("any", "BEGIN:VTIMEZONE\nTZID:any\n", ""),
        ("any", FIXED.replace("+0545", "soon"), ""),
        ("any", BERLIN.replace("BYDAY=-1SU", "BYDAY=someday"), "Africa/Lagos"),
        ("any", BERLIN.replace("BYMONTH=10", "BYMONTH=x"), "Africa/Lagos"),
    ],
)
def test_rules_decide_where_the_name_says_nothing(tzid: str, described: str, found: str) -> None:
    assert find_clock(tzid, zone(described)) == clock_in(found)


def test_offset_that_no_zone_has_is_kept() -> None:
    assert find_clock("any", zone(NOWHERE)) == Clock("UTC", timezone(timedelta(hours=1, minutes=17)))


def test_clock_tells_instants_and_back() -> None:
    berlin = clock_in("Europe/Berlin")
    assert berlin.instant(datetime(2026, 7, 1, 12)) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert berlin.local(datetime(2026, 7, 1, 10, tzinfo=UTC)) == datetime(2026, 7, 1, 12)
    assert FLOATING.instant(datetime(2026, 7, 1, 12)) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert clock_in("UTC") is UNIVERSAL


@pytest.mark.parametrize("year", [2005, 2026, 2045])
@pytest.mark.parametrize(
    "name",
    [
        "Africa/Cairo",
        "Africa/Casablanca",
        "America/New_York",
        "America/Nuuk",
        "America/Santiago",
        "America/St_Johns",
        "Asia/Gaza",
        "Asia/Jerusalem",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Europe/Dublin",
        "Europe/Istanbul",
        "Pacific/Auckland",
        "Pacific/Chatham",
    ],
)
def test_description_says_what_the_zone_does(name: str, year: int) -> None:
    """Judged by another reader, for each day of the next years (after 2037 those that follow its law)."""
    described = describe(name, year, Style()).raw().decode()
    text = f"BEGIN:VCALENDAR\r\n{described}END:VCALENDAR\r\n"
    told = tzical(StringIO(text)).get(name)
    assert told is not None
    lawful = year < 2037 or name in ("America/New_York", "Europe/Berlin", "Asia/Kolkata")
    for day in range(4 * 365 if lawful else 0):
        local = datetime(year, 1, 1, 12) + timedelta(days=day)
        assert told.utcoffset(local) == local.replace(tzinfo=ZoneInfo(name)).utcoffset(), local


def test_description_is_short_where_a_rule_says_it() -> None:
    raw = describe("Europe/Berlin", 2026, Style()).raw()
    assert raw.count(b"RRULE:") == 2
    assert b"RDATE" not in raw
    assert b"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU" in raw


def test_description_is_read_as_the_zone() -> None:
    described = describe("America/Santiago", 2026, Style())
    assert find_clock("nothing", described).zone == "America/Santiago"
