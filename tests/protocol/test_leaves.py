from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

import pytest
from msgspec import UNSET, Meta

from outrider.protocol.errors import SchemaError
from outrider.protocol.leaves import Content, is_leaf, leaf_reader, leaf_writer
from outrider.protocol.values import Blob, Form, TimeZone
from outrider.wbxml.tags import HEADER
from outrider.wbxml.writer import Writer


class Colour(IntEnum):
    RED = 1


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OCTETS = (bytes, memoryview, Blob)


@pytest.mark.parametrize(
    ("types", "form", "content", "expected"),
    [
        ((str,), None, "x", "x"),
        ((str,), None, None, ""),
        ((str,), None, memoryview(b"\xc3\xa9"), "é"),
        ((int,), None, "7", 7),
        ((int,), None, memoryview(b"7"), 7),
        ((int,), None, None, UNSET),
        ((int,), None, "", UNSET),
        ((bool,), None, None, True),
        ((bool,), None, "0", False),
        ((bool,), Form.FLAG, None, True),
        ((bool,), Form.FLAG, "0", False),
        ((Colour,), None, "1", Colour.RED),
        ((Colour,), None, None, UNSET),
        ((datetime,), None, "20260301T120000Z", NOON),
        ((datetime,), Form.COMPACT, "2026-03-01T12:00:00.000Z", NOON),
        ((datetime,), None, None, UNSET),
        ((bytes,), None, memoryview(b"\0"), b"\0"),
        ((bytes,), None, "é", b"\xc3\xa9"),
        ((bytes,), None, None, b""),
        ((bytes,), Form.BASE64, "AAE=", b"\0\x01"),
        ((bytes,), Form.BASE64, memoryview(b"AAE="), b"AAE="),
        ((str, *OCTETS), None, "x", "x"),
        ((str, *OCTETS), None, memoryview(b"x"), b"x"),
        ((TimeZone,), None, str(TimeZone(bias=-60)), TimeZone(bias=-60)),
        ((TimeZone,), None, memoryview(TimeZone(bias=5).pack()), TimeZone(bias=5)),
        ((TimeZone,), None, None, UNSET),
    ],
)
def test_a_leaf_is_read_by_its_type(
    types: tuple[type, ...], form: Form | None, content: Content, expected: object
) -> None:
    assert leaf_reader(frozenset(types), form, None)(content) == expected


def test_data_of_any_size_stays_a_slice() -> None:
    content = memoryview(b"data")
    assert leaf_reader(frozenset(OCTETS), None, None)(content).obj is content.obj


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (int, "x"),
        (int, "1.0"),
        (bool, "maybe"),
        (Colour, "2"),
        (str, memoryview(b"\xff")),
        (TimeZone, "AAAA"),
        (TimeZone, "*"),
        (TimeZone, memoryview(b"short")),
    ],
)
def test_content_of_another_type_is_a_value_error(kind: type, content: Content) -> None:
    with pytest.raises(ValueError):
        leaf_reader(frozenset({kind}), None, None)(content)


def test_a_date_that_does_not_parse_has_its_own_status() -> None:
    with pytest.raises(SchemaError) as raised:
        leaf_reader(frozenset({datetime}), None, None)("tomorrow")
    assert raised.value.status == 104


@pytest.mark.parametrize(
    ("kind", "meta", "content", "within"),
    [
        (int, Meta(ge=1, le=5), "1", True),
        (int, Meta(ge=1, le=5), "5", True),
        (int, Meta(ge=1, le=5), "0", False),
        (int, Meta(ge=1, le=5), "6", False),
        (int, Meta(gt=1, lt=5), "1", False),
        (int, Meta(gt=1, lt=5), "5", False),
        (int, Meta(ge=1), None, True),
        (str, Meta(max_length=3), "abc", True),
        (str, Meta(max_length=3), "abcd", False),
        (str, Meta(min_length=1), None, False),
        (bytes, Meta(max_length=1), memoryview(b"ab"), False),
    ],
)
def test_a_leaf_has_limits(kind: type, meta: Meta, content: Content, within: bool) -> None:
    refused = []
    try:
        leaf_reader(frozenset({kind}), None, meta)(content)
    except ValueError as error:
        refused.append(error)
    assert len(refused) == (0 if within else 1)


@pytest.mark.parametrize(
    ("types", "form", "value", "expected"),
    [
        ((str,), None, "x", b"\x45\x03x\0\x01"),
        ((int,), None, -7, b"\x45\x03-7\0\x01"),
        ((bool,), None, True, b"\x45\x031\0\x01"),
        ((bool,), None, False, b"\x45\x030\0\x01"),
        ((bool,), Form.FLAG, True, b"\x05"),
        ((bool,), Form.FLAG, False, b""),
        ((Colour,), None, Colour.RED, b"\x45\x031\0\x01"),
        ((datetime,), None, NOON, b"\x45\x032026-03-01T12:00:00.000Z\0\x01"),
        ((datetime,), Form.COMPACT, NOON, b"\x45\x0320260301T120000Z\0\x01"),
        ((bytes,), None, b"\0", b"\x45\xc3\x01\0\x01"),
        ((bytes,), Form.BASE64, b"\0", b"\x45\x03AA==\0\x01"),
        ((bytes,), Form.BYTES, b"\0", b"\x45\xc3\x01\0\x01"),
        (OCTETS, None, memoryview(b"\0"), b"\x45\xc3\x01\0\x01"),
        (OCTETS, Form.BASE64, Blob(1, lambda: [b"\0"]), b"\x45\x03AA==\0\x01"),
        ((str, *OCTETS), None, "x", b"\x45\x03x\0\x01"),
        ((str, *OCTETS), None, b"x", b"\x45\xc3\x01x\x01"),
        ((TimeZone,), None, TimeZone(), b"\x45\x03" + str(TimeZone()).encode() + b"\0\x01"),
    ],
)
def test_a_leaf_is_written_by_its_type(
    types: tuple[type, ...], form: Form | None, value: Any, expected: bytes
) -> None:
    writer = Writer()
    leaf_writer(frozenset(types), form)(writer, 0x05, value)
    assert bytes(writer.finish()) == HEADER + expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(str, True), (Colour, True), (Blob, True), (TimeZone, True), (float, False), (dict, False)],
)
def test_some_types_are_leaves(kind: type, expected: bool) -> None:
    assert is_leaf(kind) is expected


def test_a_leaf_has_one_type() -> None:
    with pytest.raises(TypeError, match="no leaf is one of"):
        leaf_reader(frozenset({int, str}), None, None)
