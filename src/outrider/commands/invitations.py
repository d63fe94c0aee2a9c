"""What a device answers when it answers an invitation: the meeting that a mail invites to, as the calendar
has it, or an event of the calendar, or an occurrence of one. MS-ASCMD, MeetingResponse; InstanceId.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from outrider.commands.session import Session
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.items import (
    Event,
    EventEdit,
    EventItem,
    FolderUse,
    ItemClass,
    MailItem,
    MeetingMethod,
    MessageKind,
    Wish,
)
from outrider.domain.scheduling import (
    Mine,
    Take,
    as_edit,
    find_original,
    invitation,
    is_meeting,
    is_organized,
    occurrence,
    update,
)
from outrider.formats.blobs import read_all
from outrider.formats.icalendar.messages import read_message
from outrider.mapping.meetings import original_from_wire
from outrider.mapping.terms import View
from outrider.protocol.errors import EasError
from outrider.protocol.status import CommonStatus, MeetingResponseStatus

NOT_FOR_ME: Final = MeetingResponseStatus.INVALID_MEETING_REQUEST


class Asked(Struct, frozen=True, kw_only=True):
    """What a device names: folder and number of a mail or event, and the occurrence that it means."""

    place: tuple[int, int]
    instance: datetime | None = None
    view: View

    def moment(self, event: Event) -> datetime | None:
        """The start of the occurrence by the clock of its series."""
        return None if self.instance is None else original_from_wire(self.instance, event, self.view)


class Invited(Struct, frozen=True, kw_only=True):
    """A meeting to be answered: the event as it is in the calendar `folder` under `number` (0: not there yet)
    once `edit` is made; the occurrence that is meant; and the mail that asks, if one was named."""

    event: Event
    folder: int
    number: int = 0
    edit: EventEdit = EventEdit()
    original: datetime | None = None
    mail: tuple[int, int] | None = None

    @property
    def part(self) -> Event:
        """The event, or the occurrence of it that is meant."""
        return self.event if self.original is None else occurrence(self.event, self.original)


async def read_named(session: Session, asked: Asked) -> EventItem | MailItem | None:
    """The mail or event that is named; None if it is gone. Raises EasError for anything else,
    BackendError."""
    [item] = await session.account.items.read(asked.place[0], [asked.place[1]], Wish())
    if isinstance(item, NotFoundError):
        return None
    if isinstance(item, BackendError):
        raise item
    if isinstance(item, EventItem | MailItem):
        return item
    raise EasError(NOT_FOR_ME, "neither a mail nor an event")


async def find_invited(session: Session, asked: Asked, item: EventItem | MailItem | None) -> Invited:
    """The meeting that is to be answered. Raises EasError where there is none."""
    if isinstance(item, EventItem):
        found = Invited(
            event=item.event,
            folder=asked.place[0],
            number=asked.place[1],
            original=_original(asked, item.event),
        )
    elif item is not None and item.message.kind is MessageKind.MEETING_REQUEST and asked.instance is None:
        found = await _by_mail(session, asked, item.message.calendar or "")
    else:
        raise EasError(NOT_FOR_ME, "no invitation")
    if not is_meeting(found.event, asked.view.is_me) or is_organized(found.event, asked.view.is_me):
        raise EasError(NOT_FOR_ME, "no meeting of another")
    return found


def _original(asked: Asked, event: Event) -> datetime | None:
    moment = asked.moment(event)
    if moment is None:
        return None
    if event.recurrence is None:
        raise EasError(CommonStatus.NO_RECURRENCE_IN_CALENDAR, "an occurrence of what is once")
    original = find_original(event, moment)
    if original is None:
        raise EasError(NOT_FOR_ME, "no such occurrence")
    return original


async def _by_mail(session: Session, asked: Asked, section: str) -> Invited:
    """The meeting that a mail invites to, as the calendar has it."""
    items = session.account.items
    content = await items.open(*asked.place, section)
    told = read_message(read_all(content.blob), MeetingMethod.REQUEST.value)
    if told is None:
        raise EasError(NOT_FOR_ME, "a calendar that invites to nothing")
    event = told.meeting.event
    calendar = await folder_of(session, FolderUse.DEFAULT, ItemClass.CALENDAR)
    number = await items.find(calendar, event.uid)
    [item] = [None] if number is None else await items.read(calendar, [number], Wish())
    if number is None or not isinstance(item, EventItem):
        return Invited(event=invitation(event), folder=calendar, mail=asked.place)
    known = Invited(event=item.event, folder=calendar, number=number, mail=asked.place)
    return _joined(known, event, asked.view.is_me)


def _joined(known: Invited, told: Event, mine: Mine) -> Invited:
    """The meeting with what of the mail is newer: it counts, whoever it came from, since the user says so."""
    original = told.original if known.event.original is None else None
    step = update(told, known.event, mine).step
    if step is None:
        return replace(known, original=original)
    if not isinstance(step, Take):
        return replace(known, original=original, edit=step.edit)
    event = replace(told, **step.edit.fields, uid=known.event.uid)
    return replace(known, event=event, original=original, edit=as_edit(told, step))


async def mail_of(session: Session, meeting: Invited) -> tuple[int, int] | None:
    """The mail that is dealt with once a meeting is answered: the one that was named, else the invitation to
    just this that is still in the Inbox; None for one that lies in the trash already."""
    trash = await folder_of(session, FolderUse.TRASH)
    if meeting.mail is not None:
        return None if meeting.mail[0] == trash else meeting.mail
    inbox = await folder_of(session, FolderUse.INBOX)
    items = session.account.items
    number = None if meeting.original else await items.find(inbox, meeting.event.uid)
    [mail] = [None] if number is None else await items.read(inbox, [number], Wish())
    told = mail.message.meeting if isinstance(mail, MailItem) else None
    if number is None or told is None or told.event.original != meeting.event.original:
        return None
    return inbox, number


async def folder_of(session: Session, use: FolderUse, holds: ItemClass = ItemClass.MAIL) -> int:
    """The number of a folder that every account has. Raises EasError for one without."""
    folders = await session.account.folders.list()
    found = next((one.number for one in folders if one.use is use and one.holds is holds), None)
    if found is None:
        raise EasError(MeetingResponseStatus.MAILBOX_ERROR, f"no folder for {use.value}")
    return found
