"""Fields of tasks and notes that stand in one property each: a table, read, and written where it changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from msgspec import Struct

from outrider.domain.items import Importance
from outrider.formats.components import Component
from outrider.formats.contentlines import Params
from outrider.formats.icalendar.texts import Field
from outrider.formats.icalendar.times import read_value, write_instant

Fields: TypeAlias = Mapping[str, Field]


def read_fields(fields: Fields, item: Component) -> dict[str, Any]:
    """What a component says; what it says nothing of is left out."""
    values = {name: field.read(item) for name, field in fields.items()}
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def apply_fields(fields: Fields, item: Component, new: Mapping[str, object], old: object) -> None:
    """Write what differs from the old item."""
    for name, field in fields.items():
        if name in new and new[name] != getattr(old, name):
            field.write(item, new[name])


class Instant(Struct, frozen=True):
    """A field that is a moment in UTC: that of the first property there is. It is written as the first."""

    names: tuple[str, ...]

    def read(self, item: Component) -> datetime | None:
        """The moment; one without a zone counts as UTC."""
        values = (read_value(line.value) for line in item.named(*self.names))
        found = next((value for value in values if value), None)
        if found is None or not isinstance(found[0], datetime):
            return None
        return found[0].replace(tzinfo=UTC)

    def write(self, item: Component, value: object) -> None:
        """None takes it out."""
        put(item, self.names[0], write_instant(value) if isinstance(value, datetime) else "")


class Flag(Struct, frozen=True):
    """A field that is true where the property says TRUE."""

    name: str

    def read(self, item: Component) -> bool:
        """False where nothing is said."""
        line = item.first(self.name)
        return line is not None and line.value.strip().upper() == "TRUE"

    def write(self, item: Component, value: object) -> None:
        """False takes it out."""
        put(item, self.name, "TRUE" if value else "")


_PRIORITIES: Final = {Importance.HIGH: "1", Importance.NORMAL: "5", Importance.LOW: "9"}


class Priority(Struct, frozen=True):
    """How urgent an item is: 1 to 4 are high, 6 to 9 low. RFC 5545, Priority."""

    def read(self, item: Component) -> Importance | None:
        """None where nothing is said, or nothing that counts."""
        line = item.first("PRIORITY")
        text = line.value.strip() if line else ""
        number = int(text) if text.isascii() and text.isdigit() and len(text) == 1 else 0
        if not number:
            return None
        return Importance.NORMAL if number == 5 else Importance.HIGH if number < 5 else Importance.LOW

    def write(self, item: Component, value: object) -> None:
        """Normal is said only where something was said before."""
        importance = value if isinstance(value, Importance) else Importance.NORMAL
        if importance is not Importance.NORMAL or item.first("PRIORITY"):
            put(item, "PRIORITY", _PRIORITIES[importance])


def put(item: Component, name: str, value: str, params: Params = ()) -> None:
    """Give a property this value (escaped already) and these parameters; "" takes all of the name out."""
    lines = item.named(name)
    for line in lines[1:] if value else lines:
        item.remove(line)
    if not value:
        return
    if not lines:
        item.add(name, value, params)
    elif (lines[0].value, lines[0].params) != (value, params):
        item.rewrite(lines[0], value, params)
