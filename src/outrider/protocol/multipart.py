"""Multipart answers of ItemOperations: a table of parts, the WBXML document, then the parts it refers to.

All numbers are 32-bit, little endian. MS-ASCMD, MultiPartResponse and PartMetaData.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from outrider.protocol.values import Octets
from outrider.wbxml.tags import WireError
from outrider.wbxml.writer import CHUNK, Encoded

MULTIPART_TYPE: Final = "application/vnd.ms-sync.multipart"
"""The content type of such an answer. MS-ASHTTP, Content-Type."""

_COUNT = struct.Struct("<I")
_ENTRY = struct.Struct("<II")


class MultiPart:
    """A finished multipart answer: its length, and its bytes in chunks, as `wbxml.writer.Encoded` has them.

    The first of `parts` is the one that the document calls 1.
    """

    __slots__ = ("_document", "_header", "_parts")

    def __init__(self, document: Encoded, parts: Sequence[Octets]) -> None:
        self._document = document
        self._parts = parts
        self._header = _header([len(document), *map(_length, parts)])

    def __len__(self) -> int:
        return len(self._header) + len(self._document) + sum(map(_length, self._parts))

    def __iter__(self) -> Iterator[bytes | memoryview]:
        yield self._header
        yield from self._document
        for part in self._parts:
            yield from _chunks(part)

    def __bytes__(self) -> bytes:
        return b"".join(self)


def split_multipart(data: bytes | memoryview) -> list[memoryview]:
    """Cut a multipart answer into its parts, the document first; raises WireError where they do not fit."""
    view = memoryview(data)
    if len(view) < _COUNT.size:
        raise WireError("no count of parts", len(view))
    (count,) = _COUNT.unpack_from(view)
    end = _COUNT.size + count * _ENTRY.size
    if end > len(view) or not count:
        raise WireError(f"no table of {count} parts", _COUNT.size)
    return [_part(view, at) for at in range(_COUNT.size, end, _ENTRY.size)]


def _part(view: memoryview, at: int) -> memoryview:
    offset, length = _ENTRY.unpack_from(view, at)
    if offset + length > len(view):
        raise WireError("a part reaches past the end", at)
    return view[offset : offset + length]


def _header(lengths: Sequence[int]) -> bytes:
    header = bytearray(_COUNT.pack(len(lengths)))
    offset = _COUNT.size + _ENTRY.size * len(lengths)
    for length in lengths:
        header += _ENTRY.pack(offset, length)
        offset += length
    return bytes(header)


def _length(part: Octets) -> int:
    return (
        part.nbytes if isinstance(part, memoryview) else len(part) if isinstance(part, bytes) else part.length
    )


def _chunks(part: Octets) -> Iterator[bytes | memoryview]:
    if not isinstance(part, bytes | memoryview):
        yield from part.chunks()
        return
    view = memoryview(part)
    for start in range(0, len(view), CHUNK):
        yield view[start : start + CHUNK]
