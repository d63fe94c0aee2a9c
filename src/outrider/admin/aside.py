"""Acts on items that would not go through."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from outrider.admin.documents import open_account
from outrider.admin.folders import known_folder, paths_of
from outrider.admin.refusals import AsideUnknownError
from outrider.admin.services import Services
from outrider.domain.changes import ItemSet
from outrider.domain.errors import BackendError
from outrider.domain.items import Blob
from outrider.domain.roles import Account, Identity
from outrider.store.aside import Entry
from outrider.sync.hub import folder_topic
from outrider.sync.offering import offer

HEAD: Final = 4096
"""How many bytes of an item's source are shown."""


class AsideRow(Struct, frozen=True, kw_only=True, rename={"class_name": "class"}):
    """An item set aside, as lists show it: `folder` is its path, `item` its number there."""

    user: str
    folder: str
    item: int
    class_name: str
    reason: str
    tries: int
    since: str


class AsideSheet(AsideRow, frozen=True, kw_only=True):
    """All that is known of an item set aside. `device` is the one that does not take it, empty where it fails
    by itself; `source` is how the stored document begins, or why it cannot be read."""

    device: str
    source: str


class ListAside(Struct, frozen=True, tag="aside.list"):
    """What is set aside, of one user or of all."""

    address: str | None

    async def run(self, services: Services) -> list[AsideRow]:
        """Raises UserUnknownError."""
        address = None if self.address is None else (await services.users.show(self.address)).address
        entries = await services.store.aside.list(address)
        names = {user: await _names(services, user) for user in {entry.account for entry in entries}}
        return [AsideRow(**_fields(entry, names[entry.account])) for entry in entries]


class ShowAside(Struct, frozen=True, tag="aside.show"):
    """One item that is set aside, with how its source begins; a row for each device that does not take it."""

    address: str
    folder: str
    item: int

    async def run(self, services: Services) -> list[AsideSheet]:
        """Raises UserUnknownError, FolderUnknownError, AsideUnknownError."""
        account, entries = await _find(services, self.address, self.folder, self.item)
        names = await _names(services, account.identity.address)
        source = await _read_head(account, entries[0])
        return [AsideSheet(**_fields(entry, names), device=entry.device, source=source) for entry in entries]


class RetryAside(Struct, frozen=True, tag="aside.retry"):
    """Offer an item to the devices once more."""

    address: str
    folder: str
    item: int

    async def run(self, services: Services) -> None:
        """Raises as ShowAside, and BackendError."""
        account, entries = await _find(services, self.address, self.folder, self.item)
        address, folder = account.identity.address, entries[0].folder
        await offer(services.store, account, folder, ItemSet([self.item]))
        services.hub.publish(folder_topic(address, folder))


class DropAside(Struct, frozen=True, tag="aside.drop"):
    """Forget that an item would not go through; the devices keep what they have until it changes."""

    address: str
    folder: str
    item: int

    async def run(self, services: Services) -> None:
        """Raises as ShowAside."""
        account, entries = await _find(services, self.address, self.folder, self.item)
        address, folder = account.identity.address, entries[0].folder
        await services.store.aside.mend(address, folder, ItemSet([self.item]))


async def _find(services: Services, address: str, path: str, item: int) -> tuple[Account, list[Entry]]:
    account = await open_account(services, address)
    folder = known_folder(await account.folders.list(), path)
    listed = await services.store.aside.list(account.identity.address)
    entries = [entry for entry in listed if (entry.folder, entry.number) == (folder.number, item)]
    if not entries:
        raise AsideUnknownError(f"No item {item} of '{path}' is set aside.")
    return account, entries


async def _names(services: Services, address: str) -> dict[int, str]:
    """The paths of a user's folders."""
    folders = await services.accounts.open(Identity(address=address)).folders.list()
    return {number: "/".join(path) for number, path in paths_of(folders).items()}


def _fields(entry: Entry, names: dict[int, str]) -> dict[str, Any]:
    return {
        "user": entry.account,
        "folder": names.get(entry.folder, str(entry.folder)),
        "item": entry.number,
        "class_name": entry.item_class,
        "reason": entry.reason,
        "tries": entry.tries,
        "since": entry.since,
    }


async def _read_head(account: Account, entry: Entry) -> str:
    try:
        content = await account.items.open(entry.folder, entry.number, "")
        return _head_of(content.blob).decode("utf-8", "replace")
    except BackendError as error:
        return f"The source cannot be read: {error.public}"


def _head_of(blob: Blob) -> bytes:
    head = b""
    for chunk in blob.chunks():
        head += chunk
        if len(head) >= HEAD:
            break
    return head[:HEAD]
