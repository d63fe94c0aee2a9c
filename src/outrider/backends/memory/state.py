"""What the roles of an account share: its folders and their items."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from outrider.domain.errors import ChangedError, ForbiddenError, NotFoundError
from outrider.domain.folders import DEFAULT_FOLDERS, FIRST_OWN
from outrider.domain.items import Folder, ItemClass, Marks, MeetingMethod
from outrider.domain.roles import Guard, Identity, Listener, Token, Written
from outrider.formats.documents import KINDS

_START = 1  # the sequence of a new account


class Thing(Struct):
    """An item: its document, what the document says, and where it stands."""

    document: bytes
    says: Any
    received: datetime
    holds: ItemClass = ItemClass.MAIL
    marks: Marks = Marks()
    version: int = 0

    @property
    def horizon(self) -> date | None:
        mail = self.holds is ItemClass.MAIL
        return self.received.date() if mail else KINDS[self.holds].horizon(self.says)

    @property
    def uid(self) -> str:
        """Of an event, or of the invitation that a mail is; empty for others."""
        if self.holds is not ItemClass.MAIL:
            return KINDS[self.holds].uid(self.says)
        meeting = self.says.meeting
        return meeting.event.uid if meeting and meeting.method is MeetingMethod.REQUEST else ""


class Shelf(Struct):
    """A folder with its items."""

    folder: Folder
    changed: int
    began: int
    things: dict[int, Thing] = {}
    gone: dict[int, int] = {}  # number -> sequence of the removal
    next: int = 1


class State:
    """What the roles of one account share."""

    def __init__(self, identity: Identity, clock: Callable[[], datetime]) -> None:
        self.identity = identity
        self.clock = clock
        self.sequence = self.tree = _START
        self.shelves = {f.number: Shelf(f, _START, _START) for f in DEFAULT_FOLDERS}
        self.next_folder = FIRST_OWN
        self.receipts: dict[Token, Written] = {}
        self.listeners: list[Listener] = []
        self.hook: Callable[[str], None] = _nothing

    def shelf(self, number: int) -> Shelf:
        if number not in self.shelves:
            raise NotFoundError("There is no such folder.")
        return self.shelves[number]

    def thing(self, folder: int, number: int, guard: Guard | None = None) -> Thing:
        thing = self.shelf(folder).things.get(number)
        if thing is None:
            raise NotFoundError("This item is no longer there.")
        if guard and thing.version > int(guard.since) and str(thing.version) not in guard.own:
            raise ChangedError("The item was changed elsewhere.")
        return thing

    def step(self, folder: int) -> int:
        """The next sequence, at which the folder now stands."""
        self.sequence += 1
        self.shelf(folder).changed = self.sequence
        return self.sequence

    def put(self, folder: int, thing: Thing, number: int = 0) -> Written:
        """Store an item, under a new number unless one is given."""
        shelf = self.shelf(folder)
        if shelf.folder.holds is not thing.holds:
            raise ForbiddenError("This folder holds items of another kind.")
        if not number:
            number, shelf.next = shelf.next, shelf.next + 1
        thing.version = self.step(folder)
        shelf.things[number] = thing
        return Written(number, str(thing.version))

    def take(self, folder: int, number: int) -> None:
        shelf = self.shelf(folder)
        del shelf.things[number]
        shelf.gone[number] = self.step(folder)

    def tell(self, *folders: int | None) -> None:
        for folder in folders:
            for listener in tuple(self.listeners):
                listener(folder)


def _nothing(_verb: str) -> None:
    pass
