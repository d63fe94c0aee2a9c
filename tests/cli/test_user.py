"""`outrider user`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from outrider.admin.certificate import write_certificate
from tests.cli.conftest import Run

ALICE = "alice@example.org"


def test_a_user_is_added_with_all_that_is_said(run: Run, listed: Callable[..., Any]) -> None:
    run("group", "add", "Staff")
    add = ("user", "add", ALICE, "--password-stdin", "--name", "Alice Example", "--admin")
    done = run(*add, "--group", "Staff", "--alias", "al@example.org", stdin="outrider\n")
    assert (done.exit_code, done.stdout) == (0, f"Added {ALICE}.\n")
    [user] = listed("user", "list")
    assert user.pop("created").endswith("Z")
    texts = ("given_name", "surname", "office", "company", "title", "phone", "home_phone", "mobile")
    assert user == {
        **dict.fromkeys(texts, ""),
        "address": ALICE,
        "name": "Alice Example",
        "photo": False,
        "certificate": False,
        "calendar_rights": "free-busy",
        "delegates": {},
        "time_zone": "UTC",
        "admin": True,
        "eas": True,
        "read_receipts": False,
        "enabled": True,
        "has_password": True,
        "aliases": ["al@example.org"],
        "groups": ["Staff"],
    }


def test_fields_are_set_one_by_one(alice: Run, listed: Callable[..., Any]) -> None:
    assert alice("user", "set", ALICE, "--office", "Pier 1", "--eas", "off").exit_code == 0
    assert alice("user", "set", ALICE, "--time-zone", "Europe/Berlin").exit_code == 0
    user = listed("user", "show", ALICE)
    assert (user["office"], user["eas"], user["time_zone"]) == ("Pier 1", False, "Europe/Berlin")


def test_a_photo_comes_from_a_file(alice: Run, listed: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert alice("user", "set", ALICE, "--photo", str(tmp_path / "photo.png")).exit_code == 0
    assert listed("user", "show", ALICE)["photo"] is True


def test_a_certificate_comes_from_a_file(alice: Run, listed: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "alice.pem"
    file.write_text("no certificate")
    refused = alice("user", "set", ALICE, "--certificate", str(file))
    assert (refused.exit_code, refused.stderr.split()[0]) == (1, "E-FIELD")
    write_certificate("alice.example.org", file, tmp_path / "key.pem")
    assert alice("user", "set", ALICE, "--certificate", str(file)).exit_code == 0
    assert listed("user", "show", ALICE)["certificate"] is True


def test_rights_are_given_and_taken(alice: Run, listed: Callable[..., Any]) -> None:
    bob = "bob@example.org"
    alice("user", "add", bob, "--password-stdin", stdin="outrider\n")
    done = alice("user", "delegate", ALICE, "--to", bob, "--rights", "read")
    assert (done.exit_code, done.stdout) == (0, f"{bob} may read what {ALICE} has.\n")
    done = alice("user", "calendar-rights", ALICE, "none")
    assert (done.exit_code, done.stdout) == (0, f"Everybody: none of the calendar of {ALICE}.\n")
    user = listed("user", "show", ALICE)
    assert (user["delegates"], user["calendar_rights"]) == ({bob: "read"}, "none")
    assert f"delegates: {bob} (read)\n" in alice("user", "show", ALICE).stdout
    alice("user", "delegate", ALICE, "--to", bob, "--rights", "none")
    assert listed("user", "show", ALICE)["delegates"] == {}
    refused = alice("user", "calendar-rights", ALICE, "all")
    assert (refused.exit_code, refused.stderr.split()[0]) == (1, "E-RIGHT")


def test_a_user_is_disabled_enabled_and_removed(alice: Run, listed: Callable[..., Any]) -> None:
    for verb, left in (("disable", [False]), ("enable", [True]), ("remove", [])):
        assert alice("user", verb, ALICE).exit_code == 0
        assert [user["enabled"] for user in listed("user", "list")] == left


def test_aliases_come_and_go(alice: Run, listed: Callable[..., Any]) -> None:
    alice("user", "add-alias", ALICE, "al@example.org")
    assert listed("user", "show", "al@example.org")["aliases"] == ["al@example.org"]
    alice("user", "remove-alias", ALICE, "al@example.org")
    assert listed("user", "show", ALICE)["aliases"] == []


def test_users_of_a_file_are_added_all_or_none(
    alice: Run, listed: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "users.csv"
    file.write_text("address,password\nbob@example.org,outrider\nalice@example.org,outrider\n", "utf-8")
    refused = alice("user", "import", str(file))
    assert (refused.exit_code, refused.stderr.split()[0]) == (1, "E-USER-EXISTS")
    assert len(listed("user", "list")) == 1
    file.write_text("address,password\nbob@example.org,outrider\n", "utf-8")
    assert alice("user", "import", str(file)).stdout == "Added 1 users.\n"


def test_people_are_shown_tables_and_lines(alice: Run) -> None:
    assert "alice@example.org" in alice("user", "list").stdout
    assert "address: alice@example.org\n" in alice("user", "show", ALICE).stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("user", "add", ALICE, "--password-stdin"), "E-USER-EXISTS"),
        (("user", "add", "nonsense", "--password-stdin"), "E-ADDRESS"),
        (("user", "add", "x@example.org", "--no-password", "--group", "none"), "E-GROUP-UNKNOWN"),
        (("user", "show", "nobody@example.org"), "E-USER-UNKNOWN"),
        (("user", "set", ALICE, "--time-zone", "Mars"), "E-FIELD"),
        (("user", "passwd", "nobody@example.org", "--password-stdin"), "E-USER-UNKNOWN"),
        (("user", "remove", "nobody@example.org"), "E-USER-UNKNOWN"),
        (("user", "disable", "nobody@example.org"), "E-USER-UNKNOWN"),
        (("user", "remove-alias", ALICE, "al@example.org"), "E-ALIAS-UNKNOWN"),
    ],
)
def test_a_refusal_is_one_line_that_begins_with_its_code(
    alice: Run, arguments: tuple[str, ...], code: str
) -> None:
    done = alice(*arguments, stdin="outrider\n")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{code} ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("stdin", ["", "\n"])
def test_an_empty_password_is_refused(run: Run, stdin: str) -> None:
    done = run("user", "add", ALICE, "--password-stdin", stdin=stdin)
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-PASSWORD")


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "add"),
        ("user", "add", ALICE),  # nobody to ask for a password
        ("user", "add", ALICE, "--password", "outrider"),
        ("user", "set", ALICE),
        ("user", "set", ALICE, "--eas", "perhaps"),
        ("user", "explode"),
    ],
)
def test_wrong_usage_is_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
