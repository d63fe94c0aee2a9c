"""Notes read from VJOURNAL components, made as such, and changed in place. RFC 5545, Journal Component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from outrider.domain.items import Note, NoteEdit
from outrider.formats.icalendar.document import Calendar, new_calendar, uid_of
from outrider.formats.icalendar.properties import Fields, Instant, apply_fields, read_fields
from outrider.formats.icalendar.texts import CATEGORIES, NOTE, NOTE_HTML, SUBJECT, Text
from outrider.formats.prose import prose_changes

KIND: Final = "VJOURNAL"

_FIELDS: Final[Fields] = {
    "subject": SUBJECT,
    "text": NOTE,
    "html": NOTE_HTML,
    "categories": CATEGORIES,
    "modified": Instant(("LAST-MODIFIED", "DTSTAMP")),
    "message_class": Text(("X-OUTRIDER-MESSAGE-CLASS",)),
}


def read(document: bytes) -> Note:
    """The note of a document. Raises UnreadableError."""
    return _read(Calendar(document, KIND))


def _read(calendar: Calendar) -> Note:
    return Note(uid=uid_of(calendar.main), **read_fields(_FIELDS, calendar.main))


def write(note: Note, uid: str) -> bytes:
    """A document for a new note. The time it was made stays with it."""
    calendar = Calendar(new_calendar(KIND, note.uid or uid), KIND)
    if note.modified is not None:
        for name in ("DTSTAMP", "CREATED"):
            Instant((name,)).write(calendar.main, note.modified)
    _write(calendar, {name: getattr(note, name) for name in _FIELDS}, Note())
    return calendar.raw()


def apply(document: bytes, edit: NoteEdit) -> bytes:
    """The document with the edit made: properties that no changed field stands in keep their bytes. Raises
    UnreadableError."""
    calendar = Calendar(document, KIND)
    _write(calendar, edit.fields, _read(calendar))
    return calendar.raw()


def _write(calendar: Calendar, fields: Mapping[str, object], old: Note) -> None:
    apply_fields(_FIELDS, calendar.main, prose_changes(fields, ("text", "html"), old), old)
