"""Forms: whose they are, and where they come from."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from outrider.admin.pages.forms import Forms, comes_from_us, read_form
from outrider.admin.pages.sessions import Session
from tests.commands.fakes import KEY

MINE = Session(id="a", began=0, seen=0)
FORM = "application/x-www-form-urlencoded"


def request(body: bytes = b"", **headers: str) -> Request:
    """A form that was sent to mail.example.org."""
    rows = {"host": "mail.example.org", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/me/x",
        "headers": [(name.encode(), value.encode()) for name, value in rows.items()],
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    return Request(scope, receive)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": "same-origin", "origin": "https://rewritten.internal"}, True),
        ({"sec_fetch_site": "cross-site", "origin": "https://mail.example.org"}, False),
        ({"origin": "https://mail.example.org"}, True),
        ({"origin": "http://MAIL.example.org"}, True),
        ({"origin": "https://mail.example.org:8443"}, False),
        ({"origin": "https://mail.example.org.evil.example"}, False),
        ({"origin": "null"}, False),
    ],
    ids=str,
)
def test_a_form_comes_from_a_page_of_this_server(headers: dict[str, str], ours: bool) -> None:
    assert comes_from_us(request(b"", **headers)) is ours


@pytest.mark.parametrize(
    ("token", "taken"),
    [
        (Forms(KEY).token(MINE), True),
        (Forms(KEY).token(Session(id="b", began=0, seen=0)), False),
        ("", False),
        ("é", False),
        (None, False),
    ],
)
def test_a_form_carries_the_token_of_its_session(token: str | None, taken: bool) -> None:
    fields = {} if token is None else {"token": token}
    assert Forms(KEY).accepts(MINE, fields, request()) is taken


def test_a_form_from_elsewhere_is_not_taken_whatever_it_carries() -> None:
    fields = {"token": Forms(KEY).token(MINE)}
    assert not Forms(KEY).accepts(MINE, fields, request(sec_fetch_site="cross-site"))


@pytest.mark.parametrize(
    ("body", "kind", "fields"),
    [
        (b"a=1&b=&c=%C3%A9+x", FORM, {"a": "1", "b": "", "c": "é x"}),
        (b"a=1", f"{FORM}; charset=UTF-8", {"a": "1"}),
        (b"a=1&a=2", FORM, {"a": "2"}),
        (b"a=1", "text/plain", {}),
        (b'{"a": 1}', "application/json", {}),
        (b"\xff=1", FORM, {}),
        (b"&".join([b"a=1"] * 51), FORM, {}),
        (b"", FORM, {}),
    ],
)
async def test_fields_are_read(body: bytes, kind: str, fields: dict[str, str]) -> None:
    assert await read_form(request(body, content_type=kind)) == fields
