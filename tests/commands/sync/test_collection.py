"""One folder of a Sync: keys, changes of the server, commands of the device and what they are answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import UNSET

from outrider.commands.sync.handler import sync
from outrider.domain.errors import BackendError
from outrider.domain.items import (
    ContactEdit,
    ContactItem,
    EventItem,
    FolderUse,
    Item,
    ItemClass,
    MailEdit,
    MailItem,
    NewEvent,
    NewMail,
    TaskEdit,
    Wish,
)
from outrider.domain.items import Event as DomainEvent
from outrider.domain.items import Task as DomainTask
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.mapping.classes import to_wire
from outrider.mapping.terms import Reference, View
from outrider.protocol.items.body import (
    AddAttachment,
    Attachment,
    Body,
    BodyPreference,
    BodyType,
    DeleteAttachment,
)
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item as Element
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Task
from outrider.protocol.messages.sync import (
    Add,
    AddResponse,
    Change,
    ChangeResponse,
    ClientAdd,
    ClientChange,
    ClientDelete,
    ClientFetch,
    Collection,
    CollectionResponse,
    Delete,
    DeleteResponse,
    FetchResponse,
    Options,
    SoftDelete,
    SyncRequest,
    SyncResponse,
)
from outrider.protocol.schema import Malformed, decode, encode
from outrider.protocol.status import CommonStatus, SyncStatus
from outrider.protocol.versions import Version
from outrider.sync.filters import cutoff
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone, found
from tests.contract.documents import contact, mail, mime, weekly

OLD = datetime(2025, 1, 1, tzinfo=UTC)
BAD = Malformed(status=103, detail="bad")


async def contacts(phone: Phone, *names: str) -> Synced:
    place = Synced(phone, await phone.folder(FolderUse.DEFAULT, ItemClass.CONTACTS))
    for name in names:
        await phone.account.items.create(place.folder.number, contact(name), name.encode())
    await place.settle()
    return place


async def inbox(phone: Phone, *subjects: str, **fields: object) -> Synced:
    place = Synced(phone, await phone.folder(FolderUse.INBOX))
    for day, subject in enumerate(subjects, 1):
        await phone.account.items.create(place.folder.number, mail(subject, day), subject.encode())
    await place.settle(**fields)
    return place


async def drafts(phone: Phone) -> Synced:
    phone.version = Version.V16_1
    place = Synced(phone, await phone.folder(FolderUse.DRAFTS))
    await place.settle()
    return place


def files(answer: CollectionResponse) -> list[Attachment]:
    """The files that the one response of this answer names."""
    [response] = answer.responses
    assert isinstance(response, AddResponse | ChangeResponse)
    assert isinstance(response.data, Email)
    assert response.data.attachments is not UNSET
    return [file for file in response.data.attachments if isinstance(file, Attachment)]


async def count(phone: Phone, folder: int) -> int:
    return await phone.account.feed.count(folder, None)


# ------------------------------------------------------------------------------ keys


async def test_the_first_sync_gives_a_key_and_nothing_else(phone: Phone) -> None:
    place = Synced(phone, await phone.folder(FolderUse.INBOX))
    await phone.account.items.create(1, mail(), b"1")
    first = await place.round(get_changes=True)
    assert first is not None
    assert (first.status, first.commands, first.more_available) == (SyncStatus.SUCCESS, [], False)
    assert first.sync_key != "0"


@pytest.mark.parametrize("key", ["1", "17.4", "not a key", "1.1.1"])
async def test_a_key_that_is_not_ours_starts_the_device_over(phone: Phone, key: str) -> None:
    place = await inbox(phone)
    place.key = key
    answer = await place.round()
    assert answer is not None
    assert (answer.status, answer.sync_key) == (SyncStatus.INVALID_SYNC_KEY, "0")


async def test_a_folder_without_a_key_that_was_never_synced_is_a_protocol_error(phone: Phone) -> None:
    request = SyncRequest(collections=[Collection(collection_id="1")])
    [one] = found(await sync(request, phone.visit()), SyncResponse).collections
    assert one.status == SyncStatus.PROTOCOL_ERROR


async def test_commands_with_key_0_are_refused_and_nothing_is_done(phone: Phone) -> None:
    place = Synced(phone, await phone.folder(FolderUse.DEFAULT, ItemClass.CONTACTS))
    answer = await place.round(commands=[ClientAdd(client_id="a", data=Contact(first_name="Bob"))])
    assert answer is not None
    assert answer.status == SyncStatus.PROTOCOL_ERROR
    assert await count(phone, place.folder.number) == 0


async def test_a_lost_answer_is_given_again_word_for_word(phone: Phone) -> None:
    place = await contacts(phone)
    commands = [ClientAdd(client_id="a", data=Contact(first_name="Bob"))]
    lost, again = await place.ask(commands=commands), await place.ask(commands=commands)
    assert lost == again
    assert await count(phone, place.folder.number) == 1


async def test_a_folder_that_cannot_be_read_fails_alone(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = await inbox(phone), await contacts(phone)
    await phone.account.items.create(1, mail(), b"1")
    await phone.account.items.create(whole.folder.number, contact(), b"2")
    read = type(phone.account.items).read

    async def fail(items: object, folder: int, numbers: object, wish: Wish) -> object:
        if folder == 1:
            raise BackendError("The mail system is away.", temporary=True)
        return await read(phone.account.items, folder, list(numbers), wish)  # type: ignore[call-overload]

    monkeypatch.setattr(type(phone.account.items), "read", fail)
    request = SyncRequest(collections=[broken.collection(), whole.collection()])
    answer = found(await sync(request, phone.visit()), SyncResponse)
    assert [(one.collection_id, one.status) for one in answer.collections] == [
        ("1", SyncStatus.SERVER_ERROR),
        ("7", SyncStatus.SUCCESS),
    ]
    assert answer.collections[0].sync_key == broken.key
    monkeypatch.undo()
    empty = found(await sync(None, phone.visit()), SyncResponse)
    assert empty.status == SyncStatus.INCOMPLETE_REQUEST  # it cannot say which key the device has
    assert await broken.round() is not None


async def test_a_delayed_start_does_not_undo_the_filter_in_use(phone: Phone) -> None:
    place = await inbox(phone, "old", options=[Options(filter_type=5)])
    await phone.account.items.create(1, NewMail(mime=mime("older"), received=OLD), b"older")
    await Synced(phone, place.folder).round()
    assert await place.round() is None
    assert set(place.items) == {"1:1"}


async def test_what_was_said_with_key_0_holds_for_the_keys_that_follow(phone: Phone) -> None:
    place = Synced(phone, await phone.folder(FolderUse.INBOX))
    await phone.account.items.create(1, NewMail(mime=mime("older"), received=OLD), b"older")
    await place.round(options=[Options(filter_type=5)])
    assert await place.round() is None


# ------------------------------------------------------------------------------ what the server says


async def test_each_kind_of_change_has_its_command(phone: Phone) -> None:
    place = await inbox(phone, "a", "b", "c", options=[Options(filter_type=5)])
    await phone.account.items.change(1, 2, MailEdit(read=True), token=b"r")
    await phone.account.items.delete(1, 3)
    await phone.account.items.create(1, mail("d", 30), b"d")
    answer = await place.round()
    assert answer is not None
    said = [(type(one), one.server_id) for one in answer.commands]
    assert said == [(Add, "1:4"), (Change, "1:2"), (Delete, "1:3")]


@pytest.mark.parametrize(("version", "named"), [(Version.V12_1, "Email"), (Version.V14_0, None)])
async def test_the_class_of_a_folder_is_named_up_to_12_1(
    phone: Phone, version: Version, named: str | None
) -> None:
    phone.version = version
    answer = found(await Synced(phone, await phone.folder(FolderUse.INBOX)).ask(), SyncResponse)
    [seen] = decode(SyncResponse, bytes(encode(answer, version)), version).value.collections
    assert seen.class_name == named


async def test_what_leaves_the_filter_is_soft_deleted(phone: Phone) -> None:
    place = await inbox(phone, "old")
    answer = await place.round(options=[Options(filter_type=1)])
    assert answer is not None
    assert [(type(one), one.server_id) for one in answer.commands] == [(SoftDelete, "1:1")]


@pytest.mark.parametrize(("asked", "told"), [(False, False), (True, True), (None, True)])
async def test_changes_are_told_unless_the_device_says_no(
    phone: Phone, asked: bool | None, told: bool
) -> None:
    place = await inbox(phone)
    await phone.account.items.create(1, mail(), b"1")
    assert (await place.ask(get_changes=asked) is not None) is told


async def test_commands_are_answered_without_changes_where_the_device_wants_none(phone: Phone) -> None:
    place = await contacts(phone, "Bob")
    await phone.account.items.create(place.folder.number, contact("Carol"), b"1")
    add = ClientAdd(client_id="a", data=Contact(first_name="Dan"))
    answer = await place.round(get_changes=False, commands=[add])
    assert answer is not None
    assert (len(answer.responses), answer.commands, answer.more_available) == (1, [], False)
    later = await place.round()
    assert later is not None
    assert [one.server_id for one in later.commands] == ["7:2"]


async def test_of_tasks_the_incomplete_ones_may_be_asked_for(phone: Phone) -> None:
    place = Synced(phone, await phone.folder(FolderUse.DEFAULT, ItemClass.TASKS))
    for name, done in (("open", None), ("done", phone.time), ("done long ago", OLD)):
        made = DomainTask(subject=name, complete=done is not None, completed=done)
        await phone.account.items.create(place.folder.number, made, name.encode())
    await place.settle(options=[Options(filter_type=8)])
    assert [one.subject for one in place.items.values() if isinstance(one, Task)] == ["open"]
    await place.settle(options=[Options(filter_type=0)])
    assert len(place.items) == 3


@pytest.mark.parametrize("days", [4, 5, 6, 7])
async def test_a_series_that_still_runs_stays_in_every_window(phone: Phone, days: int) -> None:
    """MS-ASCMD, FilterType: what has an occurrence from the first day of the window on is in it."""
    place = Synced(phone, await phone.folder(FolderUse.DEFAULT, ItemClass.CALENDAR))
    begun = phone.time - timedelta(days=400)
    first = cutoff(days, phone.time.date())
    assert first is not None
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    ends = {
        "for ever": None,
        "ends later": phone.time + timedelta(days=1),
        "ended in the window": since + timedelta(hours=12),
        "ended before": since - timedelta(hours=12),
    }
    for subject, until in ends.items():
        rule = Recurrence(frequency=Frequency.DAILY, until=until)
        series = DomainEvent(
            subject=subject, start=begun, end=begun + timedelta(hours=1), zone="UTC", recurrence=rule
        )
        await phone.account.items.create(place.folder.number, NewEvent(event=series), subject.encode())
    await place.settle(options=[Options(filter_type=days)])
    shown = {one.subject for one in place.items.values() if isinstance(one, Event)}
    assert shown == {"for ever", "ends later", "ended in the window"}
    phone.wait(days=1)
    await place.settle(options=[Options(filter_type=days)])
    shown = {one.subject for one in place.items.values() if isinstance(one, Event)}
    assert shown == {"for ever", "ends later"}


async def test_a_task_that_is_done_leaves_the_list_of_incomplete_ones(phone: Phone) -> None:
    place = Synced(phone, await phone.folder(FolderUse.DEFAULT, ItemClass.TASKS))
    await phone.account.items.create(place.folder.number, DomainTask(subject="open"), b"1")
    await place.settle(options=[Options(filter_type=8)])
    done = TaskEdit(fields={"complete": True, "completed": phone.time})
    await phone.account.items.change(place.folder.number, 1, done, token=b"2")
    answer = await place.round()
    assert answer is not None
    assert answer.commands == [SoftDelete(server_id=f"{place.folder.number}:1")]


async def test_nothing_of_a_note_can_be_ghosted(phone: Phone) -> None:
    """MS-ASNOTE, Sync Command Response."""
    place = Synced(phone, await phone.folder(FolderUse.DEFAULT, ItemClass.NOTES))
    answer = await place.round(supported=[])
    assert answer is not None
    assert answer.status == SyncStatus.PROTOCOL_ERROR


async def test_a_device_is_not_told_of_its_own_task_and_note(phone: Phone) -> None:
    for holds, data in ((ItemClass.TASKS, Task(subject="Tea")), (ItemClass.NOTES, Note(subject="Tea"))):
        place = Synced(phone, await phone.folder(FolderUse.DEFAULT, holds))
        await place.settle()
        answer = await place.round(commands=[ClientAdd(client_id="a", data=data)])
        assert answer is not None
        made = f"{place.folder.number}:1"
        assert answer.responses == [AddResponse(client_id="a", server_id=made, status=SyncStatus.SUCCESS)]
        assert await place.round() is None


async def test_options_stay_from_request_to_request(phone: Phone) -> None:
    wish = Options(body_preference=[BodyPreference(type=BodyType.PLAIN, truncation_size=4)])
    place = await inbox(phone, options=[wish])
    await phone.account.items.create(1, mail(body="a long text"), b"1")
    await place.round()
    email = place.items["1:1"]
    assert isinstance(email, Email)
    assert isinstance(email.body, Body)
    assert (email.body.data, email.body.truncated) == ("a lo", True)


# ------------------------------------------------------------------------------ what the device does


async def test_an_item_of_the_device_gets_an_id_and_is_not_sent_back(phone: Phone) -> None:
    place = await contacts(phone)
    add = ClientAdd(client_id="a", data=Contact(first_name="Bob"))
    answer = await place.round(commands=[add])
    assert answer is not None
    assert answer.responses == [AddResponse(client_id="a", server_id="7:1", status=SyncStatus.SUCCESS)]
    assert await place.round() is None


async def test_a_change_or_removal_that_went_well_has_no_response(phone: Phone) -> None:
    place = await contacts(phone, "Bob", "Carol")
    change = ClientChange(server_id="7:1", data=Contact(first_name="Robert"))
    answer = await place.round(commands=[change, ClientDelete(server_id="7:2")])
    assert answer is not None
    assert (answer.responses, answer.commands) == ([], [])
    assert await count(phone, place.folder.number) == 1
    assert await place.round() is None


@pytest.mark.parametrize(
    ("command", "response"),
    [
        (ClientAdd(client_id="a"), AddResponse(client_id="a", status=6)),
        (ClientAdd(client_id="a", data=BAD), AddResponse(client_id="a", status=6)),
        (ClientAdd(client_id="a", data=Email(subject="s")), AddResponse(client_id="a", status=6)),
        (ClientChange(server_id="7:9", data=Contact()), ChangeResponse(server_id="7:9", status=8)),
        (ClientChange(server_id="1:1", data=Contact()), ChangeResponse(server_id="1:1", status=8)),
        (ClientChange(server_id="?", data=Contact()), ChangeResponse(server_id="?", status=8)),
        (ClientChange(server_id="7:1", data=BAD), ChangeResponse(server_id="7:1", status=6)),
        (ClientChange(server_id="7:1"), ChangeResponse(server_id="7:1", status=6)),
        (ClientDelete(server_id="x"), DeleteResponse(server_id="x", status=8)),
        (ClientFetch(server_id="7:9"), FetchResponse(server_id="7:9", status=8)),
        (ClientFetch(server_id="x"), FetchResponse(server_id="x", status=8)),
    ],
)
async def test_a_command_that_fails_says_why_and_the_others_go_on(
    phone: Phone, command: ClientAdd | ClientChange | ClientDelete | ClientFetch, response: object
) -> None:
    place = await contacts(phone, "Bob")
    good = ClientAdd(client_id="good", data=Contact(first_name="Carol"))
    answer = await place.round(commands=[command, good])
    assert answer is not None
    assert answer.responses == [
        response,
        AddResponse(client_id="good", server_id="7:2", status=SyncStatus.SUCCESS),
    ]


async def test_a_fetch_alone_is_answered_with_the_item(phone: Phone) -> None:
    place = await contacts(phone, "Bob")
    answer = await place.round(commands=[ClientFetch(server_id="7:1")], get_changes=False)
    assert answer is not None
    [fetched] = answer.responses
    assert isinstance(fetched, FetchResponse)
    assert isinstance(fetched.data, Contact)
    assert (fetched.status, fetched.data.first_name) == (SyncStatus.SUCCESS, "Bob")


async def test_a_removal_without_an_id_is_passed_over(phone: Phone) -> None:
    place = await contacts(phone, "Bob")
    assert await place.round(commands=[ClientDelete()]) is None
    assert await count(phone, place.folder.number) == 1


async def test_removing_what_is_gone_already_is_no_error(phone: Phone) -> None:
    place = await contacts(phone, "Bob")
    await phone.account.items.delete(place.folder.number, 1)
    answer = await place.round(commands=[ClientDelete(server_id="7:1")])
    assert answer is None or (answer.responses, answer.commands) == ([], [])


@pytest.mark.parametrize(
    ("conflict", "status", "kept"), [(None, 7, "Rob"), (1, 7, "Rob"), (0, None, "Bobby")]
)
async def test_who_wins_a_conflict_is_what_the_device_said(
    phone: Phone, conflict: int | None, status: int | None, kept: str
) -> None:
    place = await contacts(phone, "Bob")
    await phone.account.items.change(7, 1, ContactEdit(fields={"first_name": "Rob"}), token=b"r")
    change = ClientChange(server_id="7:1", data=Contact(first_name="Bobby"))
    answer = await place.round(commands=[change], options=[Options(conflict=conflict)])
    assert answer is not None
    assert [one.status for one in answer.responses] == ([] if status is None else [status])
    [item] = await phone.account.items.read(7, [1], Wish())
    assert isinstance(item, ContactItem)
    assert item.contact.first_name == kept


@pytest.mark.parametrize(("moves", "in_trash"), [(None, 1), (True, 1), (False, 0)])
async def test_deleted_mail_goes_to_the_trash_unless_the_device_says_no(
    phone: Phone, moves: bool | None, in_trash: int
) -> None:
    place = await inbox(phone, "a")
    await place.round(commands=[ClientDelete(server_id="1:1")], deletes_as_moves=moves)
    trash = await phone.folder(FolderUse.TRASH)
    assert (await count(phone, 1), await count(phone, trash.number)) == (0, in_trash)


async def test_what_is_deleted_in_the_trash_is_gone(phone: Phone) -> None:
    trash = Synced(phone, await phone.folder(FolderUse.TRASH))
    await phone.account.items.create(trash.folder.number, mail(), b"1")
    await trash.settle()
    await trash.round(commands=[ClientDelete(server_id="3:1")])
    assert await count(phone, trash.folder.number) == 0


async def test_deleted_contacts_do_not_go_to_the_trash(phone: Phone) -> None:
    place = await contacts(phone, "Bob")
    await place.round(commands=[ClientDelete(server_id="7:1")])
    assert (await count(phone, 7), await count(phone, 3)) == (0, 0)


async def test_an_empty_picture_removes_only_one_that_the_device_had(phone: Phone) -> None:
    place = await contacts(phone, "Bob")
    await place.round(commands=[ClientChange(server_id="7:1", data=Contact(first_name="B", picture=b""))])
    [item] = await phone.account.items.read(7, [1], Wish())
    assert isinstance(item, ContactItem)
    assert (item.contact.first_name, item.contact.picture) == ("B", None)


# ------------------------------------------------------------------------------ drafts


@pytest.mark.parametrize(
    ("version", "use", "status"),
    [
        (Version.V14_1, FolderUse.DRAFTS, SyncStatus.CONVERSION_ERROR),
        (Version.V16_0, FolderUse.INBOX, SyncStatus.CONVERSION_ERROR),
        (Version.V16_0, FolderUse.DRAFTS, SyncStatus.SUCCESS),
    ],
)
async def test_mail_is_added_as_a_draft_only_and_from_16_0(
    phone: Phone, version: Version, use: FolderUse, status: int
) -> None:
    phone.version = version
    place = Synced(phone, await phone.folder(use))
    await place.settle()
    answer = await place.round(commands=[ClientAdd(client_id="a", data=Email(subject="s"))])
    assert answer is not None
    assert [one.status for one in answer.responses] == [status]


async def test_sms_are_not_taken_as_mail(phone: Phone) -> None:
    place = await inbox(phone)
    add = ClientAdd(client_id="a", class_name="SMS", data=Email(to="+49 170 1234567"))
    answer = await place.round(commands=[add])
    assert answer is not None
    assert answer.responses == [AddResponse(client_id="a", status=SyncStatus.CONVERSION_ERROR)]


async def test_files_of_a_new_draft_are_answered_with_their_references(phone: Phone) -> None:
    place = await drafts(phone)
    file = AddAttachment(client_id="f1", display_name="note.txt", content=b"hello")
    add = ClientAdd(client_id="a", data=Email(subject="s", attachments=[file]))
    answer = await place.round(commands=[add])
    assert answer is not None
    [named] = files(answer)
    assert (named.client_id, named.display_name) == ("f1", "note.txt")
    assert isinstance(named.file_reference, str)


async def test_files_are_added_to_and_removed_from_a_draft(phone: Phone) -> None:
    place = await drafts(phone)
    one = AddAttachment(client_id="f1", display_name="one.txt", content=b"one")
    add = ClientAdd(client_id="a", data=Email(subject="s", attachments=[one]))
    first = await place.round(commands=[add])
    assert first is not None
    reference = files(first)[0].file_reference
    assert isinstance(reference, str)
    two = AddAttachment(client_id="f2", display_name="two.txt", content=b"two")
    gone = DeleteAttachment(file_reference=reference)
    change = ClientChange(server_id="2:1", data=Email(attachments=[gone, two]))
    second = await place.round(commands=[change])
    assert second is not None
    assert [file.display_name for file in files(second)] == ["two.txt"]
    [item] = await phone.account.items.read(2, [1], Wish())
    assert isinstance(item, MailItem)
    assert [part.name for part in item.message.attachments] == ["two.txt"]


async def test_a_reference_to_another_items_file_is_refused(phone: Phone) -> None:
    place = await drafts(phone)
    reference = phone.visit().seal("part", "1", "1", "2")
    await place.round(commands=[ClientAdd(client_id="a", data=Email(subject="s"))])
    gone = DeleteAttachment(file_reference=reference)
    change = ClientChange(server_id="2:1", data=Email(attachments=[gone]))
    answer = await place.round(commands=[change])
    assert answer is not None
    assert answer.responses == [ChangeResponse(server_id="2:1", status=SyncStatus.CONVERSION_ERROR)]


async def test_a_draft_can_be_sent_without_being_stored(phone: Phone) -> None:
    place = await drafts(phone)
    email = Email(to="bob@example.org", subject="s", body=Body(type=BodyType.PLAIN, data="hi"))
    add = ClientAdd(client_id="a", data=email, send=True)
    lost, again = await place.ask(commands=[add]), await place.ask(commands=[add])
    assert lost == again
    [one] = place.take(again).responses
    assert one == AddResponse(client_id="a", status=SyncStatus.SUCCESS)
    assert len(phone.way_out.sent) == 1
    assert (await count(phone, 2), await count(phone, 4)) == (0, 1)


async def test_a_stored_draft_is_sent_with_its_last_change_and_is_gone(phone: Phone) -> None:
    place = await drafts(phone)
    await place.round(commands=[ClientAdd(client_id="a", data=Email(to="bob@example.org", subject="s"))])
    change = ClientChange(server_id="2:1", data=Email(subject="better"), send=True)
    answer = await place.round(commands=[change])
    assert answer is not None
    assert (answer.responses, [type(one) for one in answer.commands]) == ([], [Delete])
    [(sent, envelope)] = phone.way_out.sent
    assert b"Subject: better\r\n" in sent
    assert envelope.recipients == ("bob@example.org",)
    assert (await count(phone, 2), await count(phone, 4)) == (0, 1)


async def test_a_draft_for_nobody_is_not_sent_and_stays(phone: Phone) -> None:
    place = await drafts(phone)
    await place.round(commands=[ClientAdd(client_id="a", data=Email(subject="s"))])
    answer = await place.round(commands=[ClientChange(server_id="2:1", send=True)])
    assert answer is not None
    assert answer.responses == [ChangeResponse(server_id="2:1", status=CommonStatus.INVALID_RECIPIENTS)]
    assert (phone.way_out.sent, await count(phone, 2)) == ([], 1)


async def test_mail_in_other_folders_keeps_its_content_and_takes_marks(phone: Phone) -> None:
    phone.version = Version.V16_1
    place = await inbox(phone, "kept")
    change = ClientChange(server_id="1:1", data=Email(subject="forged", read=True))
    await place.round(commands=[change])
    [item] = await phone.account.items.read(1, [1], Wish())
    assert isinstance(item, MailItem)
    assert (item.message.subject, item.marks.read) == ("kept", True)


# ------------------------------------------------------------------------------ what will not go through


async def test_a_mail_that_cannot_be_converted_has_a_stub_of_its_date_and_is_counted(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def picky(item: Item, view: View, reference: Reference) -> Element:
        if isinstance(item, MailItem) and item.message.structure.length:
            raise ValueError("no such charset")
        return to_wire(item, view, reference)

    monkeypatch.setattr("outrider.commands.sync.classes.to_wire", picky)
    place = Synced(phone, await phone.folder(FolderUse.INBOX))
    number = (await phone.account.items.create(place.folder.number, mail("odd", 9), b"1")).number
    await place.round()
    visit = phone.visit()
    answer = await sync(SyncRequest(collections=[place.collection(get_changes=True)]), visit)
    [stub] = place.take(answer).commands
    assert isinstance(stub, Add)
    assert isinstance(stub.data, Email)
    assert (stub.server_id, stub.data.subject) == (f"{place.folder.number}:{number}", "odd")
    [item] = await phone.account.items.read(place.folder.number, [number], Wish())
    assert isinstance(item, MailItem)
    assert stub.data.date_received == item.received
    assert isinstance(stub.data.body, Body)
    assert isinstance(stub.data.body.data, str)
    assert "could not be synchronised" in stub.data.body.data
    assert phone.account.identity.address in str(stub.data.from_)
    assert visit.record["aside"] == 1
    for chunk in encode(stub, Version.V14_1):
        assert chunk


async def test_a_single_item_asked_for_on_two_connections_is_set_aside(phone: Phone) -> None:
    place = Synced(phone, await phone.folder(FolderUse.INBOX))
    await phone.account.items.create(place.folder.number, mail("odd", 9), b"1")
    await place.round()
    keys = []
    for connection in ("run.1", "run.1", "run.2", "run.2"):
        phone.connection = connection
        keys.append(found(await place.ask(), SyncResponse).collections[0].sync_key)
    assert keys[0] == keys[1] == keys[2] != keys[3]
    [entry] = await phone.store.aside.list()
    assert entry.device == "PHONE1"


# --------------------------------------------------------------------------------------------------- events


async def calendar(phone: Phone, *names: str) -> Synced:
    place = Synced(phone, await phone.folder(FolderUse.DEFAULT, ItemClass.CALENDAR))
    for name in names:
        await phone.account.items.create(place.folder.number, weekly(name), name.encode())
    await place.settle()
    return place


async def sent(place: Synced, *commands: object) -> CollectionResponse:
    """What the device is answered to these commands."""
    answer = await place.round(commands=list(commands))
    assert answer is not None
    return answer


def of(place: Synced, number: int) -> str:
    return f"{place.folder.number}:{number}"


NEXT = datetime(2026, 3, 10, 8, tzinfo=UTC)


async def series(place: Synced) -> DomainEvent:
    [item] = await place.phone.account.items.read(place.folder.number, [1], Wish())
    assert isinstance(item, EventItem)
    return item.event


@pytest.mark.parametrize("version", [Version.V14_1, Version.V16_0])
async def test_an_event_that_is_there_already_is_changed_and_not_made(phone: Phone, version: Version) -> None:
    phone.version = version
    place = await calendar(phone, "tea")
    start, end = NEXT, NEXT + timedelta(hours=1)
    again = Event(uid="tea", subject="Coffee", start_time=start, end_time=end)
    response = await sent(place, ClientAdd(client_id="a", data=again))
    [added] = response.responses
    assert isinstance(added, AddResponse)
    assert (added.server_id, added.status) == (of(place, 1), SyncStatus.SUCCESS)
    assert (await series(place)).subject == "Coffee"
    [told] = response.commands or (await sent(place)).commands
    assert isinstance(told, Change)
    assert told.server_id == of(place, 1)


async def test_the_server_says_how_it_names_a_new_event(phone: Phone) -> None:
    phone.version = Version.V16_1
    place = await calendar(phone)
    new = Event(
        client_uid="tea",
        start_time=NEXT,
        end_time=NEXT + timedelta(hours=1),
        attachments=[AddAttachment(client_id="f", display_name="a.txt", content=b"abc")],
    )
    [added] = (await sent(place, ClientAdd(client_id="a", data=new))).responses
    assert isinstance(added, AddResponse)
    assert isinstance(added.data, Event)
    assert added.data.uid == "tea"
    [file] = added.data.attachments or []
    assert isinstance(file, Attachment)
    assert (file.client_id, file.display_name, file.estimated_data_size) == ("f", "a.txt", 3)
    assert file.file_reference


async def test_an_occurrence_is_changed_and_removed_by_itself(phone: Phone) -> None:
    phone.version = Version.V16_1
    place = await calendar(phone, "tea")
    later = NEXT + timedelta(days=7)
    await sent(
        place,
        ClientChange(server_id=of(place, 1), instance_id=NEXT, data=Event(subject="Once")),
        ClientDelete(server_id=of(place, 1), instance_id=later),
    )
    event = await series(place)
    assert [(one.original, one.subject) for one in event.exceptions] == [(NEXT, "Once")]
    assert event.removed == (later,)


async def test_files_of_an_occurrence_are_answered_with_its_name(phone: Phone) -> None:
    phone.version = Version.V16_1
    place = await calendar(phone, "tea")
    new = AddAttachment(client_id="f", display_name="a.txt", content=b"abc")
    change = ClientChange(server_id=of(place, 1), instance_id=NEXT, data=Event(attachments=[new]))
    [changed] = (await sent(place, change)).responses
    assert isinstance(changed, ChangeResponse)
    assert (changed.instance_id, changed.status) == (NEXT, SyncStatus.SUCCESS)
    assert isinstance(changed.data, Event)
    [file] = changed.data.attachments or []
    assert isinstance(file, Attachment)
    assert file.client_id == "f"


@pytest.mark.parametrize(
    ("number", "status"), [(9, SyncStatus.OBJECT_NOT_FOUND), (2, SyncStatus.CONVERSION_ERROR)]
)
async def test_an_occurrence_of_nothing_is_refused_under_its_name(
    phone: Phone, number: int, status: SyncStatus
) -> None:
    phone.version = Version.V16_1
    place = await calendar(phone, "tea")
    once = NewEvent(event=DomainEvent(start=NEXT, end=NEXT, subject="Once"))
    await phone.account.items.create(place.folder.number, once, b"once")
    await place.settle()
    change = ClientChange(server_id=of(place, number), instance_id=NEXT, data=Event(subject="x"))
    removal = ClientDelete(server_id=of(place, number), instance_id=NEXT)
    changed, removed = (await sent(place, change, removal)).responses
    assert isinstance(changed, ChangeResponse)
    assert isinstance(removed, DeleteResponse)
    assert {(one.instance_id, one.status) for one in (changed, removed)} == {(NEXT, status)}
