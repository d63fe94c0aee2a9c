"""Dates, times and durations as iCalendar writes them. RFC 5545, Property Value Data Types."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from outrider.formats.icalendar.clocks import Clock

_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*(Z)?)?",
    re.ASCII | re.IGNORECASE,
)
_FIRST_YEAR, _LAST_YEAR = 1601, 9998  # outside of them no phone has a date, or a zone overflows


class Moment(Struct, frozen=True):
    """A day, or what a clock shows."""

    value: date | datetime
    clock: Clock

    @property
    def all_day(self) -> bool:
        """Whether it is a day."""
        return not isinstance(self.value, datetime)

    @property
    def instant(self) -> datetime:
        """The moment in UTC, or midnight UTC of the day."""
        if isinstance(self.value, datetime):
            return self.clock.instant(self.value)
        return datetime.combine(self.value, time(), UTC)

    @property
    def day(self) -> date:
        """The day that a calendar in its zone shows."""
        return self.value.date() if isinstance(self.value, datetime) else self.value


def read_value(text: str) -> tuple[date | datetime, bool] | None:
    """A day or time and whether it is in UTC; None for what is neither."""
    match = _TIME.fullmatch(text.strip())
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        if match[4] is None:
            return date(year, month, day), False
        # A leap second is the last second of its minute.
        return datetime(year, month, day, hour, minute, min(second, 59)), match[7] is not None
    except ValueError:
        return None


def write_value(value: date | datetime, *, utc: bool = False) -> str:
    """A day, or a time read off a clock."""
    if not isinstance(value, datetime):
        return value.isoformat().replace("-", "")
    text = value.replace(tzinfo=None).isoformat(timespec="seconds").replace("-", "").replace(":", "")
    return text + "Z" if utc else text


def write_instant(instant: datetime) -> str:
    """A moment in UTC."""
    return write_value(instant.astimezone(UTC), utc=True)


# ---------------------------------------------------------------------------------------------- durations


class Duration(Struct, frozen=True):
    """A length of time: days, which follow the clock, and then seconds."""

    days: int = 0
    seconds: int = 0

    @property
    def minutes(self) -> int:
        """Whole minutes, a day having 1440."""
        return (self.days * 86400 + self.seconds) // 60

    def after(self, moment: Moment) -> Moment:
        """The moment that is so much later. Raises OverflowError."""
        if not isinstance(moment.value, datetime):
            days = self.days + self.seconds // 86400
            return Moment(moment.value + timedelta(days=days), moment.clock)
        local = moment.value + timedelta(days=self.days)
        if not self.seconds:
            return Moment(local, moment.clock)
        later = moment.clock.instant(local) + timedelta(seconds=self.seconds)
        return Moment(moment.clock.local(later), moment.clock)


_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T?(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,8})S)?)?",
    re.ASCII | re.IGNORECASE,
)


def read_duration(text: str) -> Duration | None:
    """A length of time; None for what is none."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    sign = -1 if match[1] == "-" else 1
    return Duration(sign * (weeks * 7 + days), sign * (hours * 3600 + minutes * 60 + seconds))


def write_duration(length: timedelta) -> str:
    """A length of time, in days as far as it is made of them."""
    sign, seconds = ("-" if length < timedelta() else ""), abs(round(length.total_seconds()))
    days, seconds = divmod(seconds, 86400)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    clock = "".join(f"{number}{unit}" for number, unit in parts if number)
    if not days:
        return f"{sign}PT{clock or '0S'}"
    return f"{sign}P{days}D" + (f"T{clock}" if clock else "")


NO_TIME: Final = Duration()
