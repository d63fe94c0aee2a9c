"""What a mail says of a meeting, on the wire. MS-ASEMAIL, MeetingRequest, MessageClass, GlobalObjId.

    an invitation to a meeting of another       IPM.Schedule.Meeting.Request, with what it says
    its cancellation                            IPM.Schedule.Meeting.Canceled, likewise
    an answer                                   IPM.Schedule.Meeting.Resp.Pos, .Neg or .Tent
    an answer with another time                 likewise, with that time
    any of them about a meeting of one's own    a mail like others, unless it is an answer

Which version has which element, the declarations say.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime
from typing import Any, Final

from msgspec import UNSET, UnsetType

from outrider.domain.items import (
    Attending,
    Event,
    Location,
    MailItem,
    Meeting,
    MeetingMethod,
    MessageKind,
)
from outrider.domain.scheduling import is_organized
from outrider.mapping.mail import write_addresses
from outrider.mapping.places import place_to_text, place_to_wire
from outrider.mapping.recurrence import rule_to_wire
from outrider.mapping.terms import View
from outrider.mapping.times import moment_from_wire, moment_to_wire, span_to_wire
from outrider.mapping.zones import reading, year_of_law, zone_to_wire
from outrider.protocol.items.email import Email, MeetingRequest, Recurrence

_CONTENT_CLASS: Final = "urn:content-classes:calendarmessage"
_ANSWERS: Final = {
    Attending.ACCEPTED: "IPM.Schedule.Meeting.Resp.Pos",
    Attending.DECLINED: "IPM.Schedule.Meeting.Resp.Neg",
    Attending.TENTATIVE: "IPM.Schedule.Meeting.Resp.Tent",
}
_CLASSES: Final = {
    MeetingMethod.REQUEST: "IPM.Schedule.Meeting.Request",
    MeetingMethod.CANCEL: "IPM.Schedule.Meeting.Canceled",
}
_KINDS: Final = (MessageKind.MEETING_REQUEST, MessageKind.MEETING_REPLY, MessageKind.MEETING_CANCEL)

# InstanceType
_SINGLE, _SERIES, _OCCURRENCE, _EXCEPTION = range(4)


def put_meeting(email: Email, item: MailItem, view: View) -> None:
    """Say in a mail on its way to a device what it says of a meeting."""
    meeting = item.message.meeting
    message_class = _class_of(meeting, view) if meeting and item.message.kind in _KINDS else ""
    if not message_class or meeting is None:
        return
    email.message_class, email.content_class = message_class, _CONTENT_CLASS
    if meeting.method is not MeetingMethod.REPLY:
        email.meeting_request = _request(meeting, view)
        email.meeting_request.meeting_message_type = int(item.marks.news)


def _class_of(meeting: Meeting, view: View) -> str:
    """ "" for what is a mail like others."""
    if meeting.method in _CLASSES:
        return "" if is_organized(meeting.event, view.is_me) else _CLASSES[meeting.method]
    return next((_ANSWERS[one.status] for one in meeting.event.attendees if one.status in _ANSWERS), "")


def _request(meeting: Meeting, view: View) -> MeetingRequest:
    event, place = meeting.event, meeting.event.location
    busy = event.busy if event.intended is None else event.intended
    return MeetingRequest(
        **span_to_wire(event, view),
        dt_stamp=event.stamp or event.start,
        instance_type=_instance_type(event),
        location_text=place_to_text(place) or UNSET,
        location=place_to_wire(place) if place != Location() else UNSET,
        organizer=write_addresses([event.organizer]) if event.organizer else UNSET,
        recurrence_id=moment_to_wire(event.original, event, view) if event.original else UNSET,
        reminder=UNSET if event.reminder is None else event.reminder * 60,
        response_requested=event.wants_replies,
        recurrences=_recurrences(event, view),
        sensitivity=int(event.sensitivity),
        busy_status=int(busy),
        time_zone=zone_to_wire("UTC" if event.all_day else event.zone or view.zone, year_of_law(event)),
        global_obj_id=global_id(event.uid, event.original),
        disallow_new_time_proposal=not event.takes_proposals,
        uid=event.uid,
        **_proposal(meeting, view),
    )


def _instance_type(event: Event) -> int:
    if event.original is not None:
        return _OCCURRENCE if event.start == event.original else _EXCEPTION
    return _SINGLE if event.recurrence is None else _SERIES


def _recurrences(event: Event, view: View) -> list[Recurrence] | UnsetType:
    if event.recurrence is None:
        return UNSET
    start = reading(event.start, event.zone) if event.zone else event.start
    values = rule_to_wire(event.recurrence, start)
    if "until" in values:
        values["until"] = moment_to_wire(values["until"], event, view)
    return [Recurrence(**values)]


def _proposal(meeting: Meeting, view: View) -> dict[str, Any]:
    if meeting.method is not MeetingMethod.COUNTER:
        return {}
    shown = span_to_wire(meeting.event, view)
    return {"proposed_start_time": shown["start_time"], "proposed_end_time": shown["end_time"]}


def original_from_wire(instance: datetime, series: Event, view: View) -> datetime:
    """The start of an occurrence that a device names."""
    return moment_from_wire(instance, series, series.zone or view.zone)


# -------------------------------------------------------------------------------------------------- names

_CLASS_ID: Final = bytes.fromhex("040000008200E00074C5B7101A82E008")
_OUTLOOK_ID: Final = re.compile(_CLASS_ID.hex() + r"(?:[0-9a-f]{2}){20,}", re.IGNORECASE)
_MARKER: Final = b"vCal-Uid\x01\x00\x00\x00"


def global_id(uid: str, original: datetime | None) -> str:
    """The UID as devices up to 14.1 know it, with the day of the occurrence that is meant, in base64."""
    day = b"\0" * 4 if original is None else _day(original)
    if _OUTLOOK_ID.fullmatch(uid):
        known = bytes.fromhex(uid)
        return b64encode(known[:16] + day + known[20:]).decode()
    data = _MARKER + uid.encode("utf-8", "replace") + b"\0"
    return b64encode(_CLASS_ID + day + b"\0" * 16 + len(data).to_bytes(4, "little") + data).decode()


def _day(moment: datetime) -> bytes:
    return moment.year.to_bytes(2, "big") + bytes([moment.month, moment.day])
