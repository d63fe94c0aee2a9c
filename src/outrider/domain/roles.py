"""What a mail system can be to us: small roles, each a few verbs over domain values.

An account is one user's set of roles. Every verb that creates, moves or sends takes a token: the same token
gives the same result, however often it is called. A transaction (`tx`) is opaque: it is handed through to a
role whose traits say `transactional`, so that its change and the caller's own records become durable
together; others are given None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Protocol, TypeAlias

from msgspec import Struct

from outrider.domain.absence import Absence, AbsenceEdit
from outrider.domain.changes import ChangeSet, ItemSet, Touched
from outrider.domain.errors import BackendError
from outrider.domain.items import Blob, Busy, Edit, Folder, Item, ItemClass, NewItem, Wish
from outrider.domain.search import Found, Query

Token: TypeAlias = bytes
Tx: TypeAlias = object


class Traits(Struct, frozen=True, kw_only=True):
    """What a source can do; the engine chooses by it, nobody asks for a source's name."""

    transactional: bool = False  # its verbs take part in the store's transaction
    schedules: bool = False  # it tells guests itself of what changes of a meeting
    notifies: bool = False  # `listen` calls back within a second of a change


class Written(Struct, frozen=True):
    """Where an item now stands, and the version this writing gave it (None: not known)."""

    number: int
    version: str | None


class Guard(Struct, frozen=True, kw_only=True):
    """Refuse (ChangedError) when the item's version is past the cursor `since` and not among `own`."""

    since: str
    own: frozenset[str] = frozenset()


class Folders(Protocol):
    """The folder tree of an account."""

    async def list(self) -> tuple[Folder, ...]: ...
    async def cursor(self) -> str:
        """Moves whenever `list` would answer something else; cheap."""
        ...

    async def create(
        self, name: str, parent: int, holds: ItemClass, token: Token, tx: Tx | None = None
    ) -> Folder: ...
    async def update(self, number: int, name: str, parent: int, *, tx: Tx | None = None) -> Folder: ...
    async def delete(self, number: int, *, tx: Tx | None = None) -> None:
        """Remove the folder, the folders below it and all they hold."""
        ...


class Feed(Protocol):
    """What the engine asks of any folder. Cursors are opaque texts; the cursor of an answer is taken before
    the listing."""

    async def cursor(self, folder: int) -> str:
        """Where the folder stands now. Equal to an earlier answer: nothing in it has moved since."""
        ...

    async def changes(self, folder: int, since: str, limit: int) -> ChangeSet:
        """What was touched or removed after `since`, oldest first, `limit` items at most (`more` says there
        are others)."""
        ...

    async def newest(self, folder: int, below: int | None, cutoff: date | None, limit: int) -> list[Touched]:
        """The items with the highest numbers below `below` whose horizon is not before `cutoff`, highest
        first."""
        ...

    async def between(self, folder: int, old: date | None, new: date | None) -> ItemSet:
        """The items whose horizon lies between the two cut-offs: what a change of the filter lets in or
        out."""
        ...

    async def count(self, folder: int, cutoff: date | None) -> int:
        """How many items there are whose horizon is not before `cutoff`."""
        ...


class Content(Struct, frozen=True, kw_only=True):
    """A part of an item, opened for reading."""

    name: str
    type: str
    blob: Blob


class Items(Protocol):
    """The items of an account's folders."""

    async def read(self, folder: int, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        """The items in the order asked for; an error in the place of one that cannot be read or is gone."""
        ...

    async def find(self, folder: int, uid: str) -> int | None:
        """The event of a calendar that has this UID, of a folder of mails the invitation to it; the lowest of
        several. Raises NotFoundError (the folder)."""
        ...

    async def create(self, folder: int, item: NewItem, token: Token, tx: Tx | None = None) -> Written:
        """Raises ExistsError where the folder has an event of this UID already."""
        ...

    async def change(
        self,
        folder: int,
        number: int,
        edit: Edit,
        *,
        token: Token,
        guard: Guard | None = None,
        tx: Tx | None = None,
    ) -> Written: ...
    async def delete(
        self, folder: int, number: int, *, guard: Guard | None = None, tx: Tx | None = None
    ) -> None:
        """Remove the item for good. Raises NotFoundError when it is not there."""
        ...

    async def move(self, folder: int, number: int, to: int, *, token: Token, tx: Tx | None = None) -> Written:
        """Move the item into the folder `to`, where it has a new number."""
        ...

    async def empty(self, folder: int, *, subfolders: bool = False) -> None:
        """Remove all items of a folder for good (and the folders below it)."""
        ...

    async def open(self, folder: int, number: int, section: str) -> Content:
        """A part of the item (for mail: a section; "" is the whole MIME) with its transfer encoding
        undone."""
        ...


class Search(Protocol):
    """Full-text search over the items of an account."""

    async def search(self, query: Query, first: int, limit: int) -> Found:
        """The items that the query finds, from the `first` (0: the newest) on, `limit` at most."""
        ...


class Envelope(Struct, frozen=True, kw_only=True):
    """Who sends to whom, apart from what the headers say."""

    sender: str
    recipients: tuple[str, ...]


class Submit(Protocol):
    """The way out for mail."""

    async def send(
        self, mime: bytes | Blob, envelope: Envelope, *, token: Token, tx: Tx | None = None
    ) -> None:
        """Deliver or hand to transport, whole or not at all. The MIME is transmitted as it is given."""
        ...

    async def has_left(self, envelope: Envelope, token: Token) -> bool:
        """Whether the mail with this token has left, or may have, for any of these recipients. Then `send`
        finishes what was not done, and does nothing again."""
        ...


class Person(Struct, frozen=True, kw_only=True):
    """An entry of the directory; a `group` stands for its members. `address` may be empty, `certificate` is
    for S/MIME (X.509, DER)."""

    address: str
    name: str = ""
    given_name: str = ""
    surname: str = ""
    office: str = ""
    company: str = ""
    title: str = ""
    phone: str = ""
    home_phone: str = ""
    mobile: str = ""
    alias: str = ""
    photo: bytes | None = None
    group: bool = False
    certificate: bytes | None = None


class Entries(Struct, frozen=True, kw_only=True):
    """A page of the directory, by name, and how many entries there are in all."""

    people: tuple[Person, ...] = ()
    total: int = 0


class Directory(Protocol):
    """Who there is."""

    async def find(self, text: str, first: int, limit: int) -> Entries:
        """Those who have, for each word of `text`, a word that begins with it, from the `first` (0) on,
        `limit` at most. Case and accents do not matter; a text without words finds nobody."""
        ...

    async def lookup(self, address: str) -> Person | None:
        """Whom an address belongs to."""
        ...

    async def members(self, address: str) -> tuple[str, ...]:
        """The addresses of the people in a group, those of groups in it among them, nobody twice."""
        ...


class Stretch(Struct, frozen=True):
    """A time in which somebody is not free."""

    start: datetime
    end: datetime
    state: Busy


class CalendarRight(Enum):
    """What somebody may do with another's calendar; each includes those before it."""

    NONE = "none"
    FREE_BUSY = "free-busy"  # see when the owner is not free
    READ = "read"
    EDIT = "edit"


class Rights(Protocol):
    """Who may do what with whose calendar."""

    async def calendar(self, owner: str, viewer: str) -> CalendarRight:
        """What a user may do with another's calendar: the most of what holds for everybody and what was
        delegated to them. Raises NotFoundError (the owner)."""
        ...


class FreeBusy(Protocol):
    """What the user of an account may know of others' time."""

    async def busy(self, address: str, start: datetime, end: datetime) -> tuple[Stretch, ...]:
        """When somebody is not free between two times. Raises ForbiddenError (who may not see it),
        NotFoundError (of whom nothing is known)."""
        ...


class OutOfOffice(Protocol):
    """The absence of the user of an account. Mail that comes meanwhile is answered by the mail system."""

    async def read(self) -> Absence: ...
    async def change(self, edit: AbsenceEdit) -> Absence:
        """The absence after an edit. Raises PeriodError, ReplyTooLongError."""
        ...


class Identity(Struct, frozen=True, kw_only=True):
    """A user who proved who they are. `address` is the account's name everywhere; `addresses` are all they
    may send from, the primary one first. `stamp` changes whenever password, rights or enabled state
    change. Who is not `enabled` may do nothing, and is told so."""

    address: str
    name: str = ""
    addresses: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    admin: bool = False
    enabled: bool = True
    eas: bool = True  # may use ActiveSync at all
    receipts: bool = False  # tells senders who ask that their mail was read
    time_zone: str = "UTC"
    stamp: str = ""


class Authenticator(Protocol):
    """Who says that a password is right. Raises BackendError(temporary) when it cannot tell."""

    async def check(self, name: str, password: str) -> Identity | None:
        """The identity behind a login name (address, local part or DOMAIN\\user) and password; None when
        wrong or unknown."""
        ...

    async def identify(self, address: str) -> Identity | None:
        """The identity as it is now, without a password: for re-checks of those already signed in."""
        ...


Listener: TypeAlias = Callable[[int | None], None]  # a folder's number; None: the folder tree


class Account(Protocol):
    """One user's roles."""

    @property
    def identity(self) -> Identity: ...
    @property
    def traits(self) -> Traits: ...
    @property
    def folders(self) -> Folders: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def items(self) -> Items: ...
    @property
    def search(self) -> Search | None:
        """None: nothing can be searched here."""
        ...

    @property
    def submit(self) -> Submit: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def free_busy(self) -> FreeBusy | None:
        """None: of nobody's time anything is known."""
        ...

    @property
    def out_of_office(self) -> OutOfOffice | None:
        """None: nobody is answered in the user's absence."""
        ...


class Accounts(Protocol):
    """Opens accounts, and says which of their folders moved."""

    def open(self, identity: Identity, password: str | None = None, agent: str = "") -> Account:
        """The user's account. `agent` names on whose behalf it is used, a device for example: a source may
        note it with what is removed; empty for the server itself."""
        ...

    def listen(self, address: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every durable change of this account's folders, until the returned function
        is called."""
        ...


class Delivery(Protocol):
    """The way in for mail (LMTP, local submission)."""

    async def deliver(
        self, recipients: Sequence[str], mime: bytes | Blob, received: datetime | None = None
    ) -> dict[str, str]:
        """Store one copy per recipient, all or none; answers a refusal (text) for each unknown recipient."""
        ...
