"""What a device says is kept where it is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from outrider.store.claims import MOST, Claim, add_claims, read_claims

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(DAY.timestamp())


def test_nothing_said_is_an_empty_history() -> None:
    assert read_claims("") == []
    assert add_claims("", {"model": ""}, DAY) == ""


def test_a_line_has_the_time_and_what_was_said() -> None:
    [claim] = read_claims(add_claims("", {"model": "Phone"}, DAY))
    assert claim == Claim(SECONDS, "model", "Phone")
    assert claim.time == DAY


def test_only_what_differs_from_the_last_time_is_added() -> None:
    once = add_claims("", {"model": "Phone", "os": "OS 1"}, DAY)
    assert add_claims(once, {"model": "Phone", "os": "OS 1"}, DAY) == once
    twice = add_claims(once, {"model": "Phone", "os": "OS 2"}, DAY)
    back = read_claims(add_claims(twice, {"os": "OS 1"}, DAY))
    assert [(claim.name, claim.value) for claim in back] == [
        ("model", "Phone"),
        ("os", "OS 1"),
        ("os", "OS 2"),
        ("os", "OS 1"),
    ]


def test_of_many_lines_the_oldest_go() -> None:
    text = ""
    for number in range(MOST + 5):
        text = add_claims(text, {"os": f"OS {number}"}, DAY + timedelta(days=number))
    claims = read_claims(text)
    assert (len(claims), claims[0].value, claims[-1].value) == (MOST, "OS 5", f"OS {MOST + 4}")
