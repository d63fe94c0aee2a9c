"""What happened in a folder since a cursor, answered from indexes alone."""

from __future__ import annotations

from datetime import date

from outrider.backends.local.effects import GONE, Watch
from outrider.backends.local.places import FEED
from outrider.database import Connection, Database
from outrider.database.feed import Stand
from outrider.domain.changes import ChangeSet, ItemSet, Touched
from outrider.domain.errors import NotFoundError

_FOLDER = (
    "SELECT a.id, f.number, f.changed, f.purged, f.items FROM accounts a "
    "JOIN folders f ON f.account = a.id WHERE a.address = ? AND f.number = ?"
)


class LocalFeed:
    """The role `Feed` for one account."""

    def __init__(self, address: str, database: Database, watch: Watch) -> None:
        self._address = address
        self._database = database
        self._watch = watch

    async def cursor(self, folder: int) -> str:
        """Answered from memory once it was asked for. Raises NotFoundError."""
        known = self._watch.stand(self._address, folder)
        if known is None:
            known = (await self._database.read(_locate, (self._address, folder))).changed
            self._watch.learn(self._address, folder, known)
        if known == GONE:
            raise NotFoundError("There is no such folder.")
        return str(known)

    async def changes(self, folder: int, since: str, limit: int) -> ChangeSet:
        """Raises NotFoundError."""
        return await self._database.read(_changes, (self._address, folder), since, limit)

    async def newest(self, folder: int, below: int | None, cutoff: date | None, limit: int) -> list[Touched]:
        """Raises NotFoundError."""
        return await self._database.read(_newest, (self._address, folder), (below, cutoff), limit)

    async def between(self, folder: int, old: date | None, new: date | None) -> ItemSet:
        """Raises NotFoundError."""
        return await self._database.read(_between, (self._address, folder), old, new)

    async def count(self, folder: int, cutoff: date | None) -> int:
        """Raises NotFoundError."""
        return await self._database.read(_count, (self._address, folder), cutoff)


def _locate(connection: Connection, where: tuple[str, int]) -> Stand:
    row = connection.execute(_FOLDER, where).fetchone()
    if row is None:
        raise NotFoundError("There is no such folder.")
    return Stand(*row)


def _changes(connection: Connection, where: tuple[str, int], since: str, limit: int) -> ChangeSet:
    return FEED.changes(connection, _locate(connection, where), since, limit)


def _newest(
    connection: Connection, where: tuple[str, int], window: tuple[int | None, date | None], limit: int
) -> list[Touched]:
    return FEED.newest(connection, _locate(connection, where), window, limit)


def _between(connection: Connection, where: tuple[str, int], old: date | None, new: date | None) -> ItemSet:
    return FEED.between(connection, _locate(connection, where), old, new)


def _count(connection: Connection, where: tuple[str, int], cutoff: date | None) -> int:
    return FEED.count(connection, _locate(connection, where), cutoff)
