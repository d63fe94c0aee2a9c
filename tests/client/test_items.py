from __future__ import annotations

import pytest
from msgspec import UNSET

from outrider.client import Body, BodyType, Contact, Email
from outrider.client.items import changed_by_device, changed_by_server, said
from outrider.protocol.items.classes import Item
from outrider.protocol.items.email import Flag
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Task

BODY = Body(type=BodyType.PLAIN, data="Hello.")
MAIL = Email(subject="One", read=False, body=BODY, categories=["A"])
CAROL = Contact(first_name="Carol", job_title="Cook", body=BODY, picture=b"JPEG")


@pytest.mark.parametrize(
    ("item", "change", "after"),
    [
        (MAIL, Email(read=True), Email(subject="One", read=True, body=BODY, categories=["A"])),
        (
            MAIL,
            Email(flag=Flag(), categories=[]),
            Email(subject="One", read=False, body=BODY, categories=[], flag=Flag()),
        ),
        (MAIL, Email(subject="Two", read=True), Email(subject="Two", read=True, body=BODY)),
        (MAIL, Email(subject="Two", body=Body(type=BodyType.PLAIN, data="")), None),
        (CAROL, Contact(first_name="C"), Contact(first_name="C", body=BODY, picture=b"JPEG")),
        (CAROL, Contact(first_name="C", picture=b""), Contact(first_name="C", body=BODY, picture=b"")),
        (Task(subject="a", sensitivity=2, body=BODY), Task(subject="b"), Task(subject="b", body=BODY)),
        (Note(subject="a", categories=["A"], body=BODY), Note(subject="b"), Note(subject="b", body=BODY)),
    ],
)
def test_a_change_by_the_server(item: Item, change: Item, after: Item | None) -> None:
    assert changed_by_server(item, change) == (after or change)


def test_an_edit_of_a_mail_leaves_what_it_does_not_say() -> None:
    assert changed_by_device(MAIL, Email(subject="Two")) == Email(
        subject="Two", read=False, body=BODY, categories=["A"]
    )


def test_an_edit_of_a_contact_is_the_whole_of_it_but_note_and_picture() -> None:
    after = changed_by_device(CAROL, Contact(first_name="C"))
    assert isinstance(after, Contact)
    assert (after.job_title, after.body, after.picture) == (UNSET, BODY, b"JPEG")


def test_an_edit_of_a_task_leaves_what_the_server_leaves() -> None:
    task = Task(subject="a", importance=2, complete=True, sensitivity=2, categories=["A"], body=BODY)
    after = Task(subject="a", importance=2, complete=False, body=BODY)
    assert changed_by_device(task, Task(complete=False)) == after


def test_an_edit_of_a_note_leaves_what_the_server_leaves() -> None:
    note = Note(subject="a", message_class="IPM.StickyNote", categories=["A"], body=BODY)
    after = Note(subject="b", message_class="IPM.StickyNote", body=BODY)
    assert changed_by_device(note, Note(subject="b")) == after


def test_an_item_says_what_is_set() -> None:
    assert said(Email(subject="", read=False)) == {"subject": "", "read": False}
