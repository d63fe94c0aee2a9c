"""An account over a source that only lists, with a clock that is turned by hand."""

from __future__ import annotations

from typing import cast

from outrider.backends.memory.account import MemoryAccount
from outrider.database import Database
from outrider.domain.items import MailEdit, MailItem
from outrider.domain.roles import Directory, Identity, Submit
from outrider.store.sources import Sources
from outrider.sync.feed import Looks
from outrider.sync.listed import open_listed
from tests.contract.documents import NOTHING, mail
from tests.listing import ListingMemory

ALICE = Identity(address="alice@example.org")
INBOX = 1


class House:
    """The source, what others do in it (`theirs`), and the account as we see it (`ours`)."""

    def __init__(self, database: Database, *, marks: bool = True, states: bool = True) -> None:
        self.database = database
        self.time = 0.0
        self.theirs = MemoryAccount(ALICE)
        self.source = ListingMemory(self.theirs, marks=marks, states=states)
        self.restart()

    def restart(self) -> None:
        """Forget what is only in memory."""
        self.looks = Looks(Sources(self.database), clock=lambda: self.time, patience=60)
        self.ours = open_listed(
            self.looks, ALICE, self.source, submit=cast(Submit, None), directory=cast(Directory, None)
        )

    async def arrive(self, *subjects: str, day: int = 3) -> None:
        """Others put mails into the Inbox."""
        for subject in subjects:
            await self.theirs.items.create(INBOX, mail(subject, day), subject.encode())

    async def read(self, number: int, *, seen: bool = True) -> None:
        """Others mark a mail."""
        token = b"%d %d" % (number, self.theirs.feed._state.sequence)
        await self.theirs.items.change(INBOX, number, MailEdit(read=seen), token=token)

    async def listed(self) -> dict[int, str]:
        """The subjects in the Inbox as a device would see them, by number."""
        await self.ours.feed.cursor(INBOX)
        numbers = sorted(one.number for one in await self.ours.feed.newest(INBOX, None, None, 1000))
        items = await self.ours.items.read(INBOX, numbers, NOTHING)
        return {
            number: item.message.subject
            for number, item in zip(numbers, items, strict=True)
            if isinstance(item, MailItem)
        }

    async def changes(self, since: str) -> tuple[list[int], list[int]]:
        """What was touched and what is gone since a cursor."""
        found = await self.ours.feed.changes(INBOX, since, 1000)
        assert not found.restart
        assert not found.more
        return [one.number for one in found.touched], list(found.gone)


async def house(database: Database, *, marks: bool = True, states: bool = True) -> House:
    """A house whose folders are known."""
    made = House(database, marks=marks, states=states)
    await made.ours.folders.list()
    return made
