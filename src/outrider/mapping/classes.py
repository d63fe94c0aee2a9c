"""Items of any class between the domain and the wire: which class goes which way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType, structs

from outrider.domain.items import (
    ContactItem,
    Edit,
    EventEdit,
    EventItem,
    Item,
    ItemClass,
    MailItem,
    NewItem,
    NoteItem,
    RecipientItem,
    TaskItem,
)
from outrider.mapping import calendar, contacts, drafts, mail, meetings, notes, recipients, tasks
from outrider.mapping.folders import CLASS_NAMES
from outrider.mapping.terms import Reference, Section, Terms, View
from outrider.protocol.elements import specs
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import Body, BodyPart
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item as Element
from outrider.protocol.items.classes import item_as
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Task
from outrider.wbxml.tags import Tag

CONVERSION_ERROR = 6
"""The device sent what cannot be made an item. MS-ASCMD, Status (Sync)."""


def _never(_: object) -> bool:
    return False


class Words(Struct, frozen=True, kw_only=True):
    """One class on the wire: its element, and what becomes of it both ways. `asks_prior` says whether a
    change is only understood by how the item stood before."""

    element: type[Element]
    to_wire: Callable[[Any, View, Reference], Element]
    new: Callable[[Any, Terms, Section], NewItem]
    edit: Callable[[Any, Terms, Section], Edit]
    asks_prior: Callable[[Any], bool] = _never


def _mail_to_wire(item: MailItem, view: View, reference: Reference) -> Email:
    email = mail.to_wire(item, view.account, reference)
    meetings.put_meeting(email, item, view)
    return email


_MAIL: Final = Words(
    element=Email,
    to_wire=_mail_to_wire,
    new=lambda element, _, section: drafts.draft_from_wire(element, section),
    edit=lambda element, _, section: drafts.edit_from_wire(element, section),
)
_CONTACTS: Final = Words(
    element=Contact,
    to_wire=lambda item, view, _: contacts.to_wire(item, view.look),
    new=lambda element, *_: contacts.contact_from_wire(element),
    edit=lambda element, terms, _: contacts.edit_from_wire(
        element,
        version=terms.version,
        supported=terms.supported,
        had_picture=isinstance(terms.prior, ContactItem) and terms.prior.contact.picture is not None,
    ),
    asks_prior=contacts.has_empty_picture,
)
_CALENDAR: Final = Words(
    element=Event,
    to_wire=calendar.to_wire,
    new=calendar.event_from_wire,
    edit=calendar.edit_from_wire,
    asks_prior=lambda _: True,
)

_TASKS: Final = Words(
    element=Task,
    to_wire=lambda item, view, _: tasks.to_wire(item, view.zone),
    new=lambda element, terms, _: tasks.task_from_wire(element, terms.now),
    edit=lambda element, terms, _: tasks.edit_from_wire(element, terms.now),
)
_NOTES: Final = Words(
    element=Note,
    to_wire=lambda item, *_: notes.to_wire(item),
    new=lambda element, terms, _: notes.note_from_wire(element, terms.now),
    edit=lambda element, terms, _: notes.edit_from_wire(element, terms.now),
)

_RECIPIENTS: Final = Words(
    element=Contact,
    to_wire=lambda item, *_: recipients.to_wire(item),
    new=recipients.refuse,
    edit=recipients.refuse,
)

_OF_CLASS: Final = {
    ItemClass.MAIL: _MAIL,
    ItemClass.CALENDAR: _CALENDAR,
    ItemClass.CONTACTS: _CONTACTS,
    ItemClass.TASKS: _TASKS,
    ItemClass.NOTES: _NOTES,
    ItemClass.RECIPIENTS: _RECIPIENTS,
}
_OF_ITEM: Final[dict[type, Words]] = {
    MailItem: _MAIL,
    ContactItem: _CONTACTS,
    EventItem: _CALENDAR,
    TaskItem: _TASKS,
    NoteItem: _NOTES,
    RecipientItem: _RECIPIENTS,
}

SERVED: Final = frozenset(_OF_CLASS) - {ItemClass.RECIPIENTS}
"""The classes whose items go both ways; the others are the server's."""


def to_wire(item: Item, view: View, reference: Reference) -> Element:
    """The item as the device is given it; `reference` names its attachments by their sections."""
    return _OF_ITEM[type(item)].to_wire(item, view, reference)


def only(element: Element, named: Collection[Tag]) -> Element:
    """The item with no other elements than those a device names. MS-ASCMD, Schema (ItemOperations)."""
    hidden = {spec.name for spec in specs(type(element)) if (spec.container or spec.tag) not in named}
    return structs.replace(element, **dict.fromkeys(hidden, UNSET))


_FRAME = 700  # bytes that an item takes beside its texts


def size_of(element: Element) -> int:
    """About how many bytes an item takes on the wire: for budgets, not for buffers."""
    size = _FRAME + _length(element.body)
    match element:
        case Contact():
            return size + (len(_picture(element)) * 4 // 3)
        case Email():
            return size + _length(element.body_part) + _heading_length(element)
        case Event():
            return size + _exceptions_length(element)
        case _:
            return size


def _exceptions_length(event: Event) -> int:
    exceptions = () if event.exceptions is UNSET else event.exceptions
    attendees = () if event.attendees is UNSET else event.attendees
    return sum(_FRAME // 3 + _length(one.body) for one in exceptions) + len(attendees) * _FRAME // 8


def _heading_length(email: Email) -> int:
    attachments = 0 if email.attachments is UNSET else len(email.attachments)
    return 2 * _text_length(email.to) + attachments * _FRAME // 4


def _picture(contact: Contact) -> bytes:
    return contact.picture if isinstance(contact.picture, bytes) else b""


def _text_length(text: str | UnsetType) -> int:
    return 0 if text is UNSET else len(text)


def _length(body: Body | BodyPart | UnsetType) -> int:
    if body is UNSET or body.data is UNSET:
        return 0
    return len(body.data) if isinstance(body.data, str | bytes | memoryview) else body.data.length


def new_from_wire(element: Element, held: ItemClass, terms: Terms, section: Section) -> NewItem:
    """The item that a device made in a folder of that class. Raises EasError for one of another class."""
    return _OF_CLASS[held].new(_as_held(element, held), terms, section)


def edit_from_wire(element: Element, held: ItemClass, terms: Terms, section: Section) -> Edit:
    """What a device changed in an item of a folder of that class. Raises EasError for an item of another
    class."""
    return _OF_CLASS[held].edit(_as_held(element, held), terms, section)


def occurrence_from_wire(
    element: Element | None, held: ItemClass, instance: datetime, *, terms: Terms, section: Section
) -> EventEdit:
    """What a device changed of one occurrence of an event, which it removed where there is no element. Raises
    EasError in folders of other classes."""
    if held is not ItemClass.CALENDAR:
        raise EasError(CONVERSION_ERROR, "an occurrence of something that is no event")
    said = None if element is None else _as_held(element, held)
    assert said is None or isinstance(said, Event)
    return calendar.occurrence_from_wire(said, instance, terms, section)


def asks_prior(element: Element, held: ItemClass) -> bool:
    """Say whether a change is only understood by how the item stood before."""
    return _OF_CLASS[held].asks_prior(element)


def _as_held(element: Element, held: ItemClass) -> Element:
    found = item_as(element, _OF_CLASS[held].element)
    if found is None:
        raise EasError(CONVERSION_ERROR, f"this is no item of the class {CLASS_NAMES[held]}")
    return found
