"""Items that will not go through: what, why, how often it was tried, since when.

An entry stays after its item went through, or was given up, as one that is mended: a device may still show
something else in the item's place.
"""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from msgspec import Struct, structs

from outrider.database import Connection, Database
from outrider.domain.changes import ItemSet

RELEASE: Final = version("outrider")
"""The release of this program: what another one could not do, this one may."""

_NEVER: Final = "9999"


class Entry(Struct, frozen=True, kw_only=True):
    """One item set aside, for one device or ("") for all. `since` is ISO 8601 in UTC; so is `again`, when it
    is offered once more without a reason ("": not)."""

    account: str
    folder: int
    number: int
    device: str = ""
    item_class: str
    reason: str
    tries: int
    since: str
    again: str = ""
    mended: bool = False


class Aside:
    """The items set aside, of all accounts; it remembers in which folders there are any, and when the next of
    them is due, so that the many items that go through cost nothing."""

    def __init__(self, database: Database, release: str = RELEASE) -> None:
        self._database = database
        self._release = release
        self._due: dict[tuple[str, int], str] | None = None

    async def note(self, entry: Entry) -> int:
        """Count one more try at an item that failed; answers how many there were."""
        tries = await self._database.transact(_note, entry, self._release)
        due, place = await self._troubled(), (entry.account, entry.folder)
        due[place] = min(due.get(place, _NEVER), entry.again or _NEVER)
        return tries

    async def mend(self, account: str, folder: int, numbers: ItemSet, device: str | None = None) -> None:
        """Items went through to a device, or (None) are given up for all."""
        if (account, folder) in await self._troubled():
            await self._database.transact(_mend, (account, folder), numbers, device)

    async def clear(self, account: str, folder: int, numbers: ItemSet) -> None:
        """Forget items that are gone."""
        if (account, folder) in await self._troubled():
            await self._database.transact(_clear, (account, folder), numbers)

    async def due(self, account: str, folder: int, now: datetime) -> ItemSet:
        """The items to be offered again: another release set them aside, or their time is over."""
        until = (await self._troubled()).get((account, folder), _NEVER)
        if until > _written(now):
            return ItemSet()
        return await self._database.read(_find_due, (account, folder), self._release, _written(now))

    async def renew(self, account: str, folder: int, numbers: ItemSet) -> None:
        """The items were offered again."""
        due = await self._troubled()
        due[account, folder] = await self._database.transact(
            _renew, (account, folder), numbers, self._release
        )

    async def folders(self) -> set[tuple[str, int]]:
        """The accounts and folders with entries, mended ones too."""
        return set(await self._troubled())

    async def entries(self, account: str, folder: int) -> list[Entry]:
        """All entries of a folder, mended ones too."""
        if (account, folder) not in await self._troubled():
            return []
        return await self._database.read(_select, "WHERE account=? AND folder=?", (account, folder))

    async def forget(self, account: str, device: str | None = None) -> None:
        """Drop the entries of an account that was removed, or those for one of its devices alone."""
        await self._database.transact(_forget, account, device)

    async def list(self, account: str | None = None) -> list[Entry]:
        """What is set aside now, of all accounts or of one."""
        if account is None:
            return await self._database.read(_select, "WHERE mended=0", ())
        return await self._database.read(_select, "WHERE mended=0 AND account=?", (account,))

    async def _troubled(self) -> dict[tuple[str, int], str]:
        """The folders in which items are set aside, or were since the start, with when the next is due."""
        if self._due is None:
            found = await self._database.read(_find_next, self._release)
            self._due = found if self._due is None else found | self._due
        return self._due


def entry_of(account: str, folder: int, number: int, *, item_class: str, reason: str, now: datetime) -> Entry:
    """The entry of a first failure."""
    return Entry(
        account=account,
        folder=folder,
        number=number,
        item_class=item_class,
        reason=reason,
        tries=1,
        since=_written(now),
    )


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def later(entry: Entry, *, device: str, again: datetime) -> Entry:
    """The entry for one device, or ("") for all, to be offered again at a moment."""
    return structs.replace(entry, device=device, again=_written(again))


def _note(connection: Connection, entry: Entry, release: str) -> int:
    row = connection.execute(
        'INSERT INTO aside (account, folder, number, device, "class", reason, tries, since, release, again,'
        " mended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
        " ON CONFLICT (account, folder, number, device) DO UPDATE SET"
        " tries=CASE WHEN aside.mended=1 AND aside.device='' THEN 1 ELSE aside.tries+1 END,"
        " since=CASE WHEN aside.mended=1 THEN excluded.since ELSE aside.since END,"
        " reason=excluded.reason, release=excluded.release, again=excluded.again, mended=0"
        " RETURNING tries",
        (
            *(entry.account, entry.folder, entry.number, entry.device, entry.item_class),
            *(entry.reason, entry.tries, entry.since, release, entry.again),
        ),
    ).fetchone()
    return int(row[0])


_ONE: Final = "WHERE account=? AND folder=? AND number=?"


def _mend(connection: Connection, place: tuple[str, int], numbers: ItemSet, device: str | None) -> None:
    for number in _among(connection, place, numbers):
        if device is None:
            connection.execute(f"UPDATE aside SET mended=1 {_ONE}", (*place, number))
        else:
            connection.execute(
                f"UPDATE aside SET mended=1 {_ONE} AND device IN ('', ?)", (*place, number, device)
            )


def _clear(connection: Connection, place: tuple[str, int], numbers: ItemSet) -> None:
    for number in _among(connection, place, numbers):
        connection.execute(f"DELETE FROM aside {_ONE}", (*place, number))


def _renew(connection: Connection, place: tuple[str, int], numbers: ItemSet, release: str) -> str:
    for number in _among(connection, place, numbers):
        connection.execute(f"UPDATE aside SET release=?, again='' {_ONE}", (release, *place, number))
    return _find_next(connection, release).get(place, _NEVER)


def _among(connection: Connection, place: tuple[str, int], numbers: ItemSet) -> list[int]:
    """Those of the numbers that have entries."""
    rows = connection.execute("SELECT DISTINCT number FROM aside WHERE account=? AND folder=?", place)
    return [number for (number,) in rows.fetchall() if number in numbers]


def _find_due(connection: Connection, place: tuple[str, int], release: str, now: str) -> ItemSet:
    rows = connection.execute(
        "SELECT number FROM aside WHERE account=? AND folder=? AND mended=0"
        " AND (release<>? OR (again<>'' AND again<=?))",
        (*place, release, now),
    )
    return ItemSet(number for (number,) in rows)


def _find_next(connection: Connection, release: str) -> dict[tuple[str, int], str]:
    rows = connection.execute(
        "SELECT account, folder, MIN(CASE WHEN mended=1 THEN ? WHEN release<>? THEN ''"
        " WHEN again='' THEN ? ELSE again END) FROM aside GROUP BY account, folder",
        (_NEVER, release, _NEVER),
    )
    return {(account, folder): due for account, folder, due in rows}


def _forget(connection: Connection, account: str, device: str | None) -> None:
    connection.execute("DELETE FROM aside WHERE account=? AND device=coalesce(?, device)", (account, device))


def _select(connection: Connection, where: str, given: tuple[str | int, ...]) -> list[Entry]:
    rows = connection.execute(
        'SELECT account, folder, number, device, "class", reason, tries, since, again, mended FROM aside'
        f" {where} ORDER BY account, folder, number, device",
        given,
    )
    return [Entry(**_named(row)) for row in rows]


def _named(row: tuple[Any, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = dict(zip(Entry.__struct_fields__, row, strict=True))
    return fields | {"mended": bool(fields["mended"])}
