"""The folder tree of an account."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec.structs import replace

from outrider.backends.local import places, removals
from outrider.backends.local.effects import GONE, TREE, Effects, Watch, Writing
from outrider.backends.local.places import Desk
from outrider.backends.local.removals import Holding
from outrider.database import Connection, Database
from outrider.domain.errors import ExistsError, ForbiddenError, NotFoundError
from outrider.domain.folders import DEFAULT_FOLDERS, FIRST_OWN, folded
from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.domain.roles import Token, Tx, Written

_COLUMNS = "number, parent, name, holds, use"


class LocalFolders:
    """The role `Folders` for one account."""

    def __init__(
        self,
        address: str,
        database: Database,
        watch: Watch,
        writing: Writing,
        holding: Callable[[], Holding | None] = lambda: None,
    ) -> None:
        self._address = address
        self._database = database
        self._watch = watch
        self._writing = writing
        self._holding = holding

    async def list(self) -> tuple[Folder, ...]:
        """All folders, by number; answered from memory once they were asked for."""
        known = self._watch.tree(self._address)
        if known is not None:
            return known
        sequence, folders = await self._database.read(_list, self._address)
        self._watch.learn_tree(self._address, sequence, folders)
        return folders

    async def cursor(self) -> str:
        """The tree's sequence."""
        known = self._watch.stand(self._address, TREE)
        if known is None:
            known = await self._database.read(_hierarchy, self._address)
            self._watch.learn(self._address, TREE, known)
        return str(known)

    async def create(
        self, name: str, parent: int, holds: ItemClass, token: Token, tx: Tx | None = None
    ) -> Folder:
        """Raises ExistsError, NotFoundError (parent), ForbiddenError (an empty name)."""
        wanted = Folder(number=0, parent=parent, name=name.strip(), holds=holds)
        return await self._writing.run(tx, _create, self._address, wanted, token)

    async def update(self, number: int, name: str, parent: int, *, tx: Tx | None = None) -> Folder:
        """Raises NotFoundError, ExistsError, and ForbiddenError for a folder that every account has."""
        return await self._writing.run(tx, _update, self._address, number, (name.strip(), parent))

    async def delete(self, number: int, *, tx: Tx | None = None) -> None:
        """Raises NotFoundError, and ForbiddenError for a folder that every account has."""
        await self._writing.run(tx, _delete, self._address, number, self._holding())


def create_account(connection: Connection, address: str) -> int:
    """An account with its default folders; answers its identifier. For the writer thread."""
    start = int(time.time() * 1000)
    [[account]] = connection.execute(
        "INSERT INTO accounts (address, sequence, hierarchy, next_folder) VALUES (?, ?, ?, ?) RETURNING id",
        (address, start, start, FIRST_OWN),
    ).fetchall()
    for folder in DEFAULT_FOLDERS:
        _insert(connection, account, folder, start)
    return int(account)


def remove_account(connection: Connection, account: int) -> list[str]:
    """Remove an account with all it has; answers the blobs to discard after the commit."""
    effects = Effects()
    places.release(connection, effects, places.ACCOUNT, (account,))
    removals.remove_account(connection, effects, account)
    for table in ("items", "tombstones", "receipts", "folders"):
        connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
    connection.execute("DELETE FROM accounts WHERE id = ?", (account,))
    return effects.freed


def _list(connection: Connection, address: str) -> tuple[int, tuple[Folder, ...]]:
    """The tree's sequence and its folders."""
    owner = places.find_owner(connection, address)
    sql = f"SELECT {_COLUMNS} FROM folders WHERE account = ? ORDER BY number"
    folders = tuple(_folder(row) for row in connection.execute(sql, (owner.id,)))
    return _hierarchy(connection, address), folders


def _hierarchy(connection: Connection, address: str) -> int:
    row = connection.execute("SELECT hierarchy FROM accounts WHERE address = ?", (address,)).fetchone()
    if row is None:
        raise NotFoundError("There is no such account.")
    return int(row[0])


def _create(connection: Connection, effects: Effects, address: str, wanted: Folder, token: Token) -> Folder:
    desk = places.open_desk(connection, effects, address)
    done = places.find_receipt(desk, token)
    if done is not None:
        return _find(desk, done.number)
    _check(desk, wanted)
    [[last, number, sequence]] = connection.execute(
        "UPDATE accounts SET hierarchy = hierarchy + 1, next_folder = next_folder + 1 WHERE id = ? "
        "RETURNING hierarchy, next_folder - 1, sequence",
        (desk.owner.id,),
    ).fetchall()
    folder = Folder(number=number, parent=wanted.parent, name=wanted.name, holds=wanted.holds)
    _insert(connection, desk.owner.id, folder, sequence)
    places.write_receipt(desk, token, Written(number, ""))
    effects.stands[address, TREE] = last
    return folder


def _update(
    connection: Connection, effects: Effects, address: str, number: int, wish: tuple[str, int]
) -> Folder:
    desk = places.open_desk(connection, effects, address)
    old = _find_movable(desk, number)
    name, parent = wish
    new = replace(old, name=name, parent=parent)
    if new == old:
        return old
    if parent in _subtree(desk, number):
        raise ForbiddenError("A folder cannot be moved into itself.")
    _check(desk, new)
    connection.execute(
        "UPDATE folders SET name = ?, folded = ?, parent = ? WHERE account = ? AND number = ?",
        (name, folded(name), parent, desk.owner.id, number),
    )
    _raise_hierarchy(desk)
    return new


def _delete(
    connection: Connection, effects: Effects, address: str, number: int, holding: Holding | None
) -> None:
    desk = places.open_desk(connection, effects, address)
    _find_movable(desk, number)
    _remove(desk, _subtree(desk, number), holding)


def delete_below(
    connection: Connection, effects: Effects, address: str, number: int, holding: Holding | None
) -> None:
    """Remove all folders below one. For the writer thread."""
    desk = places.open_desk(connection, effects, address)
    below = [folder for folder in _subtree(desk, number) if folder != number]
    if below:
        _remove(desk, below, holding)


def _remove(desk: Desk, folders: list[int], holding: Holding | None) -> None:
    for folder in folders:  # all before any of them goes: a burst is told by its path
        removals.let_go(desk, holding, places.FOLDER, (desk.owner.id, folder))
    for folder in folders:
        where = (desk.owner.id, folder)
        for table in ("items", "tombstones"):
            desk.connection.execute(f"DELETE FROM {table} WHERE {places.FOLDER}", where)
        desk.connection.execute("DELETE FROM folders WHERE account = ? AND number = ?", where)
        desk.effects.stands[desk.owner.address, folder] = GONE
    _raise_hierarchy(desk)


def _insert(connection: Connection, account: int, folder: Folder, sequence: int) -> None:
    connection.execute(
        "INSERT INTO folders (account, number, parent, name, folded, holds, use, next_item, items, changed, "
        "purged) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0, ?, ?)",
        (
            account,
            folder.number,
            folder.parent,
            folder.name,
            folded(folder.name),
            folder.holds.value,
            folder.use.value,
            sequence,
            sequence,
        ),
    )


def _raise_hierarchy(desk: Desk) -> None:
    [[last]] = desk.connection.execute(
        "UPDATE accounts SET hierarchy = hierarchy + 1 WHERE id = ? RETURNING hierarchy", (desk.owner.id,)
    ).fetchall()
    desk.effects.stands[desk.owner.address, TREE] = last


def _find(desk: Desk, number: int) -> Folder:
    row = desk.connection.execute(
        f"SELECT {_COLUMNS} FROM folders WHERE account = ? AND number = ?", (desk.owner.id, number)
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such folder.")
    return _folder(row)


def _find_movable(desk: Desk, number: int) -> Folder:
    folder = _find(desk, number)
    if folder.use is not FolderUse.USER:
        raise ForbiddenError("This folder belongs to every account and stays as it is.")
    return folder


def _check(desk: Desk, wanted: Folder) -> None:
    """Refuse a name that is empty or that a sibling has, and a parent that is not there."""
    if not wanted.name:
        raise ForbiddenError("A folder needs a name.")
    if wanted.parent:
        _find(desk, wanted.parent)
    taken = desk.connection.execute(
        "SELECT 1 FROM folders WHERE account = ? AND parent = ? AND folded = ? AND number != ?",
        (desk.owner.id, wanted.parent, folded(wanted.name), wanted.number),
    ).fetchone()
    if taken:
        raise ExistsError("There is a folder of this name already.")


def _subtree(desk: Desk, number: int) -> list[int]:
    """A folder and all below it."""
    rows = desk.connection.execute(
        "WITH RECURSIVE below (number) AS (SELECT ? UNION SELECT f.number FROM folders f "
        "JOIN below b ON f.parent = b.number WHERE f.account = ?) SELECT number FROM below",
        (number, desk.owner.id),
    )
    return [row[0] for row in rows]


def _folder(row: tuple[int, int, str, str, str]) -> Folder:
    number, parent, name, holds, use = row
    return Folder(number=number, parent=parent, name=name, holds=ItemClass(holds), use=FolderUse(use))
