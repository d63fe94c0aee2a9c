"""Sending replies, small and large."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from outrider.commands.exchange import Reply
from outrider.http.asgi import Message
from outrider.http.reply import JOINED, accepts_gzip, send_reply
from outrider.protocol.pages import ItemOperations
from outrider.wbxml.writer import Writer

WBXML = "application/vnd.ms-sync.wbxml"


class Pulled:
    """Content that counts how often it was asked for more."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.pulls = 0

    def chunks(self) -> Iterator[bytes]:
        for at in range(0, self.length, 1 << 16):
            self.pulls += 1
            yield bytes(min(1 << 16, self.length - at))


class Wire:
    """What was sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.messages[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.messages[1:])


@pytest.fixture
def wire() -> Wire:
    return Wire()


async def test_an_empty_reply_has_a_length_and_no_type(wire: Wire) -> None:
    assert await send_reply(wire, Reply(type=WBXML), {"X-Y": "z"}, gzip=True) == 0
    assert wire.headers == {"X-Y": "z", "Content-Length": "0"}
    assert wire.messages[0]["status"] == 200


async def test_a_small_reply_is_one_piece(wire: Wire) -> None:
    assert await send_reply(wire, Reply(type=WBXML, body=b"abc"), {}, gzip=True) == 3
    assert wire.headers == {"Content-Type": WBXML, "Content-Length": "3"}
    assert [message["type"] for message in wire.messages] == ["http.response.start", "http.response.body"]


async def test_a_reply_worth_it_is_packed_for_those_who_take_it(wire: Wire) -> None:
    reply = Reply(type=WBXML, body=b"text " * 1000)
    await send_reply(wire, reply, {}, gzip=True)
    assert wire.headers["Content-Encoding"] == "gzip"
    assert wire.headers["Content-Length"] == str(len(wire.body))
    assert gzip.decompress(wire.body) == reply.body


async def test_nothing_is_packed_for_others(wire: Wire) -> None:
    reply = Reply(type=WBXML, body=b"text " * 1000)
    await send_reply(wire, reply, {}, gzip=False)
    assert (wire.body, "Content-Encoding" in wire.headers) == (reply.body, False)


async def test_pictures_are_not_packed(wire: Wire) -> None:
    await send_reply(wire, Reply(type="image/png", body=b"text " * 1000), {}, gzip=True)
    assert "Content-Encoding" not in wire.headers


async def test_a_large_reply_is_pulled_and_has_its_length(wire: Wire) -> None:
    content = Pulled(20 << 20)
    await send_reply(wire, Reply(type="application/octet-stream", body=content), {}, gzip=False)
    assert wire.headers["Content-Length"] == str(20 << 20)
    assert max(len(message["body"]) for message in wire.messages[1:]) <= JOINED
    assert (len(wire.body), content.pulls) == (20 << 20, 320)


async def test_a_large_document_is_packed_as_it_is_pulled(wire: Wire) -> None:
    writer = Writer()
    writer.open(ItemOperations.ItemOperations)
    writer.base64(ItemOperations.Data, Pulled(1 << 20))
    writer.close()
    document = writer.finish()
    await send_reply(wire, Reply(type=WBXML, body=document), {}, gzip=True)
    assert "Content-Length" not in wire.headers
    assert gzip.decompress(wire.body) == bytes(document)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", False),
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, deflate", False),
        ("br", False),
    ],
)
def test_who_takes_gzip(header: str, expected: bool) -> None:
    assert accepts_gzip(header) is expected
