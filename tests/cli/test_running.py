"""Where acts are done, and how commands fail."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import pytest
import typer

from outrider.admin.here import Here
from outrider.admin.remote import Remote
from outrider.admin.users import ListUsers
from outrider.cli.running import administrator, open_door, refusing
from outrider.config import Config, ConfigError, Mistake, Store
from outrider.database.lock import DataLock
from outrider.domain.errors import FullError
from outrider.main import administered, open_parts
from tests.cli.conftest import Run


async def test_a_running_server_does_the_acts(data: Path) -> None:
    config = Config(store=Store(data=data))
    async with open_parts(config) as parts, administered(parts), open_door(config) as door:
        assert isinstance(door, Remote)
        assert await door.do(ListUsers()) == []


async def test_without_a_server_they_are_done_here(data: Path) -> None:
    async with open_door(Config(store=Store(data=data))) as door:
        assert isinstance(door, Here)
        assert await door.do(ListUsers()) == []


def test_a_process_that_owns_the_data_and_does_not_answer_is_named(run: Run, data: Path) -> None:
    with DataLock(data):
        done = run("user", "list")
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-DATA-IN-USE")


def test_a_key_that_is_none_is_named(run: Run, data: Path) -> None:
    (data / "secret.key").write_bytes(b"short")
    done = run("user", "list")
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-KEY")


def test_a_bad_configuration_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTRIDER_HTTP__PROT", "1")
    monkeypatch.setenv("OUTRIDER_LOG__LEVEL", "loud")
    done = run("user", "list")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("E-CONFIG-UNKNOWN http.prot")
    assert "1 more" in done.stderr


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (FullError("No room\nis left."), "E-FULL No room is left."),
        (ConfigError([Mistake("E-CONFIG-FILE", "", "gone")]), "E-CONFIG-FILE gone"),
        (FileNotFoundError(errno.ENOENT, "No such file", "x"), "E-SYSTEM x: No such file"),
        (OSError(errno.EADDRINUSE, "Address in use"), "E-LISTEN [Errno 98] Address in use"),
    ],
)
def test_failures_are_one_line(error: Exception, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, refusing():
        raise error
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == f"{line}\n"


def test_who_reads_no_further_is_told_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BrokenPipeError), refusing():
        raise BrokenPipeError
    assert capsys.readouterr().err == ""


def test_what_nobody_foresaw_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), refusing():
        raise ZeroDivisionError


def test_no_loop_is_left_behind(run: Run) -> None:
    assert run("user", "list").exit_code == 0
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_an_act_is_done_in_the_name_of_who_called_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "carol")
    assert administrator() == "carol"
    monkeypatch.delenv("SUDO_USER")
    monkeypatch.setenv("LOGNAME", "dave")
    assert administrator() == "dave"
