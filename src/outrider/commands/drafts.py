"""Sending drafts, from 16.0: a draft leaves, its copy is filed, and it is gone. MS-ASEMAIL, Send."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Struct

from outrider.commands.compose import Wanted, has_left, recipients_of, send, sender_of, stamp_of, was_sent
from outrider.commands.session import Session
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.items import DraftEdit, Edit
from outrider.domain.roles import Envelope, Token
from outrider.formats.blobs import Content, length_of
from outrider.formats.draft import change_draft, new_draft
from outrider.protocol.errors import EasError
from outrider.protocol.status import CommonStatus
from outrider.sync.once import token_of
from outrider.sync.verbs import ActError


class Draft(Struct, frozen=True, kw_only=True):
    """A stored draft, with what the device changes in it while it sends it."""

    folder: int
    number: int
    edit: Edit | None


async def send_new_draft(session: Session, edit: DraftEdit, token: Token) -> None:
    """Send a mail that was never stored as a draft. Raises ActError."""
    sender, stamp = sender_of(session), stamp_of(session)

    def make() -> Content:
        return new_draft(edit, sender, stamp)

    act = token_of("draft", token)
    await _send(session, Wanted(token=act, make=make, size=_size_of(edit), save=True))


async def send_draft(session: Session, draft: Draft) -> None:
    """Send a stored draft and remove it. It leaves once, whoever sends it, and however often. Raises
    ActError, NotFoundError."""
    items = session.account.items
    act = token_of("draft", session.account.identity.address, draft.folder, draft.number)
    sent = await was_sent(session, act)
    try:
        if not sent:
            await _send_stored(session, draft, act)
            sent = True
        await items.delete(draft.folder, draft.number)
    except NotFoundError:
        if not (sent or await _was_leaving(session, act)):
            raise


async def _send_stored(session: Session, draft: Draft, act: Token) -> None:
    stored, edit = (await session.account.items.open(draft.folder, draft.number, "")).blob, draft.edit
    if isinstance(edit, DraftEdit):
        size = stored.length + _size_of(edit)
        wanted = Wanted(token=act, make=lambda: change_draft(stored, edit), size=size, save=True)
    else:
        wanted = Wanted(token=act, make=lambda: stored, size=stored.length, save=True)
    names = msgspec.json.encode(await recipients_of(session, wanted))
    await session.store.ledger.note(_leaving(act), names, session.now().date())
    await _send(session, wanted)


async def _was_leaving(session: Session, act: Token) -> bool:
    """Say whether a draft that is not there any more had left: others may have removed it since."""
    token = _leaving(act)
    known = (await session.store.ledger.recall([token])).get(token)
    if known is None:
        return False
    envelope = Envelope(sender="", recipients=_names(known))
    return await session.account.submit.has_left(envelope, act)


def _leaving(act: Token) -> Token:
    """Under this it is noted for whom a draft is, before it leaves."""
    return token_of("leaving", act)


_names = msgspec.json.Decoder(tuple[str, ...]).decode


def _size_of(edit: DraftEdit) -> int:
    """About how many bytes an edit brings."""
    body = 0 if edit.body is UNSET else len(edit.body)
    return body + sum(length_of(new.data) for new in edit.added)


async def _send(session: Session, wanted: Wanted) -> None:
    """Raises ActError where nothing left, and BackendError (temporary) where the rest is still to be done."""
    try:
        await send(session, wanted)
    except (EasError, BackendError) as error:
        if await has_left(session, wanted):
            raise BackendError("The draft left, and could not be filed yet.", temporary=True) from error
        if isinstance(error, BackendError):
            raise
        status = CommonStatus.INVALID_RECIPIENTS if error.status in _RECIPIENTS else error.status
        raise ActError(status, error.detail) from error


_RECIPIENTS = (CommonStatus.MESSAGE_HAS_NO_RECIPIENT, CommonStatus.MESSAGE_RECIPIENT_UNRESOLVED)
