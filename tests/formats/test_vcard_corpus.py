"""Contacts as other programs write them: read right, and edited without touching anything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from outrider.domain.items import ContactEdit, Mailbox, Postal
from outrider.formats import vcard
from outrider.formats.contentlines import read_lines

CORPUS = Path(__file__).parents[1] / "corpus" / "contacts"
FILES = sorted(path.name for path in CORPUS.glob("*.vcf"))

TOWN: dict[str, str] = {"city": "Town", "state": "ST", "postal_code": "12345", "country": "Land"}
DAYS = {"birthday": date(1985, 4, 12), "anniversary": date(2001, 2, 3)}
NAME = {"first_name": "Alice", "last_name": "Example"}

EXPECTED: dict[str, dict[str, Any]] = {
    "abook.vcf": {
        **NAME,
        "nickname": "Ally",
        "email1": Mailbox("", "alice@example.org"),
        "email2": Mailbox("", "alice@home.example.org"),
        "home_phone": "+1 555 0100",
        "business_phone": "+1 555 0101",
        "business_fax": "+1 555 0102",
        "mobile_phone": "+1 555 0103",
        "other_address": Postal(street="Floor 2\n1 Road", **TOWN),
        "note": "first line, second",
    },
    "apple.vcf": {
        **NAME,
        "prefix": "Dr.",
        "yomi_first_name": "Alis",
        "mobile_phone": "+1 555 0100",
        "home_phone": "+1 555 0101",
        "company_phone": "+1 555 0102",
        "business_fax": "+1 555 0103",
        "radio_phone": "+1 555 0104",
        "home_address": Postal(street="1 Road\nFloor 2", **TOWN),
        "web_page": "https://example.org/",
        "birthday": date(1604, 4, 12),
        "anniversary": date(2001, 2, 3),
        "spouse": "Bob Example",
        "children": ("Carol Example",),
        "assistant": "Dan Example",
        "im1": "xmpp:alice@jabber.example.org",
        "im2": "",
        "categories": ("friends", "family"),
    },
    "evolution.vcf": {
        **NAME,
        **DAYS,
        "file_as": "Example, Alice",
        "spouse": "Bob Example",
        "manager": "Carol Example",
        "assistant": "Dan Example",
        "assistant_phone": "+1 555 0101",
        "radio_phone": "+1 555 0102",
        "business_address": Postal(street="PO 9\n1 Road", **TOWN),
        "web_page": "https://example.org/",
    },
    "google.vcf": {
        **NAME,
        "mobile_phone": "+1 555 0100",
        "business_phone": "+1 555 0101",
        "home_phone": "+1 555 0102",
        "other_address": Postal(street="1 Road", **TOWN),
        "birthday": date(1604, 4, 12),
        "spouse": "Bob Example",
        "picture": None,
        "note": "first line\nsecond line",
    },
    "kaddressbook.vcf": {
        **NAME,
        **DAYS,
        "office": "Room 7",
        "manager": "Carol Example",
        "im1": "alice@jabber.example.org",
    },
    "khard-3.0.vcf": {**NAME, **DAYS, "mobile_phone": "+1 555 0102", "home2_phone": "+1 555 0103"},
    "khard-4.0.vcf": {**NAME, **DAYS, "mobile_phone": "+1 555 0102", "home2_phone": "+1 555 0103"},
    "nextcloud.vcf": {**NAME, **DAYS, "home_phone": "+1 555 0101", "spouse": "Bob Example"},
    "node-vcf-4.0.vcf": {**NAME, "mobile_phone": "+15550102", "spouse": "Bob Example", "note": "a, b; c"},
    "outlook-2.1.vcf": {
        **DAYS,
        "first_name": "Jörg",
        "last_name": "Müller",
        "note": "first line\nsecond line with a text that is long enough to be broken\n",
        "business2_phone": "+1 555 0101",
        "business_address": Postal(street="Room 7\n1 Road", **TOWN),
        "spouse": "Bob Example",
        "im1": "joerg@chat.example.org",
    },
    "vcards-js-2.1.vcf": {"last_name": "Exämple", "home_fax": "+1 555 0105", "company": "Example, Inc."},
    "vcards-js-3.0.vcf": {"last_name": "Exämple", "home_fax": "+1 555 0105", "nickname": "Ally"},
    "vcards-js-4.0.vcf": {"last_name": "Exämple", "home_fax": "+1 555 0105", **DAYS},
    "vobject.vcf": {
        "company": "Example, Inc.",
        "department": "Research; Development",
        "categories": ("friends", "wo,rk"),
        "home_address": Postal(street="PO 9\n1 Road\nFloor 2", **TOWN),
    },
}


def first_card(name: str) -> bytes:
    return vcard.split_cards((CORPUS / name).read_bytes())[0]


def test_every_file_is_expected() -> None:
    assert set(FILES) == set(EXPECTED)


@pytest.mark.parametrize("name", FILES)
def test_card_is_read_right(name: str) -> None:
    contact = vcard.read(first_card(name))
    assert {field: getattr(contact, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", FILES)
def test_card_written_back_unchanged_keeps_its_bytes(name: str) -> None:
    document = first_card(name)
    contact = vcard.read(document)
    fields = {field: getattr(contact, field) for field in contact.__struct_fields__}
    assert vcard.apply(document, ContactEdit(fields=fields)) == document


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("job_title", "Chief"),
        ("mobile_phone", "+9 9"),
        ("email1", Mailbox("", "new@example.org")),
        ("birthday", date(1990, 1, 2)),
        ("note", "another\nnote"),
        ("business_address", Postal(street="9 Lane", city="Here")),
    ],
)
def test_edit_changes_one_property_of_the_card(name: str, field: str, value: object) -> None:
    before = first_card(name)
    after = vcard.apply(before, ContactEdit(fields={field: value}))
    assert getattr(vcard.read(after), field) == value
    old = [line.raw for line in read_lines(before)]
    new = [line.raw for line in read_lines(after)]
    assert len([raw for raw in old if raw not in new]) <= 1
    assert len([raw for raw in new if raw not in old]) == 1
    assert [raw for raw in new if raw in old] == [raw for raw in old if raw in new]


@pytest.mark.parametrize("name", FILES)
def test_contact_moves_to_a_new_card_whole(name: str) -> None:
    contact = vcard.read(first_card(name))
    assert vcard.read(vcard.write(contact, "u1")) == contact
