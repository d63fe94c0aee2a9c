"""What was already done, and with what result: the token of an act -> its result, kept 30 days."""

from __future__ import annotations

import asyncio
from datetime import date
from weakref import WeakValueDictionary

from outrider.database import Connection, Database, Transaction

KEPT_DAYS = 30


class Ledger:
    """Acts that must not be done twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._alone: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    def alone(self, token: bytes) -> asyncio.Lock:
        """What is held while an act is done that must not be under way twice."""
        return self._alone.setdefault(token, asyncio.Lock())

    async def recall(self, tokens: list[bytes]) -> dict[bytes, bytes]:
        """The results of those acts that were done."""
        return await self._database.read(_recall, tokens)

    async def record(self, transaction: Transaction, token: bytes, result: bytes, today: date) -> None:
        """Note an act as done, as part of the transaction that does it."""
        await transaction.run(_record, token, result, today.toordinal())

    async def note(self, token: bytes, result: bytes, today: date) -> None:
        """Note an act as done, where it was done elsewhere."""
        await self._database.transact(_record, token, result, today.toordinal())

    async def expire(self, today: date) -> None:
        """Forget what was done more than 30 days ago."""
        await self._database.transact(_expire, today.toordinal() - KEPT_DAYS)


def _recall(connection: Connection, tokens: list[bytes]) -> dict[bytes, bytes]:
    marks = ",".join("?" * len(tokens))
    return dict(connection.execute(f"SELECT token, result FROM ledger WHERE token IN ({marks})", tokens))


def _record(connection: Connection, token: bytes, result: bytes, day: int) -> None:
    connection.execute(
        "INSERT INTO ledger (token, day, result) VALUES (?, ?, ?)"
        " ON CONFLICT (token) DO UPDATE SET result=excluded.result",
        (token, day, result),
    )


def _expire(connection: Connection, before: int) -> None:
    connection.execute("DELETE FROM ledger WHERE day < ?", (before,))
