"""Every class of documents is one row, and each new item and edit finds its own."""

from __future__ import annotations

import pytest

from outrider.domain.errors import ForbiddenError, NotFoundError
from outrider.domain.items import Contact, ContactEdit, ItemClass, Mailbox, MailEdit, NewMail
from outrider.formats.documents import CONTACTS, KINDS, kind_of_edit, kind_of_new


def test_each_row_stands_under_its_class() -> None:
    assert all(held is kind.holds for held, kind in KINDS.items())
    assert ItemClass.MAIL not in KINDS


def test_a_new_item_and_an_edit_name_their_class() -> None:
    assert kind_of_new(Contact()) is CONTACTS
    assert kind_of_edit(ContactEdit(fields={})) is CONTACTS


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
