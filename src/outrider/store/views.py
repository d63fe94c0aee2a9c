"""What each device has of each folder: a small record and, apart from it, sets of item numbers in blocks.

A record has a revision; whoever writes names the revision it read, and is refused when another was quicker.
What the record and the sets mean is the engine's business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from msgspec import Struct

from outrider.database import Connection, Database, Transaction
from outrider.domain.changes import EMPTY, Holdings, ItemSet, Shift

_KINDS = ("known", "owed", "gone", "left")


Revision: TypeAlias = Callable[[bytes], tuple[bytes, Shift]]
"""From a stored record to the one that takes its place, and how the sets shift. It runs on the writer's
thread."""


class ViewKey(Struct, frozen=True, array_like=True):
    """Whose view of what. `collection` is a folder's number as text, or a word for what is not a folder."""

    account: str
    device: str
    collection: str


class Record(Struct, frozen=True):
    """A stored record; revision 0 means that there is none yet."""

    revision: int = 0
    data: bytes = b""


class Views:
    """The views of all devices.

    Who is about to write one may say so (`under_way`), and who only wants to know how things stand may wait
    for that (`settled`): a courtesy inside one process, which no law rests on.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._under_way: dict[ViewKey, list[asyncio.Future[None]]] = {}

    @contextmanager
    def under_way(self, key: ViewKey) -> Iterator[None]:
        """Say that the view is being worked on while the block runs."""
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way.setdefault(key, []).append(end)
        try:
            yield
        finally:
            end.set_result(None)
            self._under_way[key].remove(end)
            if not self._under_way[key]:
                del self._under_way[key]

    async def settled(self, key: ViewKey) -> bool:
        """Wait until nobody works on the view; says whether somebody did."""
        ends = tuple(self._under_way.get(key, ()))
        for end in ends:
            await asyncio.shield(end)
        return bool(ends)

    async def load(self, account: str, device: str, collections: Sequence[str]) -> dict[str, Record]:
        """The records of these collections; an empty one where there is none."""
        return await self._database.read(_load, account, device, collections)

    async def holdings(self, key: ViewKey, revision: int, blocks: Iterable[int] | None) -> Holdings | None:
        """The sets: all that is owed, gone or left, and of what is known these blocks and those that the
        others have members in (None: all). None when the record is no longer at this revision."""
        wanted = None if blocks is None else frozenset(blocks)
        return await self._database.read(_holdings, key, revision, wanted)

    async def save(
        self, key: ViewKey, revision: int, record: bytes, *, by: Sequence[Shift] = (), clear: bool = False
    ) -> bool:
        """Write the record, empty the sets (`clear`) and shift them, in this order; False, and nothing done,
        when the stored record is not at `revision`."""
        return await self._database.transact(_save, key, revision, record, by, clear)

    async def devices(self, account: str, collection: str) -> list[str]:
        """The devices that have a view of the collection."""
        return await self._database.read(_devices, account, collection)

    async def revise(self, key: ViewKey, change: Revision, tx: Transaction | None = None) -> None:
        """Change a view, if there is one, whatever its revision; with `tx`, as part of that transaction.
        Whoever works on it meanwhile is refused."""
        if tx is None:
            await self._database.transact(_revise, key, change)
        else:
            await tx.run(_revise, key, change)

    async def accounts(self) -> list[str]:
        """The accounts of which anything is kept."""
        return await self._database.read(_accounts)

    async def collections(self, account: str) -> set[str]:
        """The collections of an account that any device has a view of."""
        return await self._database.read(_collections, account)

    async def records(self, account: str, collection: str) -> list[bytes]:
        """What is on record of one collection, for all devices that have a view of it."""
        return await self._database.read(_records, account, collection)

    async def forget(self, account: str, device: str | None = None, collection: str | None = None) -> None:
        """Drop the views of an account, one of its devices, or one collection."""
        await self._database.transact(_forget, account, device, collection)


def _load(connection: Connection, account: str, device: str, collections: Sequence[str]) -> dict[str, Record]:
    marks = ",".join("?" * len(collections))
    rows = connection.execute(
        "SELECT collection, revision, record FROM views"
        f" WHERE account=? AND device=? AND collection IN ({marks})",
        (account, device, *collections),
    )
    found = {collection: Record(revision, data) for collection, revision, data in rows}
    return {collection: found.get(collection, _NONE) for collection in collections}


_NONE = Record()


def _devices(connection: Connection, account: str, collection: str) -> list[str]:
    rows = connection.execute(
        "SELECT device FROM views WHERE account=? AND collection=? ORDER BY device", (account, collection)
    )
    return [device for (device,) in rows]


def _revision(connection: Connection, key: ViewKey) -> int:
    row = connection.execute(
        "SELECT revision FROM views WHERE account=? AND device=? AND collection=?",
        (key.account, key.device, key.collection),
    ).fetchone()
    return row[0] if row else 0


def _holdings(
    connection: Connection, key: ViewKey, revision: int, blocks: frozenset[int] | None
) -> Holdings | None:
    if _revision(connection, key) != revision:
        return None
    packed: list[dict[int, bytes]] = [{} for _ in _KINDS]
    if blocks is None:
        rows = connection.execute(
            "SELECT kind, block, data FROM view_blocks WHERE account=? AND device=? AND collection=?",
            (key.account, key.device, key.collection),
        )
    else:
        marks = ",".join("?" * len(blocks))
        fields = _fields(key)
        rows = connection.execute(
            f"SELECT kind, block, data FROM view_blocks {_VIEW} AND kind>0 UNION ALL"
            f" SELECT kind, block, data FROM view_blocks {_VIEW} AND kind=0 AND (block IN ({marks})"
            f" OR block IN (SELECT block FROM view_blocks {_VIEW} AND kind>0))",
            (*fields, *fields, *blocks, *fields),
        )
    for kind, block, data in rows:
        packed[kind][block] = data
    return Holdings(**{name: ItemSet.unpack(packed[kind]) for kind, name in enumerate(_KINDS)})


def _save(
    connection: Connection, key: ViewKey, revision: int, record: bytes, by: Sequence[Shift], clear: bool
) -> bool:
    if _revision(connection, key) != revision:
        return False
    connection.execute(
        "INSERT INTO views (account, device, collection, revision, record) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account, device, collection)"
        " DO UPDATE SET revision=excluded.revision, record=excluded.record",
        (key.account, key.device, key.collection, revision + 1, record),
    )
    if clear:
        connection.execute(
            "DELETE FROM view_blocks WHERE account=? AND device=? AND collection=?",
            (key.account, key.device, key.collection),
        )
    for one in by:
        _shift(connection, key, one)
    return True


def _revise(connection: Connection, key: ViewKey, change: Revision) -> None:
    record = _load(connection, key.account, key.device, [key.collection])[key.collection]
    if record.revision:
        data, by = change(record.data)
        _save(connection, key, record.revision, data, (by,), False)


def _shift(connection: Connection, key: ViewKey, by: Shift) -> None:
    for kind, name in enumerate(_KINDS):
        put: ItemSet = getattr(by.put, name)
        take: ItemSet = getattr(by.take, name)
        for block in put.blocks() | take.blocks():
            _shift_block(connection, (*_fields(key), kind, block), put, take)


def _fields(key: ViewKey) -> tuple[str, str, str]:
    return key.account, key.device, key.collection


_VIEW = "WHERE account=? AND device=? AND collection=?"
_WHERE = f"{_VIEW} AND kind=? AND block=?"


def _shift_block(
    connection: Connection, place: tuple[str, str, str, int, int], put: ItemSet, take: ItemSet
) -> None:
    block = place[-1]
    row = connection.execute(f"SELECT data FROM view_blocks {_WHERE}", place).fetchone()
    stored = ItemSet.unpack({block: row[0]}) if row else EMPTY
    data = ((stored | put.only(block)) - take.only(block)).packed_block(block)
    if data:
        connection.execute(
            "INSERT INTO view_blocks (account, device, collection, kind, block, data)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account, device, collection, kind, block) DO UPDATE SET data=excluded.data",
            (*place, data),
        )
    elif row:
        connection.execute(f"DELETE FROM view_blocks {_WHERE}", place)


def _accounts(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT DISTINCT account FROM views ORDER BY account")]


def _collections(connection: Connection, account: str) -> set[str]:
    rows = connection.execute("SELECT DISTINCT collection FROM views WHERE account=?", (account,))
    return {row[0] for row in rows}


def _records(connection: Connection, account: str, collection: str) -> list[bytes]:
    rows = connection.execute(
        "SELECT record FROM views WHERE account=? AND collection=?", (account, collection)
    )
    return [bytes(row[0]) for row in rows]


def _forget(connection: Connection, account: str, device: str | None, collection: str | None) -> None:
    conditions = {"account": account, "device": device, "collection": collection}
    given = {name: value for name, value in conditions.items() if value is not None}
    where = " AND ".join(f"{name}=?" for name in given)
    for table in ("view_blocks", "views"):
        connection.execute(f"DELETE FROM {table} WHERE {where}", tuple(given.values()))
