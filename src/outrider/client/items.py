"""What a change does to an item that a device holds.

A change by the server that says nothing but the marks of a mail leaves the rest of it as it is; any other
replaces the item, except that a body or picture it does not mention stays. MS-ASCMD, Change.
"""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, structs

from outrider.client.events import edited
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Task

_MARKS: Final = frozenset({"read", "flag", "categories", "last_verb_executed", "last_verb_execution_time"})
_BODY: Final = ("body", "native_body_type")
_BODIES: Final = (*_BODY, "body_part", "picture")
# What an edit of ours leaves as it is where it does not say it. MS-ASCMD, Change; MS-ASTASK and MS-ASNOTE,
# Sync Command Response
_LEFT: Final[dict[type[Item], tuple[str, ...]]] = {
    Contact: (*_BODY, "picture"),
    Task: (*_BODY, "subject", "importance", "complete", "date_completed", "reminder_set", "reminder_time"),
    Note: (*_BODY, "subject", "message_class", "last_modified_date"),
}


def said(item: Item) -> dict[str, object]:
    """The fields that an item mentions."""
    return {name: value for name, value in structs.asdict(item).items() if value is not UNSET}


def overlay(item: Item, edit: Item) -> Item:
    """The item with what the edit mentions."""
    return structs.replace(item, **said(edit))


def changed_by_server(item: Item, change: Item) -> Item:
    """The item after a change by the server."""
    if isinstance(change, Email) and said(change).keys() <= _MARKS:
        return overlay(item, change)
    return structs.replace(change, **_kept(item, change, _BODIES))


def changed_by_device(item: Item, edit: Item) -> Item:
    """The item after an edit of our own: of a mail or event what is said, else everything, except what
    stays."""
    if isinstance(item, Event) and isinstance(edit, Event):
        return edited(item, edit)
    if isinstance(edit, Email):
        return overlay(item, edit)
    return structs.replace(edit, **_kept(item, edit, _LEFT[type(edit)]))


def _kept(item: Item, change: Item, names: tuple[str, ...]) -> dict[str, object]:
    old, new = said(item), said(change)
    return {name: old[name] for name in names if name in old and name not in new}
