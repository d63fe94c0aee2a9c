"""A calendar among the parts of a mail, and what it says of a meeting. RFC 6047.

Outlook and Exchange send the calendar as an alternative of the text, Google as that and as a file besides,
others as a file alone. The first that says what it does is believed; a text/calendar part is looked at before
files are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Meeting, MeetingMethod
from outrider.formats import mime
from outrider.formats.icalendar.messages import Told, read_message
from outrider.formats.mime import Entity, Source

MOST_CALENDAR: Final = 1 << 20
"""Encoded bytes of a calendar in a mail that is looked at."""

_TYPES: Final = ("text/calendar", "application/ics")


def is_calendar(entity: Entity) -> bool:
    """Whether a part of a mail is a calendar."""
    return entity.type in _TYPES


def find_meeting(data: Source, parts: Iterable[Entity]) -> tuple[str, Meeting] | None:
    """The first of these calendars that says what it does, by its section, as it is kept with the mail."""
    for part in parts:
        told = _read(data, part)
        if told is not None:
            return part.section, _slim(told.meeting)
    return None


def _read(data: Source, part: Entity) -> Told | None:
    if part.length > MOST_CALENDAR:
        return None
    content = mime.decode_transfer(data[part.offset : part.offset + part.length], part.encoding)
    try:
        return read_message(content, part.parameters.get("method", ""))
    except UnreadableError:
        return None


def _slim(meeting: Meeting) -> Meeting:
    """Without what a mail has besides, or nobody asks of it."""
    answers = meeting.method in (MeetingMethod.REPLY, MeetingMethod.COUNTER)
    event = replace(
        meeting.event,
        note="",
        note_html="",
        files=(),
        exceptions=(),
        removed=(),
        attendees=meeting.event.attendees[:1] if answers else (),
    )
    return Meeting(method=meeting.method, event=event)
