"""Tries are counted for each device, in bounded memory."""

from __future__ import annotations

from datetime import UTC, datetime

from outrider.commands import parking
from outrider.commands.parking import Parking
from outrider.policy.parking import MOST, SPAN, Turn

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE, BOB = ("alice@example.org", "PHONE1"), ("bob@example.org", "PHONE1")


def test_each_device_has_tries_of_its_own() -> None:
    counted = Parking()
    assert not any(counted.count(who, Turn.FAILS, NOW) for who in (ALICE, BOB) for _ in range(MOST - 1))
    assert counted.count(ALICE, Turn.FAILS, NOW)
    assert counted.count(BOB, Turn.FAILS, NOW)


def test_tries_are_forgotten_and_age() -> None:
    counted = Parking()
    for _ in range(MOST - 1):
        counted.count(ALICE, Turn.FAILS, NOW)
    counted.clear(ALICE)
    counted.clear(BOB)
    assert not any(counted.count(ALICE, Turn.FAILS, NOW) for _ in range(MOST - 1))
    assert not counted.count(ALICE, Turn.FAILS, NOW + SPAN)


def test_being_sent_back_is_counted_of_those_alone_who_tried() -> None:
    counted = Parking()
    assert not any(counted.count(ALICE, Turn.SENT_BACK, NOW) for _ in range(2 * MOST))
    assert len(counted) == 0


def test_only_so_many_devices_are_remembered() -> None:
    counted = Parking()
    for number in range(parking.KEPT + 10):
        counted.count(("alice@example.org", str(number)), Turn.BEGINS, NOW)
    assert len(counted) == parking.KEPT
