"""What makes a loop, how long it costs, and when it is forgotten."""

from __future__ import annotations

import pytest

from outrider.commands import loops as module
from outrider.commands.loops import Deed, Loops

WHO = ("alice@example.org", "PHONE1")
DEED = Deed("Sync 5 again", "1.7")


def after(times: list[float], deed: Deed = DEED) -> Loops:
    """Loops of five, first delay ten seconds, after a device did the same at these times."""
    loops = Loops(limit=5, first=10, most=60)
    for time in times:
        loops.count(WHO, deed, time)
    return loops


DELAYS = [
    ("four at once", [0.0] * 4, 0),
    ("five at once", [0.0] * 5, 10),
    ("five within a minute", [0, 14, 28, 42, 56], 10),
    ("five in a minute and more", [0, 15, 30, 45, 60], 0),
    ("one a quarter of a minute, for ever", [15.0 * number for number in range(100)], 0),
    ("once more after the delay", [0.0] * 5 + [10], 20),
    ("and once more", [0.0] * 5 + [10, 30], 40),
    ("up to the longest", [0.0] * 5 + [10, 30, 70, 130, 190], 60),
    ("after a minute of quiet", [0.0] * 5 + [70], 0),
    ("just before the minute is over", [0.0] * 5 + [69], 20),
    ("a second loop after a minute of quiet", [0.0] * 5 + [10] + [100.0] * 5, 10),
]


@pytest.mark.parametrize(("what", "times", "delay"), DELAYS, ids=[row[0] for row in DELAYS])
def test_a_loop_costs_a_growing_delay(what: str, times: list[float], delay: float) -> None:
    assert after(times).wait(WHO, [DEED], times[-1]) == delay, what


def test_a_delay_passes() -> None:
    loops = after([0.0] * 5)
    assert [loops.wait(WHO, [DEED], time) for time in (0, 4, 10, 11)] == [10, 6, 0, 0]


def test_the_moment_a_loop_is_broken_is_told() -> None:
    loops = Loops(limit=3, first=10)
    assert [loops.count(WHO, DEED, 0.0) for _ in range(4)] == [False, False, True, True]


OTHERS = [
    ("another device", ("alice@example.org", "PHONE2"), DEED),
    ("the same device of another user", ("bob@example.org", "PHONE1"), DEED),
    ("another folder", WHO, Deed("Sync 6 again", "1.7")),
    ("a new key", WHO, Deed("Sync 5 again", "1.8")),
]


@pytest.mark.parametrize(("what", "who", "deed"), OTHERS, ids=[row[0] for row in OTHERS])
def test_nobody_and_nothing_else_waits(what: str, who: tuple[str, str], deed: Deed) -> None:
    assert after([0.0] * 5).wait(who, [deed], 0) == 0, what


def test_the_longest_of_several_delays_counts() -> None:
    loops = after([0.0] * 5)
    for _ in range(6):
        loops.count(WHO, Deed("Sync 6"), 0.0)
    assert loops.wait(WHO, [DEED, Deed("Sync 6"), Deed("Sync 7")], 0) == 20


def test_a_key_that_is_not_said_may_be_any() -> None:
    assert after([0.0] * 5).wait(WHO, [Deed("Sync 5 again")], 0) == 10


def test_a_new_key_is_no_repetition() -> None:
    loops = Loops(limit=5, first=10)
    for number in range(1000):
        assert not loops.count(WHO, Deed("Sync 5 again", f"1.{number}"), number / 100)


def test_nothing_is_a_loop_without_a_limit() -> None:
    loops = Loops(limit=0)
    assert not any(loops.count(WHO, DEED, 0.0) for _ in range(1000))
    assert loops.wait(WHO, [DEED], 0.0) == 0


def test_the_loops_of_a_device_are_shown_until_they_are_forgotten() -> None:
    loops = after([0.0] * 5)
    loops.count(WHO, Deed("Ping"), 0.0)
    assert loops.broken(WHO, 69) == ["Sync 5 again"]
    assert loops.broken(WHO, 70) == []
    assert loops.broken(("bob@example.org", "PHONE1"), 0) == []


def test_a_crowd_drives_out_what_was_done_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 3)
    loops = Loops(limit=1, first=10)
    for number in range(4):
        loops.count(WHO, Deed(f"Sync {number}"), 0.0)
    assert [loops.wait(WHO, [Deed(f"Sync {number}")], 0.0) for number in range(4)] == [0, 10, 10, 10]
