"""The mail systems that can stand behind the server, and the faults of one that only lists."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from enum import Enum

from outrider.backends.memory.accounts import MemoryAccounts
from outrider.database import Connection
from outrider.domain.items import Wish
from outrider.domain.roles import Account
from outrider.domain.sources import Listing
from tests.listing import ALL, ListingMemory
from tests.simulation.items import kept
from tests.simulation.process import ALICE, Process, System


class Behind(Enum):
    """What stands behind the server."""

    LOCAL = "the embedded store"
    MEMORY = "the accounts in memory"
    LISTING = "accounts that can only be listed"


def behind_of(seed: int) -> Behind:
    """What stands behind the server in the world of this seed."""
    if seed % 8 in (3, 6):
        return Behind.LISTING
    return Behind.MEMORY if seed % 2 else Behind.LOCAL


class TroubledListing(ListingMemory):
    """One whose listings fail now and then, and whose ids are given anew, while a folder is asked for or
    before."""

    _left: int | None = None  # how often a folder is asked for before one is renumbered
    _always = False  # of several empty listings of a folder in a row, all are wrong

    async def trouble(self, chance: random.Random) -> None:
        """Some of the faults, at once or in a while."""
        self.half, self.empty = chance.random() < 0.1, chance.random() < 0.1
        self._always = chance.random() < 0.5
        if chance.random() < 0.1:
            await self.renumber(chance.choice(await self.account.folders.list()).number)
        if chance.random() < 0.1:
            self._left = chance.randrange(12)

    def calm(self) -> None:
        """No faults for now."""
        self.half = self.empty = False
        self._left = None

    async def listing(self, folder: str) -> Listing:
        if self._always:
            self._fooled.clear()
        return await super().listing(folder)

    async def _number(self, path: str) -> int:
        number = await super()._number(path)
        if self._left == 0:
            await self.renumber(number)
        self._left = self._left - 1 if self._left else None
        return number


def system_of(behind: Behind, seed: int, clock: Callable[[], datetime]) -> System:
    """A new mail system; of one that lists, the seed says what it can do."""
    match behind:
        case Behind.LOCAL:
            return None
        case Behind.MEMORY:
            return MemoryAccounts(clock)
        case Behind.LISTING:
            chance = random.Random(seed)
            return TroubledListing(
                MemoryAccounts(clock).open(ALICE),
                marks=chance.random() < 0.7,
                states=chance.random() < 0.5,
                notifies=True,
            )


async def compare_with_source(process: Process, source: ListingMemory) -> None:
    """What was noted of a source is what it has, and nothing was taken for gone that is there."""
    ours, theirs = process.account, process.others
    tree = await process.store.sources.tree(ALICE.address)
    assert tree is not None
    numbers = {path: number for number, path in (await source.paths()).items()}
    assert {one.id for one in tree.listed} == numbers.keys(), "the trees differ"
    graves = await process.database.read(_graves)
    for folder, listed in zip(tree.folders, tree.listed, strict=True):
        place = numbers[listed.id]
        here, there = await _contents(ours, folder.number), await _contents(theirs, place)
        assert here == there, f"{folder.name} differs from its source: {here - there} {there - here}"
        kept = {one.number for one in await theirs.feed.newest(place, None, None, ALL)}
        lost = {source.number_of(id) for number, id in graves if number == folder.number} & kept
        assert not lost, f"{lost} in {folder.name} were taken for gone"


async def _contents(account: Account, folder: int) -> Counter[object]:
    numbers = [one.number for one in await account.feed.newest(folder, None, None, ALL)]
    items = await account.items.read(folder, numbers, Wish())
    return Counter(kept(item) for item in items if not isinstance(item, Exception))


def _graves(connection: Connection) -> list[tuple[int, str]]:
    return connection.execute("SELECT folder, id FROM source_tombstones").fetchall()
