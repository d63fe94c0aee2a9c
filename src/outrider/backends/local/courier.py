"""Mails that the server writes on behalf of users: answers in an absence, receipts.

They leave beside what caused them, since the way out may be slow, with an empty envelope sender, so that
nothing ever comes back for them. One that cannot leave is given up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

from msgspec import Struct

from outrider.backends.local import address_book
from outrider.backends.local.account import Local
from outrider.backends.local.submissions import Submissions
from outrider.database import Database
from outrider.domain.errors import BackendError
from outrider.domain.roles import Envelope, Token

_log = logging.getLogger("outrider.courier")


class Note(Struct, frozen=True, kw_only=True):
    """A mail of a user to one address; its token is its own."""

    account: str
    to: str
    mime: bytes
    token: Token


class Courier:
    """Carries notes to users here and, where there are `submissions`, elsewhere."""

    def __init__(self, database: Database, local: Local, submissions: Submissions | None = None) -> None:
        self._database = database
        self._local = local
        self._submissions = submissions
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[None, None, None]) -> None:
        """Do this beside everything else."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    async def carry(self, note: Note) -> None:
        """Deliver a note, or say in the log why not. Groups are sent none."""
        try:
            await self._carry(note)
        except BackendError as error:
            _log.warning("a note to a sender is given up: %s %s", error.code, error.public)

    async def finish(self) -> None:
        """Wait for what is under way."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _carry(self, note: Note) -> None:
        leads = await self._database.read(address_book.leads_to, note.to.lower())
        if isinstance(leads, str):
            await self._local.deliver([leads], note.mime, token=note.token)
        elif leads is None and self._submissions is not None:
            envelope = Envelope(sender="", recipients=(note.to,))
            await self._submissions.hand_on(note.token, note.account, note.mime, envelope)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("writing on behalf of a user failed", exc_info=error)
