"""Time zones between their IANA names and the wire. MS-ASDTYPE, TimeZone.

An event in a zone always has its rules with it, and those of today for a series, since a device counts its
occurrences by them. What comes back is the zone that was there, as long as the rules agree.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import structs

from outrider.domain.items import Event
from outrider.domain.zones import TODAY, Turn, ZoneRules, rules_of, zone_of
from outrider.protocol.values import TimeZone, Transition

_KEPT: Final = 4096


def year_of_law(event: Event) -> int:
    """The year whose rules hold for all of an event: of a series the last in which it takes place."""
    rule = event.recurrence
    if rule is None:
        return event.start.year
    return TODAY if rule.until is None else max(event.start.year, rule.until.year)


@lru_cache(_KEPT)
def zone_to_wire(zone: str, year: int) -> TimeZone:
    """The rules of a zone in a year, under the name that Windows has for it."""
    rules = structs.asdict(rules_of(zone, year))
    turns = {name: Transition(*rules[name]) for name in ("standard_date", "daylight_date")}
    return TimeZone(**(rules | turns))


@lru_cache(_KEPT)
def zone_from_wire(blob: TimeZone, year: int, preferred: tuple[str, ...]) -> str | None:
    """The IANA zone that goes by these rules, the first of `preferred` that does; None if there is none."""
    for zone in preferred:
        if any(_nameless(blob) == _nameless(zone_to_wire(zone, each)) for each in (year, TODAY)):
            return zone
    values = structs.asdict(blob)
    turns = {name: Turn(*values[name]) for name in ("standard_date", "daylight_date")}
    return zone_of(ZoneRules(**(values | turns)), year, preferred)


def _nameless(blob: TimeZone) -> TimeZone:
    return structs.replace(blob, standard_name="", daylight_name="")


def reading(instant: datetime, zone: str) -> datetime:
    """What a clock in the zone shows at an instant, as if it were UTC."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)


def instant_of(shown: datetime, zone: str) -> datetime:
    """The instant at which a clock in the zone shows this."""
    return shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
