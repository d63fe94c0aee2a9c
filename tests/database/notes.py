"""Work for a database with one table of texts (the fixture `notes`)."""

from __future__ import annotations

import threading

from outrider.database import Connection


def execute(connection: Connection, sql: str) -> None:
    connection.execute(sql)


def add(connection: Connection, text: str) -> int:
    return connection.execute("INSERT INTO notes (text) VALUES (?)", (text,)).lastrowid or 0


def add_then_fail(connection: Connection, text: str) -> None:
    add(connection, text)
    raise ValueError(text)


def texts(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT text FROM notes ORDER BY id")]


def wait(_connection: Connection, event: threading.Event) -> None:
    event.wait(10)
