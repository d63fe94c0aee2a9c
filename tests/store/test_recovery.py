"""The table of recovery passwords."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outrider.database import Database
from outrider.store.recovery import Recovery

ALICE, BOB = "alice@example.org", "bob@example.org"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def recovery(database: Database) -> Recovery:
    return Recovery(database)


async def test_what_a_device_leaves_is_kept_as_it_is_until_it_is_replaced(recovery: Recovery) -> None:
    assert await recovery.look(ALICE, "D1") is None
    assert await recovery.kept_since(ALICE, "D1") is None
    for sealed, time in ((b"one", NOW), (b"two", NOW + timedelta(hours=1))):
        await recovery.keep(ALICE, "D1", sealed, time)
        assert await recovery.look(ALICE, "D1") == sealed
        assert await recovery.kept_since(ALICE, "D1") == time


async def test_it_is_of_one_user_and_one_device(recovery: Recovery) -> None:
    await recovery.keep(ALICE, "D1", b"one", NOW)
    assert await recovery.look(BOB, "D1") is None
    assert await recovery.look(ALICE, "D2") is None


async def test_it_is_forgotten_for_a_device_or_a_user(recovery: Recovery) -> None:
    for address, device in ((ALICE, "D1"), (ALICE, "D2"), (ALICE, "D3"), (BOB, "D1")):
        await recovery.keep(address, device, b"one", NOW)
    await recovery.forget(ALICE, "D1")
    assert (await recovery.look(ALICE, "D1"), await recovery.look(ALICE, "D2")) == (None, b"one")
    await recovery.forget(ALICE)
    assert (await recovery.look(ALICE, "D3"), await recovery.look(BOB, "D1")) == (None, b"one")
