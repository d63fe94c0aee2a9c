"""The program as a whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import Run
from tests.cli.processes import environment

HEAVY = ("asyncio", "sqlalchemy", "cryptography", "structlog", "outrider.main", "outrider.admin")


def test_help_loads_nothing_heavy() -> None:
    code = f"import sys, outrider.cli; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "command",
    [
        "demo",
        "serve",
        "check-config",
        "config describe",
        "user add",
        "user import",
        "user list",
        "user show",
        "user set",
        "user disable",
        "user enable",
        "user remove",
        "user passwd",
        "group add",
        "group remove",
        "group list",
        "group show",
        "app-password add",
        "app-password list",
        "app-password revoke",
        "import",
        "export",
        "device list",
        "device show",
        "device forget",
        "device resync",
        "wbxml decode",
        "wbxml encode",
        "client",
        "db upgrade",
        "db check",
        "backup",
        "restore",
    ],
)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    done = run(*command.split(), "--help")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Usage" in done.stdout


def test_without_a_command_the_program_explains_itself(run: Run) -> None:
    assert "Usage" in run().output


HUGE = str(2**63)
BEYOND = [
    ("app-password", "revoke", "alice@example.org", HUGE),
    ("aside", "show", "alice@example.org", "Inbox", HUGE),
    ("aside", "drop", "alice@example.org", "Inbox", "0"),
    ("burst", "undo", HUGE),
    ("policy", "restore", "open", HUGE),
    ("policy", "set", "open", "AllowCamera=0", "--share", "101"),
    ("rule", "remove", HUGE),
    ("rule", "move", HUGE, "1"),
    ("rule", "move", "1", HUGE),
    ("rule", "add", "--action", "block", "--type", "X", "--position", HUGE),
]


@pytest.mark.parametrize("arguments", BEYOND, ids=" ".join)
def test_a_number_that_nothing_can_have_is_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Invalid value" in done.stderr


NOBODYS = [
    ("device", "list"),
    ("device", "show", "PHONE1"),
    ("device", "wipe", "PHONE1", "--full", "--yes"),
    ("device", "forget", "PHONE1"),
    ("aside", "list"),
    ("burst", "list"),
]


@pytest.mark.parametrize("arguments", NOBODYS, ids=" ".join)
def test_an_empty_user_is_nobody_and_not_everybody(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, "--user", "")
    assert (done.exit_code, done.stdout, done.stderr.split()[0]) == (1, "", "E-ADDRESS")


def test_output_that_cannot_be_written_is_one_line() -> None:
    command = [sys.executable, "-m", "outrider", "config", "describe", "--json"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), check=False
        )
    assert (done.returncode, done.stderr) == (1, "E-SYSTEM [Errno 28] No space left on device\n")


def test_help_of_the_client_asks_for_no_password(run: Run) -> None:
    done = run("client", "--url", "http://127.0.0.1", "--user", "alice", "sync", "--help")
    assert (done.exit_code, done.stdout.split()[0]) == (0, "Usage:")
    assert "Password" not in done.output
