"""Who waits is woken when a change of policy comes to the device."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from outrider.commands.waves import Waves
from outrider.policy.book import Wave
from outrider.sync.hub import Hub, Waiter, device_topic

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ALICE = "alice@example.org"
SPREAD = Wave(since=NOW, spread=600)


@pytest.fixture
def hub() -> Hub:
    return Hub()


def waiting(hub: Hub, device_id: str) -> Waiter:
    return hub.listen([device_topic(ALICE, device_id)])


async def test_without_a_spread_all_are_woken_at_once(hub: Hub) -> None:
    waiters = [waiting(hub, name) for name in ("D1", "D2")]
    stranger = waiting(hub, "D3")
    Waves(hub, lambda: NOW).announce([(ALICE, "D1"), (ALICE, "D2")], Wave(since=NOW))
    assert all(waiter.future.done() for waiter in waiters)
    assert not stranger.future.done()


async def test_whose_slot_has_come_is_woken_and_no_other(hub: Hub) -> None:
    names = [f"D{number}" for number in range(40)]
    waiters = {name: waiting(hub, name) for name in names}
    waves = Waves(hub, lambda: NOW + timedelta(seconds=300))
    waves.announce([(ALICE, name) for name in names], SPREAD)
    woken = {name for name, waiter in waiters.items() if waiter.future.done()}
    assert woken == {name for name in names if SPREAD.slot(name) <= 300}
    waves.stop()


async def test_a_slot_that_is_to_come_wakes_when_it_comes(hub: Hub) -> None:
    waiter = waiting(hub, "D1")
    almost = NOW + timedelta(seconds=SPREAD.slot("D1")) - timedelta(microseconds=1)
    Waves(hub, lambda: almost).announce([(ALICE, "D1")], SPREAD)
    await asyncio.wait_for(waiter.future, 10)


async def test_devices_of_one_slot_share_a_timer(hub: Hub) -> None:
    waves = Waves(hub, lambda: NOW - timedelta(seconds=1))
    waves.announce([(ALICE, f"D{number}") for number in range(5000)], SPREAD)
    assert len(waves._timers) == 600
    waves.stop()
    assert not waves._timers
