"""What differs from one database to the next: opening it and its errors (and, in `search`, its
full-text search).

Everything else is SQL that SQLite and PostgreSQL both understand.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from outrider.database.connections import SqliteConnection
from outrider.domain.errors import BackendError, FullError

_WRITER = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # an acknowledged mail survives power loss
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",
    "PRAGMA wal_autocheckpoint=4000",
    "PRAGMA journal_size_limit=67108864",
)
_READER = (
    "PRAGMA query_only=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-8192",
    "PRAGMA mmap_size=268435456",
)
_PREFIX = "sqlite:///"  # what follows is the path as it is, nothing in it is escaped
_BUSY_SECONDS = 5.0
_STATEMENTS = 512  # prepared statements kept by each connection


class Sqlite:
    """One SQLite file, written by one process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def writer(self) -> SqliteConnection:
        """The connection that may write."""
        return self._connect(f"{self.path.absolute().as_uri()}?mode=rwc", _WRITER)

    def reader(self) -> SqliteConnection:
        """A connection that cannot write; the file must exist."""
        return self._connect(f"{self.path.absolute().as_uri()}?mode=ro", _READER)

    def _connect(self, uri: str, pragmas: tuple[str, ...]) -> SqliteConnection:
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
            factory=SqliteConnection,
        )
        for pragma in pragmas:
            connection.execute(pragma)
        connection.statements = 0
        return connection


def of(url: str) -> Sqlite:
    """The dialect of a `[store] url`. Raises ValueError for one that is not known."""
    path = url.removeprefix(_PREFIX)
    if path in (url, ""):
        raise ValueError(f"not the address of a database that Outrider can use: {url.partition(':')[0]}:...")
    return Sqlite(Path(path))


def explain(error: BaseException) -> BaseException:
    """The error to report for one that a statement or a file operation raised."""
    if isinstance(error, StopIteration):  # a future cannot carry it
        return RuntimeError("a database function ran out of rows")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FullError("The server has no room left.", temporary=True)
    if isinstance(error, sqlite3.Error):
        return _explain_sqlite(error)
    return error


def _explain_sqlite(error: sqlite3.Error) -> BaseException:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return FullError("The server has no room left.", temporary=True)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return BackendError("The server's store is busy.", temporary=True)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY:
            return BackendError("The server's store cannot be read or written.", temporary=True)
    return error
