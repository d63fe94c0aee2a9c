"""Delays that double."""

from __future__ import annotations

import pytest

from outrider.commands.throttle import Throttle, network_of


def test_the_delay_doubles_after_the_free_failures_up_to_its_bound() -> None:
    throttle = Throttle(free=2, first=1, most=10)
    waits = []
    for _ in range(7):
        waits.append(throttle.wait("x", 0))
        throttle.count("x", 0)
    assert waits == [0, 0, 1, 2, 4, 8, 10]


def test_time_passes_for_those_who_wait() -> None:
    throttle = Throttle(free=1, first=8, most=8)
    throttle.count("x", 100)
    assert [throttle.wait("x", now) for now in (100, 105, 108, 200)] == [8, 3, 0, 0]


def test_failures_are_forgotten_after_a_quarter_of_an_hour() -> None:
    throttle = Throttle(free=1, first=1, most=600)
    for _ in range(4):
        throttle.count("x", 0)
    throttle.count("x", 5000)
    assert throttle.wait("x", 5000) == 1


def test_one_key_does_not_delay_another() -> None:
    throttle = Throttle(free=1, first=8, most=8)
    throttle.count("x", 0)
    assert throttle.wait("y", 0) == 0


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("", ""),
    ],
)
def test_what_counts_as_one_place(peer: str, network: str) -> None:
    assert network_of(peer) == network
