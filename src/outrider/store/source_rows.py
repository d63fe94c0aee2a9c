"""The rows of folders and items of sources that only list. All functions run on a database thread.

The law is that of the embedded store: a change raises the account's sequence in the transaction that notes
it, the item carries the new value (as text it is the item's version), a removed item leaves a tombstone with
its own, and no sequence is shared. A new account starts at the time in milliseconds, so that cursors of an
earlier one of the same address are too old, never wrong.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from outrider.database import Connection
from outrider.database.feed import NEVER, FeedTables, Stand, horizon
from outrider.domain.errors import NotFoundError, RenumberedError
from outrider.domain.items import ItemClass
from outrider.domain.listings import Difference, Known
from outrider.domain.roles import Token, Written
from outrider.domain.sources import Listed

FEED = FeedTables("source_items", "source_tombstones")

_FOLDER = (
    "SELECT f.account, f.number, f.id, f.holds, f.changed, f.purged, f.items, f.mark, f.epoch"
    " FROM sources s JOIN source_folders f ON f.account = s.id WHERE s.address = ? AND f.number = ?"
)
_SHELF = "account = ? AND number = ?"
_COLUMNS = "account, folder, number, id, version, changed, horizon, fingerprint"
_KNOWN = "number, id, version, changed, horizon, fingerprint FROM source_items"
_ITEMS = "account = ? AND folder = ?"
_ITEM = f"{_ITEMS} AND number = ?"
# An item that has not changed since, and whose new id no other one has.
_UNTOUCHED = (
    f"{_ITEM} AND changed <= ? AND NOT EXISTS (SELECT 1 FROM source_items other WHERE other.account = ?"
    " AND other.folder = ? AND other.id = ? AND other.number != ?)"
)


class Place(Struct, frozen=True):
    """A folder by our number."""

    address: str
    folder: int


class Shelf(Struct, frozen=True):
    """A folder's row."""

    account: int
    number: int
    id: str
    holds: ItemClass
    changed: int
    purged: int
    items: int
    mark: str
    epoch: str

    @property
    def stand(self) -> Stand:
        """What a feed needs of it."""
        return Stand(self.account, self.number, self.changed, self.purged, self.items)

    @property
    def where(self) -> tuple[int, int]:
        """The parameters that name it."""
        return self.account, self.number


class Seen(Struct, frozen=True, kw_only=True):
    """A listing, apart from its items: the folder's sequence when it was asked for, its epoch, and the
    source's mark from before it. None is not to be noted: the listing is not whole, or not noted whole."""

    since: int
    epoch: str | None
    mark: str | None = None

    def partly(self) -> Seen:
        """The same while only a part of the listing is noted."""
        return Seen(since=self.since, epoch=None)


class Act(Struct, frozen=True):
    """Something we had the source do; `epoch` is that of the folder's ids when it was asked to."""

    token: Token
    epoch: str


class Receipt(Struct, frozen=True):
    """How far an act has come: begun before, and with which result if it ended."""

    begun: bool = False
    written: Written | None = None


def today() -> int:
    """The day by which tombstones and receipts are aged: days of the epoch."""
    return int(time.time() // 86400)


def find_account(connection: Connection, address: str) -> int:
    """The account of an address. Raises NotFoundError."""
    row = connection.execute("SELECT id FROM sources WHERE address = ?", (address,)).fetchone()
    if row is None:
        raise NotFoundError("There is no such account.")
    return int(row[0])


def find_shelf(connection: Connection, place: Place) -> Shelf:
    """The folder's row. Raises NotFoundError."""
    row = connection.execute(_FOLDER, (place.address, place.folder)).fetchone()
    if row is None:
        raise NotFoundError("There is no such folder.")
    account, number, id, holds, *others = row
    return Shelf(account, number, id, ItemClass(holds), *others)


def find_known(connection: Connection, shelf: Shelf, numbers: Sequence[int] | None = None) -> list[Known]:
    """The items of a folder, lowest number first: all, or these."""
    which = "" if numbers is None else f" AND number IN ({','.join('?' * len(numbers))})"
    rows = connection.execute(
        f"SELECT {_KNOWN} WHERE {_ITEMS}{which} ORDER BY number", (*shelf.where, *(numbers or ()))
    )
    return list(map(_as_known, rows))


def _find_id(connection: Connection, shelf: Shelf, id: str) -> Known | None:
    row = connection.execute(f"SELECT {_KNOWN} WHERE {_ITEMS} AND id = ?", (*shelf.where, id)).fetchone()
    return None if row is None else _as_known(row)


def _as_known(row: tuple[int, str, str, int, int, str]) -> Known:
    number, id, version, changed, day, fingerprint = row
    return Known(number, id, version, changed, horizon(day), fingerprint)


# ------------------------------------------------------------------------------------- what a listing says


def apply(connection: Connection, place: Place, found: Difference, seen: Seen) -> bool:
    """Note what a listing said; answers whether anything moved. Items that changed since it was asked for are
    left alone. Raises NotFoundError."""
    shelf, since = find_shelf(connection, place), seen.since
    _rename(connection, shelf, found.renamed, since)
    first = _take_sequences(connection, shelf, len(found.changed) + len(found.gone) + len(found.added))
    changed = _change(connection, shelf, found.changed, (first, since))
    first += len(found.changed)
    gone = _bury(connection, shelf, found.gone, (first, since))
    first += len(found.gone)
    added = _insert_new(connection, shelf, found.added, (first, since))
    connection.execute(
        f"UPDATE source_folders SET epoch = coalesce(?, epoch), mark = coalesce(?, mark) WHERE {_SHELF}",
        (seen.epoch, seen.mark, *shelf.where),
    )
    if changed or gone or added:
        _count(connection, shelf, added - gone)
    return bool(changed or gone or added)


def _rename(connection: Connection, shelf: Shelf, renamed: Sequence[tuple[int, str]], since: int) -> None:
    connection.executemany(
        f"UPDATE source_items SET id = ? WHERE {_UNTOUCHED}",
        ((id, *_untouched(shelf, number, since, id)) for number, id in renamed),
    )


def _untouched(shelf: Shelf, number: int, since: int, id: str) -> tuple[object, ...]:
    """The parameters of `_UNTOUCHED`."""
    return (*shelf.where, number, since, *shelf.where, id, number)


def _change(
    connection: Connection, shelf: Shelf, changed: Sequence[tuple[int, Listed]], start: tuple[int, int]
) -> int:
    """Note new versions of items; answers how many. `start` is here and below the first sequence to give, and
    the last one that the listing knew of."""
    first, since = start
    values = (
        (
            *(one.id, one.version, _day(one.horizon), one.fingerprint, first + index),
            *_untouched(shelf, number, since, one.id),
        )
        for index, (number, one) in enumerate(changed)
    )
    sql = (
        "UPDATE source_items SET id = ?, version = ?, horizon = ?, fingerprint = ?, changed = ?"
        f" WHERE {_UNTOUCHED}"
    )
    return connection.executemany(sql, values).rowcount if changed else 0


def _take_sequences(connection: Connection, shelf: Shelf, count: int) -> int:
    """Raise the account's sequence; answers the first of `count` new values."""
    if not count:
        return 0
    [[last]] = connection.execute(
        "UPDATE sources SET sequence = sequence + ? WHERE id = ? RETURNING sequence", (count, shelf.account)
    ).fetchall()
    return int(last) - count + 1


def _bury(connection: Connection, shelf: Shelf, numbers: Sequence[int], start: tuple[int, int]) -> int:
    """Remove items that have not changed since and leave tombstones; answers how many."""
    if not numbers:
        return 0
    first, since = start
    connection.executemany(
        "INSERT INTO source_tombstones (account, folder, sequence, number, id, day)"
        f" SELECT account, folder, ?, number, id, ? FROM source_items WHERE {_ITEM} AND changed <= ?",
        ((first + index, today(), *shelf.where, number, since) for index, number in enumerate(numbers)),
    )
    return connection.executemany(
        f"DELETE FROM source_items WHERE {_ITEM} AND changed <= ?",
        ((*shelf.where, number, since) for number in numbers),
    ).rowcount


def _insert_new(connection: Connection, shelf: Shelf, added: Sequence[Listed], start: tuple[int, int]) -> int:
    """Number items that nobody noted or removed since; answers how many."""
    if not added:
        return 0
    first, since = start
    number = _take_numbers(connection, shelf, len(added))
    values = (
        (*_row(shelf, number + index, one, first + index), *shelf.where, one.id, *shelf.where, since, one.id)
        for index, one in enumerate(added)
    )
    return connection.executemany(
        f"INSERT INTO source_items ({_COLUMNS}) SELECT ?, ?, ?, ?, ?, ?, ?, ?"
        f" WHERE NOT EXISTS (SELECT 1 FROM source_items WHERE {_ITEMS} AND id = ?) AND NOT EXISTS"
        f" (SELECT 1 FROM source_tombstones WHERE {_ITEMS} AND sequence > ? AND id = ?)",
        values,
    ).rowcount


def _take_numbers(connection: Connection, shelf: Shelf, count: int) -> int:
    [[after]] = connection.execute(
        f"UPDATE source_folders SET next_item = next_item + ? WHERE {_SHELF} RETURNING next_item",
        (count, *shelf.where),
    ).fetchall()
    return int(after) - count


def _row(shelf: Shelf, number: int, one: Listed, sequence: int) -> tuple[object, ...]:
    return (*shelf.where, number, one.id, one.version, sequence, _day(one.horizon), one.fingerprint)


def _day(day: date | None) -> int:
    return NEVER if day is None else day.toordinal()


def _count(connection: Connection, shelf: Shelf, more: int) -> None:
    """Note that the folder moved, and has so many items more."""
    connection.execute(
        "UPDATE source_folders SET items = items + ?, changed ="
        f" (SELECT sequence FROM sources WHERE id = source_folders.account) WHERE {_SHELF}",
        (more, *shelf.where),
    )


# ------------------------------------------------------------------------------------- what we did


def begin(connection: Connection, address: str, token: Token) -> Receipt:
    """How far the act with this token has come; from now on it is begun."""
    account = find_account(connection, address)
    row = connection.execute(
        "SELECT number, version FROM source_receipts WHERE account = ? AND token = ?", (account, token)
    ).fetchone()
    if row is not None:
        return Receipt(begun=True, written=None if row[0] is None else Written(row[0], row[1]))
    connection.execute(
        "INSERT INTO source_receipts (account, token, day) VALUES (?, ?, ?)", (account, token, today())
    )
    return Receipt()


def sign(connection: Connection, account: int, token: Token, written: Written) -> Written:
    """Note the result of an act."""
    connection.execute(
        "UPDATE source_receipts SET number = ?, version = ? WHERE account = ? AND token = ?",
        (written.number, written.version, account, token),
    )
    return written


def find_standing(connection: Connection, place: Place, one: Listed, act: Act) -> Shelf:
    """The row of the folder in which an act came to this item. Raises RenumberedError when a listing has
    brought it into another epoch since, without the item: its id may be outdated."""
    shelf = find_shelf(connection, place)
    if shelf.epoch != act.epoch and _find_id(connection, shelf, one.id) is None:
        raise RenumberedError
    return shelf


def put(connection: Connection, shelf: Shelf, one: Listed) -> Written:
    """Note an item that was put into a folder; a listing may have been quicker, and seen it as it became
    since."""
    found = _find_id(connection, shelf, one.id)
    if found is not None:
        return _written(found.number, found.changed if found.version == one.version else None, one)
    number = _take_numbers(connection, shelf, 1)
    sequence = _take_sequences(connection, shelf, 1)
    connection.execute(
        f"INSERT INTO source_items ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        _row(shelf, number, one, sequence),
    )
    _count(connection, shelf, 1)
    return _written(number, sequence, one)


def renew(connection: Connection, shelf: Shelf, before: Known, one: Listed) -> Written:
    """Note what an item became. Where a listing has noted something else since it was seen as `before`, that
    stays, and the version is not known: it may be newer."""
    now = next(iter(find_known(connection, shelf, [before.number])), None)
    if now is not None and (now.id, now.version) == (one.id, one.version):
        return _written(now.number, now.changed, one)
    if now is None or now.changed != before.changed or _is_taken(connection, shelf, now, one):
        return Written(before.number, None)
    sequence = _take_sequences(connection, shelf, 1)
    connection.execute(
        "UPDATE source_items SET id = ?, version = ?, changed = ?, horizon = ?, fingerprint = ?"
        f" WHERE {_ITEM}",
        (one.id, one.version, sequence, _day(one.horizon), one.fingerprint, *shelf.where, now.number),
    )
    _count(connection, shelf, 0)
    return _written(now.number, sequence, one)


def _written(number: int, sequence: int | None, one: Listed) -> Written:
    """The result of a write. Where the source did not tell the version, the one we gave is not the writer's
    own: it may have been changed since."""
    return Written(number, str(sequence) if sequence is not None and one.version else None)


def _is_taken(connection: Connection, shelf: Shelf, now: Known, one: Listed) -> bool:
    """Whether a listing has given the item's new id a number of its own."""
    return now.id != one.id and _find_id(connection, shelf, one.id) is not None


def drop(connection: Connection, place: Place, numbers: Sequence[int]) -> None:
    """Note that items were removed."""
    shelf = find_shelf(connection, place)
    first = _take_sequences(connection, shelf, len(numbers))
    gone = _bury(connection, shelf, numbers, (first, shelf.changed))
    if gone:
        _count(connection, shelf, -gone)
