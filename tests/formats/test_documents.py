"""Every class of documents is one row, and each new item and edit finds its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from outrider.domain.errors import ForbiddenError, NotFoundError
from outrider.domain.items import (
    Attendee,
    BodyForm,
    BodyPreference,
    Contact,
    ContactEdit,
    Event,
    EventEdit,
    EventItem,
    ItemClass,
    Location,
    Mailbox,
    MailEdit,
    NewEvent,
    NewMail,
    Wish,
)
from outrider.formats.documents import CALENDAR, CONTACTS, KINDS, kind_of_edit, kind_of_new

NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)
TEA = Event(start=NINE, end=NINE, subject="Tea", note="Bring cake", location=Location(name="Hall"))


def test_each_row_stands_under_its_class() -> None:
    assert all(held is kind.holds for held, kind in KINDS.items())
    assert ItemClass.MAIL not in KINDS


def test_a_new_item_and_an_edit_name_their_class() -> None:
    assert kind_of_new(Contact()) is CONTACTS
    assert kind_of_edit(ContactEdit(fields={})) is CONTACTS
    assert kind_of_new(NewEvent(event=TEA)) is CALENDAR
    assert kind_of_edit(EventEdit()) is CALENDAR


def test_a_mail_is_no_such_document() -> None:
    with pytest.raises(ForbiddenError):
        kind_of_new(NewMail(mime=b""))
    with pytest.raises(ForbiddenError):
        kind_of_edit(MailEdit())


def test_search_finds_people_by_their_names_and_addresses() -> None:
    contact = Contact(first_name="Bob", company="Acme", note="met", email1=Mailbox("Bob", "bob@example.org"))
    words = CONTACTS.words(contact)
    assert (words.subject, words.people, words.text) == ("Bob", "Bob bob@example.org", "Acme\nmet")


def test_a_contact_counts_for_ever_and_has_no_parts() -> None:
    assert CONTACTS.horizon(Contact()) is None
    with pytest.raises(NotFoundError):
        CONTACTS.open(b"", "1")


def test_search_finds_events_by_what_occurrences_say_too() -> None:
    bob = Attendee(box=Mailbox("Bob", "bob@example.org"))
    changed = replace(
        TEA, subject="Coffee", note="", note_html="<b>milk</b>", original=NINE, categories=("x",)
    )
    event = replace(TEA, organizer=Mailbox("", "a@example.org"), attendees=(bob,), exceptions=(changed,))
    words = CALENDAR.words(event)
    assert words.subject == "Tea Coffee"
    assert words.people == " a@example.org\nBob bob@example.org"
    assert words.text == "Hall\nx\nBring cake\nmilk"


def test_event_counts_until_it_ends() -> None:
    assert CALENDAR.horizon(TEA) == date(2026, 3, 3)


def test_event_comes_with_the_bodies_of_occurrences_that_say_something_else() -> None:
    same = replace(TEA, original=NINE + timedelta(days=1))
    other = replace(TEA, note="Bring milk", original=NINE + timedelta(days=2))
    wish = Wish(preferences=(BodyPreference(form=BodyForm.TEXT),))
    item = CALENDAR.item(replace(TEA, exceptions=(same, other)), wish)
    assert isinstance(item, EventItem)
    assert item.body is not None
    assert item.body.data == "Bring cake"
    assert {original: body.data for original, body in item.bodies.items()} == {other.original: "Bring milk"}
    assert CALENDAR.item(TEA, Wish()) == EventItem(event=TEA)
