"""The engine: one device over one account's folders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import cast

from outrider.database import Transaction
from outrider.domain.errors import BackendError
from outrider.domain.items import Folder
from outrider.domain.roles import Account, Tx
from outrider.store.store import Store
from outrider.store.views import ViewKey
from outrider.sync import keys, moved
from outrider.sync.aside import Render, Shown
from outrider.sync.contents import Contents
from outrider.sync.keys import Action
from outrider.sync.offering import offer_due
from outrider.sync.place import Loaded, Place, newest_start, start_of
from outrider.sync.round import Outcome, Request, Round
from outrider.sync.state import Stand, View, stand_of, unpack

ATTEMPTS = 5


class Engine:
    """What one device can ask about the folders of one account."""

    def __init__(self, store: Store, account: Account, device: str) -> None:
        self._store = store
        self._account = account
        self._device = device

    async def load(self, folders: Sequence[int]) -> dict[int, Loaded]:
        """The device's views of these folders, in one read."""
        address = self._account.identity.address
        records = await self._store.views.load(address, self._device, [str(number) for number in folders])
        return {
            int(name): Loaded(
                ViewKey(address, self._device, name),
                record.revision,
                unpack(record.data) if record.data else View(),
            )
            for name, record in records.items()
        }

    async def round(
        self, folder: Folder, loaded: Loaded, request: Request, *, render: Render, now: datetime
    ) -> Outcome:
        """Answer one request. Raises BackendError when the folder cannot be read; nothing has changed then
        but what the device's own commands did, which the ledger keeps."""
        whole = Shown(wish=request.wish, render=render)
        shown = (whole, request.changed or whole)
        contents = Contents(self._store, self._account, folder, self._device, shown=shown)
        if await offer_due(self._store, self._account, folder.number, now):
            loaded = (await self.load([folder.number]))[folder.number]
        with self._store.views.under_way(loaded.key):
            for _ in range(ATTEMPTS):
                place = Place(self._store, self._account, folder, loaded)
                outcome = await Round(self._store, self._account, place, request, contents).run(now)
                if outcome is not None:
                    return outcome
                loaded = (await self.load([folder.number]))[folder.number]
        raise BackendError("Another request of this device is being answered.", temporary=True)

    async def pending(self, folder: Folder, loaded: Loaded, cutoff: date | None) -> bool:
        """Say whether a Sync from the newest state the device was given would have something to say. False
        for a folder that the device never synchronised."""
        if await self._store.views.settled(loaded.key):  # the device's own doing is no news to it
            loaded = (await self.load([folder.number]))[folder.number]
        if loaded.view.current is None:
            return False
        start = newest_start(loaded.view.current)
        position = start.line.position
        if not position.idle or position.floor != 0:
            return True
        place = Place(self._store, self._account, folder, loaded)
        if position.cutoff == cutoff and not await place.moved_since(position):
            return False
        made = await place.dry_plan(start, cutoff)
        return made is None or bool(made)

    async def estimate(self, folder: Folder, loaded: Loaded, key: str, cutoff: date | None) -> int | None:
        """How many operations Syncs from this key on would get; None when the key is not ours."""
        presented = keys.recognise(loaded.view.current, loaded.view.newborn, key, b"")
        if presented.action in (Action.REFUSE, Action.START):
            return None
        start = start_of(loaded.view, presented)
        place = Place(self._store, self._account, folder, loaded)
        made = await place.dry_plan(start, cutoff)
        if made is None:
            return None
        count = len(made.owed) + len(made.gone) + len(made.left)
        if start.line.position.floor == 0:
            return count
        known = await place.known(start)
        if known is None:
            return None
        offered = len(known - made.gone - made.left) + len(made.owed - known)
        return count + max(0, await place.count(cutoff) - offered)

    async def stand(self, folder: int) -> Stand:
        """What tells whether the device started the folder over meanwhile."""
        return stand_of((await self.load([folder]))[folder].view)

    async def note_move(
        self, origin: tuple[int, int], arrived: tuple[int, int], stand: Stand, tx: Tx | None = None
    ) -> None:
        """Remember that the device moved an item (folder, number) itself, when this was the stand of the
        folder it went to: it has it in the new place and no longer in the old one. With `tx`, as part of the
        transaction that moves it."""
        address, transaction = self._account.identity.address, cast(Transaction | None, tx)
        again = None if tx else await moved.look(self._account.feed, *arrived)
        came = partial(moved.came, stand=stand, again=again)
        for (folder, number), change in ((origin, moved.left), (arrived, came)):
            key = ViewKey(address, self._device, str(folder))
            await self._store.views.revise(key, partial(change, number), transaction)
