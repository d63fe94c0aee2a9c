"""Readable text for a WBXML document, for logs, the command line and the console, and the way back.

The text is XML: one element a line, a namespace prefix per code page. What XML cannot say stands in
attributes and elements of the prefix `wbxml`: opaque data (`wbxml:opaque="text"` or `"base64"`), text that is
empty or not allowed in XML (`wbxml:text="base64"`), several pieces in one element, an empty element that has
an END nevertheless, unknown tags.

`load(dump(data, tags), tags) == data` for documents as ActiveSync sends them: version 1.3, no string table,
inline strings, no needless page switch. Other documents come back in that shape with the same meaning.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from outrider.wbxml.reader import DEFAULT_LIMITS, OPEN, Buffer, Content, Event, Limits, read
from outrider.wbxml.tags import (
    END,
    FIRST_TOKEN,
    HAS_CONTENT,
    HEADER,
    OPAQUE,
    STR_I,
    SWITCH_PAGE,
    TOKEN_MASK,
    Tag,
)
from outrider.wbxml.writer import multibyte

_OURS: Final = "urn:wbxml"
_TEXT: Final = f"{{{_OURS}}}text"
_OPAQUE: Final = f"{{{_OURS}}}opaque"
_OPEN: Final = f"{{{_OURS}}}open"
_CUT: Final = f"{{{_OURS}}}cut"
_UNKNOWN: Final = re.compile(rf"\{{{_OURS}\}}tag-([0-9A-F]{{4}})")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def dump(
    data: Buffer, tags: Mapping[int, Tag], cut: int | None = None, limits: Limits = DEFAULT_LIMITS
) -> str:
    """Write a document as XML; raises WireError.

    With `cut`, content longer than so many characters or bytes is cut to that and marked; it cannot be loaded
    again then.
    """
    dumper = _Dumper(read(data, limits), tags, cut)
    lines = dumper.document()
    spaces = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in sorted(dumper.prefixes.items()))
    lines[0] = re.sub(r"^<[^\s/>]+", lambda match: match[0] + spaces, lines[0], count=1)
    return "\n".join(lines) + "\n"


class _Dumper:
    """One document on its way to text, and the prefixes it needs."""

    def __init__(self, events: Iterator[Event], tags: Mapping[int, Tag], cut: int | None) -> None:
        self._events = events
        self._tags = tags
        self._cut = cut
        self.prefixes: dict[str, str] = {}

    def document(self) -> list[str]:
        """The lines of the document."""
        return self._element(*next(self._events), 0)

    def _element(self, number: int, content: Content, depth: int) -> list[str]:
        name, indent = self._name(number), "  " * depth
        if content is None:
            return [f"{indent}<{name}/>"]
        if content is not OPEN:
            return [indent + self._leaf(name, content)]
        pieces = self._pieces(depth)
        if not pieces:
            return [f'{indent}<{name} {self._ours("open")}="true"/>']
        return [f"{indent}<{name}>", *pieces, f"{indent}</{name}>"]

    def _pieces(self, depth: int) -> list[str]:
        lines: list[str] = []
        for tag, content in self._events:
            if tag == END:
                return lines
            if isinstance(content, (str, memoryview)) and tag in (STR_I, OPAQUE):
                kind = self._ours("text" if tag == STR_I else "opaque")
                lines.append("  " * (depth + 1) + self._leaf(kind, content))
            else:
                lines += self._element(tag, content, depth + 1)
        return lines

    def _name(self, number: int) -> str:
        tag = self._tags.get(number)
        if tag is None or tag != number:
            return self._ours(f"tag-{number:04X}")
        prefix = type(tag).__name__
        self.prefixes[prefix] = prefix
        return f"{prefix}:{tag.name}"

    def _ours(self, name: str) -> str:
        self.prefixes["wbxml"] = _OURS
        return f"wbxml:{name}"

    def _leaf(self, name: str, content: str | memoryview) -> str:
        shown, marks = content, ""
        if self._cut is not None and len(content) > self._cut:
            shown = content[: self._cut]
            marks = f' {self._ours("cut")}="{len(content)}"'
        text = _readable(shown)
        if isinstance(content, memoryview):
            marks += f' {self._ours("opaque")}="{"base64" if text is None else "text"}"'
        elif text is None:
            marks += f' {self._ours("text")}="base64"'
        elif not text:
            marks += f' {self._ours("text")}="empty"'
        if text is None:
            raw = shown.encode() if isinstance(shown, str) else shown
            text = base64.b64encode(raw).decode()
        return f"<{name}{marks}>{escape(text, {chr(13): '&#13;'})}</{name}>"


def _readable(content: str | memoryview) -> str | None:
    """The content as text that XML allows, or None."""
    try:
        text = content if isinstance(content, str) else str(content, "utf-8")
    except UnicodeDecodeError:
        return None
    return None if _NOT_XML.search(text) else text


def load(text: str, tags: Mapping[int, Tag]) -> bytes:
    """Make a document of the text of `dump`; raises ValueError that says what is wrong with it."""
    try:
        root = ElementTree.fromstring(text, ElementTree.XMLParser(target=_NoDoctype()))
    except ElementTree.ParseError as error:
        raise ValueError(f"not XML: {error}") from None
    numbers = {f"{{{type(tag).__name__}}}{tag.name}": int(tag) for tag in tags.values()}
    loader = _Loader(numbers)
    loader.element(root, 1)
    return HEADER + bytes(loader.out)


class _NoDoctype(ElementTree.TreeBuilder):
    """Refuses document types and with them entity declarations."""

    def doctype(self, _name: str, _public: str, _system: str) -> None:
        raise ValueError("a dump has no document type")


class _Loader:
    """The bytes of one document, and the code page they have reached."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self._page = 0
        self.out = bytearray()

    def element(self, node: ElementTree.Element, depth: int) -> None:
        """Append an element with all that is in it."""
        if depth > DEFAULT_LIMITS.depth:
            raise ValueError("nested too deep")
        if node.tag in (_TEXT, _OPAQUE):
            self._piece(node, opaque=node.tag == _OPAQUE)
            return
        opaque = _OPAQUE in node.attrib
        leaf = not len(node) and (bool(node.text) or opaque or _TEXT in node.attrib)
        has_content = bool(leaf or len(node) or _OPEN in node.attrib)
        self._start(self._number(node.tag), has_content)
        if leaf:
            self._piece(node, opaque=opaque)
        for child in node:
            self.element(child, depth + 1)
        if has_content:
            self.out.append(END)

    def _number(self, name: str) -> int:
        unknown = _UNKNOWN.fullmatch(name)
        number = int(unknown[1], 16) if unknown else self._numbers.get(name)
        if number is None or not FIRST_TOKEN <= number & 0xFF <= TOKEN_MASK:
            raise ValueError(f"no such tag: {name}")
        return number

    def _start(self, number: int, has_content: bool) -> None:
        page = number >> 8
        if page != self._page:
            self._page = page
            self.out += bytes((SWITCH_PAGE, page))
        self.out.append(number & TOKEN_MASK | (HAS_CONTENT if has_content else 0))

    def _piece(self, node: ElementTree.Element, *, opaque: bool) -> None:
        data = _content(node)
        if opaque:
            self.out.append(OPAQUE)
            self.out += multibyte(len(data)) + data
        elif 0 in data:
            raise ValueError(f"{node.tag} has a NUL in its text")
        else:
            self.out.append(STR_I)
            self.out += data + b"\0"


def _content(node: ElementTree.Element) -> bytes:
    if _CUT in node.attrib:
        raise ValueError(f"the content of {node.tag} was cut")
    text = node.text or ""
    if "base64" not in (node.get(_OPAQUE), node.get(_TEXT)):
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(f"the content of {node.tag} is not base64") from None
