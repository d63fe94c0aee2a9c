"""Reading and rendering what a round sends, within its bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeAlias

from msgspec import Struct, structs

from outrider.domain.changes import EMPTY, ItemSet, Op
from outrider.domain.errors import BackendError
from outrider.domain.items import Folder, Item, ItemClass, Wish
from outrider.domain.roles import Account
from outrider.store.aside import Entry, entry_of, later
from outrider.store.store import Store
from outrider.sync.aside import (
    REFUSED,
    REST,
    TRIES,
    Failed,
    Missing,
    Rendered,
    Shown,
    attempt,
    held,
    stubs,
)
from outrider.sync.state import Response, Result, Verb

BATCH = 50

Sent: TypeAlias = tuple[Op, int, object]
"""An operation with the rendered item, None where it has no content."""


class Made(Struct, frozen=True, kw_only=True):
    """What a round sends. `dropped` are items given up or found gone, `stuck` those to be tried again later,
    `passed` those that went through whole, `gone` those that are no more, `aside` how many tries failed."""

    sent: tuple[Sent, ...] = ()
    dropped: ItemSet = EMPTY
    stuck: ItemSet = EMPTY
    passed: ItemSet = EMPTY
    gone: ItemSet = EMPTY
    aside: int = 0


class Room(Struct, frozen=True, kw_only=True):
    """The bounds of one answer: operations, and their bytes."""

    window: int
    budget: int
    now: datetime


class _Skipped(Struct, frozen=True):
    """An item that nothing is sent of, `for_good` or only now."""

    for_good: bool


class _Filling:
    """An answer while it is filled."""

    def __init__(self, had: ItemSet, budget: int) -> None:
        self.sent: list[Sent] = []
        self.aside = 0
        self._had = had
        self._budget = budget
        self._spent = 0
        self._dropped: list[int] = []
        self._stuck: list[int] = []
        self._passed: list[int] = []
        self._gone: list[int] = []

    def take(self, op: Op, number: int, found: Rendered | Missing | _Skipped | None) -> bool:
        """Take an operation in; False where there is no room for it. An item that is gone becomes a Delete
        for a device that may have it."""
        match found:
            case _Skipped():
                (self._dropped if found.for_good else self._stuck).append(number)
            case Missing():
                self._dropped.append(number)
                self._gone.append(number)
                self.sent.extend([(Op.DELETE, number, None)] if number in self._had else ())
            case None:
                self.sent.append((op, number, None))
            case Rendered():
                if self.sent and self._spent + found.size > self._budget:
                    return False
                self._spent += found.size
                self._passed.extend(() if found.stub else [number])
                self.sent.append((op, number, found.value))
        return True

    def made(self) -> Made:
        """What came of it."""
        return Made(
            sent=tuple(self.sent),
            dropped=ItemSet(self._dropped),
            stuck=ItemSet(self._stuck),
            passed=ItemSet(self._passed),
            gone=ItemSet(self._gone),
            aside=self.aside,
        )


class Contents:
    """The items of one folder, as one device wishes to see them."""

    def __init__(
        self, store: Store, account: Account, folder: Folder, device: str, *, shown: Sequence[Shown]
    ) -> None:
        """`shown` is how an item is shown to a device that does not have it, then how to one that has it in
        an older state."""
        self._store = store
        self._account = account
        self._folder = folder
        self._device = device
        self._whole, self._changed = shown

    async def fill(self, operations: Iterable[tuple[Op, int]], had: ItemSet, room: Room) -> Made:
        """Read and render until the operations end or the room does; one operation is always sent. An item
        that is gone takes no room from others."""
        remaining = iter(operations)
        entries = await self._entries()
        filling = _Filling(had, room.budget)
        while batch := list(islice(remaining, min(BATCH, room.window - len(filling.sent)))):
            for op, number, found in await self._read(batch, entries):
                if isinstance(found, Failed):
                    filling.aside += not found.noted
                    taken = filling.take(op, number, await self._set_aside(op, number, found, room.now))
                else:
                    taken = filling.take(op, number, found)
                if not taken:
                    return filling.made()
        return filling.made()

    async def again(self, operations: Sequence[tuple[Op, int]]) -> tuple[Sent, ...] | None:
        """The same operations once more, their contents read anew, without what is gone; None when one does
        not go through any more."""
        sent: list[Sent] = []
        entries = await self._entries()
        for batch in _batches(operations):
            for op, number, found in await self._read(batch, entries):
                if isinstance(found, Failed):
                    found = await self._stand_in_again(op, number, found, entries.get(number))
                    if found is None:
                        return None
                if not isinstance(found, Missing):
                    sent.append((op, number, found and found.value))
        return tuple(sent)

    async def refuse(self, number: int, now: datetime) -> None:
        """Set an item aside that the device does not take."""
        entry = self._entry(number, REFUSED, now)
        await self._store.aside.note(later(entry, device=self._device, again=now + REST))

    async def answer(self, responses: tuple[Response, ...]) -> tuple[tuple[Response, object], ...]:
        """The responses, those to a Fetch with the item."""
        wanted = [(Op.ADD, r.number) for r in responses if r.verb is Verb.FETCH and r.number is not None]
        found = {number: one for _, number, one in await self._read(wanted, {})}
        return tuple(
            _fetched(response, found.get(response.number or 0))
            if response.verb is Verb.FETCH
            else (response, None)
            for response in responses
        )

    async def _entries(self) -> dict[int, Entry]:
        """What is noted of items of this folder that matters to this device."""
        entries = await self._store.aside.entries(self._account.identity.address, self._folder.number)
        return {entry.number: entry for entry in entries if entry.device in ("", self._device)}

    async def _read(
        self, batch: Sequence[tuple[Op, int]], entries: Mapping[int, Entry]
    ) -> list[tuple[Op, int, Rendered | Missing | Failed | None]]:
        """Each operation with its content, None where it needs none. An item that once failed is shown whole,
        since something else may stand in its place. Raises when the backend failed at all of several."""
        offered = [(op, number) for op, number in batch if op in (Op.ADD, Op.CHANGE)]
        resting = {n: failed for _, n in offered if n in entries and (failed := held(entries[n]))}
        wanted = [(op, number) for op, number in offered if number not in resting]
        whole = [number for op, number in wanted if op is Op.ADD or number in entries]
        changed = [number for op, number in wanted if op is Op.CHANGE and number not in entries]
        items = dict(zip(changed, await self._items(changed, self._changed.wish), strict=True))
        whole += [number for number, item in items.items() if not _suffices(self._changed, item)]
        found = {number: attempt(self._changed.render, number, items[number]) for number in changed}
        again = dict(zip(whole, await self._items(whole, self._whole.wish), strict=True))
        found |= {number: attempt(self._whole.render, number, item) for number, item in again.items()}
        items |= again
        failures = [one for one in items.values() if isinstance(one, BackendError) and one.temporary]
        if 1 < len(failures) == len(found):
            raise failures[0]
        return [(op, number, resting.get(number) or found.get(number)) for op, number in batch]

    async def _items(self, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        return await self._account.items.read(self._folder.number, numbers, wish) if numbers else []

    async def _set_aside(self, op: Op, number: int, failed: Failed, now: datetime) -> Rendered | _Skipped:
        """Note the failure; what is sent in the item's place."""
        if not failed.noted:
            entry = self._entry(number, failed.reason, now)
            rests = entry if failed.final else later(entry, device="", again=now + REST)
            if await self._store.aside.note(rests) < TRIES and not failed.final:
                return _Skipped(for_good=False)
        return await self._stand_in(op, number, failed, now) or _Skipped(for_good=True)

    async def _stand_in_again(
        self, op: Op, number: int, failed: Failed, entry: Entry | None
    ) -> Rendered | None:
        """The stub that was sent before; None for an item that had none."""
        if entry is None or entry.mended:
            return None
        return await self._stand_in(op, number, failed, datetime.fromisoformat(entry.since))

    async def _stand_in(self, op: Op, number: int, failed: Failed, since: datetime) -> Rendered | None:
        """A stub for a mail that the device does not have."""
        if op is not Op.ADD or self._folder.holds is not ItemClass.MAIL or not failed.told:
            return None
        [item] = await self._account.items.read(self._folder.number, [number], Wish())
        for stub in stubs(item, failed.told, since):
            made = attempt(self._whole.render, number, stub)
            if isinstance(made, Rendered):
                return structs.replace(made, stub=True)
        return None

    def _entry(self, number: int, reason: str, now: datetime) -> Entry:
        return entry_of(
            self._account.identity.address,
            self._folder.number,
            number,
            item_class=self._folder.holds.value,
            reason=reason,
            now=now,
        )


def _suffices(shown: Shown, item: Item | BackendError) -> bool:
    return isinstance(item, BackendError) or shown.suffices(item)


def _fetched(response: Response, found: Rendered | Missing | Failed | None) -> tuple[Response, object]:
    if isinstance(found, Rendered):
        return response, found.value
    result = Result.FAILED if isinstance(found, Failed) else Result.NOT_FOUND
    return structs.replace(response, result=result), None


def _batches(operations: Iterable[tuple[Op, int]]) -> Iterable[list[tuple[Op, int]]]:
    remaining = iter(operations)
    while batch := list(islice(remaining, BATCH)):
        yield batch
