"""Sending drafts, from 16.0: a draft leaves, its copy is filed, and it is gone. MS-ASEMAIL, Send."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET, Struct

from outrider.commands.compose import Wanted, send, sender_of, stamp_of
from outrider.commands.session import Session
from outrider.domain.errors import NotFoundError
from outrider.domain.items import DraftEdit, Edit
from outrider.domain.roles import Token
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
    await _send(session, lambda: new_draft(edit, sender, stamp), _size_of(edit), token)


async def send_draft(session: Session, draft: Draft, token: Token) -> None:
    """Send a stored draft and remove it. Raises ActError, NotFoundError."""
    items = session.account.items
    stored, edit = (await items.open(draft.folder, draft.number, "")).blob, draft.edit
    if isinstance(edit, DraftEdit):
        await _send(session, lambda: change_draft(stored, edit), stored.length + _size_of(edit), token)
    else:
        await _send(session, lambda: stored, stored.length, token)
    try:
        await items.delete(draft.folder, draft.number)
    except NotFoundError:
        return


def _size_of(edit: DraftEdit) -> int:
    """About how many bytes an edit brings."""
    body = 0 if edit.body is UNSET else len(edit.body)
    return body + sum(length_of(new.data) for new in edit.added)


async def _send(session: Session, make: Callable[[], Content], size: int, token: Token) -> None:
    act = token_of("draft", token)
    try:
        await send(session, Wanted(token=act, make=make, size=size, save=True))
    except EasError as error:
        status = CommonStatus.INVALID_RECIPIENTS if error.status in _RECIPIENTS else error.status
        raise ActError(status, error.detail) from error


_RECIPIENTS = (CommonStatus.MESSAGE_HAS_NO_RECIPIENT, CommonStatus.MESSAGE_RECIPIENT_UNRESOLVED)
