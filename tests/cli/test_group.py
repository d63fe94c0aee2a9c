"""`outrider group`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.cli.conftest import Run

TEAM = "team@example.org"


def test_a_group_and_its_members(alice: Run, listed: Callable[..., Any]) -> None:
    alice("group", "add", TEAM, "--member", "alice@example.org", "--member", "friend@elsewhere.example")
    alice("group", "remove", TEAM, "--member", "friend@elsewhere.example")
    expected = {"name": TEAM, "address": TEAM, "members": ["alice@example.org"]}
    assert listed("group", "list") == [expected]
    assert listed("group", "show", TEAM) == expected
    assert "members: alice@example.org\n" in alice("group", "show", TEAM).stdout
    alice("group", "remove", TEAM)
    assert listed("group", "list") == []


def test_refusals(alice: Run) -> None:
    for arguments, code in (
        (("show", TEAM), "E-GROUP-UNKNOWN"),
        (("remove", TEAM), "E-GROUP-UNKNOWN"),
        (("add", "alice@example.org"), "E-ADDRESS-TAKEN"),
    ):
        done = alice("group", *arguments)
        assert (done.exit_code, done.stderr.split()[0]) == (1, code)
