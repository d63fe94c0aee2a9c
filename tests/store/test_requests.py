"""The last Sync and the last Ping of each device."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from outrider.database import Database
from outrider.store.requests import Requests

ALICE = "alice@example.org"


@pytest.fixture
def requests(database: Database) -> Requests:
    return Requests(database)


async def test_nothing_kept_is_empty(requests: Requests) -> None:
    assert await requests.get(ALICE, "d1", "Sync") == b""


async def test_the_last_one_is_kept_for_each_device_and_command(
    requests: Requests, database: Database
) -> None:
    await requests.keep(ALICE, "d1", "Sync", b"first")
    await requests.keep(ALICE, "d1", "Sync", b"last")
    await requests.keep(ALICE, "d1", "Ping", b"ping")
    await requests.keep(ALICE, "d2", "Sync", b"other")
    for one in (requests, Requests(database)):
        assert await one.get(ALICE, "d1", "Sync") == b"last"
        assert await one.get(ALICE, "d1", "Ping") == b"ping"
        assert await one.get(ALICE, "d2", "Sync") == b"other"
        assert await one.get("bob@example.org", "d1", "Sync") == b""


async def test_what_is_on_record_already_costs_nothing(requests: Requests, database: Database) -> None:
    await requests.keep(ALICE, "d1", "Sync", b"same")
    counters = database.counters
    before = (counters.hops, counters.commits)
    await requests.keep(ALICE, "d1", "Sync", b"same")
    assert await requests.get(ALICE, "d1", "Sync") == b"same"
    assert (counters.hops, counters.commits) == before


@pytest.mark.parametrize(("device", "left"), [(None, [b"", b"", b"b"]), ("d1", [b"", b"2", b"b"])])
async def test_what_is_forgotten_is_of_one_account_or_device(
    requests: Requests, database: Database, device: str | None, left: list[bytes]
) -> None:
    places = [(ALICE, "d1"), (ALICE, "d2"), ("bob@example.org", "d1")]
    for (address, name), data in zip(places, (b"1", b"2", b"b"), strict=True):
        await requests.keep(address, name, "Sync", data)
    await requests.forget(ALICE, device)
    for one in (requests, Requests(database)):
        assert [await one.get(address, name, "Sync") for address, name in places] == left


async def test_a_request_kept_during_a_look_is_the_one_that_counts(
    requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = requests._database
    read, reading, go_on = database.read, asyncio.Event(), asyncio.Event()

    async def read_slowly(*args: Any) -> Any:
        found = await read(*args)
        reading.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(database, "read", read_slowly)
    slow = asyncio.create_task(requests.get(ALICE, "d1", "Sync"))
    await reading.wait()
    monkeypatch.setattr(database, "read", read)
    await requests.keep(ALICE, "d1", "Sync", b"new")
    go_on.set()
    await slow
    assert await requests.get(ALICE, "d1", "Sync") == b"new"
