"""Wipes as administrators see them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.admin.wipe_rows import refusal_of, state_of, wipe_row
from outrider.policy.wipes import State
from outrider.store.wipes import Wipe

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)

ROWS = [
    (State.REQUESTED, "wiping", "E-WIPE-PENDING"),
    (State.SENT, "wiping", "E-WIPE-PENDING"),
    (State.FAILED, "wiping", "E-WIPE-PENDING"),
    (State.DONE, "wiped", "E-DEVICE-WIPED"),
]


@pytest.mark.parametrize(("state", "shown", "code"), ROWS)
def test_what_a_wipe_makes_of_its_device(state: State, shown: str, code: str) -> None:
    wipe = Wipe(
        address="alice@example.org",
        device="D1",
        names=("alice@example.org",),
        kind="full",
        state=state,
        actor="carol",
        requested=NOW,
    )
    row = wipe_row(wipe)
    assert (row.by, row.state, state_of(row)) == ("carol", state, shown)
    assert refusal_of(wipe).code == code
