"""The real process, killed in the middle of things: nothing is lost, nothing doubled, nobody starts over.

OUTRIDER_KILLS says how often it is killed, OUTRIDER_FIRST_SEED which world it is.
"""

from __future__ import annotations

import asyncio
import os
import random
import smtplib
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from msgspec import Struct

from outrider import config as configuration
from outrider.client import Client, Replica, Window, Wire
from outrider.domain.items import ContactItem, FolderUse, Item, ItemClass, MailItem
from outrider.main import open_parts
from outrider.protocol.versions import OFFERED
from outrider.wiring import Parts
from tests.e2e.house import ALICE, BOB, PASSWORD, account_of, mail, settle, stored
from tests.e2e.likeness import kept, shown
from tests.e2e.phones import REPORT, Fate, Phone
from tests.e2e.process import Net, Server

KILLS = int(os.environ.get("OUTRIDER_KILLS", "10"))
SEED = int(os.environ.get("OUTRIDER_FIRST_SEED", "7"))
USERS = (ALICE, BOB)
SERVED = (ItemClass.MAIL, ItemClass.CONTACTS)
PHONES = 5  # of each user, one for each version
MAILS = 20  # of each user, to begin with


class Sink:
    """The mail server that mail for others goes to; counts each subject that it has taken."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        [subject] = [row for row in envelope.content.decode().splitlines() if row.startswith("Subject: ")]
        self.taken[subject.removeprefix("Subject: ")] += 1
        return "250 OK"


class Postman:
    """The mail server in front, which brings one mail after another; each is tried once.

    `tried` and `brought` are the subjects for each user: all, and those that were acknowledged.
    """

    def __init__(self, server: Server, chance: random.Random) -> None:
        self.brought: dict[str, set[str]] = {user: set() for user in USERS}
        self.tried: dict[str, set[str]] = {user: set() for user in USERS}
        self._server = server
        self._chance = chance

    async def live(self, over: asyncio.Event) -> None:
        while not over.is_set():
            await self._server.up.wait()
            await asyncio.sleep(self._chance.random() / 5)  # the pace of the mail, which nothing waits for
            user = self._chance.choice(USERS)
            subject = f"Brought {len(self.tried[user])}"
            self.tried[user].add(subject)
            if await asyncio.to_thread(self._bring, user, mail(subject)):
                self.brought[user].add(subject)

    def _bring(self, user: str, content: bytes) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self._server.lmtp, "relay.example.net", timeout=10) as post:
                return not post.sendmail("sender@example.net", [user], content)
        except (OSError, smtplib.SMTPException):
            return False


class World:
    """What there is around the server."""

    def __init__(self, server: Server, sink: Sink, chance: random.Random) -> None:
        self.server = server
        self.sink = sink
        self.chance = chance
        self.postman = Postman(server, chance)
        self.phones: dict[str, list[Phone]] = {user: [] for user in USERS}

    def told(self, user: str) -> set[str]:
        """The subjects of what a user has sent."""
        return {subject for phone in self.phones[user] for subject in phone.sent}

    async def live(self, over: asyncio.Event) -> None:
        """Everybody does something until it is over."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.postman.live(over))
            for user, friend in (USERS, USERS[::-1]):
                for phone in self.phones[user]:
                    group.create_task(phone.live(friend, over))
            group.create_task(self._kill(over))

    async def settle(self) -> None:
        """All phones synchronise until none brings anything new."""
        for _ in range(2):
            for phones in self.phones.values():
                await asyncio.gather(*(phone.sync() for phone in phones))

    async def _kill(self, over: asyncio.Event) -> None:
        for _ in range(KILLS):
            await self.server.request(self.chance.randrange(1, self.chance.choice((30, 300))))
            await asyncio.sleep(self.chance.choice((0.0, 0.001, 0.005, 0.02, 0.3)))  # where it is killed
            await self.server.kill()
            await self.server.start()
        over.set()


@asynccontextmanager
async def relay(sink: Sink) -> AsyncIterator[int]:
    """The port of a mail server for others."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink", loop=loop), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def world(directory: Path, chance: random.Random) -> AsyncIterator[World]:
    """Two users with mail, and five phones each, which have synchronised once."""
    sink = Sink()
    async with AsyncExitStack() as stack:
        server = Server(directory, await stack.enter_async_context(relay(sink)))
        async with open_parts(configuration.load(server.file)) as parts:
            await settle(parts)
            for number in range(MAILS):
                await parts.delivery.deliver(USERS, mail(f"Mail {number}"))
        await server.open()
        stack.push_async_callback(server.close)
        await server.start()
        one = World(server, sink, chance)
        for user in USERS:
            for index, version in enumerate(OFFERED):
                name = f"{user[0].upper()}{index}"
                wire = Wire(transport=Net(server, chance))
                url = f"http://127.0.0.1:{server.port}"
                client = Client(url, user, PASSWORD, device_id=name, version=version, wire=wire)
                replica = Replica(
                    await stack.enter_async_context(client), Window(size=chance.choice((3, 100)))
                )
                one.phones[user].append(Phone(replica, name, (index, PHONES), chance))
        await asyncio.gather(*(phone.set_up() for phones in one.phones.values() for phone in phones))
        yield one


@pytest.mark.timeout(120 + 20 * KILLS)
async def test_a_killed_server_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, random.Random(SEED)) as one:
        await one.live(asyncio.Event())
        await one.settle()
        assert one.server.kills == KILLS
        assert await one.server.end() == 0
        async with open_parts(configuration.load(one.server.file)) as parts:
            for user in USERS:
                await compare(one, parts, user)
        assert not [row for row in one.server.output if "Traceback" in row or '"error"' in row]


async def test_a_server_that_ends_at_its_start_shows_why(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.file.write_text('[http]\nport = "none"\n')
    await server.open()
    try:
        with pytest.raises(AssertionError, match=r"(?s)ended with 1:.*E-CONFIG"):
            await server.start()
    finally:
        await server.close()


class Kept(Struct, frozen=True, kw_only=True):
    """A mail in the store: the part that its folder plays, the folder, and the mail."""

    use: FolderUse
    folder: str
    item: MailItem


async def compare(one: World, parts: Parts, user: str) -> None:
    """The store has what the replicas have, and each thing that was done is there once."""
    box = account_of(parts, user)
    folders = [folder for folder in await box.folders.list() if folder.holds in SERVED]
    items = {str(folder.number): await stored(box, folder.number) for folder in folders}
    mails = [
        Kept(use=folder.use, folder=str(folder.number), item=item)
        for folder in folders
        for item in items[str(folder.number)].values()
        if isinstance(item, MailItem)
    ]
    for phone in one.phones[user]:
        compare_replica(phone, items)
        compare_fates(phone, mails)
    compare_people(one.phones[user], [item for held in items.values() for item in held.values()])
    compare_arrived(one, user, mails)
    compare_written(one, user, mails)


def compare_replica(phone: Phone, items: Mapping[str, Mapping[str, Item]]) -> None:
    """A phone has every item of every folder, told once, and as it is."""
    version = phone.replica.client.version
    for key, held in items.items():
        folder = phone.replica.folder(key)
        assert (folder.oddities, folder.refusals) == ([], [])
        here = {item: shown(each, version) for item, each in folder.items.items()}
        assert here == {item: kept(each, version) for item, each in held.items()}


def compare_fates(phone: Phone, mails: Sequence[Kept]) -> None:
    """Every mail is where the phone put it, marked as the phone marked it."""
    found = {one.item.message.subject: one for one in mails if one.use is not FolderUse.SENT}
    for subject, fate in phone.mails.items():
        marks = found[subject].item.marks
        assert fate == Fate(
            folder=found[subject].folder, read=marks.read, categories=list(marks.categories)
        ), subject


def compare_people(phones: Sequence[Phone], items: Sequence[Item]) -> None:
    """Each contact is there once, with what was last said of it."""
    cards = [item.contact for item in items if isinstance(item, ContactItem)]
    made = [person for phone in phones for person in phone.people.items()]
    assert sorted((card.first_name, card.mobile_phone) for card in cards) == sorted(made)


def compare_arrived(one: World, user: str, mails: Sequence[Kept]) -> None:
    """What was acknowledged is there once; what was not, at most once."""
    there = Counter(
        one.item.message.subject
        for one in mails
        if one.use not in (FolderUse.SENT, FolderUse.DRAFTS) and one.item.message.subject != REPORT
    )
    sent = {subject for friend in USERS if friend != user for subject in one.told(friend)}
    surely = {f"Mail {number}" for number in range(MAILS)} | one.postman.brought[user] | sent
    perhaps = one.postman.tried[user] - surely
    assert {subject: there[subject] for subject in surely} == dict.fromkeys(surely, 1)
    assert there.keys() <= surely | perhaps
    assert all(there[subject] <= 1 for subject in perhaps)


def compare_written(one: World, user: str, mails: Sequence[Kept]) -> None:
    """Each draft is there once, and each mail that was sent; nothing left twice, and what may not have left
    was reported."""
    subjects = {
        use: sorted(each.item.message.subject for each in mails if each.use is use)
        for use in (FolderUse.DRAFTS, FolderUse.SENT)
    }
    drafts = {subject for phone in one.phones[user] for subject in phone.drafts}
    assert subjects == {FolderUse.DRAFTS: sorted(drafts), FolderUse.SENT: sorted(one.told(user))}
    reports = Counter(
        row.removeprefix("Subject: ")
        for each in mails
        if each.item.message.subject == REPORT and each.item.body and isinstance(each.item.body.data, str)
        for row in each.item.body.data.splitlines()
        if row.startswith("Subject: ")
    )
    assert set(reports.values()) <= {1}
    for subject in one.told(user):
        assert one.sink.taken[subject] == 1 or (one.sink.taken[subject] == 0 and reports[subject])
