"""What a function on a database thread may use, and what is counted while it does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Row: TypeAlias = tuple[Any, ...]


class Cursor(Protocol):
    """The rows of one statement."""

    @property
    def rowcount(self) -> int: ...
    @property
    def lastrowid(self) -> int | None: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection inside a transaction; parameters are marked `?`. Never commit or roll back by it."""

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> Cursor: ...


class SqliteConnection(sqlite3.Connection):
    """An SQLite connection that counts its statements."""

    statements = 0

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self.statements += 1
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        self.statements += 1
        return super().executemany(sql, parameters)


@dataclass
class Counters:
    """What the database did since it was opened. `hops` are hand-overs to a database thread and back;
    `statements` include those that begin and end transactions."""

    hops: int = 0
    commits: int = 0
    transactions: int = 0
    connections: list[SqliteConnection] = field(default_factory=list, repr=False)

    @property
    def statements(self) -> int:
        return sum(connection.statements for connection in self.connections)
