"""Acts on bursts: what a device removed of a folder, too much at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from outrider.admin.folders import make_folder, paths_of
from outrider.admin.services import Services
from outrider.backends.local.bursts import HeldBurst
from outrider.domain.items import Folder
from outrider.domain.roles import Identity


class BurstRow(Struct, frozen=True, kw_only=True, rename={"class_name": "class"}):
    """A burst, as lists show it: `removed` of the `items` that the folder had. `folder` is its path, `until`
    when the items are let go."""

    id: int
    user: str
    device: str
    folder: str
    class_name: str
    removed: int
    items: int
    began: datetime
    until: datetime


class BurstItem(Struct, frozen=True, kw_only=True):
    """An item that was removed: the number it had, its subject or name, its size in bytes."""

    item: int
    subject: str
    received: datetime
    size: int


class BurstSheet(BurstRow, frozen=True, kw_only=True):
    """All that is known of a burst."""

    last: datetime
    contents: tuple[BurstItem, ...]


class Undone(Struct, frozen=True, kw_only=True):
    """What came of undoing a burst: how many items are in which folder again."""

    folder: str
    items: int


class ListBursts(Struct, frozen=True, tag="burst.list"):
    """The bursts that can be undone, of one user or of all."""

    address: str | None

    async def run(self, services: Services) -> list[BurstRow]:
        """Raises UserUnknownError."""
        address = None if self.address is None else (await services.users.show(self.address)).address
        held = await services.bursts.list()
        return [BurstRow(**_fields(services, one)) for one in held if address in (None, one.user)]


class ShowBurst(Struct, frozen=True, tag="burst.show"):
    """One burst with its items."""

    burst: int

    async def run(self, services: Services) -> BurstSheet:
        """Raises BurstUnknownError."""
        found = await services.bursts.find(self.burst)
        contents = tuple(
            BurstItem(item=one.number, subject=one.subject, received=one.received, size=one.size)
            for one in await services.bursts.items(self.burst)
        )
        return BurstSheet(**_fields(services, found), last=found.last, contents=contents)


class UndoBurst(Struct, frozen=True, tag="burst.undo"):
    """Put the items back into their folder; it is made again under its name where it is gone."""

    burst: int

    async def run(self, services: Services) -> Undone:
        """Raises BurstUnknownError, FolderClassError (the folder of this name holds something else)."""
        found = await services.bursts.find(self.burst)
        folder = await _place(services, found)
        items = await services.bursts.restore(found, folder.number)
        account = services.accounts.open(Identity(address=found.user))
        path = paths_of(await account.folders.list())[folder.number]
        return Undone(folder="/".join(path), items=items)


class DropBurst(Struct, frozen=True, tag="burst.drop"):
    """Let the items of a burst go for good; those that lie in Deleted Items stay there."""

    burst: int

    async def run(self, services: Services) -> None:
        """Raises BurstUnknownError."""
        await services.bursts.find(self.burst)
        await services.bursts.drop(self.burst)


async def _place(services: Services, burst: HeldBurst) -> Folder:
    """Where the items belong: the folder, wherever it is now, or one of its path."""
    account = services.accounts.open(Identity(address=burst.user))
    folders = {folder.number: folder for folder in await account.folders.list()}
    return folders.get(burst.folder) or await make_folder(account, burst.path, burst.holds)


def _fields(services: Services, burst: HeldBurst) -> dict[str, Any]:
    return {
        "id": burst.id,
        "user": burst.user,
        "device": burst.device,
        "folder": "/".join(burst.path),
        "class_name": burst.holds.value,
        "removed": burst.removed,
        "items": burst.items,
        "began": burst.began,
        "until": burst.last + services.bursts.kept,
    }
