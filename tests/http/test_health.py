"""Health and figures."""

from __future__ import annotations

from outrider.database import Database
from outrider.domain.errors import BackendError
from tests.http.serving import client, request, serving


async def test_a_process_that_runs_is_healthy(database: Database) -> None:
    async with serving(database) as house, client(house) as watcher:
        answer = await watcher.ask(request(path="/healthz", signed=False))
    assert (answer.status, answer.body) == (200, b"ok\n")


async def test_readiness_follows_what_the_server_needs(database: Database) -> None:
    async with serving(database) as house, client(house) as watcher:
        assert (await watcher.ask(request(path="/readyz", signed=False))).status == 200
        house.faults.append(BackendError("The store is busy.", temporary=True))
        answer = await watcher.ask(request(path="/readyz", signed=False))
    assert (answer.status, answer.body) == (503, b"E-BACKEND The store is busy.\n")


async def test_figures_are_for_prometheus(database: Database) -> None:
    async with serving(database) as house, client(house) as watcher:
        answer = await watcher.ask(request(path="/metrics", signed=False))
    assert answer.headers["content-type"].startswith("text/plain")
    assert b"# TYPE outrider_requests_total counter" in answer.body
