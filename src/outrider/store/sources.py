"""The numbers we give to the folders and items of sources that only list, and the feed made of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct, structs

from outrider.database import Connection, Database
from outrider.domain.changes import ChangeSet, ItemSet, Touched
from outrider.domain.errors import NotFoundError
from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.domain.listings import Difference, Known, compare, paired
from outrider.domain.roles import Token, Written
from outrider.domain.sources import Listed, ListedFolder, Listing
from outrider.store import source_rows
from outrider.store.source_rows import FEED, Act, Place, Receipt, Seen, Shelf, find_account, find_shelf

AT_ONCE = 500  # items that one transaction notes


class Tree(Struct, frozen=True):
    """An account's folders as they were last listed: where the tree stands, the source's mark, and each
    folder, by number, as it is to us and as the source listed it."""

    hierarchy: int
    mark: str
    folders: tuple[Folder, ...]
    listed: tuple[ListedFolder, ...]

    def id_of(self, number: int) -> str:
        """The source's id of a folder. Raises NotFoundError."""
        return self.listed[self.folders.index(self.find(number))].id

    def find(self, number: int) -> Folder:
        """Raises NotFoundError."""
        for folder in self.folders:
            if folder.number == number:
                return folder
        raise NotFoundError("There is no such folder.")


class Waiting(Struct, frozen=True, kw_only=True):
    """A folder, and the cursors from which somebody may still ask for its changes."""

    place: Place
    cursors: frozenset[str]


class Sources:
    """What is kept of all sources that only list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---------------------------------------------------------------------------------- folders

    async def tree_stand(self, address: str) -> tuple[int, str] | None:
        """Where the tree stands, and the source's mark; None before it was listed once. Both equal: `tree`
        answers the same."""
        return await self._database.read(_tree_stand, address)

    async def tree(self, address: str) -> Tree | None:
        """The account's folders; None before they were listed once."""
        return await self._database.read(_tree, address)

    async def note_tree(
        self, address: str, since: int, listed: Sequence[ListedFolder], mark: str
    ) -> bool | None:
        """Note what there is; answers whether the tree moved. None, and nothing noted, when it does not stand
        where it did when the listing was asked for (0: nothing was known)."""
        return await self._database.transact(_note_tree, (address, since), listed, mark)

    async def note_folder(self, address: str, one: ListedFolder, token: Token) -> Folder:
        """Note a folder that was made by the act with this token."""
        return await self._database.transact(_note_folder, address, one, token)

    async def note_folder_gone(self, place: Place) -> None:
        """Note that a folder was removed, with all below it."""
        await self._database.transact(_note_folder_gone, place)

    async def note_ids(self, address: str, ids: Mapping[str, str]) -> None:
        """Note which ids of folders became which others."""
        await self._database.transact(_note_ids, address, ids)

    async def shelf(self, place: Place) -> Shelf:
        """How a folder stands. Raises NotFoundError."""
        return await self._database.read(find_shelf, place)

    # ---------------------------------------------------------------------------------- listings

    async def compare(self, shelf: Shelf, listing: Listing) -> Difference | None:
        """What a listing says that was asked for when the folder stood like this; None: nothing at all."""
        return await self._database.read(_compare, shelf, listing)

    async def apply(self, place: Place, found: Difference, seen: Seen) -> bool:
        """Note what a listing said, some at a time, so that others may write meanwhile; answers whether
        anything moved. Raises NotFoundError."""
        *parts, last = found.parts(AT_ONCE)
        moved = False
        for part in parts:
            moved |= await self._database.transact(source_rows.apply, place, part, seen.partly())
        return await self._database.transact(source_rows.apply, place, last, seen) or moved

    # ---------------------------------------------------------------------------------- items

    async def known(self, place: Place, numbers: Sequence[int]) -> tuple[Shelf, dict[int, Known]]:
        """The folder, and its items with these numbers. Raises NotFoundError (the folder)."""
        return await self._database.read(_known, place, numbers)

    async def number_of(self, place: Place, id: str) -> int | None:
        """The number of the item that the source knows by this id. Raises NotFoundError (the folder)."""
        return await self._database.read(_number_of, place, id)

    async def lowest(self, place: Place, limit: int) -> tuple[Shelf, dict[int, Known]]:
        """The folder, and its items with the lowest numbers. Raises NotFoundError (the folder)."""
        return await self._database.read(_lowest, place, limit)

    async def begin(self, address: str, token: Token) -> Receipt:
        """How far the act with this token has come; from now on it is begun."""
        return await self._database.transact(source_rows.begin, address, token)

    async def note_new(self, place: Place, one: Listed, act: Act) -> Written:
        """Note an item that an act made. Raises RenumberedError."""
        return await self._database.transact(_note_new, place, one, act)

    async def note_change(self, place: Place, before: Known, one: Listed, act: Act) -> Written:
        """Note what an item became by an act. Raises RenumberedError."""
        return await self._database.transact(_note_change, place, before, one, act)

    async def note_move(self, place: Place, number: int, to: Place, one: Listed, act: Act) -> Written:
        """Note where an item stands after an act. Raises RenumberedError."""
        return await self._database.transact(_note_move, (place, number), to, one, act)

    async def note_gone(self, place: Place, numbers: Sequence[int]) -> None:
        """Note that items were removed."""
        await self._database.transact(source_rows.drop, place, numbers)

    # ---------------------------------------------------------------------------------- the feed

    async def changes(self, place: Place, since: str, limit: int) -> ChangeSet:
        """As `Feed.changes`."""
        return await self._database.read(_changes, place, since, limit)

    async def newest(self, place: Place, below: int | None, cutoff: date | None, limit: int) -> list[Touched]:
        """As `Feed.newest`."""
        return await self._database.read(_newest, place, (below, cutoff), limit)

    async def between(self, place: Place, old: date | None, new: date | None) -> ItemSet:
        """As `Feed.between`."""
        return await self._database.read(_between, place, old, new)

    async def count(self, place: Place, cutoff: date | None) -> int:
        """As `Feed.count`."""
        return await self._database.read(_count, place, cutoff)

    # ---------------------------------------------------------------------------------- what is not needed

    async def aged(self, before: int) -> list[Place]:
        """The folders that have tombstones of days before this one."""
        return await self._database.read(_aged, before)

    async def purge(self, before: int, folders: Iterable[Waiting] = ()) -> None:
        """Drop receipts of days before this one, and in these folders the tombstones that are as old and that
        nobody waits for; cursors older than those must then start over."""
        await self._database.transact(_purge, before, folders)

    async def forget(self, address: str) -> None:
        """Drop all that is kept of an account."""
        await self._database.transact(_forget, address)


# ------------------------------------------------------------------------------------- the tree


def _tree_stand(connection: Connection, address: str) -> tuple[int, str] | None:
    row: tuple[int, str] | None = connection.execute(
        "SELECT hierarchy, mark FROM sources WHERE address = ?", (address,)
    ).fetchone()
    return row


def _tree(connection: Connection, address: str) -> Tree | None:
    stand = _tree_stand(connection, address)
    if stand is None:
        return None
    hierarchy, mark = stand
    rows = _folders(connection, find_account(connection, address))
    ids = {one.folder.number: one.id for one in rows}
    listed = [
        ListedFolder(
            id=one.id,
            parent=ids.get(one.folder.parent),
            name=one.folder.name,
            holds=one.folder.holds,
            use=one.folder.use,
            fingerprint=one.fingerprint,
        )
        for one in rows
    ]
    return Tree(hierarchy, mark, tuple(one.folder for one in rows), tuple(listed))


class _Row(Struct, frozen=True):
    id: str
    fingerprint: str
    folder: Folder


def _folders(connection: Connection, account: int) -> list[_Row]:
    rows = connection.execute(
        "SELECT id, fingerprint, number, parent, name, holds, use FROM source_folders WHERE account = ?"
        " ORDER BY number",
        (account,),
    )
    return [_Row(id, fingerprint, _folder(*looks)) for id, fingerprint, *looks in rows]


def _folder(number: int, parent: int, name: str, holds: str, use: str) -> Folder:
    return Folder(number=number, parent=parent, name=name, holds=ItemClass(holds), use=FolderUse(use))


def _note_tree(
    connection: Connection, before: tuple[str, int], listed: Sequence[ListedFolder], mark: str
) -> bool | None:
    address, since = before
    stand = _tree_stand(connection, address)
    if since != (stand[0] if stand else 0):
        return None
    account = find_account(connection, address) if since else _make_account(connection, address)
    known = _folders(connection, account)
    ids = {one.id for one in known}
    there = {one.id for one in listed}
    pairs, gone, added = paired(
        [one for one in known if one.id not in there], [one for one in listed if one.id not in ids]
    )
    for old, new in pairs:
        _set_id(connection, account, old.folder.number, new.id)
    for one in gone:
        _remove(connection, account, one.folder.number)
    for new in added:
        _insert(connection, account, new)
    moved = _set_looks(connection, account, listed) or bool(gone or added)
    if moved or pairs:
        _raise_hierarchy(connection, account)
    connection.execute("UPDATE sources SET mark = ? WHERE id = ? AND mark != ?", (mark, account, mark))
    return moved


def _note_folder(connection: Connection, address: str, one: ListedFolder, token: Token) -> Folder:
    account = find_account(connection, address)
    if all(row.id != one.id for row in _folders(connection, account)):
        _insert(connection, account, one)
        _raise_hierarchy(connection, account)
    known = _folders(connection, account)
    numbers = {row.id: row.folder.number for row in known}
    folder = Folder(
        number=numbers[one.id],
        parent=numbers.get(one.parent or "", 0),
        name=one.name,
        holds=one.holds,
        use=one.use,
    )
    _write_looks(connection, account, folder, one.fingerprint)
    source_rows.sign(connection, account, token, Written(folder.number, None))
    return folder


def _note_ids(connection: Connection, address: str, ids: Mapping[str, str]) -> None:
    account = find_account(connection, address)
    for row in _folders(connection, account):
        if row.id in ids:
            _set_id(connection, account, row.folder.number, ids[row.id])
    _raise_hierarchy(connection, account)


def _note_folder_gone(connection: Connection, place: Place) -> None:
    account = find_account(connection, place.address)
    rows = connection.execute(
        "WITH RECURSIVE below (number) AS (SELECT ? UNION SELECT f.number FROM source_folders f"
        " JOIN below b ON f.parent = b.number WHERE f.account = ?) SELECT number FROM below",
        (place.folder, account),
    ).fetchall()
    for (number,) in rows:
        _remove(connection, account, number)
    _raise_hierarchy(connection, account)


def _make_account(connection: Connection, address: str) -> int:
    start = int(time.time() * 1000)
    connection.execute(
        "INSERT INTO sources (address, sequence, hierarchy, next_folder, mark) VALUES (?, ?, ?, 1, '')",
        (address, start, start),
    )
    return find_account(connection, address)


def _insert(connection: Connection, account: int, one: ListedFolder) -> None:
    [[number, sequence]] = connection.execute(
        "UPDATE sources SET next_folder = next_folder + 1 WHERE id = ? RETURNING next_folder - 1, sequence",
        (account,),
    ).fetchall()
    connection.execute(
        "INSERT INTO source_folders (account, number, id, parent, name, holds, use, fingerprint, next_item,"
        " items, changed, purged, mark, epoch) VALUES (?, ?, ?, 0, ?, ?, ?, ?, 1, 0, ?, ?, '', '')",
        (
            *(account, number, one.id, one.name, one.holds.value, one.use.value, one.fingerprint),
            *(sequence, sequence),
        ),
    )


def _set_id(connection: Connection, account: int, number: int, id: str) -> None:
    connection.execute(
        "UPDATE source_folders SET id = ? WHERE account = ? AND number = ?", (id, account, number)
    )


def _set_looks(connection: Connection, account: int, listed: Sequence[ListedFolder]) -> bool:
    """Note names, parents and the rest as they are now; answers whether any differed."""
    known = {row.id: row for row in _folders(connection, account)}
    moved = False
    for one in listed:
        row = known[one.id]
        parent = known.get(one.parent or "")
        now = structs.replace(
            row.folder,
            parent=parent.folder.number if parent else 0,
            name=one.name,
            holds=one.holds,
            use=one.use,
        )
        if (now, one.fingerprint) != (row.folder, row.fingerprint):
            _write_looks(connection, account, now, one.fingerprint)
        moved = moved or now != row.folder
    return moved


def _write_looks(connection: Connection, account: int, folder: Folder, fingerprint: str) -> None:
    connection.execute(
        "UPDATE source_folders SET parent = ?, name = ?, holds = ?, use = ?, fingerprint = ?"
        " WHERE account = ? AND number = ?",
        (
            *(folder.parent, folder.name, folder.holds.value, folder.use.value, fingerprint),
            *(account, folder.number),
        ),
    )


def _remove(connection: Connection, account: int, number: int) -> None:
    for table in ("source_items", "source_tombstones"):
        connection.execute(f"DELETE FROM {table} WHERE account = ? AND folder = ?", (account, number))
    connection.execute("DELETE FROM source_folders WHERE account = ? AND number = ?", (account, number))


def _raise_hierarchy(connection: Connection, account: int) -> None:
    connection.execute("UPDATE sources SET hierarchy = hierarchy + 1 WHERE id = ?", (account,))


# ------------------------------------------------------------------------------------- items


def _compare(connection: Connection, shelf: Shelf, listing: Listing) -> Difference | None:
    known = source_rows.find_known(connection, shelf)
    return compare(known, listing, epoch=shelf.epoch, since=shelf.changed)


def _known(connection: Connection, place: Place, numbers: Sequence[int]) -> tuple[Shelf, dict[int, Known]]:
    shelf = find_shelf(connection, place)
    return shelf, {one.number: one for one in source_rows.find_known(connection, shelf, numbers)}


def _number_of(connection: Connection, place: Place, id: str) -> int | None:
    row = connection.execute(
        "SELECT number FROM source_items WHERE account = ? AND folder = ? AND id = ?",
        (*find_shelf(connection, place).where, id),
    ).fetchone()
    return None if row is None else int(row[0])


def _lowest(connection: Connection, place: Place, limit: int) -> tuple[Shelf, dict[int, Known]]:
    shelf = find_shelf(connection, place)
    rows = connection.execute(
        "SELECT number FROM source_items WHERE account = ? AND folder = ? ORDER BY number LIMIT ?",
        (*shelf.where, limit),
    )
    return _known(connection, place, [row[0] for row in rows])


def _note_new(connection: Connection, place: Place, one: Listed, act: Act) -> Written:
    shelf = source_rows.find_standing(connection, place, one, act)
    return source_rows.sign(connection, shelf.account, act.token, source_rows.put(connection, shelf, one))


def _note_change(connection: Connection, place: Place, before: Known, one: Listed, act: Act) -> Written:
    shelf = source_rows.find_standing(connection, place, one, act)
    written = source_rows.renew(connection, shelf, before, one)
    return source_rows.sign(connection, shelf.account, act.token, written)


def _note_move(connection: Connection, left: tuple[Place, int], to: Place, one: Listed, act: Act) -> Written:
    source_rows.drop(connection, left[0], [left[1]])
    return _note_new(connection, to, one, act)


# ------------------------------------------------------------------------------------- the feed


def _changes(connection: Connection, place: Place, since: str, limit: int) -> ChangeSet:
    return FEED.changes(connection, find_shelf(connection, place).stand, since, limit)


def _newest(
    connection: Connection, place: Place, window: tuple[int | None, date | None], limit: int
) -> list[Touched]:
    return FEED.newest(connection, find_shelf(connection, place).stand, window, limit)


def _between(connection: Connection, place: Place, old: date | None, new: date | None) -> ItemSet:
    return FEED.between(connection, find_shelf(connection, place).stand, old, new)


def _count(connection: Connection, place: Place, cutoff: date | None) -> int:
    return FEED.count(connection, find_shelf(connection, place).stand, cutoff)


# ------------------------------------------------------------------------------------- what is not needed


def _aged(connection: Connection, before: int) -> list[Place]:
    rows = connection.execute(
        "SELECT DISTINCT s.address, t.folder FROM source_tombstones t JOIN sources s ON s.id = t.account"
        " WHERE t.day < ?",
        (before,),
    )
    return [Place(*row) for row in rows]


def _purge(connection: Connection, before: int, folders: Iterable[Waiting]) -> None:
    for one in folders:
        shelf = find_shelf(connection, one.place)
        last = FEED.purge(connection, shelf.where, before, one.cursors)
        if last is not None:
            connection.execute(
                "UPDATE source_folders SET purged = ? WHERE account = ? AND number = ?", (last, *shelf.where)
            )
    connection.execute("DELETE FROM source_receipts WHERE day < ?", (before,))


def _forget(connection: Connection, address: str) -> None:
    where = "account IN (SELECT id FROM sources WHERE address = ?)"
    for table in ("source_items", "source_tombstones", "source_receipts", "source_folders"):
        connection.execute(f"DELETE FROM {table} WHERE {where}", (address,))
    connection.execute("DELETE FROM sources WHERE address = ?", (address,))
