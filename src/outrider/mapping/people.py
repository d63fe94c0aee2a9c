"""Who meets, and what the user has to do with it. MS-ASCAL, Attendees, MeetingStatus, ResponseType.

An event without attendees and without an organizer elsewhere is no meeting. Of a meeting that someone else
called, a device changes neither organizer nor attendees; of one of the user's own it never makes another the
organizer. A device may say that a meeting is another's without saying whose: then the user is among its
attendees, and nobody organizes it (MS-ASCAL, MeetingStatus).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from outrider.domain.items import Attendee, AttendeeKind, Attending, Event, Mailbox
from outrider.domain.scheduling import is_meeting, is_organized
from outrider.mapping.bodies import one_line
from outrider.mapping.terms import View
from outrider.protocol.items.calendar import Attendee as Element
from outrider.protocol.items.calendar import Event as EventElement

# Bits of MeetingStatus.
_MEETING: Final = 1
_OF_ANOTHER: Final = 2
_CANCELLED: Final = 4

_NO_RESPONSE, _ORGANIZER = 0, 1  # of ResponseType


# -------------------------------------------------------------------------------------------- to the wire


def meeting_status(event: Event, view: View) -> int:
    """Whether it is a meeting, whose, and whether it was called off."""
    if not is_meeting(event, view.is_me):
        return 0
    whose = 0 if is_organized(event, view.is_me) else _OF_ANOTHER
    return _MEETING | whose | (_CANCELLED if event.cancelled else 0)


def response_type(event: Event, view: View) -> int:
    """What the user answered to an invitation."""
    if not is_meeting(event, view.is_me):
        return _NO_RESPONSE
    if is_organized(event, view.is_me):
        return _ORGANIZER
    own = next((one.status for one in event.attendees if view.is_me(one.box)), Attending.NO_ANSWER)
    return int(own)


def attendees_to_wire(attendees: tuple[Attendee, ...]) -> list[Element]:
    """Each with a name, its address if it has no other."""
    return [
        Element(
            email=one.box.address,
            name=one.box.name or one.box.address,
            attendee_status=int(one.status),
            attendee_type=int(one.kind),
            proposed_start_time=one.proposed_start or UNSET,
            proposed_end_time=one.proposed_end or UNSET,
        )
        for one in attendees
    ]


# ------------------------------------------------------------------------------------------ from the wire


def attendees_from_wire(elements: list[Element], known: tuple[Attendee, ...] = ()) -> tuple[Attendee, ...]:
    """Those who have an address, each once; what is not said of one who is known stays (from 16.0 no status
    is said)."""
    before = {one.box.address.casefold(): one for one in known}
    people: dict[str, Attendee] = {}
    for element in elements:
        address = one_line(element.email)
        key = address.casefold()
        if "@" in address and key not in people:
            people[key] = _attendee(element, address, before.get(key))
    return tuple(people.values())


def _attendee(element: Element, address: str, known: Attendee | None) -> Attendee:
    name = "" if element.name is UNSET else one_line(element.name)
    if name.casefold() == address.casefold():
        name = ""
    one = known or Attendee(box=Mailbox(name, address))
    return replace(
        one,
        box=Mailbox(one.box.name if element.name is UNSET else name, one.box.address),
        kind=_KINDS.get(element.attendee_type, one.kind),
        status=_STATUSES.get(element.attendee_status, one.status),
        proposed_start=_or(element.proposed_start_time, one.proposed_start),
        proposed_end=_or(element.proposed_end_time, one.proposed_end),
    )


_KINDS: Final[dict[object, AttendeeKind]] = {int(one): one for one in AttendeeKind}
_STATUSES: Final[dict[object, Attending]] = {int(one): one for one in Attending}


def _or(value: datetime | UnsetType, otherwise: datetime | None) -> datetime | None:
    return otherwise if value is UNSET else value


def new_people(element: EventElement, view: View) -> dict[str, Any]:
    """Organizer and attendees of an event that a device made. Who is invited without an organizer is invited
    by the user."""
    attendees = () if element.attendees is UNSET else attendees_from_wire(element.attendees)
    organizer = _organizer(element)
    status = element.meeting_status
    of_another = isinstance(status, int) and bool(status & _OF_ANOTHER)
    if organizer is None and attendees and not of_another:
        organizer = view.account
    if organizer and not attendees and view.is_me(organizer):
        organizer = None
    if organizer is None and of_another and not any(view.is_me(one.box) for one in attendees):
        attendees = (*attendees, Attendee(box=view.account))
    return {"organizer": organizer, "attendees": attendees, "cancelled": is_cancelled(status)}


def changed_people(element: EventElement, prior: Event, view: View) -> dict[str, Any]:
    """What a device may change of the people of an event, out of what it said."""
    fields: dict[str, Any] = {}
    if element.meeting_status not in (UNSET, None, meeting_status(prior, view)):
        fields["cancelled"] = is_cancelled(element.meeting_status)
    if element.attendees is UNSET or not is_organized(prior, view.is_me):
        return fields
    attendees = attendees_from_wire(element.attendees, prior.attendees)
    if attendees == prior.attendees:
        return fields
    fields["attendees"] = attendees
    if not attendees:
        fields["organizer"] = None
    elif prior.organizer is None:
        said = _organizer(element)
        fields["organizer"] = said if said and view.is_me(said) else view.account
    return fields


def _organizer(element: EventElement) -> Mailbox | None:
    address = "" if element.organizer_email is UNSET else one_line(element.organizer_email)
    name = "" if element.organizer_name is UNSET else one_line(element.organizer_name)
    return Mailbox("" if name.casefold() == address.casefold() else name, address) if "@" in address else None


def is_cancelled(status: int | UnsetType | None) -> bool:
    """Whether a MeetingStatus says that a meeting was called off."""
    return isinstance(status, int) and bool(status & _CANCELLED)
