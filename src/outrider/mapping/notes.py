"""Notes between the notebook and the wire. MS-ASNOTE.

The law of absence in a Change (MS-ASNOTE, Sync Command Response), the same in all versions; a Supported list
is not allowed for notes:

    said, even if empty                                is set; an empty one clears
    Subject, note (Body, Data), MessageClass           absent: stays
    Categories                                         absent: cleared
    LastModifiedDate                                   is ignored: it is when the server was told
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from msgspec import UNSET

from outrider.domain.items import Note, NoteEdit, NoteItem
from outrider.mapping.bodies import body_to_wire, native_type, plain, plain_texts, prose_of
from outrider.protocol.errors import EasError
from outrider.protocol.items.notes import Note as Element
from outrider.protocol.status import SyncStatus

_CLASS: Final = re.compile(r"IPM\.StickyNote(\.[^.\x00-\x20]+)*", re.IGNORECASE)


def to_wire(item: NoteItem) -> Element:
    """The note as the device is given it."""
    note = item.note
    element = Element(subject=note.subject, message_class=note.message_class)
    if note.modified is not None:
        element.last_modified_date = note.modified
    if note.categories:
        element.categories = list(note.categories)
    if item.body is not None:
        element.body = body_to_wire(item.body)
        element.native_body_type = native_type(item.body)
    return element


def note_from_wire(element: Element, now: datetime) -> Note:
    """The note that a device made."""
    return Note(modified=now, **_said(element))


def edit_from_wire(element: Element, now: datetime) -> NoteEdit:
    """What a device changed in a note, by the law above; nothing where it says no more than when."""
    said = _said(element)
    return NoteEdit(fields={"categories": (), **said, "modified": now} if said else {})


def _said(element: Element) -> dict[str, Any]:
    """The fields that an element speaks of. Raises EasError for what is no note. MS-ASNOTE, MessageClass."""
    fields: dict[str, Any] = {}
    if element.subject is not UNSET:
        fields["subject"] = plain(element.subject)
    if element.message_class is not UNSET:
        if not _CLASS.fullmatch(element.message_class):
            raise EasError(SyncStatus.CONVERSION_ERROR, f"a note of class {element.message_class[:40]!r}")
        fields["message_class"] = element.message_class
    if element.categories is not UNSET:
        fields["categories"] = plain_texts(element.categories)
    if element.body is not UNSET and (prose := prose_of(element.body)) is not None:
        fields["text"], fields["html"] = prose
    return fields
