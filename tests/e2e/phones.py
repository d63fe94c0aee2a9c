"""Phones whose users do something all the time, and what must have become of it in the end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import Struct

from outrider.client import ClientError, Contact, Email, Replica
from outrider.client.errors import HTTP, NETWORK
from outrider.client.mail import send_mail
from outrider.client.ping import Pinger
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.classes import Item
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import Version
from tests.e2e.house import mail

ELSEWHERE = "someone@example.net"
REPORT = "Undeliverable mail"
SENT_BEFORE = 118
BUSY = 503
MOST_PEOPLE = 12

T = TypeVar("T")


def _subject(item: Item) -> str:
    assert isinstance(item, Email)
    assert isinstance(item.subject, str)
    return item.subject


class Fate(Struct, kw_only=True):
    """Where a mail must be, and how it must be marked."""

    folder: str
    read: bool
    categories: list[str]


class Phone:
    """One device. Contacts are changed by the phone that made them, mails by the one in whose share of the
    numbers they fall, so that nobody's edit may be undone by another's.

    `people`, `mails`, `drafts` and `sent` are what this phone has done, by names that nothing else has.
    """

    def __init__(self, replica: Replica, name: str, share: tuple[int, int], chance: random.Random) -> None:
        self.replica = replica
        self.name = name
        self.people: dict[str, str] = {}
        self.mails: dict[str, Fate] = {}
        self.drafts: set[str] = set()
        self.sent: set[str] = set()
        self.generations: dict[str, str] = {}
        self._share = share
        self._chance = chance
        self._ids: dict[str, str] = {}
        self._count = 0
        self._made = ""
        self._moving = ""

    async def set_up(self) -> None:
        """The first synchronisation."""
        await self.sync()
        tree = self.replica.tree
        self.inbox = tree.of_type(FolderType.INBOX).server_id
        self._trash = tree.of_type(FolderType.DELETED_ITEMS).server_id
        self._drafts = tree.of_type(FolderType.DRAFTS).server_id
        self._contacts = tree.of_type(FolderType.CONTACTS).server_id

    async def live(self, friend: str, over: asyncio.Event) -> None:
        """Do one thing after another until it is over."""
        actions: tuple[Callable[[], Awaitable[None]], ...] = (
            *(self._mark, self._mark, self._person, self._person, self._remove, self._move, self._draft),
            *(self._ping, self._hang, lambda: self._send(friend)),
        )
        while not over.is_set():
            await self._chance.choice(actions)()
            await self.sync()

    async def sync(self) -> None:
        """Synchronise until the answers have arrived; nothing of ours is left behind, and nothing ever starts
        over."""
        await self._insist(self.replica.sync)
        assert not any(self.replica.folder(folder).unsent for folder in self.replica.folders)
        keys = {folder: self.replica.folder(folder).key for folder in self.replica.folders}
        for folder, key in {"tree": self.replica.tree.key, **keys}.items():
            generation = key.partition(".")[0]
            if generation != "0":
                assert self.generations.setdefault(folder, generation) == generation

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer. Meanwhile the user goes on."""
        while True:
            try:
                return await ask()
            except ClientError as error:
                if error.code != NETWORK and (error.code, error.status) != (HTTP, BUSY):
                    raise
            if self.generations and self._chance.random() < 0.3:
                await self._chance.choice((self._mark, self._person))()

    def _name(self, what: str) -> str:
        self._count += 1
        return f"{what} {self._count} of {self.name}"

    # ---------------------------------------------------------------------------------- mails

    def _mine(self) -> list[str]:
        index, of = self._share
        return sorted(
            key
            for key, item in self.replica.items(self.inbox).items()
            if int(key.rpartition(":")[2]) % of == index and key != self._moving and _subject(item) != REPORT
        )

    def _fate(self, item: str) -> Fate:
        """What is known of a mail of ours; all come unread and without categories."""
        subject = _subject(self.replica.items(self.inbox)[item])
        return self.mails.setdefault(subject, Fate(folder=self.inbox, read=False, categories=[]))

    async def _mark(self) -> None:
        if not (mine := self._mine()):
            return
        item = self._chance.choice(mine)
        fate = self._fate(item)
        fate.read = self._chance.choice((True, False))
        if self.replica.client.version < Version.V14_0:
            self.replica.mark(self.inbox, item, read=fate.read)
            return
        fate.categories = [self._name("Category")]
        self.replica.mark(self.inbox, item, read=fate.read, categories=fate.categories)

    async def _remove(self) -> None:
        mine = self._mine()
        if len(mine) < 3:
            return
        item = self._chance.choice(mine)
        self._fate(item).folder = self._trash
        self.replica.delete(self.inbox, item)

    async def _move(self) -> None:
        """Into a folder of ours, which is made for the first one."""
        mine = self._mine()
        if len(mine) < 3:
            return
        if not self._made:
            tree = self.replica.tree
            self._made = await self._insist(lambda: tree.create(self.name, FolderType.USER_MAIL))
        await self.sync()
        item = self._moving = self._chance.choice(self._mine())
        self._fate(item).folder = self._made
        await self._insist(lambda: self.replica.move(self.inbox, item, self._made))

    async def _send(self, friend: str) -> None:
        """To a user of this server and to somebody elsewhere, until the server says that it did so now, or
        before."""
        subject = self._name("Sent")
        client = self.replica.client
        mime = mail(subject, sender=client.user, to=f"{friend}, {ELSEWHERE}")
        self.sent.add(subject)
        try:
            await self._insist(lambda: send_mail(client, mime, client_id=subject))
        except ClientError as error:
            if error.status != SENT_BEFORE:
                raise

    async def _draft(self) -> None:
        if self.replica.client.version < Version.V16_0:
            return
        subject = self._name("Draft")
        self.drafts.add(subject)
        body = Body(type=BodyType.PLAIN, data=f"About {subject}.")
        self.replica.add(self._drafts, Email(to=ELSEWHERE, subject=subject, read=True, body=body))

    # ---------------------------------------------------------------------------------- contacts

    async def _person(self) -> None:
        """Make one, change one, or delete one when there are many."""
        made = self.replica.folder(self._contacts).made
        known = [name for name in self.people if self._ids[name] in made]
        if not known or self._chance.random() < 0.4:
            name = self._name("Person")
            self.people[name] = self._name("Note")
            self._ids[name] = self.replica.add(self._contacts, self._card(name))
            return
        name = self._chance.choice(known)
        item = made[self._ids[name]]
        if len(known) > MOST_PEOPLE:
            del self.people[name]
            self.replica.delete(self._contacts, item)
            return
        self.people[name] = self._name("Note")
        self.replica.edit(self._contacts, item, self._card(name))

    def _card(self, name: str) -> Contact:
        return Contact(first_name=name, file_as=name, mobile_phone_number=self.people[name])

    # ---------------------------------------------------------------------------------- waiting

    async def _ping(self) -> None:
        pinger = Pinger(self.replica.client, heartbeat=1)
        await self._insist(lambda: pinger.wait(self.inbox, self._contacts))

    async def _hang(self) -> None:
        if self.replica.client.version >= Version.V14_0:
            await self._insist(lambda: self.replica.wait(1, self.inbox, self._contacts))
