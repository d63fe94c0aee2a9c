"""Declaring elements: one typed field each, from which everything else is read.

    class Collection(Element):
        TAG = AirSync.Collection

        sync_key: Annotated[str, AirSync.SyncKey]
        window_size: Annotated[int, AirSync.WindowSize, Meta(ge=0, le=512)] = 100
        conversation_mode: Annotated[bool, AirSync.ConversationMode, Version.V14_0] = False
        more_available: Annotated[bool, AirSync.MoreAvailable, Form.FLAG] = False
        options: Annotated[list[Options], AirSync.Options] = []
        commands: Annotated[list[Add | Change | Delete | Fetch], AirSync.Commands] = []

The order of the fields is the order on the wire. The type says what the element is:

- `str int bool datetime bytes TimeZone` and IntEnum classes are leaves. `bytes | memoryview | Blob`
  (`Octets`) reads opaque data as a slice and writes it opaque; `str | bytes` keeps text and opaque data
  apart. A field of text accepts opaque UTF-8, one of data accepts text (its UTF-8; with `Form.BASE64` what
  that says).
- an `Element` class nests. `A | B` of Elements under one tag is whichever class knows the children;
  `str | A` is text, or an element if it has children.
- `list[T]` repeats the field's tag. `list[A | B]`, and `list[A]` under a tag that is not A's, is one
  container with its children in document order. `list[Tag]` is a container of names (Supported).
- `Wrapped(tag)` puts the field, of any type, inside a container: Categories around Category.
- `INLINE` in place of a tag: the children of the nested Element stand directly among those of its parent.
- `T | None` may be absent, `T | UnsetType` too; where both are admitted, None is the empty tag. Anything that
  is neither None nor UNSET is written, an empty list only if the type admits None or UNSET.

Further metadata: `Version` (the first that has the element), `until(Version)` (the last one), `Form`,
`msgspec.Meta` (ge, le, gt, lt, min_length, max_length).

An empty tag reads as True, "", b"" or an Element of defaults; other leaves as absent. An element that occurs
twice where once is meant keeps its first value. Unknown tags are passed over and counted, known ones that do
not belong (also: not in this version, or a second time) are listed in `strays`. A value that is not of its
type or out of its limits, or an element missing, is a SchemaError (103; 104 for dates).

    decode(cls, data, version) -> Decoded(value, unknown, strays)
    encode(value, version) -> Encoded       # len(), iteration in chunks, bytes()
"""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from msgspec import UNSET

from outrider.protocol.elements import INLINE, Element, Shape, Spec, Wrapped, specs, until
from outrider.protocol.errors import SchemaError
from outrider.protocol.leaves import leaf_reader, leaf_writer
from outrider.protocol.pages import ALTERNATES, TAGS
from outrider.protocol.values import Form
from outrider.protocol.versions import Version
from outrider.wbxml.reader import DEFAULT_LIMITS, Buffer, Limits, Reader
from outrider.wbxml.tags import END, Tag
from outrider.wbxml.writer import Encoded, Writer

__all__ = [
    "INLINE",
    "Decoded",
    "Element",
    "Form",
    "Stray",
    "Wrapped",
    "decode",
    "decode_one_of",
    "encode",
    "until",
]

E = TypeVar("E", bound=Element)


class Stray(NamedTuple):
    """A known tag where it does not belong."""

    parent: Tag
    tag: Tag


@dataclass(frozen=True, slots=True)
class Decoded(Generic[E]):
    """A message, how many unknown elements were passed over, and which known ones did not belong."""

    value: E
    unknown: int
    strays: tuple[Stray, ...]


def decode(
    cls: type[E], data: Buffer | Reader, version: Version | None = None, limits: Limits = DEFAULT_LIMITS
) -> Decoded[E]:
    """Read a message; without a version every element of every version is taken.

    Raises WireError for bytes that are not WBXML, SchemaError for a message that is not a `cls`.
    """
    return decode_one_of((cls,), data, version, limits)


def decode_one_of(
    classes: Iterable[type[E]],
    data: Buffer | Reader,
    version: Version | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Decoded[E]:
    """Read a message of that of the classes whose tag is the root's."""
    reader = data if isinstance(data, Reader) else Reader(data, limits)
    root = reader.root()
    reading = _Reading(reader, version)
    for cls in classes:
        if root == cls.TAG:
            value = reading.element(cls, root)
            return Decoded(value, reading.unknown + reader.ignored, tuple(reading.strays))
    raise SchemaError(SchemaError.INVALID_XML, f"{_name(root)} is not the root of this command")


def encode(value: Element, version: Version) -> Encoded:
    """Write a message for a device's version, without the elements that the version lacks."""
    if value.TAG is None:
        raise TypeError(f"{type(value).__name__} has no tag of its own")
    writer = Writer()
    _element_writer(int(value.TAG), version)(writer, value)
    return writer.finish()


# How a field takes what is read: its only value, one item more, or items.
_ONE: Final = 0
_ITEM: Final = 1
_ITEMS: Final = 2

_Values: TypeAlias = dict[str, Any]
_Read: TypeAlias = "Callable[[_Reading], Any]"
_Write: TypeAlias = Callable[[Writer, Any], None]
_Entry: TypeAlias = tuple[str, _Read, int]


@dataclass(slots=True)
class _Plan:
    """What a class means in one version, compiled once."""

    cls: type[Element]
    by_tag: dict[int, _Entry]
    required: frozenset[str]
    inline: Spec | None
    values_of: Callable[[Element], tuple[Any, ...]]
    writes: tuple[tuple[_Write, int | None], ...]


@cache
def _plan(cls: type[Element], version: Version | None) -> _Plan:
    fields = [spec for spec in specs(cls) if spec.exists(version)]
    inline = [spec for spec in fields if spec.inline]
    if len(inline) > 1:
        raise TypeError(f"{cls.__name__} has more than one field without a tag")
    by_tag: dict[int, _Entry] = {}
    for spec in fields:
        _add(by_tag, _tag_numbers(spec.container or spec.tag), _entry(spec))
    return _Plan(
        cls=cls,
        by_tag=by_tag,
        required=frozenset(spec.name for spec in fields if spec.required),
        inline=inline[0] if inline else None,
        values_of=_values_of([spec.name for spec in fields]),
        writes=tuple((_writer(spec, version), _empty_tag(spec)) for spec in fields),
    )


@cache
def _merged(cls: type[Element], inner: type[Element], version: Version | None) -> dict[int, _Entry]:
    """The entries of a class with those of the class that stands inline in it, under dotted names."""
    plan = _plan(cls, version)
    assert plan.inline is not None
    entries = {
        tag: (f"{plan.inline.name}.{name}", read, takes)
        for tag, (name, read, takes) in _plan(inner, version).by_tag.items()
    }
    return entries | plan.by_tag


def _add(by_tag: dict[int, _Entry], numbers: Iterable[int], entry: _Entry) -> None:
    for number in numbers:
        if number in by_tag:
            raise TypeError(f"{entry[0]} has the same tag as {by_tag[number][0]}")
        by_tag[number] = entry


def _tag_numbers(tag: Tag | None) -> list[int]:
    if tag is None:
        return []
    return [int(tag), *(number for number, meant in ALTERNATES.items() if meant is tag)]


def _values_of(names: list[str]) -> Callable[[Element], tuple[Any, ...]]:
    if len(names) > 1:
        return operator.attrgetter(*names)
    return lambda element: tuple(operator.attrgetter(name)(element) for name in names)


def _empty_tag(spec: Spec) -> int | None:
    """The tag that None is written as, where the type keeps None apart from UNSET."""
    return spec.container or spec.tag if spec.admits_none and spec.admits_unset else None


def _name(number: int) -> str:
    tag = TAGS.get(number)
    return f"{type(tag).__name__}:{tag.name}" if tag is not None else f"tag {number:#06x}"


class _Reading:
    """One message being read: the cursor, the version, and what did not belong."""

    __slots__ = ("reader", "strays", "unknown", "version")

    def __init__(self, reader: Reader, version: Version | None) -> None:
        self.reader = reader
        self.version = version
        self.unknown = 0
        self.strays: list[Stray] = []

    def element(self, cls: type[E], tag: int) -> E:
        """Read the element just opened, whose tag is given, as a `cls`."""
        plan = _plan(cls, self.version)
        values = self.values(plan.by_tag, tag) if plan.inline is None else self._values_around(plan, tag)
        if not plan.required <= values.keys():
            missing = ", ".join(sorted(plan.required - values.keys()))
            raise SchemaError(SchemaError.INVALID_XML, f"{_name(tag)} lacks {missing}")
        return cls(**values)

    def one_of(self, classes: tuple[type[Element], ...], tag: int) -> Element:
        """Read the element just opened as that of the classes which knows its children."""
        return self.element(self._choose(classes), tag)

    def values(self, by_tag: dict[int, _Entry], parent: int) -> _Values:
        """Read the children of the element just opened."""
        values: _Values = {}
        child = self.reader.child
        while (tag := child()) != END:
            entry = by_tag.get(tag)
            if entry is None or (entry[2] == _ONE and entry[0] in values):
                self._pass_over(parent, tag)
                continue
            name, read, takes = entry
            try:
                value = read(self)
            except ValueError as error:
                raise SchemaError(SchemaError.INVALID_XML, f"{_name(tag)}: {error}") from None
            if value is UNSET:
                continue
            if takes == _ONE:
                values[name] = value
            elif takes == _ITEM:
                values.setdefault(name, []).append(value)
            else:
                values.setdefault(name, []).extend(value)
        return values

    def names(self) -> list[Tag]:
        """Read the children of the element just opened for their tags alone."""
        tags = []
        while (number := self.reader.child()) != END:
            self.reader.skip()
            if number in TAGS:
                tags.append(TAGS[number])
            else:
                self.unknown += 1
        return tags

    def _values_around(self, plan: _Plan, tag: int) -> _Values:
        assert plan.inline is not None
        inner = self._choose(plan.inline.elements)
        merged = self.values(_merged(plan.cls, inner, self.version), tag)
        outer = {name: value for name, value in merged.items() if "." not in name}
        inline = {name.partition(".")[2]: value for name, value in merged.items() if "." in name}
        if inline:
            outer[plan.inline.name] = inner(**inline)
        return outer

    def _choose(self, classes: tuple[type[Element], ...]) -> type[Element]:
        """Find the class that knows the children of the element just opened, as many as possible."""
        mark = self.reader.mark()
        left = classes
        while len(left) > 1 and (tag := self.reader.child()) != END:
            self.reader.skip()
            left = tuple(cls for cls in left if tag in _plan(cls, self.version).by_tag) or left
        self.reader.rewind(mark)
        return left[0]

    def _pass_over(self, parent: int, tag: int) -> None:
        self.reader.skip()
        if tag in TAGS:
            self.strays.append(Stray(TAGS[parent], TAGS[tag]))
        else:
            self.unknown += 1


def _entry(spec: Spec) -> _Entry:
    if spec.container is None:
        return spec.name, _item_reader(spec), _ITEM if spec.many else _ONE
    if spec.shape is Shape.NAME:
        return spec.name, _Reading.names, _ITEMS
    return spec.name, _container_reader(spec, spec.container), _ITEMS if spec.many else _ONE


def _container_reader(spec: Spec, container: Tag) -> _Read:
    if spec.tag is not None:
        readers = [(spec.tag, _item_reader(spec))]
    else:
        readers = [(tag, _element_reader((kind,), tag)) for kind in spec.elements if (tag := kind.TAG)]
    by_tag: dict[int, _Entry] = {}
    for tag, read in readers:
        _add(by_tag, _tag_numbers(tag), (spec.name, read, _ITEM if spec.many else _ONE))
    nothing: Any = [] if spec.many else UNSET
    return lambda reading: reading.values(by_tag, container).get(spec.name, nothing)


def _item_reader(spec: Spec) -> _Read:
    if spec.shape is Shape.ELEMENT:
        read = _element_reader(spec.elements, spec.tag)
        return _none_if_empty(read) if spec.admits_none and spec.admits_unset else read
    if spec.shape is Shape.TEXT_OR_ELEMENT:
        return _text_or(_element_reader(spec.elements, spec.tag))
    return _leaf_reader(spec)


def _element_reader(classes: tuple[type[Element], ...], tag: Tag | None) -> _Read:
    number = int(tag or 0)
    if len(classes) == 1:
        cls = classes[0]
        return lambda reading: reading.element(cls, number)
    return lambda reading: reading.one_of(classes, number)


def _none_if_empty(read: _Read) -> _Read:
    def read_or_none(reading: _Reading) -> Any:
        if not reading.reader.empty:
            return read(reading)
        reading.reader.skip()
        return None

    return read_or_none


def _text_or(read: _Read) -> _Read:
    read_text = leaf_reader(frozenset({str}), None, None)

    def read_either(reading: _Reading) -> Any:
        if reading.reader.empty or reading.reader.at_text():
            return read_text(reading.reader.leaf())
        return read(reading)

    return read_either


def _leaf_reader(spec: Spec) -> _Read:
    read = leaf_reader(frozenset(spec.types), spec.form, spec.meta)
    if spec.admits_none and spec.admits_unset:
        return lambda reading: read(content) if (content := reading.reader.leaf()) else None
    return lambda reading: read(reading.reader.leaf())


def _writer(spec: Spec, version: Version | None) -> _Write:
    write = _item_writer(spec, version)
    if spec.many:
        write = _each(write)
    if spec.container is None:
        return write
    return _within(int(spec.container), write, _writes_empty(spec))


def _writes_empty(spec: Spec) -> bool:
    return not spec.many or spec.admits_none or spec.admits_unset


def _item_writer(spec: Spec, version: Version | None) -> _Write:
    if spec.shape is Shape.NAME:
        return Writer.empty
    if spec.inline:
        return lambda writer, value: _write_fields(writer, value, version)
    if spec.tag is None:
        return _own_tag_writer(spec.elements, version)
    tag = int(spec.tag)
    write_element = _element_writer(tag, version)
    if spec.shape is Shape.ELEMENT:
        return write_element
    if spec.shape is Shape.TEXT_OR_ELEMENT:
        return lambda writer, value: (
            writer.text(tag, value) if isinstance(value, str) else write_element(writer, value)
        )
    write = leaf_writer(frozenset(spec.types), spec.form)
    return lambda writer, value: write(writer, tag, value)


def _own_tag_writer(classes: tuple[type[Element], ...], version: Version | None) -> _Write:
    writers = {cls: _element_writer(int(cls.TAG or 0), version) for cls in classes}
    return lambda writer, value: writers[type(value)](writer, value)


def _element_writer(tag: int, version: Version | None) -> _Write:
    def write(writer: Writer, value: Element) -> None:
        writer.open(tag)
        _write_fields(writer, value, version)
        writer.close()

    return write


def _write_fields(writer: Writer, element: Element, version: Version | None) -> None:
    plan = _plan(type(element), version)
    for (write, empty_tag), value in zip(plan.writes, plan.values_of(element), strict=True):
        if value is UNSET:
            continue
        if value is not None:
            write(writer, value)
        elif empty_tag is not None:
            writer.empty(empty_tag)


def _each(write: _Write) -> _Write:
    def write_each(writer: Writer, values: list[Any]) -> None:
        for value in values:
            write(writer, value)

    return write_each


def _within(container: int, write: _Write, writes_empty: bool) -> _Write:
    def write_within(writer: Writer, value: Any) -> None:
        if value or writes_empty:
            writer.open(container)
            write(writer, value)
            writer.close()

    return write_within
