"""What SendMail, SmartReply, SmartForward and the sending of drafts share: leave once, file once, say why
not.

The order is the law: the way out first (it knows the token and does nothing twice), then the copy in Sent
Items, then the ledger. A crash in between is finished when the device asks again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from uuid import uuid4

from msgspec import Struct

from outrider.commands.enforcement import check_outgoing
from outrider.commands.session import Session
from outrider.domain.errors import BackendError, ForbiddenError, FullError
from outrider.domain.items import FolderUse, Marks, NewMail
from outrider.domain.roles import Envelope, Token
from outrider.formats.blobs import Content, chunks_of, length_of
from outrider.formats.compose import Outgoing, Sender, Stamp, prepare
from outrider.protocol.errors import EasError
from outrider.protocol.status import CommonStatus
from outrider.sync.once import token_of

INLINE = 64 * 1024
"""Bytes up to which a mail is put together on the spot; larger ones are in a thread."""


class Wanted(Struct, frozen=True, kw_only=True):
    """A mail that a device sends, or the server for it: `make` answers its MIME, `save` asks for a copy in
    Sent Items."""

    token: Token
    make: Callable[[], Content]
    size: int
    save: bool


def sender_of(session: Session) -> Sender:
    """Who the user may send as."""
    identity = session.account.identity
    return Sender(addresses=identity.addresses or (identity.address,), name=identity.name)


def stamp_of(session: Session) -> Stamp:
    """The marks of a new mail."""
    domain = session.account.identity.address.rpartition("@")[2]
    return Stamp(now=session.now(), message_id=f"<{uuid4()}@{domain}>")


def send_token(session: Session, said: tuple[object, ...], mime: Content) -> Token:
    """Device, what it said beside the MIME (ClientId, the mail it answers) and every byte of the MIME: only
    when all are the same was a mail sent before."""
    digest = hashlib.sha256()
    for chunk in chunks_of(mime):
        digest.update(chunk)
    return token_of("send", session.account.identity.address, session.device.id, said, digest.digest())


async def was_sent(session: Session, token: Token) -> bool:
    """Say whether this mail has left already."""
    return bool(await session.store.ledger.recall([token]))


async def write(session: Session, wanted: Wanted) -> None:
    """Send a mail that the server writes in the user's name. Raises as `send`."""
    await _leave(session, wanted, await _prepared(session, wanted))


async def has_left(session: Session, wanted: Wanted) -> bool:
    """Say whether this mail has left for some of its recipients, though it is not noted as sent."""
    outgoing = await _prepared(session, wanted)
    envelope = Envelope(sender=outgoing.sender, recipients=outgoing.recipients)
    return await session.account.submit.has_left(envelope, wanted.token)


async def recipients_of(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """For whom a mail is."""
    return (await _prepared(session, wanted)).recipients


async def send(session: Session, wanted: Wanted) -> None:
    """Send a mail, file its copy, note it as sent. Raises EasError with the status that says why it was not
    sent."""
    outgoing = await _prepared(session, wanted)
    if not outgoing.recipients:
        raise EasError(CommonStatus.MESSAGE_HAS_NO_RECIPIENT, "nobody is named in To, Cc or Bcc")
    check_outgoing(session, outgoing.sent)
    await _leave(session, wanted, outgoing)


async def _leave(session: Session, wanted: Wanted, outgoing: Outgoing) -> None:
    envelope = Envelope(sender=outgoing.sender, recipients=outgoing.recipients)
    try:
        await session.account.submit.send(outgoing.sent, envelope, token=wanted.token)
    except BackendError as error:
        raise EasError(_status(error), error.public) from error
    if wanted.save:
        await _file(session, outgoing, wanted.token)
    await session.store.ledger.note(wanted.token, b"sent", session.now().date())
    session.note(recipients=len(outgoing.recipients), size=length_of(outgoing.sent))


async def _prepared(session: Session, wanted: Wanted) -> Outgoing:
    def work() -> Outgoing:
        return prepare(wanted.make(), sender, stamp)

    sender, stamp = sender_of(session), stamp_of(session)
    return work() if wanted.size <= INLINE else await asyncio.to_thread(work)


async def _file(session: Session, outgoing: Outgoing, token: Token) -> None:
    """One copy in Sent Items, read already."""
    folders = await session.account.folders.list()
    sent = next((folder for folder in folders if folder.use is FolderUse.SENT), None)
    if sent is None:
        return
    copy = NewMail(mime=outgoing.kept, marks=Marks(read=True), received=session.now())
    await session.account.items.create(sent.number, copy, token=token_of("copy", token))


def _status(error: BackendError) -> CommonStatus:
    """Why the mail did not leave. MS-ASCMD, Common Status Codes."""
    if error.code in _CODES:
        return _CODES[error.code]
    if isinstance(error, FullError):
        return CommonStatus.SEND_QUOTA_EXCEEDED
    if isinstance(error, ForbiddenError):
        return CommonStatus.ACCESS_DENIED
    return CommonStatus.SERVER_ERROR_RETRY_LATER if error.temporary else CommonStatus.MAIL_SUBMISSION_FAILED


_CODES = {
    "E-RECIPIENTS": CommonStatus.SEND_QUOTA_EXCEEDED,  # too many: a mail for nobody does not come this far
    "E-RECIPIENTS-REFUSED": CommonStatus.MESSAGE_RECIPIENT_UNRESOLVED,
    "E-TOO-LARGE": CommonStatus.ATTACHMENT_IS_TOO_LARGE,
    "E-UNREADABLE": CommonStatus.INVALID_MIME,
}
