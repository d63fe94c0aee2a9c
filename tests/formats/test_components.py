"""Components inside components, read without loss and edited one line at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.formats.components import Component, as_octets, new_component, read_components, split_value
from outrider.formats.contentlines import Line

EVENT = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:Lunch\\, early
BEGIN:VALARM
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def inner(document: bytes, *path: str) -> Component:
    component = read_components(document)
    for name in path:
        component = component.components(name)[0]
    return component


def test_document_is_a_tree() -> None:
    event = inner(EVENT, "VCALENDAR", "VEVENT")
    assert [line.key for line in event.lines] == ["UID", "SUMMARY"]
    assert [event.text(line) for line in event.named("SUMMARY")] == ["Lunch, early"]
    assert [alarm.name for alarm in event.components()] == ["VALARM"]
    assert event.components("VTODO") == []
    assert event.first("DTSTART") is None


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("BEGIN:A|BEGIN:B|END:A|X:1", ["A"]),  # an END that is missing
        ("BEGIN:A|END:B|X:1|END:A", ["A"]),  # an END that closes nothing
        ("BEGIN:A|BEGIN:B|BEGIN:A|END:A", ["A", "A"]),  # nothing contains its like
        ("X:1|begin: a |end:A", ["A"]),
        ("BEGIN:|BEGIN:A", ["A"]),
    ],
)
def test_slips_of_the_writer_stay_where_they_are(lines: str, names: list[str]) -> None:
    document = lines.replace("|", "\n").encode()
    root = read_components(document)
    assert [component.name for component in root.components()] == names
    assert root.raw() == document


def test_depth_is_bounded() -> None:
    document = b"".join(b"BEGIN:A%d\r\n" % number for number in range(5000))
    assert read_components(document).raw() == document


@given(st.lists(st.sampled_from(["BEGIN:A", "BEGIN:B", "END:A", "END:B", "X:1", "", " y"]), max_size=30))
def test_any_document_keeps_its_bytes(lines: list[str]) -> None:
    document = "\r\n".join(lines).encode()
    assert read_components(document).raw() == document


def test_added_property_stands_before_the_components() -> None:
    root = read_components(EVENT)
    root.components()[0].components()[0].add("LOCATION", "here")
    assert root.raw() == EVENT.replace(b"BEGIN:VALARM", b"LOCATION:here\r\nBEGIN:VALARM")


def test_property_is_rewritten_and_removed_in_place() -> None:
    root = read_components(EVENT)
    event = root.components()[0].components()[0]
    event.rewrite(event.named("UID")[0], "2", (("X-A", ("b",)),))
    event.remove(event.named("SUMMARY")[0])
    assert root.raw() == EVENT.replace(b"UID:1", b"UID;X-A=b:2").replace(b"SUMMARY:Lunch\\, early\r\n", b"")


def test_components_are_added_and_removed() -> None:
    root = read_components(EVENT)
    calendar = root.components()[0]
    event = calendar.components()[0]
    zone = new_component("VTIMEZONE", root.style)
    zone.add("TZID", "X")
    calendar.insert_component(zone, event)
    event.remove(event.components()[0])
    event.add_component(new_component("VALARM", root.style))
    assert [component.name for component in calendar.components()] == ["VTIMEZONE", "VEVENT"]
    assert b"2.0\r\nBEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT" in root.raw()
    assert b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT" in root.raw()


@pytest.mark.parametrize("document", [b"BEGIN:A", b"BEGIN:A\r\nX:1", b"BEGIN:A\r\nBEGIN:B\r\nEND:B"])
def test_last_line_gets_its_end_before_another_follows(document: bytes) -> None:
    root = read_components(document)
    root.components()[0].add_component(new_component("C", root.style))
    assert root.raw() == document + b"\r\nBEGIN:C\r\nEND:C\r\n"


def test_lines_end_as_those_of_the_document() -> None:
    root = read_components(b"BEGIN:A\nEND:A\n")
    root.components()[0].add("X", "1")
    assert root.raw() == b"BEGIN:A\nX:1\nEND:A\n"


def test_in_order_sorts_by_place() -> None:
    component = read_components(b"B:1\r\nA:2\r\n")
    lines: list[Line] = component.named("A", "B")
    assert [line.name for line in component.in_order(lines)] == ["B", "A"]


def test_values_are_split_and_escaped() -> None:
    component = read_components(b"")
    assert split_value("a\\;b;c;", ";") == ["a\\;b", "c", ""]
    assert component.unescape("a\\nb\\,\\;\\\\\x01") == "a\nb,;\\"
    assert component.escape("a\r\nb,;\\\x00") == "a\\nb\\,\\;\\\\"
    assert component.items(Line(b"", "X", value="a\\,b, c")) == ["a,b", "c"]
    assert component.parts(Line(b"", "X", value="a;b")) == ["a", "b"]


def test_marks_of_an_encoding_are_no_text() -> None:
    assert as_octets("é".encode("utf-16")) == "é".encode()
    assert as_octets(b"\xef\xbb\xbfA") == b"A"
