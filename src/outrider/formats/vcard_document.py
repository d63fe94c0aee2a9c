"""A vCard under edit.

RFC 6350 (4.0), RFC 2426 (3.0), vCard 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from outrider.domain.errors import UnreadableError
from outrider.formats.components import Component, Node, as_octets, clean, style_of, unescape_one
from outrider.formats.contentlines import Line, Params, Style, read_lines

LABEL = "X-ABLABEL"  # the caption that Apple's address book gives to a group
_COMPANIONS = frozenset({LABEL, "X-ABADR"})  # mean nothing without the line they stand beside

_ESCAPED_21 = re.compile(r"\\([;,:\\nN])")  # no \n by the standard, but by many writers
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_\Z")


class Card(Component):
    """The first vCard of a document; `raw()` is the document with the changes made so far."""

    def __init__(self, document: bytes) -> None:
        lines = read_lines(document)
        start, end = _extent(lines)
        style = style_of(lines[start - 1 :])
        super().__init__("VCARD", lines[:start], _nodes(lines[start:end], style), lines[end:], style)
        self.version = self._version()
        self.style = Style(style.newline, quoted_printable=self.version == "2.1")

    def _version(self) -> str:
        stated = [line.value.strip() for line in self.named("VERSION")]
        if stated:
            return stated[0] if stated[0] in ("2.1", "4.0") else "3.0"
        bare = any(line.values("") for line in self.lines)
        return "2.1" if bare else "3.0"

    # ------------------------------------------------------------------------------------ what lines say

    def label(self, line: Line) -> str:
        """The caption given to the line's group, in upper case, without Apple's marks; empty if none."""
        if not line.group:
            return ""
        captions: dict[str, str] | None = self.derived.get(LABEL)
        if captions is None:
            captions = {label.group: label.value for label in reversed(self.named(LABEL))}
            self.derived[LABEL] = captions
        return _APPLE_LABEL.sub(r"\1", captions.get(line.group, "")).upper()

    def types(self, line: Line) -> frozenset[str]:
        """What kind of number or address a line is: its types and its label, in upper case, without "X-"
        prefixes."""
        words = (*line.values("TYPE"), *line.values(""), self.label(line))
        return frozenset(
            word.strip().upper().removeprefix("X-").removeprefix("EVOLUTION-")
            for words_ in words
            for word in words_.split(",")
            if word
        )

    def unescape(self, text: str) -> str:
        """Plain text of an escaped one: lines separated by LF, without control characters."""
        if self.version != "2.1":
            return super().unescape(text)
        return clean(_ESCAPED_21.sub(unescape_one, text))

    def escape(self, text: str) -> str:
        """The text as it may stand in a value; control characters, which no vCard may have, are dropped."""
        if self.version != "2.1":
            return super().escape(text)
        return clean(text).replace("\\", "\\\\").replace(";", "\\;")

    def escape_item(self, text: str) -> str:
        """The text as it may stand as a member of a list."""
        escaped = self.escape(text)
        return escaped.replace(",", "\\,") if self.version == "2.1" else escaped

    # --------------------------------------------------------------------------------------- editing

    def add_labelled(self, name: str, value: str, label: str) -> Line:
        """Add a property with a caption in a group of its own; the new line."""
        taken = {line.group.lower() for line in self.all_lines()}
        number = next(number for number in range(1, len(taken) + 2) if f"item{number}" not in taken)
        line = self.add(name, value, group=f"item{number}")
        self.add("X-ABLabel", label, group=f"item{number}")
        return line

    def remove(self, node: Node) -> None:
        """Take a property out, and what belonged to it alone."""
        super().remove(node)
        group = node.group if isinstance(node, Line) else ""
        rest = [line for line in self.lines if group and line.group == group]
        if all(line.key in _COMPANIONS for line in rest):
            for line in rest:
                super().remove(line)

    def type_params(self, types: Iterable[str]) -> Params:
        """The types as this version of vCard writes them."""
        words = tuple(types)
        if self.version == "2.1":
            return tuple(("", (word,)) for word in words)
        if self.version == "4.0":
            words = tuple(word.lower() for word in words)
        return (("TYPE", words),) if words else ()


def _extent(lines: list[Line]) -> tuple[int, int]:
    """The positions after BEGIN and of END."""
    begin = next((number for number, line in enumerate(lines) if _marks(line, "BEGIN")), None)
    if begin is None:
        raise UnreadableError("This contact is not a vCard: it has no line BEGIN:VCARD.")
    depth = 0
    for number in range(begin + 1, len(lines)):
        if _opens_nested(lines, number):
            depth += 1
        elif _marks(lines[number], "END"):
            if depth == 0:
                return begin + 1, number
            depth -= 1
    return begin + 1, len(lines)


def _nodes(lines: list[Line], style: Style) -> list[Node]:
    """The lines of a card; each AGENT whose value is a card is one component with it."""
    nodes: list[Node] = []
    inner: list[Line] = []
    depth = 0
    for number, line in enumerate(lines):
        if _opens_nested(lines, number):
            if not depth:
                nodes.pop()
                inner = [lines[number - 1]]
            depth += 1
        if not depth:
            nodes.append(line)
            continue
        inner.append(line)
        depth -= _marks(line, "END")
        if not depth:
            nodes.append(Component("AGENT", inner, [], (), style))
    return [*nodes, Component("AGENT", inner, [], (), style)] if depth else nodes


def _opens_nested(lines: list[Line], number: int) -> bool:
    """Whether a BEGIN starts the value of AGENT; any other inside a card is a slip of its writer."""
    before = lines[number - 1] if number else None
    agent = before is not None and before.key == "AGENT" and not before.value.strip()
    return agent and _marks(lines[number], "BEGIN")


def _marks(line: Line, name: str) -> bool:
    return line.key == name and line.value.strip().upper() == "VCARD"


def split_cards(data: bytes) -> list[bytes]:
    """The cards of a .vcf file, each as its own document with the bytes it had.

    A card without END ends where the next begins; what stands between cards is dropped.
    """
    cards: list[list[Line]] = []
    current: list[Line] | None = None
    depth = 0
    lines = read_lines(as_octets(data))
    for number, line in enumerate(lines):
        if current is not None and _opens_nested(lines, number):
            depth += 1
        elif _marks(line, "BEGIN") and not depth and (current is None or len(current) > 1):
            current = []
            cards.append(current)
        if current is None:
            continue
        current.append(line)
        if _marks(line, "END"):
            current, depth = (current, depth - 1) if depth else (None, 0)
    return [b"".join(line.raw for line in card) for card in cards]
