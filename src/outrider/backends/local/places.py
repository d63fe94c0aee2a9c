"""The rows that say where items are: numbers, sequences, tombstones, receipts.

The law: a change of an item raises the account's sequence row inside the same transaction; the item carries
the new value as `changed` (its version is that number as text), the folder carries the highest of its items'
values, and a removed item leaves a tombstone with its own. Sequences are never shared by two items, so that
a report of changes can be cut after any of them. A new account starts at the time in milliseconds, so that
cursors of an earlier account of the same address are too old, never wrong.

All functions run on the writer thread.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from msgspec import Struct

from outrider.backends.local.effects import Effects
from outrider.database import Connection, blobs, search
from outrider.database.feed import FeedTables
from outrider.domain.errors import ForbiddenError, NotFoundError
from outrider.domain.items import ItemClass
from outrider.domain.roles import Token, Written


class Owner(Struct, frozen=True):
    """An account as the rows know it."""

    id: int
    address: str


class Place(Struct, frozen=True):
    """An item's row."""

    number: int
    changed: int
    horizon: int
    received: int
    content: int
    marks: bytes


class Desk(Struct, frozen=True):
    """Where a write to one account happens: inside a transaction, with its effects noted."""

    connection: Connection
    effects: Effects
    owner: Owner


class Waiting(Struct, frozen=True, kw_only=True):
    """A folder, and the cursors from which somebody may still ask for its changes."""

    address: str
    number: int
    cursors: frozenset[str]


FEED = FeedTables("items", "tombstones")

# Which items are meant; the parameters go with them.
ONE = "account = ? AND folder = ? AND number = ?"
UP_TO = "account = ? AND folder = ? AND number <= ?"
FOLDER = "account = ? AND folder = ?"
ACCOUNT = "account = ?"


def today() -> int:
    """The day by which tombstones and receipts are aged: days of the epoch."""
    return int(time.time() // 86400)


def find_owner(connection: Connection, address: str) -> Owner:
    """The account of an address. Raises NotFoundError."""
    row = connection.execute("SELECT id FROM accounts WHERE address = ?", (address,)).fetchone()
    if row is None:
        raise NotFoundError("There is no such account.")
    return Owner(row[0], address)


def open_desk(connection: Connection, effects: Effects, address: str) -> Desk:
    """The desk of the account of an address. Raises NotFoundError."""
    return Desk(connection, effects, find_owner(connection, address))


def take_sequences(desk: Desk, count: int = 1) -> int:
    """Raise the account's sequence; answers the first of `count` new values."""
    [[last]] = desk.connection.execute(
        "UPDATE accounts SET sequence = sequence + ? WHERE id = ? RETURNING sequence", (count, desk.owner.id)
    ).fetchall()
    return int(last) - count + 1


def take_numbers(desk: Desk, folder: int, holds: ItemClass, count: int = 1) -> tuple[int, int]:
    """The first of `count` new item numbers in a folder that holds this class, and of as many sequences.

    Raises NotFoundError, ForbiddenError.
    """
    first = take_sequences(desk, count)
    last = first + count - 1
    rows = desk.connection.execute(
        "UPDATE folders SET next_item = next_item + ?, items = items + ?, changed = ? "
        "WHERE account = ? AND number = ? AND holds = ? RETURNING next_item",
        (count, count, last, desk.owner.id, folder, holds.value),
    ).fetchall()
    if not rows:
        check_folder(desk, folder)
        raise ForbiddenError("This folder holds items of another kind.")
    desk.effects.stands[desk.owner.address, folder] = last
    return rows[0][0] - count, first


def check_folder(desk: Desk, folder: int) -> None:
    """Raises NotFoundError for a folder that is not there."""
    sql = "SELECT 1 FROM folders WHERE account = ? AND number = ?"
    if desk.connection.execute(sql, (desk.owner.id, folder)).fetchone() is None:
        raise NotFoundError("There is no such folder.")


def put(desk: Desk, folder: int, place: Place) -> None:
    """Insert an item's row; its sequence is that of its creation."""
    desk.connection.execute(
        "INSERT INTO items "
        "(account, folder, number, created, changed, horizon, received, content, marks, uid) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT uid FROM contents WHERE id = ?))",
        (
            desk.owner.id,
            folder,
            place.number,
            place.changed,
            place.changed,
            place.horizon,
            place.received,
            place.content,
            place.marks,
            place.content,
        ),
    )


def find(desk: Desk, folder: int, number: int) -> Place:
    """An item's row. Raises NotFoundError."""
    row = desk.connection.execute(
        f"SELECT number, changed, horizon, received, content, marks FROM items WHERE {ONE}",
        (desk.owner.id, folder, number),
    ).fetchone()
    if row is None:
        raise NotFoundError("This item is no longer there.")
    return Place(*row)


def update(desk: Desk, folder: int, place: Place) -> Written:
    """Store an item's row with a new sequence."""
    sequence = take_sequences(desk)
    desk.connection.execute(
        "UPDATE items SET changed = ?, horizon = ?, content = ?, marks = ?, "
        f"uid = (SELECT uid FROM contents WHERE id = ?) WHERE {ONE}",
        (
            sequence,
            place.horizon,
            place.content,
            place.marks,
            place.content,
            desk.owner.id,
            folder,
            place.number,
        ),
    )
    desk.connection.execute(
        "UPDATE folders SET changed = ? WHERE account = ? AND number = ?", (sequence, desk.owner.id, folder)
    )
    desk.effects.stands[desk.owner.address, folder] = sequence
    return Written(place.number, str(sequence))


def remove(desk: Desk, folder: int, which: str, number: int) -> int:
    """Remove one item (ONE, number) or the oldest (UP_TO, number) and leave tombstones; answers how many.
    Their contents are not touched: `release` them before."""
    parameters = (desk.owner.id, folder, number)
    [[count]] = desk.connection.execute(f"SELECT count(*) FROM items WHERE {which}", parameters).fetchall()
    if not count:
        return 0
    first = take_sequences(desk, count)
    desk.connection.execute(
        "INSERT INTO tombstones (account, folder, sequence, number, day) "
        "SELECT account, folder, ? + row_number() OVER (ORDER BY number), number, ? "
        f"FROM items WHERE {which}",
        (first - 1, today(), *parameters),
    )
    desk.connection.execute(f"DELETE FROM items WHERE {which}", parameters)
    last = first + count - 1
    desk.connection.execute(
        "UPDATE folders SET changed = ?, items = items - ? WHERE account = ? AND number = ?",
        (last, count, desk.owner.id, folder),
    )
    desk.effects.stands[desk.owner.address, folder] = last
    return int(count)


def release(connection: Connection, effects: Effects, which: str, parameters: tuple[int, ...]) -> None:
    """Let go of the contents that some items hold; those nobody else holds are removed."""
    held = [row[0] for row in connection.execute(f"SELECT content FROM items WHERE {which}", parameters)]
    for content in held:
        release_content(connection, effects, content)


def release_content(connection: Connection, effects: Effects, content: int) -> None:
    """Let go of a content; if nobody else holds it, remove it with its words and its file."""
    [[holders, blob]] = connection.execute(
        "UPDATE contents SET holders = holders - 1 WHERE id = ? RETURNING holders, blob", (content,)
    ).fetchall()
    if holders:
        return
    search.forget(connection, content)
    connection.execute("DELETE FROM contents WHERE id = ?", (content,))
    if blob is not None:
        blobs.forget(connection, [blob])
        effects.freed.append(blob)


def find_receipt(desk: Desk, token: Token) -> Written | None:
    """What the act with this token resulted in, if it was done before."""
    row = desk.connection.execute(
        "SELECT number, version FROM receipts WHERE account = ? AND token = ?", (desk.owner.id, token)
    ).fetchone()
    return None if row is None else Written(row[0], row[1])


def has_receipt(connection: Connection, addresses: Iterable[str], token: Token) -> bool:
    """Whether the act with this token was done to any of these accounts. On any database thread."""
    sql = "SELECT 1 FROM accounts a JOIN receipts r ON r.account = a.id AND r.token = ? WHERE a.address = ?"
    return any(connection.execute(sql, (token, address)).fetchone() for address in addresses)


def write_receipt(desk: Desk, token: Token, written: Written) -> Written:
    """Note what the act with this token resulted in."""
    desk.connection.execute(
        "INSERT INTO receipts (account, token, number, version, day) VALUES (?, ?, ?, ?, ?)",
        (desk.owner.id, token, written.number, written.version, today()),
    )
    return written


def aged(connection: Connection, before: int) -> list[tuple[str, int]]:
    """The folders, by address and number, that have tombstones of days before this one."""
    return connection.execute(
        "SELECT DISTINCT a.address, t.folder FROM tombstones t JOIN accounts a ON a.id = t.account"
        " WHERE t.day < ?",
        (before,),
    ).fetchall()


def purge(connection: Connection, before: int, folders: Iterable[Waiting] = ()) -> None:
    """Drop receipts of days before this one, and in these folders the tombstones that are as old and that
    nobody waits for; cursors older than those must then start over."""
    for folder in folders:
        _purge_folder(connection, before, folder)
    connection.execute("DELETE FROM receipts WHERE day < ?", (before,))


def _purge_folder(connection: Connection, before: int, folder: Waiting) -> None:
    owner = find_owner(connection, folder.address)
    last = FEED.purge(connection, (owner.id, folder.number), before, folder.cursors)
    if last is not None:
        connection.execute(
            "UPDATE folders SET purged = ? WHERE account = ? AND number = ?", (last, owner.id, folder.number)
        )
