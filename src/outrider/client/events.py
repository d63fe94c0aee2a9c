"""What an edit of ours makes of an event, and how the server is told. MS-ASCAL, Exceptions; MS-ASAIRS,
InstanceId.

An edit says what changes, an empty value that something is no more. From 16.0 just that is sent, and
occurrences are changed by themselves; up to 14.1 the event goes whole, with all its exceptions. A series that
gets other times or another rule has no exceptions any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import UNSET, structs

from outrider.protocol.items.calendar import ChangedOccurrence, Event
from outrider.protocol.versions import Version

_SHAPE: Final = ("start_time", "end_time", "all_day_event", "timezone", "recurrence")
# What only the server says, and what absence leaves as it is.
_NOT_SENT: Final = (
    "appointment_reply_time",
    "response_type",
    "online_meeting_conf_link",
    "online_meeting_external_link",
    "native_body_type",
    "attachments",
    "body",
    "instance_id",
)


def edited(event: Event, edit: Event) -> Event:
    """The event after an edit."""
    names = event.__struct_fields__
    said = {name: value for name in names if (value := getattr(edit, name)) is not UNSET}
    after = structs.replace(event, **said)
    reshaped = any(getattr(after, name) != getattr(event, name) for name in _SHAPE)
    if reshaped and edit.exceptions is UNSET:
        after.exceptions = UNSET
    return after


def with_occurrence(event: Event, original: datetime, edit: Event | None) -> Event:
    """The event after an edit of the occurrence that the rule has at this time; None removes it."""
    known = {original_of(one): one for one in _exceptions(event)}
    before = known.get(original, ChangedOccurrence())
    if edit is None or before.deleted is True:
        before = ChangedOccurrence(deleted=True) if edit is None else ChangedOccurrence()
    said = (
        {}
        if edit is None
        else {
            name: value
            for name in ChangedOccurrence.__struct_fields__
            if name in edit.__struct_fields__ and (value := getattr(edit, name)) is not UNSET
        }
    )
    known[original] = structs.replace(
        before, **{**said, "exception_start_time": original, "instance_id": original}
    )
    return structs.replace(event, exceptions=[known[each] for each in sorted(known)])


def whole(event: Event, edit: Event) -> Event:
    """The event as it is sent whole, with the body only where the edit says one."""
    silent = structs.replace(event, **dict.fromkeys(_NOT_SENT, UNSET))
    silent.body, silent.exceptions = edit.body, _exceptions(event)
    return silent


def sends_whole(version: Version) -> bool:
    """Whether events are sent whole. MS-ASCAL, Sync Command Request."""
    return version < Version.V16_0


def original_of(exception: ChangedOccurrence) -> datetime:
    """The start that the rule gives a changed occurrence."""
    named = exception.instance_id or exception.exception_start_time
    assert isinstance(named, datetime)
    return named


def _exceptions(event: Event) -> list[ChangedOccurrence]:
    return [] if event.exceptions is UNSET else event.exceptions
