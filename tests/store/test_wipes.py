"""The table of wipes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.database import Database
from outrider.store.audit import Audit, Entry
from outrider.store.wipes import Revised, Wipe, Wipes

ALICE, BOB = "alice@example.org", "bob@example.org"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def wipe(address: str = ALICE, **fields: object) -> Wipe:
    made = Wipe(
        address=address,
        device="D1",
        names=(address, "alias@example.org"),
        kind="full",
        state="requested",
        key=0xFFFFFFFF,
        actor="carol",
        requested=NOW,
    )
    return structs.replace(made, **fields)


async def keep(wipes: Wipes, one: Wipe) -> None:
    await wipes.revise((one.address, one.device), lambda _: Revised(wipe=one))


async def test_a_wipe_is_kept_as_it_is(database: Database) -> None:
    full = wipe(sent=NOW, times=2, answered=NOW, authenticated=True, peer="192.0.2.7", leave=NOW)
    await keep(Wipes(database), full)
    assert await Wipes(database).get(ALICE, "D1") == full


async def test_one_id_of_two_users_is_two_devices(database: Database) -> None:
    wipes = Wipes(database)
    await keep(wipes, wipe())
    assert await wipes.get(BOB, "D1") is None
    await keep(wipes, wipe(BOB))
    assert set(await wipes.of_device("D1")) == {ALICE, BOB}
    assert [one.address for one in await wipes.of_user(BOB)] == [BOB]


async def test_a_change_is_durable_and_seen_at_once(database: Database) -> None:
    wipes = Wipes(database)
    await keep(wipes, wipe())
    await keep(wipes, wipe(state="sent"))
    for seen in (wipes, Wipes(database)):
        found = await seen.get(ALICE, "D1")
        assert found is not None
        assert found.state == "sent"


async def test_what_is_over_is_gone(database: Database) -> None:
    wipes = Wipes(database)
    await keep(wipes, wipe())
    await wipes.revise((ALICE, "D1"), lambda _: Revised(wipe=None))
    assert not await wipes.of_device("D1")
    assert not await Wipes(database).of_device("D1")


async def test_of_two_revisions_at_once_the_second_sees_the_first(database: Database) -> None:
    wipes = Wipes(database)
    await keep(wipes, wipe())

    def count(current: Wipe | None) -> Revised:
        assert current is not None
        return Revised(wipe=structs.replace(current, times=current.times + 1))

    await asyncio.gather(*(wipes.revise((ALICE, "D1"), count) for _ in range(2)))
    found = await wipes.get(ALICE, "D1")
    assert found is not None
    assert found.times == 2


async def test_the_line_of_the_audit_is_written_with_the_change_or_not_at_all(database: Database) -> None:
    wipes, line = Wipes(database), Entry(time=NOW, actor="D1", act="wipe.sent", subject="D1")
    await wipes.revise((ALICE, "D1"), lambda _: Revised(wipe=wipe(), line=line))
    assert [entry for _, entry in await Audit(database).read()] == [line]

    def fail(_: Wipe | None) -> Revised:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await wipes.revise((ALICE, "D1"), fail)
    assert await wipes.get(ALICE, "D1") == wipe()


async def test_asking_costs_no_statement(database: Database) -> None:
    wipes = Wipes(database)
    await keep(wipes, wipe(leave=NOW + timedelta(minutes=10)))
    before = database.counters.statements
    for device in ("D1", "D2"):
        await wipes.of_device(device)
        await wipes.get(ALICE, device)
    assert database.counters.statements == before
