"""Mails about meetings on their way in, and what becomes of the calendars of those who get them.

The law: mail and calendar change in one transaction. What a calendar has is read before, and the new document
made beside the loop; where the calendar changed in between, it is looked at anew. What cannot be read or made
leaves the calendar as it is: the mail arrives all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from outrider.backends.local import address_book, contents, items, places, reading
from outrider.backends.local.contents import Prepared
from outrider.backends.local.effects import Effects
from outrider.backends.local.items import Act, Stock
from outrider.database import BlobStore, Connection
from outrider.domain.errors import UnreadableError
from outrider.domain.items import Blob, Event, ItemClass, Mailbox, MeetingNews, pack
from outrider.domain.scheduling import Take, receive
from outrider.formats.blobs import read_all
from outrider.formats.documents import KINDS
from outrider.formats.icalendar import events
from outrider.formats.icalendar.messages import Told, read_message
from outrider.formats.parts import locate, open_part

_CALENDAR: Final = (
    "SELECT number FROM folders WHERE account = ? AND holds = 'calendar' AND use = 'default' ORDER BY number"
)
_EVENT: Final = (
    "SELECT i.folder, i.number, i.changed, i.content FROM folders f "
    "JOIN items i ON i.account = f.account AND i.folder = f.number AND i.uid = ? "
    "WHERE f.account = ? AND f.holds = 'calendar' ORDER BY f.use <> 'default', i.folder, i.number"
)


class Brought(Struct, frozen=True, kw_only=True):
    """What a mail brings: from whom, and what it says of a meeting."""

    senders: tuple[str, ...]
    told: Told


class Stand(Struct, frozen=True, kw_only=True):
    """Where a meeting stands in an account: in which folder and as what, or with number 0 where it would go.
    `own` are the addresses of the user."""

    folder: int
    number: int = 0
    changed: int = 0
    document: bytes = b""
    own: frozenset[str] = frozenset()


class Entry(Struct, frozen=True, kw_only=True):
    """What is to become of one account: what the mail is to its user, and the new content of the meeting, if
    there is any."""

    news: MeetingNews = MeetingNews.NONE
    stand: Stand | None = None
    prepared: Prepared | None = None


# ------------------------------------------------------------------------------------- worker threads


def find_brought(prepared: Prepared, mime: bytes | Blob) -> Brought | None:
    """What a mail that was read brings; None for one that is about no meeting."""
    message = contents.unpack_message(prepared.summary)
    part = locate(message, message.calendar) if message.calendar is not None else None
    if message.meeting is None or part is None:
        return None
    told = read_message(read_all(open_part(part, mime)), message.meeting.method.value)
    if told is None:
        return None
    return Brought(senders=tuple(box.address for box in message.author), told=told)


def decide(stock: Stock, brought: Brought, stands: Sequence[Stand | None]) -> list[Entry]:
    """What is to become of each account. Raises FullError."""
    return [Entry() if stand is None else _decide(stock, brought, stand) for stand in stands]


def _decide(stock: Stock, brought: Brought, stand: Stand) -> Entry:
    def mine(box: Mailbox) -> bool:
        return box.address.casefold() in stand.own

    try:
        known: Event | None = events.read(stand.document) if stand.number else None
        received = receive(brought.told.meeting, brought.senders, known, mine)
        if received.step is None:
            return Entry(news=received.news)
        document = brought.told.document if isinstance(received.step, Take) else stand.document
        changed = events.apply(document, received.step.edit)
        kind = KINDS[ItemClass.CALENDAR]
        prepared = contents.prepare_document(stock.blobs, kind, changed, stock.clock())
    except UnreadableError:
        return Entry(news=MeetingNews.FIRST)
    return Entry(news=received.news, stand=stand, prepared=prepared)


# ------------------------------------------------------------------------------------- a database thread


def look(connection: Connection, store: BlobStore, addresses: Sequence[str], uid: str) -> list[Stand | None]:
    """Where a meeting stands in these accounts; None for an account without a calendar.

    Raises NotFoundError (an account).
    """
    return [_look(connection, store, address, uid) for address in addresses]


def _look(connection: Connection, store: BlobStore, address: str, uid: str) -> Stand | None:
    owner = places.find_owner(connection, address)
    user = address_book.user_id(connection, address)
    own = {address, *(address_book.addresses_of(connection, user) if user is not None else ())}
    addresses = frozenset(map(str.casefold, own))
    row = connection.execute(_EVENT, (uid, owner.id)).fetchone()
    if row is not None:
        folder, number, changed, content = row
        document = read_all(reading.view_document(connection, store, content))
        return Stand(folder=folder, number=number, changed=changed, document=document, own=addresses)
    calendar = connection.execute(_CALENDAR, (owner.id,)).fetchone()
    return None if calendar is None else Stand(folder=calendar[0], own=addresses)


# ------------------------------------------------------------------------------------- the writer's thread


def settle(
    connection: Connection,
    effects: Effects,
    acts: Sequence[Act],
    mail: Prepared,
    entries: tuple[str, Sequence[Entry]],
) -> bool:
    """Deliver the mail and change the calendars, of `entries` for this UID; False, with nothing done, where a
    calendar changed meanwhile. Those whose token was seen before are passed over."""
    uid, decided = entries
    pairs = list(zip(acts, decided, strict=True))
    undone = [(act, entry) for act, entry in pairs if not items.was_done(connection, effects, act)]
    written = [(act, entry) for act, entry in undone if entry.prepared is not None]
    if not all(_stands(connection, act.address, uid, entry) for act, entry in written):
        _free(effects, decided)
        return False
    _free(effects, [entry for pair, entry in pairs if (pair, entry) not in written])
    marks = contents.unpack_marks(mail.marks)
    copies = [replace(act, marks=pack(replace(marks, news=entry.news))) for act, entry in undone]
    items.add_copies(connection, effects, copies, mail)
    for act, entry in written:
        _write(connection, effects, act.address, entry)
    return True


def _free(effects: Effects, entries: Sequence[Entry]) -> None:
    """Let the files go that were made for nothing."""
    effects.freed.extend(one.prepared.blob for one in entries if one.prepared and one.prepared.blob)


def _stands(connection: Connection, address: str, uid: str, entry: Entry) -> bool:
    """Whether a meeting still stands where it was seen."""
    owner = places.find_owner(connection, address)
    row = connection.execute(_EVENT, (uid, owner.id)).fetchone()
    assert entry.stand is not None
    seen = (entry.stand.number, entry.stand.changed)
    return seen == ((row[1], row[2]) if row else (0, 0))


def _write(connection: Connection, effects: Effects, address: str, entry: Entry) -> None:
    stand, prepared = entry.stand, entry.prepared
    assert stand is not None
    assert prepared is not None
    act = Act(address=address, folder=stand.folder, number=stand.number)
    if stand.number:
        items.rewrite(connection, effects, act, (stand.changed, prepared))
    else:
        items.add(connection, effects, act, prepared)
