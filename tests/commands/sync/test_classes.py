"""What a device sends of items, in the engine's words."""

from __future__ import annotations

import pytest

from outrider.commands.sync.classes import ClassWork
from outrider.commands.sync.options import Sticky
from outrider.domain.items import Contact as DomainContact
from outrider.domain.items import (
    ContactEdit,
    DraftEdit,
    FolderUse,
    ItemClass,
    MailEdit,
    Marks,
    NewMail,
    TaskEdit,
    Wish,
)
from outrider.domain.items import Note as DomainNote
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Task
from outrider.protocol.messages.sync import ClientAdd, ClientChange, ClientDelete, ClientFetch
from outrider.protocol.schema import Malformed
from outrider.protocol.versions import Version
from outrider.sync.state import Result, Verb
from outrider.sync.verbs import Act, Add, Change, Delete, Fetch, Refused
from tests.commands.visits import START, Phone
from tests.contract.documents import contact, mail, mime

Sent = ClientAdd | ClientChange | ClientDelete | ClientFetch


async def work(phone: Phone, holds: ItemClass, use: FolderUse = FolderUse.DEFAULT) -> ClassWork:
    return ClassWork(phone.visit(), await phone.folder(use, holds), Sticky())


async def test_a_new_contact(phone: Phone) -> None:
    made = await (await work(phone, ItemClass.CONTACTS)).command(
        ClientAdd(client_id="a", data=Contact(first_name="Bob"))
    )
    assert isinstance(made, Add)
    assert isinstance(made.item, DomainContact)
    assert (made.client_id, made.item.first_name) == ("a", "Bob")


async def test_a_changed_contact(phone: Phone) -> None:
    made = await (await work(phone, ItemClass.CONTACTS)).command(
        ClientChange(server_id="7:3", data=Contact(first_name="Bob"))
    )
    assert isinstance(made, Change)
    assert isinstance(made.edit, ContactEdit)
    assert (made.number, made.edit.fields["first_name"]) == (3, "Bob")


async def test_a_task_and_a_note_know_when_they_were_sent(phone: Phone) -> None:
    task = await (await work(phone, ItemClass.TASKS)).command(
        ClientChange(server_id="8:1", data=Task(complete=True))
    )
    note = await (await work(phone, ItemClass.NOTES)).command(
        ClientAdd(client_id="a", data=Note(subject="Tea"))
    )
    assert isinstance(task, Change)
    assert isinstance(task.edit, TaskEdit)
    assert task.edit.fields["completed"] == START
    assert isinstance(note, Add)
    assert note.item == DomainNote(subject="Tea", modified=START)


async def test_what_removes_or_fetches_names_an_item_of_the_folder(phone: Phone) -> None:
    place = await work(phone, ItemClass.CONTACTS)
    assert await place.command(ClientDelete(server_id="7:3")) == Delete(number=3)
    assert await place.command(ClientFetch(server_id="7:3")) == Fetch(number=3)


async def test_the_content_stands_for_exactly_what_was_sent(phone: Phone) -> None:
    place = await work(phone, ItemClass.CONTACTS)
    bob, again, carol = [
        await place.command(ClientAdd(client_id="a", data=Contact(first_name=name)))
        for name in ("Bob", "Bob", "Carol")
    ]
    assert isinstance(bob, Add)
    assert isinstance(again, Add)
    assert isinstance(carol, Add)
    assert bob.content == again.content != carol.content


@pytest.mark.parametrize("holds", [ItemClass.CALENDAR, ItemClass.TASKS])
async def test_items_of_another_class_or_of_one_that_is_not_served_are_not_taken(
    phone: Phone, holds: ItemClass
) -> None:
    bob = Contact(first_name="Bob")
    made = await (await work(phone, holds)).command(ClientAdd(client_id="a", data=bob))
    assert isinstance(made, Refused)
    assert made.response.result is Result.UNREADABLE


@pytest.mark.parametrize(
    ("sent", "verb", "result"),
    [
        (ClientAdd(client_id="x"), Verb.ADD, Result.UNREADABLE),
        (ClientAdd(client_id="x", data=Malformed(103, "bad")), Verb.ADD, Result.UNREADABLE),
        (ClientAdd(client_id="x", data=Contact(), send=True), Verb.ADD, Result.UNREADABLE),
        (ClientChange(server_id="x"), Verb.CHANGE, Result.NOT_FOUND),
        (ClientChange(server_id="x", data=Contact()), Verb.CHANGE, Result.NOT_FOUND),
        (ClientDelete(server_id="x"), Verb.DELETE, Result.NOT_FOUND),
        (ClientFetch(server_id="x"), Verb.FETCH, Result.NOT_FOUND),
    ],
)
async def test_what_makes_no_sense_is_refused_under_the_name_it_came_with(
    phone: Phone, sent: Sent, verb: Verb, result: Result
) -> None:
    made = await (await work(phone, ItemClass.CONTACTS)).command(sent)
    assert isinstance(made, Refused)
    assert (made.response.verb, made.response.client_id, made.response.result) == (verb, "x", result)


@pytest.mark.parametrize(
    ("version", "use", "edit"),
    [
        (Version.V14_1, FolderUse.DRAFTS, MailEdit),
        (Version.V16_0, FolderUse.INBOX, MailEdit),
        (Version.V16_0, FolderUse.DRAFTS, DraftEdit),
    ],
)
async def test_only_drafts_are_edited_and_only_from_16_0(
    phone: Phone, version: Version, use: FolderUse, edit: type
) -> None:
    phone.version = version
    place = await work(phone, ItemClass.MAIL, use)
    number = (await phone.folder(use)).number
    made = await place.command(ClientChange(server_id=f"{number}:1", data=Email(subject="s", read=True)))
    assert isinstance(made, Change)
    assert isinstance(made.edit, edit)


@pytest.mark.parametrize(
    ("version", "use", "acts"),
    [
        (Version.V16_1, FolderUse.DRAFTS, True),
        (Version.V16_1, FolderUse.INBOX, False),
        (Version.V14_1, FolderUse.DRAFTS, False),
    ],
)
async def test_only_drafts_are_sent(phone: Phone, version: Version, use: FolderUse, acts: bool) -> None:
    phone.version = version
    place = await work(phone, ItemClass.MAIL, use)
    number = (await phone.folder(use)).number
    made = await place.command(ClientChange(server_id=f"{number}:1", send=True))
    assert isinstance(made, Act) is acts


@pytest.mark.parametrize("draft", [True, False])
async def test_a_mail_is_told_anew_by_its_marks_unless_it_was_a_draft(phone: Phone, draft: bool) -> None:
    await phone.account.items.create(1, NewMail(mime=mime("m"), marks=Marks(draft=draft)), b"1")
    [email] = await phone.account.items.read(1, [1], Wish())
    assert not isinstance(email, Exception)
    shown = (await work(phone, ItemClass.MAIL, FolderUse.INBOX)).changed()
    assert shown is not None
    assert shown.suffices(email) is not draft


async def test_items_are_shown_with_their_size(phone: Phone) -> None:
    await phone.account.items.create(1, mail(body="x" * 5000), b"1")
    await phone.account.items.create(7, contact(), b"2")
    [email] = await phone.account.items.read(1, [1], Wish())
    [person] = await phone.account.items.read(7, [1], Wish())
    assert not isinstance(email, Exception)
    assert not isinstance(person, Exception)
    shown = (await work(phone, ItemClass.MAIL, FolderUse.INBOX)).render(1, email)
    assert isinstance(shown.value, Email)
    assert shown.size > 0
    assert isinstance((await work(phone, ItemClass.CONTACTS)).render(1, person).value, Contact)
