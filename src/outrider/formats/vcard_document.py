"""A vCard under edit: lines that stay as they are until one is replaced, removed or added.

RFC 6350 (4.0), RFC 2426 (3.0), vCard 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from outrider.domain.errors import UnreadableError
from outrider.formats.contentlines import Line, Params, Style, read_lines, write_line

LABEL = "X-ABLABEL"  # the caption that Apple's address book gives to a group
_COMPANIONS = frozenset({LABEL, "X-ABADR"})  # mean nothing without the line they stand beside

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_21 = re.compile(r"\\([;,:\\nN])")  # no \n by the standard, but by many writers
_SEPARATOR = re.compile(r"\\.|[;,]", re.DOTALL)
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_\Z")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Card:
    """The first vCard of a document; `raw()` is the document with the changes made so far.

    `derived` is for what others work out from the lines; every edit empties it.
    """

    def __init__(self, document: bytes) -> None:
        self._lines = read_lines(document)
        self._start, self._end = _extent(self._lines)
        self._nested = _nested(self._lines[self._start : self._end], self._start)
        self._index: dict[str, list[Line]] | None = None
        self.derived: dict[object, Any] = {}
        self.version = self._version()
        newline = b"\r\n" if self._lines[self._start - 1].raw.endswith(b"\r\n") else b"\n"
        self.style = Style(newline, quoted_printable=self.version == "2.1")

    def _version(self) -> str:
        stated = [line.value.strip() for line in self.named("VERSION")]
        if stated:
            return stated[0] if stated[0] in ("2.1", "4.0") else "3.0"
        bare = any(line.values("") for line in self._lines[self._start : self._end])
        return "2.1" if bare else "3.0"

    def raw(self) -> bytes:
        """The document as it stands now."""
        return b"".join(line.raw for line in self._lines)

    def named(self, *names: str) -> list[Line]:
        """The properties of these names, in the order of the document for each name."""
        index = self._by_name()
        return [line for name in names for line in index.get(name, ())]

    def in_order(self, lines: list[Line]) -> list[Line]:
        """The lines sorted as they stand in the document."""
        return sorted(lines, key=self._position)

    def _by_name(self) -> dict[str, list[Line]]:
        if self._index is None:
            self._index = {}
            for number, line in enumerate(self._lines[self._start : self._end], self._start):
                if line.name and number not in self._nested:
                    self._index.setdefault(line.key, []).append(line)
        return self._index

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

    def text(self, line: Line) -> str:
        """The line's value as one text."""
        return self.unescape(line.value)

    def parts(self, line: Line) -> list[str]:
        """The components of a structured value, each still escaped."""
        return _split(line.value, ";")

    def items(self, line: Line) -> list[str]:
        """The members of a list value."""
        return [self.unescape(item).strip() for item in _split(line.value, ",")]

    def unescape(self, text: str) -> str:
        """Plain text of an escaped one: lines separated by LF, without control characters."""
        if "\\" in text:
            text = (_ESCAPED_21 if self.version == "2.1" else _ESCAPED).sub(_unescape_one, text)
        return text if text.isprintable() else _clean(text)

    def escape(self, text: str) -> str:
        """The text as it may stand in a value; control characters, which no vCard may have, are dropped."""
        text = _clean(text).replace("\\", "\\\\").replace(";", "\\;")
        if self.version == "2.1":
            return text
        return text.replace(",", "\\,").replace("\n", "\\n")

    def escape_item(self, text: str) -> str:
        """The text as it may stand as a member of a list."""
        escaped = self.escape(text)
        return escaped.replace(",", "\\,") if self.version == "2.1" else escaped

    # --------------------------------------------------------------------------------------- editing

    def rewrite(self, line: Line, value: str, params: Params | None = None) -> Line:
        """Give a line another value (escaped already), and other parameters if given; the new line."""
        made = Line(b"", line.name, line.group, line.params if params is None else params, value)
        made = write_line(made, self.style)
        self._lines[self._position(line)] = made
        self._moved()
        return made

    def add(self, name: str, value: str, params: Params = (), group: str = "") -> Line:
        """Add a property at the end; the new line."""
        made = write_line(Line(b"", name, group, params, value), self.style)
        if self._end and not self._lines[self._end - 1].raw.endswith((b"\n", b"\r")):
            last = self._lines[self._end - 1]
            self._lines[self._end - 1] = Line(
                last.raw + self.style.newline, last.name, last.group, last.params, last.value
            )
        self._lines.insert(self._end, made)
        self._end += 1
        self._moved()
        return made

    def add_labelled(self, name: str, value: str, label: str) -> Line:
        """Add a property with a caption in a group of its own; the new line."""
        taken = {line.group.lower() for line in self._lines}
        number = next(number for number in range(1, len(taken) + 2) if f"item{number}" not in taken)
        line = self.add(name, value, group=f"item{number}")
        self.add("X-ABLabel", label, group=f"item{number}")
        return line

    def remove(self, line: Line) -> None:
        """Take a property out, and what belonged to it alone."""
        self._drop(line)
        rest = [other for other in self._lines if line.group and other.group == line.group]
        if all(other.key in _COMPANIONS for other in rest):
            for other in rest:
                self._drop(other)

    def _drop(self, line: Line) -> None:
        position = self._position(line)
        del self._lines[position]
        self._nested = {number - (number > position) for number in self._nested}
        self._end -= 1
        self._moved()

    def _position(self, line: Line) -> int:
        return self._lines.index(line, self._start, self._end)

    def _moved(self) -> None:
        self._index = None
        self.derived.clear()

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


def _nested(lines: list[Line], start: int) -> set[int]:
    """The positions of lines that belong to a card inside this one (AGENT)."""
    nested, depth = set(), 0
    for number, line in enumerate(lines):
        depth += _opens_nested(lines, number)
        if depth:
            nested.add(start + number)
        depth -= depth > 0 and _marks(line, "END")
    return nested


def _opens_nested(lines: list[Line], number: int) -> bool:
    """Whether a BEGIN starts the value of AGENT; any other inside a card is a slip of its writer."""
    before = lines[number - 1] if number else None
    agent = before is not None and before.key == "AGENT" and not before.value.strip()
    return agent and _marks(lines[number], "BEGIN")


def _marks(line: Line, name: str) -> bool:
    return line.key == name and line.value.strip().upper() == "VCARD"


def _split(value: str, separator: str) -> list[str]:
    parts, start = [], 0
    for match in _SEPARATOR.finditer(value):
        if match.group() == separator:
            parts.append(value[start : match.start()])
            start = match.end()
    return [*parts, value[start:]]


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _unescape_one(match: re.Match[str]) -> str:
    return "\n" if match.group(1) in "nN" else match.group(1)


def split_cards(data: bytes) -> list[bytes]:
    """The cards of a .vcf file, each as its own document with the bytes it had.

    A card without END ends where the next begins; what stands between cards is dropped.
    """
    cards: list[list[Line]] = []
    current: list[Line] | None = None
    depth = 0
    lines = read_lines(_as_octets(data))
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


def _as_octets(data: bytes) -> bytes:
    """The file in UTF-8 if its mark says UTF-16, else as it is, without a mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")
