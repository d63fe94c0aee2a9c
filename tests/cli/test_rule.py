"""`outrider rule`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Run


def test_rules_are_added_listed_moved_and_removed(alice: Run, listed: Callable[..., Any]) -> None:
    added = alice("rule", "add", "--action", "block", "--type", "iPad", "--os", "iOS 1?.*")
    assert added.stdout == "Added rule 1 at position 1.\n"
    assert (
        alice("rule", "add", "--action", "allow", "--user", "alice@example.org", "--position", "1").exit_code
        == 0
    )
    rows = listed("rule", "list")
    assert [(row["position"], row["id"], row["action"]) for row in rows] == [(1, 2, "allow"), (2, 1, "block")]
    assert (rows[1]["type"], rows[1]["os"], rows[1]["user"]) == ("iPad", "iOS 1?.*", None)
    assert "iPad" in alice("rule", "list").stdout
    assert alice("rule", "move", "2", "2").stdout == "Rule 2 stands at position 2.\n"
    assert alice("rule", "remove", "1").stdout == "Removed rule 1.\n"
    assert [row["id"] for row in listed("rule", "list")] == [2]


def test_a_device_is_tried(alice: Run, listed: Callable[..., Any]) -> None:
    alice("rule", "add", "--action", "quarantine", "--agent", "Odd/*", "--address", "192.0.2.0/24")
    fits = ("rule", "test", "--agent", "Odd/1", "--address", "192.0.2.7")
    assert alice(*fits).stdout == "Rule 1 at position 1 decides: quarantine.\n"
    assert listed(*fits)["action"] == "quarantine"
    assert alice("rule", "test", "--agent", "Even/1").stdout == "No rule fits; access.default decides.\n"
    assert listed("rule", "test", "--agent", "Even/1") is None


def test_the_app_has_a_preset(alice: Run) -> None:
    done = alice("rule", "add", "--action", "block", "--preset", "outlook-app")
    assert done.stdout.splitlines()[0] == "Added rule 1 at position 1."
    told = alice("rule", "test", "--agent", "Outlook-iOS-Android/1.0")
    assert told.stdout == "Rule 2 at position 2 decides: block.\n"


REFUSED = [
    (("add", "--action", "block"), 1, "E-RULE-EMPTY"),
    (("add", "--action", "block", "--group", "staff"), 1, "E-RULE-TARGET"),
    (("add", "--action", "block", "--address", "192.0.2.9-192.0.2.1"), 1, "E-RULE-NEVER"),
    (("remove", "3"), 1, "E-RULE-UNKNOWN"),
    (("test", "PHONE9"), 1, "E-DEVICE-UNKNOWN"),
    (("add", "--action", "hide", "--type", "iPad"), 2, "allow, quarantine or block"),
]


@pytest.mark.parametrize(("arguments", "status", "text"), REFUSED, ids=[row[2] for row in REFUSED])
def test_refusals(alice: Run, arguments: tuple[str, ...], status: int, text: str) -> None:
    done = alice("rule", *arguments)
    assert done.exit_code == status
    assert text in done.stderr
