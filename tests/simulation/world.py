"""A seeded world: one user, several devices, a server that dies now and then, and others who write too."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from outrider.client.mail import Answering
from outrider.client.replica import Window
from outrider.domain.errors import BackendError
from outrider.domain.items import FolderUse, NewMail, Wish
from outrider.policy.policies import OPEN, Policy
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.messages.provision import EASProvisionDoc
from outrider.protocol.versions import OFFERED, Version
from outrider.sync.filters import ALL, INCOMPLETE
from outrider.sync.hub import device_topic
from tests.contract.documents import mime
from tests.simulation.device import NOTES, Device, Net
from tests.simulation.drafts import DRAFTS_SINCE, Drafts
from tests.simulation.faults import Faults
from tests.simulation.items import (
    CLASSES,
    edit_of,
    made_contact,
    made_event,
    made_note,
    made_task,
    new_item,
    values_of,
)
from tests.simulation.letters import Letter, compare_letters
from tests.simulation.process import ALICE, Around, Process
from tests.simulation.relay import Relay
from tests.simulation.rest import SERVED, Truth, is_served
from tests.simulation.systems import Behind, TroubledListing, compare_with_source, system_of

START = datetime(2026, 3, 31, 12, tzinfo=UTC)
DEVICES = 3
POLICIES = (
    OPEN,
    Policy(name="short", sets=EASProvisionDoc(device_password_enabled=True, min_device_password_length=4)),
    Policy(name="recent", sets=EASProvisionDoc(max_email_age_filter=2)),
    Policy(name="long", sets=EASProvisionDoc(device_password_enabled=True, min_device_password_length=8)),
)
SOME = (1, 1, 2, 3, 100)  # folders of one request
MOST_PASSES = 12  # of all devices, until none is told anything
BEFORE_TRYING_AGAIN = 10.0  # seconds that a user takes: an empty folder is in doubt for a minute
MAIL = (FolderType.INBOX, FolderType.DELETED_ITEMS, FolderType.USER_MAIL)
PEOPLE = (FolderType.CONTACTS, FolderType.USER_CONTACTS)
EVENTS = (FolderType.CALENDAR, FolderType.USER_CALENDAR)
TASKS = (FolderType.TASKS, FolderType.USER_TASKS)
KINDS = (*PEOPLE, *EVENTS, *TASKS, *NOTES)
USERS_OWN = (
    FolderType.USER_MAIL,
    FolderType.USER_CONTACTS,
    FolderType.USER_CALENDAR,
    FolderType.USER_TASKS,
    FolderType.USER_NOTES,
)


class Step(Struct, frozen=True):
    """One thing that happens; its seed decides the rest of it, whatever happened before."""

    kind: str
    device: int
    seed: int

    def __str__(self) -> str:
        return f"{self.kind} {self.device} {self.seed}"


class World:
    """Everything there is."""

    def __init__(self, path: Path, seed: int, behind: Behind, drafts: Drafts | None) -> None:
        self.path = path
        self.time = START
        self.elapsed = 0.0  # seconds; goes on where the clock goes back
        self.chance = random.Random(seed)
        self.drafts = drafts  # None: nobody writes any
        self.mail = MAIL if drafts is None else (*MAIL, FolderType.DRAFTS)
        self.uses = SERVED if drafts is None else SERVED | {FolderUse.DRAFTS}
        self.faults = Faults(self.chance)
        self.system = system_of(behind, seed, lambda: self.time)
        self.policy = OPEN
        self.era = 0  # how often the policy changed
        self.relay = Relay(self.faults)
        self.around = Around(
            path=path,
            system=self.system,
            transactional=self.system is None and self.chance.random() < 0.7,
            relay=self.relay,
            faults=self.faults,
            policy=lambda: self.policy,
            time=lambda: self.time,
            elapsed=lambda: self.elapsed,
            witness=self._witness,
        )
        self.process = Process(self.around)
        self.outage = 0  # steps for which the mail system is down
        self.applied: set[str] = set()
        self.count = 0
        self.devices = [
            Device(f"D{n}", Net(self.alive, self.chance), self.chance.choice(OFFERED), lambda: self.era)
            for n in range(DEVICES)
        ]
        self._acts: dict[str, Callable[[Device], Awaitable[None]]] = {
            "server": lambda _: self.within(self.act_on_the_server()),
            "edit": self.edit,
            "sync": self.sync,
            "together": self.together,
            "late": lambda device: device.net.deliver_late(),
            "clock": self.move_the_clock,
            "version": self.change_version,
            "settings": self.change_settings,
            "tree": self.change_tree,
            "move": self.move,
            "others": lambda _: self.within(self.change_tree_on_the_server()),
            "send": self.send,
            "policy": lambda _: self.change_policy(),
            "outage": self.end_or_begin_outage,
            "draft": self.draft,
        }

    async def alive(self) -> Process:
        """The process; a new one where the last has ended."""
        if self.process.dead:
            self.process = Process(self.around)
            await self.process.start()
        return self.process

    async def run(self, steps: Sequence[Step]) -> None:
        """Do all of it, then come to rest."""
        for step in steps:
            if isinstance(self.system, TroubledListing) and step.kind != "clock":
                await self.system.trouble(random.Random(step.seed))
            self.chance.seed(step.seed)
            await self._acts[step.kind](self.devices[step.device])
            self.calm()
            self.outage = max(0, self.outage - 1)
        self.outage = 0
        await self.rest()

    def calm(self) -> None:
        """No faults for now."""
        self.faults.calm()
        for device in self.devices:
            device.net.trouble = 0.0
        if isinstance(self.system, TroubledListing):
            self.system.calm()

    def trouble(self) -> None:
        """Some of the faults for a while."""
        self.faults.trouble()
        if self.outage:
            self.faults.failing = 1.0
        for device in self.devices:
            device.net.trouble = self.chance.choice((0.0, 0.2, 0.4))

    # ------------------------------------------------------------------------------ what devices do

    async def edit(self, device: Device) -> None:
        """The user edits something."""
        self.count += 1
        mail = self._item(device, device.folders(*self.mail))
        people = device.folders(*PEOPLE)
        contact = self._item(device, people)
        calendars = device.folders(*EVENTS)
        event = self._item(device, calendars)
        task = self._item(device, device.folders(*TASKS))
        note = self._item(device, device.folders(*NOTES))
        match self.chance.randrange(10):
            case 0 | 1 if mail:
                device.mark(*mail, f"k{self.count}", read=self.chance.random() < 0.5)
            case 2 if contact:
                device.name_job(*contact, f"u{self.count}")
            case 3 if people:
                name = f"{device.name}-{self.count}"
                device.add(self.chance.choice(people), name, made_contact(name))
            case 4 if one := mail or contact or event or task or note:
                self._let_go(device, *one)
                device.delete(*one)
            case 5 if event:
                device.edit_event(*event, f"e{self.count}")
            case 6 if calendars:
                name = f"{device.name}-{self.count}"
                device.add(self.chance.choice(calendars), name, made_event(name))
            case 7 if task:
                device.edit_task(*task, f"t{self.count}")
            case 8 if note:
                device.edit_note(*note, f"n{self.count}")
            case 9:
                self._make_task_or_note(device)
            case _:
                pass

    def _make_task_or_note(self, device: Device) -> None:
        name = f"{device.name}-{self.count}"
        kinds, made = self.chance.choice(((TASKS, made_task), (NOTES, made_note)))
        if folders := device.folders(*kinds):
            device.add(self.chance.choice(folders), name, made(name))

    async def sync(self, device: Device) -> None:
        self.trouble()
        await device.try_sync(*self._some(device))

    async def together(self, device: Device) -> None:
        """Devices sync and wait at once, and others write meanwhile."""
        self.trouble()
        other = self.chance.choice([one for one in self.devices if one is not device])
        acts: list[Coroutine[Any, Any, None]] = [
            device.try_sync(*self._some(device)),
            self.within(self.act_on_the_server()),
        ]
        watched = self._some(device)
        if watched:
            acts.append(device.try_ping(*watched))
        if waiting := self._some(other):
            acts.append(other.try_wait(*waiting))
        if device.net.late:
            acts.append(device.net.deliver_late())
        if self.chance.random() < 0.1:
            acts.append(self.change_policy())
        if self.chance.random() < 0.1:
            acts.append(device.post(self.write(device)))
        await asyncio.gather(*acts)

    def write(self, device: Device) -> Letter:
        """The user writes a mail, to which now and then another is joined."""
        self.count += 1
        letter = Letter(
            name=f"w{self.count}",
            version=device.line.version,
            copied=self.chance.random() < 0.5,
            source=self._item(device, device.folders(*self.mail)) if self.chance.random() < 0.4 else None,
            how=self.chance.choice(list(Answering)),
        )
        device.letters.append(letter)
        return letter

    async def send(self, device: Device) -> None:
        """A mail is sent, and those of which it is not known whether they were."""
        self.trouble()
        self.write(device)
        await device.post_all()

    async def change_policy(self) -> None:
        """The policy becomes another; those who wait are told."""
        self.era += 1
        self.policy = self.chance.choice([one for one in POLICIES if one is not self.policy])
        if not self.process.dead:
            for device in self.devices:
                self.process.hub.publish(device_topic(ALICE.address, device.name))

    async def end_or_begin_outage(self, _: Device) -> None:
        """The mail system goes down for a while, or comes back."""
        self.outage = 0 if self.outage else self.chance.randrange(2, 12)

    async def move_the_clock(self, _: Device) -> None:
        """Time passes; what a listing left in doubt is cleared up before: twice in a row none is wrong."""
        await self.within(self.look_around())
        hours = self.chance.choice((-30, -1, 1, 5, 30, 200))
        self.time += timedelta(hours=hours)
        self.elapsed += abs(hours) * 3600

    async def look_around(self) -> None:
        """Look where each folder stands."""
        account = self.process.account
        for folder in await account.folders.list():
            await account.feed.cursor(folder.number)

    async def change_version(self, device: Device) -> None:
        version = self.chance.choice(OFFERED)
        if not device.speak(version):
            return
        if version < Version.V14_0:  # which has no word for categories, not even for those not sent yet
            device.without_categories = True
            device.edited.clear()

    async def change_settings(self, device: Device) -> None:
        """Another window, filter, or winner of conflicts."""
        chance = self.chance
        for folder in self._some(device):
            tasks = device.replica.folders[folder].type in TASKS
            window = Window(
                size=chance.choice((1, 2, 5, 100)),
                filter_type=chance.choice((ALL, INCOMPLETE) if tasks else (0, 1, 2, 3, 4, 5)),
                body=(),
                conflict=chance.choice((None, 0, 1)),
                deletes_as_moves=chance.random() < 0.5,
            )
            device.replica.set_window(folder, window)

    async def change_tree(self, device: Device) -> None:
        """The user makes, renames or removes a folder."""
        self.trouble()
        self.count += 1
        tree, name = device.replica.tree, f"Folder {self.count}"
        if not tree.folders:
            return
        own = device.folders(*USERS_OWN)
        one = self.chance.choice(own) if own else ""
        match self.chance.randrange(4):
            case 0 if one:
                await device.insist(lambda: tree.update(one, name))
            case 1 if one:
                await device.insist(lambda: tree.delete(one))
            case _:
                kind = self.chance.choice(USERS_OWN)
                await device.insist(lambda: tree.create(name, kind))

    async def move(self, device: Device) -> None:
        self.trouble()
        mail = device.folders(*self.mail)
        item = self._item(device, mail)
        if isinstance(self.system, TroubledListing):
            self.system.empty = False  # what nobody can list, nobody can be told of
        if item and not self.outage:  # it is moved until the server says that it was
            to = self.chance.choice(mail)
            self._let_go(device, *item)
            while not await device.move(*item, to):
                self.elapsed += BEFORE_TRYING_AGAIN

    def _some(self, device: Device) -> list[str]:
        """Folders of a device; none before it knows any."""
        known = device.folders(*self.mail, *KINDS)
        return self.chance.sample(known, min(len(known), self.chance.choice(SOME))) if known else []

    def _item(self, device: Device, folders: Sequence[str]) -> tuple[str, str] | None:
        held = [(key, item) for key in folders for item in sorted(device.replica.items(key))]
        held = [one for one in held if not device.is_sending(*one)]
        return self.chance.choice(held) if held else None

    def _let_go(self, device: Device, folder: str, item: str) -> None:
        if self.drafts is not None:
            self.drafts.lets_go(device.replica.items(folder)[item])

    async def draft(self, device: Device) -> None:
        """The user does something with drafts, on a device that can."""
        assert self.drafts is not None
        self.count += 1
        able = [one for one in (device, *self.devices) if one.line.version >= DRAFTS_SINCE]
        if able:
            self.drafts.act(able[0], f"d{self.count}")

    # ------------------------------------------------------------------------------ what others do

    async def within(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something inside the process, which may end before it is done."""
        process = await self.alive()
        try:
            await process.run(work)
        except BackendError as error:
            if not error.temporary:
                raise

    async def act_on_the_server(self) -> None:
        """Mail arrives, and other programs change what is there."""
        self.count += 1
        chance, account, token = self.chance, self.process.others, f"server {self.count}".encode()
        folders = [one for one in await account.folders.list() if is_served(one, self.uses)]
        folder = chance.choice(folders)
        numbers = [one.number for one in await account.feed.newest(folder.number, None, None, 1000)]
        number = chance.choice(numbers) if numbers else 0
        at = folder.number, number
        try:
            match chance.randrange(6) if numbers else 0:
                case 0 | 1 | 2:
                    new = new_item(folder, f"s{self.count}", self.time, chance)
                    await account.items.create(folder.number, new, token=token)
                case 3:
                    edit = edit_of(folder, f"s{self.count}", chance)
                    await account.items.change(*at, edit, token=token)
                case 4:
                    await self._others_let_go(*at)
                    await account.items.delete(*at)
                case _:
                    to = chance.choice([one for one in folders if one.holds is folder.holds])
                    if to != folder:
                        await self._others_let_go(*at)
                        await account.items.move(*at, to.number, token=token)
        except BackendError as error:
            if error.code != "E-NOT-FOUND":  # somebody was quicker
                raise

    async def _others_let_go(self, folder: int, number: int) -> None:
        if self.drafts is not None:
            self.drafts.lets_go(*await self.process.others.items.read(folder, [number], Wish()))

    async def change_tree_on_the_server(self) -> None:
        """Another program makes, renames or removes a folder."""
        self.count += 1
        folders, name = self.process.others.folders, f"Other {self.count}"
        own = [one for one in await folders.list() if one.use is FolderUse.USER]
        one = self.chance.choice(own) if own else None
        match self.chance.randrange(4):
            case 0 if one:
                await folders.update(one.number, name, 0)
            case 1 if one:
                await folders.delete(one.number)
            case _:
                holds = self.chance.choice(CLASSES)
                await folders.create(name, 0, holds, token=name.encode())

    def _witness(self, verb: str, arguments: tuple[Any, ...]) -> None:
        """What was written durably."""
        if verb == "change":
            self.applied.update(values_of(arguments[2]))

    # ------------------------------------------------------------------------------ at rest

    async def rest(self) -> None:
        """Let everything arrive, and look whether all is as it must be."""
        self.faults.slowness = 0
        for _ in range(2):  # what listings left in doubt is clear after a minute
            await self.within(self.look_around())
            self.elapsed += 60
        for device in self.devices:
            await device.post_all()
        await self.settle()
        if isinstance(self.system, TroubledListing):
            await compare_with_source(self.process, self.system)
        await self.compare()
        await compare_letters(self.process, [one for device in self.devices for one in device.letters])
        if self.drafts is not None:
            await self.drafts.compare(self.process)
        await self.wake()
        await self.settle()
        await self.compare()

    async def compare(self) -> None:
        """Each device has what it must have."""
        truth = Truth(
            process=self.process,
            uses=self.uses,
            policy=self.policy,
            today=self.time.date(),
            applied=self.applied,
        )
        for device in self.devices:
            await truth.compare(device)

    async def settle(self) -> None:
        """Have each device synchronise until none of them is told anything any more."""
        for _ in range(MOST_PASSES):
            before = [device.keys() for device in self.devices]
            for device in self.devices:
                await device.replica.sync()
            if before == [device.keys() for device in self.devices]:
                return
        raise AssertionError("the server always has something to say")

    async def wake(self) -> None:
        """Devices that have everything wait, and are woken by the next mail."""
        waits = [device.ping(*device.folders(*self.mail, *KINDS)) for device in self.devices]
        for device, quiet in zip(self.devices, await asyncio.gather(*waits), strict=True):
            assert not quiet.folders, f"{device.name} is woken for nothing"
            assert not quiet.tree, f"{device.name} is woken for nothing"
        self.count += 1
        [inbox] = self.devices[0].folders(FolderType.INBOX)
        new = NewMail(mime=mime(f"m{self.count}"), received=self.time)
        others = self.process.others
        [place] = [one.number for one in await others.folders.list() if one.use is FolderUse.INBOX]
        create = others.items.create(place, new, token=f"wake {self.count}".encode())
        waits = [device.ping(inbox) for device in self.devices]
        told, _ = await asyncio.gather(asyncio.gather(*waits), self.process.run(create))
        for device, woken in zip(self.devices, told, strict=True):
            assert woken.folders == (inbox,), f"{device.name} sleeps on"
