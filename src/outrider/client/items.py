"""What a change does to an item that a device holds.

A change by the server that says nothing but the marks of a mail leaves the rest of it as it is; any other
replaces the item, except that a body or picture it does not mention stays. MS-ASCMD, Change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from msgspec import UNSET, UnsetType, structs

from outrider.client.events import edited
from outrider.protocol.items.body import AddAttachment, Attachment, DeleteAttachment
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

Files: TypeAlias = Sequence[Attachment | AddAttachment | DeleteAttachment] | UnsetType


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
    if isinstance(item, Email) and isinstance(edit, Email):
        return structs.replace(overlay(item, edit), attachments=_files(item.attachments, edit.attachments))
    return structs.replace(edit, **_kept(item, edit, _LEFT[type(edit)]))


def made(item: Item) -> Item:
    """An item of our own as it is shown once the server has it."""
    return changed_by_device(Email(), item) if isinstance(item, Email) else item


def named_by_server(item: Item, data: Item) -> Item:
    """The item with what the response to an edit of ours tells of it: the files that it names are those that
    we added, and it says nothing of others. MS-ASAIRS, ClientId."""
    after = overlay(item, data)
    if isinstance(item, Email | Event) and isinstance(data, Email | Event) and data.attachments is not UNSET:
        told = {_client_id(one): one for one in data.attachments}
        before = () if item.attachments is UNSET else item.attachments
        named = [told.pop(_client_id(one), one) for one in before]
        after = structs.replace(after, attachments=[*named, *told.values()])
    return after


def joined(former: Item, edit: Item) -> Item:
    """One edit that does what two do."""
    both = changed_by_device(former, edit)
    if isinstance(former, Email) and isinstance(edit, Email) and former.attachments is not UNSET:
        later = () if edit.attachments is UNSET else edit.attachments
        return structs.replace(both, attachments=[*former.attachments, *later])
    return both


def _files(before: Files, edit: Files) -> Files:
    """The files of an item after those that an edit adds and removes. MS-ASAIRS, Attachments."""
    if edit is UNSET:
        return before
    gone = {one.file_reference for one in edit if isinstance(one, DeleteAttachment)}
    kept = [one for one in before or () if isinstance(one, Attachment) and one.file_reference not in gone]
    new = [one for one in edit if isinstance(one, AddAttachment)]
    return [*kept, *(Attachment(client_id=one.client_id, display_name=one.display_name) for one in new)]


def _client_id(file: Attachment | AddAttachment | DeleteAttachment) -> str:
    return "" if isinstance(file, DeleteAttachment) else file.client_id or ""


def _kept(item: Item, change: Item, names: tuple[str, ...]) -> dict[str, object]:
    old, new = said(item), said(change)
    return {name: old[name] for name in names if name in old and name not in new}
