"""Items of any class between the domain and the wire: which class goes which way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, TypeAlias

from msgspec import UNSET, Struct, UnsetType, structs

from outrider.domain.items import ContactItem, Edit, Item, ItemClass, Mailbox, MailItem, NewItem
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
    """Through whose eyes items are seen: the user's mailbox and zone (its IANA name), the version of the
    device, and how the family of clients wants contacts."""

    account: Mailbox
    version: Version
    zone: str = "UTC"
    look: Look = EVERYBODY


class Terms(Struct, frozen=True, kw_only=True):
    """By what the words of a device are to be understood: its version, the user's zone, the Supported list of
    the collection's first Sync (None: there was none), and whether the device had been sent a picture of the
    item."""

    version: Version
    zone: str = "UTC"
    supported: frozenset[Tag] | None = None
    had_picture: bool = False


Section: TypeAlias = Callable[[str], str]
"""What a FileReference of ours means: a section of the item."""


class Words(Struct, frozen=True, kw_only=True):
    """One class on the wire: its element, and what becomes of it both ways."""

    element: type[Element]
    to_wire: Callable[[Any, View, Reference], Element]
    new: Callable[[Any, Terms, Section], NewItem]
    edit: Callable[[Any, Terms, Section], Edit]


_MAIL: Final = Words(
    element=Email,
    to_wire=lambda item, view, reference: mail.to_wire(item, view.account, reference),
    new=lambda element, _, section: drafts.draft_from_wire(element, section),
    edit=lambda element, _, section: drafts.edit_from_wire(element, section),
)
_CONTACTS: Final = Words(
    element=Contact,
    to_wire=lambda item, view, _: contacts.to_wire(item, view.look),
    new=lambda element, *_: contacts.contact_from_wire(element),
    edit=lambda element, terms, _: contacts.edit_from_wire(
        element, version=terms.version, supported=terms.supported, had_picture=terms.had_picture
    ),
)

_OF_CLASS: Final = {ItemClass.MAIL: _MAIL, ItemClass.CONTACTS: _CONTACTS}
_OF_ITEM: Final[dict[type, Words]] = {MailItem: _MAIL, ContactItem: _CONTACTS}

SERVED: Final = frozenset(_OF_CLASS)
"""The classes whose items go both ways. The folders of the others are shown, and stay empty."""


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


def new_from_wire(element: Element, held: ItemClass, terms: Terms, section: Section) -> NewItem:
    """The item that a device made in a folder of that class. Raises EasError for one of another class."""
    return _OF_CLASS[held].new(_as_held(element, held), terms, section)


def edit_from_wire(element: Element, held: ItemClass, terms: Terms, section: Section) -> Edit:
    """What a device changed in an item of a folder of that class. Raises EasError for an item of another
    class."""
    return _OF_CLASS[held].edit(_as_held(element, held), terms, section)


def _as_held(element: Element, held: ItemClass) -> Element:
    found = item_as(element, _OF_CLASS[held].element)
    if found is None:
        raise EasError(CONVERSION_ERROR, f"this is no item of the class {CLASS_NAMES[held]}")
    return found
