"""Places in one line and in detail."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from outrider.domain.items import Location
from outrider.mapping.places import place_from_text, place_from_wire, place_to_text, place_to_wire
from outrider.protocol.items.body import Location as Element

FULL = Location(
    name="Hall",
    annotation="Door B",
    street="Main St 1",
    city="Berlin",
    state="BE",
    country="Germany",
    postal_code="10115",
    latitude=52.5,
    longitude=-13.25,
    accuracy=10.0,
    altitude=34.0,
    altitude_accuracy=2.5,
    uri="https://example.org/hall",
)


def test_a_place_comes_back_as_it_was() -> None:
    assert place_from_wire(place_to_wire(FULL)) == FULL
    assert all(
        value is not UNSET for value in map(place_to_wire(FULL).__getattribute__, Element.__struct_fields__)
    )


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (FULL, "Hall"),
        (Location(street="Main St 1", city="Berlin", postal_code="10115"), "Main St 1, 10115 Berlin"),
        (Location(), ""),
    ],
)
def test_a_place_in_one_line(place: Location, text: str) -> None:
    assert place_to_text(place) == text


@pytest.mark.parametrize("number", ["north", "nan", "inf", ""])
def test_what_is_no_number_is_left_out(number: str) -> None:
    assert place_from_wire(Element(display_name="Hall", latitude=number)) == Location(name="Hall")


def test_a_text_that_only_repeats_the_place_changes_nothing() -> None:
    assert place_from_text("Hall", FULL) is UNSET
    assert place_from_text("Room", FULL) == Location(name="Room")
    assert place_from_text("", FULL) == Location()
