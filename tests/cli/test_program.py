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
