"""The way out for mail of the embedded store's users: to each other, and to the world through a relay.

The order is the law:

1. The relay first. While it has not taken the mail nothing was done, and a temporary failure of it is the
   answer, with nothing delivered anywhere.
2. Then the copies for users here, and a report to the sender of those who could not be reached.

Each step is done once for a token. Whoever calls again with it, after a crash or because the answer was lost,
finishes what was not done.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Collection
from datetime import datetime
from typing import cast

from msgspec import Struct

from outrider.backends.local.account import Local
from outrider.backends.local.address_book import Routes, resolve
from outrider.backends.local.answering import Answering
from outrider.backends.local.submissions import Submissions
from outrider.database import Database, Transaction
from outrider.domain.errors import BackendError, ForbiddenError
from outrider.domain.items import Blob
from outrider.domain.recipients import MOST_NAMED
from outrider.domain.roles import Envelope, Identity, Token, Tx
from outrider.formats import bounce
from outrider.formats.compose import Stamp, name_recipients

_log = logging.getLogger("outrider.submit")

_NO_WAY_OUT = "This server has no way out to other servers."


class Limits(Struct, frozen=True, kw_only=True):
    """What one mail may have at most: recipients, before groups are resolved, and bytes."""

    recipients: int = 500
    size: int = 134_217_728


USUAL = Limits()


class RecipientsError(BackendError):
    """The mail has no recipient, or too many."""

    code = "E-RECIPIENTS"


class TooLargeError(BackendError):
    """The mail is larger than may be sent."""

    code = "E-TOO-LARGE"


class RecipientsRefusedError(BackendError):
    """The relay refused all for whom the mail was."""

    code = "E-RECIPIENTS-REFUSED"


class Outbox(Struct, frozen=True, kw_only=True):
    """What all accounts share for sending. `domains` are ours beside those of our users; `host` names us in
    reports; without `submissions` there is no way out. Who is away answers through `answering`."""

    database: Database
    local: Local
    answering: Answering
    now: Callable[[], datetime]
    host: str
    domains: Collection[str] = ()
    limits: Limits = USUAL
    submissions: Submissions | None = None


class LocalSubmit:
    """The role `Submit` for one user."""

    def __init__(self, identity: Identity, outbox: Outbox) -> None:
        self._identity = identity
        self._outbox = outbox

    async def send(
        self, mime: bytes | Blob, envelope: Envelope, *, token: Token, tx: Tx | None = None
    ) -> None:
        """Raises ForbiddenError (another's sender address), RecipientsError, TooLargeError, FullError,
        RecipientsRefusedError, and BackendError (temporary) when the relay cannot be used now.

        Raises RuntimeError for recipients elsewhere inside a transaction: a conversation with the relay would
        keep all others from writing.
        """
        self._check(mime, envelope)
        routes = await self._resolve(envelope, tx)
        failed = dict(routes.unknown)
        if routes.remote:
            if tx is not None and self._outbox.submissions is not None:
                raise RuntimeError("a mail for other servers is sent outside of transactions")
            failed |= await self._hand_on(mime, envelope.sender, routes, token)
        if routes.accounts:
            act = _derive(b"copies", token)
            await self._outbox.local.deliver(routes.accounts, mime, token=act, tx=tx)
            if tx is None:  # inside a transaction the mail has not come yet
                await self._outbox.answering.answer(routes.accounts, mime, envelope.sender)
        if failed:
            await self._report(mime, failed, token, tx)
        if tx is None:
            await self._remember(mime, envelope, token)

    async def has_left(self, envelope: Envelope, token: Token) -> bool:
        """Whether the relay took it, or may have, or any user here has a copy."""
        submissions = self._outbox.submissions
        if submissions is not None and await submissions.has(_derive(b"relay", token)):
            return True
        routes = await self._resolve(envelope, None)
        return await self._outbox.local.has_delivered(routes.accounts, _derive(b"copies", token))

    def _check(self, mime: bytes | Blob, envelope: Envelope) -> None:
        limits = self._outbox.limits
        if envelope.sender.lower() not in self._identity.addresses:
            raise ForbiddenError(f"{self._identity.address} may not send as this address.")
        if not 0 < len(envelope.recipients) <= limits.recipients:
            raise RecipientsError(f"A mail has between 1 and {limits.recipients} recipients.")
        if (len(mime) if isinstance(mime, bytes) else mime.length) > limits.size:
            raise TooLargeError(f"A mail may have {limits.size} bytes at most.")

    async def _resolve(self, envelope: Envelope, tx: Tx | None) -> Routes:
        if tx is None:
            return await self._outbox.database.read(resolve, envelope.recipients, self._outbox.domains)
        return await cast(Transaction, tx).run(resolve, envelope.recipients, self._outbox.domains)

    async def _hand_on(self, mime: bytes | Blob, sender: str, routes: Routes, token: Token) -> dict[str, str]:
        if self._outbox.submissions is None:
            return dict.fromkeys(routes.remote, _NO_WAY_OUT)
        envelope = Envelope(sender=sender, recipients=routes.remote)
        handed = await self._outbox.submissions.hand_on(
            _derive(b"relay", token), self._identity.address, mime, envelope
        )
        if not (handed.taken or routes.accounts or routes.unknown):
            raise RecipientsRefusedError(
                f"Nobody could be sent the mail: {next(iter(handed.failed.values()))}"
            )
        return handed.failed

    async def _remember(self, mime: bytes | Blob, envelope: Envelope, token: Token) -> None:
        """Note whom the user knows, those who wrote to many excepted. The mail has left, whatever comes of
        this."""
        others = [one for one in envelope.recipients if one.lower() not in self._identity.addresses]
        if len(envelope.recipients) > MOST_NAMED or not others:
            return
        try:
            await self._outbox.local.remember(
                self._identity.address, name_recipients(mime, others), _derive(b"recipients", token)
            )
        except BackendError as error:
            _log.warning("recipients are not remembered: %s %s", error.code, error.public)

    async def _report(self, mime: bytes | Blob, failed: dict[str, str], token: Token, tx: Tx | None) -> None:
        outbox, act = self._outbox, _derive(b"report", token)
        failure = bounce.Failure(sender=self._identity.address, reasons=failed, mime=mime, host=outbox.host)
        stamp = Stamp(now=outbox.now(), message_id=f"<{act.hex()[:32]}@{outbox.host}>")
        report = await asyncio.to_thread(bounce.report, failure, stamp)
        await outbox.local.deliver([self._identity.address], report, token=act, tx=tx)


def _derive(act: bytes, token: Token) -> Token:
    """A token of its own for each part of a submission."""
    return hashlib.sha256(act + b"\0" + token).digest()
