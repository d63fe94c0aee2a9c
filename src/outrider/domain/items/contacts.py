"""The people and companies of an address book."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from outrider.domain.items.bodies import Body
from outrider.domain.items.people import Mailbox


class Postal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; `street` may have several lines."""

    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person or company in an address book; the slots are those every phone has. Dates have no zone."""

    file_as: str = ""
    prefix: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    nickname: str = ""
    yomi_first_name: str = ""
    yomi_last_name: str = ""
    yomi_company: str = ""
    company: str = ""
    department: str = ""
    job_title: str = ""
    office: str = ""
    manager: str = ""
    assistant: str = ""
    email1: Mailbox | None = None
    email2: Mailbox | None = None
    email3: Mailbox | None = None
    im1: str = ""
    im2: str = ""
    im3: str = ""
    business_phone: str = ""
    business2_phone: str = ""
    business_fax: str = ""
    home_phone: str = ""
    home2_phone: str = ""
    home_fax: str = ""
    mobile_phone: str = ""
    car_phone: str = ""
    radio_phone: str = ""
    pager: str = ""
    assistant_phone: str = ""
    company_phone: str = ""
    mms: str = ""
    business_address: Postal = Postal()
    home_address: Postal = Postal()
    other_address: Postal = Postal()
    birthday: date | None = None
    anniversary: date | None = None
    web_page: str = ""
    spouse: str = ""
    children: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    customer_id: str = ""
    government_id: str = ""
    account_name: str = ""
    picture: bytes | None = None  # JPEG or PNG as stored
    note: str = ""


class ContactItem(Struct, kw_only=True):
    """A contact as a folder hands it over; `body` is its note in the form that was wished for."""

    contact: Contact
    body: Body | None = None


class ContactEdit(Struct, kw_only=True, frozen=True):
    """Changes to a contact: field name of `Contact` -> new value; the field's default clears it. Fields not
    named stay."""

    fields: dict[str, object]
