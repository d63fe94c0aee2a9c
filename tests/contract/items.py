"""What every backend's items keep to."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.domain.errors import (
    BackendError,
    ChangedError,
    ExistsError,
    ForbiddenError,
    NotFoundError,
    UnreadableError,
)
from outrider.domain.items import (
    Blob,
    BodyForm,
    BodyPreference,
    ContactEdit,
    ContactItem,
    DraftEdit,
    EventEdit,
    EventItem,
    FolderUse,
    FollowUp,
    ItemClass,
    Mailbox,
    MailEdit,
    MailItem,
    MimeWish,
    NewAttachment,
    NewItem,
    NewMail,
    NoteEdit,
    NoteItem,
    OccurrenceEdit,
    TaskEdit,
    TaskItem,
    Wish,
)
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.domain.roles import Account, Guard
from tests.contract.documents import NOTHING, TEXT, contact, event, mail, meeting, mime, note, task, weekly
from tests.contract.folders import folder_for

DRAFT = DraftEdit(
    to=(Mailbox("Bob", "bob@example.org"),),
    subject="Plan",
    body="First words",
    added=(NewAttachment(name="a.bin", data=b"data"),),
)


def pulled(blob: Blob) -> bytes:
    """All of a blob, which is as long as it says and comes in pieces of at most 64 KiB."""
    pieces = list(blob.chunks())
    assert all(len(piece) <= 65536 for piece in pieces)
    data = b"".join(pieces)
    assert len(data) == blob.length
    return data


class ItemsContract:
    """Subclasses give an `account`: new, with its default folders."""

    @pytest.fixture
    def account(self) -> Account:
        raise NotImplementedError

    @pytest.fixture
    async def inbox(self, account: Account) -> int:
        return (await folder_for(account, FolderUse.INBOX)).number

    @pytest.fixture
    async def trash(self, account: Account) -> int:
        return (await folder_for(account, FolderUse.TRASH)).number

    @pytest.fixture
    async def people(self, account: Account) -> int:
        return (await folder_for(account, FolderUse.DEFAULT, ItemClass.CONTACTS)).number

    @pytest.fixture
    async def calendar(self, account: Account) -> int:
        return (await folder_for(account, FolderUse.DEFAULT, ItemClass.CALENDAR)).number

    @pytest.fixture
    async def tasks(self, account: Account) -> int:
        return (await folder_for(account, FolderUse.DEFAULT, ItemClass.TASKS)).number

    @pytest.fixture
    async def notes(self, account: Account) -> int:
        return (await folder_for(account, FolderUse.DEFAULT, ItemClass.NOTES)).number

    async def _read_mail(self, account: Account, folder: int, number: int, wish: Wish = NOTHING) -> MailItem:
        [item] = await account.items.read(folder, [number], wish)
        assert isinstance(item, MailItem)
        return item

    async def _read_contact(self, account: Account, folder: int, number: int) -> ContactItem:
        [item] = await account.items.read(folder, [number], TEXT)
        assert isinstance(item, ContactItem)
        return item

    async def _read_event(self, account: Account, folder: int, number: int) -> EventItem:
        [item] = await account.items.read(folder, [number], TEXT)
        assert isinstance(item, EventItem)
        return item

    # ---------------------------------------------------------------------------------- reading

    async def test_a_mail_is_read_as_it_was_stored(self, account: Account, inbox: int) -> None:
        written = await account.items.create(inbox, mail("Grüße", 3, read=True), b"1")
        item = await self._read_mail(account, inbox, written.number, TEXT)
        assert item.message.subject == "Grüße"
        assert item.message.author[0].address == "bob@example.org"
        assert item.marks.read
        assert item.received == datetime(2026, 3, 3, 10, tzinfo=UTC)
        assert item.body is not None
        assert item.body.data == "At noon?\r\n"

    async def test_no_body_is_read_that_was_not_wished_for(self, account: Account, inbox: int) -> None:
        written = await account.items.create(inbox, mail(), b"1")
        assert (await self._read_mail(account, inbox, written.number)).body is None

    async def test_items_come_in_the_order_asked_for(self, account: Account, inbox: int) -> None:
        numbers = [(await account.items.create(inbox, mail(f"{n}"), b"%d" % n)).number for n in range(3)]
        items = await account.items.read(inbox, [numbers[2], numbers[0], numbers[1]], NOTHING)
        assert [item.message.subject for item in items if isinstance(item, MailItem)] == ["2", "0", "1"]

    async def test_an_error_stands_where_an_item_is_gone(self, account: Account, inbox: int) -> None:
        written = await account.items.create(inbox, mail(), b"1")
        gone, there = await account.items.read(inbox, [999, written.number], NOTHING)
        assert isinstance(gone, NotFoundError)
        assert isinstance(there, MailItem)

    async def test_a_body_is_cut_at_the_limit(self, account: Account, inbox: int) -> None:
        written = await account.items.create(inbox, mail(body="x" * 5000), b"1")
        wish = Wish(preferences=(BodyPreference(form=BodyForm.TEXT, limit=100),))
        body = (await self._read_mail(account, inbox, written.number, wish)).body
        assert body is not None
        assert isinstance(body.data, str)
        assert (len(body.data), body.truncated) == (100, True)

    @pytest.mark.parametrize("attachment", [b"", b"small" * 10, bytes(range(256)) * 2000])
    async def test_the_mime_is_the_mail_as_it_came(
        self, account: Account, inbox: int, attachment: bytes
    ) -> None:
        document = mime(attachment=attachment)
        written = await account.items.create(inbox, NewMail(mime=document), b"1")
        wish = Wish(preferences=(BodyPreference(form=BodyForm.MIME),), mime=MimeWish.ALWAYS)
        body = (await self._read_mail(account, inbox, written.number, wish)).body
        assert body is not None
        assert body.data is not None
        assert not isinstance(body.data, str)
        assert (body.data if isinstance(body.data, bytes) else pulled(body.data)) == document
        assert pulled((await account.items.open(inbox, written.number, "")).blob) == document

    @pytest.mark.parametrize("attachment", [b"small" * 10, bytes(range(256)) * 2000])
    async def test_an_attachment_is_opened_decoded(
        self, account: Account, inbox: int, attachment: bytes
    ) -> None:
        written = await account.items.create(inbox, NewMail(mime=mime(attachment=attachment)), b"1")
        [part] = (await self._read_mail(account, inbox, written.number)).message.attachments
        content = await account.items.open(inbox, written.number, part.section)
        assert (content.name, content.type) == ("file.bin", "application/octet-stream")
        assert pulled(content.blob) == attachment

    async def test_a_part_that_is_not_there_is_not_found(self, account: Account, inbox: int) -> None:
        written = await account.items.create(inbox, mail(), b"1")
        with pytest.raises(NotFoundError):
            await account.items.open(inbox, written.number, "7.7")
        with pytest.raises(NotFoundError):
            await account.items.open(inbox, 999, "")

    async def test_a_contact_is_read_as_it_was_stored(self, account: Account, people: int) -> None:
        written = await account.items.create(people, contact(), b"1")
        item = await self._read_contact(account, people, written.number)
        assert item.contact.first_name == "Bob"
        assert item.contact.email1 is not None
        assert item.contact.email1.address == "bob@example.org"
        assert item.body is not None
        assert item.body.data == "Likes tea"

    async def test_an_event_is_read_as_it_was_stored(self, account: Account, calendar: int) -> None:
        written = await account.items.create(calendar, event(), b"1")
        item = await self._read_event(account, calendar, written.number)
        assert item.event.uid
        assert structs.replace(item.event, uid="") == event().event
        assert item.body is not None
        assert item.body.data == "Bring cake"

    @pytest.mark.parametrize("attachment", [b"small" * 10, bytes(range(256)) * 2000])
    async def test_a_file_of_an_event_is_opened(
        self, account: Account, calendar: int, attachment: bytes
    ) -> None:
        written = await account.items.create(calendar, event(attachment=attachment), b"1")
        [file] = (await self._read_event(account, calendar, written.number)).event.files
        content = await account.items.open(calendar, written.number, file.section)
        assert (content.name, content.type) == ("file.bin", "application/octet-stream")
        assert pulled(content.blob) == attachment
        document = await account.items.open(calendar, written.number, "")
        assert document.type == "text/calendar"
        assert pulled(document.blob).startswith(b"BEGIN:VCALENDAR")

    async def test_an_event_is_found_by_its_uid(self, account: Account, calendar: int) -> None:
        first = await account.items.create(calendar, weekly("one"), b"1")
        await account.items.create(calendar, weekly("two"), b"2")
        assert await account.items.find(calendar, "one") == first.number
        assert await account.items.find(calendar, "three") is None
        with pytest.raises(NotFoundError):
            await account.items.find(999, "one")

    async def test_of_two_who_make_an_event_of_one_uid_at_once_one_succeeds(
        self, account: Account, calendar: int
    ) -> None:
        made = await asyncio.gather(
            *(account.items.create(calendar, weekly("one"), token) for token in (b"1", b"2", b"3")),
            return_exceptions=True,
        )
        assert [type(one) for one in made].count(ExistsError) == 2
        assert await account.feed.count(calendar, None) == 1

    async def test_an_event_that_was_made_is_made_again_by_nobody(
        self, account: Account, calendar: int
    ) -> None:
        first = await account.items.create(calendar, weekly("one"), b"1")
        assert await account.items.create(calendar, weekly("one"), b"1") == first
        other = (await account.folders.create("Other", 0, ItemClass.CALENDAR, b"folder")).number
        await account.items.create(other, weekly("one"), b"2")
        await account.items.delete(calendar, first.number)
        await account.items.create(calendar, weekly("one"), b"3")

    async def test_an_invitation_is_found_by_the_uid_of_its_meeting(
        self, account: Account, inbox: int
    ) -> None:
        plain = await account.items.create(inbox, mail(), b"1")
        invitation = await account.items.create(inbox, NewMail(mime=meeting("one")), b"2")
        await account.items.create(inbox, NewMail(mime=meeting("two", "CANCEL")), b"3")
        assert plain.number != invitation.number
        assert await account.items.find(inbox, "one") == invitation.number
        assert await account.items.find(inbox, "two") is None

    async def test_an_event_is_found_after_it_was_changed_and_moved_until_it_is_gone(
        self, account: Account, calendar: int
    ) -> None:
        other = (await account.folders.create("Other", 0, ItemClass.CALENDAR, b"folder")).number
        first = await account.items.create(calendar, weekly("one"), b"1")
        edit = EventEdit(fields={"subject": "Coffee"})
        await account.items.change(calendar, first.number, edit, token=b"2")
        assert await account.items.find(calendar, "one") == first.number
        moved = await account.items.move(calendar, first.number, other, token=b"3")
        assert await account.items.find(calendar, "one") is None
        assert await account.items.find(other, "one") == moved.number
        await account.items.delete(other, moved.number)
        assert await account.items.find(other, "one") is None

    async def test_a_task_is_read_as_it_was_stored(self, account: Account, tasks: int) -> None:
        written = await account.items.create(tasks, task(), b"1")
        [item] = await account.items.read(tasks, [written.number], TEXT)
        assert isinstance(item, TaskItem)
        assert item.task.uid
        assert structs.replace(item.task, uid="") == task()
        assert item.body is not None
        assert item.body.data == "All of them"

    async def test_a_note_is_read_as_it_was_stored(self, account: Account, notes: int) -> None:
        written = await account.items.create(notes, note(), b"1")
        [item] = await account.items.read(notes, [written.number], TEXT)
        assert isinstance(item, NoteItem)
        assert structs.replace(item.note, uid="") == note()
        assert item.body is not None
        assert item.body.data == "Green, hot"

    # ---------------------------------------------------------------------------------- creating

    async def test_the_same_token_creates_once(self, account: Account, inbox: int) -> None:
        first = await account.items.create(inbox, mail(), b"1")
        assert await account.items.create(inbox, mail(), b"1") == first
        assert await account.feed.count(inbox, None) == 1

    async def test_numbers_rise_and_are_never_used_again(self, account: Account, inbox: int) -> None:
        first = await account.items.create(inbox, mail(), b"1")
        await account.items.delete(inbox, first.number)
        assert (await account.items.create(inbox, mail(), b"2")).number > first.number

    @pytest.mark.parametrize(
        "item", [mail(), contact(), event(), task(), note()], ids=lambda item: type(item).__name__
    )
    async def test_a_folder_takes_items_of_its_class_only(self, account: Account, item: NewItem) -> None:
        taken = []
        for folder in await account.folders.list():
            with suppress(ForbiddenError):
                await account.items.create(folder.number, item, b"%d" % folder.number)
                taken.append(folder.holds)
        assert len(set(taken)) == 1
        assert taken.count(taken[0]) == len([f for f in await account.folders.list() if f.holds is taken[0]])

    async def test_a_folder_that_is_not_there_takes_nothing(self, account: Account) -> None:
        with pytest.raises(NotFoundError):
            await account.items.create(999, mail(), b"3")

    async def test_an_empty_mail_is_unreadable(self, account: Account, inbox: int) -> None:
        with pytest.raises(UnreadableError):
            await account.items.create(inbox, NewMail(mime=b""), b"1")
        assert await account.feed.count(inbox, None) == 0

    # ---------------------------------------------------------------------------------- changing

    async def test_marks_change_one_by_one(self, account: Account, inbox: int) -> None:
        number = (await account.items.create(inbox, mail(), b"1")).number
        flag = FollowUp(kind="Follow up")
        await account.items.change(inbox, number, MailEdit(read=True), token=b"2")
        await account.items.change(inbox, number, MailEdit(flag=flag), token=b"3")
        await account.items.change(inbox, number, MailEdit(categories=("blue",)), token=b"4")
        marks = (await self._read_mail(account, inbox, number)).marks
        assert (marks.read, marks.flag, marks.categories) == (True, flag, ("blue",))
        await account.items.change(inbox, number, MailEdit(flag=None), token=b"5")
        assert (await self._read_mail(account, inbox, number)).marks.flag is None

    async def test_an_occurrence_changes_and_the_series_stays(self, account: Account, calendar: int) -> None:
        daily = event(rule=Recurrence(frequency=Frequency.DAILY))
        number = (await account.items.create(calendar, daily, b"1")).number
        second = daily.event.start + timedelta(days=1)
        changed = OccurrenceEdit(original=second, fields={"subject": "Coffee", "note": "Bring milk"})
        removed = OccurrenceEdit(original=second + timedelta(days=1), removed=True)
        edit = EventEdit(occurrences=(changed, removed))
        await account.items.change(calendar, number, edit, token=b"2")
        item = await self._read_event(account, calendar, number)
        assert item.event.subject == "Tea"
        assert [each.subject for each in item.event.exceptions] == ["Coffee"]
        assert item.event.removed == (removed.original,)
        assert item.bodies[second].data == "Bring milk"

    async def test_an_event_takes_no_edit_of_another_class(self, account: Account, calendar: int) -> None:
        number = (await account.items.create(calendar, event(), b"1")).number
        with pytest.raises(ForbiddenError):
            await account.items.change(calendar, number, NoteEdit(fields={"subject": "x"}), token=b"2")

    async def test_a_change_to_what_is_so_already_moves_nothing(self, account: Account, inbox: int) -> None:
        created = await account.items.create(inbox, mail(read=True), b"1")
        cursor = await account.feed.cursor(inbox)
        assert await account.items.change(inbox, created.number, MailEdit(read=True), token=b"2") == created
        assert await account.feed.cursor(inbox) == cursor

    async def test_the_same_token_changes_once(self, account: Account, inbox: int) -> None:
        number = (await account.items.create(inbox, mail(), b"1")).number
        first = await account.items.change(inbox, number, MailEdit(read=True), token=b"2")
        await account.items.change(inbox, number, MailEdit(read=False), token=b"3")
        assert await account.items.change(inbox, number, MailEdit(read=True), token=b"2") == first
        assert not (await self._read_mail(account, inbox, number)).marks.read

    async def test_a_contact_keeps_what_is_not_edited(self, account: Account, people: int) -> None:
        number = (await account.items.create(people, contact(), b"1")).number
        edit = ContactEdit(fields={"first_name": "Robert", "note": ""})
        written = await account.items.change(people, number, edit, token=b"2")
        item = await self._read_contact(account, people, number)
        assert (item.contact.first_name, item.contact.note) == ("Robert", "")
        assert item.contact.mobile_phone == "+49 170 1234567"
        [touched] = await account.feed.newest(people, None, None, 1)
        assert touched.version == written.version

    async def test_a_task_is_done_and_keeps_the_rest(self, account: Account, tasks: int) -> None:
        number = (await account.items.create(tasks, task(), b"1")).number
        fields: dict[str, object] = {"complete": True, "completed": datetime(2026, 3, 4, tzinfo=UTC)}
        await account.items.change(tasks, number, TaskEdit(fields=fields), token=b"2")
        [item] = await account.items.read(tasks, [number], NOTHING)
        assert isinstance(item, TaskItem)
        assert structs.replace(item.task, uid="") == structs.replace(task(), **fields)

    async def test_a_note_keeps_what_is_not_edited(self, account: Account, notes: int) -> None:
        number = (await account.items.create(notes, note(), b"1")).number
        await account.items.change(notes, number, NoteEdit(fields={"subject": "Coffee"}), token=b"2")
        [item] = await account.items.read(notes, [number], NOTHING)
        assert isinstance(item, NoteItem)
        assert structs.replace(item.note, uid="") == note("Coffee")

    async def test_an_edit_of_another_class_is_refused(
        self, account: Account, inbox: int, people: int
    ) -> None:
        mail_number = (await account.items.create(inbox, mail(), b"1")).number
        contact_number = (await account.items.create(people, contact(), b"2")).number
        with pytest.raises(BackendError):
            await account.items.change(people, contact_number, MailEdit(read=True), token=b"3")
        with pytest.raises(BackendError):
            await account.items.change(inbox, mail_number, ContactEdit(fields={"note": "x"}), token=b"4")

    async def test_a_guard_refuses_what_was_changed_since(self, account: Account, inbox: int) -> None:
        number = (await account.items.create(inbox, mail(), b"1")).number
        guard = Guard(since=await account.feed.cursor(inbox))
        await account.items.change(inbox, number, MailEdit(read=True), token=b"2", guard=guard)
        with pytest.raises(ChangedError):
            await account.items.change(inbox, number, MailEdit(read=False), token=b"3", guard=guard)
        with pytest.raises(ChangedError):
            await account.items.delete(inbox, number, guard=guard)
        assert (await self._read_mail(account, inbox, number)).marks.read

    async def test_a_guard_lets_own_changes_pass(self, account: Account, inbox: int) -> None:
        number = (await account.items.create(inbox, mail(), b"1")).number
        since = await account.feed.cursor(inbox)
        own = await account.items.change(inbox, number, MailEdit(read=True), token=b"2")
        assert own.version is not None
        guard = Guard(since=since, own=frozenset({own.version}))
        await account.items.change(inbox, number, MailEdit(read=False), token=b"3", guard=guard)

    async def test_what_is_gone_cannot_be_changed(self, account: Account, inbox: int) -> None:
        with pytest.raises(NotFoundError):
            await account.items.change(inbox, 999, MailEdit(read=True), token=b"1")
        with pytest.raises(NotFoundError):
            await account.items.delete(inbox, 999)
        with pytest.raises(NotFoundError):
            await account.items.move(inbox, 999, inbox + 1, token=b"2")

    # ---------------------------------------------------------------------------------- drafts

    @pytest.fixture
    async def drafts(self, account: Account) -> int:
        return (await folder_for(account, FolderUse.DRAFTS)).number

    async def test_a_draft_is_made_of_what_is_given(self, account: Account, drafts: int) -> None:
        written = await account.items.create(drafts, DRAFT, b"1")
        item = await self._read_mail(account, drafts, written.number, TEXT)
        assert (item.message.subject, item.message.to) == ("Plan", (Mailbox("Bob", "bob@example.org"),))
        assert item.message.author[0].address == account.identity.address
        assert (item.marks.draft, item.marks.read) == (True, True)
        assert item.body is not None
        assert isinstance(item.body.data, str)
        assert item.body.data.strip() == "First words"
        [file] = item.message.attachments
        assert pulled((await account.items.open(drafts, written.number, file.section)).blob) == b"data"

    async def test_a_draft_keeps_what_is_not_edited(self, account: Account, drafts: int) -> None:
        number = (await account.items.create(drafts, DRAFT, b"1")).number
        written = await account.items.change(drafts, number, DraftEdit(subject="Plan B"), token=b"2")
        item = await self._read_mail(account, drafts, number, TEXT)
        assert (item.message.subject, item.message.to[0].name) == ("Plan B", "Bob")
        assert item.body is not None
        assert isinstance(item.body.data, str)
        assert item.body.data.strip() == "First words"
        assert len(item.message.attachments) == 1
        assert written.number == number
        assert written.version == (await account.feed.newest(drafts, None, None, 1))[0].version

    async def test_a_mail_that_is_edited_is_a_draft(self, account: Account, drafts: int) -> None:
        number = (await account.items.create(drafts, mail("m"), b"1")).number
        await account.items.change(drafts, number, DraftEdit(subject="Plan B"), token=b"2")
        assert (await self._read_mail(account, drafts, number)).marks.draft

    async def test_files_of_a_draft_come_and_go(self, account: Account, drafts: int) -> None:
        number = (await account.items.create(drafts, DRAFT, b"1")).number
        [old] = (await self._read_mail(account, drafts, number)).message.attachments
        edit = DraftEdit(removed=(old.section,), added=(NewAttachment(name="b.bin", data=b"other"),))
        await account.items.change(drafts, number, edit, token=b"2")
        [new] = (await self._read_mail(account, drafts, number)).message.attachments
        content = await account.items.open(drafts, number, new.section)
        assert (content.name, pulled(content.blob)) == ("b.bin", b"other")

    # ---------------------------------------------------------------------------------- moving, removing

    async def test_a_moved_item_has_a_new_number_and_its_content(
        self, account: Account, inbox: int, trash: int
    ) -> None:
        number = (await account.items.create(inbox, mail("Old", read=True), b"1")).number
        before = await account.feed.cursor(inbox)
        moved = await account.items.move(inbox, number, trash, token=b"2")
        item = await self._read_mail(account, trash, moved.number, TEXT)
        assert (item.message.subject, item.marks.read) == ("Old", True)
        assert list((await account.feed.changes(inbox, before, 10)).gone) == [number]
        [touched] = await account.feed.newest(trash, None, None, 10)
        assert (touched.number, touched.version) == (moved.number, moved.version)

    async def test_the_same_token_moves_once(self, account: Account, inbox: int, trash: int) -> None:
        number = (await account.items.create(inbox, mail(), b"1")).number
        moved = await account.items.move(inbox, number, trash, token=b"2")
        assert await account.items.move(inbox, number, trash, token=b"2") == moved
        assert await account.feed.count(trash, None) == 1

    async def test_a_move_needs_another_folder_of_the_class(
        self, account: Account, inbox: int, people: int
    ) -> None:
        number = (await account.items.create(inbox, mail(), b"1")).number
        for target, error in ((inbox, ForbiddenError), (people, ForbiddenError), (999, NotFoundError)):
            with pytest.raises(error):
                await account.items.move(inbox, number, target, token=b"to %d" % target)
        assert await account.feed.count(inbox, None) == 1

    async def test_a_removed_item_is_gone(self, account: Account, inbox: int) -> None:
        number = (await account.items.create(inbox, mail(), b"1")).number
        await account.items.delete(inbox, number)
        [item] = await account.items.read(inbox, [number], NOTHING)
        assert isinstance(item, NotFoundError)
        assert await account.feed.count(inbox, None) == 0

    async def test_emptying_removes_all_items(self, account: Account, trash: int) -> None:
        numbers = [(await account.items.create(trash, mail(), b"%d" % n)).number for n in range(3)]
        before = await account.feed.cursor(trash)
        below = await account.folders.create("Below", trash, ItemClass.MAIL, b"f")
        await account.items.empty(trash)
        assert await account.feed.count(trash, None) == 0
        assert list((await account.feed.changes(trash, before, 10)).gone) == numbers
        assert below in await account.folders.list()

    async def test_emptying_may_take_the_folders_below(self, account: Account, trash: int) -> None:
        below = await account.folders.create("Below", trash, ItemClass.MAIL, b"f")
        await account.items.create(below.number, mail(), b"1")
        await account.items.empty(trash, subfolders=True)
        assert below not in await account.folders.list()
        with pytest.raises(NotFoundError):
            await account.items.empty(999)
