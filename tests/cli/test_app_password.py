"""`outrider app-password`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Run

ALICE = "alice@example.org"


def test_one_is_shown_once_listed_and_revoked(alice: Run, listed: Callable[..., Any]) -> None:
    made = listed("app-password", "add", ALICE, "--label", "phone")
    assert made["label"] == "phone"
    assert made["password"].count("-") >= 5
    [kept] = listed("app-password", "list", ALICE)
    assert set(kept) == {"number", "label", "created", "last_used", "revoked"}
    assert made["password"] not in str(kept)
    assert alice("app-password", "revoke", ALICE, str(kept["number"])).exit_code == 0
    assert listed("app-password", "list", ALICE)[0]["revoked"]


def test_it_alone_is_printed(alice: Run) -> None:
    assert alice("app-password", "add", ALICE).stdout.count("\n") == 1


def test_all_of_a_label_are_revoked(alice: Run, listed: Callable[..., Any]) -> None:
    for _ in range(2):
        alice("app-password", "add", ALICE, "--label", "phone")
    assert alice("app-password", "revoke", ALICE, "--label", "phone").exit_code == 0
    assert all(one["revoked"] for one in listed("app-password", "list", ALICE))


def test_what_is_not_there_cannot_be_revoked(alice: Run) -> None:
    done = alice("app-password", "revoke", ALICE, "9")
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-APP-PASSWORD-UNKNOWN")


def test_no_more_are_made_than_are_allowed(
    alice: Run, listed: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTRIDER_AUTH__APP_PASSWORDS", "1")
    alice("app-password", "add", ALICE)
    done = alice("app-password", "add", ALICE)
    assert (done.exit_code, done.stdout, done.stderr.split()[0]) == (1, "", "E-APP-PASSWORD-LIMIT")
    assert len(listed("app-password", "list", ALICE)) == 1


def test_a_number_or_a_label_is_wanted(alice: Run) -> None:
    assert alice("app-password", "revoke", ALICE).exit_code == 2
    assert alice("app-password", "revoke", ALICE, "1", "--label", "phone").exit_code == 2
