"""Items of any class, each to its own element and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.domain.items import (
    Body,
    BodyForm,
    Contact,
    ContactEdit,
    ContactItem,
    DraftEdit,
    Item,
    ItemClass,
    Mailbox,
    MailEdit,
    MailItem,
    Marks,
    Message,
    Note,
    NoteEdit,
    NoteItem,
    Part,
    Task,
    TaskEdit,
    TaskItem,
)
from outrider.mapping import classes
from outrider.mapping.terms import Terms, View
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import Body as BodyElement
from outrider.protocol.items.body import BodyType
from outrider.protocol.items.contacts import Contact as ContactElement
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note as NoteElement
from outrider.protocol.items.tasks import Task as TaskElement
from outrider.protocol.messages.sync import Add, CollectionResponse, SyncResponse
from outrider.protocol.pages import Email as EmailPage
from outrider.protocol.schema import encode
from outrider.protocol.versions import Version

NOW = datetime(2026, 3, 1, tzinfo=UTC)
VIEW = View(account=Mailbox("", "alice@example.org"), version=Version.V14_1)
TERMS = Terms(view=VIEW, now=NOW, supported=frozenset())


def mail(body: str, files: int = 0) -> MailItem:
    part = Part(section="1", type="text/plain", offset=0, length=1)
    return MailItem(
        message=Message(structure=part, size=1, subject="Hello", attachments=(part,) * files),
        marks=Marks(),
        received=datetime(2026, 1, 1, tzinfo=UTC),
        body=text_body(body),
    )


def text_body(data: str) -> Body:
    return Body(form=BodyForm.TEXT, data=data, size=len(data))


def test_each_item_has_its_element() -> None:
    assert isinstance(classes.to_wire(mail("x"), VIEW, str), Email)
    assert isinstance(classes.to_wire(ContactItem(contact=Contact()), VIEW, str), ContactElement)
    assert isinstance(classes.to_wire(TaskItem(task=Task()), VIEW, str), TaskElement)
    assert isinstance(classes.to_wire(NoteItem(note=Note()), VIEW, str), NoteElement)


def test_a_device_may_name_the_elements_it_wants() -> None:
    whole = classes.to_wire(mail("x"), VIEW, str)
    assert isinstance(whole, Email)
    named = [EmailPage.Subject, EmailPage.Categories, EmailPage.Cc]
    assert classes.only(whole, named) == Email(subject="Hello", categories=[])
    assert classes.only(whole, []) == Email()


@pytest.mark.parametrize(
    "item",
    [
        mail(""),
        mail("x" * 5000),
        mail("x" * 50000, files=20),
        ContactItem(contact=Contact(first_name="Alice")),
        ContactItem(contact=Contact(picture=b"\xff\xd8\xff" + bytes(30000))),
        TaskItem(task=Task(subject="Tea", due=NOW, utc_due=NOW), body=text_body("x" * 5000)),
        NoteItem(note=Note(subject="Tea", modified=NOW), body=text_body("x" * 5000)),
    ],
)
def test_size_is_about_that_on_the_wire(item: Item) -> None:
    element = classes.to_wire(item, VIEW, str)
    collection = CollectionResponse(
        sync_key="1", collection_id="1", status=1, commands=[Add(server_id="1:1", data=element)]
    )
    real = len(encode(SyncResponse(collections=[collection]), Version.V16_1))
    assert real * 0.9 - 100 <= classes.size_of(element) <= real * 1.3 + 700


def test_new_items_by_class_of_the_folder() -> None:
    new = classes.new_from_wire(ContactElement(first_name="Alice"), ItemClass.CONTACTS, TERMS, str)
    assert new == Contact(first_name="Alice")
    assert classes.new_from_wire(Email(subject="x"), ItemClass.MAIL, TERMS, str) == DraftEdit(subject="x")
    task = classes.new_from_wire(TaskElement(subject="x"), ItemClass.TASKS, TERMS, str)
    assert task == Task(subject="x", stamp=NOW)
    note = classes.new_from_wire(NoteElement(subject="x"), ItemClass.NOTES, TERMS, str)
    assert note == Note(subject="x", modified=NOW)


def test_edits_by_class_of_the_folder() -> None:
    contact = classes.edit_from_wire(ContactElement(first_name="A"), ItemClass.CONTACTS, TERMS, str)
    assert contact == ContactEdit(fields={"first_name": "A"})
    assert classes.edit_from_wire(Email(read=True), ItemClass.MAIL, TERMS, str) == MailEdit(read=True)
    assert isinstance(classes.edit_from_wire(TaskElement(subject="x"), ItemClass.TASKS, TERMS, str), TaskEdit)
    note = classes.edit_from_wire(NoteElement(subject="x"), ItemClass.NOTES, TERMS, str)
    assert note == NoteEdit(fields={"subject": "x", "categories": (), "modified": NOW})


def test_change_of_nothing_but_the_body_is_meant_for_the_class_of_the_folder() -> None:
    element = Email(body=BodyElement(type=BodyType.PLAIN, data="note"))
    edit = classes.edit_from_wire(element, ItemClass.CONTACTS, TERMS, str)
    assert edit == ContactEdit(fields={"note": "note"})


@pytest.mark.parametrize(
    ("element", "held"),
    [(Email(subject="x"), ItemClass.CONTACTS), (ContactElement(first_name="x"), ItemClass.MAIL)],
)
def test_item_of_another_class_is_refused(element: Email | ContactElement, held: ItemClass) -> None:
    with pytest.raises(EasError) as refused:
        classes.edit_from_wire(element, held, TERMS, str)
    assert refused.value.status == 6
