"""Where an event is."""

from __future__ import annotations

import pytest
from hypothesis import given

from outrider.domain.items import Location
from outrider.formats.icalendar.places import PLACE
from tests.formats.icalendar.event_strategies import LOCATIONS
from tests.formats.icalendar.items import event, said

APPLE = 'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-APPLE-RADIUS=70;X-TITLE="Town Hall":geo:52.5,13.4'
OUTLOOK = (
    'X-MICROSOFT-LOCATIONS:[{"DisplayName":"Town Hall"\\,"LocationStreet":"1 Road"\\,"LocationCity":"Town"\\,'
    '"Latitude":"x"\\,"Altitude":3}]'
)


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ([], Location()),
        (["LOCATION:Town Hall"], Location(name="Town Hall")),
        (["LOCATION:Town Hall", "GEO:52.5;13.4"], Location(name="Town Hall", latitude=52.5, longitude=13.4)),
        (["GEO: 52.5 , 13.4"], Location(latitude=52.5, longitude=13.4)),
        (["GEO:952.5;13.4"], Location()),
        (["GEO:"], Location()),
        (
            ["LOCATION:Town Hall\\n1 Road", APPLE],
            Location(name="Town Hall\n1 Road", latitude=52.5, longitude=13.4),
        ),
        (["LOCATION:Elsewhere", APPLE], Location(name="Elsewhere")),  # another program changed LOCATION alone
        (
            ["LOCATION:Town Hall", OUTLOOK],
            Location(name="Town Hall", street="1 Road", city="Town", altitude=3.0),
        ),
        (["LOCATION:Elsewhere", OUTLOOK], Location(name="Elsewhere")),
        (["LOCATION:a", "X-MICROSOFT-LOCATIONS:[broken"], Location(name="a")),
        (["LOCATION:a", "X-MICROSOFT-LOCATIONS:[]"], Location(name="a")),
    ],
)
def test_place_is_read(lines: list[str], place: Location) -> None:
    assert PLACE.read(event(*lines)) == place


@given(LOCATIONS)
def test_place_comes_back_as_it_was(place: Location) -> None:
    item = event("LOCATION:Town Hall", APPLE, OUTLOOK)
    PLACE.write(item, place)
    assert PLACE.read(item) == place


def test_another_place_leaves_nothing_of_the_old_one() -> None:
    item = event('LOCATION;ALTREP="https://example.org/":Town Hall', APPLE, OUTLOOK, "GEO:1;2", "X:1")
    PLACE.write(item, Location(name="Elsewhere"))
    assert said(item) == ["LOCATION:Elsewhere", "X:1"]


def test_coordinates_alone_need_no_more_than_geo() -> None:
    item = event()
    PLACE.write(item, Location(name="Sea", latitude=1e-7, longitude=-2.5))
    assert said(item) == ["LOCATION:Sea", "GEO:0.0000001;-2.5"]
