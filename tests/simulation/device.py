"""A device over a net that loses, doubles and delays: the client's own replica, and what its user did."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from outrider.client import Client, ClientError, Replica
from outrider.client.client import FIRST_COMMON
from outrider.client.errors import HTTP, NETWORK, refused
from outrider.client.ping import Pinged, Pinger
from outrider.client.replica import Window
from outrider.domain.errors import BackendError
from outrider.protocol.items.contacts import Contact
from outrider.protocol.messages.folders import FolderSyncResponse, FolderType
from outrider.protocol.messages.sync import SyncResponse
from outrider.protocol.request import RequestLine
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.status import FolderSyncStatus, MoveItemsStatus, SyncStatus
from outrider.protocol.versions import Version
from tests.simulation.process import Process, line_of

E = TypeVar("E", bound=Element)
MANY = 4  # times that a device repeats what was not answered, before it does something else

Server = Callable[[], Awaitable[Process]]
"""The process that lives now."""


class Net:
    """What becomes of requests and answers; `late` are the requests that arrive some other time."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self.server = server
        self.chance = chance
        self.trouble = 0.0
        self.late: list[tuple[RequestLine, bytes]] = []

    async def exchange(self, line: RequestLine, body: bytes) -> bytes:
        """One request and its answer. Raises ClientError."""
        process = await self.server()
        if self.chance.random() >= self.trouble:
            return _arrived(await _served(process, line, body))
        match self.chance.randrange(6):
            case 0:
                raise _nothing()
            case 1:
                self.late.append((line, body))
                raise _nothing()
            case 2:
                answer = _arrived(await _served(process, line, body))
                self.late.append((line, body))
                return answer
            case 3:
                answers = await asyncio.gather(_served(process, line, body), _served(process, line, body))
                return _arrived(self.chance.choice(answers))
            case _:
                await _served(process, line, body)
                raise _nothing()

    async def deliver_late(self) -> None:
        """An old request arrives; nobody reads the answer."""
        if self.late:
            line, body = self.late.pop(self.chance.randrange(len(self.late)))
            await _served(await self.server(), line, body)


async def _served(process: Process, line: RequestLine, body: bytes) -> bytes | ClientError:
    try:
        answer = await process.serve(line, body)
    except BackendError as error:
        if not error.temporary:
            raise
        return ClientError(HTTP, str(error), status=503)
    return _nothing() if answer is None else answer


def _arrived(answer: bytes | ClientError) -> bytes:
    if isinstance(answer, ClientError):
        raise answer
    return answer


def _nothing() -> ClientError:
    return ClientError(NETWORK, "no answer came")


class Line(Client):
    """The client with the net in place of HTTP."""

    def __init__(self, net: Net, name: str, version: Version) -> None:
        self.device_id = name
        self._version = version
        self._net = net

    def speak(self, version: Version) -> None:
        """Go on at another version."""
        self._version = version

    async def ask_parted(
        self,
        command: str,
        request: Element | None,
        answer: type[E],
        *,
        wait: float = 0,
        with_key: bool = True,
        multipart: bool = False,
    ) -> tuple[E | None, tuple[bytes, ...]]:
        """As the real one. A key of ours is always known again: no fault forces a device to start over."""
        body = bytes(encode(request, self.version)) if request is not None else b""
        told = await self._net.exchange(line_of(command, self.device_id, self.version), body)
        value = decode(answer, told, self.version).value if told else None
        if isinstance(value, SyncResponse):
            assert all(one.status != SyncStatus.INVALID_SYNC_KEY for one in value.collections), "a resync"
            if (value.status or 0) >= FIRST_COMMON:
                raise refused(command, value.status or 0)
        if isinstance(value, FolderSyncResponse):
            assert value.status != FolderSyncStatus.INVALID_SYNC_KEY, "a resync of the tree"
        return value, ()


class Device:
    """A phone: its replica, its net, and what its user did last to each item."""

    def __init__(self, server: Server, name: str, version: Version, chance: random.Random) -> None:
        self.name = name
        self.net = Net(server, chance)
        self.line = Line(self.net, name, version)
        self.replica = Replica(self.line, Window(size=5, filter_type=0, body=()))
        self.pinger = Pinger(self.line, heartbeat=60)
        self.edited: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.added: set[str] = set()
        self.without_categories = version < Version.V14_0

    async def try_sync(self, *folders: str) -> None:
        """Synchronise as far as the net lets us."""
        await self._try(lambda: self.replica.sync(*folders))

    async def try_wait(self, *folders: str) -> None:
        await self._try(lambda: self.replica.wait(60, *folders))

    async def try_ping(self, *folders: str) -> None:
        await self._try(lambda: self.pinger.wait(*folders))

    async def ping(self, *folders: str) -> Pinged:
        return await self.pinger.wait(*folders)

    async def insist(self, act: Callable[[], Awaitable[object]]) -> None:
        """Do something at once, again and again while no answer comes; a refusal is an answer."""
        for _ in range(MANY):
            try:
                await act()
            except ClientError as error:
                if error.code in (NETWORK, HTTP):
                    continue
            return

    async def move(self, folder: str, item: str, to: str) -> None:
        """Move an item, however often it takes until the server has said whether it did."""
        while True:
            try:
                await self.replica.move(folder, item, to)
            except ClientError as error:
                if error.code in (NETWORK, HTTP) or error.status == MoveItemsStatus.MOVE_FAILED:
                    continue
            self.edited.pop(item, None)
            return

    def mark(self, folder: str, item: str, value: str, *, read: bool) -> None:
        """Mark a mail; below 14.0 there is nothing to recognise the edit by."""
        if self.line.version < Version.V14_0:
            self.replica.mark(folder, item, read=read)
            return
        self.replica.mark(folder, item, read=read, categories=[value])
        self.edited[item] = value

    def name_job(self, folder: str, item: str, value: str) -> None:
        """Edit a contact."""
        before = self.replica.items(folder)[item]
        assert isinstance(before, Contact)
        self.replica.edit(folder, item, Contact(first_name=before.first_name, job_title=value))
        self.edited[item] = value

    def add(self, folder: str, value: str) -> None:
        """Make a contact."""
        self.replica.folder(folder).add(value, Contact(first_name=value, job_title="new"))
        self.added.add(value)

    def delete(self, folder: str, item: str) -> None:
        self.replica.delete(folder, item)
        self.edited.pop(item, None)
        self.deleted.add(item)

    def refused(self) -> set[str]:
        """The items of which an edit was refused, and the device told so."""
        return {one.id for key in self.replica.folders for one in self.replica.folder(key).refusals}

    def keys(self) -> dict[str, str]:
        """How far the device is, in each folder and in the tree."""
        keys = {key: self.replica.folder(key).key for key in self.replica.folders}
        return keys | {"": self.replica.tree.key}

    def folders(self, *kinds: FolderType) -> list[str]:
        """The ids of the folders of these types."""
        return [key for key, one in self.replica.folders.items() if one.type in kinds]

    async def _try(self, act: Callable[[], Awaitable[object]]) -> None:
        try:
            await act()
        except ClientError as error:
            if error.code not in (NETWORK, HTTP) and error.status not in PASSING:
                raise


PASSING = {SyncStatus.SERVER_ERROR, SyncStatus.RETRY, FolderSyncStatus.SERVER_ERROR}
