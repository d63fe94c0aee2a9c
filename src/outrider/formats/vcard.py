"""vCards read as contacts, made from contacts, and changed without losing what a phone cannot say.

Versions 2.1, 3.0 and 4.0 are read, and a card stays in its version. New ones are 3.0 in UTF-8 unless asked
otherwise: the one version that every CardDAV server must take (RFC 6352, Address Object Resources).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from outrider.domain.items import Contact, ContactEdit
from outrider.formats.vcard_document import Card, split_cards
from outrider.formats.vcard_fields import FIELDS, FILE_AS, FULL_NAME

__all__ = ["apply", "read", "read_uid", "split_cards", "write"]


def read(document: bytes) -> Contact:
    """The contact that the first card of a document describes. Raises UnreadableError."""
    return _read_card(Card(document))


def _read_card(card: Card) -> Contact:
    values = {name: field.read(card) for name, field in FIELDS.items()}
    return Contact(**{name: value for name, value in values.items() if value})  # type: ignore[arg-type]


def read_uid(document: bytes) -> str:
    """The card's UID, empty if it has none. Raises UnreadableError."""
    lines = Card(document).named("UID")
    return lines[0].value.strip() if lines else ""


def write(contact: Contact, uid: str, version: str = "3.0") -> bytes:
    """A new card of a version ("3.0" or "4.0") for a contact."""
    blank = f"BEGIN:VCARD\r\nVERSION:{version}\r\nUID:{uid}\r\nN:;;;;\r\nFN:\r\nEND:VCARD\r\n"
    fields = {name: getattr(contact, name) for name in FIELDS}
    return apply(blank.encode(), ContactEdit(fields=fields))


def apply(document: bytes, edit: ContactEdit) -> bytes:
    """The document with the edit made: properties that no changed field stands in keep their bytes.

    Beside fields an edit may name parts of addresses, as in "home_address.city". The full name
    follows the names it was made of. Raises UnreadableError.
    """
    card = Card(document)
    old = _read_card(card)
    fields = _whole_addresses(edit.fields, old)
    for name, field in FIELDS.items():
        if name in fields and fields[name] != getattr(old, name):
            field.write(card, fields[name] or "")
    _follow_names(card, old, edit)
    return card.raw()


def _whole_addresses(fields: dict[str, object], old: Contact) -> dict[str, Any]:
    """The fields, where one names a part of an address ("home_address.city") with the rest of the old one."""
    whole: dict[str, Any] = {}
    for name, value in fields.items():
        address, _, part = name.partition(".")
        if part:
            whole[address] = replace(whole.get(address, getattr(old, address)), **{part: value})
        else:
            whole[name] = value
    return whole


def _follow_names(card: Card, old: Contact, edit: ContactEdit) -> None:
    """Keep the full name, and the name to file by, what they were made of: the names."""
    new = _read_card(card)
    full = FULL_NAME.read(card)
    if full:
        followed = _followed(full, old, new)
    else:
        followed = _full_name(new) if _full_name(new) != _full_name(old) else ""
    if followed != full:
        FULL_NAME.write(card, followed)
    filed = FILE_AS.read(card)
    if filed and "file_as" not in edit.fields:
        FILE_AS.write(card, _followed(filed, old, new))


def _followed(text: str, old: Contact, new: Contact) -> str:
    """The text made anew from the names, in the way it was made; itself if it was not made of them."""
    for compose in _WAYS:
        if text == compose(old):
            return compose(new) or text
    return text


def _full_name(contact: Contact) -> str:
    address = contact.email1.address if contact.email1 else ""
    made = (_whole(contact), contact.company, contact.nickname, contact.file_as, address)
    return next(filter(None, made), "")


def _whole(c: Contact) -> str:
    return " ".join(filter(None, (c.prefix, c.first_name, c.middle_name, c.last_name, c.suffix)))


# The ways in which address books make one name of several.
_WAYS: Final[tuple[Callable[[Contact], str], ...]] = (
    _whole,
    lambda c: " ".join(filter(None, (c.first_name, c.last_name))),
    lambda c: " ".join(filter(None, (c.first_name, c.middle_name, c.last_name))),
    lambda c: " ".join(filter(None, (c.last_name, c.first_name))),
    lambda c: ", ".join(filter(None, (c.last_name, c.first_name))),
    lambda c: ", ".join(filter(None, (c.last_name, " ".join(filter(None, (c.first_name, c.middle_name)))))),
    lambda c: c.company,
)
