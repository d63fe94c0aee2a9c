"""Sending a reply: what is small in one piece, what is large as it is pulled from where it lies."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from outrider.commands.exchange import Reply
from outrider.domain.items import Blob
from outrider.http.asgi import Send
from outrider.wbxml.writer import Encoded

JOINED: Final = 256 << 10
"""Bytes up to which a body is put together in memory; beyond, it is pulled by a thread, as much at a time."""

WORTH_PACKING: Final = 1 << 10
PACKED: Final = 8 << 20
"""Bytes between which a body is sent packed to those who take it; what is larger is an attachment."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_PACKABLE: Final = ("application/vnd.ms-sync", "text/", "application/json")


async def send_reply(send: Send, reply: Reply, headers: Mapping[str, str], *, gzip: bool) -> int:
    """Send the reply with these headers beside its own; answers the bytes of its body on the way."""
    length = _length(reply.body)
    pack = gzip and WORTH_PACKING < length <= PACKED and reply.type.startswith(_PACKABLE)
    headers = {**headers, **reply.headers}
    if reply.type and length:
        headers["Content-Type"] = reply.type
    if pack:
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    if length <= JOINED:
        return await _send_joined(send, reply, headers, pack=pack)
    if not pack:
        headers["Content-Length"] = str(length)
    await _start(send, reply.status, headers)
    return await _send_pulled(send, _packed(_chunks(reply.body)) if pack else iter(_chunks(reply.body)))


def accepts_gzip(accept_encoding: str) -> bool:
    """Say whether an Accept-Encoding header allows gzip. RFC 9110, section 12.5.3."""
    for choice in accept_encoding.lower().split(","):
        coding, _, weight = choice.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


async def _send_joined(send: Send, reply: Reply, headers: dict[str, str], *, pack: bool) -> int:
    body = reply.body if isinstance(reply.body, bytes) else b"".join(_chunks(reply.body))
    if pack:
        body = zlib.compress(body, 1, _GZIP)
    headers["Content-Length"] = str(len(body))
    await _start(send, reply.status, headers)
    await send({"type": "http.response.body", "body": body})
    return len(body)


async def _send_pulled(send: Send, chunks: Iterator[bytes | memoryview]) -> int:
    sent = 0
    while piece := await asyncio.to_thread(_pull, chunks):
        sent += len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    return sent


async def _start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


def _length(body: bytes | Encoded | Blob) -> int:
    return len(body) if isinstance(body, bytes | Encoded) else body.length


def _chunks(body: bytes | Encoded | Blob) -> Iterable[bytes | memoryview]:
    if isinstance(body, bytes):
        return (memoryview(body)[at : at + JOINED] for at in range(0, len(body), JOINED))
    return body if isinstance(body, Encoded) else body.chunks()


def _packed(chunks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def _pull(chunks: Iterator[bytes | memoryview]) -> bytes:
    """Take chunks until they are enough for one send; nothing at their end."""
    taken, size = [], 0
    for chunk in chunks:
        taken.append(chunk)
        size += len(chunk)
        if size >= JOINED:
            break
    return b"".join(taken)
