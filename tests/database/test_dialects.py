"""How SQLite is opened, and what its errors mean."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from outrider.database import Connection, Database
from outrider.database.dialects import explain, of
from outrider.database.migrations import upgrade
from outrider.domain.errors import BackendError, FullError


def _sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    return error


async def test_what_was_answered_is_flushed(notes: Database) -> None:
    def setting(connection: Connection, name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert await notes.transact(setting, "synchronous") == 2
    assert await notes.transact(setting, "journal_mode") == "wal"


@pytest.mark.parametrize(
    ("error", "kind", "temporary"),
    [
        (OSError(errno.ENOSPC, "full"), FullError, True),
        (OSError(errno.EDQUOT, "quota"), FullError, True),
        (_sqlite_error(sqlite3.SQLITE_FULL), FullError, True),
        (_sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), BackendError, True),
        (_sqlite_error(sqlite3.SQLITE_IOERR_WRITE), BackendError, True),
    ],
)
def test_errors_of_the_store_are_told_as_what_they_mean(
    error: Exception, kind: type[BackendError], temporary: bool
) -> None:
    told = explain(error)
    assert type(told) is kind
    assert isinstance(told, BackendError)
    assert told.temporary is temporary


@pytest.mark.parametrize("error", [ValueError("x"), OSError(errno.ENOENT, "x"), sqlite3.IntegrityError("x")])
def test_other_errors_stay_what_they_are(error: Exception) -> None:
    assert explain(error) is error


def test_a_file_with_strange_characters_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a ?#%é.db"
    upgrade(f"sqlite:///{path}")
    assert path.exists()
    of(f"sqlite:///{path}").reader().close()
