"""Reading a request body: bounded in size and time, unpacked, and put into a file when it is large."""

from __future__ import annotations

import asyncio
import mmap
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import IO, Final

from msgspec import Struct

from outrider.commands.exchange import Buffer, Refused
from outrider.http.asgi import Receive

SPOOL: Final = 1 << 20
"""Bytes of a body that are held in memory; a larger one goes to a file that nobody else can open."""

_PIECE: Final = 1 << 16
_GZIP: Final = 16 + zlib.MAX_WBITS


class BodyLimits(Struct, frozen=True, kw_only=True):
    """`size` in bytes, as sent and as unpacked; `idle` is how many seconds may pass between two pieces,
    `total` how many for all of them."""

    size: int = 50 << 20
    idle: float = 30.0
    total: float = 900.0


async def read_body(receive: Receive, headers: Mapping[str, str], limits: BodyLimits) -> Buffer:
    """The whole body, unpacked: bytes, or a view of a file's map. Raises Refused (400, 408, 413, 415)."""
    if int(headers.get("content-length", "0")) > limits.size:
        raise _too_large(limits)
    with closing(_Spool(limits)) as spool:
        sink = _sink(headers.get("content-encoding", ""), spool)
        try:
            async for piece in _Pieces(receive, limits):
                sink.write(piece)
        except TimeoutError:
            raise Refused(408, "E-BODY-SLOW", "the body came too slowly") from None
        return sink.finish()


class _Pieces:
    """The pieces of a body as they arrive. Raises TimeoutError where one takes too long, or all of them."""

    def __init__(self, receive: Receive, limits: BodyLimits) -> None:
        self._receive = receive
        self._idle = limits.idle
        self._clock = asyncio.get_running_loop().time
        self._end = self._clock() + limits.total
        self._more = True

    def __aiter__(self) -> _Pieces:
        return self

    async def __anext__(self) -> bytes:
        if not self._more:
            raise StopAsyncIteration
        async with asyncio.timeout_at(min(self._clock() + self._idle, self._end)):
            message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "E-BODY-CUT", "the client hung up inside the body")
        self._more = message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        return piece


class _Spool:
    """Collects bytes, in memory as long as they are few."""

    def __init__(self, limits: BodyLimits) -> None:
        self._limits = limits
        self._length = 0
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None

    def write(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length > self._limits.size:
            raise _too_large(self._limits)
        if self._file is None and self._length > SPOOL:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (close is below)
            self._file.writelines(self._pieces)
            self._pieces.clear()
        if self._file is None:
            self._pieces.append(piece)
        else:
            self._file.write(piece)

    def finish(self) -> Buffer:
        if self._file is None:
            return b"".join(self._pieces)
        self._file.flush()
        return memoryview(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ))

    def close(self) -> None:
        """Close the file; its map stays as long as someone looks at it."""
        if self._file is not None:
            self._file.close()


class _Gunzip:
    """Unpacks gzip on its way into a spool, never more at a time than a piece."""

    def __init__(self, spool: _Spool) -> None:
        self._spool = spool
        self._unpack = zlib.decompressobj(_GZIP)

    def write(self, piece: bytes) -> None:
        for unpacked in self._unpacked(piece):
            self._spool.write(unpacked)

    def finish(self) -> Buffer:
        if not self._unpack.eof:
            raise Refused(400, "E-BODY-GZIP", "the gzip body ends early")
        return self._spool.finish()

    def _unpacked(self, piece: bytes) -> Iterator[bytes]:
        try:
            while piece:
                yield self._unpack.decompress(piece, _PIECE)
                piece = self._unpack.unconsumed_tail
        except zlib.error as error:
            raise Refused(400, "E-BODY-GZIP", f"the gzip body is damaged: {error}") from None
        if self._unpack.unused_data:
            raise Refused(400, "E-BODY-GZIP", "bytes after the gzip body")


def _sink(encoding: str, spool: _Spool) -> _Spool | _Gunzip:
    match encoding.strip().lower():
        case "" | "identity":
            return spool
        case "gzip" | "x-gzip":
            return _Gunzip(spool)
        case other:
            raise Refused(415, "E-BODY-ENCODING", f"a body in {other[:20]!r}")


def _too_large(limits: BodyLimits) -> Refused:
    return Refused(413, "E-BODY-SIZE", f"the body has more than {limits.size} bytes")
