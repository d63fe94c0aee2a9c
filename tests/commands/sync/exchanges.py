"""Sync as a device speaks it: a folder with the key it has."""

from __future__ import annotations

from typing import Any

from outrider.commands.session import Answer
from outrider.commands.sync.handler import sync
from outrider.domain.items import Folder
from outrider.protocol.messages.sync import (
    Add,
    Change,
    Collection,
    CollectionResponse,
    SyncRequest,
    SyncResponse,
)
from tests.commands.visits import Phone, found


class Synced:
    """A folder on a device: its key, and what the device has of it."""

    def __init__(self, phone: Phone, folder: Folder) -> None:
        self.phone = phone
        self.folder = folder
        self.key = "0"
        self.items: dict[str, object] = {}

    def collection(self, **fields: Any) -> Collection:
        return Collection(sync_key=self.key, collection_id=str(self.folder.number), **fields)

    async def ask(self, **fields: Any) -> Answer:
        return await sync(SyncRequest(collections=[self.collection(**fields)]), self.phone.visit())

    async def round(self, **fields: Any) -> CollectionResponse | None:
        """One Sync of this folder alone; None when there was nothing to say."""
        answer = await self.ask(**fields)
        return None if answer is None else self.take(answer)

    def take(self, answer: Answer) -> CollectionResponse:
        """The part of an answer that speaks of this folder, applied."""
        collections = found(answer, SyncResponse).collections
        [mine] = [one for one in collections if one.collection_id == str(self.folder.number)]
        self.key = mine.sync_key
        for one in mine.commands:
            if isinstance(one, Add | Change):
                self.items[one.server_id] = one.data
            else:
                self.items.pop(one.server_id, None)
        return mine

    async def settle(self, **fields: Any) -> None:
        """Sync until there is nothing more to say."""
        for _ in range(20):
            if await self.round(**fields) is None:
                return
        raise AssertionError("the server always has more to say")
