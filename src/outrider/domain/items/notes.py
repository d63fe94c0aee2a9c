"""The notes of a notebook."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from outrider.domain.items.bodies import Body


class Note(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A note; `modified` is when its user last changed it."""

    uid: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    categories: tuple[str, ...] = ()
    modified: datetime | None = None
    message_class: str = "IPM.StickyNote"


class NoteItem(Struct, kw_only=True):
    """A note as a folder hands it over."""

    note: Note
    body: Body | None = None


class NoteEdit(Struct, kw_only=True, frozen=True):
    """Changes to a note: field name of `Note` -> new value; fields not named stay."""

    fields: dict[str, object]
