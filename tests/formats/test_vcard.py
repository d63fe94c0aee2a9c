"""Contacts out of vCards, into vCards, and edits that leave the rest alone."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider.domain.errors import UnreadableError
from outrider.domain.items import (
    Contact,
    ContactEdit,
    Mailbox,
    Postal,
)
from outrider.formats import vcard
from outrider.formats.contentlines import read_lines
from tests.examples import examples

RICH = """\
BEGIN:VCARD
VERSION:3.0
PRODID:-//Example//Address Book//EN
UID:4d2f
N:Example;Alice;M.;Dr.;
FN:Dr. Alice M. Example
X-CUSTOM;X-P="a;b":kept \\, as it is
ORG:Example\\, Inc.;Research;Team 7
item1.EMAIL;type=INTERNET;type=pref:alice@example.org
item1.X-ABLabel:_$!<Work>!$_
EMAIL;TYPE=HOME:a2@example.org
EMAIL:a3@example.org
EMAIL:a4@example.org
TEL;TYPE=WORK,VOICE:+1 1
TEL;TYPE=WORK,VOICE:+1 2
TEL;TYPE=WORK,VOICE:+1 3
TEL;TYPE=CELL:+1 4
tel;type=home;type=fax:+1 5
ADR;TYPE=WORK:PO 9;;1 Road\\nFloor 2;Town;ST;12345;Land
IMPP;X-SERVICE-TYPE=Jabber:xmpp:alice@example.org
X-JABBER:alice@example.org
BDAY;VALUE=date:1985-04-12
NOTE:line one\\nline two with a rather long text that has to be folded because it
  goes on and on
REV:2020-01-01T00:00:00Z
END:VCARD
""".replace("\n", "\r\n").encode()


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def edited(document: bytes, **fields: object) -> bytes:
    return vcard.apply(document, ContactEdit(fields=dict(fields)))


def changed_lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """The names of the lines that are only in the one and only in the other."""
    old = read_lines(before)
    new = read_lines(after)
    return (
        [line.key for line in old if line.raw not in {other.raw for other in new}],
        [line.key for line in new if line.raw not in {other.raw for other in old}],
    )


def test_rich_card_is_read_whole() -> None:
    assert vcard.read(RICH) == Contact(
        file_as="Dr. Alice M. Example",
        prefix="Dr.",
        first_name="Alice",
        middle_name="M.",
        last_name="Example",
        company="Example, Inc.",
        department="Research",
        email1=Mailbox("", "alice@example.org"),
        email2=Mailbox("", "a2@example.org"),
        email3=Mailbox("", "a3@example.org"),
        im1="xmpp:alice@example.org",
        business_phone="+1 1",
        business2_phone="+1 2",
        home_phone="+1 3",
        mobile_phone="+1 4",
        home_fax="+1 5",
        business_address=Postal(
            street="PO 9\n1 Road\nFloor 2", city="Town", state="ST", postal_code="12345", country="Land"
        ),
        birthday=date(1985, 4, 12),
        note="line one\nline two with a rather long text that has to be folded because it goes on and on",
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("TITLE:Head\\; of it", "job_title", "Head; of it"),
        ("NICKNAME:Al,Ally", "nickname", "Al, Ally"),
        ("CATEGORIES:a\\,b,c", "categories", ("a,b", "c")),
        ("URL:https\\://example.org/a,b", "web_page", "https://example.org/a,b"),
        ("TEL:1", "home_phone", "1"),
        ("TEL;TYPE=VOICE:1", "home_phone", "1"),
        ("TEL;TYPE=CAR:1", "car_phone", "1"),
        ("TEL;TYPE=PAGER:1", "pager", "1"),
        ("TEL;TYPE=WORK;TYPE=FAX:1", "business_fax", "1"),
        ("TEL;TYPE=FAX:1", "business_fax", "1"),
        ('TEL;TYPE="X-EVOLUTION-ASSISTANT":1', "assistant_phone", "1"),
        ("TEL;type=MAIN:1", "company_phone", "1"),
        ("TEL;type=IPHONE;type=CELL;type=VOICE:1", "mobile_phone", "1"),
        ("item3.TEL:1\r\nitem3.X-ABLabel:Radio", "radio_phone", "1"),
        ("ADR:;;Road 1;Town;;;", "other_address", Postal(street="Road 1", city="Town")),
        ("ADR;TYPE=HOME:;;;Town", "home_address", Postal(city="Town")),
        ("X-SPOUSE:Bob", "spouse", "Bob"),
        ("item1.X-ABRELATEDNAMES:Bob\r\nitem1.X-ABLabel:_$!<Spouse>!$_", "spouse", "Bob"),
        ("X-MS-CHILD:C\r\nX-MS-CHILD:D", "children", ("C", "D")),
        ("X-EVOLUTION-MANAGER:Bob", "manager", "Bob"),
        ("X-KADDRESSBOOK-X-AssistantsName:Bob", "assistant", "Bob"),
        ("X-PHONETIC-LAST-NAME:エグザンプル", "yomi_last_name", "エグザンプル"),
        ("X-ANNIVERSARY:2001-02-03", "anniversary", date(2001, 2, 3)),
        ("X-EVOLUTION-ANNIVERSARY:2001-02-03", "anniversary", date(2001, 2, 3)),
        ("item1.X-ABDATE:2001-02-03\r\nitem1.X-ABLabel:_$!<Anniversary>!$_", "anniversary", date(2001, 2, 3)),
        ("X-SKYPE:alice", "im1", "alice"),
        ("IMPP:im:alice%40example.org", "im1", "alice@example.org"),
        ("PHOTO;ENCODING=b;TYPE=JPEG:/9j/", "picture", b"\xff\xd8\xff"),
        ("PHOTO:data:image/jpeg;base64,/9j/", "picture", b"\xff\xd8\xff"),
        ("PHOTO;VALUE=uri:https://example.org/a.jpg", "picture", None),
        ("PHOTO;ENCODING=b:!", "picture", None),
    ],
)
def test_property_is_read(line: str, field: str, value: object) -> None:
    assert getattr(vcard.read(card("N:Example;Alice;;;", line)), field) == value


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ('TEL;VALUE=uri;TYPE="cell,voice":tel:+1-555', "mobile_phone", "+1-555"),
        ("BDAY:--0412", "birthday", date(1604, 4, 12)),
        ("BDAY:19850412", "birthday", date(1985, 4, 12)),
        ("ANNIVERSARY:20010203", "anniversary", date(2001, 2, 3)),
        ("RELATED;TYPE=spouse;VALUE=text:Bob", "spouse", "Bob"),
        ("RELATED;TYPE=spouse:urn:uuid:1", "spouse", ""),
    ],
)
def test_property_of_4_0_is_read(line: str, field: str, value: object) -> None:
    assert getattr(vcard.read(card("FN:Alice", line, version="4.0")), field) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1985-04-12", date(1985, 4, 12)),
        ("19850412", date(1985, 4, 12)),
        ("1985-04-12T00:00:00Z", date(1985, 4, 12)),
        ("1985-04-12T11:59:00Z", date(1985, 4, 12)),
        ("1985-04-12T12:00:00Z", date(1985, 4, 12)),
        ("1985-04-11T22:00:00Z", date(1985, 4, 12)),
        ("1985-04-12T23:00:00", date(1985, 4, 12)),
        ("1985-04-12T23:00:00+02:00", date(1985, 4, 12)),
        ("19850411T220000Z", date(1985, 4, 12)),
        ("--04-12", date(1604, 4, 12)),
        ("--0229", date(1604, 2, 29)),
        ("1604-04-12", date(1604, 4, 12)),
        ("1601-01-01", None),
        ("0000-00-00", None),
        ("1985-02-30", None),
        ("9999-12-31T23:00:00Z", None),
        ("circa 1800", None),
        ("1985", None),
    ],
)
def test_birthday_is_a_day(text: str, day: date | None) -> None:
    assert vcard.read(card(f"BDAY:{text}")).birthday == day


@pytest.mark.parametrize(
    ("lines", "first", "last", "company"),
    [
        (("N:Example;Alice;;;", "FN:Alice Example"), "Alice", "Example", ""),
        (("N:Example;;;;",), "", "Example", ""),
        (("N:;Alice",), "Alice", "", ""),
        (("FN:Alice van Example",), "Alice van", "Example", ""),
        (("FN:Example, Alice",), "Alice", "Example", ""),
        (("N:;;;;", "FN:Alice"), "", "Alice", ""),
        (("FN:Example Ltd", "ORG:Example Ltd"), "", "", "Example Ltd"),
        (("FN:Friends", "KIND:group"), "", "", ""),
        (("FN:alice@example.org", "EMAIL:alice@example.org"), "", "", ""),
        ((), "", "", ""),
    ],
)
def test_names_may_be_incomplete(lines: tuple[str, ...], first: str, last: str, company: str) -> None:
    contact = vcard.read(card(*lines))
    assert (contact.first_name, contact.last_name, contact.company) == (first, last, company)


@pytest.mark.parametrize(
    "document",
    [
        b"BEGIN:VCARD\nVERSION:3.0\nN:Example;Alice\nEND:VCARD\n",
        b"BEGIN:VCARD\rVERSION:3.0\rN:Example;Alice\rEND:VCARD\r",
        b"BEGIN:VCARD\r\nN:Example;Alice\r\nEND:VCARD",
        b"BEGIN:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nN:Example;Alice\r\nEND:VCARD\r\nEND:VCARD\r\n",
        b"\xef\xbb\xbfBEGIN:VCARD\r\nN:Example;Alice\r\nEND:VCARD\r\n",
        b"\r\n\r\nbegin:vcard\r\nn:Example;Alice\r\nend:vcard\r\n",
        b"BEGIN:VCARD\r\nN:Example;Alice\r\n",
        b'BEGIN:VCARD\r\nno property at all\r\nTEL;TYPE="CELL:1\r\nN:Example;Alice\r\nEND:VCARD\r\n',
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nAGENT:\r\nBEGIN:VCARD\r\nN:Other;Bob\r\nEND:VCARD\r\n"
        b"N:Example;Alice\r\nEND:VCARD\r\n",
    ],
)
def test_sloppy_card_is_read(document: bytes) -> None:
    contact = vcard.read(document)
    assert (contact.first_name, contact.last_name) == ("Alice", "Example")
    changed = vcard.read(edited(document, job_title="Boss"))
    assert (changed.first_name, changed.last_name, changed.job_title) == ("Alice", "Example", "Boss")


@pytest.mark.parametrize(
    "document", [b"", b"hello", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\x00\xff" * 9]
)
def test_what_is_no_card_is_refused_with_a_reason(document: bytes) -> None:
    with pytest.raises(UnreadableError, match="BEGIN:VCARD"):
        vcard.read(document)


def test_octets_that_are_not_utf_8_are_read_as_western_text() -> None:
    assert vcard.read(card("N:Müller;;;;").decode().encode("latin-1")).last_name == "Müller"


def test_control_characters_are_not_shown() -> None:
    assert vcard.read(card("TITLE:a\x0bb\x00c\td")).job_title == "abc\td"


def test_declared_character_set_is_used() -> None:
    document = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=KOI8-R:\xe9\xd7\xc1\xce\r\nEND:VCARD\r\n"
    assert vcard.read(document).last_name == "Иван"


OLD = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=\r\n=C3=B6rg\r\n"
    b"TEL;WORK;VOICE:1\r\nADR;HOME;ENCODING=QUOTED-PRINTABLE:;;Road=0D=0AFloor;Town;;;\r\n"
    b"PHOTO;JPEG;ENCODING=BASE64:\r\n /9j/\r\n4AAQ\r\n\r\nX-KEEP;CHARSET=UTF-8:x\r\nEND:VCARD\r\n"
)


def test_card_of_2_1_is_read() -> None:
    contact = vcard.read(OLD)
    assert (contact.first_name, contact.last_name, contact.business_phone) == ("Jörg", "Müller", "1")
    assert contact.home_address == Postal(street="Road\nFloor", city="Town")
    assert contact.picture == b"\xff\xd8\xff\xe0\x00\x10"


def test_card_of_2_1_is_written_in_its_own_style() -> None:
    after = edited(OLD, first_name="Jürgen", home_phone="2", note="a\nb")
    assert b"\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;;\r\n" in after
    assert b"\r\nTEL;HOME;VOICE:2\r\n" in after
    assert b"\r\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab\r\n" in after
    assert vcard.read(after).note == "a\nb"


def test_parts_of_a_name_change_alone() -> None:
    before = card("N;SORT-AS=e:Ex\\;ample;Alice;M.,N.;Dr.,Prof.;", "FN:somebody")
    assert b"\r\nN;SORT-AS=e:Ex\\;ample;Alicia;M.,N.;Dr.,Prof.;\r\n" in edited(before, first_name="Alicia")


@pytest.mark.parametrize(
    ("full", "followed"),
    [
        ("Alice Example", "Alice Other"),
        ("Example, Alice", "Other, Alice"),
        ("Example Alice", "Other Alice"),
        ("Ali the Great", "Ali the Great"),
        ("", "Alice Other"),
    ],
)
def test_full_name_follows_the_names_it_was_made_of(full: str, followed: str) -> None:
    after = edited(card("N:Example;Alice;;;", f"FN:{full}"), last_name="Other")
    assert f"\r\nFN:{followed}\r\n".encode() in after.replace(b"\\,", b",")


def test_edit_of_the_street_keeps_the_other_components() -> None:
    before = card("ADR;TYPE=HOME;LABEL=x:Box 1;;Road;To\\;wn;a,b;1;L")
    assert b"ADR;TYPE=HOME:;;New\\nRoad;To\\;wn;a,b;1;L\r\n" in edited(
        before,
        home_address=Postal(street="New\nRoad", city="To;wn", state="a,b", postal_code="1", country="L"),
    )


def test_edit_of_the_city_keeps_box_and_street() -> None:
    before = card("ADR;TYPE=HOME:Box 1;;Road;Town;;;")
    after = edited(before, home_address=Postal(street="Box 1\nRoad", city="City"))
    assert b"ADR;TYPE=HOME:Box 1;;Road;City;;;\r\n" in after


def test_cleared_slot_leaves_the_others_where_they_are() -> None:
    contact = vcard.read(edited(RICH, email1=None, business_phone=""))
    assert contact.email2 == Mailbox("", "a2@example.org")
    assert contact.email3 == Mailbox("", "a3@example.org")
    assert contact.email1 == Mailbox("", "a4@example.org")  # the surplus one is shown now
    assert contact.business2_phone == "+1 2"


def test_second_slot_may_stand_without_the_first() -> None:
    after = edited(card("N:Example;;;;"), home2_phone="1", email3=Mailbox("", "a@example.org"), im2="x")
    contact = vcard.read(after)
    assert (contact.home_phone, contact.home2_phone) == ("", "1")
    assert (contact.email1, contact.email3) == (None, Mailbox("", "a@example.org"))
    assert (contact.im1, contact.im2) == ("", "x")


def test_account_named_twice_changes_in_both_places() -> None:
    after = edited(RICH, im1="xmpp:bob@example.org")
    assert vcard.read(after).im1 == "xmpp:bob@example.org"
    assert vcard.read(after).im2 == ""


def test_cleared_property_takes_its_label_along() -> None:
    assert b"item1" not in edited(RICH, email1=None)


def test_new_relation_gets_a_group_of_its_own() -> None:
    after = edited(RICH, spouse="Bob")
    assert b"\r\nitem2.X-ABRELATEDNAMES:Bob\r\nitem2.X-ABLabel:_$!<Spouse>!$_\r\n" in after


def test_day_without_year_is_written_as_each_version_does() -> None:
    day = date(1604, 4, 12)
    assert b"BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12\r\n" in edited(card("N:E"), birthday=day)
    assert b"BDAY:--0412\r\n" in edited(card("FN:E", version="4.0"), birthday=day)


def test_birthday_stays_through_ten_edits() -> None:
    document = card("N:E", "BDAY:1985-04-11T22:00:00Z")
    for turn in range(10):
        document = edited(document, birthday=vcard.read(document).birthday, job_title=str(turn))
    assert b"BDAY:1985-04-11T22:00:00Z" in document


def test_linked_photo_is_not_touched() -> None:
    before = card("N:E", "PHOTO;VALUE=uri:https://example.org/a.jpg")
    assert edited(before, picture=None) == before


def test_photo_is_cleared_and_replaced() -> None:
    before = card("N:E", "PHOTO;ENCODING=b;TYPE=PNG;X-ABCROP-RECTANGLE=1:/9j/")
    assert b"PHOTO" not in edited(before, picture=None)
    assert b"PHOTO;ENCODING=b;TYPE=JPEG:/9j/4A==\r\n" in edited(before, picture=b"\xff\xd8\xff\xe0")


def test_nothing_changed_is_the_same_document() -> None:
    contact = vcard.read(RICH)
    fields = {name: getattr(contact, name) for name in contact.__struct_fields__}
    assert edited(RICH, **fields) == RICH


VALUES: dict[str, Any] = {
    "prefix": "Prof.",
    "middle_name": "Zoë",
    "nickname": "Ally, the",
    "company": "New; Co",
    "department": "D\\E",
    "job_title": "Chief",
    "office": "1.2",
    "manager": "Bob",
    "spouse": "Bob",
    "children": ("C", "D"),
    "categories": ("x", "y,z"),
    "email2": Mailbox('The "A"', "n@example.org"),
    "email3": None,
    "im1": "aim:x",
    "business_phone": "9",
    "business2_phone": "",
    "mobile_phone": "8",
    "pager": "7",
    "business_address": Postal(street="S\nT", city="U"),
    "home_address": Postal(country="L"),
    "birthday": date(2000, 2, 29),
    "anniversary": date(1999, 12, 31),
    "web_page": "https://example.org/?a=1;b,c",
    "picture": b"\xff\xd8\xff\x00",
    "note": "long " * 40 + "ünïcödé\n\n end ",
    "government_id": "x",
}


@pytest.mark.parametrize("field", VALUES)
def test_edit_of_one_field_changes_one_property(field: str) -> None:
    after = edited(RICH, **{field: VALUES[field]})
    gone, new = changed_lines(RICH, after)
    assert len({*gone, *new} - {"X-ABLABEL", "FN", "X-JABBER"}) == 1
    kept = [line.raw for line in read_lines(after)]
    assert [raw for raw in kept if raw in RICH] == kept or new


TEXT = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\x85") | st.just("\n"),
    max_size=40,
)
WORD = TEXT.map(lambda text: " ".join(text.split()))
NAMED = WORD.filter(bool)
CONTACTS = st.builds(
    Contact,
    file_as=NAMED,
    first_name=TEXT,
    last_name=TEXT,
    middle_name=TEXT,
    prefix=TEXT,
    suffix=TEXT,
    nickname=WORD,
    company=TEXT,
    department=TEXT,
    job_title=TEXT,
    spouse=TEXT,
    note=TEXT,
    web_page=TEXT,
    children=st.lists(NAMED, max_size=3, unique=True).map(tuple),
    categories=st.lists(NAMED, max_size=3, unique=True).map(tuple),
    email1=st.none() | st.builds(Mailbox, WORD, st.sampled_from(["a@example.org", "b@example.org"])),
    email2=st.none() | st.builds(Mailbox, WORD, st.sampled_from(["c@example.org"])),
    email3=st.none() | st.builds(Mailbox, WORD, st.sampled_from(["d@example.org"])),
    im1=st.sampled_from(["", "xmpp:a@example.org", "a b"]),
    im2=st.sampled_from(["", "im:x", "ü"]),
    im3=st.sampled_from(["", "sip:y", "http://z"]),
    business_phone=WORD,
    business2_phone=WORD,
    home_phone=WORD,
    home2_phone=WORD,
    mobile_phone=WORD,
    car_phone=WORD,
    radio_phone=WORD,
    assistant_phone=WORD,
    company_phone=WORD,
    home_fax=WORD,
    business_fax=WORD,
    pager=WORD,
    home_address=st.builds(Postal, street=WORD, city=TEXT, country=TEXT),
    other_address=st.builds(Postal, street=WORD, state=TEXT, postal_code=TEXT),
    birthday=st.none() | st.dates(min_value=date(1602, 1, 1)),
    anniversary=st.none() | st.dates(min_value=date(1602, 1, 1)),
    picture=st.none() | st.binary(min_size=1, max_size=100),
)


@settings(max_examples=examples(12))
@given(CONTACTS, st.sampled_from(["3.0", "4.0"]))
def test_written_contact_is_read_as_it_was(contact: Contact, version: str) -> None:
    assert vcard.read(vcard.write(contact, "u1", version)) == contact


@settings(max_examples=examples(12))
@given(CONTACTS, CONTACTS, st.sampled_from(["2.1", "3.0", "4.0"]))
def test_edit_to_any_contact_makes_that_contact(one: Contact, other: Contact, version: str) -> None:
    fields = {name: getattr(other, name) for name in other.__struct_fields__}
    blank = card("N:;;;;", "FN:", version=version)
    document = edited(blank, **{name: getattr(one, name) for name in one.__struct_fields__})
    assert vcard.read(edited(document, **fields)) == other


FOLLOWERS = {"FN", "X-EVOLUTION-FILE-AS", "X-ABLABEL"}


@settings(max_examples=examples(50))
@given(CONTACTS, CONTACTS, st.sampled_from(Contact.__struct_fields__), st.sampled_from(["3.0", "4.0"]))
def test_edit_of_any_field_changes_one_property(
    one: Contact, other: Contact, field: str, version: str
) -> None:
    """Unless it clears a slot: then those after it may be told to stay where they are."""
    before = vcard.write(one, "u1", version)
    value = getattr(other, field)
    after = edited(before, **{field: value})
    gone, new = changed_lines(before, after)
    assert getattr(vcard.read(after), field) == value
    if value:
        assert len({*gone, *new} - FOLLOWERS) <= 1


def test_large_and_hostile_cards_take_time_in_proportion() -> None:
    photo = b"PHOTO;ENCODING=b:" + b"A" * 2_000_000 + b"\r\n" + b"AAAA\r\n" * 20_000
    numbers = b"".join(b"i%d.TEL:%d\r\ni%d.X-ABLabel:x\r\n" % (i, i, i) for i in range(10_000))
    document = b"BEGIN:VCARD\r\n" + photo + numbers + b"END:VCARD\r\n"
    start = time.process_time()
    assert vcard.read(document).home_phone == "0"
    assert time.process_time() - start < 5


@settings(max_examples=examples(100))
@given(st.binary(max_size=300))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    document = b"BEGIN:VCARD\r\n" + octets + b"\r\nEND:VCARD\r\n"
    with suppress(UnreadableError):
        vcard.read(document)
    assert b"".join(line.raw for line in read_lines(document)) == document


def test_uid_is_read() -> None:
    assert vcard.read_uid(RICH) == "4d2f"
    assert vcard.read_uid(card("FN:x")) == ""


def test_new_card_is_written_in_full() -> None:
    assert vcard.write(Contact(first_name="Alice", last_name="Example", mobile_phone="1"), "u-1") == (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u-1\r\nN:Example;Alice;;;\r\nFN:Alice Example\r\n"
        b"TEL;TYPE=CELL:1\r\nEND:VCARD\r\n"
    )


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (RICH, 1),
        (RICH * 3, 3),
        (b"\xef\xbb\xbf" + RICH + b"\r\n\r\n" + OLD, 2),
        (b"BEGIN:VCARD\r\nFN:a\r\nBEGIN:VCARD\r\nFN:b\r\nEND:VCARD\r\n", 2),
        (b"BEGIN:VCARD\r\nBEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n", 1),
        (b"BEGIN:VCARD\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:b\r\nEND:VCARD\r\nFN:a\r\nEND:VCARD\r\n", 1),
        ("BEGIN:VCARD\r\nFN:ä\r\nEND:VCARD\r\n".encode("utf-16"), 1),
        (b"nothing", 0),
        (b"", 0),
    ],
)
def test_file_is_split_into_its_cards(data: bytes, count: int) -> None:
    cards = vcard.split_cards(data)
    assert len(cards) == count
    assert all(vcard.read(document) for document in cards)


def test_large_file_takes_time_in_proportion() -> None:
    assert len(vcard.split_cards(RICH * 500)) == 500
