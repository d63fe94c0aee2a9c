"""The clocks that times of an iCalendar object go by, from what it says of its zones; and zones written down.

A TZID is any text that a program likes. Those of zones are taken for what they say; where they say nothing,
the rules beside them decide. RFC 5545, Time Zone Component.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from outrider.domain.zones import (
    LAST_WEEK,
    NO_TURN,
    TODAY,
    Change,
    Turn,
    ZoneRules,
    changes,
    find_zone,
    offsets_of,
    zone_of,
)
from outrider.formats.components import Component, new_component
from outrider.formats.contentlines import Style

WEEKDAYS: Final = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


class Clock(Struct, frozen=True):
    """What times are read off: `zone` is an IANA name, "UTC" among them, or "" for a floating clock, which
    counts as if it were UTC."""

    zone: str
    tz: tzinfo

    def instant(self, local: datetime) -> datetime:
        """The moment in UTC at which the clock shows this; one it skips is that by its hands before. Raises
        OverflowError at the ends of time."""
        return local.replace(tzinfo=self.tz).astimezone(UTC)

    def local(self, instant: datetime) -> datetime:
        """What the clock shows at a moment."""
        return instant.astimezone(self.tz).replace(tzinfo=None, fold=0)


FLOATING: Final = Clock("", UTC)
UNIVERSAL: Final = Clock("UTC", UTC)


def clock_in(zone: str) -> Clock:
    """The clock of an IANA zone; the floating one for ""."""
    if zone in ("", "UTC"):
        return UNIVERSAL if zone else FLOATING
    return Clock(zone, ZoneInfo(zone))


def find_clock(tzid: str, described: Component | None) -> Clock:
    """The clock that a TZID names, with the VTIMEZONE of that name if there is one.

    A name that says where the zone is, is believed; an abbreviation ("EST") only as far as the rules agree.
    """
    located = described.first("X-LIC-LOCATION") if described else None
    names = (*_tails(tzid), *_tails(located.value if located else ""))
    zone = next(filter(None, map(find_zone, names)), None)
    if zone and ("/" in zone or described is None):
        return clock_in(zone)
    rules, year = (_read_rules(described) if described else None) or _rules_in(tzid) or (None, TODAY)
    if rules is None:
        return clock_in(zone or "")
    zone = zone_of(rules, year, (zone,) if zone else ())
    return clock_in(zone) if zone else Clock("UTC", timezone(offsets_of(rules)[0]))


def _tails(tzid: str) -> list[str]:
    """The name, and its ends without the path that some programs put before ("/example.org/Europe/Rome")."""
    parts = tzid.strip().strip('"').split("/")
    return [tzid.strip(), *("/".join(parts[-length:]) for length in (3, 2, 1) if length < len(parts))]


# ------------------------------------------------------------------------------------------------ reading

_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)", re.IGNORECASE)


def _rules_in(tzid: str) -> tuple[ZoneRules, int] | None:
    """The offset that a name states, as in "GMT+0100" or "(UTC+01:00) Somewhere"."""
    match = _OFFSET.match(tzid.strip().lstrip("("))
    minutes = _signed_minutes(match) if match else None
    return None if minutes is None else (ZoneRules(bias=-minutes), TODAY)


def _signed_minutes(match: re.Match[str]) -> int | None:
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return None if minutes >= 24 * 60 else -minutes if match[1] == "-" else minutes


def _read_rules(described: Component) -> tuple[ZoneRules, int] | None:
    """The rules of a VTIMEZONE as they were last, and a year in which they hold."""
    standard = _latest(described.components("STANDARD"))
    daylight = _latest(described.components("DAYLIGHT"))
    if standard is None or daylight is None:
        fixed = standard or daylight
        return (ZoneRules(bias=-fixed.minutes), TODAY) if fixed else None
    given_up = abs(standard.year - daylight.year) > 1
    if given_up or not (standard.turn.month and daylight.turn.month):
        fixed = max(standard, daylight, key=lambda each: each.year)
        return ZoneRules(bias=-fixed.minutes), TODAY
    rules = ZoneRules(
        bias=-standard.minutes,
        standard_date=standard.turn,
        daylight_date=daylight.turn,
        daylight_bias=standard.minutes - daylight.minutes,
    )
    return rules, max(standard.year, daylight.year)


class _Observance(Struct, frozen=True):
    """When a clock is set to an offset: the rule, and a year in which it did."""

    minutes: int
    turn: Turn
    year: int


def _latest(observances: Sequence[Component]) -> _Observance | None:
    read = [found for found in map(_read_observance, observances) if found]
    return max(read, key=lambda found: found.year, default=None)


_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)")


def _read_observance(component: Component) -> _Observance | None:
    offset = component.first("TZOFFSETTO")
    match = _OFFSET.match(offset.value.strip()) if offset else None
    minutes = _signed_minutes(match) if match else None
    dates = [found for line in component.named("DTSTART", "RDATE") for found in _DATE.finditer(line.value)]
    if minutes is None or not dates:
        return None
    began = [int(part) for part in max(dates, key=lambda found: found.group()).groups()]
    rule = component.first("RRULE")
    parts = dict(part.partition("=")[::2] for part in rule.value.upper().split(";")) if rule else {}
    try:
        turn = _turn_by(parts, began) if rule else _turn_on(datetime(*began))  # type: ignore[arg-type]
    except ValueError:
        turn = NO_TURN
    if rule and "UNTIL" in parts:
        return _Observance(minutes, turn, int(parts["UNTIL"][:4]) if parts["UNTIL"][:4].isdigit() else 0)
    return _Observance(minutes, turn, TODAY if rule else began[0])


_BYDAY = re.compile(r"([+-]?\d)?(SU|MO|TU|WE|TH|FR|SA)")


def _turn_by(parts: dict[str, str], began: Sequence[int]) -> Turn:
    """The turn that a yearly rule tells. Raises ValueError."""
    _, month, _, hour, minute = began
    day = _BYDAY.fullmatch(parts.get("BYDAY", ""))
    if day is None:
        raise ValueError("no day of the week")
    month = int(parts.get("BYMONTH", month))
    week = int(day[1] or 0)
    if not week:
        first = min(int(each) for each in parts.get("BYMONTHDAY", "1").split(","))
        week = (first - 1) // 7 + 1
    return Turn(0, month, WEEKDAYS.index(day[2]), week if week > 0 else LAST_WEEK + 1 + week, hour, minute)


def _turn_on(local: datetime) -> Turn:
    """The turn of which only one date is told."""
    last = local.day + 7 > monthrange(local.year, local.month)[1]
    week = LAST_WEEK if last else (local.day - 1) // 7 + 1
    return Turn(0, local.month, local.isoweekday() % 7, week, local.hour, local.minute)


# ------------------------------------------------------------------------------------------------ writing

_YEARS: Final = 11  # of changes from which a rule is told: in them a weekday falls on each day that it can


def describe(zone: str, year: int, style: Style) -> Component:
    """A VTIMEZONE for an IANA zone, right for times from this year on."""
    described = new_component("VTIMEZONE", style)
    described.add("TZID", zone)
    found: dict[tuple[timedelta, timedelta], list[Change]] = {}
    first = max(2, min(year, TODAY - _YEARS + 1) - 1)
    for each in range(first, TODAY + 1):
        for change in changes(zone, each):
            found.setdefault((change.before, change.after), []).append(change)
    begin = datetime(first, 1, 1)
    if not changes(zone, first):
        offset = ZoneInfo(zone).utcoffset(begin) or timedelta()
        described.add_component(
            _observance(zone, [Change(begin.replace(tzinfo=UTC) - offset, offset, offset)], style)
        )
    for alike in found.values():
        described.add_component(_observance(zone, alike, style))
    return described


def _observance(zone: str, alike: list[Change], style: Style) -> Component:
    """The times at which a clock is put from one offset to another."""
    before, after = alike[0].before, alike[0].after
    component = new_component("DAYLIGHT" if after > before else "STANDARD", style)
    onsets = [change.instant.replace(tzinfo=None) + before for change in alike]
    component.add("DTSTART", f"{onsets[0]:%Y%m%dT%H%M%S}")
    rule = _rule(onsets)
    if rule:
        component.add("RRULE", rule)
    elif len(onsets) > 1:
        component.add("RDATE", ",".join(f"{onset:%Y%m%dT%H%M%S}" for onset in onsets[1:]))
    component.add("TZOFFSETFROM", _offset(before))
    component.add("TZOFFSETTO", _offset(after))
    component.add("TZNAME", alike[0].instant.astimezone(ZoneInfo(zone)).tzname() or zone)
    return component


def _offset(offset: timedelta) -> str:
    minutes, seconds = divmod(abs(round(offset.total_seconds())), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")


def _rule(onsets: list[datetime]) -> str | None:
    """The yearly rule that gives these onsets, if they are as many as show one."""
    months = {(onset.month, onset.weekday(), onset.time()) for onset in onsets}
    years = [onset.year for onset in onsets]
    days = [onset.day for onset in onsets]
    if len(onsets) < _YEARS or len(months) > 1 or years != list(range(years[0], TODAY + 1)):
        return None
    if max(days) - min(days) > 6:
        return None
    month, weekday = onsets[0].month, WEEKDAYS[onsets[0].isoweekday() % 7]
    if min(days) > monthrange(years[0], month)[1] - 7 and month != 2:
        return f"FREQ=YEARLY;BYMONTH={month};BYDAY=-1{weekday}"
    week = (min(days) - 1) // 7
    if (max(days) - 1) // 7 == week:
        return f"FREQ=YEARLY;BYMONTH={month};BYDAY={week + 1}{weekday}"
    among = ",".join(map(str, range(min(days), min(days) + 7)))
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={among};BYDAY={weekday}"
