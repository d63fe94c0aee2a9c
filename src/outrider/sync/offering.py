"""Offering items once more: every device that has the folder is owed them, whatever it was told of them."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from msgspec import structs

from outrider.domain.changes import Holdings, ItemSet, Shift
from outrider.domain.errors import BackendError
from outrider.domain.roles import Account
from outrider.store.store import Store
from outrider.store.views import ViewKey
from outrider.sync.state import Line, Position, adjusted, pack, unpack

ATTEMPTS = 5


async def offer_due(store: Store, account: Account, folder: int, now: datetime) -> bool:
    """Offer what another release set aside and what rested long enough; says whether there was any. Raises
    BackendError."""
    numbers = await store.aside.due(account.identity.address, folder, now)
    if numbers:
        await offer(store, account, folder, numbers)
    return bool(numbers)


async def offer(store: Store, account: Account, folder: int, numbers: ItemSet) -> None:
    """Offer items of a folder to all devices again. Raises BackendError."""
    address = account.identity.address
    for device in await store.views.devices(address, str(folder)):
        await _owe(store, account, ViewKey(address, device, str(folder)), numbers)
    await store.aside.renew(address, folder, numbers)


async def _owe(store: Store, account: Account, key: ViewKey, numbers: ItemSet) -> None:
    for _ in range(ATTEMPTS):
        record = (await store.views.load(key.account, key.device, [key.collection]))[key.collection]
        view = unpack(record.data) if record.data else None
        if view is None or view.current is None:
            return  # all is still to be offered
        inside = await _inside(account, int(key.collection), numbers, _cutoff(view.current))
        line, by = adjusted(view.current, partial(_owing, inside))
        if await store.views.save(key, record.revision, pack(structs.replace(view, current=line)), by=[by]):
            return
    raise BackendError("The device is synchronising this folder all the time.", temporary=True)


def _owing(numbers: ItemSet, _: Position) -> Shift:
    return Shift(put=Holdings(owed=numbers), take=Holdings())


def _cutoff(line: Line) -> date | None:
    return (line.answers[-1] if line.answers else line).position.cutoff


async def _inside(account: Account, folder: int, numbers: ItemSet, cutoff: date | None) -> ItemSet:
    return numbers if cutoff is None else numbers - await account.feed.between(folder, None, cutoff)
