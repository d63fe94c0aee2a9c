"""Which path is served by what."""

from __future__ import annotations

import pytest

from outrider.database import Database
from tests.http.serving import client, request, serving


@pytest.mark.parametrize("path", ["/", "/admin", "/Microsoft-Server-ActiveSync/x", "/healthz/", "/%00"])
async def test_other_paths_are_not_found(database: Database, path: str) -> None:
    async with serving(database) as house, client(house) as phone:
        answer = await phone.ask(request(path=path))
    assert (answer.status, answer.body) == (404, b"")


async def test_who_comes_while_the_server_stops_is_sent_away(database: Database) -> None:
    async with serving(database) as house, client(house) as phone:
        house.app.stopping = True
        answer = await phone.ask(request("OPTIONS"))
        assert (answer.status, answer.headers["connection"]) == (503, "close")
        assert int(answer.headers["retry-after"]) > 0
        assert await phone.ended()


async def test_only_http_is_served(database: Database) -> None:
    async with serving(database) as house:
        with pytest.raises(ValueError, match="websocket"):
            await house.app({"type": "websocket"}, None, None)  # type: ignore[arg-type]
