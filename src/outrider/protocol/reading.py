"""Reading a message from its document, by plans made of the declarations."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from msgspec import UNSET

from outrider.protocol.elements import Element, Malformed, Shape, Spec, specs
from outrider.protocol.errors import SchemaError
from outrider.protocol.leaves import ReadLeaf, leaf_reader, read_text
from outrider.protocol.pages import ALTERNATES, TAGS
from outrider.protocol.versions import Version
from outrider.wbxml.reader import OPEN, Content, Reader, Texts
from outrider.wbxml.tags import END, HAS_CONTENT, OPAQUE, STR_I, Tag

E = TypeVar("E", bound=Element)
T = TypeVar("T")


class Stray(NamedTuple):
    """A known tag where it does not belong."""

    parent: Tag
    tag: Tag


# How a field takes what is read: as its only value, as one item more, or as items.
_ONE: Final = 0
_ITEM: Final = 1
_ITEMS: Final = 2

_Values: TypeAlias = dict[str, Any]
_Read: TypeAlias = "Callable[[Reading, Content], Any]"
# A field: name, how it takes what is read, what parses a leaf, what reads an element or an open leaf.
_Entry: TypeAlias = tuple[str, int, ReadLeaf | None, _Read]


class _Fields:
    """What may stand in an element, by tag; `texts` are the fields that take one string, for the reader."""

    __slots__ = ("by_tag", "texts")

    def __init__(self, by_tag: dict[int, _Entry]) -> None:
        self.by_tag = by_tag
        self.texts: Texts = {
            tag | HAS_CONTENT: (name, None if parse is read_text else parse)
            for tag, (name, takes, parse, _) in by_tag.items()
            if parse is not None and takes == _ONE
        }


@dataclass(slots=True)
class _Plan:
    """How a class is read in one version, compiled once."""

    fields: _Fields
    required: frozenset[str]
    inline: Spec | None


@cache
def _plan(cls: type[Element], version: Version | None) -> _Plan:
    fields = [spec for spec in specs(cls) if spec.exists(version)]
    inline = [spec for spec in fields if spec.inline]
    if len(inline) > 1:
        raise TypeError(f"{cls.__name__} has more than one field without a tag")
    by_tag: dict[int, _Entry] = {}
    for spec in fields:
        _add(by_tag, _tag_numbers(spec.container or spec.tag), _entry(spec))
    required = frozenset(spec.name for spec in fields if spec.required)
    return _Plan(_Fields(by_tag), required, inline[0] if inline else None)


@cache
def _merged(cls: type[Element], name: str, inner: type[Element], version: Version | None) -> _Fields:
    """The fields of a class and, under dotted names, of the class that stands inline in it."""
    entries = {
        tag: (f"{name}.{field}", takes, parse, read_open)
        for tag, (field, takes, parse, read_open) in _plan(inner, version).fields.by_tag.items()
    }
    return _Fields(entries | _plan(cls, version).fields.by_tag)


def _add(by_tag: dict[int, _Entry], numbers: Iterable[int], entry: _Entry) -> None:
    for number in numbers:
        if number in by_tag:
            raise TypeError(f"{entry[0]} has the same tag as {by_tag[number][0]}")
        by_tag[number] = entry


def _tag_numbers(tag: Tag | None) -> list[int]:
    if tag is None:
        return []
    return [int(tag), *(number for number, meant in ALTERNATES.items() if meant is tag)]


def name_of(number: int) -> str:
    """Name a tag for the log."""
    tag = TAGS.get(number)
    return f"{type(tag).__name__}:{tag.name}" if tag is not None else f"tag {number:#06x}"


class Reading:
    """One message being read: its document, the version, and what did not belong."""

    __slots__ = ("reader", "strays", "unknown", "version")

    def __init__(self, reader: Reader, version: Version | None) -> None:
        self.reader = reader
        self.version = version
        self.strays: list[Stray] = []
        self.unknown = 0

    def message(self, cls: type[E], tag: int, content: Content) -> E:
        """Read the root element."""
        try:
            return self.element(cls, tag, content)
        except ValueError as error:
            raise _broken(tag, error) from None

    def element(self, cls: type[E], tag: int, content: Content) -> E:
        """Read an element, whose tag and content an event gave, as a `cls`."""
        plan = _plan(cls, self.version)
        if plan.inline is None:
            values = self.values(plan.fields, tag, content)
        else:
            values = self._values_around(cls, plan.inline, tag, content)
        try:
            return cls(**values)
        except TypeError:
            if missing := plan.required - values.keys():
                raise ValueError(f"lacks {', '.join(sorted(missing))}") from None
            raise

    def one_of(self, classes: tuple[type[Element], ...], tag: int, content: Content) -> Element:
        """Read an element as that of the classes which knows its children, as many as possible."""
        if content is not OPEN:
            return self.element(classes[0], tag, content)
        return self.element(self._choose(classes), tag, content)

    def values(self, fields: _Fields, parent: int, content: Content) -> _Values:
        """Read the children of an element."""
        values: _Values = {}
        if content is not OPEN:
            if content:
                raise ValueError("text where elements belong")
            return values
        tag, take, find = parent, self.reader.texts, fields.by_tag.get
        try:
            while True:
                tag, content = take(fields.texts, values)
                entry = find(tag)
                if entry is None:
                    if tag == END:
                        return values
                    self._pass_over(parent, tag, content)
                    continue
                name, takes, parse, read_open = entry
                if name in values and takes == _ONE:
                    self._pass_over(parent, tag, content)
                    continue
                value = read_open(self, content) if parse is None or content is OPEN else parse(content)
                if value is UNSET:
                    continue
                if takes == _ONE:
                    values[name] = value
                elif takes == _ITEM:
                    values.setdefault(name, []).append(value)
                else:
                    values.setdefault(name, []).extend(value)
        except ValueError as error:
            raise _broken(tag, error) from None

    def names(self, content: Content) -> list[Tag]:
        """Read the children of an element for their tags alone."""
        tags: list[Tag] = []
        if content is not OPEN:
            return tags
        while True:
            number, inner = self.reader.event()
            if number == END:
                return tags
            if number in TAGS:
                tags.append(TAGS[number])
            elif number not in _PIECES:
                self.unknown += 1
            if inner is OPEN:
                self.reader.pass_over()

    def pieces(self) -> str | memoryview | None:
        """Read an open leaf: text if all its pieces are text, else bytes; elements inside are passed over."""
        pieces: list[str | memoryview] = []
        while True:
            tag, content = self.reader.event()
            if tag == END:
                return _join(pieces)
            if tag in _PIECES and content is not OPEN and content is not None:
                pieces.append(content)
                continue
            if content is OPEN:
                self.reader.pass_over()
            self.unknown += 1

    def starts_with_text(self) -> bool:
        """Say whether the element just opened starts with a piece of text or data."""
        mark = self.reader.mark()
        tag, _ = self.reader.event()
        self.reader.back(mark)
        return tag in _PIECES

    def _values_around(self, cls: type[Element], field: Spec, tag: int, content: Content) -> _Values:
        inner = self._choose(field.elements) if content is OPEN else field.elements[0]
        merged = self.values(_merged(cls, field.name, inner, self.version), tag, content)
        outer = {name: value for name, value in merged.items() if "." not in name}
        inline = {name.partition(".")[2]: value for name, value in merged.items() if "." in name}
        if inline:
            outer[field.name] = inner(**inline)
        return outer

    def _choose(self, classes: tuple[type[Element], ...]) -> type[Element]:
        """Find the class that knows the children of the open element, by looking ahead."""
        knowing = _knowing(classes, self.version)
        first = knowing.get(self.reader.peek(), ())
        if len(first) == 1:
            return first[0]
        mark = self.reader.mark()
        left, inside = list(classes), self.reader.depth
        while len(left) > 1 and self.reader.depth >= inside:
            tag, content = self.reader.event()
            if content is OPEN:
                self.reader.pass_over()
            if known := knowing.get(tag):
                left = [cls for cls in left if cls in known] or left
        self.reader.back(mark)
        return left[0]

    def _pass_over(self, parent: int, tag: int, content: Content) -> None:
        if content is OPEN:
            self.reader.pass_over()
        if tag in TAGS:
            self.strays.append(Stray(TAGS[parent], TAGS[tag]))
        elif tag not in _PIECES:
            self.unknown += 1


def _broken(tag: int, error: ValueError) -> SchemaError:
    return SchemaError(SchemaError.INVALID_XML, f"{name_of(tag)}: {error}")


def _join(pieces: list[str | memoryview]) -> str | memoryview | None:
    if len(pieces) < 2:
        return pieces[0] if pieces else None
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(texts) == len(pieces):
        return "".join(texts)
    return memoryview(b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces))


@cache
def _knowing(
    classes: tuple[type[Element], ...], version: Version | None
) -> dict[int, tuple[type[Element], ...]]:
    """By tag, which of the classes know it."""
    known: dict[int, tuple[type[Element], ...]] = {}
    for cls in classes:
        for tag in _plan(cls, version).fields.by_tag:
            known[tag] = (*known.get(tag, ()), cls)
    return known


def _entry(spec: Spec) -> _Entry:
    if spec.container is None:
        return _item_entry(spec)
    if spec.shape is Shape.NAME:
        return spec.name, _ITEMS, None, Reading.names
    return spec.name, _ITEMS if spec.many else _ONE, None, _container_reader(spec, spec.container)


def _container_reader(spec: Spec, container: Tag) -> _Read:
    if spec.tag is not None:
        entries = [(spec.tag, _item_entry(spec))]
    else:
        entries = [(tag, _element_entry(spec, (kind,), tag)) for kind in spec.elements if (tag := kind.TAG)]
    by_tag: dict[int, _Entry] = {}
    for tag, entry in entries:
        _add(by_tag, _tag_numbers(tag), entry)
    fields = _Fields(by_tag)
    nothing: Any = [] if spec.many else UNSET
    return lambda reading, content: reading.values(fields, container, content).get(spec.name, nothing)


def _item_entry(spec: Spec) -> _Entry:
    if spec.elements:
        return _element_entry(spec, spec.elements, spec.tag)
    parse = leaf_reader(frozenset(spec.types), spec.form, spec.meta)
    if spec.admits_none and spec.admits_unset:
        parse = _none_or(parse)
    return spec.name, _ITEM if spec.many else _ONE, parse, lambda reading, _: parse(reading.pieces())


def _none_or(parse: ReadLeaf) -> ReadLeaf:
    return lambda content: parse(content) if content else None


def _element_entry(spec: Spec, classes: tuple[type[Element], ...], tag: Tag | None) -> _Entry:
    read_element = _element_reader(classes, int(tag or 0))
    if spec.shape is Shape.TEXT_OR_ELEMENT:
        read_element = _text_or(read_element)
    elif spec.admits_none and spec.admits_unset:
        read_element = _none_if_empty(read_element)
    if spec.admits_malformed:
        read_element = _isolated(read_element)
    return spec.name, _ITEM if spec.many else _ONE, None, read_element


def _element_reader(classes: tuple[type[Element], ...], tag: int) -> _Read:
    if len(classes) == 1:
        cls = classes[0]
        return lambda reading, content: reading.element(cls, tag, content)
    return lambda reading, content: reading.one_of(classes, tag, content)


def _none_if_empty(read_element: _Read) -> _Read:
    return lambda reading, content: None if content is None else read_element(reading, content)


def _isolated(read_element: _Read) -> _Read:
    def read_or_malformed(reading: Reading, content: Content) -> Any:
        mark = reading.reader.mark()
        try:
            return read_element(reading, content)
        except SchemaError as error:
            malformed = Malformed(error.status, error.detail)
        except ValueError as error:
            malformed = Malformed(SchemaError.INVALID_XML, str(error))
        reading.reader.back(mark)
        if content is OPEN:
            reading.reader.pass_over()
        return malformed

    return read_or_malformed


def _text_or(read_element: _Read) -> _Read:
    def read_either(reading: Reading, content: Content) -> Any:
        if content is not OPEN:
            return read_text(content)
        return read_text(reading.pieces()) if reading.starts_with_text() else read_element(reading, content)

    return read_either


_PIECES: Final = frozenset((STR_I, OPAQUE))
