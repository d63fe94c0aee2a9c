"""`outrider check-config` and `outrider config describe`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run


def test_a_good_configuration(run: Run) -> None:
    assert run("check-config").stdout == "The configuration is good.\n"


def test_every_mistake_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('[http]\nprot = 80\n[log]\nlevel = "loud"\n', "utf-8")
    done = run("check-config", "--config", str(file))
    assert done.exit_code == 1
    assert "http.prot" in done.stderr
    assert "http.port" in done.stderr
    assert "log.level" in done.stderr


def test_a_missing_file_is_a_mistake(run: Run, tmp_path: Path) -> None:
    done = run("check-config", "--config", str(tmp_path / "none.toml"))
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-CONFIG-FILE")


def test_every_key_is_described(run: Run, listed: Callable[..., Any]) -> None:
    [port] = [key for key in listed("config", "describe") if key["path"] == "http.port"]
    assert (port["type"], port["default"]) == ("number", "8080")
    assert "http.port" in run("config", "describe").stdout
