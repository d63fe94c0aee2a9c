"""What tests of commands share: the program over an empty store of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from outrider.cli import app

Run: TypeAlias = Callable[..., Result]


@pytest.fixture(scope="package", autouse=True)
def _commands_made_once() -> Iterator[None]:
    """Typer's runner makes all commands from the functions for each call, which costs more than the call."""
    made = get_command(app)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", lambda _app: made)
        yield


@pytest.fixture
def data(schema: Path, tmp_path: Path, cheap_passwords: None) -> Path:
    """A data directory with an empty database."""
    directory = tmp_path / "data"
    directory.mkdir()
    shutil.copyfile(schema, directory / "outrider.sqlite")
    return directory


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Run:
    """Runs the program with a configuration that names the data directory."""
    file = tmp_path / "outrider.toml"
    file.write_text(f'[http]\nport = 0\n[store]\ndata = "{data}"\n', "utf-8")

    def run(*arguments: str, stdin: str | bytes = "") -> Result:
        environment = {"OUTRIDER_CONFIG": str(file), "COLUMNS": "200"}
        return CliRunner().invoke(app, list(arguments), input=stdin, env=environment)

    return run


@pytest.fixture
def alice(run: Run) -> Run:
    """The program, with Alice in its store."""
    done = run("user", "add", "alice@example.org", "--password-stdin", stdin="outrider\n")
    assert done.exit_code == 0, done.stderr
    return run


@pytest.fixture
def listed(run: Run) -> Callable[..., Any]:
    """Runs a command with --json, which must print one document and nothing else."""

    def listed(*arguments: str) -> Any:
        done = run(*arguments, "--json")
        assert (done.exit_code, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return listed
