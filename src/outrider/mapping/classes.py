"""Items of any class between the domain and the wire: which class goes which way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from msgspec import UNSET, Struct, UnsetType, structs

from outrider.domain.items import ContactItem, Edit, Item, ItemClass, Mailbox, NewItem
from outrider.mapping import contacts, drafts, mail
from outrider.mapping.contacts import EVERYBODY, Look
from outrider.mapping.folders import CLASS_NAMES
from outrider.mapping.mail import Reference
from outrider.protocol.elements import specs
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import Body, BodyPart
from outrider.protocol.items.classes import Item as Element
from outrider.protocol.items.classes import item_as
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag

CONVERSION_ERROR = 6
"""The device sent what cannot be made an item. MS-ASCMD, Status (Sync)."""


class View(Struct, frozen=True, kw_only=True):
    """Through whose eyes items are seen: the user's mailbox, and how the family of clients wants contacts."""

    account: Mailbox
    look: Look = EVERYBODY


def to_wire(item: Item, view: View, reference: Reference) -> Element:
    """The item as the device is given it; `reference` names its attachments by their sections."""
    if isinstance(item, ContactItem):
        return contacts.to_wire(item, view.look)
    return mail.to_wire(item, view.account, reference)


def only(element: Element, named: Collection[Tag]) -> Element:
    """The item with no other elements than those a device names. MS-ASCMD, Schema (ItemOperations)."""
    hidden = {spec.name for spec in specs(type(element)) if (spec.container or spec.tag) not in named}
    return structs.replace(element, **dict.fromkeys(hidden, UNSET))


_FRAME = 700  # bytes that an item takes beside its texts


def size_of(element: Element) -> int:
    """About how many bytes an item takes on the wire: for budgets, not for buffers."""
    size = _FRAME + _length(element.body)
    if isinstance(element, Contact):
        return size + (len(_picture(element)) * 4 // 3)
    attachments = 0 if element.attachments is UNSET else len(element.attachments)
    return size + _length(element.body_part) + 2 * _text_length(element.to) + attachments * _FRAME // 4


def _picture(contact: Contact) -> bytes:
    return contact.picture if isinstance(contact.picture, bytes) else b""


def _text_length(text: str | UnsetType) -> int:
    return 0 if text is UNSET else len(text)


def _length(body: Body | BodyPart | UnsetType) -> int:
    if body is UNSET or body.data is UNSET:
        return 0
    return len(body.data) if isinstance(body.data, str | bytes | memoryview) else body.data.length


class Terms(Struct, frozen=True, kw_only=True):
    """By what an edit is to be understood: the version, the Supported list of the collection's first Sync
    (None: there was none), and whether the device had been sent a picture of the item."""

    version: Version
    supported: frozenset[Tag] | None = None
    had_picture: bool = False


def new_from_wire(element: Element, held: ItemClass, section: Callable[[str], str]) -> NewItem:
    """The item that a device made in a folder of that class. Raises EasError for one of another class."""
    if held is ItemClass.CONTACTS:
        return contacts.contact_from_wire(_as(element, Contact, held))
    return drafts.draft_from_wire(_as(element, Email, held), section)


def edit_from_wire(element: Element, held: ItemClass, terms: Terms, section: Callable[[str], str]) -> Edit:
    """What a device changed in an item of a folder of that class; `section` answers what a FileReference of
    ours means. Raises EasError for an item of another class."""
    if held is ItemClass.CONTACTS:
        contact = _as(element, Contact, held)
        return contacts.edit_from_wire(
            contact, version=terms.version, supported=terms.supported, had_picture=terms.had_picture
        )
    return drafts.edit_from_wire(_as(element, Email, held), section)


_E = TypeVar("_E", Contact, Email)


def _as(element: Element, cls: type[_E], held: ItemClass) -> _E:
    found = item_as(element, cls)
    if found is None:
        raise EasError(CONVERSION_ERROR, f"this is no item of the class {CLASS_NAMES[held]}")
    return found
