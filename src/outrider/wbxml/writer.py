"""Writing a WBXML document as ActiveSync wants it: 03 01 6A 00, no string table, inline strings, opaque data.

    writer = Writer()
    writer.open(AirSync.Sync)
    writer.text(AirSync.SyncKey, "1")
    writer.close()
    encoded = writer.finish()        # len(encoded) is the Content-Length; iterate for chunks; bytes(encoded)

What is small is written at once. A `Source`, and any large buffer, is only noted with its length and pulled
while the chunks are taken, so a large attachment is never held.
"""

import binascii
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from outrider.wbxml.tags import END, HAS_CONTENT, HEADER, OPAQUE, STR_I, SWITCH_PAGE, TOKEN_MASK, WireError

CHUNK: Final = 64 * 1024

# Base64 is made of multiples of 57 bytes, so that only the last chunk has padding.
_BASE64_BLOCK: Final = 57 * 840

# What XML 1.0 does not allow in text: control characters, and U+FFFE and U+FFFF in UTF-8.
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NOT_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_THEIR_FIRST_BYTE: Final = b"\xef"

# Up to here it is cheaper to see that text is printable, and so valid, than to filter its bytes.
_SHORT: Final = 100

_END: Final = bytes((END,))
_END_OF_TEXT: Final = bytes((0, END))
_OPAQUE: Final = bytes((OPAQUE,))
_SWITCHES: Final = tuple(bytes((SWITCH_PAGE, page)) for page in range(256))
_EMPTIES: Final = tuple(bytes((token,)) for token in range(TOKEN_MASK + 1))
_STARTS: Final = tuple(bytes((token | HAS_CONTENT,)) for token in range(TOKEN_MASK + 1))
_TEXT_STARTS: Final = tuple(bytes((token | HAS_CONTENT, STR_I)) for token in range(TOKEN_MASK + 1))


class Source(Protocol):
    """Data whose length is known beforehand; it is pulled anew each time the document is iterated."""

    @property
    def length(self) -> int:
        """Its length in bytes."""

    def chunks(self) -> Iterable[bytes | memoryview]:
        """Its bytes from the start, in pieces of any size."""


class Encoded:
    """A finished document: its length, and its bytes in chunks of at most 64 KiB."""

    __slots__ = ("_length", "_pieces")

    def __init__(self, pieces: "list[_Held | _Pulled | _PulledBase64]") -> None:
        self._pieces = pieces
        self._length = sum(piece.length for piece in pieces)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            yield from piece.chunks()

    def __bytes__(self) -> bytes:
        match self._pieces:
            case [_Held(data=bytes() as data)]:
                return data
        return b"".join(self)


class Writer:
    """Puts elements into a document in the order of the calls; a tag is its number (`Tag`)."""

    __slots__ = ("_depth", "_opened", "_page", "_parts", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[_Held | _Pulled | _PulledBase64] = []
        self._parts = [HEADER]
        self._page = 0
        self._depth = 0
        self._opened = 0

    def open(self, tag: int) -> None:
        """Start an element that has children."""
        self._switch(tag)
        self._parts.append(_STARTS[tag & TOKEN_MASK])
        self._depth += 1
        self._opened = len(self._parts)

    def close(self) -> None:
        """End the element opened last; one that got no children becomes an empty tag."""
        self._depth -= 1
        if self._opened == len(self._parts):
            self._parts[-1] = _EMPTIES[self._parts[-1][0] & TOKEN_MASK]
            self._opened = 0
        else:
            self._parts.append(_END)

    def empty(self, tag: int) -> None:
        """Write an element without content."""
        self._switch(tag)
        self._parts.append(_EMPTIES[tag & TOKEN_MASK])

    def text(self, tag: int, text: str) -> None:
        """Write an element with text, made valid XML 1.0 text; an empty element if nothing is left of it."""
        data = text.encode() if len(text) < _SHORT and text.isprintable() else xml_text(text)
        if not data:
            self.empty(tag)
            return
        if tag >> 8 != self._page:
            self._switch(tag)
        self._parts += _TEXT_STARTS[tag & TOKEN_MASK], data, _END_OF_TEXT

    def ascii(self, tag: int, data: bytes) -> None:
        """Write an element with text that is some and known to be valid: a number, a date."""
        if tag >> 8 != self._page:
            self._switch(tag)
        self._parts += _TEXT_STARTS[tag & TOKEN_MASK], data, _END_OF_TEXT

    def opaque(self, tag: int, data: bytes | memoryview | Source) -> None:
        """Write an element with opaque data, an empty element if there is none."""
        source = _source(data)
        if not source.length:
            self.empty(tag)
            return
        if tag >> 8 != self._page:
            self._switch(tag)
        self._parts += _STARTS[tag & TOKEN_MASK], _OPAQUE, multibyte(source.length)
        if isinstance(source, _Held) and source.length < CHUNK:
            self._parts.append(bytes(source.data))
        else:
            self._pull(source if isinstance(source, _Held) else _Pulled(source))
        self._parts.append(_END)

    def base64(self, tag: int, data: bytes | memoryview | Source) -> None:
        """Write an element whose text is the data in base64 without line breaks."""
        source = _source(data)
        if not source.length:
            self.empty(tag)
            return
        self._switch(tag)
        self._parts.append(_TEXT_STARTS[tag & TOKEN_MASK])
        if isinstance(source, _Held) and source.length < CHUNK:
            self._parts.append(binascii.b2a_base64(source.data, newline=False))
        else:
            self._pull(_PulledBase64(source))
        self._parts.append(_END_OF_TEXT)

    def finish(self) -> Encoded:
        """Hand over the document; raises ValueError while an element is open."""
        if self._depth:
            raise ValueError(f"{self._depth} elements are still open")
        self._gather()
        return Encoded(self._pieces)

    def _switch(self, tag: int) -> None:
        page = tag >> 8
        if page != self._page:
            self._page = page
            self._parts.append(_SWITCHES[page])

    def _pull(self, piece: "_Held | _Pulled | _PulledBase64") -> None:
        self._gather()
        self._pieces.append(piece)

    def _gather(self) -> None:
        self._pieces.append(_Held(b"".join(self._parts)))
        self._parts = []
        self._opened = -1


def xml_text(text: str) -> bytes:
    """Make UTF-8 of text without what XML 1.0 does not allow (XML 1.0, Characters), NUL among it."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode("utf-8", "ignore")
    if _THEIR_FIRST_BYTE in data:
        for character in _NOT_CHARACTERS:
            data = data.replace(character, b"")
    return data.translate(None, _CONTROLS)


def multibyte(number: int) -> bytes:
    """Write an mb_u_int32: seven bits a byte, the highest first, all but the last with the top bit set."""
    if number < 0x80:
        return bytes((number,))
    if number > 0xFFFF_FFFF:
        raise ValueError(f"{number} does not fit into 32 bits")
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(number & 0x7F | 0x80)
    return bytes(reversed(out))


class _Held:
    """Bytes in memory."""

    __slots__ = ("data", "length")

    def __init__(self, data: bytes | memoryview) -> None:
        self.data = data
        self.length = len(data)

    def chunks(self) -> Iterator[bytes]:
        for at in range(0, self.length, CHUNK):
            yield bytes(self.data[at : at + CHUNK])


class _Pulled:
    """A source, handed through."""

    __slots__ = ("_source", "length")

    def __init__(self, source: Source) -> None:
        self._source = source
        self.length = source.length

    def chunks(self) -> Iterator[bytes]:
        for chunk in _counted(self._source):
            yield from _Held(chunk).chunks()


class _PulledBase64:
    """A source, turned into base64."""

    __slots__ = ("_source", "length")

    def __init__(self, source: Source) -> None:
        self._source = source
        self.length = (source.length + 2) // 3 * 4

    def chunks(self) -> Iterator[bytes]:
        held = bytearray()
        for chunk in _counted(self._source):
            held += chunk
            whole = len(held) - len(held) % _BASE64_BLOCK
            for at in range(0, whole, _BASE64_BLOCK):
                yield binascii.b2a_base64(held[at : at + _BASE64_BLOCK], newline=False)
            del held[:whole]
        if held:
            yield binascii.b2a_base64(held, newline=False)


def _source(data: bytes | memoryview | Source) -> Source:
    if isinstance(data, bytes):
        return _Held(data)
    if isinstance(data, memoryview):
        return _Held(data.cast("B"))
    return data


def _counted(source: Source) -> Iterator[bytes | memoryview]:
    """Pull a source, which has to keep to its length because that is already on the wire."""
    given = 0
    for chunk in source.chunks():
        given += len(chunk)
        if given > source.length:
            break
        yield chunk
    if given != source.length:
        raise WireError(f"a source of {source.length} bytes gave {given}", given)
