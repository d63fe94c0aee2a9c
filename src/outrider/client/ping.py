"""Waiting for changes: Ping, and the loop of a device that is always up to date. MS-ASCMD, Ping."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from msgspec import Struct

from outrider.client.client import Client
from outrider.client.errors import ANSWER, ClientError, refused
from outrider.client.replica import Replica
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.status import PingStatus

USUAL_HEARTBEAT: Final = 900

_MOST_TRIES: Final = 3


class Pinged(Struct, frozen=True, kw_only=True):
    """How a wait ended: `folders` that changed, or that the tree did; neither when the time was over."""

    folders: tuple[str, ...] = ()
    tree: bool = False


class Pinger:
    """Waits for changes in folders; what the server remembers from one wait to the next is not said again."""

    def __init__(self, client: Client, heartbeat: int = USUAL_HEARTBEAT) -> None:
        self.heartbeat = heartbeat
        self._client = client
        self._last: PingRequest | None = None

    async def wait(self, *folders: str, class_name: str = "Email") -> Pinged:
        """Wait up to `heartbeat` seconds, which becomes what the server allows. Raises ClientError, with
        status 6 for more folders than the server lets us wait for."""
        for _ in range(_MOST_TRIES):
            wanted = [PingFolder(id=folder, class_name=class_name) for folder in folders]
            request = PingRequest(heartbeat_interval=self.heartbeat, folders=wanted)
            known, self._last = request == self._last, None
            answer = await self._ask(None if known else request)
            match answer.status:
                case PingStatus.HEARTBEAT_EXPIRED | PingStatus.CHANGES | PingStatus.FOLDER_SYNC_REQUIRED:
                    self._last = request
                    tree = answer.status == PingStatus.FOLDER_SYNC_REQUIRED
                    return Pinged(folders=tuple(answer.folders), tree=tree)
                case PingStatus.HEARTBEAT_OUT_OF_RANGE if answer.heartbeat_interval:
                    self.heartbeat = answer.heartbeat_interval
                case PingStatus.MISSING_PARAMETERS if known:
                    pass
                case _:
                    raise refused("Ping", answer.status)
        raise ClientError(ANSWER, "Ping fails again and again")

    async def _ask(self, request: PingRequest | None) -> PingResponse:
        answer = await self._client.ask("Ping", request, PingResponse, wait=self.heartbeat, with_key=False)
        if answer is None:
            raise ClientError(ANSWER, "an empty answer to Ping")
        return answer


async def follow(replica: Replica, *folders: str, heartbeat: int = USUAL_HEARTBEAT) -> AsyncIterator[Pinged]:
    """Keep folders of a replica up to date as long as the loop runs; yields when something changed."""
    pinger = Pinger(replica.client, heartbeat)
    await replica.sync(*folders)
    while True:
        pinged = await pinger.wait(*folders)
        if pinged.tree:
            await replica.sync_tree()
        if pinged.folders:
            await replica.sync(*pinged.folders)
        if pinged.tree or pinged.folders:
            yield pinged
