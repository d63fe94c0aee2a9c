"""How often a device may ask."""

from __future__ import annotations

import pytest

from outrider.commands import budget as module
from outrider.commands.budget import Budget

WHO = ("alice@example.org", "PHONE1")
OTHER = ("alice@example.org", "PHONE2")


def spent(rate: int, times: int, now: float = 0.0) -> Budget:
    budget = Budget(rate)
    for _ in range(times):
        budget.spend(WHO, now)
    return budget


WAITS = [
    ("a fresh budget", 0, 0.0, 0),
    ("the last question", 59, 0.0, 0),
    ("a spent budget", 60, 0.0, 1),
    ("a spent budget, half a second later", 60, 0.5, 0.5),
    ("a spent budget, a second later", 60, 1.0, 0),
    ("asking on and on costs nothing more", 600, 0.0, 1),
]


@pytest.mark.parametrize(("what", "times", "now", "wait"), WAITS, ids=[row[0] for row in WAITS])
def test_a_budget_flows_back(what: str, times: int, now: float, wait: float) -> None:
    assert spent(60, times).spend(WHO, now) == pytest.approx(wait), what


def test_devices_have_budgets_of_their_own() -> None:
    budget = spent(60, 60)
    assert budget.spend(OTHER, 0.0) == 0
    assert budget.spend(("bob@example.org", "PHONE1"), 0.0) == 0


def test_a_budget_holds_a_minutes_worth() -> None:
    budget = spent(60, 60)
    assert [budget.left(WHO, now) for now in (0, 30, 60, 3600)] == [0, 30, 60, 60]


def test_a_question_can_be_given_back() -> None:
    budget = spent(60, 60)
    budget.give_back(WHO, 0.0)
    assert budget.left(WHO, 0.0) == 1
    budget.give_back(OTHER, 0.0)
    assert budget.left(OTHER, 0.0) == 60


def test_without_a_rate_there_is_no_end() -> None:
    budget = spent(0, 10_000)
    budget.give_back(WHO, 0.0)
    assert budget.spend(WHO, 0.0) == 0


def test_a_crowd_drives_out_who_asked_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 2)
    budget = Budget(60)
    for number, name in enumerate("abc"):
        budget.spend((name, "PHONE1"), float(number))
    assert [budget.left((name, "PHONE1"), 2.0) for name in "abc"] == [60, 60, 59]


def test_a_budget_may_flow_back_in_another_span() -> None:
    budget = Budget(60, 3600.0)
    waits = [budget.spend(WHO, now) for now in (0.0,) * 60 + (0.0, 59.0, 60.0, 60.0)]
    assert waits == pytest.approx([0.0] * 60 + [60.0, 1.0, 0.0, 60.0])
