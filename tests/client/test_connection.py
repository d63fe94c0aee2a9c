from __future__ import annotations

import gzip
from base64 import b64encode

import httpx2
import pytest

from outrider.client.connection import Connection, Wire
from outrider.client.errors import ClientError
from outrider.protocol.multipart import MULTIPART_TYPE, MultiPart
from outrider.protocol.request import RequestLine
from outrider.protocol.versions import Version
from outrider.wbxml.writer import Writer
from tests.client.fakes import URL, Server

LINE = RequestLine(
    command="Sync",
    device_id="DEVICE1",
    device_type="phone",
    version=Version.V14_1,
    user="alice+x@example.org",
    policy_key=7,
    user_agent="Test",
)


def connection(server: Server, url: str = URL, **wire: object) -> Connection:
    return Connection(url, "alice", "wörd", Wire(transport=server.transport, **wire))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://mail.example.org", "https://mail.example.org/Microsoft-Server-ActiveSync"),
        ("https://mail.example.org/", "https://mail.example.org/Microsoft-Server-ActiveSync"),
        ("http://127.0.0.1:8080/eas/?x=y#z", "http://127.0.0.1:8080/eas/"),
    ],
)
def test_the_endpoint_need_not_be_given(given: str, used: str) -> None:
    assert connection(Server(), given).url == used


@pytest.mark.parametrize("given", ["mail.example.org", "ftp://mail.example.org", "https://"])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        connection(Server(), given)


@pytest.mark.parametrize("base64_query", [False, True])
async def test_a_command_says_who_asks_for_what(base64_query: bool) -> None:
    server = Server(says=[b"answer"])
    async with connection(server, base64_query=base64_query) as one:
        assert (await one.post(LINE, b"body")).body == b"answer"
    [asked] = server.asked
    line = asked.line
    assert (line.command, line.device_id, line.user, line.policy_key) == (
        "Sync",
        "DEVICE1",
        "alice+x@example.org",
        7,
    )
    assert asked.body == b"body"
    assert asked.headers["content-type"] == "application/vnd.ms-sync.wbxml"
    assert asked.headers["authorization"] == "Basic " + b64encode("alice:wörd".encode()).decode()
    assert ("ms-asprotocolversion" in asked.headers) is not base64_query


async def test_large_bodies_are_compressed_where_that_is_wanted() -> None:
    server = Server(says=[b"", b""])
    async with connection(server, gzip_from=100) as one:
        await one.post(LINE, b"x" * 99)
        await one.post(LINE, b"x" * 100)
    small, large = server.asked
    assert "content-encoding" not in small.headers
    assert large.headers["content-encoding"] == "gzip"
    assert gzip.decompress(large.body) == b"x" * 100


async def test_a_mail_has_its_own_type() -> None:
    server = Server(says=[None])
    async with connection(server) as one:
        await one.post(LINE, b"Subject: x\r\n\r\n", mime=True)
    assert server.asked[0].headers["content-type"] == "message/rfc822"


async def test_a_server_that_moved_is_followed() -> None:
    elsewhere = httpx2.Response(451, headers={"X-MS-Location": "https://other.example.org/eas"})
    server = Server(says=[elsewhere, b"here"])
    async with connection(server) as one:
        assert (await one.post(LINE, b"body")).body == b"here"
        assert one.url == "https://other.example.org/eas"
    assert server.asked[1].url.host == "other.example.org"
    assert server.asked[1].body == b"body"


async def test_going_round_in_circles_ends() -> None:
    circle = httpx2.Response(451, headers={"X-MS-Location": URL})
    async with connection(Server(says=[circle] * 9)) as one:
        with pytest.raises(ClientError, match="circles"):
            await one.post(LINE)


async def test_a_refusal_by_http_is_told() -> None:
    busy = httpx2.Response(503, headers={"Retry-After": "30"})
    async with connection(Server(says=[busy])) as one:
        with pytest.raises(ClientError) as refused:
            await one.post(LINE)
    assert (refused.value.code, refused.value.status, refused.value.retry_after) == ("E-CLIENT-HTTP", 503, 30)


async def test_no_answer_is_told() -> None:
    async with connection(Server(says=[httpx2.ConnectError("nobody there")])) as one:
        with pytest.raises(ClientError, match="E-CLIENT-NETWORK: nobody there"):
            await one.post(LINE)


def document() -> Writer:
    writer = Writer()
    writer.empty(0x0005)
    return writer


async def test_a_multipart_answer_is_cut_into_its_parts() -> None:
    whole = bytes(MultiPart(document().finish(), [b"one", b"two"]))
    answer = httpx2.Response(200, content=whole, headers={"Content-Type": MULTIPART_TYPE})
    async with connection(Server(says=[answer])) as one:
        reply = await one.post(LINE)
    assert reply.parts == (b"one", b"two")
    assert reply.body == bytes(document().finish())


async def test_a_broken_multipart_answer_is_told() -> None:
    answer = httpx2.Response(200, content=b"\x05\0\0\0", headers={"Content-Type": MULTIPART_TYPE})
    async with connection(Server(says=[answer])) as one:
        with pytest.raises(ClientError, match="E-CLIENT-ANSWER"):
            await one.post(LINE)
