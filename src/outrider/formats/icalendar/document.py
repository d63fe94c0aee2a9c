"""An iCalendar object under edit: one event, task or note, its exceptions, and the zones they name.

RFC 5545, iCalendar Object Components and Properties.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec import Struct

from outrider.domain.errors import UnreadableError
from outrider.formats.components import Component, new_component, read_components
from outrider.formats.contentlines import Line, Params
from outrider.formats.icalendar.clocks import FLOATING, UNIVERSAL, Clock, describe, find_clock
from outrider.formats.icalendar.times import Moment, read_value, write_instant, write_value

PRODUCT = "-//Outrider//Outrider//EN"


class When(Struct, frozen=True):
    """A moment to be written: an instant in UTC, as a day or as a clock shows it."""

    instant: datetime
    clock: Clock = UNIVERSAL
    all_day: bool = False


class Calendar:
    """A document with one item of a kind ("VEVENT"); `raw()` is it with the changes made so far.

    `main` is the item, for a series the master; `overrides` are the exceptions of the same UID.
    """

    def __init__(self, document: bytes, kind: str) -> None:
        self.root = read_components(document)
        self._holder, self.main = _find(self.root, kind)
        self.overrides = [
            other
            for other in self._holder.components(kind)
            if other is not self.main and other.first("RECURRENCE-ID") and uid_of(other) == uid_of(self.main)
        ]
        self._clocks: dict[str, Clock] = {}

    def raw(self) -> bytes:
        """The document as it stands now."""
        return self.root.raw()

    @property
    def method(self) -> str:
        """What a message with this object asks for ("REQUEST"), in upper case; "" for an object at rest."""
        line = self._holder.first("METHOD")
        return line.value.strip().upper() if line else ""

    # ------------------------------------------------------------------------------------------- times

    def moment(self, line: Line | None) -> Moment | None:
        """The time that a property says; None where there is none, or none that can be."""
        return next(iter(self.moments(line)), None) if line else None

    def moments(self, line: Line) -> list[Moment]:
        """The times of a property that lists them; of periods their beginnings."""
        values = (read_value(text.partition("/")[0]) for text in line.value.split(","))
        return [self._moment(line, *value) for value in values if value]

    def _moment(self, line: Line, value: date | datetime, utc: bool) -> Moment:
        if not isinstance(value, datetime):
            return Moment(value, FLOATING)
        if "DATE" in map(str.upper, line.values("VALUE")):
            return Moment(value.date(), FLOATING)
        return Moment(value, UNIVERSAL if utc else self.clock(line))

    def clock(self, line: Line) -> Clock:
        """The clock that a property's times go by."""
        tzid = next(iter(line.values("TZID")), "").strip()
        if not tzid:
            return FLOATING
        if tzid not in self._clocks:
            self._clocks[tzid] = find_clock(tzid, self._described(tzid))
        return self._clocks[tzid]

    def _described(self, tzid: str) -> Component | None:
        for zone in self._holder.components("VTIMEZONE"):
            line = zone.first("TZID")
            if line and tzid in (line.value.strip(), zone.text(line).strip()):
                return zone
        return None

    def put(self, component: Component, name: str, when: When) -> None:
        """Write a time into a property, which keeps its zone's name where that means the same clock."""
        line = component.first(name)
        value, params = self.value_of(when, line)
        if line is None:
            component.add(name, value, params)
        elif (value, params) != (line.value, line.params):
            component.rewrite(line, value, params)

    def value_of(self, when: When, like: Line | None = None) -> tuple[str, Params]:
        """What a property says of a time, and its parameters; as in the property `like` if that has the same
        clock. A zone that is not described yet will be."""
        kept = (
            tuple(param for param in like.params if param[0].upper() not in ("VALUE", "TZID")) if like else ()
        )
        if when.all_day:
            return write_value(when.instant.astimezone(UTC).date()), (*kept, ("VALUE", ("DATE",)))
        if when.clock == UNIVERSAL:
            return write_instant(when.instant), kept
        local = when.clock.local(when.instant)
        if when.clock == FLOATING:
            return write_value(local), kept
        if when.clock.instant(local) != when.instant:
            return write_instant(when.instant), kept  # the clock shows this a second time, set back
        return write_value(local), (*kept, ("TZID", (self._tzid(when, like),)))

    def _tzid(self, when: When, like: Line | None) -> str:
        """The name under which the document has the clock."""
        lines = [like, *(self.main.first(name) for name in ("DTSTART", "DTEND", "DUE"))]
        for line in lines:
            tzid = next(iter(line.values("TZID")), "").strip() if line else ""
            if line and tzid and self.clock(line) == when.clock:
                return tzid
        if self._described(when.clock.zone) is None:
            described = describe(when.clock.zone, when.instant.year, self.root.style)
            first = next(c for c in self._holder.components() if c.name != "VTIMEZONE")
            self._holder.insert_component(described, first)
        return when.clock.zone

    # --------------------------------------------------------------------------------------- exceptions

    def add_override(self, component: Component) -> None:
        """Add an exception."""
        self._holder.add_component(component)
        self.overrides.append(component)

    def remove_override(self, component: Component) -> None:
        """Take an exception out."""
        self._holder.remove(component)
        self.overrides.remove(component)


def _find(root: Component, kind: str) -> tuple[Component, Component]:
    """The component that holds the document's item, and the item: the first that is no exception."""
    holders = [*root.components("VCALENDAR"), root]
    found = [(holder, item) for holder in holders for item in holder.components(kind)]
    if not found:
        raise UnreadableError(f"This is no {_WORDS[kind]}: there is no line BEGIN:{kind}.")
    return next((pair for pair in found if not pair[1].first("RECURRENCE-ID")), found[0])


_WORDS = {"VEVENT": "event", "VTODO": "task", "VJOURNAL": "note"}


def uid_of(component: Component) -> str:
    """The UID of a component, without the control characters that some programs leave in it; "" for none."""
    line = component.first("UID")
    return component.text(line).strip() if line else ""


def new_calendar(kind: str, uid: str) -> bytes:
    """A document with an empty item."""
    style = read_components(b"").style
    calendar, item = new_component("VCALENDAR", style), new_component(kind, style)
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add_component(item)
    item.add("UID", item.escape(uid))
    return calendar.raw()
