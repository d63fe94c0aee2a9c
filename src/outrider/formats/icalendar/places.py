"""Where an event is: LOCATION, and what maps and Outlook write beside it. MS-ASAIRS, Location.

Beside the name stand GEO, Apple's X-APPLE-STRUCTURED-LOCATION and Outlook's X-MICROSOFT-LOCATIONS; each is
believed only as long as it speaks of the place that LOCATION names, since other programs change that alone.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from outrider.domain.items import Location
from outrider.formats.components import Component
from outrider.formats.icalendar.params import first_value
from outrider.formats.icalendar.texts import Text

_APPLE: Final = "X-APPLE-STRUCTURED-LOCATION"
_OUTLOOK: Final = "X-MICROSOFT-LOCATIONS"
_NAME: Final = Text(("LOCATION",))

# Fields of Location and the names that Outlook has for them; those of numbers are ours.
_KEYS: Final = {
    "annotation": "LocationAnnotation",
    "street": "LocationStreet",
    "city": "LocationCity",
    "state": "LocationState",
    "country": "LocationCountry",
    "postal_code": "LocationPostalCode",
    "uri": "LocationUri",
}
_NUMBERS: Final = {
    "accuracy": "Accuracy",
    "altitude": "Altitude",
    "altitude_accuracy": "AltitudeAccuracy",
    "latitude": "Latitude",
    "longitude": "Longitude",
}
_PAIR = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[;,]\s*([+-]?\d{1,3}(?:\.\d+)?)")


class Place(Struct, frozen=True):
    """The field `location`."""

    def read(self, item: Component) -> Location:
        """All that is known of the place."""
        name = _NAME.read(item)
        known = _read_outlook(item, name) or {}
        point = _read_point(item, name)
        if point and "latitude" not in known:
            known["latitude"], known["longitude"] = point
        return Location(name=name, **known)

    def write(self, item: Component, value: object) -> None:
        """What stands beside the name is of another place when that changes, and is written anew."""
        place = value if isinstance(value, Location) else Location()
        old = self.read(item)
        _NAME.write(item, place.name)
        if replace(place, name="") != replace(old, name="") or place.name != old.name:
            for line in item.named("GEO", _APPLE, _OUTLOOK):
                item.remove(line)
            _write_details(item, place)


def _write_details(item: Component, place: Location) -> None:
    if place.latitude is not None and place.longitude is not None:
        item.add("GEO", f"{_degrees(place.latitude)};{_degrees(place.longitude)}")
    known = {**_KEYS, **_NUMBERS}
    details = {
        known[field]: getattr(place, field) for field in known if getattr(place, field) not in ("", None)
    }
    if details.keys() - {"Latitude", "Longitude"} or len(details) == 1:
        text = msgspec.json.encode([{"DisplayName": place.name, **details}]).decode()
        item.add(_OUTLOOK, item.escape(text))


def _degrees(number: float) -> str:
    return format(Decimal(repr(number)), "f")


def _read_outlook(item: Component, name: str) -> dict[str, Any] | None:
    """What Outlook says of the first place, if it is the one that is named."""
    line = item.first(_OUTLOOK)
    try:
        places = msgspec.json.decode(item.text(line)) if line else None
    except msgspec.DecodeError:
        return None
    first = places[0] if isinstance(places, list) and places else None
    if not isinstance(first, dict) or first.get("DisplayName") != name:
        return None
    texts = {field: first.get(key) for field, key in _KEYS.items()}
    numbers = {field: first.get(key) for field, key in _NUMBERS.items()}
    return {
        **{field: text for field, text in texts.items() if isinstance(text, str) and text},
        **{field: float(number) for field, number in numbers.items() if isinstance(number, int | float)},
    }


def _read_point(item: Component, name: str) -> tuple[float, float] | None:
    """Degrees of latitude and longitude."""
    for line in item.named("GEO", _APPLE):
        value = line.value.strip()
        if line.key == _APPLE:
            title = first_value(line, "X-TITLE")
            if value[:4].lower() != "geo:" or not name.startswith(title.partition("\n")[0]):
                continue
            value = value[4:]
        match = _PAIR.match(value)
        if match and abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180:
            return float(match[1]), float(match[2])
    return None


PLACE: Final = Place()
