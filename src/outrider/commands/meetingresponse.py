"""MeetingResponse: accept, tentatively accept or decline an invitation. MS-ASCMD, MeetingResponse.

What an answer does, in this order: from 16.0 the organizer is written to where the device asks for that;
then, in one transaction, the event stands in the calendar as answered, or is gone if declined, the mail that
invited to it goes to the trash, and the answer is noted. Up to 14.1 the device writes to the organizer
itself.

An answer that comes again is given again. One to a mail always is the same, since the mail went; one to an
event is it as long as the event still has that answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from outrider.commands.compose import Wanted, stamp_of, write
from outrider.commands.identifiers import item_id, read_item_id
from outrider.commands.invitations import (
    NOT_FOR_ME,
    Asked,
    Invited,
    find_invited,
    folder_of,
    mail_of,
    read_named,
)
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.domain.errors import BackendError
from outrider.domain.items import (
    Attendee,
    Attending,
    EventEdit,
    EventItem,
    FolderUse,
    Mailbox,
    MailItem,
    NewEvent,
    OccurrenceEdit,
)
from outrider.domain.roles import Token, Tx
from outrider.domain.scheduling import Answer as Answered
from outrider.domain.scheduling import answered, invited_as
from outrider.formats import imip
from outrider.formats.icalendar.messages import Reply
from outrider.mapping.bodies import prose_of
from outrider.mapping.terms import View
from outrider.protocol.errors import EasError
from outrider.protocol.messages.meetingresponse import (
    MeetingAnswer,
    MeetingResponseRequest,
    MeetingResponseResponse,
    MeetingResult,
    SendResponse,
    UserResponse,
)
from outrider.protocol.schema import encode
from outrider.protocol.status import CommonStatus, MeetingResponseStatus
from outrider.protocol.values import parse_date
from outrider.protocol.versions import Version
from outrider.sync.once import perform, token_of

_STATUSES: Final = {
    UserResponse.ACCEPTED: Attending.ACCEPTED,
    UserResponse.TENTATIVE: Attending.TENTATIVE,
    UserResponse.DECLINED: Attending.DECLINED,
}
_TOLD: Final = (
    *MeetingResponseStatus,
    CommonStatus.INVALID_DATE_TIME,
    CommonStatus.NO_RECURRENCE_IN_CALENDAR,
)
_FAILED: Final = {
    True: MeetingResponseStatus.SERVER_ERROR,  # come again
    False: MeetingResponseStatus.MAILBOX_ERROR,
}


class _Given(Struct, frozen=True, array_like=True):
    """What came of an answer: where the event stands (number 0 if it is gone), and when it was given."""

    folder: int
    number: int
    at: datetime

    @property
    def id(self) -> str | None:
        """The event's id; None if it is gone."""
        return item_id(self.folder, self.number) if self.number else None


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Given).decode


@command("MeetingResponse", MeetingResponseRequest)
async def meeting_response(request: MeetingResponseRequest, session: Session) -> Answer:
    """Answer each invitation; one that cannot be answered does not hold up the others."""
    return MeetingResponseResponse(results=[await _respond(session, one) for one in request.requests])


async def _respond(session: Session, answer: MeetingAnswer) -> MeetingResult:
    try:
        found = await Responding(session, answer).respond()
    except EasError as error:
        session.note(reason=error.detail)
        status = error.status if error.status in _TOLD else MeetingResponseStatus.SERVER_ERROR
        return MeetingResult(request_id=answer.request_id, status=status)
    except BackendError as error:
        session.note(code=error.code, reason=error.public)
        return MeetingResult(request_id=answer.request_id, status=_FAILED[error.temporary])
    done = MeetingResponseStatus.SUCCESS
    return MeetingResult(request_id=answer.request_id, status=done, calendar_id=found)


def _asked(answer: MeetingAnswer, view: View) -> Asked:
    """What the device names. The folder it names beside says nothing new."""
    if answer.instance_id is not None and view.version < Version.V14_1:
        raise EasError(NOT_FOR_ME, "an occurrence is named from 14.1 on")
    place = read_item_id(answer.request_id or "") or read_item_id(answer.long_id or "")
    if place is None:
        raise EasError(NOT_FOR_ME, "no id of a mail or an event")
    return Asked(place=place, instance=_instance(answer), view=view)


def _instance(answer: MeetingAnswer) -> datetime | None:
    if answer.instance_id is None:
        return None
    try:
        return parse_date(answer.instance_id)
    except ValueError as error:
        raise EasError(CommonStatus.INVALID_DATE_TIME, "an occurrence whose name is no date") from error


class Responding:
    """One answer to one invitation."""

    def __init__(self, session: Session, answer: MeetingAnswer) -> None:
        self._session = session
        self._answer = answer
        self._view = View.of(session.account.identity, session.line.version)
        self._now = session.now().replace(microsecond=0)
        self._status = _STATUSES[answer.user_response]

    async def respond(self) -> str | None:
        """The id of the event, None if it was declined. Raises EasError, BackendError."""
        asked, token = _asked(self._answer, self._view), self._token()
        before = (await self._session.store.ledger.recall([token])).get(token)
        item = await read_named(self._session, asked)
        if before is not None and _still_stands(item, asked, given := _unpack(before)):
            return given.id
        meeting = await find_invited(self._session, asked, item)
        if meeting.event.cancelled and self._status is not Attending.DECLINED:
            raise EasError(NOT_FOR_ME, "a meeting that was called off")
        return (await self._give(meeting, token)).id

    def _token(self) -> Token:
        """For exactly this answer by this device."""
        who = (self._session.account.identity.address, self._session.device.id)
        said = MeetingResponseRequest(requests=[self._answer])
        return token_of("meeting", who, bytes(encode(said, self._view.version)))

    async def _give(self, meeting: Invited, token: Token) -> _Given:
        """Write to the organizer, then do all that is done here at once."""
        replied = meeting.part.replied
        act = token_of(token, replied and replied.timestamp())
        if self._answer.send_response is not None:
            await self._write(meeting, self._answer.send_response, token_of("letter", act))
        mail, trash = await mail_of(self._session, meeting), await folder_of(self._session, FolderUse.TRASH)
        items = self._session.account.items

        async def settle(tx: Tx | None) -> bytes:
            number = await self._settle(meeting, token_of("event", act), tx)
            if mail is not None:
                await items.move(*mail, trash, token=token_of("mail", act), tx=tx)
            return _pack(_Given(meeting.folder, number, self._now))

        session = self._session
        return _unpack(await perform(session.store, session.account, token, settle, today=self._now.date()))

    async def _write(self, meeting: Invited, wanted: SendResponse, act: Token) -> None:
        """Write to the organizer, if it is known who that is."""
        part, start, end = meeting.part, wanted.proposed_start_time, wanted.proposed_end_time
        if (start is None) is not (end is None):
            raise EasError(NOT_FOR_ME, "half a proposal")
        if part.organizer is None:
            return
        answer = Attendee(box=self._me(meeting), status=self._status)
        if part.takes_proposals:
            answer = replace(answer, proposed_start=start, proposed_end=end)
        prose = prose_of(wanted.body) if wanted.body is not None else None
        told = Reply(event=part, answer=answer, comment=prose[0] if prose else "")
        letter = imip.answer(told, self._view.account, stamp_of(self._session))
        await write(self._session, Wanted(token=act, make=lambda: letter, size=len(letter), save=True))

    async def _settle(self, meeting: Invited, act: Token, tx: Tx | None) -> int:
        """Put the answer into the calendar; the number of the event, 0 if it is gone."""
        items, place = self._session.account.items, (meeting.folder, meeting.number)
        if self._status is Attending.DECLINED:
            await self._remove(meeting, act, tx)
            return 0
        answer = Answered(box=self._me(meeting), status=self._status, at=self._now)
        edit = answered(meeting.event, meeting.original, answer)
        if meeting.number:
            await items.change(*place, _both(meeting.edit, edit), token=act, tx=tx)
            return meeting.number
        new = NewEvent(event=replace(meeting.event, **edit.fields))
        return (await items.create(meeting.folder, new, act, tx)).number

    async def _remove(self, meeting: Invited, act: Token, tx: Tx | None) -> None:
        items, place = self._session.account.items, (meeting.folder, meeting.number)
        if meeting.number and meeting.original is None:
            await items.delete(*place, tx=tx)
        elif meeting.original is not None:
            gone = EventEdit(occurrences=(OccurrenceEdit(original=meeting.original, removed=True),))
            await items.change(*place, gone, token=act, tx=tx)

    def _me(self, meeting: Invited) -> Mailbox:
        return invited_as(meeting.part, self._view.account, self._view.is_me)


def _still_stands(item: EventItem | MailItem | None, asked: Asked, given: _Given) -> bool:
    """Whether an answer that was given before is what holds: nothing else can come of it."""
    if not isinstance(item, EventItem):
        return True
    moment = asked.moment(item.event)
    if moment is None:
        return item.event.replied == given.at
    if moment in item.event.removed:
        return not given.number
    return any(
        one.replied == given.at for one in item.event.exceptions if moment in (one.original, one.start)
    )


def _both(first: EventEdit, second: EventEdit) -> EventEdit:
    """One edit after another."""
    fields, occurrences = first.fields | second.fields, (*first.occurrences, *second.occurrences)
    return replace(first, fields=fields, occurrences=occurrences)
