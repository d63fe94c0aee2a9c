"""A client that others wrote, from PyPI, drives its calls for folders and items of all classes over TLS.

It speaks 16.1 and nothing but https; the certificate signs itself.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from pyactivesync import (
    BodyType,
    Contact,
    ContactChange,
    EmailChange,
    Folder,
    FolderType,
    OofMessage,
    OofSettings,
    OofState,
    ProvisionError,
    StatusError,
    SyncResult,
)
from pyactivesync import Client as PyActiveSync

from outrider import config as configuration
from outrider.admin.policies import AddPolicy, AssignPolicy, Author, Target
from outrider.admin.wipes import CancelWipe, WipeDevice
from outrider.commands.identifiers import folder_id
from outrider.domain.items import Contact as Person
from outrider.domain.items import (
    ContactItem,
    Event,
    EventEdit,
    FolderUse,
    ItemClass,
    Mailbox,
    MailItem,
    NewAttachment,
    NewEvent,
    Note,
    Task,
)
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.http.server import Tls
from outrider.main import Running
from outrider.policy.book import Level
from outrider.policy.wipes import Kind
from outrider.protocol.pages import Calendar
from tests.e2e.house import (
    ALICE,
    BOB,
    PASSWORD,
    account,
    configured,
    folder_number,
    house,
    mail,
    stored,
    waiting,
)
from tests.http.test_server import write_certificate

pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")

T = TypeVar("T")
FILE = bytes(range(256)) * 300


@dataclass
class Phone:
    """Their client in a thread of its own, and the server it talks to."""

    running: Running
    client: PyActiveSync

    async def call(self, method: Callable[[], T]) -> T:
        async with asyncio.timeout(20):
            return await asyncio.to_thread(method)

    async def folder(self, kind: FolderType) -> Folder:
        folders = await self.call(self.client.list_folders)
        return next(folder for folder in folders if folder.type == kind)

    async def synced(self, kind: FolderType) -> tuple[Folder, SyncResult]:
        """A folder, and its first window."""
        folder = await self.folder(kind)
        first = await self.call(lambda: self.client.sync_folder(folder.id))
        return folder, await self.call(lambda: self.client.sync_folder(folder.id, first.sync_key))


@pytest.fixture
async def phone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Phone]:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # they would overrule verify_ssl
        monkeypatch.delenv(name, raising=False)
    tls = Tls(tmp_path / "certificate.pem", tmp_path / "key.pem")
    write_certificate(tls, "127.0.0.1")
    at = configuration.Tls(certificate=tls.certificate, key=tls.key)
    async with house(configured(tmp_path / "data", at)) as running:
        server = running.url.removeprefix("https://")
        with PyActiveSync(server, ALICE, PASSWORD, device_id="PYAS1", verify_ssl=False) as client:
            yield Phone(running, client)


def written(subject: str = "A file") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ALICE, BOB, subject
    message.set_content("See the file.")
    message.add_attachment(FILE, maintype="application", subtype="octet-stream", filename="a file.bin")
    return message


async def mails(phone: Phone, use: FolderUse, address: str = ALICE) -> dict[str, MailItem]:
    """What the store holds in a folder."""
    box = account(phone.running, address)
    found = await stored(box, await folder_number(box, use))
    return {key: item for key, item in found.items() if isinstance(item, MailItem)}


async def contacts(phone: Phone) -> dict[str, ContactItem]:
    box = account(phone.running)
    found = await stored(box, await folder_number(box, FolderUse.DEFAULT, ItemClass.CONTACTS))
    return {key: item for key, item in found.items() if isinstance(item, ContactItem)}


def test_every_call_it_has_is_driven_here() -> None:
    """So that a new release of theirs asks for a new test; `close` is the end of a `with`."""
    calls = {name for name, _ in inspect.getmembers(PyActiveSync, callable) if not name.startswith("_")}
    driven = set(re.findall(r"\bclient\.(\w+)", Path(__file__).read_text("utf-8")))
    assert calls - {"close"} <= driven


async def test_it_takes_the_policy(phone: Phone) -> None:
    key = await phone.call(phone.client.provision)
    assert int(key) > 0
    [device] = await phone.running.parts.store.devices.all(ALICE)
    assert device.id == "PYAS1"


async def test_it_takes_a_policy_that_changed_once(phone: Phone) -> None:
    """After a change its key opens nothing, and the next handshake is enough."""
    services, by = phone.running.parts.administration, Author("tests")
    await phone.call(phone.client.provision)
    await phone.folder(FolderType.INBOX)
    await AddPolicy(name="pin", author=by, preset="company").run(services)
    await AssignPolicy(name="pin", target=Target(Level.DEFAULT), author=by).run(services)
    with pytest.raises(StatusError, match="144"):
        await phone.folder(FolderType.INBOX)
    await phone.call(phone.client.provision)
    for _ in range(3):
        await phone.folder(FolderType.INBOX)
    [device] = await phone.running.parts.store.devices.all(ALICE)
    assert (device.policy, device.policy_answer) == ("pin", 1)


async def test_what_the_policy_keeps_back_it_does_not_get(phone: Phone) -> None:
    services, by = phone.running.parts.administration, Author("tests")
    given = {"AttachmentsEnabled": False, "AllowHTMLEmail": False}
    await AddPolicy(name="dry", author=by, given={**given}).run(services)
    await AssignPolicy(name="dry", target=Target(Level.DEFAULT), author=by).run(services)
    message = written()
    message.get_body().add_alternative("<p>See the <b>file</b>.</p>", subtype="html")  # type: ignore[union-attr]
    await phone.running.parts.delivery.deliver([ALICE], message.as_bytes().replace(b"\n", b"\r\n"))
    inbox, result = await phone.synced(FolderType.INBOX)
    [item] = result.added
    for wanted in (BodyType.HTML, BodyType.MIME):
        fetch = partial(phone.client.fetch_item, inbox.id, item.server_id, body_type=wanted)
        fetched = await phone.call(fetch)
        assert fetched.body
        assert fetched.body.type == BodyType.PLAIN_TEXT
    [file] = fetched.attachments
    assert await phone.call(lambda: phone.client.fetch_attachment(file.file_reference)) == b""


async def test_it_is_turned_away_while_its_device_is_to_be_wiped(phone: Phone) -> None:
    await phone.call(phone.client.provision)
    await phone.call(phone.client.list_folders)
    wipe = WipeDevice(id="PYAS1", address=ALICE, kind=Kind.ACCOUNT, author="carol")
    await wipe.run(phone.running.parts.administration)
    with pytest.raises(StatusError) as told:
        await phone.call(phone.client.list_folders)
    assert told.value.code == "140"
    with pytest.raises(ProvisionError, match="no PolicyKey"):
        await phone.call(phone.client.provision)
    await CancelWipe("PYAS1", ALICE).run(phone.running.parts.administration)
    assert await phone.call(phone.client.list_folders)


async def test_it_lists_the_folders(phone: Phone) -> None:
    folders = await phone.call(phone.client.list_folders)
    known = {folder_id(folder.number): folder.name for folder in await account(phone.running).folders.list()}
    assert {folder.id: folder.name for folder in folders} == known
    assert {FolderType.INBOX, FolderType.DRAFTS, FolderType.CONTACTS} <= {folder.type for folder in folders}


async def test_it_pages_through_a_folder(phone: Phone) -> None:
    for number in range(7):
        await phone.running.parts.delivery.deliver([ALICE], mail(f"Mail {number}"))
    inbox = await phone.folder(FolderType.INBOX)
    result = await phone.call(lambda: phone.client.sync_folder(inbox.id))
    pages: list[list[str]] = []
    while result.more_available or not pages:
        key = result.sync_key
        result = await phone.call(lambda key=key: phone.client.sync_folder(inbox.id, key, window_size=3))  # type: ignore[misc]
        pages.append([item.fields["Email.Subject"] for item in result.added])
    assert pages == [["Mail 6", "Mail 5", "Mail 4"], ["Mail 3", "Mail 2", "Mail 1"], ["Mail 0"]]


@pytest.mark.parametrize("body_type", [BodyType.PLAIN_TEXT, BodyType.HTML, BodyType.MIME])
async def test_it_fetches_a_mail_in_every_form(phone: Phone, body_type: BodyType) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = BOB, ALICE, "Grüße"
    message.set_content("Schöne Grüße\n")
    message.add_alternative("<p>Schöne <b>Grüße</b></p>", subtype="html")
    raw = message.as_bytes().replace(b"\n", b"\r\n")
    await phone.running.parts.delivery.deliver([ALICE], raw)
    inbox, result = await phone.synced(FolderType.INBOX)
    [item] = result.added
    assert item.fields["Email.Subject"] == "Grüße"
    fetched = await phone.call(lambda: phone.client.fetch_item(inbox.id, item.server_id, body_type=body_type))
    assert fetched.body
    assert fetched.body.type == body_type
    assert not fetched.body.truncated
    if body_type == BodyType.MIME:
        assert isinstance(fetched.body.data, bytes)
        assert fetched.body.data.endswith(raw.partition(b"\r\n\r\n")[2])
    else:
        assert isinstance(fetched.body.data, str)
        assert "Schöne" in fetched.body.data
        assert ("<b>" in fetched.body.data) == (body_type == BodyType.HTML)


async def test_it_fetches_an_attachment_byte_for_byte(phone: Phone) -> None:
    await phone.running.parts.delivery.deliver([ALICE], written().as_bytes().replace(b"\n", b"\r\n"))
    inbox, result = await phone.synced(FolderType.INBOX)
    [item] = result.added
    fetched = await phone.call(lambda: phone.client.fetch_item(inbox.id, item.server_id))
    [file] = fetched.attachments
    assert (file.display_name, file.estimated_data_size) == ("a file.bin", len(FILE))
    assert await phone.call(lambda: phone.client.fetch_attachment(file.file_reference)) == FILE


async def test_it_changes_and_deletes_mail(phone: Phone) -> None:
    for number in range(3):
        await phone.running.parts.delivery.deliver([ALICE], mail(f"Mail {number}"))
    inbox, result = await phone.synced(FolderType.INBOX)
    two, one, zero = (item.server_id for item in result.added)
    changes = [EmailChange(two, read=True, flagged=True), EmailChange(one, delete=True)]
    changed = await phone.call(lambda: phone.client.apply_email_changes(inbox.id, result.sync_key, changes))
    assert set(changed.statuses.values()) == {"1"}
    held = await mails(phone, FolderUse.INBOX)
    assert held.keys() == {two, zero}
    assert held[two].marks.read
    assert held[two].marks.flag
    [trashed] = (await mails(phone, FolderUse.TRASH)).values()
    assert trashed.message.subject == "Mail 1"
    quiet = await phone.call(lambda: phone.client.sync_folder(inbox.id, changed.sync_key))
    assert (quiet.added, quiet.changed, quiet.deleted) == ([], [], [])
    gone = [EmailChange(zero, delete=True)]
    await phone.call(
        lambda: phone.client.apply_email_changes(inbox.id, quiet.sync_key, gone, deletes_as_moves=False)
    )
    assert (await mails(phone, FolderUse.INBOX)).keys() == {two}
    assert len(await mails(phone, FolderUse.TRASH)) == 1


async def test_it_makes_a_draft(phone: Phone) -> None:
    drafts, result = await phone.synced(FolderType.DRAFTS)
    made = await phone.call(
        lambda: phone.client.create_email_draft(drafts.id, result.sync_key, written("Soon"), flagged=True)
    )
    assert made.status == "1"
    [(key, draft)] = (await mails(phone, FolderUse.DRAFTS)).items()
    assert key == made.server_id
    assert draft.message.subject == "Soon"
    assert draft.marks.flag
    assert [file.name for file in draft.message.attachments] == ["a file.bin"]
    assert made.server_id
    fetched = await phone.call(lambda: phone.client.fetch_item(drafts.id, made.server_id or ""))
    [file] = fetched.attachments
    assert await phone.call(lambda: phone.client.fetch_attachment(file.file_reference)) == FILE


async def test_it_sends_mail(phone: Phone) -> None:
    message = written("Hello")
    message.as_bytes()  # from now on its boundary stays the same
    await phone.call(lambda: phone.client.send_mail(message, client_id="once"))
    [sent] = (await mails(phone, FolderUse.SENT)).values()
    [received] = (await mails(phone, FolderUse.INBOX, BOB)).values()
    assert sent.message.subject == received.message.subject == "Hello"
    assert [file.size for file in received.message.attachments] == [len(FILE)]
    with pytest.raises(StatusError) as refused:
        await phone.call(lambda: phone.client.send_mail(message, client_id="once"))
    assert refused.value.code == "118"
    assert len(await mails(phone, FolderUse.INBOX, BOB)) == 1


async def test_it_makes_renames_and_removes_folders(phone: Phone) -> None:
    made = await phone.call(lambda: phone.client.create_folder("Projects"))
    child = await phone.call(lambda: phone.client.create_folder("2026", made.id))
    await phone.call(lambda: phone.client.update_folder(made.id, "Plans"))
    folders = {str(one.number): one for one in await account(phone.running).folders.list()}
    assert (folders[made.id].name, folders[child.id].parent) == ("Plans", int(made.id))
    await phone.call(lambda: phone.client.delete_folder(made.id))
    left = {str(one.number) for one in await account(phone.running).folders.list()}
    assert not {made.id, child.id} & left


async def test_it_moves_a_mail(phone: Phone) -> None:
    await phone.running.parts.delivery.deliver([ALICE], mail("One"))
    inbox, result = await phone.synced(FolderType.INBOX)
    [item] = result.added
    made = await phone.call(lambda: phone.client.create_folder("Projects"))
    moved = await phone.call(lambda: phone.client.move_item(item.server_id, inbox.id, made.id))
    assert await mails(phone, FolderUse.INBOX) == {}
    assert list(await stored(account(phone.running), int(made.id))) == [moved]
    after = await phone.call(lambda: phone.client.sync_folder(inbox.id, result.sync_key))
    assert after.deleted in ([], [item.server_id])


async def test_a_ping_is_woken_by_a_delivery(phone: Phone) -> None:
    inbox, _ = await phone.synced(FolderType.INBOX)
    ping = asyncio.create_task(phone.call(lambda: phone.client.ping(inbox.id, heartbeat=60, timeout=20)))
    await waiting(phone.running)
    await phone.running.parts.delivery.deliver([ALICE], mail("One"))
    result = await ping
    assert result.status == "2"


async def test_it_asks_how_much_there_is(phone: Phone) -> None:
    for number in range(4):
        await phone.running.parts.delivery.deliver([ALICE], mail(f"Mail {number}"))
    inbox = await phone.folder(FolderType.INBOX)
    first = await phone.call(lambda: phone.client.sync_folder(inbox.id))
    assert await phone.call(lambda: phone.client.get_item_estimate(inbox.id, first.sync_key)) == 4
    second = await phone.call(lambda: phone.client.sync_folder(inbox.id, first.sync_key))
    assert await phone.call(lambda: phone.client.get_item_estimate(inbox.id, second.sync_key)) == 0


async def test_it_makes_changes_and_deletes_contacts(phone: Phone) -> None:
    people, result = await phone.synced(FolderType.CONTACTS)
    carol = Contact(
        first_name="Carol",
        last_name="Example",
        file_as="Example, Carol",
        company_name="Example",
        email1_address="carol@example.org",
        home_phone_number="+49 30 1",
        birthday="1980-02-29T11:59:00.000Z",
        business_address_city="Berlin",
        categories=("Friends",),
    )
    made = await phone.call(lambda: phone.client.create_contact(people.id, result.sync_key, carol))
    assert made.status == "1"
    [(key, item)] = (await contacts(phone)).items()
    assert key == made.server_id
    kept = item.contact
    assert (kept.first_name, kept.last_name, kept.company) == ("Carol", "Example", "Example")
    assert (kept.business_address.city, kept.home_phone) == ("Berlin", "+49 30 1")
    assert str(kept.birthday) == "1980-02-29"
    assert kept.email1
    assert kept.email1.address == "carol@example.org"
    assert kept.categories == ("Friends",)

    married = [ContactChange(key, Contact(first_name="Carol", last_name="Other", file_as="Other, Carol"))]
    changed = await phone.call(lambda: phone.client.apply_contact_changes(people.id, made.sync_key, married))
    assert changed.statuses == {key: "1"}
    [item] = (await contacts(phone)).values()
    assert (item.contact.last_name, item.contact.company, item.contact.birthday) == ("Other", "", None)

    gone = [ContactChange(key, delete=True)]
    await phone.call(lambda: phone.client.apply_contact_changes(people.id, changed.sync_key, gone))
    assert await contacts(phone) == {}


async def test_it_sees_contacts_that_others_made(phone: Phone) -> None:
    box = account(phone.running)
    number = await folder_number(box, FolderUse.DEFAULT, ItemClass.CONTACTS)
    dave = Person(first_name="Dave", file_as="Dave", email1=Mailbox("Dave", "dave@example.org"))
    await box.items.create(number, dave, token=b"dave")
    _, result = await phone.synced(FolderType.CONTACTS)
    [item] = result.added
    assert item.fields["Contacts.FirstName"] == "Dave"
    assert "dave@example.org" in item.fields["Contacts.Email1Address"]


async def move_and_delete(phone: Phone, item: str, home: str, other: str) -> None:
    """Move an item into a folder that the phone has not fetched yet, and delete it there."""
    moved = await phone.call(lambda: phone.client.move_item(item, home, other))
    assert list(await stored(account(phone.running), int(other))) == [moved]
    first = await phone.call(lambda: phone.client.sync_folder(other))
    result = await phone.call(lambda: phone.client.sync_folder(other, first.sync_key))
    gone = [ContactChange(moved, delete=True)]  # a removal names no class
    await phone.call(lambda: phone.client.apply_contact_changes(other, result.sync_key, gone))


async def test_it_sees_fetches_moves_and_deletes_events(phone: Phone) -> None:
    """It has no names for what an event says."""
    box = account(phone.running)
    number = await folder_number(box, FolderUse.DEFAULT, ItemClass.CALENDAR)
    start = datetime(2026, 3, 10, 8, tzinfo=UTC)
    rule = Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY)
    tea = Event(subject="Tea", note="Green", start=start, end=start, zone="Europe/Berlin", recurrence=rule)
    added = EventEdit(added=(NewAttachment(name="a file.bin", data=FILE),))
    await box.items.create(number, NewEvent(event=tea, edit=added), b"tea")
    folder = await phone.folder(FolderType.CALENDAR)
    first = await phone.call(lambda: phone.client.sync_folder(folder.id))
    assert await phone.call(lambda: phone.client.get_item_estimate(folder.id, first.sync_key)) == 1
    result = await phone.call(lambda: phone.client.sync_folder(folder.id, first.sync_key))
    [item] = result.added
    said = {tag.name: item.fields.get(f"page4.0x{tag & 0xFF:02X}") for tag in Calendar}
    names = ("Subject", "StartTime", "EndTime", "AllDayEvent", "Type", "DayOfWeek", "MeetingStatus")
    times = ["20260310T080000Z", "20260310T080000Z"]
    assert [said[name] for name in names] == ["Tea", *times, "0", "1", "4", "0"]
    assert said["UID"]
    fetched = await phone.call(lambda: phone.client.fetch_item(folder.id, item.server_id))
    assert fetched.body
    assert fetched.body.data == "Green"
    [file] = fetched.attachments
    assert (file.display_name, file.estimated_data_size) == ("a file.bin", len(FILE))
    assert await phone.call(lambda: phone.client.fetch_attachment(file.file_reference)) == FILE

    other = await box.folders.create("Later", 0, ItemClass.CALENDAR, b"later")
    await move_and_delete(phone, item.server_id, folder.id, str(other.number))
    assert await stored(box, other.number) == {}


async def test_it_sees_fetches_moves_and_deletes_tasks(phone: Phone) -> None:
    box = account(phone.running)
    number = await folder_number(box, FolderUse.DEFAULT, ItemClass.TASKS)
    due = datetime(2026, 3, 10, tzinfo=UTC)
    tea = Task(subject="Buy tea", note="Green", due=due, utc_due=due, complete=True, completed=due)
    await box.items.create(number, tea, b"tea")
    folder = await phone.folder(FolderType.TASKS)
    first = await phone.call(lambda: phone.client.sync_folder(folder.id))
    assert await phone.call(lambda: phone.client.get_item_estimate(folder.id, first.sync_key)) == 1
    result = await phone.call(lambda: phone.client.sync_folder(folder.id, first.sync_key))
    [item] = result.added
    names = ("Subject", "DueDate", "UtcDueDate", "DateCompleted", "ReminderSet")
    assert [item.fields[f"Tasks.{name}"] for name in names] == [
        "Buy tea",
        *["2026-03-10T00:00:00.000Z"] * 3,
        "0",
    ]
    fetched = await phone.call(lambda: phone.client.fetch_item(folder.id, item.server_id))
    assert fetched.body
    assert fetched.body.data == "Green"

    other = await box.folders.create("Later", 0, ItemClass.TASKS, b"later")
    await move_and_delete(phone, item.server_id, folder.id, str(other.number))
    assert await stored(box, other.number) == {}


async def test_it_fetches_notes(phone: Phone) -> None:
    """It has no names for what else a note says."""
    box = account(phone.running)
    number = await folder_number(box, FolderUse.DEFAULT, ItemClass.NOTES)
    await box.items.create(number, Note(subject="Tea", text="Green\nhot", html="<p>Green<br>hot</p>"), b"tea")
    folder, result = await phone.synced(FolderType.NOTES)
    [item] = result.added
    for form, data in ((BodyType.PLAIN_TEXT, "Green\r\nhot"), (BodyType.HTML, "<p>Green<br>hot</p>")):
        fetch = partial(phone.client.fetch_item, folder.id, item.server_id, body_type=form)
        body = (await phone.call(fetch)).body
        assert body
        assert (body.type, body.data) == (form, data)


async def test_it_searches_the_mailbox(phone: Phone) -> None:
    """Find with words and folders, Search by time; the newest first."""
    delivery = phone.running.parts.delivery
    for subject in ("Budget of March", "Lunch", "Budget of May"):
        await delivery.deliver([ALICE], mail(subject))
    inbox = await phone.folder(FolderType.INBOX)
    found = await phone.call(lambda: phone.client.find_mailbox("budget", folder_id=inbox.id))
    assert (found.status, found.range, found.total) == ("1", "0-1", 2)
    assert [item.fields["Email.Subject"] for item in found.items] == ["Budget of May", "Budget of March"]
    assert [item.collection_id for item in found.items] == [inbox.id] * 2
    newest = found.items[0].server_id
    assert newest is not None
    fetched = await phone.call(lambda: phone.client.fetch_item(inbox.id, newest))
    assert any("Hello." in (body.data or "") for body in fetched.bodies)
    page = await phone.call(lambda: phone.client.find_mailbox("budget", range_start=1, max_results=5))
    assert (page.range, page.total) == ("1-1", 1)
    assert (await phone.call(lambda: phone.client.find_mailbox("nothing"))).items == []
    after = "2020-01-01T00:00:00.000Z"
    search = phone.client.search_mailbox
    told = await phone.call(lambda: search(inbox.id, date_received_after=after))
    assert [one["Email.Subject"] for one in told] == ["Budget of May", "Lunch", "Budget of March"]


async def test_it_finds_people(phone: Phone) -> None:
    """R27.1."""
    users = phone.running.parts.users
    await users.set(BOB, {"name": "Bob Example", "given_name": "Bob", "office": "Room 7"})
    entries = await phone.call(lambda: phone.client.search_gal("example"))
    [entry] = [one for one in entries if one.email_address == BOB]
    assert (entry.display_name, entry.first_name, entry.office) == ("Bob Example", "Bob", "Room 7")
    found = await phone.call(lambda: phone.client.find_gal("example"))
    assert BOB in [item.fields.get("GAL.EmailAddress") for item in found.items]
    [recipient] = await phone.call(lambda: phone.client.resolve_recipients(BOB))
    assert (recipient.type, recipient.display_name, recipient.email_address) == ("1", "Bob Example", BOB)
    assert await phone.call(lambda: phone.client.resolve_recipients("nobody@example.org")) == []


async def test_it_sets_an_absence_and_is_answered_in_it(phone: Phone) -> None:
    audiences = ("Internal", "ExternalKnown", "ExternalUnknown")
    nobody = [OofMessage(audience, enabled=False) for audience in audiences]
    assert await phone.call(phone.client.get_oof) == OofSettings(OofState.DISABLED, messages=nobody)
    start, end = "2026-08-01T00:00:00.000Z", "2126-08-15T00:00:00.000Z"
    scheduled = partial(
        phone.client.set_oof,
        OofState.ENABLED_SCHEDULED,
        start_time=start,
        end_time=end,
        reply_message="Away.",
        applies_to=["Internal"],
    )
    await phone.call(scheduled)
    told = OofMessage("Internal", enabled=True, reply_message="Away.", body_type="Text")
    assert await phone.call(phone.client.get_oof) == OofSettings(
        OofState.ENABLED_SCHEDULED, start_time=start, end_time=end, messages=[told, *nobody[1:]]
    )
    await phone.call(
        partial(phone.client.set_oof, OofState.ENABLED, reply_message="<p>Out.</p>", body_type="HTML")
    )
    absence = await phone.call(phone.client.get_oof)
    assert (absence.state, absence.start_time) == (OofState.ENABLED, None)
    assert {message.reply_message for message in absence.messages} == {"Out."}
    await phone.running.parts.delivery.deliver(
        [ALICE], b"Return-Path: <%s>\r\n" % BOB.encode() + mail("Lunch")
    )
    await phone.running.parts.courier.finish()
    [answer] = (await mails(phone, FolderUse.INBOX, BOB)).values()
    assert (answer.message.subject, answer.message.preview) == ("Auto: Lunch", "Out.")
