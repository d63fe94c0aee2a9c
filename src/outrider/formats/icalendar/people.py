"""Organizer and attendees of an event. RFC 5545, Attendee and Organizer; RFC 7986, Email."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import quote, unquote

from msgspec import Struct

from outrider.domain.items import Attendee, AttendeeKind, Attending, Mailbox
from outrider.formats.components import Component
from outrider.formats.contentlines import Line, Params
from outrider.formats.icalendar.clocks import UNIVERSAL
from outrider.formats.icalendar.params import first_value, with_param
from outrider.formats.icalendar.times import Moment, read_value, write_instant

_STATUS: Final = {
    "": Attending.UNKNOWN,
    "NEEDS-ACTION": Attending.NO_ANSWER,
    "ACCEPTED": Attending.ACCEPTED,
    "DECLINED": Attending.DECLINED,
    "TENTATIVE": Attending.TENTATIVE,
}
_PARTSTAT: Final = {status: word for word, status in _STATUS.items()}
_OPTIONAL: Final = ("OPT-PARTICIPANT", "NON-PARTICIPANT")
_RESOURCES: Final = ("RESOURCE", "ROOM")
_PROPOSED: Final = ("X-PROPOSED-START", "X-PROPOSED-END")


def read_box(line: Line) -> Mailbox | None:
    """The name and address of a person; None where there is no address."""
    value = line.value.strip()
    if value[:7].lower() == "mailto:":
        address = unquote(value[7:]).partition("?")[0].strip()
    else:
        address = first_value(line, "EMAIL").strip() or ("" if ":" in value or "/" in value else value)
    return Mailbox(first_value(line, "CN").strip(), address) if "@" in address else None


def _address_value(address: str) -> str:
    return "mailto:" + quote(address, safe="@!$&'*+-/=?^_`{|}~.:[]")


class Organizer(Struct, frozen=True):
    """Who invites."""

    def read(self, item: Component) -> Mailbox | None:
        """None where nobody does, or only someone without an address."""
        return next(filter(None, map(read_box, item.named("ORGANIZER"))), None)

    def write(self, item: Component, value: object) -> None:
        """What the property says of someone else (SENT-BY, DIR) goes with them."""
        lines = item.named("ORGANIZER")
        box = value if isinstance(value, Mailbox) else None
        if box is None:
            for line in lines:
                item.remove(line)
        elif lines:
            item.rewrite(lines[0], _address_value(box.address), _named(_same_person(lines[0], box), box))
        else:
            item.add("ORGANIZER", _address_value(box.address), _named((), box))


def _same_person(line: Line, box: Mailbox) -> Params:
    known = read_box(line)
    return line.params if known and known.address.casefold() == box.address.casefold() else ()


def _named(params: Params, box: Mailbox) -> Params:
    return with_param(params, "CN", box.name)


class Attendees(Struct, frozen=True):
    """Who is invited, each address once."""

    def read(self, item: Component) -> tuple[Attendee, ...]:
        """Those who have an address."""
        people: dict[str, Attendee] = {}
        for line in item.named("ATTENDEE"):
            person = _read_attendee(line)
            if person:
                people.setdefault(person.box.address.casefold(), person)
        return tuple(people.values())

    def write(self, item: Component, value: object) -> None:
        """Change what differs of those who stay, take out those who are not named, add others at the end."""
        wanted = {_key(person): person for person in value} if isinstance(value, tuple) else {}
        wishes = WANTS_REPLIES.read(item)
        for line in item.named("ATTENDEE"):
            known = _read_attendee(line)
            if known is None:
                continue
            person = wanted.pop(_key(known), None)
            if person is None:
                item.remove(line)
            elif person != known:
                item.rewrite(line, line.value, _update(line.params, person, known))
        for person in wanted.values():
            params = _update((), person, None)
            params = with_param(params, "RSVP", "TRUE" if wishes else "FALSE")
            item.add("ATTENDEE", _address_value(person.box.address), params)


def _key(person: Attendee) -> str:
    return person.box.address.casefold()


def _read_attendee(line: Line) -> Attendee | None:
    box = read_box(line)
    if box is None:
        return None
    start, end = (_read_instant(first_value(line, name)) for name in _PROPOSED)
    return Attendee(
        box=box,
        kind=_read_kind(line),
        status=_STATUS.get(first_value(line, "PARTSTAT").upper(), Attending.UNKNOWN),
        proposed_start=start,
        proposed_end=end,
    )


def _read_kind(line: Line) -> AttendeeKind:
    if first_value(line, "CUTYPE").upper() in _RESOURCES:
        return AttendeeKind.RESOURCE
    optional = first_value(line, "ROLE").upper() in _OPTIONAL
    return AttendeeKind.OPTIONAL if optional else AttendeeKind.REQUIRED


def _read_instant(text: str) -> datetime | None:
    found = read_value(text)
    return Moment(found[0], UNIVERSAL).instant if found else None


def _update(params: Params, person: Attendee, known: Attendee | None) -> Params:
    """The parameters with what differs from what was known."""
    if known is None or person.box.name != known.box.name:
        params = _named(params, person.box)
    if known is None or person.kind != known.kind:
        params = _of_kind(params, person.kind)
    if known is None or person.status != known.status:
        params = with_param(params, "PARTSTAT", _PARTSTAT[person.status])
    for name, new in zip(_PROPOSED, (person.proposed_start, person.proposed_end), strict=True):
        params = with_param(params, name, write_instant(new) if new else "")
    return params


def _of_kind(params: Params, kind: AttendeeKind) -> Params:
    if kind is AttendeeKind.RESOURCE:
        return with_param(with_param(params, "ROLE", ""), "CUTYPE", "RESOURCE")
    if any(
        name.upper() == "CUTYPE" and {"RESOURCE", "ROOM"} & set(map(str.upper, words))
        for name, words in params
    ):
        params = with_param(params, "CUTYPE", "")
    role = "OPT-PARTICIPANT" if kind is AttendeeKind.OPTIONAL else "REQ-PARTICIPANT"
    return with_param(params, "ROLE", role)


class WantsReplies(Struct, frozen=True):
    """Whether the organizer asks for answers. It is said of each attendee; where nothing is said, yes."""

    def read(self, item: Component) -> bool:
        """False where somebody is not asked, and nobody is."""
        said = {first_value(line, "RSVP").upper() for line in item.named("ATTENDEE")}
        return "FALSE" not in said or "TRUE" in said

    def write(self, item: Component, value: object) -> None:
        """Said of all attendees."""
        for line in item.named("ATTENDEE"):
            params = with_param(line.params, "RSVP", "TRUE" if value else "FALSE")
            if params != line.params:
                item.rewrite(line, line.value, params)


ORGANIZER: Final = Organizer()
ATTENDEES: Final = Attendees()
WANTS_REPLIES: Final = WantsReplies()
