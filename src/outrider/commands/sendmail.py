"""SendMail, SmartReply and SmartForward. MS-ASCMD.

Up to 12.1 the body is the MIME itself and the query says the rest; from 14.0 both stand in the message. A
success has no body.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, structs

from outrider.commands.compose import Wanted, has_left, send, send_token, was_sent
from outrider.commands.enforcement import is_too_old
from outrider.commands.forwarding import Passed, pass_on
from outrider.commands.identifiers import read_item_id
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.domain.errors import ForbiddenError, NotFoundError
from outrider.domain.items import LastVerb, MailEdit, MailItem, Wish
from outrider.domain.roles import Token
from outrider.formats.answer import Original, forward, refer, reply
from outrider.formats.blobs import Content, length_of
from outrider.formats.compose import recipients
from outrider.mapping.bodies import content_of, prose_of
from outrider.protocol.errors import EasError
from outrider.protocol.messages.composemail import (
    SendMailRequest,
    SmartForwardRequest,
    SmartReplyRequest,
)
from outrider.protocol.status import CommonStatus
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version
from outrider.sync.once import token_of


class Written(Struct, frozen=True, kw_only=True):
    """What the device wrote, whichever way it said so: `source` is the mail that is answered or forwarded,
    `token` stands for all of it."""

    mime: Content
    token: Token = b""
    client_id: str
    save: bool
    replaces: bool = False
    source: tuple[int, int] | None = None


@command("SendMail", SendMailRequest, mime_until=Version.V12_1)
async def send_mail(request: SendMailRequest | Octets, session: Session) -> Answer:
    """Send a mail as the device wrote it."""
    written = _written(request, session)
    if not await _was_sent(session, written):
        await send(session, _plain(written))
    return None


@command("SmartReply", SmartReplyRequest, mime_until=Version.V12_1)
async def smart_reply(request: SmartReplyRequest | Octets, session: Session) -> Answer:
    """Send an answer, with the mail it answers below it."""
    written = _written(request, session)
    verb = LastVerb.REPLIED_ALL if len(recipients(written.mime)) > 1 else LastVerb.REPLIED
    await _answer(session, written, reply, verb)
    return None


@command("SmartForward", SmartForwardRequest, mime_until=Version.V12_1)
async def smart_forward(request: SmartForwardRequest | Octets, session: Session) -> Answer:
    """Send a mail on, with its files, or pass an invitation on."""
    if isinstance(request, SmartForwardRequest) and (request.forwardees or request.body):
        await _pass_on(session, request)
    else:
        await _answer(session, _written(request, session), forward, LastVerb.FORWARDED)
    return None


async def _pass_on(session: Session, request: SmartForwardRequest) -> None:
    """Pass an invitation on, and mark the mail it came with."""
    if request.source is None or not request.forwardees or request.mime:
        raise EasError(CommonStatus.INVALID_SMART_FORWARD_PARAMETERS, "an invitation is passed on to people")
    source = _source(request.source.item_id, request.source.long_id)
    prose = prose_of(request.body) if request.body is not None else None
    passed = Passed(
        source=source,
        instance=request.source.instance_id,
        guests=request.forwardees,
        words=prose[0] if prose else "",
        save=request.save_in_sent_items,
    )
    said = (request.client_id, source, str(passed.instance), [one.email for one in passed.guests])
    mime = passed.words.encode("utf-8", "replace")
    written = Written(
        mime=mime, token=send_token(session, said, mime), client_id=request.client_id, save=True
    )
    if not await _was_sent(session, written):
        await pass_on(session, passed, written.token)
        await _mark(session, written, source, LastVerb.FORWARDED)


async def _answer(
    session: Session, written: Written, join: Callable[[Content, Original], Content], verb: LastVerb
) -> None:
    """Send what was written joined to its source, and mark the source."""
    if await _was_sent(session, written):
        return
    original = await _original(session, written)
    if written.source is None or original is None:
        await send(session, _plain(written))
        return

    def make() -> Content:
        if written.replaces:
            return refer(written.mime, original.message)
        return join(written.mime, original)

    size = length_of(written.mime) + length_of(original.mime)
    await send(session, Wanted(token=written.token, make=make, size=size, save=written.save))
    await _mark(session, written, written.source, verb)


async def _was_sent(session: Session, written: Written) -> bool:
    """Say whether this mail left before; from 14.0 that is a status of its own. Asked before anything else:
    the source of an answer that was sent may be gone by now."""
    if not await was_sent(session, written.token):
        return False
    if session.line.version >= Version.V14_0:
        raise EasError(CommonStatus.MESSAGE_PREVIOUSLY_SENT, "the same mail was sent before")
    return True


def _plain(written: Written) -> Wanted:
    """What the device wrote, and nothing else."""
    return Wanted(
        token=written.token, make=lambda: written.mime, size=length_of(written.mime), save=written.save
    )


async def _mark(session: Session, written: Written, source: tuple[int, int], verb: LastVerb) -> None:
    """Note at the source what was done with it, if it is still there: the mail has left already."""
    token = token_of("answered", written.token)
    try:
        await session.account.items.change(*source, MailEdit(verb=verb), token=token)
    except (NotFoundError, ForbiddenError):
        return  # it is gone, or is an event


async def _original(session: Session, written: Written) -> Original | None:
    """The mail that is answered, if one is. Where it is gone, and the answer left for some before an earlier
    request was cut off, what was not done is done without it: the device must not think that nothing left."""
    if written.source is None:
        return None
    try:
        return await _open(session, written.source)
    except NotFoundError as error:
        if await has_left(session, _plain(written)):
            return None
        raise EasError(CommonStatus.ITEM_NOT_FOUND, "the mail that is answered is not there") from error


async def _open(session: Session, source: tuple[int, int]) -> Original:
    """Raises NotFoundError."""
    [item] = await session.account.items.read(source[0], [source[1]], Wish())
    if isinstance(item, NotFoundError):
        raise item
    if not isinstance(item, MailItem):
        raise EasError(CommonStatus.MESSAGE_REPLY_FAILED, "the mail that is answered cannot be read")
    if is_too_old(session, item):
        raise NotFoundError("The policy lets nothing out that is so old.")
    content = await session.account.items.open(*source, "")
    return Original(message=item.message, mime=content.blob)


def _written(
    request: SendMailRequest | SmartReplyRequest | SmartForwardRequest | Octets, session: Session
) -> Written:
    """The request in one form. Two answers of the same words to different mails are two mails."""
    written = _read(request, session)
    if not length_of(written.mime):
        raise EasError(CommonStatus.INVALID_MIME, "an empty mail")
    said = (written.client_id, written.source, written.replaces)
    return structs.replace(written, token=send_token(session, said, written.mime))


def _read(
    request: SendMailRequest | SmartReplyRequest | SmartForwardRequest | Octets, session: Session
) -> Written:
    line = session.line
    if isinstance(request, SendMailRequest):
        return Written(
            mime=content_of(request.mime), client_id=request.client_id, save=request.save_in_sent_items
        )
    if isinstance(request, SmartReplyRequest | SmartForwardRequest):
        source = request.source
        return Written(
            mime=content_of(request.mime or b""),
            client_id=request.client_id,
            save=request.save_in_sent_items,
            replaces=request.replace_mime,
            source=_source(source.item_id, source.long_id) if source else None,
        )
    said = line.parameters
    named = said.item_id or said.long_id
    return Written(
        mime=content_of(request),
        client_id="",
        save=line.save_in_sent,
        source=_source(said.item_id, said.long_id) if named else None,
    )


def _source(item_id: str | None, long_id: str | None) -> tuple[int, int]:
    """Folder and number of the mail that is answered. The folder a device names beside the id says nothing
    new."""
    found = read_item_id(item_id or "") or read_item_id(long_id or "")
    if found is None:
        raise EasError(CommonStatus.ITEM_NOT_FOUND, "no id of a mail")
    return found
