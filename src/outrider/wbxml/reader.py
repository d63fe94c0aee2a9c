r"""The events of a WBXML document, read from any buffer in place.

    for tag, content in read(data):
        ...

    (tag, OPEN)             an element with children or pieces of content, which follow, up to (END, None)
    (tag, str)              a whole element that holds one string
    (tag, memoryview)       a whole element that holds opaque data: a slice of the buffer, not a copy
    (tag, None)             a whole element without content
    (STR_I, str)            a piece of text in an open element
    (OPAQUE, memoryview)    a piece of opaque data in an open element
    (END, None)             the end of the open element

Any input that is not well-formed, or passes a limit, raises `WireError` with its offset and nothing else; the
last END is only given if nothing follows it.

Nearly all of a document is made of four kinds of token: a whole element with a short string, an empty
element, the start of an element, an END. A run of these is found and cut by regular expressions, many tokens
at a time; everything else is read token by token.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import partial
from itertools import islice
from mmap import mmap
from typing import Final, Literal, NamedTuple, TypeAlias

from outrider.wbxml.tags import (
    END,
    ENTITY,
    FIRST_TOKEN,
    HAS_ATTRIBUTES,
    HAS_CONTENT,
    OPAQUE,
    STR_I,
    STR_T,
    SWITCH_PAGE,
    TOKEN_MASK,
    UTF_8,
    WireError,
)


class _Mark(Enum):
    OPEN = "open"


OPEN: Final = _Mark.OPEN

Buffer: TypeAlias = bytes | bytearray | memoryview | mmap
Content: TypeAlias = str | memoryview | Literal[_Mark.OPEN] | None
Event: TypeAlias = tuple[int, Content]


class Limits(NamedTuple):
    """What a document may cost; lengths in bytes, `elements` counts ends and pieces of content too."""

    total: int = 256 * 1024 * 1024
    depth: int = 64
    elements: int = 500_000
    text: int = 64 * 1024 * 1024
    opaque: int = 256 * 1024 * 1024


DEFAULT_LIMITS: Final = Limits()

_VERSIONS: Final = (0x01, 0x02, 0x03)
_SCAN: Final = 4096

# A common token, after the page switch that may precede it: an element with one string, or else an END, an
# empty element or a start. It serves for bytes and for the text decoded from them: all tokens are ASCII.
_COMMON: Final = (
    r"(?:\x00([\x00-\x7f]))?"
    r"(?:([\x45-\x7f])\x03([^\x00]{0,4096})\x00\x01|([\x01\x05-\x3f]|[\x45-\x7f](?![\x02\x03\x83\xc3])))"
)
_TOKEN: Final = re.compile(_COMMON)
_TOKEN_BYTES: Final = re.compile(_COMMON.encode())
_RUN: Final = re.compile(f"(?:{_COMMON.replace('([', '(?:[')}){{1,512}}".encode())
_END: Final = chr(END)
_TOKENS: Final = {chr(token | HAS_CONTENT): token for token in range(FIRST_TOKEN, TOKEN_MASK + 1)}


def read(data: Buffer, limits: Limits = DEFAULT_LIMITS) -> Iterator[Event]:
    """Give the events of a document, from the start of its root to its end."""
    cursor = _Cursor(data, limits)
    cursor.read_header()
    root = cursor.root()
    yield root
    if root[1] is not OPEN:
        return
    while cursor.depth:
        run = _RUN.match(data, cursor.at)
        if run is None:
            yield cursor.single()
            continue
        start = cursor.at
        tokens = cursor.split(run.end())
        page, depth, rest = cursor.page, cursor.depth, iter(tokens)
        for switch, leaf, text, other in rest:
            if switch:
                page = ord(switch) << 8
            if leaf:
                yield page | _TOKENS[leaf], text
            elif other == _END:
                depth -= 1
                if not depth:
                    cursor.finish(start, len(tokens) - len(list(rest)))
                yield END, None
            elif other < "@":
                yield page | ord(other), None
            else:
                depth += 1
                if depth > limits.depth:
                    raise WireError("nested too deep", _end(data, start, len(tokens) - len(list(rest))) - 1)
                yield page | _TOKENS[other], OPEN
        cursor.page, cursor.depth = page, depth


class _Cursor:
    """Where the reading of a document stands; it reads the tokens that are not in a run."""

    __slots__ = (
        "_data",
        "_find",
        "_limits",
        "_spare",
        "_table",
        "_table_text",
        "_view",
        "at",
        "depth",
        "page",
    )

    def __init__(self, data: Buffer, limits: Limits) -> None:
        self._data = data
        self._view = memoryview(data)
        self._find: Callable[[bytes, int], int] = (
            partial(_find, data) if isinstance(data, memoryview) else data.find
        )
        self._limits = limits
        self._spare = limits.elements
        self._table = b""
        self._table_text = 0
        self.at = 0
        self.page = 0
        self.depth = 0

    def read_header(self) -> None:
        """Read version, public identifier, character set and string table."""
        view = self._view
        if not len(view):
            raise WireError("empty document", 0)
        if len(view) > self._limits.total:
            raise WireError("document too long", self._limits.total)
        if view[0] not in _VERSIONS:
            raise WireError("not WBXML 1.1 to 1.3", 0)
        self.at = 1
        public_id_entry = self._number() if not self._number() else None
        charset_at = self.at
        if self._number() != UTF_8:
            raise WireError("not UTF-8", charset_at)
        length_at = self.at
        length = self._number()
        end = self.at + length
        if end > len(view):
            raise WireError("string table longer than the document", length_at)
        if length > self._limits.text:
            raise WireError("string table too long", length_at)
        self._table = bytes(view[self.at : end])
        self.at = end
        if public_id_entry is not None and public_id_entry >= length:
            raise WireError("public identifier not in the string table", 1)

    def root(self) -> Event:
        """Read the start of the root element."""
        event = self.single()
        if event[0] in (END, STR_I, OPAQUE):
            raise WireError("no root element", self.at)
        if event[1] is not OPEN and self.at != len(self._view):
            raise WireError("bytes after the document", self.at)
        return event

    def split(self, end: int) -> list[tuple[str, str, str, str]]:
        """Cut the run of common tokens up to `end`: page switch, element with a string, the string, other."""
        start, self.at = self.at, end
        try:
            text = str(self._data[start:end], "utf-8")
        except UnicodeDecodeError as error:
            raise WireError("not UTF-8", start + error.start) from None
        tokens: list[tuple[str, str, str, str]] = _TOKEN.findall(text)
        if len(tokens) > self._spare:
            raise WireError("too many elements", _end(self._data, start, self._spare))
        self._spare -= len(tokens)
        return tokens

    def finish(self, start: int, count: int) -> None:
        """Check that the `count`-th token of the run from `start` is the last of the document."""
        end = _end(self._data, start, count)
        if end != len(self._view):
            raise WireError("bytes after the document", end)

    def single(self) -> Event:
        """Read one token, and the content if that makes it a whole element."""
        self._switch_page()
        at = self.at
        token = self._byte(at)
        if not self._spare:
            raise WireError("too many elements", at)
        self._spare -= 1
        self.at = at + 1
        if token >= HAS_ATTRIBUTES or token & TOKEN_MASK < FIRST_TOKEN:
            return self._not_element(token)
        tag = self.page | token & TOKEN_MASK
        if token < HAS_CONTENT:
            return tag, None
        return self._start(tag)

    def _start(self, tag: int) -> Event:
        inside = self.at
        if self._byte(inside) in (STR_I, OPAQUE):
            self.at += 1
            content = self._string() if self._byte(inside) == STR_I else self._opaque()
            if self._byte(self.at) == END:
                self.at += 1
                return tag, content
            self.at = inside
        if self.depth >= self._limits.depth:
            raise WireError("nested too deep", inside - 1)
        self.depth += 1
        return tag, OPEN

    def _not_element(self, token: int) -> Event:
        if token == END:
            return self._leave()
        if token == STR_I:
            return STR_I, self._string()
        if token == OPAQUE:
            return OPAQUE, self._opaque()
        if token == STR_T:
            return STR_I, self._table_string()
        if token == ENTITY:
            return STR_I, self._entity()
        said = "attributes" if token & TOKEN_MASK >= FIRST_TOKEN else f"token {token:#04x}"
        raise WireError(f"{said} in an ActiveSync document", self.at - 1)

    def _leave(self) -> Event:
        if not self.depth:
            raise WireError("END without an element", self.at - 1)
        self.depth -= 1
        if not self.depth and self.at != len(self._view):
            raise WireError("bytes after the document", self.at)
        return END, None

    def _switch_page(self) -> None:
        while self._byte(self.at) == SWITCH_PAGE:
            self.page = self._byte(self.at + 1) << 8
            self.at += 2

    def _byte(self, at: int) -> int:
        if at >= len(self._view):
            raise WireError("document ends early", len(self._view))
        return self._view[at]

    def _string(self) -> str:
        start = self.at
        end = self._find(b"\0", start)
        if end < 0:
            raise WireError("document ends early", len(self._view))
        if end - start > self._limits.text:
            raise WireError("text too long", start)
        self.at = end + 1
        try:
            return str(self._data[start:end], "utf-8")
        except UnicodeDecodeError as error:
            raise WireError("not UTF-8", start + error.start) from None

    def _opaque(self) -> memoryview:
        at = self.at
        length = self._number()
        start = self.at
        if length > self._limits.opaque:
            raise WireError("opaque data too long", at)
        if start + length > len(self._view):
            raise WireError("document ends early", len(self._view))
        self.at = start + length
        return self._view[start : self.at]

    def _table_string(self) -> str:
        at = self.at
        start = self._number()
        end = self._table.find(0, start)
        if end < 0:
            raise WireError("not in the string table", at)
        # A short reference may stand for long text, so what all of them stand for is limited as well.
        self._table_text += end - start
        if self._table_text > self._limits.text:
            raise WireError("text too long", at)
        try:
            return self._table[start:end].decode()
        except UnicodeDecodeError:
            raise WireError("not UTF-8", at) from None

    def _entity(self) -> str:
        at = self.at
        number = self._number()
        if not _is_xml_character(number):
            raise WireError("entity is not a character", at)
        return chr(number)

    def _number(self) -> int:
        start, value = self.at, 0
        for at in range(start, start + 5):
            byte = self._byte(at)
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                break
        if byte >= 0x80 or value > 0xFFFF_FFFF:
            raise WireError("integer too long", start)
        self.at = at + 1
        return value


def _find(view: memoryview, _: bytes, start: int) -> int:
    """Find the next NUL in a buffer that cannot search by itself."""
    for at in range(start, len(view), _SCAN):
        found = bytes(view[at : at + _SCAN]).find(0)
        if found >= 0:
            return at + found
    return -1


def _end(data: Buffer, start: int, count: int) -> int:
    """Where the `count`-th token of a run ends."""
    return max((token.end() for token in islice(_TOKEN_BYTES.finditer(data, start), count)), default=start)


def _is_xml_character(number: int) -> bool:
    """XML 1.0, Characters."""
    return (
        number in (0x09, 0x0A, 0x0D)
        or 0x20 <= number <= 0xD7FF
        or 0xE000 <= number <= 0xFFFD
        or 0x10000 <= number <= 0x10FFFF
    )
