"""Items that will not go through: what, why, how often it was tried, since when."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from outrider.database import Connection, Database
from outrider.domain.changes import ItemSet


class Entry(Struct, frozen=True, kw_only=True):
    """One item set aside. `since` is ISO 8601 in UTC."""

    account: str
    folder: int
    number: int
    item_class: str
    reason: str
    tries: int
    since: str


class Aside:
    """The items set aside, of all accounts; it remembers in which folders there are any, so that the many
    items that go through cost nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folders: set[tuple[str, int]] | None = None

    async def note(self, entry: Entry) -> int:
        """Count one more try at an item that failed; answers how many there were."""
        tries = await self._database.transact(_note, entry)
        (await self._troubled()).add((entry.account, entry.folder))
        return tries

    async def clear(self, account: str, folder: int, numbers: ItemSet) -> None:
        """Forget the failures of items that went through."""
        if (account, folder) in await self._troubled():
            await self._database.transact(_clear, account, folder, numbers)

    async def _troubled(self) -> set[tuple[str, int]]:
        """The folders in which items are set aside, or were since the start."""
        if self._folders is None:
            found = {(entry.account, entry.folder) for entry in await self.list()}
            self._folders = found if self._folders is None else self._folders | found
        return self._folders

    async def forget(self, account: str) -> None:
        """Drop the entries of an account that was removed."""
        await self._database.transact(_forget, account)

    async def list(self, account: str | None = None) -> list[Entry]:
        """All entries, or those of one account."""
        return await self._database.read(_list, account)


def entry_of(account: str, folder: int, number: int, *, item_class: str, reason: str, now: datetime) -> Entry:
    """The entry of a first failure."""
    since = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Entry(
        account=account,
        folder=folder,
        number=number,
        item_class=item_class,
        reason=reason,
        tries=1,
        since=since,
    )


def _note(connection: Connection, entry: Entry) -> int:
    row = connection.execute(
        'INSERT INTO aside (account, folder, number, "class", reason, tries, since)'
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account, folder, number) DO UPDATE SET tries=aside.tries+1, reason=excluded.reason"
        " RETURNING tries",
        (entry.account, entry.folder, entry.number, entry.item_class, entry.reason, entry.tries, entry.since),
    ).fetchone()
    return int(row[0])


def _forget(connection: Connection, account: str) -> None:
    connection.execute("DELETE FROM aside WHERE account=?", (account,))


def _clear(connection: Connection, account: str, folder: int, numbers: ItemSet) -> None:
    rows = connection.execute("SELECT number FROM aside WHERE account=? AND folder=?", (account, folder))
    for (number,) in rows.fetchall():
        if number in numbers:
            connection.execute(
                "DELETE FROM aside WHERE account=? AND folder=? AND number=?", (account, folder, number)
            )


def _list(connection: Connection, account: str | None) -> list[Entry]:
    where, given = ("WHERE account=?", (account,)) if account is not None else ("", ())
    rows = connection.execute(
        f'SELECT account, folder, number, "class", reason, tries, since FROM aside {where}'
        " ORDER BY account, folder, number",
        given,
    )
    return [
        Entry(account=a, folder=f, number=n, item_class=c, reason=r, tries=t, since=s)
        for a, f, n, c, r, t, s in rows
    ]
