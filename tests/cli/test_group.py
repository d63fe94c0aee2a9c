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


def test_what_names_a_group_that_is_removed_is_told_and_marked(alice: Run) -> None:
    alice("group", "add", "Staff", "--member", "alice@example.org")
    alice("rule", "add", "--action", "block", "--group", "Staff")
    alice("policy", "add", "pin")
    alice("policy", "assign", "pin", "--group", "Staff")
    assert alice("group", "remove", "Staff").stdout.splitlines() == [
        "Removed Staff.",
        "Still named by rule 1, policy pin, for whoever comes under this name.",
    ]
    assert "Staff (not there)" in alice("rule", "list").stdout
    assert "group:Staff (not there)" in alice("policy", "list").stdout
    assert "holds for: group:Staff (not there) (0 devices)" in alice("policy", "show", "pin").stdout


def test_who_was_never_in_a_group_is_not_said_to_be_taken_out(alice: Run) -> None:
    alice("group", "add", TEAM)
    done = alice("group", "remove", TEAM, "--member", "alice@example.org")
    assert done.stdout == f"{TEAM} is without alice@example.org.\n"


def test_refusals(alice: Run) -> None:
    for arguments, code in (
        (("show", TEAM), "E-GROUP-UNKNOWN"),
        (("remove", TEAM), "E-GROUP-UNKNOWN"),
        (("add", "alice@example.org"), "E-ADDRESS-TAKEN"),
    ):
        done = alice("group", *arguments)
        assert (done.exit_code, done.stderr.split()[0]) == (1, code)
