"""Time zones: IANA names from the names and rules by which others know them, and rules for a zone.

Phones and Windows describe a zone by offsets and by the days on which its clock changes each year. Which zone
that is cannot always be told (Berlin and Paris have the same rules), so a zone that is known already is kept
as long as its rules agree. What zoneinfo and tzlocal know counts as constant.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct
from tzlocal.windows_tz import tz_win, win_tz

TODAY: Final = 2037  # a year whose rules are those of today, as far as the data of zones goes
LAST_WEEK: Final = 5  # of `Turn.week`


class Turn(NamedTuple):
    """When a clock changes each year: at this local time before the change, on the `week`-th `weekday` (0:
    Sunday) of the month, week 5 being the last. With a `year`, `week` is the day instead. Month 0: never."""

    year: int = 0
    month: int = 0
    weekday: int = 0
    week: int = 0
    hour: int = 0
    minute: int = 0
    second: int = 0
    millisecond: int = 0


NO_TURN: Final = Turn()


class ZoneRules(Struct, frozen=True, kw_only=True):
    """The rules of a zone as phones are told them (MS-ASDTYPE, TimeZone). Biases are minutes, UTC is local
    time plus bias; `standard_date` is when standard time begins."""

    bias: int = 0
    standard_name: str = ""
    standard_date: Turn = NO_TURN
    standard_bias: int = 0
    daylight_name: str = ""
    daylight_date: Turn = NO_TURN
    daylight_bias: int = 0


class Change(NamedTuple):
    """A moment in which a zone's offset from UTC changes."""

    instant: datetime
    before: timedelta
    after: timedelta


class _Course(NamedTuple):
    """How a zone's clock goes in one year: what two descriptions of a zone are compared by."""

    standard: timedelta
    daylight: timedelta
    to_daylight: datetime | None = None
    to_standard: datetime | None = None


# -------------------------------------------------------------------------------------------------- names

# Names in Windows' table that have been replaced since.
_OLD: Final = {
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Europe/Kiev": "Europe/Kyiv",
    "Etc/UTC": "UTC",
}

# Zones that stand for all with the same rules, if nothing else is known.
_COMMON: Final = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Moscow",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/Sao_Paulo",
    "America/Halifax",
    "America/New_York",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
]

_SPOKEN: Final = {
    "coordinated universal time": "UTC",
    "eastern time (us & canada)": "America/New_York",
    "central time (us & canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver",
    "pacific time (us & canada)": "America/Los_Angeles",
    "atlantic time (canada)": "America/Halifax",
    "z": "UTC",
    "utc/gmt": "UTC",
}


# Of the names under others, "Etc/GMT+5" ends in what everybody else takes for the opposite.
_REGIONS: Final = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every name by which a zone is known, in lower case; cities too."""
    zones = sorted(available_timezones() - {"localtime", "Factory"})
    places = (zone for zone in zones if zone.partition("/")[0] in _REGIONS and "/" in zone)
    cities = {zone.rpartition("/")[2].replace("_", " ").lower(): zone for zone in places}
    windows = {name.lower(): _OLD.get(zone, zone) for name, zone in win_tz.items()}
    return {**cities, **windows, **_SPOKEN, **{zone.lower(): zone for zone in zones}}


def find_zone(name: str) -> str | None:
    """The IANA zone that a name means: an IANA name, one of Windows, or what Windows shows for it, as in
    "(UTC+01:00) Amsterdam, Berlin"."""
    name = name.strip().lower()
    if name.startswith("(") and ")" in name:
        name = name.partition(")")[2].strip()
    cities = (city.strip() for city in name.rpartition(":")[2].split(","))
    return next((_names()[each] for each in (name, *cities) if each in _names()), None)


def windows_name(zone: str) -> str:
    """The name by which Windows knows a zone; "" where it has none."""
    return tz_win.get(zone, "")


# -------------------------------------------------------------------------------------------------- rules


@lru_cache(maxsize=4096)
def changes(zone: str, year: int) -> tuple[Change, ...]:
    """The changes of a zone's clock in a year of UTC."""
    return tuple(_find_changes(ZoneInfo(zone), year))


_STEP: Final = timedelta(days=14)  # shorter than any time for which a zone changes its offset


def _find_changes(info: ZoneInfo, year: int) -> Iterator[Change]:
    early, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, tzinfo=UTC)
    before = _offset(info, early)
    while early < end:
        late = min(early + _STEP, end)
        after = _offset(info, late)
        if before != after:
            yield Change(_bisect(info, early, late), before, after)
        early, before = late, after


def _bisect(info: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The first minute that has the offset of `late`."""
    after = _offset(info, late)
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) // 2
        middle = middle.replace(second=0, microsecond=0)
        early, late = (early, middle) if _offset(info, middle) == after else (middle, late)
    return late


def _offset(info: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(info).utcoffset() or timedelta()


def rules_of(zone: str, year: int) -> ZoneRules:
    """The rules of an IANA zone in a year. A change to daylight saving time that is not undone in the year is
    taken for one that lasts."""
    course = _course_of(zone, _known(year))
    name = windows_name(zone) or zone
    bias = -_minutes(course.standard)
    if course.to_daylight is None or course.to_standard is None:
        return ZoneRules(bias=bias, standard_name=name, daylight_name=name)
    return ZoneRules(
        bias=bias,
        standard_name=name,
        standard_date=_turn(zone, course.to_standard + course.daylight, course.daylight),
        daylight_name=name.replace("Standard", "Daylight"),
        daylight_date=_turn(zone, course.to_daylight + course.standard, course.standard),
        daylight_bias=-_minutes(course.daylight - course.standard),
    )


@lru_cache(maxsize=16384)
def _course_of(zone: str, year: int) -> _Course:
    found = changes(zone, year)
    last = found[-1].after if found else _offset(ZoneInfo(zone), datetime(year, 7, 1, tzinfo=UTC))
    offsets = {offset for change in found for offset in (change.before, change.after)}
    ups = [change.instant for change in found if change.after > change.before]
    downs = [change.instant for change in found if change.after < change.before]
    if len(offsets) != 2 or not ups or not downs:
        return _Course(last, last)
    return _Course(min(offsets), max(offsets), ups[0], downs[-1])


def _known(year: int) -> int:
    """The nearest year whose rules are known well."""
    return min(max(year, 1971), TODAY)


def _minutes(offset: timedelta) -> int:
    return round(offset.total_seconds() / 60)


def _turn(zone: str, local: datetime, before: timedelta) -> Turn:
    """The rule by which a clock that shows `before` changes at this local time."""
    week = (local.day - 1) // 7 + 1
    if week == 4 and _is_last(local) and _is_always_last(zone, local, before):
        week = LAST_WEEK
    weekday = local.isoweekday() % 7
    return Turn(0, local.month, weekday, week, local.hour, local.minute, local.second)


def _is_last(local: datetime) -> bool:
    return local.day + 7 > monthrange(local.year, local.month)[1]


def _is_always_last(zone: str, local: datetime, before: timedelta) -> bool:
    """Whether this change falls in the last week of its month also in the years around."""
    around = [
        change.instant + before
        for year in range(local.year - 3, local.year + 8)
        for change in changes(zone, year)
        if change.before == before
    ]
    alike = [other for other in around if (other.month, other.weekday()) == (local.month, local.weekday())]
    return all(map(_is_last, alike))


# ----------------------------------------------------------------------------------------------- matching


def zone_of(rules: ZoneRules, year: int, preferred: Sequence[str] = ()) -> str | None:
    """The IANA zone whose clock goes by the rules, in this year or by today's law; None if there is none.

    Of several the first of `preferred`, the one that the rules' name means, or a well-known one. A zone with
    the same offsets that changes on other days is better than none.
    """
    year = _known(year)
    named = find_zone(rules.standard_name)
    candidates = [zone for zone in (*preferred, named) if zone and zone.lower() in _names()]
    for each in (year, TODAY):
        course = _course_by(rules, each)
        zones = chain(candidates, _standing())
        found = next((zone for zone in zones if _course_of(zone, each) == course), None)
        if found:
            return found
    return _nearest(_course_by(rules, year), year)


def offsets_of(rules: ZoneRules) -> tuple[timedelta, timedelta]:
    """The offsets from UTC in standard and in daylight saving time."""
    standard = timedelta(minutes=-rules.bias - rules.standard_bias)
    if not rules.standard_date.month or not rules.daylight_date.month:
        return standard, standard
    return standard, timedelta(minutes=-rules.bias - rules.daylight_bias)


def _course_by(rules: ZoneRules, year: int) -> _Course:
    standard, daylight = offsets_of(rules)
    to_daylight = _instant(rules.daylight_date, year, standard)
    to_standard = _instant(rules.standard_date, year, daylight)
    if standard == daylight or to_daylight is None or to_standard is None:
        return _Course(standard, standard)
    if daylight < standard:  # told the other way round, as Ireland does
        return _Course(daylight, standard, to_standard, to_daylight)
    return _Course(standard, daylight, to_daylight, to_standard)


def _instant(turn: Turn, year: int, before: timedelta) -> datetime | None:
    """When a clock that shows `before` changes; None for what is no date."""
    try:
        day = turn.week if turn.year else _day(turn, year)
        time = timedelta(hours=turn.hour, minutes=turn.minute, seconds=turn.second)
        time += timedelta(milliseconds=turn.millisecond)
        minutes = round((time - before).total_seconds() / 60)  # the last millisecond of a day is its end
        return datetime(year, turn.month, day, tzinfo=UTC) + timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return None


def _day(turn: Turn, year: int) -> int:
    first, length = monthrange(year, turn.month)
    day = 1 + (turn.weekday - (first + 1)) % 7 + 7 * (turn.week - 1)
    return day - 7 if day > length else day


@lru_cache(maxsize=1)
def _standing() -> tuple[str, ...]:
    """All zones, those first that stand for others which go alike."""
    zones = (*_COMMON, *(_OLD.get(zone, zone) for zone in win_tz.values()), *sorted(tz_win))
    return tuple(zone for zone in dict.fromkeys(zones) if zone.lower() in _names())


def _nearest(course: _Course, year: int) -> str | None:
    """A zone with the same offsets, whose clock changes on the nearest days."""
    alike = [zone for zone in _standing() if _course_of(zone, year)[:2] == course[:2]]
    return min(alike, key=lambda zone: _distance(course, _course_of(zone, year)), default=None)


def _distance(one: _Course, other: _Course) -> timedelta:
    pairs = ((one.to_daylight, other.to_daylight), (one.to_standard, other.to_standard))
    return sum((abs(a - b) for a, b in pairs if a and b), timedelta())
