"""`outrider db`, `backup` and `restore`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run


def test_a_backup_brings_everything_back(
    alice: Run, listed: Callable[..., Any], tmp_path: Path, data: Path
) -> None:
    users = listed("user", "list")
    assert alice("backup", str(tmp_path / "all.tgz")).exit_code == 0
    data.rename(tmp_path / "lost")
    done = alice("restore", str(tmp_path / "all.tgz"))
    assert (done.exit_code, done.stdout) == (0, f"Restored {data}.\n")
    assert listed("user", "list") == users


@pytest.mark.parametrize(
    ("make", "code"), [(b"", "E-UNREADABLE"), (b"no archive at all", "E-UNREADABLE")], ids=["empty", "other"]
)
def test_what_is_no_backup_is_not_restored(
    run: Run, tmp_path: Path, data: Path, make: bytes, code: str
) -> None:
    (tmp_path / "file").write_bytes(make)
    (data / "outrider.sqlite").unlink()
    done = run("restore", str(tmp_path / "file"))
    assert (done.exit_code, done.stderr.split()[0]) == (1, code)


def test_a_state_is_not_overwritten(alice: Run, tmp_path: Path) -> None:
    alice("backup", str(tmp_path / "all.tar"))
    for arguments in (("restore", str(tmp_path / "all.tar")), ("backup", str(tmp_path / "all.tar"))):
        done = alice(*arguments)
        assert (done.exit_code, done.stderr.split()[0]) == (1, "E-EXISTS")


def test_a_sound_state_is_called_so(alice: Run, listed: Callable[..., Any]) -> None:
    assert alice("db", "check").stdout.startswith("Sound")
    assert listed("db", "check")["verdict"] == "ok"


def test_a_damaged_state_fails(run: Run, data: Path) -> None:
    (data / "outrider.sqlite").write_bytes(b"no database" * 1000)
    done = run("db", "check")
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-DB-DAMAGED")


def test_a_schema_is_upgraded_once(run: Run, data: Path) -> None:
    (data / "outrider.sqlite").unlink()
    assert run("db", "check").stderr.startswith("E-DB-SCHEMA There is no database yet")
    assert run("db", "upgrade").stdout.startswith("Upgraded the schema from nothing")
    assert "already" in run("db", "upgrade").stdout
