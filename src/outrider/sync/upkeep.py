"""What need not be remembered any more, each by its own rule, and never at the cost of a device that comes.

A folder that was deleted is not made again under its number, so no device asks for a view of it. An item
that is gone will not be tried again. A removal must be remembered as long as any device has a cursor before
it, however long ago that device last asked for this folder.
"""

from __future__ import annotations

from typing import TypeAlias

from outrider.domain.changes import ItemSet
from outrider.domain.errors import NotFoundError
from outrider.domain.items import Wish
from outrider.domain.roles import Account
from outrider.store.sources import Waiting
from outrider.store.store import Store
from outrider.sync.state import Line, unpack

Numbers: TypeAlias = list[int]


async def forget_folders(store: Store, account: Account) -> None:
    """Drop the views of folders that were deleted. Raises BackendError."""
    address = account.identity.address
    kept = {name for name in await store.views.collections(address) if name.isdecimal()}
    present = await _present(account)  # listed after the views: a folder made in between has none of them
    for name in kept:
        if int(name) not in present:
            await store.views.forget(address, collection=name)


async def forget_items(store: Store, account: Account) -> None:
    """Drop the entries of items set aside that are gone. Raises BackendError."""
    address = account.identity.address
    folders = {folder for owner, folder in await store.aside.folders() if owner == address}
    present = await _present(account)
    for folder in folders:
        numbers = sorted({entry.number for entry in await store.aside.entries(address, folder)})
        gone = await _gone(account, folder, numbers) if folder in present else numbers
        if gone:
            await store.aside.clear(address, folder, ItemSet(gone))


async def forget_removals(store: Store, before: int) -> None:
    """Drop removals of days before this one (days of the epoch) from what was noted of sources that only
    list."""
    places = await store.sources.aged(before)
    folders = [
        Waiting(place=place, cursors=await cursors(store, place.address, place.folder)) for place in places
    ]
    await store.sources.purge(before, folders)


async def cursors(store: Store, address: str, folder: int) -> frozenset[str]:
    """The cursors from which some device may ask for the changes of a folder."""
    records = await store.views.records(address, str(folder))
    lines = [unpack(record).current for record in records]
    return frozenset(cursor for line in lines if line is not None for cursor in _cursors(line) if cursor)


def _cursors(line: Line) -> list[str]:
    return [line.position.cursor, *(answer.position.cursor for answer in line.answers)]


async def _present(account: Account) -> frozenset[int]:
    """The folders there are: none, where the account is gone."""
    try:
        return frozenset(folder.number for folder in await account.folders.list())
    except NotFoundError:
        return frozenset()


async def _gone(account: Account, folder: int, numbers: Numbers) -> Numbers:
    found = await account.items.read(folder, numbers, Wish())
    return [number for number, item in zip(numbers, found, strict=True) if isinstance(item, NotFoundError)]
