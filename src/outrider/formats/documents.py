"""The classes of documents beside mail: how each is read, made, changed and shown.

A source that stores documents asks this table and nothing else, so a class is added by its module and a
line here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from outrider.domain.errors import ForbiddenError, NotFoundError
from outrider.domain.items import (
    Contact,
    ContactEdit,
    ContactItem,
    Edit,
    Event,
    EventEdit,
    EventItem,
    Item,
    ItemClass,
    NewEvent,
    NewItem,
    Note,
    NoteEdit,
    NoteItem,
    Recipient,
    RecipientItem,
    Task,
    TaskEdit,
    TaskItem,
    Wish,
)
from outrider.domain.occurrences import last_day
from outrider.domain.roles import Content
from outrider.formats import recipients, vcard
from outrider.formats.html import MOST_HTML, text_from_html
from outrider.formats.icalendar import events, notes, tasks
from outrider.formats.icalendar.attachments import open_file
from outrider.formats.prose import body_of

Says = TypeVar("Says")
New = TypeVar("New")
Change = TypeVar("Change")


class Words(Struct, frozen=True):
    """What full-text search knows of an item."""

    subject: str = ""
    people: str = ""
    text: str = ""


def _no_horizon(_: object) -> date | None:
    return None


def _no_uid(_: object) -> str:
    return ""


def _no_parts(_document: bytes, _section: str) -> Content:
    raise NotFoundError("This part is no longer there.")


class Kind(Struct, Generic[Says, New, Change], frozen=True, kw_only=True):
    """One class of documents.

    `says` is what a document is read into, and can be kept as MessagePack; `new` and `edit` are what items
    are made of and changed by. `read`, `write` and `apply` raise UnreadableError. `write` takes the UID of a
    new document that names none. `horizon` is the day until which an item counts, None for ever. `uid` is
    what an item is found by, "" where it need not be. `open` finds a part by its section.
    """

    holds: ItemClass
    media: str
    says: type[Says]
    new: type[New]
    edit: type[Change]
    read: Callable[[bytes], Says]
    write: Callable[[New, str], bytes]
    apply: Callable[[bytes, Change], bytes]
    item: Callable[[Says, Wish], Item]
    words: Callable[[Says], Words]
    horizon: Callable[[Says], date | None] = _no_horizon
    uid: Callable[[Says], str] = _no_uid
    open: Callable[[bytes, str], Content] = _no_parts


def _contact_item(contact: Contact, wish: Wish) -> ContactItem:
    return ContactItem(contact=contact, body=body_of(contact.note, "", wish))


def _contact_words(contact: Contact) -> Words:
    names = (contact.first_name, contact.last_name, contact.nickname, contact.file_as)
    boxes = dict.fromkeys(box for box in (contact.email1, contact.email2, contact.email3) if box)
    return Words(
        subject=" ".join(filter(None, names)),
        people="\n".join(f"{box.name} {box.address}" for box in boxes),
        text=f"{contact.company}\n{contact.note}",
    )


CONTACTS: Final = Kind(
    holds=ItemClass.CONTACTS,
    media="text/vcard",
    says=Contact,
    new=Contact,
    edit=ContactEdit,
    read=vcard.read,
    write=vcard.write,
    apply=vcard.apply,
    item=_contact_item,
    words=_contact_words,
)


def _event_item(event: Event, wish: Wish) -> EventItem:
    bodies = {
        each.original: body_of(each.note, each.note_html, wish)
        for each in event.exceptions
        if (each.note, each.note_html) != (event.note, event.note_html)
    }
    return EventItem(
        event=event,
        body=body_of(event.note, event.note_html, wish),
        bodies={original: body for original, body in bodies.items() if original and body},
    )


def _event_words(event: Event) -> Words:
    told = (event, *event.exceptions)
    boxes = [box for each in told for box in (each.organizer, *(person.box for person in each.attendees))]
    notes = [each.note or text_from_html(each.note_html, MOST_HTML) for each in told]
    texts = [*(each.location.name for each in told), *(" ".join(each.categories) for each in told), *notes]
    return Words(
        subject=" ".join(dict.fromkeys(each.subject for each in told if each.subject)),
        people="\n".join(f"{box.name} {box.address}" for box in dict.fromkeys(boxes) if box),
        text="\n".join(dict.fromkeys(filter(None, texts))),
    )


CALENDAR: Final = Kind(
    holds=ItemClass.CALENDAR,
    media="text/calendar",
    says=Event,
    new=NewEvent,
    edit=EventEdit,
    read=events.read,
    write=events.write,
    apply=events.apply,
    item=_event_item,
    words=_event_words,
    horizon=last_day,
    uid=lambda event: event.uid,
    open=open_file,
)


def _task_item(task: Task, wish: Wish) -> TaskItem:
    return TaskItem(task=task, body=body_of(task.note, task.note_html, wish))


TASKS: Final = Kind(
    holds=ItemClass.TASKS,
    media="text/calendar",
    says=Task,
    new=Task,
    edit=TaskEdit,
    read=tasks.read,
    write=tasks.write,
    apply=tasks.apply,
    item=_task_item,
    words=lambda task: Words(subject=task.subject, text=task.note),
    horizon=tasks.horizon,
)


def _note_item(note: Note, wish: Wish) -> NoteItem:
    return NoteItem(note=note, body=body_of(note.text, note.html, wish))


NOTES: Final = Kind(
    holds=ItemClass.NOTES,
    media="text/calendar",
    says=Note,
    new=Note,
    edit=NoteEdit,
    read=notes.read,
    write=notes.write,
    apply=notes.apply,
    item=_note_item,
    words=lambda note: Words(subject=note.subject, text=note.text),
)

RECIPIENTS: Final = Kind(
    holds=ItemClass.RECIPIENTS,
    media="application/json",
    says=Recipient,
    new=Recipient,
    edit=Recipient,
    read=recipients.read,
    write=recipients.write,
    apply=recipients.apply,
    item=lambda recipient, _: RecipientItem(recipient=recipient),
    words=lambda _: Words(),  # who is searched for is found in the directory and among the contacts
)

_KINDS: Final = (CALENDAR, CONTACTS, NOTES, RECIPIENTS, TASKS)
KINDS: Final[dict[ItemClass, Kind[Any, Any, Any]]] = {kind.holds: kind for kind in _KINDS}


def kind_of_new(item: NewItem) -> Kind[Any, Any, Any]:
    """The class that a new item belongs to. Raises ForbiddenError for one that is no document."""
    return _find(lambda kind: isinstance(item, kind.new))


def kind_of_edit(edit: Edit) -> Kind[Any, Any, Any]:
    """The class that an edit is for. Raises ForbiddenError for one of no document."""
    return _find(lambda kind: isinstance(edit, kind.edit))


def _find(fits: Callable[[Kind[Any, Any, Any]], bool]) -> Kind[Any, Any, Any]:
    found = next(filter(fits, KINDS.values()), None)
    if found is None:
        raise ForbiddenError("Items of this class cannot be stored here.")
    return found
