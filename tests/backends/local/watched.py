"""An account in which bursts of removals are looked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.local.bursts import HeldBurst, LocalBursts
from outrider.backends.local.effects import Burst
from outrider.backends.local.folders import create_account
from outrider.backends.local.removals import Bounds
from outrider.database import BlobStore, Connection, Database
from outrider.domain.items import MailItem, Wish
from outrider.domain.roles import Directory, Submit
from tests.backends.local.conftest import ALICE
from tests.contract.documents import contact, mail

INBOX, TRASH, PEOPLE, USER = 1, 3, 7, 10
SPAN = 60  # seconds
KEPT = timedelta(days=14)
BOUNDS = Bounds(share=50, floor=4, span=SPAN)


@dataclass
class Watched:
    """An account in which bursts are looked for, with a clock that is put forward by hand."""

    local: Local
    bursts: LocalBursts
    database: Database
    time: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    told: list[Burst] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def account(self, agent: str = "PHONE1") -> LocalAccount:
        return self.local.open(ALICE, cast(Submit, None), cast(Directory, None), agent)

    async def fill(self, count: int, folder: int = INBOX) -> None:
        for number in range(count):
            new = contact() if folder == PEOPLE else mail(f"Mail {number + 1}")
            await self.account().items.create(folder, new, f"{folder} {number}".encode())

    async def subjects(self, folder: int = INBOX) -> dict[int, str]:
        """What is in a folder, by number."""
        account = self.account()
        numbers = sorted(one.number for one in await account.feed.newest(folder, None, None, 1000))
        found = await account.items.read(folder, numbers, Wish())
        return {
            number: item.message.subject
            for number, item in zip(numbers, found, strict=True)
            if isinstance(item, MailItem)
        }

    async def rows(self, query: str) -> list[Any]:
        """What a statement selects."""
        return await self.database.read(_select, query)

    async def held(self) -> int:
        """How many removed items are held."""
        return len(await self.rows("SELECT id FROM removed"))

    async def burst(self) -> HeldBurst:
        [found] = await self.bursts.list()
        return found


async def make_watched(database: Database, blobs: BlobStore) -> Watched:
    await database.transact(create_account, ALICE.address)
    told: list[Burst] = []
    local = Local(database, blobs, lambda: made.time, BOUNDS, told.append)
    bursts = LocalBursts(database, local.writing, kept=KEPT, span=timedelta(seconds=SPAN))
    made = Watched(local, bursts, database, told=told)
    return made


async def remove(account: LocalAccount, *numbers: int, folder: int = INBOX) -> None:
    for number in numbers:
        await account.items.delete(folder, number)


async def discard(account: LocalAccount, *numbers: int, folder: int = INBOX) -> None:
    """As most phones remove: into the trash."""
    for number in numbers:
        await account.items.move(folder, number, TRASH, token=f"trash {folder} {number}".encode())


def _select(connection: Connection, query: str) -> list[Any]:
    return connection.execute(query).fetchall()
