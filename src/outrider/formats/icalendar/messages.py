"""Calendars that are sent: a meeting, an occurrence of it, or an answer, with the METHOD that says what is
meant. RFC 5546, Application Protocol Elements.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from outrider.domain.items import Attendee, Event, ItemClass, Meeting, MeetingMethod, NewEvent
from outrider.domain.scheduling import Notice
from outrider.formats.components import Component, as_octets, read_components
from outrider.formats.icalendar import events, series
from outrider.formats.icalendar.document import Calendar
from outrider.formats.icalendar.files import assemble, split_calendar
from outrider.formats.icalendar.people import ATTENDEES, ORGANIZER
from outrider.formats.icalendar.properties import Instant, put
from outrider.formats.icalendar.spans import need_times
from outrider.formats.icalendar.states import CANCELLED, SEQUENCE

_STAMP: Final = Instant(("DTSTAMP",))
# What is the user's own of a meeting that others get.
_PRIVATE: Final = ("X-MICROSOFT-CDO-REPLYTIME", "CATEGORIES")


class Told(Struct, frozen=True):
    """What a calendar that came says: of one meeting, whose `document` is as it would be kept."""

    meeting: Meeting
    document: bytes


# ------------------------------------------------------------------------------------------------- reading


def read_message(data: bytes, declared: str = "") -> Told | None:
    """What a calendar does that came in a mail; None where it is no message, or one that says too little.

    `declared` is the method by the header of the part, for calendars that do not say it. Raises
    UnreadableError.
    """
    pieces = [one for one in split_calendar(data) if one.holds is ItemClass.CALENDAR]
    method = _METHODS.get((_method_of(data) or declared).strip().upper())
    if method is None or not pieces:
        return None
    document = pieces[0].document
    event = events.read(document)
    who = event.organizer is not None if method in _FROM_ORGANIZER else bool(event.attendees)
    return Told(Meeting(method=method, event=event), document) if who else None


_METHODS: Final = {method.value: method for method in MeetingMethod}
_FROM_ORGANIZER: Final = (MeetingMethod.REQUEST, MeetingMethod.CANCEL)


def _method_of(data: bytes) -> str:
    root = read_components(as_octets(data))
    holders = [*root.components("VCALENDAR"), root]
    return next((line.value for holder in holders for line in holder.named("METHOD")), "")


# ------------------------------------------------------------------------------------------------- writing


def notice(document: bytes, told: Notice, now: datetime) -> bytes:
    """The calendar that tells guests of the meeting that a document has. Raises UnreadableError."""
    calendar = Calendar(document, events.KIND)
    cancels = told.method is MeetingMethod.CANCEL
    items = _items_of(calendar, told.event)[: 1 if cancels else None]
    for item in items:
        _STAMP.write(item, now)
        for name in _PRIVATE:
            put(item, name, "")
        if ORGANIZER.read(item) is None:
            ORGANIZER.write(item, told.event.organizer)
    if cancels:
        CANCELLED.write(items[0], value=True)
        SEQUENCE.write(items[0], told.event.sequence)
        keys = {box.address.casefold() for box in told.to}
        people = (one for one in ATTENDEES.read(items[0]) if one.box.address.casefold() in keys)
        named = {one.box.address.casefold(): one for one in people}
        missing = (Attendee(box=box) for box in told.to if box.address.casefold() not in named)
        ATTENDEES.write(items[0], (*named.values(), *missing))
    return _message(calendar, items, told.method)


def _items_of(calendar: Calendar, event: Event) -> list[Component]:
    """The components of the whole meeting, or the one of an occurrence."""
    if event.original is None or calendar.main.first("RECURRENCE-ID"):
        return [calendar.main, *calendar.overrides]
    times = need_times(calendar, calendar.main)
    found = series.read_overrides(calendar, times).get(event.original)
    return [found or series.new_override(calendar, times, event.original)]


def _message(calendar: Calendar, items: list[Component], method: MeetingMethod) -> bytes:
    holder = next(iter(calendar.root.components("VCALENDAR")), calendar.root)
    made = assemble(holder, items)
    made.add("METHOD", method.value)
    return made.raw()


class Reply(Struct, frozen=True, kw_only=True):
    """An answer to an invitation: to a meeting, or to an occurrence, as it was told to who answers. With
    times it proposes others."""

    event: Event
    answer: Attendee
    comment: str = ""


def reply(told: Reply, now: datetime) -> bytes:
    """The calendar that answers an invitation. Raises UnreadableError."""
    event, answer = told.event, told.answer
    proposes = answer.proposed_start is not None and answer.proposed_end is not None
    said = Event(
        uid=event.uid,
        subject=event.subject,
        start=answer.proposed_start or event.start,
        end=answer.proposed_end or event.end,
        all_day=event.all_day and not proposes,
        zone=event.zone or ("UTC" if proposes else ""),
        original=event.original,
        organizer=event.organizer,
        attendees=(replace(answer, proposed_start=None, proposed_end=None),),
        sequence=event.sequence,
        stamp=now,
    )
    calendar = Calendar(events.write(NewEvent(event=said), event.uid), events.KIND)
    item = calendar.main
    for line in item.named("TRANSP", "STATUS"):
        item.remove(line)
    if told.comment:
        item.add("COMMENT", item.escape(told.comment))
    return _message(calendar, [item], MeetingMethod.COUNTER if proposes else MeetingMethod.REPLY)


def with_guests(document: bytes, guests: tuple[Attendee, ...]) -> bytes:
    """The meeting with further guests, for those whom it is passed on to. Raises UnreadableError."""
    calendar = Calendar(document, events.KIND)
    for item in (calendar.main, *calendar.overrides):
        known = {one.box.address.casefold() for one in ATTENDEES.read(item)}
        new = tuple(one for one in guests if one.box.address.casefold() not in known)
        ATTENDEES.write(item, (*ATTENDEES.read(item), *new))
    return calendar.raw()
