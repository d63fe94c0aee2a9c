"""An item of a replica and an item of the store in the same words, as far as both sides have words for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import UNSET

from outrider.domain import items as domain
from outrider.protocol.items.classes import Item
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import FlagStatus
from outrider.protocol.versions import Version


def shown(item: Item, version: Version) -> Mapping[str, object]:
    """What a replica says of an item, as far as both sides have words for it."""
    text = "" if item.body is UNSET else said(item.body.data).strip()
    if isinstance(item, Contact):
        birthday = item.birthday
        return {
            "names": [said(item.first_name), said(item.last_name), said(item.file_as)],
            "email": said(item.email1_address).rpartition("<")[2].strip(">"),
            "phone": said(item.mobile_phone_number),
            "birthday": birthday.date() if isinstance(birthday, datetime) else None,
            "categories": [] if item.categories is UNSET else list(item.categories),
            "note": text,
        }
    flagged = item.flag is not UNSET and item.flag.status == FlagStatus.ACTIVE
    categories = [] if item.categories is UNSET else list(item.categories)
    return {
        "subject": said(item.subject),
        "read": item.read is True,
        "flagged": flagged,
        "categories": categories if version >= Version.V14_0 else [],
        "body": text,
    }


def said(text: object) -> str:
    return text if isinstance(text, str) else ""


def kept(item: domain.Item, version: Version) -> Mapping[str, object]:
    """The same of an item in the store."""
    data = item.body.data if item.body else ""
    text = said(data).strip()
    if isinstance(item, domain.ContactItem):
        one = item.contact
        return {
            "names": [one.first_name, one.last_name, one.file_as],
            "email": one.email1.address if one.email1 else "",
            "phone": one.mobile_phone,
            "birthday": one.birthday,
            "categories": list(one.categories),
            "note": text,
        }
    assert isinstance(item, domain.MailItem)
    return {
        "subject": item.message.subject,
        "read": item.marks.read,
        "flagged": item.marks.flag is not None and not item.marks.flag.done,
        "categories": list(item.marks.categories) if version >= Version.V14_0 else [],
        "body": text,
    }
