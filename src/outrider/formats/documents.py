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
from outrider.domain.items import Contact, ContactEdit, ContactItem, Edit, Item, ItemClass, NewItem, Wish
from outrider.domain.roles import Content
from outrider.formats import vcard

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


def _no_parts(_document: bytes, _section: str) -> Content:
    raise NotFoundError("This part is no longer there.")


class Kind(Struct, Generic[Says, New, Change], frozen=True, kw_only=True):
    """One class of documents.

    `says` is what a document is read into, and can be kept as MessagePack; `new` and `edit` are what items
    are made of and changed by. `read`, `write` and `apply` raise UnreadableError. `write` takes the UID of a
    new document that names none. `horizon` is the day until which an item counts, None for ever. `open` finds
    a part by its section.
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
    open: Callable[[bytes, str], Content] = _no_parts


def _contact_item(contact: Contact, wish: Wish) -> ContactItem:
    return ContactItem(contact=contact, body=vcard.body_of_note(contact.note, wish))


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

KINDS: Final[dict[ItemClass, Kind[Any, Any, Any]]] = {kind.holds: kind for kind in (CONTACTS,)}


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
