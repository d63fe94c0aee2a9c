"""Contacts to the wire and back, and what absence means."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace
from PIL import Image

from outrider.domain.items import Body, BodyForm, Contact, ContactEdit, ContactItem, Mailbox, Postal
from outrider.formats import vcard
from outrider.mapping import contacts
from outrider.mapping.contacts import Look
from outrider.protocol.elements import specs
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import Body as BodyElement
from outrider.protocol.items.body import BodyType
from outrider.protocol.items.contacts import Contact as Element
from outrider.protocol.pages import Contacts, Contacts2
from outrider.protocol.versions import OFFERED, Version
from tests.examples import examples
from tests.formats.test_vcard import CONTACTS

JPEG = b"\xff\xd8\xff\xe0picture"

FULL = Contact(
    file_as="Example, Alice",
    prefix="Dr.",
    first_name="Alice",
    middle_name="M.",
    last_name="Example",
    suffix="Jr.",
    nickname="Ally",
    yomi_first_name="アリス",
    yomi_last_name="エグザンプル",
    yomi_company="カイシャ",
    company="Example Inc.",
    department="Research",
    job_title="Head",
    office="1.23",
    manager="Bob Example",
    assistant="Carol Example",
    email1=Mailbox("Alice Example", "alice@example.org"),
    email2=Mailbox("", "a2@example.org"),
    email3=Mailbox('The "A"', "a3@example.org"),
    im1="xmpp:alice@example.org",
    im2="alice2",
    im3="alice3",
    business_phone="+1",
    business2_phone="+2",
    business_fax="+3",
    home_phone="+4",
    home2_phone="+5",
    home_fax="+6",
    mobile_phone="+7",
    car_phone="+8",
    radio_phone="+9",
    pager="+10",
    assistant_phone="+11",
    company_phone="+12",
    mms="+13",
    business_address=Postal(street="1 Road\nFloor 2", city="A", state="B", postal_code="C", country="D"),
    home_address=Postal(city="E"),
    other_address=Postal(country="F"),
    birthday=date(1985, 4, 12),
    anniversary=date(1604, 2, 29),
    web_page="https://example.org/",
    spouse="Bob",
    children=("C", "D"),
    categories=("x", "y"),
    customer_id="1",
    government_id="2",
    account_name="3",
    picture=JPEG,
)


def test_full_contact_is_full() -> None:
    assert all(getattr(FULL, name) for name in set(FULL.__struct_fields__) - {"note"})


def test_full_contact_comes_back_as_it_was() -> None:
    assert contacts.contact_from_wire(contacts.to_wire(ContactItem(contact=FULL))) == FULL


def test_every_element_is_known() -> None:
    whole = replace(FULL, home_address=FULL.business_address, other_address=FULL.business_address)
    sent = contacts.to_wire(ContactItem(contact=whole, body=Body(form=BodyForm.TEXT, data="n", size=1)))
    unset = {spec.name for spec in specs(Element) if getattr(sent, spec.name) is UNSET}
    assert unset == {"alias", "weighted_rank"}  # of the recipient cache only


def test_empty_fields_are_left_out() -> None:
    sent = contacts.to_wire(ContactItem(contact=Contact(file_as="x")))
    assert sent == Element(file_as="x")


@pytest.mark.parametrize(
    ("contact", "file_as"),
    [
        (Contact(first_name="Alice", last_name="Example"), "Example, Alice"),
        (Contact(first_name="Alice", middle_name="M.", last_name="Example"), "Example, Alice M."),
        (Contact(first_name="Alice"), "Alice"),
        (Contact(last_name="Example"), "Example"),
        (Contact(company="Example Inc."), "Example Inc."),
        (Contact(email1=Mailbox("", "alice@example.org")), "alice@example.org"),
        (Contact(file_as="Ally", last_name="Example"), "Ally"),
    ],
)
def test_name_to_file_by_is_composed(contact: Contact, file_as: str) -> None:
    assert contacts.to_wire(ContactItem(contact=contact)).file_as == file_as


def test_lines_end_as_the_wire_has_them() -> None:
    sent = contacts.to_wire(ContactItem(contact=FULL))
    assert sent.business_address_street == "1 Road\r\nFloor 2"


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("alice@example.org", Mailbox("", "alice@example.org")),
        ('"Alice Example" <alice@example.org>', Mailbox("Alice Example", "alice@example.org")),
        ("Alice Example <alice@example.org>", Mailbox("Alice Example", "alice@example.org")),
        ('"alice@example.org" <alice@example.org>', Mailbox("", "alice@example.org")),
        ("'ALICE@example.org' <alice@example.org>", Mailbox("", "alice@example.org")),
        ("<alice@example.org>", Mailbox("", "alice@example.org")),
        ('"The \\"A\\"" <alice@example.org>', Mailbox('The "A"', "alice@example.org")),
        ("alice@example.org\0", Mailbox("", "alice@example.org")),
        ("Alice <>", Mailbox("", "Alice")),
        ("not an address", Mailbox("", "not an address")),
        ("  ", None),
    ],
)
def test_address_is_read_with_or_without_name(text: str, box: Mailbox | None) -> None:
    assert contacts.read_address(text) == box


@pytest.mark.parametrize(
    ("look", "sent"),
    [
        (Look(), datetime(1985, 4, 12, 11, 59, tzinfo=UTC)),
        (Look(day_at=time(0)), datetime(1985, 4, 12, tzinfo=UTC)),
        (Look(day_at=time(8)), datetime(1985, 4, 12, 8, tzinfo=UTC)),
    ],
)
def test_birthday_is_sent_at_the_time_the_family_wants(look: Look, sent: datetime) -> None:
    item = ContactItem(contact=Contact(birthday=date(1985, 4, 12)))
    assert contacts.to_wire(item, look).birthday == sent


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("1985-04-12T00:00:00", date(1985, 4, 12)),
        ("1985-04-12T08:00:00", date(1985, 4, 12)),
        ("1985-04-12T11:59:00", date(1985, 4, 12)),
        ("1985-04-12T12:00:00", date(1985, 4, 12)),
        ("1985-04-11T12:00:01", date(1985, 4, 12)),
        ("1985-04-11T22:00:00", date(1985, 4, 12)),
        ("1604-02-28T23:00:00", date(1604, 2, 29)),
        ("1601-01-01T00:00:00", None),
        ("1600-12-31T23:00:00", None),
        ("9999-12-31T23:59:59", None),
    ],
)
def test_birthday_is_the_nearest_day(moment: str, day: date | None) -> None:
    assert contacts.nearest_day(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == day


@settings(max_examples=examples(50))
@given(
    st.dates(min_value=date(1602, 1, 1), max_value=date(9999, 12, 30)),
    st.integers(min_value=-11, max_value=11),
)
def test_birthday_survives_ten_round_trips_in_every_zone(day: date, offset: int) -> None:
    """The device turns what it got into midnight of its own zone, and sends that in UTC. (Twelve hours east
    that is noon, which others send for the day itself.)"""
    current: date | None = day
    for _ in range(10):
        sent = contacts.to_wire(ContactItem(contact=Contact(birthday=current))).birthday
        assert isinstance(sent, datetime)
        local = (sent + timedelta(hours=offset)).date()
        midnight = datetime(local.year, local.month, local.day, tzinfo=UTC) - timedelta(hours=offset)
        current = contacts.nearest_day(midnight)
    assert current == day


LISTED = frozenset({Contacts.JobTitle, Contacts2.NickName})


@pytest.mark.parametrize("version", OFFERED)
@pytest.mark.parametrize(
    ("supported", "field", "cleared"),
    [
        (None, "job_title", True),
        (None, "nickname", True),
        (None, "email1", True),
        (None, "birthday", True),
        (None, "children", True),
        (None, "home_address", True),
        (None, "picture", False),
        (None, "note", False),
        (LISTED, "job_title", True),
        (LISTED, "nickname", True),
        (LISTED, "email1", False),
        (LISTED, "birthday", False),
        (LISTED, "children", False),
        (LISTED, "categories", False),
        (LISTED, "home_address", False),
        (LISTED, "picture", False),
        (frozenset(), "job_title", False),
        (frozenset({Contacts.Picture}), "picture", False),
        (frozenset({Contacts.Categories}), "categories", True),
    ],
)
def test_absence_means(version: Version, supported: frozenset[Any] | None, field: str, cleared: bool) -> None:
    edit = contacts.edit_from_wire(Element(first_name="A"), version=version, supported=supported)
    assert edit.fields["first_name"] == "A"
    assert (field in edit.fields) is cleared
    if cleared:
        assert edit.fields[field] == getattr(Contact(), field)


@pytest.mark.parametrize(
    ("version", "cleared"), [(Version.V12_1, True), (Version.V14_1, True), (Version.V16_0, False)]
)
def test_absent_categories_are_none_below_16(version: Version, cleared: bool) -> None:
    edit = contacts.edit_from_wire(Element(first_name="A"), version=version)
    assert ("categories" in edit.fields) is cleared


@pytest.mark.parametrize("version", OFFERED)
def test_empty_categories_are_none(version: Version) -> None:
    edit = contacts.edit_from_wire(Element(categories=[]), version=version, supported=frozenset())
    assert edit.fields == {"categories": ()}


@pytest.mark.parametrize(
    ("element", "fields"),
    [
        (Element(job_title=""), {"job_title": ""}),
        (Element(birthday=None), {"birthday": None}),
        (Element(email1_address=""), {"email1": None}),
        (Element(children=["A", "", " "]), {"children": ("A",)}),
        (Element(home_address_city="X"), {"home_address.city": "X"}),
        (Element(first_name="a\r\nb\0"), {"first_name": "a\nb"}),
    ],
)
def test_what_is_said_is_set(element: Element, fields: dict[str, object]) -> None:
    edit = contacts.edit_from_wire(element, version=Version.V14_1, supported=frozenset())
    assert edit.fields == fields


@pytest.mark.parametrize(
    ("picture", "had_picture", "fields"),
    [
        (b"", False, {}),
        (b"", True, {"picture": None}),
        (JPEG, False, {"picture": JPEG}),
        (memoryview(JPEG), True, {"picture": JPEG}),
    ],
)
def test_empty_picture_clears_only_one_that_was_sent(
    picture: bytes, had_picture: bool, fields: dict[str, object]
) -> None:
    edit = contacts.edit_from_wire(
        Element(picture=picture), version=Version.V16_1, supported=frozenset(), had_picture=had_picture
    )
    assert edit.fields == fields


@pytest.mark.parametrize(
    ("body", "note"),
    [
        (BodyElement(type=BodyType.PLAIN, data="a\r\nb"), "a\nb"),
        (BodyElement(type=BodyType.PLAIN, data=b"\xc3\xa4"), "ä"),
        (BodyElement(type=BodyType.PLAIN, data=""), ""),
        (BodyElement(type=BodyType.HTML, data="<p>a <b>b</b></p>"), "a b"),
    ],
)
def test_note_is_text(body: BodyElement, note: str) -> None:
    edit = contacts.edit_from_wire(Element(body=body), version=Version.V14_1, supported=frozenset())
    assert isinstance(edit.fields["note"], str)
    assert edit.fields["note"].strip() == note


def test_body_without_data_leaves_the_note() -> None:
    element = Element(body=BodyElement(type=BodyType.PLAIN, estimated_data_size=9, truncated=True))
    assert contacts.edit_from_wire(element, version=Version.V14_1, supported=frozenset()).fields == {}


def test_picture_of_more_than_48_kilobytes_in_base64_is_refused() -> None:
    largest = bytes(48 * 1024 * 3 // 4)
    assert contacts.contact_from_wire(Element(picture=largest)).picture == largest
    with pytest.raises(EasError) as refused:
        contacts.contact_from_wire(Element(picture=largest + b"\0"))
    assert refused.value.status == 6


def test_large_picture_is_scaled_for_the_phone() -> None:
    made = BytesIO()
    Image.effect_noise((900, 900), 90).convert("RGB").save(made, "PNG")
    sent = contacts.to_wire(ContactItem(contact=Contact(picture=made.getvalue())), Look(picture_limit=9000))
    assert isinstance(sent.picture, bytes)
    assert sent.picture.startswith(b"\xff\xd8")
    assert len(sent.picture) <= 9000


def test_edit_of_the_phone_reaches_the_card_and_nothing_else() -> None:
    """Wire -> edit -> document, with a client that sends all it knows of a contact."""
    document = vcard.write(FULL, "u1")
    element = contacts.to_wire(ContactItem(contact=vcard.read(document)))
    same = contacts.edit_from_wire(element, version=Version.V14_1)
    assert vcard.apply(document, same) == document
    element.job_title = "Chief"
    element.home_address_city = "Elsewhere"
    changed = vcard.read(vcard.apply(document, contacts.edit_from_wire(element, version=Version.V14_1)))
    assert (changed.job_title, changed.home_address.city) == ("Chief", "Elsewhere")


def test_part_of_an_address_changes_alone() -> None:
    document = vcard.write(FULL, "u1")
    edit = ContactEdit(fields={"business_address.city": "New"})
    changed = vcard.read(vcard.apply(document, edit)).business_address
    assert changed == Postal(street="1 Road\nFloor 2", city="New", state="B", postal_code="C", country="D")


def sent_again(document: bytes) -> Element:
    return contacts.to_wire(ContactItem(contact=vcard.read(document)))


@settings(max_examples=examples(12))
@given(CONTACTS)
def test_what_a_device_says_comes_back_out_of_the_document(contact: Contact) -> None:
    element = contacts.to_wire(ContactItem(contact=contact))
    assert sent_again(vcard.write(contacts.contact_from_wire(element), "1")) == element


@settings(max_examples=examples(12))
@given(CONTACTS, CONTACTS)
def test_a_change_comes_back_out_of_the_changed_document(before: Contact, after: Contact) -> None:
    element = contacts.to_wire(ContactItem(contact=after))
    edit = contacts.edit_from_wire(element, version=Version.V14_1, had_picture=True)
    changed = vcard.apply(vcard.write(before, "1"), edit)
    told = sent_again(changed)
    assert replace(told, picture=UNSET) == replace(element, picture=UNSET)
    assert vcard.apply(changed, edit) == changed
