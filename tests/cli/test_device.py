"""`outrider device`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outrider.cli.running import administrator
from outrider.database import Database
from outrider.store.devices import Device, Devices
from outrider.store.recovery import Recovery
from outrider.store.serverkey import load_key
from tests.cli.conftest import Run

ALICE = "alice@example.org"
SHAPE = (
    "id user type model os user_agent version first_seen last_seen state reason policy policy_state answer"
)


@pytest.fixture
def phone(alice: Run, data: Path) -> Run:
    async def add() -> None:
        day = datetime(2026, 3, 1, tzinfo=UTC)
        device = Device(
            address="alice@example.org", id="PHONE1", user_agent="Odd\x1b[2J", first_seen=day, last_seen=day
        )
        async with Database(f"sqlite:///{data}/outrider.sqlite") as database:
            await Devices(database).add(device)

    asyncio.run(add())
    return alice


def test_a_list_has_the_promised_shape(phone: Run, listed: Callable[..., Any]) -> None:
    [row] = listed("device", "list", "--user", "alice@example.org")
    assert " ".join(row) == SHAPE
    assert row["last_seen"] == "2026-03-01T00:00:00Z"


def test_a_device_is_shown_without_signs_that_steer_a_terminal(phone: Run) -> None:
    assert "PHONE1" in phone("device", "list").stdout
    assert "\x1b[2J" not in phone("device", "show", "PHONE1").stdout


def test_what_a_device_said_is_shown(phone: Run) -> None:
    assert "said: 2026-03-01T00:00:00Z user_agent: Odd?[2J" in phone("device", "show", "PHONE1").stdout


def test_a_device_is_made_to_start_over_and_forgotten(phone: Run, listed: Callable[..., Any]) -> None:
    assert phone("device", "resync", "PHONE1", "--folder", "Inbox").exit_code == 0
    assert "everything" in phone("device", "resync", "PHONE1").stdout
    assert phone("device", "forget", "PHONE1", "--user", "alice@example.org").exit_code == 0
    assert listed("device", "list") == []


@pytest.mark.parametrize(
    ("verb", "state"), [("block", "blocked"), ("quarantine", "quarantined"), ("allow", "allowed")]
)
def test_a_device_is_decided_about(phone: Run, listed: Callable[..., Any], verb: str, state: str) -> None:
    done = phone("device", verb, "PHONE1", "--user", "alice@example.org")
    assert done.stdout.startswith(f"PHONE1 of alice@example.org is {state}")
    assert listed("device", "list")[0]["state"] == state
    assert listed("device", "show", "PHONE1")["personal"] == verb
    assert phone("device", "undecide", "PHONE1").stdout == "PHONE1 of alice@example.org is allowed.\n"


def test_what_is_asked_before_a_device_is_let_in_is_shown(phone: Run, listed: Callable[..., Any]) -> None:
    shown = phone("device", "show", "PHONE1").stdout
    assert "  policy: the device has still to take its policy (E-POLICY-NONE)\n" in shown
    assert shown.index("  account: ") < shown.index("  user: ") < shown.index("  policy: ")
    assert phone("rule", "test", "PHONE1").stdout in shown
    assert listed("rule", "test", "PHONE1") == listed("device", "show", "PHONE1")["access"]


@pytest.fixture
def modern(phone: Run, data: Path) -> Run:
    """The phone speaks the newest version."""

    async def speak() -> None:
        async with Database(f"sqlite:///{data}/outrider.sqlite") as database:
            [device] = await Devices(database).all()
            await Devices(database).change(device, version=161)

    asyncio.run(speak())
    return phone


def test_the_account_alone_is_wiped_if_nothing_else_is_said(modern: Run, listed: Callable[..., Any]) -> None:
    done = modern("device", "wipe", "PHONE1", "--user", ALICE)
    assert done.stdout.startswith(f"The account on it will be wiped when PHONE1 of {ALICE} comes")
    sheet = listed("device", "show", "PHONE1")
    assert (sheet["state"], sheet["wipe"]["kind"], sheet["wipe"]["by"]) == (
        "wiping",
        "account-only",
        administrator(),
    )
    assert "state: requested" in modern("device", "show", "PHONE1").stdout
    assert listed("device", "list")[0]["state"] == "wiping"


def test_a_full_wipe_is_asked_for_and_confirmed(phone: Run, listed: Callable[..., Any]) -> None:
    refused = phone("device", "wipe", "PHONE1", "--full")
    assert (refused.exit_code, refused.stderr.split()[0]) == (1, "E-WIPE-CONFIRM")
    assert listed("device", "list")[0]["state"] == "allowed"
    assert phone("device", "wipe", "PHONE1", "--full", "--yes").exit_code == 0
    assert listed("device", "show", "PHONE1")["wipe"]["kind"] == "full"


@pytest.mark.parametrize(("typed", "status"), [("phone1\n", 0), ("PHONE2\n", 1)])
def test_on_a_terminal_the_id_is_typed(
    phone: Run, monkeypatch: pytest.MonkeyPatch, typed: str, status: int
) -> None:
    monkeypatch.setattr("outrider.cli.device._is_terminal", lambda: True)
    assert phone("device", "wipe", "PHONE1", "--full", stdin=typed).exit_code == status


def test_a_wipe_is_taken_back(phone: Run) -> None:
    phone("device", "wipe", "PHONE1", "--full", "--yes")
    assert phone("device", "cancel-wipe", "PHONE1").stdout == f"PHONE1 of {ALICE} will not be wiped.\n"
    done = phone("device", "clear", "PHONE1")
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-WIPE-UNKNOWN")


def test_a_recovery_password_is_shown_once(phone: Run, data: Path) -> None:
    async def leave() -> None:
        sealed = load_key(data / "secret.key").conceal((ALICE, "PHONE1"), "open sesame")
        async with Database(f"sqlite:///{data}/outrider.sqlite") as database:
            await Recovery(database).keep(ALICE, "PHONE1", sealed, datetime(2026, 3, 1, tzinfo=UTC))

    asyncio.run(leave())
    assert phone("device", "recovery-password", "PHONE1").stdout == "open sesame\n"
    done = phone("device", "recovery-password", "PHONE1")
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-RECOVERY-NONE")


def test_one_kind_of_wipe_is_named_at_most(phone: Run) -> None:
    assert phone("device", "wipe", "PHONE1", "--full", "--account-only").exit_code == 2


def test_refusals(phone: Run) -> None:
    for arguments, code in (
        (("show", "PHONE2"), "E-DEVICE-UNKNOWN"),
        (("unpark", "PHONE1"), "E-DEVICE-NOT-PARKED"),
        (("forget", "PHONE1", "--user", "bob@example.org"), "E-USER-UNKNOWN"),
        (("resync", "PHONE1", "--folder", "Nowhere"), "E-FOLDER-UNKNOWN"),
        (("wipe", "PHONE1", "--account-only"), "E-WIPE-VERSION"),
        (("cancel-wipe", "PHONE1"), "E-WIPE-UNKNOWN"),
    ):
        done = phone("device", *arguments)
        assert (done.exit_code, done.stderr.split()[0]) == (1, code)
