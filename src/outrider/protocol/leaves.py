"""Reading and writing the content of a leaf, by the type of its field.

A reader takes what `wbxml.Reader` gave (text, a slice, or None for an empty tag) and returns the value,
or UNSET where an empty tag says nothing; it raises ValueError for what is not of its type. A writer takes
the document, the tag and the value.
"""

import operator
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any, Final, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from outrider.protocol.errors import SchemaError
from outrider.protocol.values import (
    Blob,
    Form,
    TimeZone,
    compact,
    dashed,
    parse_base64,
    parse_boolean,
    parse_date,
    parse_integer,
)
from outrider.wbxml.writer import Writer

Content: TypeAlias = str | memoryview | None
ReadLeaf: TypeAlias = Callable[[Content], Any]
WriteLeaf: TypeAlias = Callable[[Writer, int, Any], None]

# The numbers that most elements hold.
_SMALL: Final = {str(number): number for number in range(256)}

_DATA: Final = frozenset({bytes, memoryview, Blob})


def leaf_reader(types: frozenset[type], form: Form | None, meta: Meta | None) -> ReadLeaf:
    """Choose the reader of a field; raises TypeError for types that no leaf has."""
    read = _data_reader(types, form) if types & _DATA else _plain_reader(_only(types))
    return read if meta is None else _limited(read, meta)


def leaf_writer(types: frozenset[type], form: Form | None) -> WriteLeaf:
    """Choose the writer of a field; raises TypeError for types that no leaf has."""
    if types & _DATA:
        write = Writer.base64 if form is Form.BASE64 else Writer.opaque
        return write if str not in types else _write_text_or(write)
    kind = _only(types)
    if kind is bool and form is Form.FLAG:
        return _write_flag
    if kind is datetime and form is Form.COMPACT:
        return _write_compact
    return _WRITERS[int if issubclass(kind, IntEnum) else kind]


def is_leaf(kind: type) -> bool:
    """Say whether a type is one that leaves have."""
    return kind in _DATA or kind in _WRITERS or issubclass(kind, IntEnum)


def _only(types: frozenset[type]) -> type:
    if len(types) != 1:
        raise TypeError(f"no leaf is one of {sorted(kind.__name__ for kind in types)}")
    return next(iter(types))


def _plain_reader(kind: type) -> ReadLeaf:
    return _READERS[kind] if kind in _READERS else _enum_reader(kind)


def read_text(content: Content) -> str:
    """Take a text as it is; data is its UTF-8."""
    if content is None:
        return ""
    return content if isinstance(content, str) else str(content, "utf-8")


def _read_integer(content: Content) -> int | UnsetType:
    if isinstance(content, str) and (small := _SMALL.get(content)) is not None:
        return small
    return parse_integer(read_text(content)) if content else UNSET


def _read_boolean(content: Content) -> bool:
    return parse_boolean(content if isinstance(content, str) else read_text(content))


def _read_date(content: Content) -> datetime | UnsetType:
    if not content:
        return UNSET
    try:
        return parse_date(read_text(content))
    except ValueError as error:
        raise SchemaError(SchemaError.INVALID_DATE, str(error)) from None


def _read_zone(content: Content) -> TimeZone | UnsetType:
    if not content:
        return UNSET
    return TimeZone.parse(content) if isinstance(content, str) else TimeZone.unpack(content)


def _enum_reader(kind: type[IntEnum]) -> ReadLeaf:
    members = {str(int(member)): member for member in kind}

    def read(content: Content) -> Any:
        if isinstance(content, str) and (member := members.get(content)) is not None:
            return member
        return kind(parse_integer(read_text(content))) if content else UNSET

    return read


def _data_reader(types: frozenset[type], form: Form | None) -> ReadLeaf:
    hold = memoryview if memoryview in types else bytes
    from_text = parse_base64 if form in (Form.BASE64, Form.BYTES) else str.encode
    empty = "" if str in types else b""

    def read(content: Content) -> Any:
        if isinstance(content, str):
            return content if str in types else from_text(content)
        return empty if content is None else hold(content)

    return read


def _limited(read: ReadLeaf, meta: Meta) -> ReadLeaf:
    holds = _check(meta)

    def read_limited(content: Content) -> Any:
        value = read(content)
        if value is not UNSET and not holds(value):
            raise ValueError(f"outside {meta!r}")
        return value

    return read_limited


def _check(meta: Meta) -> Callable[[Any], bool]:
    bounds = [
        (operator.ge, meta.ge),
        (operator.le, meta.le),
        (operator.gt, meta.gt),
        (operator.lt, meta.lt),
    ]
    values = [(compare, bound) for compare, bound in bounds if bound is not None]
    shortest = meta.min_length or 0
    longest = meta.max_length
    if values:
        return lambda value: all(compare(value, bound) for compare, bound in values)
    return lambda value: shortest <= len(value) and (longest is None or len(value) <= longest)


def _write_integer(writer: Writer, tag: int, value: int) -> None:
    writer.ascii(tag, b"%d" % value)


def _write_boolean(writer: Writer, tag: int, value: bool) -> None:
    writer.ascii(tag, b"1" if value else b"0")


def _write_flag(writer: Writer, tag: int, value: bool) -> None:
    if value:
        writer.empty(tag)


def _write_dashed(writer: Writer, tag: int, value: datetime) -> None:
    writer.ascii(tag, dashed(value).encode())


def _write_compact(writer: Writer, tag: int, value: datetime) -> None:
    writer.ascii(tag, compact(value).encode())


def _write_zone(writer: Writer, tag: int, value: TimeZone) -> None:
    writer.ascii(tag, str(value).encode())


def _write_text_or(write_data: WriteLeaf) -> WriteLeaf:
    def write(writer: Writer, tag: int, value: Any) -> None:
        if isinstance(value, str):
            writer.text(tag, value)
        else:
            write_data(writer, tag, value)

    return write


_READERS: Final[dict[type, ReadLeaf]] = {
    str: read_text,
    int: _read_integer,
    bool: _read_boolean,
    datetime: _read_date,
    TimeZone: _read_zone,
}

_WRITERS: Final[dict[type, WriteLeaf]] = {
    str: Writer.text,
    int: _write_integer,
    bool: _write_boolean,
    datetime: _write_dashed,
    TimeZone: _write_zone,
}
