"""What is in the folders: how others make and change it, what devices do with it, and what tells two states
of an item apart."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import UNSET

from outrider.client import Replica
from outrider.domain.items import (
    Contact,
    ContactEdit,
    ContactItem,
    DraftEdit,
    Edit,
    EventEdit,
    EventItem,
    Folder,
    FolderUse,
    Item,
    ItemClass,
    Mailbox,
    MailEdit,
    MailItem,
    NewAttachment,
    NewItem,
    NewMail,
    Note,
    NoteEdit,
    NoteItem,
    OccurrenceEdit,
    Task,
    TaskEdit,
    TaskItem,
)
from outrider.formats.headers import parse_addresses
from outrider.mapping.zones import zone_to_wire
from outrider.protocol.items.body import Attachment
from outrider.protocol.items.calendar import Event, Recurrence
from outrider.protocol.items.classes import Item as Element
from outrider.protocol.items.contacts import Contact as WireContact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note as WireNote
from outrider.protocol.items.tasks import Task as WireTask
from outrider.protocol.versions import Version
from tests.contract.documents import mime, weekly
from tests.e2e.meetings import BERLIN, kept_event, shown_event

CLASSES = (ItemClass.MAIL, ItemClass.CONTACTS, ItemClass.CALENDAR, ItemClass.TASKS, ItemClass.NOTES)
_FIRST = datetime(2026, 3, 3, 8, tzinfo=UTC)  # of a series on Tuesdays, all of it in winter time
_WEEKS = 4
_DRAFTS = "drafts.example"


# ------------------------------------------------------------------------------------- by others


def new_item(folder: Folder, name: str, now: datetime, chance: random.Random) -> NewItem:
    """Something that comes into a folder."""
    match folder.holds:
        case ItemClass.MAIL if folder.use is FolderUse.DRAFTS:
            return DraftEdit(to=(Mailbox("", draft_recipient(name)),), subject=name)
        case ItemClass.MAIL:
            received = now - timedelta(days=chance.choice((0, 0, 1, 2, 5, 10, 40)))
            return NewMail(mime=mime(name), received=received)
        case ItemClass.CALENDAR:
            return weekly(name)
        case ItemClass.TASKS:
            return Task(subject=name, complete=chance.random() < 0.3)
        case ItemClass.NOTES:
            return Note(subject=name)
        case _:
            return Contact(first_name=name, job_title="new")


def edit_of(folder: Folder, value: str, chance: random.Random) -> Edit:
    """What somebody changes; the value tells it from all other edits."""
    match folder.holds:
        case ItemClass.MAIL if folder.use is FolderUse.DRAFTS and chance.random() < 0.6:
            files = (NewAttachment(name=f"{value}.bin", data=b"!"),) if chance.random() < 0.5 else ()
            return DraftEdit(subject=value, added=files)
        case ItemClass.MAIL:
            return MailEdit(read=chance.random() < 0.5, categories=(value,))
        case ItemClass.CALENDAR if chance.random() < 0.5:
            return EventEdit(fields={"subject": value})
        case ItemClass.CALENDAR:
            removed = chance.random() < 0.3
            fields: dict[str, object] = {} if removed else {"subject": value}
            original = _occurrence(chance)
            return EventEdit(occurrences=(OccurrenceEdit(original=original, removed=removed, fields=fields),))
        case ItemClass.TASKS:
            return TaskEdit(fields={"categories": (value,), "complete": chance.random() < 0.5})
        case ItemClass.NOTES:
            return NoteEdit(fields={"categories": (value,)})
        case _:
            return ContactEdit(fields={"job_title": value})


def values_of(edit: object) -> Iterator[str]:
    """The values by which what an edit does is known."""
    match edit:
        case MailEdit() if edit.categories is not UNSET:
            yield from edit.categories
        case DraftEdit():
            yield str(edit.subject)
            yield from values_of(edit.marks)
        case TaskEdit() | NoteEdit():
            categories = edit.fields.get("categories", ())
            assert isinstance(categories, tuple)
            yield from categories
        case ContactEdit():
            yield str(edit.fields.get("job_title"))
        case EventEdit():
            for fields in (edit.fields, *(one.fields for one in edit.occurrences)):
                yield str(fields.get("subject"))
        case _:
            pass


def draft_recipient(name: str) -> str:
    """To whom a draft goes, and nothing else does."""
    return f"{name}@{_DRAFTS}"


# ------------------------------------------------------------------------------------- by devices


def made_contact(name: str) -> WireContact:
    """A contact as a device makes it."""
    return WireContact(first_name=name, job_title="new")


def made_event(name: str) -> Event:
    """A series as a device makes it."""
    return Event(
        uid=f"{name}@phone",
        subject=name,
        start_time=_FIRST,
        end_time=_FIRST + timedelta(hours=1),
        all_day_event=False,
        timezone=zone_to_wire(BERLIN, 2026),
        sensitivity=0,
        busy_status=2,
        meeting_status=0,
        recurrence=Recurrence(type=1, interval=1, day_of_week=4),
    )


def made_task(name: str) -> WireTask:
    """A task as a device makes it."""
    return WireTask(subject=name, complete=False)


def made_note(name: str) -> WireNote:
    """A note as a device makes it."""
    return WireNote(subject=name)


def edited_task(before: WireTask, value: str, chance: random.Random) -> WireTask:
    """The same task with another category, done or not."""
    return WireTask(subject=before.subject, categories=[value], complete=chance.random() < 0.5)


def edited_note(before: WireNote, value: str) -> WireNote:
    """The same note with another category."""
    return WireNote(subject=before.subject, categories=[value])


def edit_event(replica: Replica, folder: str, item: str, value: str, chance: random.Random) -> bool:
    """The user renames a series or one of its occurrences, or removes one; answers whether `value` names
    it."""
    match chance.randrange(5):
        case 0 | 1:
            replica.edit(folder, item, Event(subject=value))
        case 2 | 3:
            replica.edit_occurrence(folder, item, _occurrence(chance), Event(subject=value))
        case _:
            replica.delete_occurrence(folder, item, _occurrence(chance))
            return False
    return True


def _occurrence(chance: random.Random) -> datetime:
    return _FIRST + chance.randrange(_WEEKS) * timedelta(weeks=1)


# ------------------------------------------------------------------------------------- likeness


def shown(item: Element, *, plain: bool) -> object:
    """What tells two states of an item apart, as a device has it; `plain`: it has no categories."""
    if isinstance(item, Event):
        return _event(shown_event(item, Version.V16_1))
    if isinstance(item, WireContact):
        return _said(item.first_name), _said(item.job_title)
    assert isinstance(item, WireTask | WireNote | Email)
    categories = () if item.categories is UNSET else tuple(item.categories)
    if isinstance(item, WireTask):
        return _said(item.subject), item.complete is True, categories
    if isinstance(item, WireNote):
        return _said(item.subject), categories
    categories = () if plain else categories
    return _said(item.subject), item.read is True, categories, tuple(_shown_files(item)), addressees(item)


def kept(item: Item, *, plain: bool = False) -> object:
    """The same as the store has it."""
    if isinstance(item, EventItem):
        return _event(kept_event(item.event))
    if isinstance(item, ContactItem):
        return item.contact.first_name, item.contact.job_title
    if isinstance(item, TaskItem):
        return item.task.subject, item.task.complete, item.task.categories
    if isinstance(item, NoteItem):
        return item.note.subject, item.note.categories
    assert isinstance(item, MailItem)
    message, categories = item.message, () if plain else item.marks.categories
    files = tuple(one.name for one in message.attachments)
    return message.subject, item.marks.read, categories, files, addressees(item)


def addressees(item: Item | Element | None) -> tuple[str, ...]:
    """To whom a mail goes, as the store or a device has it; nobody for all else."""
    if isinstance(item, MailItem):
        return tuple(one.address for one in item.message.to)
    if isinstance(item, Email) and isinstance(item.to, str):
        return tuple(one.address for one in parse_addresses(item.to))
    return ()


def draft_named(item: Item | Element | None) -> str:
    """The name of a draft, by its recipient, wherever it lies; "" for all else."""
    parts = (one.partition("@") for one in addressees(item))
    return next((name for name, _, domain in parts if domain == _DRAFTS), "")


def _shown_files(item: Email) -> Iterator[str]:
    for one in item.attachments or ():
        assert isinstance(one, Attachment)
        yield _said(one.display_name)


def name_of(item: Item) -> str:
    """What nothing else is called that devices make; "" for what they do not."""
    match item:
        case ContactItem():
            return item.contact.first_name
        case EventItem():
            return item.event.uid
        case TaskItem():
            return item.task.subject
        case NoteItem():
            return item.note.subject
        case _:
            return ""


def _event(said: Mapping[str, object]) -> object:
    """Name and time of a series, and the names of its changed occurrences."""
    changed = said["changed"]
    assert isinstance(changed, dict)
    named = {one: each if each == "gone" else each["subject"] for one, each in changed.items()}
    return said["subject"], said["start"], said["rule"], tuple(sorted(named.items()))


def _said(text: object) -> str:
    return text if isinstance(text, str) else ""
