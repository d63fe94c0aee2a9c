"""The endpoint over a real socket."""

from __future__ import annotations

import asyncio
import base64
import gzip
from collections.abc import AsyncIterator

import pytest

from outrider.database import Database
from outrider.domain.errors import BackendError
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.ping import PingRequest, PingResponse
from outrider.protocol.request import encode_base64
from outrider.protocol.schema import decode, encode
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version
from outrider.store.store import Store
from outrider.sync.hub import device_topic
from tests.commands.fakes import ALICE, PEER, basic, line
from tests.http.serving import PATH, House, client, post, request, serving

BODY = bytes(encode(FolderSyncRequest(sync_key="0"), Version.V14_1))
PING = line("Ping")
TOPIC = device_topic(ALICE.address, "PHONE1")


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with serving(database) as running:
        yield running


def key_in(body: bytes) -> str | None:
    return decode(FolderSyncResponse, body, Version.V14_1).value.sync_key


def ping_status(body: bytes) -> int:
    return decode(PingResponse, body, Version.V14_1).value.status


async def until_waiting(house: House, count: int) -> None:
    async with asyncio.timeout(5):
        while house.waiting != count:  # noqa: ASYNC110 (there is nothing to be told by)
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    "path",
    [PATH, PATH + "/", PATH.lower(), PATH.upper(), PATH + "/default.eas", PATH.lower() + "/Default.EAS"],
)
async def test_a_command_is_answered_on_every_spelling_of_the_path(house: House, path: str) -> None:
    async with client(house) as phone:
        answer = await phone.ask(post(BODY, path=path))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/vnd.ms-sync.wbxml"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["cache-control"] == "private"
    assert answer.headers["ms-server-activesync"] == "16.1"
    assert answer.body.startswith(b"\x03\x01\x6a\x00")


async def test_options_say_what_is_offered(house: House) -> None:
    async with client(house) as phone:
        answer = await phone.ask(request("OPTIONS"))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["ms-asprotocolversions"] == "12.1,14.0,14.1,16.0,16.1"
    assert answer.headers["ms-asprotocolcommands"] == "FolderSync,Ping"
    assert answer.headers["content-length"] == "0"


@pytest.mark.parametrize("sent", [request(m, signed=False) for m in ("OPTIONS", "GET", "HEAD", "PUT")])
async def test_whoever_does_not_sign_in_is_asked_to(house: House, sent: bytes) -> None:
    async with client(house) as phone:
        await phone.send(sent)
        head = (await phone.reader.readuntil(b"\r\n\r\n")).lower()
    assert head.startswith(b"http/1.1 401")
    assert b'www-authenticate: basic realm="' in head


async def test_other_methods_are_not_served(house: House) -> None:
    async with client(house) as phone:
        answer = await phone.ask(request("GET"))
    assert (answer.status, answer.headers["allow"]) == (501, "OPTIONS,POST")


async def test_the_connection_serves_on_after_a_refusal(house: House) -> None:
    async with client(house) as phone:
        for sent, status in [
            (post(b"", signed=False), 401),
            (post(b""), 400),
            (post(b"nonsense", line(version=Version.V12_1)), 400),
            (post(BODY), 200),
        ]:
            assert (await phone.ask(sent)).status == status


async def test_a_base64_query_and_a_packed_body_are_understood(house: House) -> None:
    sent = request("POST", f"{PATH}?{encode_base64(line())}", gzip.compress(BODY), Content_Encoding="gzip")
    async with client(house) as phone:
        told = decode(FolderSyncResponse, (await phone.ask(sent)).body, Version.V14_1).value
    assert told.status == CommonStatus.DEVICE_NOT_PROVISIONED  # a key field without a key counts as 0


async def test_a_chunked_body_is_understood(house: House) -> None:
    chunked = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
    async with client(house) as phone:
        answer = await phone.ask(post(chunked, Transfer_Encoding="chunked", Content_Length=""))
    assert key_in(answer.body) == "0"


async def test_a_client_that_waits_for_leave_to_send_gets_it(house: House) -> None:
    async with client(house) as phone:
        head = post(BODY, Expect="100-continue")
        await phone.send(head[: -len(BODY)])
        assert (await phone.read()).status == 100
        assert key_in((await phone.ask(BODY)).body) == "0"


async def test_a_body_that_was_not_asked_for_ends_the_connection(house: House) -> None:
    async with client(house) as phone:
        await phone.send(post(BODY, signed=False, Expect="100-continue")[: -len(BODY)])
        answer = await phone.read()
        assert (answer.status, answer.headers["connection"]) == (401, "close")
        assert await phone.ended()


BAD = [
    ("no query", request("POST", PATH, BODY), 400, "E-REQUEST-QUERY"),
    ("bad base64", request("POST", PATH + "?A*", BODY), 400, "E-REQUEST-QUERY"),
    ("short base64", request("POST", PATH + "?jQkJBA==", BODY), 400, "E-REQUEST-QUERY"),
    ("no device id", request("POST", PATH + "?Cmd=Sync", BODY), 400, "E-REQUEST-DEVICE-ID"),
    ("unknown command", request("POST", PATH + "?Cmd=Fly&DeviceId=A&DeviceType=b", BODY), 501, "E-REQUEST-"),
    ("absurd version", post(BODY, MS_ASProtocolVersion="99.9"), 400, "E-REQUEST-VERSION"),
    ("not WBXML", post(b"<x/>", line(version=Version.V12_1)), 400, "E-WBXML"),
    ("cut", post(BODY[:-2], line(version=Version.V12_1)), 400, "E-WBXML"),
    ("html", post(BODY, line(version=Version.V12_1), Content_Type="text/html"), 400, "E-STATUS-101"),
    ("bad gzip", post(BODY, Content_Encoding="gzip"), 400, "E-BODY-GZIP"),
    ("bomb", post(gzip.compress(bytes(3 << 20)), Content_Encoding="gzip"), 413, "E-BODY-SIZE"),
    ("too large", post(b"x" * (2 << 20)), 413, "E-BODY-SIZE"),
    ("wrong Basic", post(BODY, Authorization="Basic ???"), 401, "E-SIGNIN-BASE64"),
    ("wrong password", post(BODY, Authorization=basic(password="x")), 401, "E-SIGNIN-WRONG"),
    ("no Basic", post(BODY, signed=False), 401, "E-SIGNIN-MISSING"),
]


@pytest.mark.parametrize(
    ("what", "sent", "status", "code"), BAD, ids=[row[0].replace(" ", "-") for row in BAD]
)
async def test_bad_input_is_refused_logged_and_leaves_nothing(
    house: House,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    what: str,
    sent: bytes,
    status: int,
    code: str,
) -> None:
    async with client(house) as phone:
        answer = await phone.ask(sent)
    assert (answer.status, answer.body) == (status, b""), what
    [logged] = [row for row in capsys.readouterr().out.splitlines() if " request " in f" {row} "]
    assert code in logged
    assert basic() not in logged
    assert await Store(database).devices.all() == []


async def test_a_log_line_says_what_happened_and_no_secret(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client(house) as phone:
        answer = await phone.ask(post(BODY))
    [logged] = capsys.readouterr().out.splitlines()
    for said in (answer.headers["x-request-id"], ALICE.address, "PHONE1", "FolderSync", "14.1", "http"):
        assert said in logged
    assert base64.b64encode(b"outrider").decode()[:6] not in logged
    assert "outrider:Schl" not in logged


async def test_a_directory_that_is_down_is_not_a_wrong_password(house: House) -> None:
    house.people.error = BackendError("The directory does not answer.", temporary=True)
    async with client(house) as phone:
        answer = await phone.ask(post(BODY))
    assert (answer.status, "retry-after" in answer.headers) == (503, True)


async def test_a_change_ends_a_wait(house: House) -> None:
    async with client(house) as phone:
        await phone.send(post(b"", PING))
        await until_waiting(house, 1)
        house.dispatcher.hub.publish(TOPIC)
        answer = await phone.read()
    assert (answer.status, ping_status(answer.body)) == (200, 2)
    assert house.waiting == 0


async def test_a_wait_ends_in_time_and_a_little_early(house: House) -> None:
    asked = bytes(encode(PingRequest(heartbeat_interval=1), Version.V14_1))
    async with client(house) as phone:
        began = asyncio.get_running_loop().time()
        answer = await phone.ask(post(asked, PING))
        took = asyncio.get_running_loop().time() - began
    assert ping_status(answer.body) == 1
    assert 0.9 < took < 1.2


async def test_a_newer_wait_of_the_device_ends_the_older(house: House) -> None:
    async with client(house) as old, client(house) as new:
        await old.send(post(b"", PING))
        await until_waiting(house, 1)
        await new.send(post(b"", PING))
        assert ping_status((await old.read()).body) == 1
        assert house.waiting == 1


async def test_a_peer_that_hangs_up_is_forgotten(house: House) -> None:
    async with client(house) as phone:
        await phone.send(post(b"", PING))
        await until_waiting(house, 1)
    await until_waiting(house, 0)
    assert b"outrider_waiting 0.0" in house.metrics.page()


async def test_the_end_of_the_server_answers_all_who_wait(house: House) -> None:
    assert house.server
    async with client(house) as one, client(house) as two, client(house) as idle:
        for phone, device in ((one, "A"), (two, "B")):
            await phone.send(post(b"", line("Ping")).replace(b"PHONE1", device.encode()))
        await until_waiting(house, 2)
        await house.server.stop(house.dispatcher.hub.stop, grace=2)
        for phone in (one, two):
            answer = await phone.read()
            assert (answer.status, ping_status(answer.body)) == (200, 1)
            assert answer.headers["connection"] == "close"
            assert await phone.ended()
        assert await idle.ended()
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", house.port)


async def test_figures_tell_of_requests(house: House) -> None:
    async with client(house) as phone:
        await phone.ask(post(BODY))
        await phone.ask(post(BODY, signed=False))
    page = house.metrics.page().decode()
    assert 'outrider_requests_total{command="FolderSync",status="200"} 1.0' in page
    assert 'outrider_requests_total{command="FolderSync",status="401"} 1.0' in page
    assert 'outrider_authentication_failures_total{reason="E-SIGNIN-MISSING"} 1.0' in page


async def test_the_clients_address_is_the_proxys_word_if_listed(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    from outrider.http.proxies import Proxies

    async with serving(database, proxies=Proxies(["127.0.0.0/8"])) as house, client(house) as phone:
        await phone.ask(post(BODY, X_Forwarded_For=f"6.6.6.6, {PEER}"))
    assert PEER in capsys.readouterr().out
