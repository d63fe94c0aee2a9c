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

A `Reader` gives the same events one by one, and can go back to a mark. Most elements of a document hold one
string; `Reader.texts` takes those that its caller expects, many at a time, and leaves whatever else there is,
errors above all, to `Reader.event`.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial
from mmap import mmap
from typing import Any, Final, Literal, NamedTuple, TypeAlias

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

_LEFT: Final = (END, None)
_PIECES: Final = (STR_I, OPAQUE)
_VERSIONS: Final = (0x01, 0x02, 0x03)
_SCAN: Final = 4096

# By tag: the name of an element, and what makes a value of its text; None keeps the text as it is.
Texts: TypeAlias = Mapping[int, tuple[str, Callable[[str], Any] | None]]


def read(data: Buffer, limits: Limits = DEFAULT_LIMITS) -> Iterator[Event]:
    """Give the events of a document, from the start of its root to its end."""
    reader = Reader(data, limits)
    yield reader.root()
    while reader.depth:
        yield reader.event()


# A place in a document that the reading can go back to.
Mark: TypeAlias = tuple[int, int, int, int, int]


class Reader:
    """A cursor over a document; `depth` is how many elements are open."""

    __slots__ = (
        "_at",
        "_data",
        "_find",
        "_limits",
        "_page",
        "_quick",
        "_spare",
        "_table",
        "_table_text",
        "_view",
        "depth",
    )

    def __init__(self, data: Buffer, limits: Limits = DEFAULT_LIMITS) -> None:
        self._data = data
        self._view = memoryview(data)
        self._find: Callable[[bytes, int], int] = (
            partial(_find, data) if isinstance(data, memoryview) else data.find
        )
        self._limits = limits
        # What can search and decode by itself, and is too short for a text that is too long.
        self._quick = data if not isinstance(data, memoryview) and len(data) <= limits.text else None
        self._spare = limits.elements
        self._table = b""
        self._table_text = 0
        self._at = 0
        self._page = 0
        self.depth = 0

    def root(self) -> Event:
        """Read the header and the start of the root element."""
        self._read_header()
        event = self.event()
        if event[0] in (END, STR_I, OPAQUE):
            raise WireError("no root element", self._at)
        if event[1] is not OPEN and self._at != len(self._view):
            raise WireError("bytes after the document", self._at)
        return event

    def event(self) -> Event:
        """Read one token, and the content if that makes it a whole element."""
        data, at = self._data, self._at
        try:
            while (token := data[at]) == SWITCH_PAGE:
                self._page = data[at + 1] << 8
                at += 2
            if not self._spare:
                raise WireError("too many elements", at)
            self._spare -= 1
            self._at = at + 1
            if token == END:
                return self._leave()
            if token >= HAS_ATTRIBUTES or token & TOKEN_MASK < FIRST_TOKEN:
                return self._not_element(token)
            if token < HAS_CONTENT:
                return self._page | token, None
            first = data[at + 1]
            if first in _PIECES:
                return self._page | token & TOKEN_MASK, self._content(first)
            return self._page | token & TOKEN_MASK, self._open()
        except IndexError:
            raise WireError("document ends early", len(self._view)) from None

    def texts(self, known: Texts, values: dict[str, Any]) -> Event:
        """Put the elements with one string that come next into `values`, and read the event after them.

        `known` says which, by tag with `HAS_CONTENT` set. One that is empty, that comes again, or whose text
        is refused with a ValueError is not taken: it is the event.
        """
        data, field_of = self._quick, known.get
        if data is None:
            return self.event()
        at, page, spare, find = self._at, self._page, self._spare, data.find
        try:
            while spare:
                while (token := data[at]) == SWITCH_PAGE:
                    page = data[at + 1] << 8
                    at += 2
                field = field_of(page | token)
                if field is None:
                    if token != END or self.depth < 2:
                        break
                    self._at, self._page, self._spare = at + 1, page, spare - 1
                    self.depth -= 1
                    return _LEFT
                name, parse = field
                if data[at + 1] != STR_I or name in values:
                    break
                start = at + 2
                end = find(b"\0", start)
                if end <= start or data[end + 1] != END:
                    break
                text = data[start:end].decode()
                values[name] = text if parse is None else parse(text)
                at = end + 2
                spare -= 1
        except (IndexError, ValueError):
            pass
        self._at, self._page, self._spare = at, page, spare
        return self.event()

    def peek(self) -> int:
        """Say which tag comes next, without going on; what is no element has no tag's number."""
        data, at, page = self._data, self._at, self._page
        try:
            while (token := data[at]) == SWITCH_PAGE:
                page = data[at + 1] << 8
                at += 2
        except IndexError:
            return END
        return page | token & TOKEN_MASK

    def mark(self) -> Mark:
        """Note the place, to go back to."""
        return self._at, self._page, self.depth, self._spare, self._table_text

    def back(self, mark: Mark) -> None:
        """Go back to a place, and read from there again."""
        self._at, self._page, self.depth, self._spare, self._table_text = mark

    def pass_over(self) -> None:
        """Read to the end of the element opened last."""
        outside = self.depth - 1
        while self.depth > outside:
            self.event()

    def _read_header(self) -> None:
        """Read version, public identifier, character set and string table."""
        view = self._view
        if not len(view):
            raise WireError("empty document", 0)
        if len(view) > self._limits.total:
            raise WireError("document too long", self._limits.total)
        if view[0] not in _VERSIONS:
            raise WireError("not WBXML 1.1 to 1.3", 0)
        self._at = 1
        public_id_entry = self._number() if not self._number() else None
        charset_at = self._at
        if self._number() != UTF_8:
            raise WireError("not UTF-8", charset_at)
        length_at = self._at
        length = self._number()
        end = self._at + length
        if end > len(view):
            raise WireError("string table longer than the document", length_at)
        if length > self._limits.text:
            raise WireError("string table too long", length_at)
        self._table = bytes(view[self._at : end])
        self._at = end
        if public_id_entry is not None and public_id_entry >= length:
            raise WireError("public identifier not in the string table", 1)

    def _content(self, token: int) -> Content:
        """Read the string or opaque piece that the element just started has, if it has nothing else."""
        inside = self._at
        self._at += 1
        content = self._string() if token == STR_I else self._opaque()
        if self._data[self._at] == END:
            self._at += 1
            return content
        self._at = inside
        return self._open()

    def _open(self) -> Literal[_Mark.OPEN]:
        if self.depth >= self._limits.depth:
            raise WireError("nested too deep", self._at - 1)
        self.depth += 1
        return OPEN

    def _not_element(self, token: int) -> Event:
        if token == STR_I:
            return STR_I, self._string()
        if token == OPAQUE:
            return OPAQUE, self._opaque()
        if token == STR_T:
            return STR_I, self._table_string()
        if token == ENTITY:
            return STR_I, self._entity()
        said = "attributes" if token & TOKEN_MASK >= FIRST_TOKEN else f"token {token:#04x}"
        raise WireError(f"{said} in an ActiveSync document", self._at - 1)

    def _leave(self) -> Event:
        if not self.depth:
            raise WireError("END without an element", self._at - 1)
        self.depth -= 1
        if not self.depth and self._at != len(self._view):
            raise WireError("bytes after the document", self._at)
        return _LEFT

    def _byte(self, at: int) -> int:
        if at >= len(self._view):
            raise WireError("document ends early", len(self._view))
        return self._view[at]

    def _string(self) -> str:
        start = self._at
        end = self._find(b"\0", start)
        if end < 0:
            raise WireError("document ends early", len(self._view))
        if end - start > self._limits.text:
            raise WireError("text too long", start)
        self._at = end + 1
        try:
            return str(self._data[start:end], "utf-8")
        except UnicodeDecodeError as error:
            raise WireError("not UTF-8", start + error.start) from None

    def _opaque(self) -> memoryview:
        at = self._at
        length = self._number()
        start = self._at
        if length > self._limits.opaque:
            raise WireError("opaque data too long", at)
        if start + length > len(self._view):
            raise WireError("document ends early", len(self._view))
        self._at = start + length
        return self._view[start : self._at]

    def _table_string(self) -> str:
        at = self._at
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
        at = self._at
        number = self._number()
        if not _is_xml_character(number):
            raise WireError("entity is not a character", at)
        return chr(number)

    def _number(self) -> int:
        start, value = self._at, 0
        if (byte := self._byte(start)) < 0x80:
            self._at = start + 1
            return byte
        for at in range(start, start + 5):
            byte = self._byte(at)
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                break
        if byte >= 0x80 or value > 0xFFFF_FFFF:
            raise WireError("integer too long", start)
        self._at = at + 1
        return value


def _find(view: memoryview, _: bytes, start: int) -> int:
    """Find the next NUL in a buffer that cannot search by itself."""
    for at in range(start, len(view), _SCAN):
        found = bytes(view[at : at + _SCAN]).find(0)
        if found >= 0:
            return at + found
    return -1


def _is_xml_character(number: int) -> bool:
    """XML 1.0, Characters."""
    return (
        number in (0x09, 0x0A, 0x0D)
        or 0x20 <= number <= 0xD7FF
        or 0xE000 <= number <= 0xFFFD
        or 0x10000 <= number <= 0x10FFFF
    )
