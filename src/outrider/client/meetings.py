"""Meetings: inviting and answering, in the form that the version wants. MS-ASCMD, MeetingResponse; RFC 6047.

From 16.0 the server writes to guests and organizers; up to 14.1 the client does so itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Final
from uuid import uuid4

from msgspec import Struct

from outrider.client.client import Client
from outrider.client.errors import ANSWER, ClientError, refused
from outrider.client.mail import fetch_mime, send_mail
from outrider.client.replica import Replica
from outrider.domain.items import Attendee, Attending, Event, Mailbox, MeetingMethod, NewEvent
from outrider.domain.scheduling import Notice, invited_as
from outrider.formats import imip
from outrider.formats.compose import Stamp
from outrider.formats.icalendar import events
from outrider.formats.icalendar.messages import Reply, read_message
from outrider.formats.message import read_message as read_mail
from outrider.formats.parts import extract, locate
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.calendar import Attendee as Guest
from outrider.protocol.items.calendar import Event as Element
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.messages.meetingresponse import (
    MeetingAnswer,
    MeetingResponseRequest,
    MeetingResponseResponse,
    SendResponse,
    UserResponse,
)
from outrider.protocol.status import MeetingResponseStatus
from outrider.protocol.values import dashed
from outrider.protocol.versions import Version


class Say(Enum):
    """What is said to an invitation."""

    ACCEPT = "accept"
    TENTATIVE = "tentative"
    DECLINE = "decline"


_SAID: Final = {
    Say.ACCEPT: (UserResponse.ACCEPTED, Attending.ACCEPTED),
    Say.TENTATIVE: (UserResponse.TENTATIVE, Attending.TENTATIVE),
    Say.DECLINE: (UserResponse.DECLINED, Attending.DECLINED),
}


class Invitation(Struct, frozen=True, kw_only=True):
    """A meeting that is to be held: between two instants, with guests by their addresses."""

    subject: str
    start: datetime
    end: datetime
    guests: tuple[str, ...]
    note: str = ""


async def respond(
    client: Client,
    source: tuple[str, str],
    say: Say,
    *,
    occurrence: datetime | None = None,
    words: str | None = "",
) -> str | None:
    """Answer an invitation: a mail or, from 16.0, an event, by folder and item.

    Gives the event's id, None if it was declined. The organizer is told `words`, or nothing if that is None.
    Raises ClientError.
    """
    response, status = _SAID[say]
    writes = await client.agree() < Version.V16_0 and words is not None
    event = _invited_to(await fetch_mime(client, *source)) if writes else None
    told = None if writes or words is None else SendResponse(body=_body(words))
    asked = MeetingAnswer(
        user_response=response,
        collection_id=source[0],
        request_id=source[1],
        instance_id=dashed(occurrence) if occurrence is not None else None,
        send_response=told,
    )
    answer = await client.ask(
        "MeetingResponse", MeetingResponseRequest(requests=[asked]), MeetingResponseResponse
    )
    if answer is None or not answer.results:
        raise ClientError(ANSWER, "an answer to MeetingResponse without a result")
    result = answer.results[0]
    if result.status != MeetingResponseStatus.SUCCESS:
        raise refused("MeetingResponse", result.status)
    if event is not None:
        await _reply(client, event, status, words or "")
    return result.calendar_id


def _body(words: str) -> Body | None:
    return Body(type=BodyType.PLAIN, data=words) if words else None


def _invited_to(mime: bytes) -> Event:
    """The meeting that a mail invites to."""
    message = read_mail(mime)
    part = locate(message, message.calendar) if message.calendar is not None else None
    encoded = mime[part.offset : part.offset + part.length] if part else b""
    told = read_message(extract(part, encoded), MeetingMethod.REQUEST.value) if part else None
    if told is None or told.meeting.event.organizer is None:
        raise ClientError(ANSWER, "the mail invites to nothing")
    return told.meeting.event


async def _reply(client: Client, event: Event, status: Attending, words: str) -> None:
    """Write to the organizer."""
    own = await _own(client)
    keys = {box.address.casefold() for box in own}
    me = invited_as(event, own[0], lambda box: box.address.casefold() in keys)
    answer = Attendee(box=me, status=status)
    letter = imip.answer(Reply(event=event, answer=answer, comment=words), own[0], _stamp(own[0]))
    await send_mail(client, letter)


async def invite(replica: Replica, invitation: Invitation) -> str:
    """Put a meeting into the calendar and have its guests told; the event's id. Raises ClientError."""
    client = replica.client
    version = await client.agree()
    await replica.sync_tree()
    calendar = next((key for key, one in replica.folders.items() if one.type == FolderType.CALENDAR), None)
    if calendar is None:
        raise ClientError(ANSWER, "there is no calendar")
    me, uid = (await _own(client))[0], str(uuid4())
    await replica.sync(calendar)
    before = set(replica.items(calendar))
    replica.add(calendar, _element(invitation, me, uid if version < Version.V16_0 else None))
    await replica.sync(calendar)
    [made] = set(replica.items(calendar)) - before
    if version < Version.V16_0:
        await send_mail(client, _request(invitation, me, uid))
    return made


def _element(invitation: Invitation, me: Mailbox, uid: str | None) -> Element:
    event = Element(
        subject=invitation.subject,
        start_time=invitation.start,
        end_time=invitation.end,
        meeting_status=1,
        attendees=[Guest(email=address, name=address, attendee_type=1) for address in invitation.guests],
    )
    if invitation.note:
        event.body = Body(type=BodyType.PLAIN, data=invitation.note)
    if uid is not None:
        event.uid, event.organizer_email, event.organizer_name = uid, me.address, me.address
    return event


def _request(invitation: Invitation, me: Mailbox, uid: str) -> bytes:
    """The mail that invites the guests."""
    boxes = tuple(Mailbox("", address) for address in invitation.guests)
    stamp = _stamp(me)
    event = Event(
        uid=uid,
        subject=invitation.subject,
        start=invitation.start,
        end=invitation.end,
        zone="UTC",
        note=invitation.note,
        organizer=me,
        attendees=tuple(Attendee(box=box) for box in boxes),
        stamp=stamp.now,
    )
    document = events.write(NewEvent(event=event), uid)
    told = Notice(method=MeetingMethod.REQUEST, to=boxes, event=event)
    return imip.announcement(document, told, me, stamp)


async def _own(client: Client) -> list[Mailbox]:
    """The user's addresses, the primary one first."""
    found = [Mailbox("", address) for address in await client.user_addresses()]
    return found or [Mailbox("", client.user)]


def _stamp(me: Mailbox) -> Stamp:
    now = datetime.now(UTC).replace(microsecond=0)
    return Stamp(now=now, message_id=f"<{uuid4()}@{me.address.rpartition('@')[2]}>")
