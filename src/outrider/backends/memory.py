"""Accounts in plain dicts: the roles in their simplest form, to compare others with and to test against.

Nothing is durable, and nothing takes part in a transaction. `hook` is called with the name of each verb
before it does anything ("items.read"); a test makes it raise what a failing mail system would.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from outrider.domain.absence import Absence, AbsenceEdit, edited
from outrider.domain.changes import ChangeSet, ItemSet, Touched
from outrider.domain.errors import (
    BackendError,
    ChangedError,
    ExistsError,
    ForbiddenError,
    NotFoundError,
)
from outrider.domain.folders import DEFAULT_FOLDERS, FIRST_OWN, folded
from outrider.domain.items import (
    Blob,
    DraftEdit,
    Edit,
    Folder,
    FolderUse,
    Item,
    ItemClass,
    MailEdit,
    MailItem,
    Marks,
    MeetingMethod,
    Message,
    NewItem,
    NewMail,
    Wish,
)
from outrider.domain.roles import (
    Content,
    Entries,
    Envelope,
    Guard,
    Identity,
    Listener,
    Person,
    Stretch,
    Token,
    Traits,
    Tx,
    Written,
)
from outrider.domain.search import Found, Hit, Query, Term
from outrider.formats import body, draft
from outrider.formats.blobs import Pieces, read_all
from outrider.formats.compose import Sender, Stamp
from outrider.formats.documents import KINDS, kind_of_edit, kind_of_new
from outrider.formats.message import read_message
from outrider.formats.mime import find_part
from outrider.formats.parts import extract

_START = 1  # the sequence of a new account
_UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


class _Thing(Struct):
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


def _uid(thing: _Thing) -> str:
    if thing.holds is not ItemClass.MAIL:
        return KINDS[thing.holds].uid(thing.says)
    meeting = thing.says.meeting
    return meeting.event.uid if meeting and meeting.method is MeetingMethod.REQUEST else ""


class _Shelf(Struct):
    """A folder with its items."""

    folder: Folder
    changed: int
    began: int
    things: dict[int, _Thing] = {}
    gone: dict[int, int] = {}  # number -> sequence of the removal
    next: int = 1


class _State:
    """What the roles of one account share."""

    def __init__(self, identity: Identity, clock: Callable[[], datetime]) -> None:
        self.identity = identity
        self.clock = clock
        self.sequence = self.tree = _START
        self.shelves = {f.number: _Shelf(f, _START, _START) for f in DEFAULT_FOLDERS}
        self.next_folder = FIRST_OWN
        self.receipts: dict[Token, Written] = {}
        self.listeners: list[Listener] = []
        self.hook: Callable[[str], None] = _pass

    def shelf(self, number: int) -> _Shelf:
        if number not in self.shelves:
            raise NotFoundError("There is no such folder.")
        return self.shelves[number]

    def thing(self, folder: int, number: int, guard: Guard | None = None) -> _Thing:
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

    def put(self, folder: int, thing: _Thing, number: int = 0) -> Written:
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


def _pass(_verb: str) -> None:
    pass


class MemoryFolders:
    """The role `Folders`."""

    def __init__(self, state: _State) -> None:
        self._state = state

    async def list(self) -> tuple[Folder, ...]:
        """All folders, by number."""
        self._state.hook("folders.list")
        return tuple(shelf.folder for _, shelf in sorted(self._state.shelves.items()))

    async def cursor(self) -> str:
        """The tree's sequence."""
        self._state.hook("folders.cursor")
        return str(self._state.tree)

    async def create(
        self, name: str, parent: int, holds: ItemClass, token: Token, tx: Tx | None = None
    ) -> Folder:
        """Raises ExistsError, NotFoundError (parent), ForbiddenError (an empty name)."""
        self._state.hook("folders.create")
        if token in self._state.receipts:
            return self._state.shelf(self._state.receipts[token].number).folder
        number = self._state.next_folder
        folder = self._checked(Folder(number=number, parent=parent, name=name.strip(), holds=holds))
        self._state.next_folder += 1
        self._state.shelves[number] = _Shelf(folder, self._state.sequence, self._state.sequence)
        self._state.receipts[token] = Written(number, None)
        self._moved()
        return folder

    async def update(self, number: int, name: str, parent: int, *, tx: Tx | None = None) -> Folder:
        """Raises NotFoundError, ExistsError, and ForbiddenError for a folder that every account has."""
        self._state.hook("folders.update")
        shelf = self._movable(number)
        if parent in self._subtree(number):
            raise ForbiddenError("A folder cannot be moved into itself.")
        shelf.folder = self._checked(replace(shelf.folder, name=name.strip(), parent=parent))
        self._moved()
        return shelf.folder

    async def delete(self, number: int, *, tx: Tx | None = None) -> None:
        """Raises NotFoundError, and ForbiddenError for a folder that every account has."""
        self._state.hook("folders.delete")
        self._movable(number)
        for folder in tuple(self._subtree(number)):
            del self._state.shelves[folder]
        self._moved()

    def _moved(self) -> None:
        self._state.tree += 1
        self._state.tell(None)

    def _movable(self, number: int) -> _Shelf:
        shelf = self._state.shelf(number)
        if shelf.folder.use is not FolderUse.USER:
            raise ForbiddenError("This folder belongs to every account and stays as it is.")
        return shelf

    def _checked(self, wanted: Folder) -> Folder:
        if not wanted.name:
            raise ForbiddenError("A folder needs a name.")
        if wanted.parent:
            self._state.shelf(wanted.parent)
        for shelf in self._state.shelves.values():
            other = shelf.folder
            same = other.parent == wanted.parent and folded(other.name) == folded(wanted.name)
            if same and other.number != wanted.number:
                raise ExistsError("There is a folder of this name already.")
        return wanted

    def _subtree(self, number: int) -> Iterator[int]:
        yield number
        for shelf in tuple(self._state.shelves.values()):
            if shelf.folder.parent == number:
                yield from self._subtree(shelf.folder.number)


class MemoryFeed:
    """The role `Feed`."""

    def __init__(self, state: _State) -> None:
        self._state = state

    async def cursor(self, folder: int) -> str:
        """The sequence of the folder's last change."""
        self._state.hook("feed.cursor")
        return str(self._state.shelf(folder).changed)

    async def changes(self, folder: int, since: str, limit: int) -> ChangeSet:
        """Raises NotFoundError."""
        self._state.hook("feed.changes")
        shelf = self._state.shelf(folder)
        start = int(since) if since.isdecimal() else -1
        if not shelf.began <= start <= shelf.changed:
            return ChangeSet(cursor=str(shelf.changed), restart=True)
        events = {thing.version: number for number, thing in shelf.things.items()}
        events |= {sequence: number for number, sequence in shelf.gone.items()}
        later = sorted(sequence for sequence in events if sequence > start)
        told = later[:limit]
        return ChangeSet(
            touched=tuple(_touched(shelf, events[s]) for s in told if events[s] in shelf.things),
            gone=ItemSet(events[s] for s in told if events[s] in shelf.gone),
            cursor=str(told[-1] if len(later) > limit else shelf.changed),
            more=len(later) > limit,
        )

    async def newest(self, folder: int, below: int | None, cutoff: date | None, limit: int) -> list[Touched]:
        """Raises NotFoundError."""
        self._state.hook("feed.newest")
        shelf = self._state.shelf(folder)
        numbers = [n for n in _within(shelf, cutoff) if below is None or n < below]
        return [_touched(shelf, number) for number in sorted(numbers, reverse=True)[:limit]]

    async def between(self, folder: int, old: date | None, new: date | None) -> ItemSet:
        """Raises NotFoundError."""
        self._state.hook("feed.between")
        shelf = self._state.shelf(folder)
        return ItemSet(set(_within(shelf, old)) ^ set(_within(shelf, new)))

    async def count(self, folder: int, cutoff: date | None) -> int:
        """Raises NotFoundError."""
        self._state.hook("feed.count")
        return len(_within(self._state.shelf(folder), cutoff))


def _touched(shelf: _Shelf, number: int) -> Touched:
    thing = shelf.things[number]
    return Touched(number, str(thing.version), thing.horizon)


def _within(shelf: _Shelf, cutoff: date | None) -> list[int]:
    if cutoff is None:
        return list(shelf.things)
    horizons = ((number, thing.horizon) for number, thing in shelf.things.items())
    return [number for number, horizon in horizons if horizon is None or horizon >= cutoff]


class MemoryItems:
    """The role `Items`."""

    def __init__(self, state: _State) -> None:
        self._state = state

    async def read(self, folder: int, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        """The items in the order asked for."""
        self._state.hook("items.read")
        return [self._read(folder, number, wish) for number in numbers]

    async def open(self, folder: int, number: int, section: str) -> Content:
        """Raises NotFoundError."""
        self._state.hook("items.open")
        thing = self._state.thing(folder, number)
        if not section:
            kind = "message/rfc822" if thing.holds is ItemClass.MAIL else KINDS[thing.holds].media
            return Content(name="", type=kind, blob=Pieces((thing.document,)))
        if thing.holds is not ItemClass.MAIL:
            return KINDS[thing.holds].open(thing.document, section)
        message: Message = thing.says
        part = next((part for part in message.attachments if part.section == section), None)
        if part is None:
            part = find_part(message.structure, section)
        if part is None:
            raise NotFoundError("This part is no longer there.")
        content = extract(part, thing.document[part.offset : part.offset + part.length])
        return Content(name=part.name, type=part.type, blob=Pieces((content,)))

    async def find(self, folder: int, uid: str) -> int | None:
        """Raises NotFoundError."""
        self._state.hook("items.find")
        return self._with_uid(folder, uid)

    def _with_uid(self, folder: int, uid: str) -> int | None:
        things = self._state.shelf(folder).things
        return min((number for number, one in things.items() if _uid(one) == uid), default=None)

    def _put_new(self, folder: int, thing: _Thing) -> Written:
        if thing.holds is ItemClass.CALENDAR and self._with_uid(folder, _uid(thing)) is not None:
            raise ExistsError("The calendar has an event of this UID already.")
        return self._state.put(folder, thing)

    async def create(self, folder: int, item: NewItem, token: Token, tx: Tx | None = None) -> Written:
        """Raises NotFoundError, ForbiddenError, ExistsError, UnreadableError."""
        self._state.hook("items.create")
        return self._once(token, lambda: self._put_new(folder, self._made(item)), folder)

    async def change(
        self,
        folder: int,
        number: int,
        edit: Edit,
        *,
        token: Token,
        guard: Guard | None = None,
        tx: Tx | None = None,
    ) -> Written:
        """Raises NotFoundError, ChangedError, ForbiddenError, UnreadableError."""
        self._state.hook("items.change")
        return self._once(token, lambda: self._change(folder, number, edit, guard), folder)

    async def delete(
        self, folder: int, number: int, *, guard: Guard | None = None, tx: Tx | None = None
    ) -> None:
        """Raises NotFoundError, ChangedError."""
        self._state.hook("items.delete")
        self._state.thing(folder, number, guard)
        self._state.take(folder, number)
        self._state.tell(folder)

    async def move(self, folder: int, number: int, to: int, *, token: Token, tx: Tx | None = None) -> Written:
        """Raises NotFoundError, ForbiddenError."""
        self._state.hook("items.move")
        return self._once(token, lambda: self._move(folder, number, to), folder, to)

    async def empty(self, folder: int, *, subfolders: bool = False) -> None:
        """Raises NotFoundError."""
        self._state.hook("items.empty")
        for number in sorted(self._state.shelf(folder).things):
            self._state.take(folder, number)
        self._state.tell(folder)
        if subfolders:
            tree = MemoryFolders(self._state)
            for shelf in tuple(self._state.shelves.values()):
                if shelf.folder.parent == folder:
                    await tree.delete(shelf.folder.number)

    def _once(self, token: Token, act: Callable[[], Written], *folders: int) -> Written:
        if token not in self._state.receipts:
            before = self._state.sequence
            self._state.receipts[token] = act()
            self._state.tell(*(folders if self._state.sequence > before else ()))
        return self._state.receipts[token]

    def _read(self, folder: int, number: int, wish: Wish) -> Item | BackendError:
        try:
            thing = self._state.thing(folder, number)
        except NotFoundError as error:
            return error
        if thing.holds is not ItemClass.MAIL:
            return KINDS[thing.holds].item(thing.says, wish)
        whole, part = body.choose(thing.says, wish), body.choose_part(thing.says, wish)
        return MailItem(
            message=thing.says,
            marks=thing.marks,
            received=thing.received,
            body=body.render(whole, _slice(thing.document, whole)) if whole else None,
            part=body.render_part(part, _slice(thing.document, part)) if part else None,
        )

    def _made(self, item: NewItem) -> _Thing:
        now = self._state.clock()
        match item:
            case NewMail():
                return _mail(item.mime, item.received or now, item.marks)
            case DraftEdit():
                sender = Sender(addresses=(self._state.identity.address,), name=self._state.identity.name)
                stamp = Stamp(now=now, message_id=f"<{self._state.sequence}.{now.timestamp()}@localhost>")
                marks = _marked(Marks(draft=True, read=True), item.marks)
                return _mail(draft.new_draft(item, sender, stamp), now, marks)
            case _:
                kind = kind_of_new(item)
                document = kind.write(item, f"{self._state.sequence}.{now.timestamp()}")
                return _Thing(document, kind.read(document), now, kind.holds)

    def _change(self, folder: int, number: int, edit: Edit, guard: Guard | None) -> Written:
        thing = self._state.thing(folder, number, guard)
        match edit:
            case MailEdit() if thing.holds is ItemClass.MAIL:
                new = replace(thing, marks=_marked(thing.marks, edit))
            case DraftEdit() if thing.holds is ItemClass.MAIL:
                marks = _marked(thing.marks, edit.marks)
                new = _mail(draft.change_draft(thing.document, edit), thing.received, marks)
            case _:
                new = _applied(thing, edit)
        if (new.document, new.marks) == (thing.document, thing.marks):
            return Written(number, str(thing.version))
        return self._state.put(folder, new, number)

    def _move(self, folder: int, number: int, to: int) -> Written:
        thing = self._state.thing(folder, number)
        if to == folder:
            raise ForbiddenError("The item is in this folder already.")
        written = self._state.put(to, replace(thing))
        self._state.take(folder, number)
        return written


def _applied(thing: _Thing, edit: Edit) -> _Thing:
    kind = None if isinstance(edit, MailEdit | DraftEdit) else kind_of_edit(edit)
    if kind is None or kind.holds is not thing.holds:
        raise ForbiddenError("This is an item of another kind.")
    document = kind.apply(thing.document, edit)
    return replace(thing, document=document, says=kind.read(document))


def _slice(document: bytes, choice: body.Choice) -> bytes:
    return document[choice.offset : choice.offset + choice.length]


def _mail(mime: bytes | Blob, received: datetime, marks: Marks) -> _Thing:
    document = read_all(mime)
    return _Thing(document, read_message(document), received, marks=marks)


def _marked(marks: Marks, edit: MailEdit) -> Marks:
    fields = {name: getattr(edit, name) for name in edit.__struct_fields__}
    return replace(marks, **{name: value for name, value in fields.items() if value is not UNSET})


class MemorySearch:
    """The role `Search`: looks at everything."""

    def __init__(self, state: _State) -> None:
        self._state = state

    async def search(self, query: Query, first: int, limit: int) -> Found:
        """Words are compared by their beginnings."""
        self._state.hook("search.search")
        found = sorted(
            (
                (thing.received, number, folder)
                for folder in query.folders & self._state.shelves.keys()
                for number, thing in self._state.shelves[folder].things.items()
                if _meets(thing, query) and _counts(thing, folder, query)
            ),
            reverse=True,
        )
        hits = tuple(Hit(folder, number) for _, number, folder in found[first : first + limit])
        return Found(hits=hits, total=len(found))


def _meets(thing: _Thing, query: Query) -> bool:
    said = _words(repr(thing.says) + thing.document.decode("utf-8", "replace"))
    return (
        all(any(_has(said, term) for term in clause) for clause in query.clauses)
        and not any(_has(said, term) for term in query.without)
        and (query.after is None or thing.received > query.after)
        and (query.before is None or thing.received < query.before)
        and (not query.thread or getattr(thing.says, "thread", b"") == query.thread)
    )


def _counts(thing: _Thing, folder: int, query: Query) -> bool:
    """Whether the item is not older than what is searched of its folder."""
    days = [one.day for one in query.oldest if folder in one.folders]
    return thing.horizon is None or all(thing.horizon >= day for day in days)


def _has(said: list[str], term: Term) -> bool:
    """Wherever the term is to stand."""
    if _UNSPACED.search(term.text):
        return any("".join(_words(term.text)) in word for word in said)
    *whole, last = _words(term.text) or [""]
    begun = term.begun and len(last) > 1
    return (
        bool(last)
        and set(whole) <= set(said)
        and any(w.startswith(last) if begun else w == last for w in said)
    )


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))


class MemorySubmit:
    """The role `Submit`: keeps what was sent, once for each token."""

    def __init__(self, hook: Callable[[str], None] = _pass) -> None:
        self._hook = hook
        self.sent: dict[Token, tuple[bytes, Envelope]] = {}

    async def send(
        self, mime: bytes | Blob, envelope: Envelope, *, token: Token, tx: Tx | None = None
    ) -> None:
        """Keep the mail."""
        self._hook("submit.send")
        self.sent.setdefault(token, (read_all(mime), envelope))

    async def has_left(self, envelope: Envelope, token: Token) -> bool:
        """Whether the mail was kept."""
        return token in self.sent


class MemoryDirectory:
    """The role `Directory` over a list of people."""

    def __init__(self, people: Sequence[Person] = ()) -> None:
        self.people = list(people)
        self.groups: dict[str, tuple[str, ...]] = {}

    async def find(self, text: str, first: int, limit: int) -> Entries:
        """Words are compared by their beginnings."""
        wanted = _words(text)
        found = [
            person
            for person in sorted(self.people, key=lambda person: person.name)
            if wanted and all(_begins(word, _words(f"{person.name} {person.address}")) for word in wanted)
        ]
        return Entries(people=tuple(found[first : first + limit]), total=len(found))

    async def lookup(self, address: str) -> Person | None:
        """The one with this address."""
        return next((p for p in self.people if p.address.casefold() == address.casefold()), None)

    async def members(self, address: str) -> tuple[str, ...]:
        """As `groups` says."""
        return self.groups.get(address, ())


class MemoryFreeBusy:
    """The role `FreeBusy`: of those in `times`."""

    def __init__(self) -> None:
        self.times: dict[str, tuple[Stretch, ...]] = {}

    async def busy(self, address: str, start: datetime, end: datetime) -> tuple[Stretch, ...]:
        """Raises NotFoundError."""
        if address not in self.times:
            raise NotFoundError("Nothing is known of this time.")
        return tuple(one for one in self.times[address] if one.start < end and one.end > start)


def _begins(word: str, words: list[str]) -> bool:
    return any(other.startswith(word) for other in words)


class MemoryOutOfOffice:
    """The role `OutOfOffice`."""

    def __init__(self) -> None:
        self._absence = Absence()

    async def read(self) -> Absence:
        return self._absence

    async def change(self, edit: AbsenceEdit) -> Absence:
        self._absence = edited(self._absence, edit)
        return self._absence


class MemoryAccount:
    """The role `Account`."""

    traits = Traits(notifies=True)

    def __init__(self, identity: Identity, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._state = _State(identity, clock)
        self.identity = identity
        self.folders = MemoryFolders(self._state)
        self.feed = MemoryFeed(self._state)
        self.items = MemoryItems(self._state)
        self.search = MemorySearch(self._state)
        self.submit = MemorySubmit(lambda verb: self._state.hook(verb))
        self.directory = MemoryDirectory()
        self.free_busy = MemoryFreeBusy()
        self.out_of_office = MemoryOutOfOffice()

    def interpose(self, hook: Callable[[str], None]) -> None:
        """Have `hook` called before each verb, with its name."""
        self._state.hook = hook

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change, until the returned function is called."""
        self._state.listeners.append(listener)
        return partial(self._unlisten, listener)

    def _unlisten(self, listener: Listener) -> None:
        with suppress(ValueError):
            self._state.listeners.remove(listener)


class MemoryAccounts:
    """The role `Accounts`; an account is made when it is first opened."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._accounts: dict[str, MemoryAccount] = {}

    def open(self, identity: Identity, password: str | None = None, agent: str = "") -> MemoryAccount:
        """The user's account."""
        if identity.address not in self._accounts:
            self._accounts[identity.address] = MemoryAccount(identity, self._clock)
        return self._accounts[identity.address]

    def listen(self, address: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change of the account."""
        return self.open(Identity(address=address)).listen(listener)
