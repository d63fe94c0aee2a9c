"""Notes that the server writes on behalf of users."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from outrider.backends.local.courier import Courier, Note
from outrider.backends.local.submissions import Submissions
from outrider.domain.errors import BackendError
from outrider.domain.roles import Envelope
from tests.backends.local.embedded import Embedded, embedded
from tests.backends.local.test_submissions import ScriptedRelay

ALICE, BOB = "alice@example.org", "bob@example.org"
DORA = "dora@example.net"
MIME = b"Subject: Auto\r\n\r\nAway.\r\n"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add(ALICE)
        await made.add(BOB)
        yield made


def note(to: str) -> Note:
    return Note(account=ALICE, to=to, mime=MIME, token=to.encode())


async def test_a_user_here_gets_it_once(store: Embedded) -> None:
    courier = store.courier()
    for _ in range(2):
        await courier.carry(note("Bob@example.org"))
    assert await store.inbox(BOB) == [MIME]


async def test_somebody_elsewhere_gets_it_once_from_nobody(store: Embedded) -> None:
    relay = ScriptedRelay()
    courier = store.courier(Submissions(store.database, relay, store.now))
    for _ in range(2):
        await courier.carry(note(DORA))
    assert relay.taken == [(MIME, Envelope(sender="", recipients=(DORA,)))]


async def test_without_a_way_out_nobody_elsewhere_gets_it(store: Embedded) -> None:
    await store.courier().carry(note(DORA))
    assert await store.inbox(ALICE) == []


async def test_a_group_gets_none(store: Embedded) -> None:
    await store.groups.add("staff", [BOB])
    await store.courier().carry(note("staff@example.org"))
    assert await store.inbox(BOB) == []


async def test_what_cannot_leave_is_said_in_the_log(
    store: Embedded, caplog: pytest.LogCaptureFixture
) -> None:
    relay = ScriptedRelay(BackendError("The relay is gone.", temporary=True))
    courier = store.courier(Submissions(store.database, relay, store.now))
    await courier.carry(note(DORA))
    assert "E-BACKEND The relay is gone." in caplog.text


async def test_what_was_begun_is_waited_for(store: Embedded, caplog: pytest.LogCaptureFixture) -> None:
    done, gate = [], asyncio.Event()

    async def work(error: Exception | None = None) -> None:
        await gate.wait()
        if error:
            raise error
        done.append(1)

    courier = Courier(store.database, store.local)
    await courier.finish()
    courier.begin(work())
    courier.begin(work(ValueError("a mistake of ours")))
    asyncio.get_running_loop().call_soon(gate.set)
    with caplog.at_level(logging.ERROR):
        await courier.finish()
        await asyncio.sleep(0)
    assert done == [1]
    assert "a mistake of ours" in caplog.text
