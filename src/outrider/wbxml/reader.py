"""A cursor over the bytes of a WBXML document.

It reads any buffer in place: text is decoded, opaque data handed out as slices of the buffer, and nothing
is kept. Any input that is not well-formed, or passes a limit, raises `WireError` with its offset and
nothing else.

    reader = Reader(data)
    root = reader.root()                      # the root's tag; the cursor stands in its content
    while (tag := reader.child()) != END:     # the next child element; END leaves the current element
        content = reader.leaf()               # str, memoryview or None; leaves the child
        ...                                   # or reader.skip(), or another loop over child()

Every opened element is left exactly once, an empty one too. `step()` gives the events one by one.
"""

from collections.abc import Callable
from functools import partial
from mmap import mmap
from typing import Final, NamedTuple

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

Buffer = bytes | bytearray | memoryview | mmap

_VERSIONS: Final = (0x01, 0x02, 0x03)
_SCAN: Final = 4096


class Limits(NamedTuple):
    """What a document may cost; lengths in bytes, `elements` counts pieces of content too."""

    total: int = 256 * 1024 * 1024
    depth: int = 64
    elements: int = 200_000
    text: int = 64 * 1024 * 1024
    opaque: int = 256 * 1024 * 1024


DEFAULT_LIMITS: Final = Limits()


class Reader:
    """A cursor over one document; the module's text says how to walk it."""

    __slots__ = (
        "_data",
        "_elements",
        "_find",
        "_limits",
        "_page",
        "_pos",
        "_table",
        "_table_text",
        "_view",
        "content",
        "depth",
        "empty",
        "ignored",
    )

    def __init__(self, data: Buffer, limits: Limits = DEFAULT_LIMITS) -> None:
        self._data = data
        self._view = memoryview(data)
        self._find: Callable[[bytes, int], int] = (
            partial(_find, data) if isinstance(data, memoryview) else data.find
        )
        self._limits = limits
        self._pos = 0
        self._page = 0
        self._elements = 0
        self._table = b""
        self._table_text = 0
        #: How many elements are open: opened and not yet left.
        self.depth = 0
        #: Whether the element just opened has no content.
        self.empty = False
        #: What the last `step` found: str for STR_I, memoryview for OPAQUE.
        self.content: str | memoryview = ""
        #: Elements passed over because they stood inside a leaf.
        self.ignored = 0
        if len(self._view) > limits.total:
            raise WireError("document too long", limits.total)
        self._read_header()

    @property
    def offset(self) -> int:
        """Where the cursor stands, in bytes from the start."""
        return self._pos

    def root(self) -> int:
        """Open the root element and return its tag."""
        tag = self.step()
        if tag in (END, STR_I, OPAQUE):
            raise WireError("no root element", self._pos)
        return tag

    def step(self) -> int:
        """Advance to the next event: the tag of an element, STR_I or OPAQUE (see `content`), or END."""
        if self.empty:
            return self._leave()
        token = self._token()
        low = token & TOKEN_MASK
        if low >= FIRST_TOKEN:
            return self._open(token)
        if token == END:
            if not self.depth:
                raise WireError("END without an element", self._pos - 1)
            return self._leave()
        return self._read_content(token)

    def child(self) -> int:
        """Open the next child of the current element and return its tag; at its end, leave it and return END.

        Text between the children of an element has no meaning in ActiveSync and is passed over.
        """
        while (tag := self.step()) in (STR_I, OPAQUE):
            pass
        return tag

    def leaf(self) -> str | memoryview | None:
        """Read what is in the element just opened and leave it: text, opaque data, or None for nothing.

        Several pieces are joined: to text if all of them are text, else to bytes. Elements inside are passed
        over and counted in `ignored`.
        """
        if self.empty:
            self._leave()
            return None
        data = self._data
        start = self._pos + 1
        try:
            if data[start - 1] == STR_I:
                end = self._find(b"\0", start)
                if end >= 0 and data[end + 1] == END:
                    text = self._text(start, end)
                    self._pos = end + 2
                    self._leave()
                    return text
        except IndexError:
            raise WireError("document ends early", len(self._view)) from None
        return self._read_pieces()

    def skip(self) -> None:
        """Leave the current element, with all that is still in it."""
        outside = self.depth - 1
        while self.depth > outside:
            self.step()

    def at_text(self) -> bool:
        """Say whether the current element continues with text or opaque data, without moving on."""
        if self.empty:
            return False
        at = self._pos
        view = self._view
        while at + 2 < len(view) and view[at] == SWITCH_PAGE:
            at += 2
        return at < len(view) and view[at] in (STR_I, STR_T, ENTITY, OPAQUE)

    def mark(self) -> tuple[int, int, int, int, bool]:
        """Remember where the cursor stands, for `rewind`."""
        return self._pos, self._page, self.depth, self._elements, self.empty

    def rewind(self, mark: tuple[int, int, int, int, bool]) -> None:
        """Go back to where `mark` was called."""
        self._pos, self._page, self.depth, self._elements, self.empty = mark

    def _read_header(self) -> None:
        data = self._view
        if not len(data):
            raise WireError("empty document", 0)
        if data[0] not in _VERSIONS:
            raise WireError("not WBXML 1.1 to 1.3", 0)
        self._pos = 1
        public_id_entry = self._number() if not self._number() else None
        charset_at = self._pos
        if self._number() != UTF_8:
            raise WireError("not UTF-8", charset_at)
        length_at = self._pos
        length = self._number()
        end = self._pos + length
        if end > len(data):
            raise WireError("string table longer than the document", length_at)
        if length > self._limits.text:
            raise WireError("string table too long", length_at)
        self._table = bytes(data[self._pos : end])
        self._pos = end
        if public_id_entry is not None and public_id_entry >= length:
            raise WireError("public identifier not in the string table", 1)

    def _token(self) -> int:
        data, at = self._data, self._pos
        try:
            token = data[at]
            while token == SWITCH_PAGE:
                self._page = data[at + 1] << 8
                at += 2
                token = data[at]
        except IndexError:
            raise WireError("document ends early", len(self._view)) from None
        self._pos = at + 1
        return token

    def _open(self, token: int) -> int:
        if token & HAS_ATTRIBUTES:
            raise WireError("attributes", self._pos - 1)
        self._count()
        self.depth += 1
        if self.depth > self._limits.depth:
            raise WireError("nested too deep", self._pos - 1)
        self.empty = not token & HAS_CONTENT
        return self._page | token & TOKEN_MASK

    def _leave(self) -> int:
        self.empty = False
        self.depth -= 1
        if not self.depth and self._pos != len(self._view):
            raise WireError("bytes after the document", self._pos)
        return END

    def _count(self) -> None:
        self._elements += 1
        if self._elements > self._limits.elements:
            raise WireError("too many elements", self._pos - 1)

    def _read_content(self, token: int) -> int:
        self._count()
        if token == STR_I:
            start = self._pos
            end = self._find(b"\0", start)
            if end < 0:
                raise WireError("document ends early", len(self._view))
            self.content = self._text(start, end)
            self._pos = end + 1
            return STR_I
        if token == OPAQUE:
            self.content = self._opaque()
            return OPAQUE
        if token == STR_T:
            self.content = self._table_string()
            return STR_I
        if token == ENTITY:
            self.content = self._entity()
            return STR_I
        raise WireError(f"token {token:#04x} has no place in ActiveSync", self._pos - 1)

    def _text(self, start: int, end: int) -> str:
        if end - start > self._limits.text:
            raise WireError("text too long", start)
        try:
            return str(self._data[start:end], "utf-8")
        except UnicodeDecodeError as error:
            raise WireError("not UTF-8", start + error.start) from None

    def _opaque(self) -> memoryview:
        at = self._pos
        length = self._number()
        start = self._pos
        if length > self._limits.opaque:
            raise WireError("opaque data too long", at)
        if start + length > len(self._view):
            raise WireError("document ends early", len(self._view))
        self._pos = start + length
        return self._view[start : self._pos]

    def _table_string(self) -> str:
        at = self._pos
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
        at = self._pos
        number = self._number()
        if not _is_xml_character(number):
            raise WireError("entity is not a character", at)
        return chr(number)

    def _number(self) -> int:
        data, start, value = self._view, self._pos, 0
        for at in range(start, min(start + 5, len(data))):
            byte = data[at]
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                if value > 0xFFFF_FFFF:
                    break
                self._pos = at + 1
                return value
        if len(data) < start + 5 and value <= 0xFFFF_FFFF:
            raise WireError("document ends early", len(data))
        raise WireError("integer too long", start)

    def _read_pieces(self) -> str | memoryview | None:
        pieces: list[str | memoryview] = []
        while (event := self.step()) != END:
            if event in (STR_I, OPAQUE):
                pieces.append(self.content)
            else:
                self.skip()
                self.ignored += 1
        return _join(pieces) if pieces else None


def _find(view: memoryview, _: bytes, start: int) -> int:
    """Find the next NUL in a buffer that cannot search by itself."""
    for at in range(start, len(view), _SCAN):
        found = bytes(view[at : at + _SCAN]).find(0)
        if found >= 0:
            return at + found
    return -1


def _join(pieces: list[str | memoryview]) -> str | memoryview:
    if len(pieces) == 1:
        return pieces[0]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(texts) == len(pieces):
        return "".join(texts)
    return memoryview(b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces))


def _is_xml_character(number: int) -> bool:
    """XML 1.0, Characters."""
    return (
        number in (0x09, 0x0A, 0x0D)
        or 0x20 <= number <= 0xD7FF
        or 0xE000 <= number <= 0xFFFD
        or 0x10000 <= number <= 0x10FFFF
    )
