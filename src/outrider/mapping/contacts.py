"""Contacts between the address book and the wire. MS-ASCNTC.

The law of absence in a Change (MS-ASCMD, Supported; MS-ASCMD, Change), the same in all versions:

    said, even if empty            is set; an empty one clears
    Picture, note (Body, Data)     absent: stays
    no Supported list              absent: cleared, nothing is ghosted
    a Supported list               absent: cleared if the list names it, else it is ghosted and stays
    Categories from 16.0           absent: cleared only if the list names it

An empty Picture is the exception to the first line: it clears only where the device had been sent a picture,
since iOS sends an empty one with every edit of a contact whose picture it did not make.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from msgspec import UNSET, Struct

from outrider.domain.items import Contact, ContactEdit, ContactItem, Mailbox, Postal
from outrider.formats.pictures import PICTURE_LIMIT, scale_picture
from outrider.mapping.bodies import body_to_wire, native_type, octets_of, plain, plain_texts, prose_of
from outrider.protocol.elements import specs
from outrider.protocol.errors import EasError
from outrider.protocol.items.contacts import Contact as Element
from outrider.protocol.status import SyncStatus
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag

# Field of the contact -> field of the element; plain texts.
_TEXTS: Final = {
    "file_as": "file_as",
    "prefix": "title",
    "first_name": "first_name",
    "middle_name": "middle_name",
    "last_name": "last_name",
    "suffix": "suffix",
    "nickname": "nick_name",
    "yomi_first_name": "yomi_first_name",
    "yomi_last_name": "yomi_last_name",
    "yomi_company": "yomi_company_name",
    "company": "company_name",
    "department": "department",
    "job_title": "job_title",
    "office": "office_location",
    "manager": "manager_name",
    "assistant": "assistant_name",
    "im1": "im_address",
    "im2": "im_address2",
    "im3": "im_address3",
    "business_phone": "business_phone_number",
    "business2_phone": "business2_phone_number",
    "business_fax": "business_fax_number",
    "home_phone": "home_phone_number",
    "home2_phone": "home2_phone_number",
    "home_fax": "home_fax_number",
    "mobile_phone": "mobile_phone_number",
    "car_phone": "car_phone_number",
    "radio_phone": "radio_phone_number",
    "pager": "pager_number",
    "assistant_phone": "assistant_phone_number",
    "company_phone": "company_main_phone",
    "mms": "mms",
    "web_page": "web_page",
    "spouse": "spouse",
    "customer_id": "customer_id",
    "government_id": "government_id",
    "account_name": "account_name",
}
_EMAILS: Final = {"email1": "email1_address", "email2": "email2_address", "email3": "email3_address"}
_DATES: Final = ("birthday", "anniversary")
_LISTS: Final = ("children", "categories")
_ADDRESSES: Final = ("business_address", "home_address", "other_address")
_ADDRESS_PARTS: Final = tuple(Postal.__struct_fields__)

_TAGS: Final[dict[str, Tag]] = {
    spec.name: tag for spec in specs(Element) if (tag := spec.container or spec.tag) is not None
}

EXCHANGE_TIME: Final = time(11, 59)
"""When a day is sent so that nearly every client, wherever it is, shows that day."""

_NEVER: Final = date(1601, 1, 1)  # the zero of Windows' clock: no date


class Look(Struct, frozen=True, kw_only=True):
    """How a family of clients wants contacts: the time of day that dates are sent with, and the most bytes of
    a picture."""

    day_at: time = EXCHANGE_TIME
    picture_limit: int = PICTURE_LIMIT


EVERYBODY: Final = Look()


# -------------------------------------------------------------------------------------------- to the wire


def to_wire(item: ContactItem, look: Look = EVERYBODY) -> Element:
    """The contact as the device is given it; what is empty is left out."""
    contact = item.contact
    values: dict[str, Any] = {}
    for field, element_field in _TEXTS.items():
        if text := getattr(contact, field):
            values[element_field] = _lines(text)
    for field, element_field in _EMAILS.items():
        if box := getattr(contact, field):
            values[element_field] = write_address(box)
    for field in _ADDRESSES:
        if (postal := getattr(contact, field)) != _NOWHERE:
            values.update(_address_to_wire(field, postal))
    for field in _DATES:
        if day := getattr(contact, field):
            values[field] = datetime.combine(day, look.day_at, UTC)
    for field in _LISTS:
        if texts := getattr(contact, field):
            values[field] = list(texts)
    if not contact.file_as and (file_as := compose_file_as(contact)):
        values["file_as"] = file_as
    if contact.picture and (picture := scale_picture(contact.picture, look.picture_limit)):
        values["picture"] = picture
    if item.body is not None:
        values.update(body=body_to_wire(item.body), native_body_type=native_type(item.body))
    return Element(**values)


_NOWHERE: Final = Postal()


def _address_to_wire(field: str, postal: Postal) -> dict[str, str]:
    return {f"{field}_{part}": _lines(text) for part in _ADDRESS_PARTS if (text := getattr(postal, part))}


def _lines(text: str) -> str:
    return text.replace("\n", "\r\n") if "\n" in text else text


def compose_file_as(contact: Contact) -> str:
    """How a contact is filed that does not say: "Last, First Middle", or its company or address."""
    given = " ".join(filter(None, (contact.first_name, contact.middle_name)))
    name = ", ".join(filter(None, (contact.last_name, given)))
    return name or contact.company or (contact.email1.address if contact.email1 else "")


def write_address(box: Mailbox) -> str:
    """An address with its name, if it has one: "Alice Example" <alice@example.org>."""
    return f'"{box.name}" <{box.address}>' if box.name else box.address


# ------------------------------------------------------------------------------------------ from the wire


def contact_from_wire(element: Element) -> Contact:
    """The contact that a device made."""
    fields = {name: value for name, value in _said(element).items() if "." not in name}
    for field in _ADDRESSES:
        fields[field] = Postal(**_parts_of(field, _said(element)))
    return Contact(**fields)


def has_empty_picture(element: object) -> bool:
    """Say whether a device says of a contact that it has no picture."""
    if not isinstance(element, Element) or element.picture is UNSET:
        return False
    return not octets_of(element.picture)


def edit_from_wire(
    element: Element,
    *,
    version: Version,
    supported: frozenset[Tag] | None = None,
    had_picture: bool = False,
) -> ContactEdit:
    """What a device changed in a contact, by the law above.

    `supported` is what the first Sync of the collection named, None if it had no such list; `had_picture`
    says whether the device had been sent a picture of this contact.
    """
    fields = _cleared(version, supported) | _said(element)
    if not fields.get("picture") and not had_picture:
        fields.pop("picture", None)
    for field in _ADDRESSES:
        parts = _parts_of(field, fields)
        if len(parts) == len(_ADDRESS_PARTS):
            for part in parts:
                del fields[f"{field}.{part}"]
            fields[field] = Postal(**parts)
    return ContactEdit(fields=fields)


def _parts_of(field: str, fields: dict[str, Any]) -> dict[str, str]:
    return {part: fields[key] for part in _ADDRESS_PARTS if (key := f"{field}.{part}") in fields}


def _cleared(version: Version, supported: frozenset[Tag] | None) -> dict[str, Any]:
    """The fields that absence clears, with their empty value."""
    return {
        field: empty
        for field, (element_field, empty) in _CLEARABLE.items()
        if _clears(element_field, version, supported)
    }


def _clears(element_field: str, version: Version, supported: frozenset[Tag] | None) -> bool:
    if supported is None:
        return not (element_field == "categories" and version >= Version.V16_0)
    return _TAGS[element_field] in supported


# Field of an edit -> field of the element, and what stands for nothing.
_CLEARABLE: Final[dict[str, tuple[str, Any]]] = {
    **{field: (element_field, "") for field, element_field in _TEXTS.items()},
    **{field: (element_field, None) for field, element_field in _EMAILS.items()},
    **{field: (field, None) for field in _DATES},
    **{field: (field, ()) for field in _LISTS},
    **{f"{field}.{part}": (f"{field}_{part}", "") for field in _ADDRESSES for part in _ADDRESS_PARTS},
}


def _said(element: Element) -> dict[str, Any]:
    """The fields that an element speaks of; the parts of addresses by dotted names."""
    fields: dict[str, Any] = {}
    for field, (element_field, empty) in _CLEARABLE.items():
        value = getattr(element, element_field)
        if value is not UNSET:
            fields[field] = _READERS[field](value) if value else empty
    if element.picture is not UNSET:
        fields["picture"] = _picture(octets_of(element.picture))
    if element.body is not UNSET and (prose := prose_of(element.body)) is not None:
        fields["note"] = prose[0]
    return fields


def _picture(data: bytes) -> bytes | None:
    """A photo; raises EasError for one that is larger than MS-ASCNTC, Picture, allows."""
    if len(data) > PICTURE_LIMIT:
        raise EasError(SyncStatus.CONVERSION_ERROR, f"a picture of {len(data)} bytes")
    return data or None


_ADDRESS = re.compile(r'\s*"?(?P<name>.*?)"?\s*<(?P<address>[^<>]*)>\s*', re.DOTALL)


def read_address(text: str) -> Mailbox | None:
    """An address with or without a name; a name that only repeats the address is none."""
    text = plain(text).strip()
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return Mailbox("", text) if text else None
    name, address = match["name"].replace('\\"', '"').strip(), match["address"].strip()
    if not address:
        return Mailbox("", name) if name else None
    return Mailbox("" if name.strip("'").casefold() == address.casefold() else name, address)


def nearest_day(moment: datetime) -> date | None:
    """The day that a device means, whatever time of day it sends; None for the zero of Windows' clock.

    Noon in UTC stays on its day, what is later counts as the evening before a midnight further east.
    """
    try:
        day = (moment + timedelta(hours=12) - timedelta(microseconds=1)).date()
    except OverflowError:
        return None
    return None if day == _NEVER else day


_READERS: Final[dict[str, Any]] = {
    **dict.fromkeys(_CLEARABLE, plain),
    **dict.fromkeys(_EMAILS, read_address),
    **dict.fromkeys(_DATES, nearest_day),
    **dict.fromkeys(_LISTS, plain_texts),
}
