"""MeetingResponse: accept, tentatively accept or decline an invitation. MS-ASCMD, MeetingResponse.

What an answer does, in this order: from 16.0 the organizer is written to where the device asks for that;
then, in one transaction, the event stands in the calendar as answered, or is gone if declined, the mails that
invited to it go to the trash, and the answer is noted. Up to 14.1 the device writes to the organizer itself.

An answer that comes again is given again. One to a mail always is the same, since the mail went; one to an
event is it as long as the event still has that answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from outrider.commands.compose import Wanted, stamp_of, write
from outrider.commands.identifiers import item_id, read_item_id
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.items import (
    Attendee,
    Attending,
    Event,
    EventEdit,
    EventItem,
    FolderUse,
    ItemClass,
    Mailbox,
    MailItem,
    MeetingMethod,
    MessageKind,
    NewEvent,
    OccurrenceEdit,
    Wish,
)
from outrider.domain.roles import Token, Tx
from outrider.domain.scheduling import Answer as Answered
from outrider.domain.scheduling import (
    Mine,
    Take,
    answered,
    as_edit,
    find_original,
    invitation,
    invited_as,
    is_meeting,
    is_organized,
    occurrence,
    update,
)
from outrider.formats import imip
from outrider.formats.blobs import read_all
from outrider.formats.icalendar.messages import Reply, read_message
from outrider.mapping.bodies import prose_of
from outrider.mapping.meetings import original_from_wire
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
from outrider.protocol.status import CommonStatus, MeetingResponseStatus
from outrider.protocol.versions import Version
from outrider.sync.once import perform, token_of

_STATUSES: Final = {
    UserResponse.ACCEPTED: Attending.ACCEPTED,
    UserResponse.TENTATIVE: Attending.TENTATIVE,
    UserResponse.DECLINED: Attending.DECLINED,
}
_NOT_FOR_ME: Final = MeetingResponseStatus.INVALID_MEETING_REQUEST


class _Known(Struct, frozen=True, array_like=True):
    """What came of an answer: where the event stands (number 0 if it is gone), and when it was given."""

    folder: int
    number: int
    at: datetime

    @property
    def id(self) -> str | None:
        """The event's id; None if it is gone."""
        return item_id(self.folder, self.number) if self.number else None


class _Meeting(Struct, frozen=True, kw_only=True):
    """What is answered: the event as it is known, in the calendar `folder` under `number` (0: not there yet)
    once `edit` is made; the occurrence that is meant; and whether a mail named it."""

    event: Event
    folder: int
    number: int = 0
    edit: EventEdit = EventEdit()
    original: datetime | None = None
    by_mail: bool


@command("MeetingResponse", MeetingResponseRequest)
async def meeting_response(request: MeetingResponseRequest, session: Session) -> Answer:
    """Answer each invitation; one that cannot be answered does not hold up the others."""
    return MeetingResponseResponse(results=[await _respond(session, one) for one in request.requests])


async def _respond(session: Session, asked: MeetingAnswer) -> MeetingResult:
    try:
        item = _item(session, asked)
        found = await Responding(session, asked, item).respond()
    except EasError as error:
        status = error.status if error.status in _TOLD else MeetingResponseStatus.SERVER_ERROR
        session.note(reason=error.detail)
        return MeetingResult(request_id=asked.request_id, status=status)
    except BackendError as error:
        session.note(code=error.code, reason=error.public)
        failed = MeetingResponseStatus.MAILBOX_ERROR
        return MeetingResult(
            request_id=asked.request_id,
            status=MeetingResponseStatus.SERVER_ERROR if error.temporary else failed,
        )
    return MeetingResult(request_id=asked.request_id, status=MeetingResponseStatus.SUCCESS, calendar_id=found)


_TOLD: Final = (
    *MeetingResponseStatus,
    CommonStatus.INVALID_DATE_TIME,
    CommonStatus.NO_RECURRENCE_IN_CALENDAR,
)


def _item(session: Session, asked: MeetingAnswer) -> tuple[int, int]:
    """Folder and number of what the device names. The folder it names beside says nothing new."""
    if asked.instance_id is not None and session.line.version < Version.V14_1:
        raise EasError(_NOT_FOR_ME, "an occurrence is named from 14.1 on")
    found = read_item_id(asked.request_id or "") or read_item_id(asked.long_id or "")
    if found is None:
        raise EasError(_NOT_FOR_ME, "no id of a mail or an event")
    return found


class Responding:
    """One answer to one invitation."""

    def __init__(self, session: Session, asked: MeetingAnswer, item: tuple[int, int]) -> None:
        self._session = session
        self._asked = asked
        self._item = item
        self._view = View.of(session.account.identity, session.line.version)
        self._now = session.now().replace(microsecond=0)
        said = msgspec.json.encode(asked.send_response) if asked.send_response else b""
        who = (session.account.identity.address, session.device.id, item)
        self._token = token_of("meeting", who, asked.user_response.value, str(asked.instance_id), said)

    async def respond(self) -> str | None:
        """The id of the event, None if it was declined. Raises EasError, BackendError."""
        session = self._session
        before = (await session.store.ledger.recall([self._token])).get(self._token)
        known = None if before is None else _unpack(before)
        meeting = await self._meeting(known)
        if known is not None and (meeting is None or meeting.event.replied == known.at):
            return known.id
        assert meeting is not None
        act = token_of(self._token, meeting.event.replied and meeting.event.replied.timestamp())
        if self._asked.send_response is not None:
            await self._write(meeting, self._asked.send_response, token_of("letter", act))
        mails = await self._mails(meeting)

        async def settle(tx: Tx | None) -> bytes:
            number = await self._settle(meeting, act, tx)
            for index, (mail, trash) in enumerate(mails):
                await session.account.items.move(*mail, trash, token=token_of("mail", act, index), tx=tx)
            return _pack(_Known(meeting.folder, number, self._now))

        done = await perform(session.store, session.account, self._token, settle, today=self._now.date())
        return _unpack(done).id

    # ------------------------------------------------------------------------------- what is answered

    async def _meeting(self, known: _Known | None) -> _Meeting | None:
        """What is answered; None where the same answer dealt with it already. Raises EasError for what cannot
        be answered."""
        [item] = await self._session.account.items.read(self._item[0], [self._item[1]], Wish())
        if isinstance(item, EventItem):
            meeting = _Meeting(event=item.event, folder=self._item[0], number=self._item[1], by_mail=False)
            return self._checked(replace(meeting, original=self._original(item.event)))
        if known is not None:
            return None
        if isinstance(item, MailItem) and item.message.kind is MessageKind.MEETING_REQUEST:
            return self._checked(await self._by_mail(item.message.calendar or ""))
        if isinstance(item, BackendError) and not isinstance(item, NotFoundError):
            raise item
        raise EasError(_NOT_FOR_ME, "neither an invitation nor a meeting")

    def _checked(self, meeting: _Meeting) -> _Meeting:
        event, mine = meeting.event, self._view.is_me
        if not is_meeting(event, mine) or is_organized(event, mine):
            raise EasError(_NOT_FOR_ME, "no meeting of another")
        if event.cancelled and self._asked.user_response is not UserResponse.DECLINED:
            raise EasError(_NOT_FOR_ME, "a meeting that was called off")
        return meeting

    async def _by_mail(self, section: str) -> _Meeting:
        """The meeting that a mail invites to, as the calendar has it: a newer one from the mail counts, since
        the user says so."""
        items = self._session.account.items
        if self._asked.instance_id is not None:
            raise EasError(_NOT_FOR_ME, "an occurrence of a mail")
        content = await items.open(*self._item, section)
        told = read_message(read_all(content.blob), MeetingMethod.REQUEST.value)
        if told is None:
            raise EasError(_NOT_FOR_ME, "a calendar that invites to nothing")
        event = told.meeting.event
        calendar = await self._folder(FolderUse.DEFAULT, ItemClass.CALENDAR)
        number = await items.find(calendar, event.uid)
        [item] = [None] if number is None else await items.read(calendar, [number], Wish())
        if number is None or not isinstance(item, EventItem):
            return _Meeting(event=invitation(event), folder=calendar, by_mail=True)
        return _joined(item.event, (calendar, number), event, self._view.is_me)

    def _original(self, event: Event) -> datetime | None:
        """The occurrence that the device names."""
        instance = self._asked.instance_id
        if instance is None:
            return None
        if event.recurrence is None:
            raise EasError(CommonStatus.NO_RECURRENCE_IN_CALENDAR, "an occurrence of what is once")
        original = find_original(event, original_from_wire(instance, event, self._view))
        if original is None:
            raise EasError(_NOT_FOR_ME, "no such occurrence")
        return original

    # ---------------------------------------------------------------------------------- what comes of it

    async def _write(self, meeting: _Meeting, wanted: SendResponse, act: Token) -> None:
        """Write to the organizer."""
        event = meeting.event
        part = event if meeting.original is None else occurrence(event, meeting.original)
        start, end = wanted.proposed_start_time, wanted.proposed_end_time
        if (start is None) is not (end is None):
            raise EasError(_NOT_FOR_ME, "half a proposal")
        if event.organizer is None:
            return
        answer = Attendee(box=self._me(part), status=_STATUSES[self._asked.user_response])
        if start is not None and part.takes_proposals:
            answer = replace(answer, proposed_start=start, proposed_end=end)
        told = Reply(event=part, answer=answer, comment=_words(wanted))
        letter = imip.answer(told, self._view.account, stamp_of(self._session))
        await write(self._session, Wanted(token=act, make=lambda: letter, size=len(letter), save=True))

    async def _settle(self, meeting: _Meeting, act: Token, tx: Tx | None) -> int:
        """Put the answer into the calendar; the number of the event, 0 if it is gone."""
        items, calendar = self._session.account.items, meeting.folder
        if self._asked.user_response is UserResponse.DECLINED:
            await self._remove(meeting, act, tx)
            return 0
        answer = Answered(
            box=self._me(meeting.event),
            status=_STATUSES[self._asked.user_response],
            at=self._now,
        )
        edit = answered(meeting.event, meeting.original, answer)
        if meeting.number:
            whole = _both(meeting.edit, edit)
            await items.change(calendar, meeting.number, whole, token=token_of("event", act), tx=tx)
            return meeting.number
        event = replace(meeting.event, **edit.fields)
        written = await items.create(calendar, NewEvent(event=event), token_of("event", act), tx)
        return written.number

    async def _remove(self, meeting: _Meeting, act: Token, tx: Tx | None) -> None:
        items, calendar = self._session.account.items, meeting.folder
        if not meeting.number:
            return
        if meeting.original is None:
            await items.delete(calendar, meeting.number, tx=tx)
            return
        gone = EventEdit(occurrences=(OccurrenceEdit(original=meeting.original, removed=True),))
        await items.change(calendar, meeting.number, gone, token=token_of("event", act), tx=tx)

    async def _mails(self, meeting: _Meeting) -> Sequence[tuple[tuple[int, int], int]]:
        """The mails that are dealt with, and the trash to which each goes: the one that is answered, else the
        invitation that is still in the Inbox."""
        trash, inbox = [await self._folder(use, ItemClass.MAIL) for use in (FolderUse.TRASH, FolderUse.INBOX)]
        if meeting.by_mail:
            return [(self._item, trash)] if self._item[0] != trash else []
        items = self._session.account.items
        number = None if meeting.original else await items.find(inbox, meeting.event.uid)
        [mail] = [None] if number is None else await items.read(inbox, [number], Wish())
        if number is None or not isinstance(mail, MailItem) or not _is_to_all(mail, meeting.event):
            return []
        return [((inbox, number), trash)]

    def _me(self, event: Event) -> Mailbox:
        return invited_as(event, self._view.account, self._view.is_me)

    async def _folder(self, use: FolderUse, holds: ItemClass) -> int:
        folders = await self._session.account.folders.list()
        found = next((one.number for one in folders if one.use is use and one.holds is holds), None)
        if found is None:
            raise EasError(MeetingResponseStatus.MAILBOX_ERROR, f"no folder for {use.value}")
        return found


def _joined(known: Event, place: tuple[int, int], told: Event, mine: Mine) -> _Meeting:
    """The meeting as the calendar has it, and what of the mail is newer."""
    original = told.original if known.original is None else None
    step = update(told, known, mine).step
    edit = EventEdit() if step is None else as_edit(told, step) if isinstance(step, Take) else step.edit
    if isinstance(step, Take):
        known = replace(told, **step.edit.fields, uid=known.uid)
    return _Meeting(event=known, folder=place[0], number=place[1], edit=edit, original=original, by_mail=True)


def _is_to_all(mail: MailItem, event: Event) -> bool:
    """Whether a mail invites to just this event, and not to an occurrence of it."""
    meeting = mail.message.meeting
    return meeting is not None and meeting.event.original == event.original


def _both(first: EventEdit, second: EventEdit) -> EventEdit:
    """One edit after another."""
    return replace(
        first,
        fields=first.fields | second.fields,
        occurrences=(*first.occurrences, *second.occurrences),
    )


def _words(wanted: SendResponse) -> str:
    prose = prose_of(wanted.body) if wanted.body is not None else None
    return prose[0] if prose else ""


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Known).decode
