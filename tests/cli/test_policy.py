"""`outrider policy`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outrider.database import Database
from outrider.store.devices import Device, Devices
from tests.cli.conftest import Run


def test_a_policy_is_made_changed_assigned_and_removed(alice: Run, listed: Callable[..., Any]) -> None:
    alice("policy", "add", "pin", "MinDevicePasswordLength=6", "--preset", "basic-pin", "--reason", "loss")
    done = alice("policy", "set", "pin", "AllowCamera=false", "--clear", "AllowSimpleDevicePassword")
    assert done.stdout == "Published edition 2 of pin; it holds for 0 devices.\n"
    assert (
        alice("policy", "assign", "pin", "--user", "alice@example.org").stdout
        == "user alice@example.org: pin.\n"
    )
    sheet = listed("policy", "show", "pin")
    assert sheet["settings"] == {
        "DevicePasswordEnabled": True,
        "MinDevicePasswordLength": 6,
        "MaxInactivityTimeDeviceLock": 900,
        "MaxDevicePasswordFailedAttempts": 10,
        "AllowCamera": False,
    }
    assert sheet["assigned"] == ["user:alice@example.org"]
    assert [one["reason"] for one in sheet["history"]] == ["", "loss"]
    alice("policy", "assign", "--user", "alice@example.org", "--take-back")
    assert alice("policy", "remove", "pin").stdout == "Removed the policy pin.\n"
    assert [one["name"] for one in listed("policy", "list")] == ["open"]


def test_what_a_policy_sets_is_shown_as_it_is_typed(alice: Run) -> None:
    alice(
        "policy", "add", "p", "MaxAttachmentSize=none", "AllowCamera=0", "UnapprovedInROMApplicationList=a,b"
    )
    lines = alice("policy", "show", "p").stdout.splitlines()
    assert lines[:3] == ["MaxAttachmentSize=none", "AllowCamera=false", "UnapprovedInROMApplicationList=a,b"]


def test_an_edition_is_widened_and_an_earlier_one_restored(alice: Run) -> None:
    alice("policy", "add", "pin", "AllowCamera=false")
    alice("policy", "set", "pin", "AllowCamera=true", "--share", "10")
    assert alice("policy", "widen", "pin", "50").stdout == "pin now reaches 50 of a hundred devices.\n"
    assert (
        alice("policy", "restore", "pin", "1").stdout == "Published edition 1 of pin again, as edition 4.\n"
    )


def test_a_preview_counts_who_would_be_asked(alice: Run, listed: Callable[..., Any]) -> None:
    alice("policy", "add", "pin")
    done = alice("policy", "preview", "pin", "AllowCamera=false", "--default")
    assert done.stdout.splitlines()[-1] == "0 of 0 devices would be asked."
    assert listed("policy", "preview", "pin", "--default") == []


def test_the_settings_are_listed_with_what_they_take(listed: Callable[..., Any]) -> None:
    rows = {row["name"]: row for row in listed("policy", "settings")}
    assert rows["MinDevicePasswordLength"] == {
        "name": "MinDevicePasswordLength",
        "takes": "1 to 16, or none",
        "default": "none",
        "since": "12.0",
        "words": "Signs that a password has at least.",
    }
    assert len(rows) == 46


WRONG: list[tuple[tuple[str, ...], str]] = [
    (("show", "pin"), "E-POLICY-UNKNOWN"),
    (("add", "pin", "AllowCamera"), "E-POLICY-VALUE"),
    (("add", "pin", "=1"), "E-POLICY-VALUE"),
    (("add", "pin", "AllowCamra=false"), "E-POLICY-SETTING"),
    (("preview", "pin"), "E-POLICY-UNKNOWN"),
    (("preview", "pin", "--default"), "E-POLICY-UNKNOWN"),
    (("add", "pin", "AllowCamera=1", "AllowCamera=0"), "E-POLICY-TWICE"),
    (("add", "pin", "AllowCamera=1", "AllowWiFi=1", "AllowCamera=1"), "E-POLICY-TWICE"),
    (("assign", "pin", "--default"), "E-POLICY-UNKNOWN"),
]


@pytest.mark.parametrize(("arguments", "code"), WRONG)
def test_refusals(run: Run, arguments: tuple[str, ...], code: str) -> None:
    done = run("policy", *arguments)
    assert (done.exit_code, done.stderr.split()[0]) == (1, code)


TWICE = {
    "in one change": ("set", "pin", "AllowCamera=1", "AllowCamera=0"),
    "with one value": ("set", "pin", "AllowCamera=1", "AllowCamera=1"),
    "set and cleared": ("set", "pin", "AllowCamera=1", "--clear", "AllowCamera"),
    "to look at": ("preview", "pin", "AllowCamera=1", "AllowCamera=0"),
    "set and cleared, to look at": ("preview", "pin", "AllowCamera=1", "--clear", "AllowCamera"),
}


@pytest.mark.parametrize("arguments", TWICE.values(), ids=TWICE)
def test_a_setting_that_is_named_twice_changes_nothing(
    run: Run, listed: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    run("policy", "add", "pin", "AllowWiFi=0")
    before = listed("policy", "show", "pin")
    done = run("policy", *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("E-POLICY-TWICE AllowCamera is set ")
    assert listed("policy", "show", "pin") == before


USAGE: list[tuple[str, ...]] = [
    ("set", "open"),
    ("assign", "open"),
    ("assign", "--default"),
    ("assign", "open", "--default", "--user", "alice@example.org"),
    ("assign", "open", "--default", "--take-back"),
]


@pytest.mark.parametrize("arguments", USAGE)
def test_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("policy", *arguments).exit_code == 2


def test_a_preview_says_who_cannot_obey_and_why(alice: Run, data: Path) -> None:
    async def add() -> None:
        day = datetime(2026, 3, 1, tzinfo=UTC)
        device = Device(
            address="alice@example.org",
            id="D1",
            user_agent="Apple-iPhone1C2/801.293",
            version=121,
            first_seen=day,
            last_seen=day,
        )
        async with Database(f"sqlite:///{data}/outrider.sqlite") as database:
            await Devices(database).add(device)

    asyncio.run(add())
    alice("policy", "add", "pin", "RequireDeviceEncryption=true")
    lines = alice("policy", "preview", "pin", "--default").stdout.splitlines()
    assert lines[-2].startswith("alice@example.org D1 cannot obey RequireDeviceEncryption: the iPhone 3G")
    assert lines[-1] == "0 of 1 devices would be asked."
