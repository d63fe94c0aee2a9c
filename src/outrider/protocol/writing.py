"""Writing a message into a document, by plans made of the declarations."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

from msgspec import UNSET
from msgspec.structs import astuple

from outrider.protocol.elements import Element, Shape, Spec, specs
from outrider.protocol.leaves import leaf_writer
from outrider.protocol.versions import Version
from outrider.wbxml.writer import Writer

_Write: TypeAlias = Callable[[Writer, int, Any], None]


def write_message(writer: Writer, message: Element, version: Version) -> None:
    """Write an element that has a tag of its own, without what the version lacks."""
    _element_writer(version)(writer, _own_tag(message), message)


# A field in one version: its writer, its tag and the tag of None.
_Field: TypeAlias = tuple[_Write, int, int | None]


@cache
def _fields(cls: type[Element], version: Version) -> tuple[_Field, ...]:
    return tuple(
        (_writer(spec, version), int(spec.tag or 0), _empty_tag(spec))
        if spec.exists(version)
        else (_leave_out, 0, None)
        for spec in specs(cls)
    )


def _leave_out(writer: Writer, tag: int, value: Any) -> None:
    """Write nothing, where the version lacks the field."""


def _empty_tag(spec: Spec) -> int | None:
    """The tag that None is written as, where the type keeps None apart from UNSET."""
    return spec.container or spec.tag if spec.admits_none and spec.admits_unset else None


def _writer(spec: Spec, version: Version) -> _Write:
    write = _item_writer(spec, version)
    if spec.many:
        write = _each(write)
    if spec.container is None:
        return write
    return _within(spec.container, write, not spec.many or spec.admits_none or spec.admits_unset)


def _item_writer(spec: Spec, version: Version) -> _Write:
    if spec.shape is Shape.NAME:
        return lambda writer, _, tag: writer.empty(tag)
    if spec.inline:
        return lambda writer, _, value: _write_fields(writer, value, version)
    write_element = _element_writer(version)
    if spec.tag is None:
        return lambda writer, _, value: write_element(writer, _own_tag(value), value)
    if spec.shape is Shape.ELEMENT:
        return write_element
    if spec.shape is Shape.LEAF:
        return leaf_writer(frozenset(spec.types), spec.form)
    return lambda writer, tag, value: (
        writer.text(tag, value) if isinstance(value, str) else write_element(writer, tag, value)
    )


def _own_tag(value: Element) -> int:
    if value.TAG is None:
        raise TypeError(f"{type(value).__name__} has no tag of its own")
    return value.TAG


def _element_writer(version: Version) -> _Write:
    def write(writer: Writer, tag: int, value: Element) -> None:
        writer.open(tag)
        _write_fields(writer, value, version)
        writer.close()

    return write


def _write_fields(writer: Writer, element: Element, version: Version) -> None:
    for field, value in zip(_fields(type(element), version), astuple(element), strict=True):
        if value is UNSET:
            continue
        write, tag, empty_tag = field
        if value is not None:
            write(writer, tag, value)
        elif empty_tag is not None:
            writer.empty(empty_tag)


def _each(write: _Write) -> _Write:
    def write_each(writer: Writer, tag: int, values: list[Any]) -> None:
        for value in values:
            write(writer, tag, value)

    return write_each


def _within(container: int, write: _Write, writes_empty: bool) -> _Write:
    def write_within(writer: Writer, tag: int, value: Any) -> None:
        if value or writes_empty:
            writer.open(container)
            write(writer, tag, value)
            writer.close()

    return write_within
