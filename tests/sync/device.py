"""A device as the engine sees one: it keeps a replica and applies answers exactly as the protocol says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from enum import Enum

import pytest

from outrider.domain.changes import Op
from outrider.domain.errors import BackendError
from outrider.domain.items import (
    ContactItem,
    Edit,
    Folder,
    FolderUse,
    Item,
    ItemClass,
    MailItem,
    NewItem,
    Wish,
)
from outrider.domain.roles import Account
from outrider.store.store import Store
from outrider.sync.aside import Rendered
from outrider.sync.engine import Engine
from outrider.sync.once import token_of
from outrider.sync.round import Outcome, Request
from outrider.sync.state import Result, Verb
from outrider.sync.verbs import Add, Change, Command, Delete, described

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


class Fate(Enum):
    """What becomes of an answer on its way."""

    ARRIVES = "arrives"
    LOST = "lost"


def look(item: Item) -> object:
    """What a device shows of an item: enough to see whether two states are the same."""
    if isinstance(item, MailItem):
        return item.message.subject, item.marks.read, item.marks.categories
    assert isinstance(item, ContactItem)
    return item.contact.first_name, item.contact.job_title


def render(_: int, item: Item) -> Rendered:
    return Rendered(look(item), 100)


class Device:
    """One device, one folder."""

    def __init__(self, store: Store, account: Account, folder: Folder, name: str = "d1") -> None:
        self.engine = Engine(store, account, name)
        self.account = account
        self.folder = folder
        self.key = "0"
        self.replica: dict[int, object] = {}
        self.cutoff: date | None = None
        self.window = 100
        self.pending: list[Command] = []
        self.conflicts: list[int] = []
        self.trash: int | None = None
        self.connection = "run.1"
        self.now = NOW
        self._serial = 0
        self._made: dict[str, object] = {}

    def add(self, item: NewItem, local: object) -> None:
        """The user makes an item; `local` is what the device shows of it."""
        self._serial += 1
        made = Add(client_id=f"c{self._serial}", item=item, content=repr(item).encode())
        self.pending.append(made)
        self._made[made.client_id] = local

    def change(self, number: int, edit: Edit, local: object) -> None:
        """The user edits an item."""
        self.pending.append(Change(number=number, edit=edit, content=repr(edit).encode()))
        self.replica[number] = local

    def delete(self, number: int) -> None:
        """The user removes an item."""
        self.pending.append(Delete(number=number))
        del self.replica[number]

    async def sync(self, fate: Fate = Fate.ARRIVES) -> Outcome:
        """One request; an answer that is lost leaves the device as it was, edits unsent included."""
        loaded = (await self.engine.load([self.folder.number]))[self.folder.number]
        commands = tuple(self.pending) if self.key != "0" else ()
        get_changes = self.key != "0"
        words = [described(command) for command in commands]
        request = Request(
            key=self.key,
            digest=token_of(words, self.window, str(self.cutoff), get_changes),
            sticky=b"",
            commands=commands,
            get_changes=get_changes,
            window=self.window,
            cutoff=self.cutoff,
            trash=self.trash,
            connection=self.connection,
        )
        outcome = await self.engine.round(self.folder, loaded, request, render=render, now=self.now)
        if fate is Fate.ARRIVES:
            self.pending = self.pending[len(commands) :]
            await self._apply(outcome)
        return outcome

    async def settle(self) -> None:
        """Sync until there is nothing more to say."""
        for _ in range(1000):
            outcome = await self.sync()
            if outcome.quiet and not self.pending:
                return
        raise AssertionError("the engine always has more to say")

    async def _apply(self, outcome: Outcome) -> None:
        if outcome.stale:
            self.key, self.replica, self.pending = "0", {}, []
            return
        self.key = outcome.key
        for response, _ in outcome.responses:
            if response.verb is Verb.ADD and response.result is Result.DONE:
                assert response.number is not None
                self.replica[response.number] = self._made[response.client_id]
            if response.result is Result.CONFLICT and response.number is not None:
                self.conflicts.append(response.number)
        for op, number, value in outcome.sent:
            await self._take(op, number, value)

    async def _take(self, op: Op, number: int, value: object) -> None:
        match op:
            case Op.ADD:
                assert number not in self.replica, f"{number} is sent twice as new"
                self.replica[number] = value
            case Op.CHANGE:
                assert number in self.replica, f"{number} is changed and was never sent"
                self.replica[number] = value
            case Op.DELETE:
                assert number not in await contents(self.account, self.folder, None), f"{number} exists"
                self.replica.pop(number, None)
            case Op.SOFT_DELETE:
                self.replica.pop(number, None)


async def contents(account: Account, folder: Folder, cutoff: date | None) -> dict[int, object]:
    """What the folder holds inside the filter."""
    found = await account.feed.newest(folder.number, None, cutoff, 10_000)
    numbers: Sequence[int] = [item.number for item in found]
    items = await account.items.read(folder.number, numbers, Wish())
    assert not [item for item in items if isinstance(item, Exception)]
    return {
        number: look(item)
        for number, item in zip(numbers, items, strict=True)
        if not isinstance(item, Exception)
    }


async def folder_of(account: Account, use: FolderUse, holds: ItemClass = ItemClass.MAIL) -> Folder:
    return next(f for f in await account.folders.list() if f.use is use and f.holds is holds)


@contextmanager
def ending(monkeypatch: pytest.MonkeyPatch, part: object, verb: str) -> Iterator[None]:
    """Within it the process ends where it comes to this verb; what is raised is nobody's to hear."""

    async def end(*_: object, **__: object) -> None:
        raise BackendError("The end.", temporary=True)

    with monkeypatch.context() as context, suppress(BackendError):
        context.setattr(part, verb, end)
        yield
