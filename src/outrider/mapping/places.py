"""Where an event is, on the wire: a line of text up to 14.1, then what a map knows of it. MS-ASCAL, Location;
MS-ASAIRS, Location."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType

from outrider.domain.items import Location
from outrider.mapping.bodies import plain
from outrider.protocol.items.body import Location as Element

# Fields of the place and of the element.
_TEXTS: Final = {
    "name": "display_name",
    "annotation": "annotation",
    "street": "street",
    "city": "city",
    "state": "state",
    "country": "country",
    "postal_code": "postal_code",
    "uri": "location_uri",
}
_NUMBERS: Final = ("latitude", "longitude", "accuracy", "altitude", "altitude_accuracy")


def place_to_text(place: Location) -> str:
    """The place in one line: its name, or else its address."""
    parts = (place.annotation, place.street, f"{place.postal_code} {place.city}".strip(), place.country)
    return place.name or ", ".join(filter(None, parts))


def place_to_wire(place: Location) -> Element:
    """The place with all that is known of it."""
    values: dict[str, Any] = {field: text for name, field in _TEXTS.items() if (text := getattr(place, name))}
    for name in _NUMBERS:
        if (number := getattr(place, name)) is not None:
            values[name] = repr(number).removesuffix(".0")
    return Element(**values)


def place_from_wire(element: Element) -> Location:
    """The place that a device names; what is no number is left out."""
    values: dict[str, Any] = {
        name: plain(getattr(element, field))
        for name, field in _TEXTS.items()
        if getattr(element, field) is not UNSET
    }
    values |= {name: _number(getattr(element, name)) for name in _NUMBERS}
    return Location(**values)


def place_from_text(text: str, prior: Location) -> Location | UnsetType:
    """Another place by its name; UNSET where it is the one that the device was told."""
    name = plain(text)
    return UNSET if name == plain(place_to_text(prior)) else Location(name=name)


def _number(text: str | UnsetType) -> float | None:
    """A number within what numbers of places can be."""
    try:
        number = float(text) if text is not UNSET else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e9 else None
