"""Mails for other servers, handed to the relay once.

The law: a row is durable before the relay is talked to, and marked when it has answered. If the relay took
nothing the row goes. A row that is not marked, and no conversation under way, means that nobody knows whether
the relay took the mail: it is not sent again, only shown.

A conversation goes on when the caller is cancelled; who calls again with the token waits for its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol
from weakref import WeakValueDictionary

import msgspec
from msgspec import Struct

from outrider.database import Connection, Database
from outrider.domain.errors import BackendError
from outrider.domain.items import Blob
from outrider.domain.roles import Envelope, Token

OUTCOME_UNKNOWN = "E-OUTCOME-UNKNOWN"
_NOBODY_KNOWS = "The connection broke before the mail was acknowledged; it may have arrived. Not sent again."

_COLUMNS = "token, account, recipients, sent, refused, begun"
_texts = msgspec.json.Decoder(dict[str, str]).decode
_names = msgspec.json.Decoder(tuple[str, ...]).decode


class Relay(Protocol):
    """Takes mails for other servers."""

    async def relay(self, mime: bytes | Blob, envelope: Envelope) -> dict[str, str]:
        """Hand the mail on; answers why for each recipient refused for good.

        Raises BackendError: nothing was handed over, unless its code is OUTCOME_UNKNOWN.
        """
        ...


class Handed(Struct, frozen=True):
    """What became of a mail: why some recipients do not get it, and whether the relay took it for any (or
    may have)."""

    failed: dict[str, str]
    taken: bool


class UnknownSubmission(Struct, frozen=True, kw_only=True):
    """A mail of which nobody knows whether the relay took it."""

    token: bytes
    account: str
    recipients: tuple[str, ...]
    begun: datetime


class Submissions:
    """Hands mails to the relay, and remembers which."""

    def __init__(self, database: Database, relay: Relay, now: Callable[[], datetime]) -> None:
        self._database = database
        self._relay = relay
        self._now = now
        self._locks: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()
        self._under_way: set[asyncio.Task[Handed]] = set()

    async def hand_on(self, token: Token, account: str, mime: bytes | Blob, envelope: Envelope) -> Handed:
        """Hand the mail on, once for a token. Raises BackendError (temporary) when nothing was handed over
        and a later call may succeed. Not inside a transaction."""
        task = asyncio.create_task(self._hand_on(token, account, mime, envelope))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def has(self, token: Token) -> bool:
        """Whether the relay took the mail with this token, or may have."""
        return await self._database.read(_find, token) is not None

    async def unknown(self) -> list[UnknownSubmission]:
        """The mails of unknown outcome, oldest first."""
        return [one for one in await self._database.read(_unmarked) if not self._is_under_way(one.token)]

    async def purge(self, before: datetime) -> None:
        """Forget what was handed on, or may have been, before this time."""
        await self._database.transact(_purge, int(before.timestamp()))

    async def finish(self) -> None:
        """Wait for the conversations under way."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    def _is_under_way(self, token: bytes) -> bool:
        lock = self._locks.get(token)  # may still be there, open, until it is collected
        return lock is not None and lock.locked()

    async def _hand_on(self, token: Token, account: str, mime: bytes | Blob, envelope: Envelope) -> Handed:
        lock = self._locks.setdefault(token, asyncio.Lock())
        async with lock:
            known = await self._database.read(_find, token)
            if known is not None:
                return known
            begun = int(self._now().timestamp())
            await self._database.transact(_begin, token, account, envelope.recipients, begun)
            return await self._converse(token, mime, envelope)

    async def _converse(self, token: Token, mime: bytes | Blob, envelope: Envelope) -> Handed:
        try:
            refused = await self._relay.relay(mime, envelope)
        except BackendError as error:
            if error.code == OUTCOME_UNKNOWN:
                return Handed(dict.fromkeys(envelope.recipients, _NOBODY_KNOWS), taken=True)
            await self._database.transact(_drop, token)
            raise
        if len(refused) == len(envelope.recipients):
            await self._database.transact(_drop, token)
            return Handed(refused, taken=False)
        await self._database.transact(_mark, token, refused)
        return Handed(refused, taken=True)

    def _ended(self, task: asyncio.Task[Handed]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be left to be told


# ------------------------------------------------------------------------------- on a database thread


def _find(connection: Connection, token: Token) -> Handed | None:
    row = connection.execute(
        "SELECT recipients, sent, refused FROM submissions WHERE token = ?", (token,)
    ).fetchone()
    if row is None:
        return None
    recipients, sent, refused = row
    return Handed(_texts(refused) if sent else dict.fromkeys(_names(recipients), _NOBODY_KNOWS), taken=True)


def _begin(
    connection: Connection, token: Token, account: str, recipients: tuple[str, ...], begun: int
) -> None:
    connection.execute(
        f"INSERT INTO submissions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        (token, account, msgspec.json.encode(recipients).decode(), False, "{}", begun),
    )


def _mark(connection: Connection, token: Token, refused: dict[str, str]) -> None:
    connection.execute(
        "UPDATE submissions SET sent = ?, refused = ? WHERE token = ?",
        (True, msgspec.json.encode(refused).decode(), token),
    )


def _drop(connection: Connection, token: Token) -> None:
    connection.execute("DELETE FROM submissions WHERE token = ?", (token,))


def _unmarked(connection: Connection) -> list[UnknownSubmission]:
    rows = connection.execute(
        "SELECT token, account, recipients, begun FROM submissions WHERE NOT sent ORDER BY begun"
    )
    return [
        UnknownSubmission(
            token=token,
            account=account,
            recipients=_names(recipients),
            begun=datetime.fromtimestamp(begun, UTC),
        )
        for token, account, recipients, begun in rows
    ]


def _purge(connection: Connection, before: int) -> None:
    connection.execute("DELETE FROM submissions WHERE begun < ?", (before,))
