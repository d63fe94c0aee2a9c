"""After edits on both sides, by two devices, over a net that loses answers, each replica equals the store."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from outrider.client import Client, ClientError, Replica
from outrider.client.errors import NETWORK
from outrider.client.items import overlay
from outrider.client.replica import Window
from outrider.domain import items as domain
from outrider.domain.items import FolderUse, ItemClass
from outrider.main import Running
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Recurrence, Task
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import OFFERED, Version
from tests.e2e.house import ALICE, account, client, folder_number, mail, stored
from tests.e2e.likeness import kept, shown
from tests.e2e.meetings import made_edit, made_event, occurrence_of, recurs, server_edit

STEPS = 80


class Net(httpx2.AsyncBaseTransport):
    """A net that loses answers: what was asked has been done, and nobody hears of it."""

    def __init__(self, chance: random.Random, loss: float) -> None:
        self.loss = loss
        self.lost = 0
        self._chance = chance
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        if self._chance.random() < self.loss:
            self.lost += 1
            raise httpx2.ReadError("the answer was lost", request=request)
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()


class Device:
    """A phone whose user does something now and then."""

    def __init__(self, replica: Replica, chance: random.Random) -> None:
        self.replica = replica
        self.chance = chance
        self.inbox = replica.tree.of_type(FolderType.INBOX).server_id
        self.trash = replica.tree.of_type(FolderType.DELETED_ITEMS).server_id
        self.drafts = replica.tree.of_type(FolderType.DRAFTS).server_id
        self.people = replica.tree.of_type(FolderType.CONTACTS).server_id
        self.calendar = replica.tree.of_type(FolderType.CALENDAR).server_id
        self.tasks = replica.tree.of_type(FolderType.TASKS).server_id
        self.notes = replica.tree.of_type(FolderType.NOTES).server_id

    @property
    def watched(self) -> tuple[str, ...]:
        everywhere = (self.inbox, self.trash, self.drafts, self.people, self.calendar, self.tasks)
        return (*everywhere, self.notes) if self._has_notes else everywhere

    @property
    def _has_notes(self) -> bool:
        return self.replica.client.version >= Version.V14_0

    async def act(self) -> None:
        actions = (
            self.mark,
            self.mark,
            self.delete,
            self.contact,
            self.event,
            self.occurrence,
            self.task,
            self.note,
            self.draft,
            self.sync,
        )
        await self.chance.choice(actions)()

    async def mark(self) -> None:
        if item := self._any(self.inbox):
            chance = self.chance
            categories = None
            if self.replica.client.version >= Version.V14_0:
                categories = chance.sample(["Red", "Green", "Blue"], chance.randrange(3))
            flagged = chance.choice((True, False, None))
            read = chance.choice((True, False))
            self.replica.mark(self.inbox, item, read=read, flagged=flagged, categories=categories)

    async def delete(self) -> None:
        folder = self.chance.choice(self.watched)
        if item := self._any(folder):
            self.replica.delete(folder, item)

    async def contact(self) -> None:
        self._put(self.people, made_contact(self.chance))

    async def event(self) -> None:
        version, item = self.replica.client.version, self._any(self.calendar)
        if item and self.chance.random() < 0.4:
            self.replica.edit(self.calendar, item, made_edit(self.chance, version))
        else:
            self._put(self.calendar, made_event(self.chance, version))

    async def occurrence(self) -> None:
        replica, version = self.replica, self.replica.client.version
        series = {key: one for key, one in replica.items(self.calendar).items() if recurs(one)}
        if not series:
            return
        item = self.chance.choice(sorted(series))
        event = series[item]
        assert isinstance(event, Event)
        original = occurrence_of(event, self.chance.randrange(4))
        if self.chance.random() < 0.3:
            replica.delete_occurrence(self.calendar, item, original)
        else:
            replica.edit_occurrence(self.calendar, item, original, made_edit(self.chance, version))

    async def task(self) -> None:
        self._put(self.tasks, made_task(self.chance, self.replica.client.version))

    async def note(self) -> None:
        if self._has_notes:
            self._put(self.notes, made_note(self.chance))

    def _put(self, folder: str, thing: Item) -> None:
        """Change an item into this, or make it."""
        item = self._any(folder)
        if item and self.chance.random() < 0.6:
            self.replica.edit(folder, item, thing)
        else:
            self.replica.add(folder, thing)

    async def draft(self) -> None:
        if self.replica.client.version < Version.V16_0:
            return
        subject = f"Draft {self.chance.randrange(1000)}"
        draft = Email(
            to="bob@example.org",
            subject=subject,
            read=True,
            body=Body(type=BodyType.PLAIN, data=f"About {subject}."),
        )
        self._put(self.drafts, draft)

    async def sync(self) -> None:
        await insistently(self.replica, *self.watched)

    def _any(self, folder: str) -> str | None:
        held = sorted(self.replica.items(folder))
        return self.chance.choice(held) if held else None


def made_contact(chance: random.Random) -> Contact:
    """A person with some of the fields."""
    number = chance.randrange(1000)
    contact = Contact(
        first_name=f"First {number}", last_name=f"Last {chance.randrange(10)}", file_as=f"F {number}"
    )
    if chance.random() < 0.5:
        contact.email1_address = f"p{number}@example.org"
    if chance.random() < 0.5:
        contact.mobile_phone_number = f"+49 30 {number}"
    if chance.random() < 0.5:
        contact.birthday = datetime(1980, 1, 1 + number % 28, 11, 59, tzinfo=UTC)
    if chance.random() < 0.5:
        contact.categories = chance.sample(["Friends", "Work"], 1)
    if chance.random() < 0.5:
        contact.body = Body(type=BodyType.PLAIN, data=f"Note {number}")
    return contact


def made_task(chance: random.Random, version: Version) -> Task:
    """Something to do, with some of the fields."""
    number = chance.randrange(1000)
    day = datetime(2026, 3, 1 + number % 28, tzinfo=UTC)
    task = Task(subject=f"Task {number}", importance=number % 3, sensitivity=number % 4, complete=False)
    task.reminder_set = chance.random() < 0.5
    if task.reminder_set:
        task.reminder_time = day - timedelta(hours=number % 24)
    if chance.random() < 0.5:
        task.start_date, task.utc_start_date = day, day - timedelta(hours=number % 12)
    if chance.random() < 0.7:
        task.due_date, task.utc_due_date = day + timedelta(days=2), day + timedelta(days=2, hours=number % 12)
    if chance.random() < 0.5:
        task.complete, task.date_completed = True, day + timedelta(hours=9)
    if chance.random() < 0.5:
        task.categories = chance.sample(["Home", "Work"], 1)
    if chance.random() < 0.5:
        task.ordinal_date, task.sub_ordinal_date = day, f"{number}"
    if chance.random() < 0.5:
        task.body = Body(type=BodyType.PLAIN, data=f"Note {number}")
    if chance.random() < 0.4:
        task.recurrence = made_rule(chance, day, version)
    return task


def made_rule(chance: random.Random, start: datetime, version: Version) -> Recurrence:
    """A rule, weekly or monthly."""
    dead = chance.random() < 0.2
    rule = Recurrence(
        type=2, start=start, interval=2, day_of_month=start.day, regenerate=False, dead_occur=dead
    )
    if chance.random() < 0.5:
        rule = Recurrence(type=1, start=start, day_of_week=chance.randrange(1, 128), occurrences=5)
        if version >= Version.V14_1:
            rule.first_day_of_week = chance.randrange(7)
    return rule


def made_note(chance: random.Random) -> Note:
    """A note with some of the fields."""
    number = chance.randrange(1000)
    note = Note(subject=f"Note {number}")
    if chance.random() < 0.5:
        note.categories = chance.sample(["Home", "Work"], 1)
    if chance.random() < 0.7:
        note.body = Body(type=BodyType.PLAIN, data=f"Text {number}")
    return note


async def insistently(replica: Replica, *folders: str) -> None:
    """Synchronise, as often as it takes for the answers to arrive."""
    while True:
        try:
            await replica.sync(*folders)
        except ClientError as error:
            if error.code != NETWORK:
                raise
        else:
            return


@asynccontextmanager
async def device(
    running: Running, version: Version, name: str, chance: random.Random
) -> AsyncIterator[tuple[Device, Net]]:
    net = Net(chance, 0.0)
    async with client(running, version, name, transport=net) as one:
        replica = Replica(one, Window(size=chance.choice((3, 10, 100)), filter_type=0))
        await replica.sync()
        net.loss = 0.4
        yield Device(replica, chance), net


async def assert_equal(running: Running, replica: Replica, *folders: str) -> None:
    version = replica.client.version
    for folder in folders:
        store = {
            key: kept(one, version) for key, one in (await stored(account(running), int(folder))).items()
        }
        here = {key: shown(one, version) for key, one in replica.items(folder).items()}
        differing = {
            key: (here.get(key), store.get(key)) for key in {*here, *store} if here.get(key) != store.get(key)
        }
        assert differing == {}
        assert replica.folder(folder).oddities == []


async def act_on_the_server(running: Running, chance: random.Random, count: int) -> None:
    """Mail comes in, and other programs change what is there."""
    box = account(running)
    inbox = await folder_number(box, FolderUse.INBOX)
    people, calendar, tasks, notes = [
        await folder_number(box, FolderUse.DEFAULT, held)
        for held in (ItemClass.CONTACTS, ItemClass.CALENDAR, ItemClass.TASKS, ItemClass.NOTES)
    ]
    for _ in range(count):
        match chance.randrange(9):
            case 0 | 1 | 7:
                subject = f"Mail {chance.randrange(1000)}"
                await running.parts.delivery.deliver([ALICE], mail(subject, f"Body of {subject}"))
            case 2 if known := sorted(await stored(box, inbox)):
                number = int(chance.choice(known).rpartition(":")[2])
                edit = domain.MailEdit(read=chance.choice((True, False)))
                await box.items.change(inbox, number, edit, token=chance.randbytes(16))
            case 3 if known := sorted(await stored(box, people)):
                number = int(chance.choice(known).rpartition(":")[2])
                edit_note = domain.ContactEdit(
                    fields={"job_title": "Cook", "note": chance.choice(("", "Seen"))}
                )
                await box.items.change(people, number, edit_note, token=chance.randbytes(16))
            case 4 if known := sorted(await stored(box, tasks)):
                number = int(chance.choice(known).rpartition(":")[2])
                done = domain.TaskEdit(
                    fields={"complete": True, "completed": datetime(2026, 5, 1, tzinfo=UTC)}
                )
                await box.items.change(tasks, number, done, token=chance.randbytes(16))
            case 5 if known := sorted(await stored(box, notes)):
                number = int(chance.choice(known).rpartition(":")[2])
                edit_text = domain.NoteEdit(fields={"text": chance.choice(("", "Seen")), "html": ""})
                await box.items.change(notes, number, edit_text, token=chance.randbytes(16))
            case 8 if known := sorted(await stored(box, calendar)):
                number = int(chance.choice(known).rpartition(":")[2])
                [event] = await box.items.read(calendar, [number], domain.Wish())
                assert isinstance(event, domain.EventItem)
                edit_event = server_edit(chance, event.event)
                await box.items.change(calendar, number, edit_event, token=chance.randbytes(16))
            case 6:
                await box.items.create(tasks, domain.Task(subject="New"), chance.randbytes(16))
                await box.items.create(notes, domain.Note(subject="New"), chance.randbytes(16))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("version", OFFERED, ids=str)
async def test_replicas_equal_the_store_after_edits_on_all_sides(
    running: Running, version: Version, seed: int
) -> None:
    chance = random.Random(f"{version} {seed}")
    await act_on_the_server(running, chance, 20)
    async with (
        device(running, version, "DEVICE1", chance) as (one, net_one),
        device(running, version, "DEVICE2", chance) as (two, net_two),
    ):
        for _ in range(STEPS):
            await chance.choice((one, two)).act()
            if chance.random() < 0.2:
                await act_on_the_server(running, chance, 2)
        assert net_one.lost + net_two.lost > 0
        for phone in (one, two, one, two):
            await phone.sync()
        for phone in (one, two):
            await assert_equal(running, phone.replica, *phone.watched)


async def synced(one: Client) -> tuple[Replica, str]:
    """A replica, and the id of its inbox."""
    replica = Replica(one)
    await replica.sync()
    return replica, replica.tree.of_type(FolderType.INBOX).server_id


async def test_a_key_that_the_server_forgot_leads_to_a_resync(running: Running) -> None:
    await running.parts.delivery.deliver([ALICE], mail("One"))
    async with client(running) as one:
        replica, inbox = await synced(one)
        replica.folder(inbox).key = "999.1"
        [before] = replica.items(inbox)
        replica.mark(inbox, before, read=True)
        await replica.sync(inbox)
        [after] = replica.items(inbox)
        assert before == after
        await assert_equal(running, replica, inbox)


async def test_a_folder_that_is_gone_leaves_the_replica(running: Running) -> None:
    async with client(running) as one:
        replica, _ = await synced(one)
        made = await replica.tree.create("Projects", FolderType.USER_MAIL)
        await replica.sync(made)
        await account(running).folders.delete(int(made))
        await replica.sync(made)
        assert made not in replica.folders


async def test_a_tree_key_that_the_server_forgot_leads_to_a_new_tree(running: Running) -> None:
    async with client(running) as one:
        replica, _ = await synced(one)
        before = dict(replica.folders)
        replica.tree.key = "999.1"
        assert await replica.tree.sync() is False
        assert replica.folders == before


async def test_folders_are_made_renamed_and_removed(running: Running) -> None:
    async with client(running) as one, client(running, device="DEVICE2") as other:
        replica, _ = await synced(one)
        second, _ = await synced(other)
        made = await replica.tree.create("Projects", FolderType.USER_MAIL)
        child = await replica.tree.create("2026", FolderType.USER_MAIL, made)
        await replica.tree.update(made, "Plans")
        await second.sync_tree()
        assert second.folders[made].display_name == "Plans"
        assert second.folders[child].parent_id == made
        await second.tree.delete(made)
        await replica.sync_tree()
        assert not {made, child} & replica.folders.keys()


async def test_a_moved_item_is_in_its_new_folder_on_both_devices(running: Running) -> None:
    await running.parts.delivery.deliver([ALICE], mail("One"))
    async with client(running) as one, client(running, device="DEVICE2") as other:
        replica, inbox = await synced(one)
        second, _ = await synced(other)
        made = await replica.tree.create("Projects", FolderType.USER_MAIL)
        await replica.sync(made)
        [item] = replica.items(inbox)
        moved = await replica.move(inbox, item, made)
        for each in (replica, second):
            await each.sync()
            assert list(each.items(inbox)) == []
            assert list(each.items(made)) == [moved]
            await assert_equal(running, each, inbox, made)


async def test_an_item_outside_the_filter_is_not_there(running: Running) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    await running.parts.delivery.deliver([ALICE], mail("Old"), old)
    await running.parts.delivery.deliver([ALICE], mail("New"))
    async with client(running) as one:
        replica, inbox = await synced(one)
        assert len(replica.items(inbox)) == 2
        replica.set_window(inbox, Window(filter_type=3))
        await replica.sync(inbox)
        assert [shown(item, one.version)["subject"] for item in replica.items(inbox).values()] == ["New"]
        replica.set_window(inbox, Window(filter_type=0))
        await replica.sync(inbox)
        assert len(replica.items(inbox)) == 2


async def test_a_draft_is_sent_by_its_change(running: Running) -> None:
    async with client(running, Version.V16_1) as one, client(running, user="bob@example.org") as bob:
        replica, _ = await synced(one)
        drafts = replica.tree.of_type(FolderType.DRAFTS).server_id
        made = replica.add(drafts, Email(to="bob@example.org", subject="Soon"))
        await replica.sync(drafts)
        item = replica.folder(drafts).made[made]
        replica.edit(drafts, item, Email(subject="Now"), send=True)
        await replica.sync(drafts)
        assert dict(replica.items(drafts)) == {}
        received, inbox = await synced(bob)
        assert [shown(one, bob.version)["subject"] for one in received.items(inbox).values()] == ["Now"]


@pytest.mark.parametrize("version", [Version.V12_1, Version.V14_1], ids=str)
async def test_two_devices_that_add_one_event_at_once_have_one(running: Running, version: Version) -> None:
    """R21.1."""
    async with client(running, version) as one, client(running, version, "DEVICE2") as two:
        replicas = [(await synced(phone))[0] for phone in (one, two)]
        calendar = replicas[0].tree.of_type(FolderType.CALENDAR).server_id
        for number, replica in enumerate(replicas):
            event = made_event(random.Random(1), version)
            replica.add(calendar, overlay(event, Event(uid="one", subject=f"Device {number}")))
        await asyncio.gather(*(replica.sync(calendar) for replica in replicas))
        for replica in (*replicas, *replicas):
            await replica.sync(calendar)
        assert [replica.folder(calendar).refusals for replica in replicas] == [[], []]
        assert len(replicas[0].items(calendar)) == 1
        for replica in replicas:
            await assert_equal(running, replica, calendar)


async def test_in_a_conflict_the_server_wins(running: Running) -> None:
    async with client(running) as one, client(running, device="DEVICE2") as other:
        replica, _ = await synced(one)
        second, _ = await synced(other)
        people = replica.tree.of_type(FolderType.CONTACTS).server_id
        made = replica.add(people, Contact(first_name="Carol", file_as="Carol"))
        await replica.sync(people)
        await second.sync(people)
        item = replica.folder(people).made[made]
        second.edit(people, item, Contact(first_name="Second", file_as="Second"))
        await second.sync(people)
        replica.edit(people, item, Contact(first_name="First", file_as="First"))
        await replica.sync(people)
        assert [refusal.status for refusal in replica.folder(people).refusals] == [7]
        await assert_equal(running, replica, people)


async def test_what_the_server_remembers_is_not_said_again(running: Running) -> None:
    async with client(running) as one:
        replica, inbox = await synced(one)
        await replica.sync()
        await running.parts.delivery.deliver([ALICE], mail("One"))
        await replica.sync()
        await replica.sync()
        assert len(replica.items(inbox)) == 1
        await assert_equal(running, replica, inbox)
