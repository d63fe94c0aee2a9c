"""Recovery passwords that devices left here, sealed. MS-ASCMD, DevicePassword (Settings).

With one, somebody who forgot how to unlock a device can do so once; the device then makes another one and
leaves that here. So each is given out once, and is gone with that.
"""

from __future__ import annotations

from datetime import UTC, datetime

from outrider.database import Connection, Database


class Recovery:
    """The table of recovery passwords; what is sealed is opaque to it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, address: str, device: str, sealed: bytes, now: datetime) -> None:
        """Keep the password of a device in the place of an earlier one."""
        await self._database.transact(_keep, address, device, sealed, int(now.timestamp()))

    async def kept_since(self, address: str, device: str) -> datetime | None:
        """When a device left its password; None where there is none."""
        return await self._database.read(_kept_since, address, device)

    async def look(self, address: str, device: str) -> bytes | None:
        """What a device left."""
        return await self._database.read(_look, address, device)

    async def forget(self, address: str, device: str | None = None) -> None:
        """Drop what a device left, or all devices of a user."""
        await self._database.transact(_forget, address, device)


def _keep(connection: Connection, address: str, device: str, sealed: bytes, now: int) -> None:
    connection.execute(
        "INSERT INTO recovery_passwords (address, device, sealed, kept) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (address, device) DO UPDATE SET sealed = excluded.sealed, kept = excluded.kept",
        (address, device, sealed, now),
    )


def _kept_since(connection: Connection, address: str, device: str) -> datetime | None:
    row = connection.execute(
        "SELECT kept FROM recovery_passwords WHERE address = ? AND device = ?", (address, device)
    ).fetchone()
    return datetime.fromtimestamp(row[0], UTC) if row else None


def _look(connection: Connection, address: str, device: str) -> bytes | None:
    row = connection.execute(
        "SELECT sealed FROM recovery_passwords WHERE address = ? AND device = ?", (address, device)
    ).fetchone()
    return row[0] if row else None


def _forget(connection: Connection, address: str, device: str | None) -> None:
    connection.execute(
        "DELETE FROM recovery_passwords WHERE address = ? AND device = coalesce(?, device)", (address, device)
    )
