"""Pages behind our proxies: what their application sees of a request, and what is written down of it."""

from __future__ import annotations

import pytest

from outrider.commands.exchange import Reply
from outrider.database import Database
from outrider.http.asgi import Message, Receive, Scope, Send, read_headers
from outrider.http.pages import LIMITS
from outrider.http.proxies import Proxies
from outrider.http.reply import send_reply
from tests.http.serving import client, request, serving


class Application:
    """Writes down what it sees."""

    def __init__(self) -> None:
        self.seen: list[Scope] = []
        self.bodies: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope)
        self.bodies.append(await receive())
        scope["state"]["record"]["code"] = "E-SIGNIN-WRONG"
        await send_reply(send, Reply(type="text/plain", body=b"a page"), {}, gzip=False)


@pytest.fixture
def pages() -> Application:
    return Application()


@pytest.mark.parametrize("path", ["/me", "/me/", "/me/devices/4431?x=1"])
async def test_they_are_served_below_their_path(database: Database, pages: Application, path: str) -> None:
    async with serving(database, pages={"/me": pages}) as house, client(house) as browser:
        answer = await browser.ask(request("GET", path, signed=False))
    assert (answer.status, answer.body) == (200, b"a page")
    assert pages.seen[0]["path"] == path.partition("?")[0]


@pytest.mark.parametrize("path", ["/men", "/", "/x/me/"])
async def test_other_paths_are_not_theirs(database: Database, pages: Application, path: str) -> None:
    async with serving(database, pages={"/me": pages}) as house, client(house) as browser:
        assert (await browser.ask(request("GET", path, signed=False))).status == 404
    assert pages.seen == []


async def test_without_pages_there_is_nothing(database: Database) -> None:
    async with serving(database) as house, client(house) as browser:
        assert (await browser.ask(request("GET", "/me/", signed=False))).status == 404


FORWARDED = {
    "X_Forwarded_For": "203.0.113.9",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "mail.example.net",
}


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [
        (["127.0.0.1"], ("https", "203.0.113.9", "mail.example.net")),
        ([], ("http", "127.0.0.1", "mail.example.org")),
    ],
)
async def test_they_see_the_client_as_listed_proxies_tell_of_it(
    database: Database, pages: Application, trusted: list[str], seen: tuple[str, ...]
) -> None:
    async with (
        serving(database, pages={"/me": pages}, proxies=Proxies(trusted)) as house,
        client(house) as browser,
    ):
        await browser.ask(request("GET", "/me/", None, signed=False, **FORWARDED))
    [scope] = pages.seen
    assert (scope["scheme"], scope["client"][0], read_headers(scope)["host"]) == seen


async def test_a_body_is_whole(database: Database, pages: Application) -> None:
    async with serving(database, pages={"/me": pages}) as house, client(house) as browser:
        await browser.ask(request("POST", "/me/x", b"a=1&b=2", signed=False))
    assert pages.bodies == [{"type": "http.request", "body": b"a=1&b=2", "more_body": False}]


async def test_a_body_that_no_form_has_is_refused(database: Database, pages: Application) -> None:
    async with serving(database, pages={"/me": pages}) as house, client(house) as browser:
        answer = await browser.ask(request("POST", "/me/x", b"a" * (LIMITS.size + 1), signed=False))
    assert answer.status == 413
    assert pages.seen == []


async def test_requests_and_failed_sign_ins_are_counted(database: Database, pages: Application) -> None:
    async with serving(database, pages={"/me": pages}) as house, client(house) as browser:
        await browser.ask(request("GET", "/me/", signed=False))
        metrics = (await browser.ask(request("GET", "/metrics", signed=False))).body.decode()
    assert 'outrider_requests_total{command="Page",status="200"} 1.0' in metrics
    assert 'outrider_authentication_failures_total{reason="E-SIGNIN-WRONG"} 1.0' in metrics
