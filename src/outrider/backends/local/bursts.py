"""Bursts of removals: what an administrator can see of them, undo and drop."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from outrider.backends.local import places, removals
from outrider.backends.local.contents import instant, milliseconds
from outrider.backends.local.effects import Effects, Writing
from outrider.backends.local.refusals import BurstUnknownError
from outrider.backends.local.removals import read_path
from outrider.database import Connection, Database
from outrider.domain.items import ItemClass


class HeldBurst(Struct, frozen=True, kw_only=True):
    """A burst that is held: `removed` of the `items` that the folder had. `folder` is its number, `path` its
    names from the root at that time; it may be gone."""

    id: int
    user: str
    device: str
    folder: int
    path: tuple[str, ...]
    holds: ItemClass
    removed: int
    items: int
    began: datetime
    last: datetime


class HeldItem(Struct, frozen=True, kw_only=True):
    """An item of a burst: the number it had, its subject or name, its document's size in bytes."""

    number: int
    subject: str
    received: datetime
    size: int


class LocalBursts:
    """The bursts of all accounts. They are let go `kept` after their last removal, and what came to none
    when a `span` has passed."""

    def __init__(self, database: Database, writing: Writing, *, kept: timedelta, span: timedelta) -> None:
        self._database = database
        self._writing = writing
        self._kept = kept
        self._span = span

    @property
    def kept(self) -> timedelta:
        """How long a burst is held after its last removal."""
        return self._kept

    async def list(self) -> list[HeldBurst]:
        """All that are held, oldest first."""
        return await self._database.read(_select, "", ())

    async def find(self, burst: int) -> HeldBurst:
        """One of them. Raises BurstUnknownError."""
        found = await self._database.read(_select, "WHERE b.id = ?", (burst,))
        if not found:
            raise BurstUnknownError(f"There is no burst {burst}.")
        return found[0]

    async def items(self, burst: int) -> tuple[HeldItem, ...]:
        """What it removed, in the order of the folder."""
        return await self._database.read(_items, burst)

    async def restore(self, burst: HeldBurst, folder: int) -> int:
        """Put all items into a folder, under new numbers and some at a time; answers how many. Raises
        NotFoundError, ForbiddenError (the folder), and may be called again then."""
        done, some = 0, 1
        while some:
            some = await self._writing.run(None, _restore, burst, folder)
            done += some
        return done

    async def drop(self, burst: int) -> None:
        """Let its items go for good."""
        while await self._writing.run(None, _drop, burst):
            pass

    async def expire(self, now: datetime) -> None:
        """Let go what came to no burst within the span, and bursts whose time is over."""
        before, after = milliseconds(now - self._span), milliseconds(now + self._span)
        while await self._writing.run(None, removals.drop_undecided, before, after):
            pass
        for burst in await self._database.read(_over, milliseconds(now - self._kept)):
            await self.drop(burst)


def _select(connection: Connection, where: str, parameters: tuple[int, ...]) -> list[HeldBurst]:
    rows = connection.execute(
        "SELECT b.id, a.address, b.agent, b.folder, b.path, b.holds, count(*), b.items, b.began, b.last"
        " FROM bursts b JOIN accounts a ON a.id = b.account JOIN removed r ON r.burst = b.id"
        f" {where} GROUP BY b.id ORDER BY b.id",
        parameters,
    )
    return [
        HeldBurst(
            id=id,
            user=user,
            device=device,
            folder=folder,
            path=read_path(path),
            holds=ItemClass(holds),
            removed=removed,
            items=items,
            began=instant(began),
            last=instant(last),
        )
        for id, user, device, folder, path, holds, removed, items, began, last in rows
    ]


def _items(connection: Connection, burst: int) -> tuple[HeldItem, ...]:
    rows = connection.execute(
        "SELECT r.number, c.subject, r.received, c.size FROM removed r JOIN contents c ON c.id = r.content"
        " WHERE r.burst = ? ORDER BY r.number",
        (burst,),
    )
    return tuple(
        HeldItem(number=number, subject=subject, received=instant(received), size=size)
        for number, subject, received, size in rows
    )


def _restore(connection: Connection, effects: Effects, burst: HeldBurst, folder: int) -> int:
    desk = places.open_desk(connection, effects, burst.user)
    some = removals.restore(desk, burst.id, (folder, burst.holds))
    if not some:
        _forget(connection, burst.id)
    return some


def _drop(connection: Connection, effects: Effects, burst: int) -> int:
    some = removals.drop(connection, effects, burst)
    if not some:
        _forget(connection, burst)
    return some


def _forget(connection: Connection, burst: int) -> None:
    connection.execute("DELETE FROM bursts WHERE id = ?", (burst,))


def _over(connection: Connection, before: int) -> list[int]:
    rows = connection.execute(
        "SELECT id FROM bursts b WHERE last < ? OR NOT EXISTS (SELECT 1 FROM removed WHERE burst = b.id)",
        (before,),
    )
    return [burst for (burst,) in rows]
