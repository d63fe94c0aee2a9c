"""Users' absences, as they are kept, and who was answered in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from outrider.backends.local import address_book
from outrider.backends.local.addresses import normalise
from outrider.database import Connection, Database
from outrider.domain.absence import Absence, AbsenceEdit, edited

ANSWER_EVERY: Final = timedelta(days=7)
"""How long a sender who was answered is not answered again. RFC 3834, 2 (When (not) to send automatic
responses)."""

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Absence).decode


class LocalOutOfOffice:
    """The role `OutOfOffice` for one user, by any of their addresses. Raises UserUnknownError."""

    def __init__(self, address: str, database: Database) -> None:
        self._address = address
        self._database = database

    async def read(self) -> Absence:
        """The absence as it is now."""
        return await self._database.read(_read, self._address)

    async def change(self, edit: AbsenceEdit) -> Absence:
        """If it changes anything, whoever was answered before is answered anew. Raises PeriodError,
        ReplyTooLongError."""
        return await self._database.transact(_change, self._address, edit)


# ------------------------------------------------------------------------------- on a database thread


def absence_of(connection: Connection, user: int) -> Absence:
    """A user's absence."""
    row = connection.execute("SELECT absence FROM absences WHERE user_id = ?", (user,)).fetchone()
    return _unpack(row[0]) if row else Absence()


def anybody_away(connection: Connection, accounts: Sequence[str], now: datetime) -> bool:
    """Whether any of these users is away."""
    listed = ", ".join("?" * len(accounts))
    rows = connection.execute(
        "SELECT absence FROM absences JOIN users ON users.id = user_id "
        f"WHERE enabled AND users.address IN ({listed})",
        tuple(accounts),
    )
    return any(_unpack(absence).covers(now) for (absence,) in rows)


def take_turn(connection: Connection, user: int, sender: str, now: datetime) -> bool:
    """Note that a sender is answered now; False where they were a short time ago."""
    taken = connection.execute(
        "INSERT INTO absence_answers (user_id, sender, answered) VALUES (?, ?, ?) "
        "ON CONFLICT (user_id, sender) DO UPDATE SET answered = excluded.answered WHERE answered <= ? "
        "RETURNING 1",
        (user, sender.lower(), _seconds(now), _seconds(now - ANSWER_EVERY)),
    )
    return bool(taken.fetchall())


def forget(connection: Connection, now: datetime) -> None:
    """Drop who was answered so long ago that it is no reason any more."""
    connection.execute("DELETE FROM absence_answers WHERE answered <= ?", (_seconds(now - ANSWER_EVERY),))


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _read(connection: Connection, address: str) -> Absence:
    return absence_of(connection, address_book.known_user(connection, normalise(address)))


def _change(connection: Connection, address: str, edit: AbsenceEdit) -> Absence:
    user = address_book.known_user(connection, normalise(address))
    old = absence_of(connection, user)
    new = edited(old, edit)
    if new != old:
        connection.execute(
            "INSERT INTO absences (user_id, absence) VALUES (?, ?) "
            "ON CONFLICT (user_id) DO UPDATE SET absence = excluded.absence",
            (user, _pack(new)),
        )
        connection.execute("DELETE FROM absence_answers WHERE user_id = ?", (user,))
    return new
