"""The last Sync and the last Ping of each device, for the requests that leave out what stays the same.

MS-ASCMD, Empty Sync Request; MS-ASCMD, Ping.
"""

from __future__ import annotations

from collections import OrderedDict

from outrider.database import Connection, Database

_CACHED = 20_000


class Requests:
    """The requests on record, and a memory of those that came lately; what they say is the commands'
    business."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._writes = 0

    async def get(self, account: str, device: str, command: str) -> bytes:
        """What was kept of the last request with this command; empty when nothing was."""
        key = (account, device, command)
        data = self._known.get(key)
        if data is None:
            writes = self._writes
            data = await self._database.read(_select, *key)
            if writes == self._writes:  # else what was read may be older than what was kept meanwhile
                self._remember(key, data)
        return data

    async def keep(self, account: str, device: str, command: str, data: bytes) -> None:
        """Keep a request; writes only what is not on record already."""
        key = (account, device, command)
        if await self.get(*key) != data:
            await self._database.transact(_upsert, *key, data)
            self._writes += 1
            self._remember(key, data)

    async def forget(self, account: str, device: str | None = None) -> None:
        """Drop what is kept of an account or of one of its devices."""
        await self._database.transact(_delete, account, device)
        self._writes += 1
        for key in [key for key in self._known if key[0] == account and device in (None, key[1])]:
            del self._known[key]

    def _remember(self, key: tuple[str, str, str], data: bytes) -> None:
        self._known[key] = data
        self._known.move_to_end(key)
        while len(self._known) > _CACHED:
            self._known.popitem(last=False)


def _select(connection: Connection, account: str, device: str, command: str) -> bytes:
    row = connection.execute(
        "SELECT data FROM requests WHERE account=? AND device=? AND command=?", (account, device, command)
    ).fetchone()
    return bytes(row[0]) if row else b""


def _upsert(connection: Connection, account: str, device: str, command: str, data: bytes) -> None:
    connection.execute(
        "INSERT INTO requests (account, device, command, data) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account, device, command) DO UPDATE SET data=excluded.data",
        (account, device, command, data),
    )


def _delete(connection: Connection, account: str, device: str | None) -> None:
    connection.execute(
        "DELETE FROM requests WHERE account=? AND device=coalesce(?, device)", (account, device)
    )
