"""Bounds on the head of a request."""

from __future__ import annotations

import pytest

from outrider.database import Database
from tests.http.serving import PATH, client, request, serving


@pytest.mark.parametrize(
    "sent",
    [
        request(path="/healthz", X_Long="x" * 40_000),
        request(path="/healthz?" + "x" * 40_000),
        b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * 120 + b"\r\n",
        b"GET /healthz HTTP/1.1\r\nX-Endless: " + b"x" * 200_000,
        b"nonsense\r\n\r\n",
    ],
    ids=["long-header", "long-url", "many-headers", "endless", "nonsense"],
)
async def test_a_head_without_measure_ends_the_connection(database: Database, sent: bytes) -> None:
    async with serving(database) as house, client(house) as stranger:
        await stranger.send(sent)
        answer = await stranger.read()
        assert (answer.status, answer.headers["connection"]) == (400, "close")
        assert await stranger.ended()


async def test_a_slow_head_ends_the_connection(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outrider.http.connection.HEAD_SECONDS", 0.05)
    async with serving(database) as house, client(house) as silent, client(house) as slow:
        await slow.send(b"GET /healthz HTTP/1.1\r\nHost:")
        assert await silent.ended()
        assert await slow.ended()


async def test_a_further_slow_head_ends_the_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(database) as house, client(house) as slow:
        assert (await slow.ask(request(path="/healthz"))).status == 200
        monkeypatch.setattr("outrider.http.connection.HEAD_SECONDS", 0.05)
        await slow.send(b"GET /healthz HTTP/1.1\r\nHost:")
        assert await slow.ended()


async def test_a_large_body_in_one_piece_is_no_large_head(database: Database) -> None:
    async with serving(database) as house, client(house) as phone:
        for _ in range(2):
            answer = await phone.ask(request("POST", PATH + "?x", b"x" * 200_000))
            assert answer.status == 400
            assert "connection" not in answer.headers
