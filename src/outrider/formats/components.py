"""Components under edit: BEGIN to END, the lines between, and the components between them.

Lines stay as they are until one is replaced, removed or added, so that what is not touched keeps its bytes.
vCard and iCalendar share this. RFC 5545, Components; RFC 6350, General Property Format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from msgspec import Struct

from outrider.formats.contentlines import Line, Params, Style, read_lines, write_line

MOST_DEPTH: Final = 16  # components inside each other; what is nested deeper counts as lines

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SEPARATOR = re.compile(r"\\.|[;,]", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Component:
    """One component; `raw()` is what it stands as with the changes made so far.

    `name` is in upper case, "" for a whole document. `before` are the lines that open it, `after` those that
    close it; either may be missing. `derived` is for what others work out from the lines; every edit of this
    component's own lines empties it.
    """

    def __init__(
        self, name: str, before: Sequence[Line], nodes: list[Node], after: Sequence[Line], style: Style
    ) -> None:
        self.name = name
        self.nodes = nodes
        self.style = style
        self.derived: dict[object, Any] = {}
        self._before = list(before)
        self._after = list(after)
        self._index: dict[str, list[Line]] | None = None

    def raw(self) -> bytes:
        """The bytes as they stand now."""
        return b"".join(line.raw for line in self.all_lines())

    def all_lines(self) -> Iterator[Line]:
        """Every line in order, those of components inside this one among them."""
        yield from self._before
        for node in self.nodes:
            if isinstance(node, Line):
                yield node
            else:
                yield from node.all_lines()
        yield from self._after

    @property
    def lines(self) -> list[Line]:
        """Its own lines, without those that open and close it."""
        return [node for node in self.nodes if isinstance(node, Line)]

    def named(self, *names: str) -> list[Line]:
        """Its own properties of these names, in the order of the document for each name."""
        if self._index is None:
            self._index = {}
            for line in self.lines:
                if line.name:
                    self._index.setdefault(line.key, []).append(line)
        return [line for name in names for line in self._index.get(name, ())]

    def first(self, *names: str) -> Line | None:
        """The first property of these names."""
        return next(iter(self.named(*names)), None)

    def components(self, *names: str) -> list[Component]:
        """The components right inside it, of these names if any are given."""
        inner = [node for node in self.nodes if isinstance(node, Component)]
        return [node for node in inner if not names or node.name in names]

    def in_order(self, lines: list[Line]) -> list[Line]:
        """The lines sorted as they stand in the document."""
        return sorted(lines, key=self.nodes.index)

    # ------------------------------------------------------------------------------------ what lines say

    def text(self, line: Line) -> str:
        """The line's value as one text."""
        return self.unescape(line.value)

    def parts(self, line: Line) -> list[str]:
        """The fields of a structured value, each still escaped."""
        return split_value(line.value, ";")

    def items(self, line: Line) -> list[str]:
        """The members of a list value."""
        return [self.unescape(item).strip() for item in split_value(line.value, ",")]

    def unescape(self, text: str) -> str:
        """Plain text of an escaped one: lines separated by LF, without control characters."""
        if "\\" in text:
            text = _ESCAPED.sub(unescape_one, text)
        return text if text.isprintable() else clean(text)

    def escape(self, text: str) -> str:
        """The text as it may stand in a value; control characters, which none may have, are dropped."""
        text = clean(text).replace("\\", "\\\\").replace(";", "\\;")
        return text.replace(",", "\\,").replace("\n", "\\n")

    def escape_item(self, text: str) -> str:
        """The text as it may stand as a member of a list."""
        return self.escape(text)

    # --------------------------------------------------------------------------------------- editing

    def rewrite(self, line: Line, value: str, params: Params | None = None) -> Line:
        """Give a line another value (escaped already), and other parameters if given; the new line."""
        made = Line(b"", line.name, line.group, line.params if params is None else params, value)
        made = write_line(made, self.style)
        self.nodes[self.nodes.index(line)] = made
        self._moved()
        return made

    def add(self, name: str, value: str, params: Params = (), group: str = "") -> Line:
        """Add a property after the others, before the components at the end; the new line."""
        made = write_line(Line(b"", name, group, params, value), self.style)
        position = len(self.nodes)
        while position and isinstance(self.nodes[position - 1], Component):
            position -= 1
        self._insert(position, made)
        return made

    def add_component(self, component: Component) -> None:
        """Add a component at the end."""
        self._insert(len(self.nodes), component)

    def insert_component(self, component: Component, before: Component) -> None:
        """Add a component in front of another."""
        self._insert(self.nodes.index(before), component)

    def remove(self, node: Node) -> None:
        """Take a property or a component out."""
        self.nodes.remove(node)
        self._moved()

    def _insert(self, position: int, node: Node) -> None:
        self._end_last_line(position)
        self.nodes.insert(position, node)
        self._moved()

    def _end_last_line(self, position: int) -> None:
        """See that the line before a position ends, as the last of a document may not."""
        if position == 0:
            self._before[-1:] = [self._ended(line) for line in self._before[-1:]]
            return
        last = self.nodes[position - 1]
        if isinstance(last, Line):
            self.nodes[position - 1] = self._ended(last)
        else:
            last._end_itself()

    def _end_itself(self) -> None:
        if self._after:
            self._after[-1] = self._ended(self._after[-1])
        else:
            self._end_last_line(len(self.nodes))

    def _ended(self, line: Line) -> Line:
        if line.raw.endswith((b"\n", b"\r")):
            return line
        return Line(line.raw + self.style.newline, line.name, line.group, line.params, line.value)

    def _moved(self) -> None:
        self._index = None
        self.derived.clear()


Node: TypeAlias = Line | Component


def new_component(name: str, style: Style) -> Component:
    """A component without lines."""
    begin, end = (write_line(Line(b"", word, value=name), style) for word in ("BEGIN", "END"))
    return Component(name, [begin], [], [end], style)


def read_components(document: bytes) -> Component:
    """The document as a component without a name, whose `raw()` is the document.

    An END closes the nearest component of its name that is open, and those left open inside it; one that
    closes nothing is a line. A BEGIN of a name that is open already closes that one first: nothing in
    iCalendar contains its like.
    """
    lines = read_lines(document)
    style = style_of(lines)
    root = Component("", (), [], (), style)
    opened = [root]
    for line in lines:
        word, name = line.key, line.value.strip().upper()
        names = [component.name for component in opened]
        if word == "BEGIN" and name:
            if name in names:
                del opened[names.index(name) :]
            if len(opened) <= MOST_DEPTH:
                component = Component(name, [line], [], (), style)
                opened[-1].nodes.append(component)
                opened.append(component)
                continue
        elif word == "END" and name and name in names:
            position = names.index(name)
            opened[position]._after.append(line)
            del opened[position:]
            continue
        opened[-1].nodes.append(line)
    return root


def style_of(lines: Iterable[Line]) -> Style:
    """How new lines are to be ended: as the first line is."""
    first = next(iter(lines), None)
    return Style(
        b"\n" if first and not first.raw.endswith(b"\r\n") and first.raw.endswith(b"\n") else b"\r\n"
    )


class Words(Struct, frozen=True):
    """A field that is the members of list properties, however many lines they stand on."""

    name: str

    def read(self, item: Component) -> tuple[str, ...]:
        """The words, each once."""
        words = (word for line in item.named(self.name) for word in item.items(line) if word)
        return tuple(dict.fromkeys(words))

    def write(self, item: Component, value: object) -> None:
        """Put all on the first line there is; none takes the lines out."""
        lines = item.named(self.name)
        words = value if isinstance(value, tuple) else ()
        text = ",".join(item.escape_item(str(word)) for word in words)
        for line in lines[1:] if text else lines:
            item.remove(line)
        if text and lines:
            item.rewrite(lines[0], text)
        elif text:
            item.add(self.name, text)


# ------------------------------------------------------------------------------------------------- values


def split_value(value: str, separator: str) -> list[str]:
    """The fields of a value between separators that no backslash protects."""
    parts, start = [], 0
    for match in _SEPARATOR.finditer(value):
        if match.group() == separator:
            parts.append(value[start : match.start()])
            start = match.end()
    return [*parts, value[start:]]


def clean(text: str) -> str:
    """The text with LF for line ends, without control characters and halves of characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def unescape_one(match: re.Match[str]) -> str:
    """What an escaped character stands for."""
    return "\n" if match.group(1) in "nN" else match.group(1)


def as_octets(data: bytes) -> bytes:
    """The file in UTF-8 if its mark says UTF-16, else as it is, without a mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")
