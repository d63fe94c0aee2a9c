"""Where a phone is told to go."""

from __future__ import annotations

import json

import pytest

from outrider.database import Database
from outrider.protocol.autodiscover import encode_request, parse_response
from tests.commands.fakes import ALICE, basic
from tests.http.serving import client, request, serving

XML = "/Autodiscover/Autodiscover.xml"
ASKED = encode_request(ALICE.address)


@pytest.mark.parametrize("path", [XML, XML.lower(), XML.upper()])
async def test_the_address_is_found_on_every_spelling_of_the_path(database: Database, path: str) -> None:
    async with serving(database) as house, client(house) as phone:
        answer = await phone.ask(request("POST", path, ASKED))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert parse_response(answer.body) == "http://mail.example.org/Microsoft-Server-ActiveSync"
    assert b"<DisplayName>Alice</DisplayName>" in answer.body


@pytest.mark.parametrize("sent", [request("POST", XML, b""), request("GET", XML)])
async def test_the_credentials_name_the_user_where_the_body_does_not(database: Database, sent: bytes) -> None:
    async with serving(database) as house, client(house) as phone:
        answer = await phone.ask(sent)
    assert f"<EMailAddress>{ALICE.address}</EMailAddress>".encode() in answer.body


async def test_a_public_address_is_told_as_configured(database: Database) -> None:
    url = "https://phones.example.org"
    async with serving(database, public_url=url) as house, client(house) as phone:
        answer = await phone.ask(request("POST", XML, ASKED))
    assert parse_response(answer.body) == url + "/Microsoft-Server-ActiveSync"


async def test_whoever_does_not_sign_in_learns_nothing(database: Database) -> None:
    async with serving(database) as house, client(house) as phone:
        bare = await phone.ask(request("POST", XML, ASKED, signed=False))
        known = await phone.ask(request("POST", XML, ASKED, Authorization=basic(password="x")))
        unknown = await phone.ask(
            request("POST", XML, encode_request("no@example.org"), Authorization=basic("no@example.org"))
        )
    for answer in (bare, known, unknown):
        assert (answer.status, answer.body) == (401, b"")
        assert answer.headers["www-authenticate"].startswith("Basic realm=")


async def test_another_address_than_ones_own_is_not_confirmed(database: Database) -> None:
    async with serving(database) as house, client(house) as phone:
        answer = await phone.ask(request("POST", XML, encode_request("bob@example.org")))
    assert b"bob@example.org" not in answer.body
    assert ALICE.address.encode() in answer.body


@pytest.mark.parametrize("body", [b"<nonsense", b"<!DOCTYPE a><a/>", b"x" * 16_000])
async def test_a_document_that_cannot_be_read_is_answered_with_600(database: Database, body: bytes) -> None:
    async with serving(database) as house, client(house) as phone:
        answer = await phone.ask(request("POST", XML, body))
    assert answer.status == 200
    assert b"<ErrorCode>600</ErrorCode>" in answer.body


async def test_a_document_that_is_too_long_is_refused(database: Database) -> None:
    async with serving(database) as house, client(house) as phone:
        assert (await phone.ask(request("POST", XML, b"x" * 20_000))).status == 413


JSON = [
    "/autodiscover/autodiscover.json?Email=a%40example.org&Protocol=ActiveSync",
    "/autodiscover/autodiscover.json/v1.0/a@example.org?Protocol=activesync",
    "/Autodiscover/Autodiscover.JSON/v1.0/nobody@example.org?protocol=ActiveSync",
]


@pytest.mark.parametrize("path", JSON)
async def test_version_2_answers_alike_for_everybody(database: Database, path: str) -> None:
    async with serving(database) as house, client(house) as phone:
        answer = await phone.ask(request("GET", path, signed=False))
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.body) == {
        "Protocol": "ActiveSync",
        "Url": "http://mail.example.org/Microsoft-Server-ActiveSync",
    }


async def test_version_2_refuses_a_protocol_it_has_not(database: Database) -> None:
    async with serving(database) as house, client(house) as phone:
        answer = await phone.ask(request("GET", "/autodiscover/autodiscover.json?Protocol=Ews", signed=False))
    assert (answer.status, json.loads(answer.body)["ErrorCode"]) == (400, "InvalidProtocol")
