"""Recurrence rules as phones can state them, read from RRULE and written as such.

A rule that says more than a phone can be told is read as the nearest that it can be told, with `exact` False.
What is nonsense in a rule (BYMONTH=0) is passed over. RFC 5545, Recurrence Rule; RFC 7529 for other
calendars; MS-ASCAL, Recurrence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from outrider.domain.recurrence import LAST_WEEK, NO_DAYS, Frequency, Recurrence, Weekdays
from outrider.formats.contentlines import Line, Params
from outrider.formats.icalendar.clocks import FLOATING, UNIVERSAL, WEEKDAYS
from outrider.formats.icalendar.times import Moment, read_value, write_instant, write_value

MOST_INTERVAL: Final = 999  # MS-ASCAL, Interval
ALL_DAYS: Final = Weekdays(127)

_BYDAY = re.compile(r"([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)")
_NUMBER = re.compile(r"([+-]?\d{1,3})L?")


class _Rule(Struct, frozen=True, kw_only=True):
    """What a rule says, as far as it is sound. `days` are pairs of ordinal (0: every) and day of the week;
    `more` says that there is something beyond."""

    frequency: str
    interval: int
    months: tuple[int, ...]
    month_days: tuple[int, ...]
    days: tuple[tuple[int, int], ...]
    positions: tuple[int, ...]
    more: bool

    @property
    def weekdays(self) -> Weekdays:
        return _weekdays(day for _, day in self.days)

    @property
    def every(self) -> bool:
        """Whether it names days of the week and nothing that chooses among them."""
        named = bool(self.days) and not any(ordinal for ordinal, _ in self.days)
        return named and not self.month_days and not self.positions


class _Place(NamedTuple):
    """Where in its month an occurrence is."""

    day: int | None = None
    weekdays: Weekdays = NO_DAYS
    week: int | None = None
    exact: bool = True


# ------------------------------------------------------------------------------------------------- reading


def read_rule(line: Line, start: Moment) -> Recurrence | None:
    """The nearest rule that a phone can be told, for something that begins at `start`; None for what is no
    rule."""
    parts = _parts(line.value)
    if parts.get("FREQ") not in (*_SMALLER, *_READERS):
        return None
    rule = _reduce(_sound(parts), start.day)
    read = _READERS[rule.frequency](rule, start.day)
    until = _until(parts, start)
    return replace(
        read,
        interval=min(read.interval, MOST_INTERVAL),
        until=until,
        count=_whole(parts, "COUNT") if until is None else None,
        first_day=WEEKDAYS.index(parts["WKST"]) if parts.get("WKST") in WEEKDAYS else None,
        calendar=_calendar(line, parts),
        leap_month=parts.get("BYMONTH", "").endswith("L"),
        exact=read.exact and not rule.more and read.interval <= MOST_INTERVAL,
    )


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in "".join(text.upper().split()).split(";"):
        name, _, value = part.partition("=")
        parts.setdefault(name, value)
    return parts


_BEYOND: Final = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYYEARDAY", "BYWEEKNO")
_SMALLER: Final = ("SECONDLY", "MINUTELY", "HOURLY")


def _sound(parts: dict[str, str]) -> _Rule:
    days = ((int(found[1] or 0), WEEKDAYS.index(found[2])) for found in _matches(_BYDAY, parts, "BYDAY"))
    smaller = parts["FREQ"] in _SMALLER
    return _Rule(
        frequency="DAILY" if smaller else parts["FREQ"],
        interval=(_whole(parts, "INTERVAL") if not smaller else None) or 1,
        months=_numbers(parts, "BYMONTH", range(1, 13)),
        month_days=_numbers(parts, "BYMONTHDAY", range(-31, 32)),
        days=tuple(dict.fromkeys(days)),
        positions=_numbers(parts, "BYSETPOS", range(-366, 367)),
        more=smaller or any(parts.get(name) for name in _BEYOND) or _scale(parts) not in _KNOWN_SCALES,
    )


def _matches(pattern: re.Pattern[str], parts: dict[str, str], name: str) -> list[re.Match[str]]:
    found = (pattern.fullmatch(word) for word in parts.get(name, "").split(","))
    return [match for match in found if match]


def _numbers(parts: dict[str, str], name: str, among: range) -> tuple[int, ...]:
    numbers = {int(match[1]) for match in _matches(_NUMBER, parts, name)}
    return tuple(sorted(number for number in numbers if number in among and number))


def _whole(parts: dict[str, str], name: str) -> int | None:
    text = parts.get(name, "")
    return int(text) or None if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


def _until(parts: dict[str, str], start: Moment) -> datetime | None:
    """The end of a rule: for days a day; a day given for times means the last start on it."""
    found = read_value(parts.get("UNTIL", ""))
    if found is None:
        return None
    value, utc = found
    if not isinstance(start.value, datetime):
        return Moment(value.date() if isinstance(value, datetime) else value, FLOATING).instant
    if not isinstance(value, datetime):
        value = datetime.combine(value, start.value.time())
    return Moment(value, UNIVERSAL if utc else start.clock).instant


def _reduce(rule: _Rule, start: date) -> _Rule:
    """The same rule in the frequency by which a phone is told it."""
    if rule.interval != 1:
        return rule
    if rule.frequency == "DAILY" and rule.every:
        return replace(rule, frequency="WEEKLY")
    if rule.frequency in ("MONTHLY", "YEARLY") and rule.months:
        return _by_months(rule, start)
    if rule.frequency == "YEARLY" and rule.month_days:
        return replace(rule, frequency="MONTHLY")
    if rule.frequency in ("MONTHLY", "YEARLY") and rule.every and not rule.more:
        return replace(rule, frequency="WEEKLY")
    return rule


def _by_months(rule: _Rule, start: date) -> _Rule:
    """A rule for certain months: for one it is yearly, for such as divide a year evenly it is monthly."""
    if len(rule.months) == 1:
        return replace(rule, frequency="YEARLY")
    step = 12 // len(rule.months)
    even = step * len(rule.months) == 12 and rule.months == tuple(range(rule.months[0], 13, step))
    if even and start.month in rule.months:
        return replace(rule, frequency="MONTHLY", interval=step, months=())
    return replace(rule, frequency="YEARLY", months=rule.months[:1], more=True)


def _daily(rule: _Rule, _: date) -> Recurrence:
    exact = not (rule.days or rule.months or rule.month_days or rule.positions)
    return Recurrence(frequency=Frequency.DAILY, interval=rule.interval, exact=exact)


def _weekly(rule: _Rule, start: date) -> Recurrence:
    weekdays = rule.weekdays or _weekdays((start.isoweekday() % 7,))
    exact = (rule.every or not rule.days) and not (rule.months or rule.month_days or rule.positions)
    return Recurrence(frequency=Frequency.WEEKLY, interval=rule.interval, weekdays=weekdays, exact=exact)


def _monthly(rule: _Rule, start: date) -> Recurrence:
    place = _place(rule, start)
    frequency = Frequency.MONTHLY if place.week is None else Frequency.MONTHLY_BY_WEEKDAY
    return replace(_at(place, frequency), interval=rule.interval, exact=place.exact and not rule.months)


def _yearly(rule: _Rule, start: date) -> Recurrence:
    place = _place(rule, start)
    frequency = Frequency.YEARLY if place.week is None else Frequency.YEARLY_BY_WEEKDAY
    month = rule.months[0] if rule.months else start.month
    somewhere = bool(rule.days or rule.month_days or rule.positions)
    exact = place.exact and (len(rule.months) == 1 or (not rule.months and not somewhere))
    return replace(_at(place, frequency), interval=rule.interval, month_of_year=month, exact=exact)


def _at(place: _Place, frequency: Frequency) -> Recurrence:
    return Recurrence(
        frequency=frequency, day_of_month=place.day, weekdays=place.weekdays, week_of_month=place.week
    )


_READERS: Final[dict[str, Callable[[_Rule, date], Recurrence]]] = {
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}


def _place(rule: _Rule, start: date) -> _Place:
    if rule.days:
        return _weekday_place(rule, start)
    if not rule.month_days:
        return _Place(day=start.day, exact=not rule.positions)
    last = rule.month_days == (-1,) and not rule.positions
    if last or (rule.month_days, rule.positions) == ((28, 29, 30, 31), (-1,)):
        return _Place(weekdays=ALL_DAYS, week=LAST_WEEK)
    single = len(rule.month_days) == 1 and not rule.positions
    if rule.month_days[-1] < 0:
        return _Place(weekdays=ALL_DAYS, week=LAST_WEEK, exact=False)
    return _Place(day=next(day for day in rule.month_days if day > 0), exact=single)


def _weekday_place(rule: _Rule, start: date) -> _Place:
    ordinals = {ordinal for ordinal, _ in rule.days}
    if rule.month_days:
        return _day_among(rule)
    if ordinals == {0} and len(rule.positions) == 1:
        return _nth(rule.weekdays, rule.positions[0])
    ordinal, day = next((pair for pair in rule.days if pair[0]), rule.days[0])
    place = _nth(_weekdays((day,)), ordinal or (start.day - 1) // 7 + 1)
    return place._replace(exact=place.exact and len(rule.days) == 1 and bool(ordinal) and not rule.positions)


def _nth(weekdays: Weekdays, ordinal: int) -> _Place:
    """The week of the month that an ordinal means: the last for -1, and the fifth is nearest to it."""
    week = ordinal if ordinal > 0 else LAST_WEEK + 1 + ordinal
    exact = 0 < ordinal < LAST_WEEK or ordinal == -1
    return _Place(weekdays=weekdays, week=min(max(week, 1), LAST_WEEK), exact=exact)


def _day_among(rule: _Rule) -> _Place:
    """A day of the week on certain days of the month: seven in a row make a week."""
    first = rule.month_days[0]
    week = LAST_WEEK if first < 0 else min((first - 1) // 7 + 1, LAST_WEEK)
    in_a_row = first in (1, 8, 15, 22, -7) and rule.month_days == tuple(range(first, first + 7))
    exact = in_a_row and len(rule.days) == 1 and rule.days[0][0] == 0 and not rule.positions
    return _Place(weekdays=rule.weekdays, week=week, exact=exact)


def _weekdays(days: Iterable[int]) -> Weekdays:
    weekdays = NO_DAYS
    for day in days:
        weekdays |= Weekdays(1 << day)
    return weekdays


# Calendars that reckon otherwise than ours: their names in RFC 7529, and numbers of MS-ASCAL, CalendarType.
_SCALES: Final = {6: "ISLAMIC-CIVIL", 8: "HEBREW", 14: "CHINESE", 15: "CHINESE", 20: "DANGI"}
_CALENDARS: Final = {name: number for number, name in _SCALES.items()}
_KNOWN_SCALES: Final = ("GREGORIAN", *_CALENDARS)
_CALENDAR_TYPE: Final = "X-CALENDAR-TYPE"


def _calendar(line: Line, parts: dict[str, str]) -> int:
    """The number of the calendar, which RRULE has no words for in most cases."""
    stated = next(iter(line.values(_CALENDAR_TYPE)), "")
    if re.fullmatch(r"\d{1,2}", stated, re.ASCII):
        return int(stated)
    return _CALENDARS.get(_scale(parts), 0)


def _scale(parts: dict[str, str]) -> str:
    return parts.get("RSCALE", "GREGORIAN")


_MONDAY: Final = 1  # where a week begins if nobody says. RFC 5545, Recurrence Rule


def is_same_rule(new: Recurrence, old: Recurrence) -> bool:
    """Whether a phone only repeats what it was told. Some cannot say on which day a week begins, and those
    that can have been told Monday where nobody said so."""
    silent = new.first_day is None or (new.first_day == _MONDAY and old.first_day is None)
    first_day = old.first_day if silent else new.first_day
    return replace(new, first_day=first_day, exact=True) == replace(old, exact=True)


# ------------------------------------------------------------------------------------------------- writing


def write_rule(recurrence: Recurrence, start: Moment) -> tuple[str, Params]:
    """The value of RRULE for something that begins at `start`, and its parameters."""
    parts = [("FREQ", _frequency(recurrence)), *_by(recurrence)]
    scale = _SCALES.get(recurrence.calendar)
    if scale:
        parts.insert(0, ("RSCALE", scale))
    if recurrence.until is not None:
        parts.append(("UNTIL", _write_until(recurrence.until, start)))
    elif recurrence.count is not None:
        parts.append(("COUNT", str(recurrence.count)))
    if recurrence.interval != 1:
        parts.append(("INTERVAL", str(recurrence.interval)))
    if recurrence.first_day is not None:
        parts.append(("WKST", WEEKDAYS[recurrence.first_day]))
    params: Params = ((_CALENDAR_TYPE, (str(recurrence.calendar),)),) if recurrence.calendar else ()
    return ";".join(f"{name}={value}" for name, value in parts), params


def _frequency(recurrence: Recurrence) -> str:
    match recurrence.frequency:
        case Frequency.DAILY:
            return "WEEKLY" if recurrence.weekdays and recurrence.interval == 1 else "DAILY"
        case Frequency.WEEKLY:
            return "WEEKLY"
        case Frequency.MONTHLY | Frequency.MONTHLY_BY_WEEKDAY:
            return "MONTHLY"
        case _:
            return "YEARLY"


def _by(recurrence: Recurrence) -> list[tuple[str, str]]:
    """What chooses among days."""
    parts: list[tuple[str, str]] = []
    days = [name for number, name in enumerate(WEEKDAYS) if recurrence.weekdays >> number & 1]
    if recurrence.frequency >= Frequency.YEARLY and recurrence.month_of_year:
        parts.append(("BYMONTH", f"{recurrence.month_of_year}{'L' if recurrence.leap_month else ''}"))
    if recurrence.frequency in (Frequency.MONTHLY_BY_WEEKDAY, Frequency.YEARLY_BY_WEEKDAY):
        return parts + _by_week(days, recurrence.week_of_month or 1)
    if recurrence.frequency in (Frequency.MONTHLY, Frequency.YEARLY) and recurrence.day_of_month:
        parts.append(("BYMONTHDAY", str(recurrence.day_of_month)))
    elif days:
        parts.append(("BYDAY", ",".join(days)))
    return parts


def _by_week(days: list[str], week: int) -> list[tuple[str, str]]:
    position = "-1" if week == LAST_WEEK else str(week)
    if len(days) == len(WEEKDAYS) and week == LAST_WEEK:
        return [("BYMONTHDAY", "-1")]
    if len(days) == 1:
        return [("BYDAY", position + days[0])]
    return [("BYDAY", ",".join(days)), ("BYSETPOS", position)]


def _write_until(until: datetime, start: Moment) -> str:
    """A day for days, else in UTC, unless the start itself is in no zone. RFC 5545, Recurrence Rule."""
    if start.all_day:
        return write_value(until.date())
    return write_value(start.clock.local(until)) if start.clock == FLOATING else write_instant(until)
