"""The pages behind links: opening one does nothing."""

from __future__ import annotations

import pytest

from outrider.database import Database
from tests.http.serving import client, request, serving

LINK = "/admin/decide/abc-DEF_1"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_a_link_only_looks(database: Database, method: str) -> None:
    async with serving(database) as house, client(house) as browser:
        await browser.send(request(method, LINK, signed=False))
        head = await browser.reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert house.links.asked == [("look", "abc-DEF_1")]


async def test_a_page_shows_what_is_known_and_one_button(database: Database) -> None:
    async with serving(database) as house, client(house) as browser:
        answer = await browser.ask(request("GET", LINK, signed=False))
    page = answer.body.decode()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Model: &lt;b&gt;X&lt;/b&gt;" in page
    assert page.count('<form method="post">') == 1
    assert "<button>Let it in</button>" in page


async def test_the_button_decides(database: Database) -> None:
    async with serving(database) as house, client(house) as browser:
        answer = await browser.ask(request("POST", LINK, b"", signed=False))
    assert house.links.asked == [("decide", "abc-DEF_1")]
    assert b"The device is let in." in answer.body
    assert b"<form" not in answer.body


async def test_a_page_is_kept_nowhere_and_shown_in_no_other(database: Database) -> None:
    async with serving(database) as house, client(house) as browser:
        answer = await browser.ask(request("GET", LINK, signed=False))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_other_methods_do_nothing(database: Database) -> None:
    async with serving(database) as house, client(house) as browser:
        answer = await browser.ask(request("PUT", LINK, b"", signed=False))
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert house.links.asked == []


@pytest.mark.parametrize("path", ["/admin/decide/", "/admin/decide/a/b", "/admin/decide/a%22b"])
async def test_what_cannot_be_a_link_is_not_found(database: Database, path: str) -> None:
    async with serving(database) as house, client(house) as browser:
        answer = await browser.ask(request("GET", path, signed=False))
    assert answer.status == 404
    assert house.links.asked == []
