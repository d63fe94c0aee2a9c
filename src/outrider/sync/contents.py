"""Reading and rendering what a round sends, within its bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeAlias

from msgspec import Struct, structs

from outrider.domain.changes import EMPTY, ItemSet, Op
from outrider.domain.errors import BackendError
from outrider.domain.items import Folder
from outrider.domain.roles import Account
from outrider.store.aside import entry_of
from outrider.store.store import Store
from outrider.sync.aside import TRIES, Failed, Missing, Rendered, Shown, attempt
from outrider.sync.state import Response, Result, Verb

BATCH = 50

Sent: TypeAlias = tuple[Op, int, object]
"""An operation with the rendered item, None where it has no content."""


class Made(Struct, frozen=True, kw_only=True):
    """What a round sends. `dropped` are items given up or found gone, `stuck` those to be tried again
    later."""

    sent: tuple[Sent, ...] = ()
    dropped: ItemSet = EMPTY
    stuck: ItemSet = EMPTY


class Room(Struct, frozen=True, kw_only=True):
    """The bounds of one answer: operations, and their bytes."""

    window: int
    budget: int
    now: datetime


class Contents:
    """The items of one folder, as one device wishes to see them."""

    def __init__(
        self, store: Store, account: Account, folder: Folder, whole: Shown, changed: Shown | None = None
    ) -> None:
        """`changed` is what is shown of an item that the device has in an older state; None: all of it."""
        self._store = store
        self._account = account
        self._folder = folder
        self._shown = {Op.ADD: whole, Op.CHANGE: changed or whole}

    async def fill(self, operations: Iterable[tuple[Op, int]], had: ItemSet, room: Room) -> Made:
        """Read and render until the operations end or the room does; one operation is always sent. An item
        that is gone becomes a Delete for a device that may have it (`had`); it takes no room from others."""
        remaining = iter(operations)
        sent: list[Sent] = []
        dropped: list[int] = []
        stuck: list[int] = []
        spent = 0
        while batch := list(islice(remaining, min(BATCH, room.window - len(sent)))):
            for op, number, found in await self._read(batch):
                if isinstance(found, Failed):
                    (dropped if await self._set_aside(number, found, room.now) else stuck).append(number)
                elif isinstance(found, Missing):
                    dropped.append(number)
                    sent.extend([(Op.DELETE, number, None)] if number in had else ())
                elif found is not None and sent and spent + found.size > room.budget:
                    return Made(sent=tuple(sent), dropped=ItemSet(dropped), stuck=ItemSet(stuck))
                else:
                    sent.append((op, number, found and found.value))
                    spent += found.size if found else 0
        return Made(sent=tuple(sent), dropped=ItemSet(dropped), stuck=ItemSet(stuck))

    async def again(self, operations: Sequence[tuple[Op, int]]) -> tuple[Sent, ...]:
        """The same operations once more, their contents read anew; what cannot be read any more is left
        out."""
        sent: list[Sent] = []
        for batch in _batches(operations):
            for op, number, found in await self._read(batch):
                if not isinstance(found, Missing | Failed):
                    sent.append((op, number, found and found.value))
        return tuple(sent)

    async def answer(self, responses: tuple[Response, ...]) -> tuple[tuple[Response, object], ...]:
        """The responses, those to a Fetch with the item."""
        wanted = [(Op.ADD, r.number) for r in responses if r.verb is Verb.FETCH and r.number is not None]
        found = {number: one for _, number, one in await self._read(wanted)}
        return tuple(
            _fetched(response, found.get(response.number or 0))
            if response.verb is Verb.FETCH
            else (response, None)
            for response in responses
        )

    async def _read(
        self, batch: Sequence[tuple[Op, int]]
    ) -> list[tuple[Op, int, Rendered | Missing | Failed | None]]:
        """Each operation with its content, None where it needs none. Raises when the backend failed at all of
        them."""
        found: dict[int, Rendered | Missing | Failed] = {}
        failures: list[BackendError] = []
        for op, shown in self._shown.items():
            numbers = [number for one, number in batch if one is op]
            if not numbers:
                continue
            items = await self._account.items.read(self._folder.number, numbers, shown.wish)
            failures += [item for item in items if isinstance(item, BackendError) and item.temporary]
            for number, item in zip(numbers, items, strict=True):
                found[number] = attempt(shown.render, number, item)
        if failures and len(failures) == len(found):
            raise failures[0]
        return [(op, number, found.get(number)) for op, number in batch]

    async def _set_aside(self, number: int, failed: Failed, now: datetime) -> bool:
        """Note the failure; say whether the item is given up."""
        entry = entry_of(
            self._account.identity.address,
            self._folder.number,
            number,
            item_class=self._folder.holds.value,
            reason=failed.reason,
            now=now,
        )
        return await self._store.aside.note(entry) >= TRIES or failed.final


def _fetched(response: Response, found: Rendered | Missing | Failed | None) -> tuple[Response, object]:
    if isinstance(found, Rendered):
        return response, found.value
    result = Result.FAILED if isinstance(found, Failed) else Result.NOT_FOUND
    return structs.replace(response, result=result), None


def _batches(operations: Iterable[tuple[Op, int]]) -> Iterable[list[tuple[Op, int]]]:
    remaining = iter(operations)
    while batch := list(islice(remaining, BATCH)):
        yield batch
