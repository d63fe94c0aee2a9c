"""Passing an invitation on to further guests, from 16.0. MS-ASCMD, SmartForward; Receiving and Forwarding
Meeting Requests.

Whose meeting it is stays. Where it is the user's own, those it is passed on to are guests of it from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from outrider.commands.compose import Wanted, stamp_of, write
from outrider.commands.session import Session
from outrider.domain.errors import NotFoundError
from outrider.domain.items import (
    Attendee,
    Event,
    EventEdit,
    EventItem,
    Mailbox,
    MailItem,
    MeetingMethod,
    MessageKind,
    Wish,
)
from outrider.domain.roles import Token
from outrider.domain.scheduling import Notice, find_original, is_meeting, is_organized, occurrence
from outrider.formats.blobs import read_all
from outrider.formats.icalendar import events
from outrider.formats.icalendar.messages import read_message, with_guests
from outrider.formats.imip import announcement
from outrider.mapping.bodies import one_line
from outrider.mapping.meetings import original_from_wire
from outrider.mapping.terms import View
from outrider.protocol.errors import EasError
from outrider.protocol.items.email import Forwardee
from outrider.protocol.status import CommonStatus
from outrider.sync.once import token_of


class Passed(Struct, frozen=True, kw_only=True):
    """What a device passes on: the mail or event, the occurrence it means, to whom, and what it says with
    it."""

    source: tuple[int, int]
    instance: datetime | None = None
    guests: Sequence[Forwardee]
    words: str = ""
    save: bool = False


async def pass_on(session: Session, passed: Passed, token: Token) -> None:
    """Invite further guests. Raises EasError."""
    view = View.of(session.account.identity, session.line.version)
    document, in_calendar = await _document(session, passed.source)
    event = events.read(document)
    guests = _guests(passed.guests)
    if not is_meeting(event, view.is_me):
        raise EasError(CommonStatus.INVALID_SMART_FORWARD_PARAMETERS, "no meeting")
    if not guests:
        raise EasError(CommonStatus.MESSAGE_HAS_NO_RECIPIENT, "nobody to pass the invitation on to")
    told = _told(event, passed.instance, view)
    if passed.words:
        told = replace(told, note=passed.words, note_html="")
    boxes = tuple(one.box for one in guests)
    notice = Notice(method=MeetingMethod.REQUEST, to=boxes, event=told)
    letter = announcement(with_guests(document, guests), notice, view.account, stamp_of(session))
    await write(session, Wanted(token=token, make=lambda: letter, size=len(letter), save=passed.save))
    if in_calendar and is_organized(event, view.is_me):
        people = events.read(with_guests(document, guests)).attendees
        edit, act = EventEdit(fields={"attendees": people}), token_of("guests", token)
        await session.account.items.change(*passed.source, edit, token=act)


async def _document(session: Session, source: tuple[int, int]) -> tuple[bytes, bool]:
    """The meeting's document, and whether it stands in the calendar."""
    items = session.account.items
    [item] = await items.read(source[0], [source[1]], Wish())
    if isinstance(item, NotFoundError):
        raise EasError(CommonStatus.ITEM_NOT_FOUND, "what is passed on is not there")
    if isinstance(item, EventItem):
        return read_all((await items.open(*source, "")).blob), True
    if isinstance(item, MailItem) and item.message.kind is MessageKind.MEETING_REQUEST:
        content = await items.open(*source, item.message.calendar or "")
        told = read_message(read_all(content.blob), MeetingMethod.REQUEST.value)
        if told is not None:
            return told.document, False
    raise EasError(CommonStatus.INVALID_SMART_FORWARD_PARAMETERS, "only meetings are passed on this way")


def _guests(people: Sequence[Forwardee]) -> tuple[Attendee, ...]:
    found: dict[str, Attendee] = {}
    for one in people:
        address = one_line(one.email)
        if "@" in address:
            found.setdefault(address.casefold(), Attendee(box=Mailbox(one_line(one.name or ""), address)))
    return tuple(found.values())


def _told(event: Event, instance: datetime | None, view: View) -> Event:
    """The meeting, or the occurrence of it that is meant."""
    if instance is None:
        return event
    if event.recurrence is None:
        raise EasError(CommonStatus.NO_RECURRENCE_IN_CALENDAR, "an occurrence of what is once")
    original = find_original(event, original_from_wire(instance, event, view))
    if original is None:
        raise EasError(CommonStatus.ITEM_NOT_FOUND, "no such occurrence")
    return occurrence(event, original)
