"""Reading a request body within bounds."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Iterable

import pytest

from outrider.commands.exchange import Refused
from outrider.http.asgi import Message, Receive
from outrider.http.body import SPOOL, BodyLimits, read_body

LIMITS = BodyLimits(size=4 << 20, idle=5, total=5)


def arriving(*pieces: bytes, cut: bool = False) -> Receive:
    """The pieces one by one, and at their end the end of the body or a hang-up."""
    messages: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": cut or number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]
    waiting = iter([*messages, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(waiting)

    return receive


def cut(data: bytes, size: int) -> Iterable[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("pieces", [(b"",), (b"abc",), (b"a", b"b", b"c")])
async def test_pieces_are_put_together(pieces: tuple[bytes, ...]) -> None:
    assert await read_body(arriving(*pieces), {}, LIMITS) == b"".join(pieces)


async def test_a_large_body_is_a_view_of_a_file() -> None:
    data = bytes(range(256)) * (SPOOL // 128)
    body = await read_body(arriving(*cut(data, 50_000)), {}, LIMITS)
    assert isinstance(body, memoryview)
    assert body == data


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", " GZIP "])
async def test_a_packed_body_is_unpacked(encoding: str) -> None:
    data = b"some text " * 1000
    pieces = cut(gzip.compress(data), 7)
    assert await read_body(arriving(*pieces), {"content-encoding": encoding}, LIMITS) == data


PACKED = gzip.compress(b"some text")
REFUSED = [
    ("announced too large", arriving(b""), {"content-length": str(5 << 20)}, 413),
    ("too large in pieces", arriving(*[b"x" * (1 << 20)] * 5), {}, 413),
    ("cut", arriving(b"abc", cut=True), {}, 400),
    ("an unknown encoding", arriving(b"abc"), {"content-encoding": "br"}, 415),
    ("not gzip", arriving(b"abc"), {"content-encoding": "gzip"}, 400),
    ("gzip cut short", arriving(PACKED[:-4]), {"content-encoding": "gzip"}, 400),
    ("gzip and more", arriving(PACKED + b"x"), {"content-encoding": "gzip"}, 400),
    ("gzip with a wrong sum", arriving(PACKED[:-8] + bytes(8)), {"content-encoding": "gzip"}, 400),
]


@pytest.mark.parametrize(
    ("what", "receive", "headers", "status"), REFUSED, ids=[row[0].replace(" ", "-") for row in REFUSED]
)
async def test_a_bad_body_is_refused(
    what: str, receive: Receive, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(Refused) as caught:
        await read_body(receive, headers, LIMITS)
    assert caught.value.status == status, what


async def test_a_small_body_that_unpacks_to_a_huge_one_is_stopped() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    with pytest.raises(Refused) as caught:
        await read_body(arriving(bomb), {"content-encoding": "gzip"}, LIMITS)
    assert caught.value.code == "E-BODY-SIZE"


async def test_a_body_that_does_not_come_is_given_up() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(Refused) as caught:
        await read_body(never, {}, BodyLimits(idle=0.01))
    assert caught.value.status == 408


async def test_a_body_that_drips_is_given_up() -> None:
    async def drip() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": True}

    with pytest.raises(Refused) as caught:
        await read_body(drip, {}, BodyLimits(total=0.01))
    assert caught.value.status == 408
