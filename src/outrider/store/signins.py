"""Sign-ins that were right, remembered as keyed hashes, so that a restart costs no password check.

The digest is made with the server's key, which does not lie in the database: the table alone tells nobody a
password.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from outrider.database import Connection, Database

KEPT: Final = timedelta(days=30)
"""How long an unused sign-in is remembered."""


class SignedIn(Struct, frozen=True, array_like=True):
    """Who signed in with what the digest stands for; good as long as the identity has this stamp.

    `used` is when it was last kept, in seconds since 1970.
    """

    address: str
    stamp: str
    used: int = 0


class Signins:
    """The table of sign-ins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, digest: bytes) -> SignedIn | None:
        """The sign-in that was remembered under this digest."""
        return await self._database.read(_select, digest)

    async def keep(self, digest: bytes, signed_in: SignedIn) -> None:
        """Remember a sign-in, or that it was used."""
        await self._database.transact(_insert, digest, signed_in)

    async def drop(self, digest: bytes) -> None:
        """Remember one no longer."""
        await self._database.transact(_drop, digest)

    async def forget(self, address: str) -> None:
        """Drop what is remembered of a user."""
        await self._database.transact(_delete, address)

    async def clean(self, now: datetime) -> int:
        """Drop what was not used for long; answers how many."""
        return await self._database.transact(_clean, int((now - KEPT).timestamp()))


def _select(connection: Connection, digest: bytes) -> SignedIn | None:
    row = connection.execute(
        "SELECT address, stamp, used FROM signins WHERE digest = ?", (digest,)
    ).fetchone()
    return SignedIn(*row) if row else None


def _insert(connection: Connection, digest: bytes, signed_in: SignedIn) -> None:
    connection.execute(
        "INSERT INTO signins (digest, address, stamp, used) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (digest) DO UPDATE SET stamp = excluded.stamp, used = excluded.used",
        (digest, signed_in.address, signed_in.stamp, signed_in.used),
    )


def _drop(connection: Connection, digest: bytes) -> None:
    connection.execute("DELETE FROM signins WHERE digest = ?", (digest,))


def _delete(connection: Connection, address: str) -> None:
    connection.execute("DELETE FROM signins WHERE address = ?", (address,))


def _clean(connection: Connection, before: int) -> int:
    return connection.execute("DELETE FROM signins WHERE used < ?", (before,)).rowcount
