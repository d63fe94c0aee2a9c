"""Content that is put together without being held: pieces, slices, base64 and line ends as Blobs."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias, overload, runtime_checkable

from outrider.domain.items import Blob

CHUNK = 64 * 1024  # bytes of a piece at most, as the Blob protocol says
_LINE = 57  # bytes that make one line of 76 base64 letters. RFC 2045, section 6.8

Content: TypeAlias = bytes | Blob


def length_of(content: Content) -> int:
    """The length in bytes of either kind of content."""
    return len(content) if isinstance(content, bytes) else content.length


def chunks_of(content: Content) -> Iterator[bytes]:
    """The pieces of either kind of content."""
    if isinstance(content, bytes):
        return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    return content.chunks()


def read_all(content: Content) -> bytes:
    """The whole content in memory."""
    return content if isinstance(content, bytes) else b"".join(content.chunks())


class Pieces:
    """Several contents one after the other."""

    __slots__ = ("_contents", "length")

    def __init__(self, contents: Iterable[Content]) -> None:
        self._contents = tuple(contents)
        self.length = sum(map(length_of, self._contents))

    def chunks(self) -> Iterator[bytes]:
        for content in self._contents:
            yield from chunks_of(content)


@runtime_checkable
class Viewed(Protocol):
    """Content that lies somewhere as a whole, such as a file that is mapped: it can be looked into without
    being held."""

    @property
    def length(self) -> int: ...
    def chunks(self) -> Iterator[bytes]: ...
    def view(self) -> memoryview: ...


class View:
    """A content looked into: cut and searched where it lies. What is cut out by `[]` is copied, what by
    `slice_of` is not."""

    __slots__ = ("_bytes",)

    def __init__(self, content: memoryview) -> None:
        self._bytes = content

    @property
    def length(self) -> int:
        return self._bytes.nbytes

    def __len__(self) -> int:
        return self._bytes.nbytes

    @overload
    def __getitem__(self, key: int, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> bytes: ...
    def __getitem__(self, key: int | slice, /) -> int | bytes:
        return self._bytes[key] if isinstance(key, int) else bytes(self._bytes[key])

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Where these bytes first stand from `start` on and whole before `end`; -1 for nowhere."""
        stop = len(self) if end is None else end
        found = re.compile(re.escape(sub)).search(self._bytes, start, stop)  # a memoryview has no find
        return found.start() if found else -1

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, self.length, CHUNK):
            yield bytes(self._bytes[start : start + CHUNK])

    def view(self) -> memoryview:
        return self._bytes


def look_into(content: Content) -> bytes | View:
    """The content to be searched and cut: a large one where it lies, or else read."""
    if isinstance(content, bytes | View):
        return content
    return View(content.view()) if isinstance(content, Viewed) else read_all(content)


class Slice:
    """`length` bytes of a content from `offset` on."""

    __slots__ = ("_content", "_offset", "length")

    def __init__(self, content: Content, offset: int, length: int) -> None:
        self._content = content
        self._offset = offset
        self.length = max(0, min(length, length_of(content) - offset))

    def chunks(self) -> Iterator[bytes]:
        skip, left = self._offset, self.length
        for chunk in chunks_of(self._content):
            if left <= 0:
                return
            piece = chunk[skip : skip + left]
            skip = max(0, skip - len(chunk))
            left -= len(piece)
            if piece:
                yield piece


def slice_of(content: Content, offset: int, length: int) -> Content:
    """A part of a content: bytes of bytes, a Blob of a Blob."""
    if isinstance(content, bytes):
        return content[offset : offset + length]
    if isinstance(content, View):
        return View(content.view()[offset : offset + length])
    return Slice(content, offset, length)


class Base64Lines:
    """A content in base64, in lines of 76 letters that end in CRLF."""

    __slots__ = ("_content", "length")

    def __init__(self, content: Content) -> None:
        self._content = content
        size = length_of(content)
        self.length = (size + 2) // 3 * 4 + (size + _LINE - 1) // _LINE * 2

    def chunks(self) -> Iterator[bytes]:
        rest = b""
        for chunk in chunks_of(self._content):
            data = rest + chunk
            whole = len(data) - len(data) % _LINE
            rest = data[whole:]
            for start in range(0, whole, _LINE * 512):
                yield _encode_lines(data[start : min(start + _LINE * 512, whole)])
        if rest:
            yield _encode_lines(rest)


def _encode_lines(data: bytes) -> bytes:
    return b"".join(
        binascii.b2a_base64(data[start : start + _LINE], newline=False) + b"\r\n"
        for start in range(0, len(data), _LINE)
    )


_BARE = re.compile(rb"(?<!\r)\n")


def count_bare_lines(content: Content) -> int:
    """How many line ends lack their carriage return."""
    bare, last = 0, b""
    for chunk in chunks_of(content):
        bare += chunk.count(b"\n") - chunk.count(b"\r\n") - (last == b"\r" and chunk[:1] == b"\n")
        last = chunk[-1:]
    return bare


class CrlfLines:
    """A content whose bare line feeds are made CRLF."""

    __slots__ = ("_content", "length")

    def __init__(self, content: Content, bare: int) -> None:
        self._content = content
        self.length = length_of(content) + bare

    def chunks(self) -> Iterator[bytes]:
        last = b""
        for chunk in chunks_of(self._content):
            head = chunk[:1] if last == b"\r" and chunk[:1] == b"\n" else b""
            last = chunk[-1:]
            yield head + _BARE.sub(b"\r\n", chunk[len(head) :])


def with_crlf(content: Content) -> Content:
    """The content with CRLF line ends; the very same when it has no others."""
    bare = count_bare_lines(content)
    if not bare:
        return content
    return _BARE.sub(b"\r\n", content) if isinstance(content, bytes) else CrlfLines(content, bare)


class Decoded:
    """A base64 or quoted-printable content with its encoding undone, piece by piece; `length` is the decoded
    length found when the mail was read."""

    __slots__ = ("_content", "_encoding", "length")

    def __init__(self, content: Content, encoding: str, length: int) -> None:
        self._content = content
        self._encoding = encoding
        self.length = length

    def chunks(self) -> Iterator[bytes]:
        return undo_transfer(chunks_of(self._content), self._encoding)


_NOT_BASE64 = bytes(range(256)).translate(
    None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
)


def undo_transfer(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The chunks with a transfer encoding undone; the same however the content is cut into chunks."""
    if encoding == "base64":
        return _undo_base64(chunks)
    if encoding == "quoted-printable":
        return _undo_quoted(chunks)
    return iter(chunks)


def _undo_base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Strangers are passed over, the first `=` ends the content, an odd letter at the end is dropped."""
    rest, end = b"", b""
    for chunk in chunks:
        letters, end, _ = (rest + chunk.translate(None, _NOT_BASE64)).partition(b"=")
        whole = len(letters) - len(letters) % 4
        rest = letters[whole:]
        yield binascii.a2b_base64(letters[:whole])
        if end:
            break
    if len(rest) > 1:
        yield binascii.a2b_base64(rest + b"=" * (4 - len(rest)))


def _undo_quoted(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        lines = rest + chunk
        whole = lines.rfind(b"\n") + 1
        rest = lines[whole:]
        yield binascii.a2b_qp(lines[:whole])
    if rest:
        yield binascii.a2b_qp(rest)
