"""Fields that stand in one property each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.domain.items import Importance
from outrider.formats.components import Component, read_components
from outrider.formats.icalendar.properties import (
    Fields,
    Flag,
    Instant,
    Priority,
    apply_fields,
    put,
    read_fields,
)
from outrider.formats.icalendar.texts import SUBJECT, Field

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
STAMP = Instant(("X-A", "X-B"))


def item(*lines: str) -> Component:
    text = "\r\n".join(["BEGIN:VTODO", *lines, "END:VTODO", ""])
    [component] = read_components(text.encode()).components("VTODO")
    return component


@pytest.mark.parametrize(
    ("field", "lines", "value"),
    [
        (STAMP, ["X-A:20260310T120000Z"], NOON),
        (STAMP, ["X-B:20260310T120000Z", "X-A:20260311T120000Z"], NOON.replace(day=11)),
        (STAMP, ["X-A:never", "X-B:20260310T120000Z"], NOON),
        (STAMP, ["X-A;TZID=Europe/Berlin:20260310T120000"], NOON),
        (STAMP, ["X-A:20260310"], None),
        (STAMP, [], None),
        (Flag("X-A"), ["X-A: true"], True),
        (Flag("X-A"), ["X-A:FALSE"], False),
        (Flag("X-A"), [], False),
        (Priority(), [], None),
        (Priority(), ["PRIORITY:0"], None),
        (Priority(), ["PRIORITY:1"], Importance.HIGH),
        (Priority(), ["PRIORITY:4"], Importance.HIGH),
        (Priority(), ["PRIORITY:5"], Importance.NORMAL),
        (Priority(), ["PRIORITY: 6"], Importance.LOW),
        (Priority(), ["PRIORITY:9"], Importance.LOW),
        (Priority(), ["PRIORITY:10"], None),
        (Priority(), ["PRIORITY:high"], None),
    ],
)
def test_fields_are_read(field: Field, lines: list[str], value: object) -> None:
    assert field.read(item(*lines)) == value


@pytest.mark.parametrize(
    ("field", "before", "value", "after"),
    [
        (STAMP, [], NOON, ["X-A:20260310T120000Z"]),
        (STAMP, ["X-B:20260301T000000Z"], NOON, ["X-B:20260301T000000Z", "X-A:20260310T120000Z"]),
        (STAMP, ["X-A:20260301T000000Z"], None, []),
        (Flag("X-A"), [], True, ["X-A:TRUE"]),
        (Flag("X-A"), ["X-A:TRUE"], False, []),
        (Flag("X-A"), [], False, []),
        (Priority(), [], Importance.HIGH, ["PRIORITY:1"]),
        (Priority(), [], Importance.LOW, ["PRIORITY:9"]),
        (Priority(), [], Importance.NORMAL, []),
        (Priority(), ["PRIORITY:3"], Importance.NORMAL, ["PRIORITY:5"]),
        (Priority(), ["PRIORITY:3", "PRIORITY:4"], Importance.LOW, ["PRIORITY:9"]),
    ],
)
def test_fields_are_written(field: Field, before: list[str], value: object, after: list[str]) -> None:
    component = item(*before)
    field.write(component, value)
    assert component.raw() == item(*after).raw()


def test_a_property_that_says_the_same_keeps_its_bytes() -> None:
    component = item("status : COMPLETED", "STATUS:COMPLETED")
    put(component, "STATUS", component.named("STATUS")[0].value)
    assert component.raw() == item("status : COMPLETED").raw()


class Thing:
    subject, importance = "Tea", Importance.HIGH


def test_only_what_differs_is_written() -> None:
    fields: Fields = {"subject": SUBJECT, "importance": Priority()}
    component = item("SUMMARY;X=y:Tea", "PRIORITY:2")
    apply_fields(fields, component, {"subject": "Tea", "importance": Importance.LOW}, Thing())
    assert component.raw() == item("SUMMARY;X=y:Tea", "PRIORITY:9").raw()
    assert read_fields(fields, component) == {"subject": "Tea", "importance": Importance.LOW}


def test_what_nothing_is_said_of_is_left_out() -> None:
    assert read_fields({"subject": SUBJECT, "importance": Priority()}, item()) == {}
