"""A device over a net that loses, doubles and delays: the client's own replica, and what its user did."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import httpx2

from outrider.client import Client, ClientError, Replica
from outrider.client.client import NEED_PROVISIONING, PROVISION_AGAIN, Policy
from outrider.client.connection import Connection, Reply, Wire
from outrider.client.errors import HTTP, NETWORK, POLICY, refused
from outrider.client.ping import Pinged, Pinger
from outrider.client.replica import Window
from outrider.domain.errors import BackendError
from outrider.protocol.errors import EasError
from outrider.protocol.items.classes import Item
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Task
from outrider.protocol.messages.folders import FolderSyncResponse, FolderType
from outrider.protocol.messages.sync import SyncResponse
from outrider.protocol.request import RequestLine
from outrider.protocol.schema import Element
from outrider.protocol.status import (
    LEGACY_HTTP,
    CommonStatus,
    FolderSyncStatus,
    MoveItemsStatus,
    SyncStatus,
)
from outrider.protocol.versions import Version
from tests.simulation.items import edit_event, edited_note, edited_task
from tests.simulation.letters import SENT, Letter, send
from tests.simulation.process import ALICE, Process

E = TypeVar("E", bound=Element)
T = TypeVar("T")
MANY = 4  # times that a device repeats what was not answered, before it does something else

NOTES = (FolderType.NOTES, FolderType.USER_NOTES)
NOTES_SINCE = Version.V14_0
UNDECIDED = {NETWORK, HTTP, POLICY}
PASSING = {
    SyncStatus.SERVER_ERROR,
    SyncStatus.RETRY,
    FolderSyncStatus.SERVER_ERROR,
    CommonStatus.SERVER_ERROR_RETRY_LATER,
    CommonStatus.SEND_QUOTA_EXCEEDED,
    *PROVISION_AGAIN,
}


def is_passing(error: ClientError) -> bool:
    """Whether the same may succeed later."""
    return error.code in UNDECIDED or error.status in PASSING


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
    except EasError as error:
        if line.version >= Version.V14_0:
            return refused(line.command, error.status)
        return ClientError(HTTP, str(error), status=LEGACY_HTTP.get(error.status, 500))
    return _nothing() if answer is None else answer


def _arrived(answer: bytes | ClientError) -> bytes:
    if isinstance(answer, ClientError):
        raise answer
    return answer


def _nothing() -> ClientError:
    return ClientError(NETWORK, "no answer came")


_NO_WIRE = Wire(transport=httpx2.AsyncBaseTransport())


class Wired:
    """The net in place of HTTP."""

    def __init__(self, net: Net) -> None:
        self._net = net

    async def post(
        self, line: RequestLine, body: bytes = b"", *, mime: bool = False, wait: float = 0
    ) -> Reply:
        """As the real one. Raises ClientError."""
        return Reply(body=await self._net.exchange(line, body))


class Line(Client):
    """The client over the net. `era` is which of the policies is in force."""

    def __init__(self, net: Net, name: str, version: Version, era: Callable[[], int]) -> None:
        super().__init__(
            "http://localhost", ALICE.address, "", device_id=name, version=version, wire=_NO_WIRE
        )
        self._connection = cast(Connection, Wired(net))
        self._era = era
        self._took: tuple[int, Version] | None = None
        self._taking = asyncio.Lock()
        self._taker: asyncio.Task[object] | None = None

    def speak(self, version: Version) -> None:
        """Go on at another version."""
        self._version = version

    async def provision(self) -> Policy:
        """As the real one, unless another request of the device did it meanwhile."""
        task = asyncio.current_task()
        if self._taker is task:  # a command that belongs to it was refused
            return await super().provision()
        async with self._taking:
            asked = self._asked()
            if asked == self._took:
                return Policy(key=self.policy_key)
            self._taker = task
            try:
                policy = await super().provision()
            finally:
                self._taker = None
            if asked == self._asked():
                self._took = asked
            return policy

    async def _provisioned(self, command: str, once: Callable[[], Awaitable[T]]) -> T:
        """As the real one. Nobody is asked again for a policy that was taken."""

        async def tried() -> T:
            took = self._took
            try:
                return await once()
            except ClientError as error:
                asked = error.status in (NEED_PROVISIONING, *PROVISION_AGAIN)
                assert not (asked and took == self._asked()), "the same policy is asked for again"
                raise

        return await super()._provisioned(command, tried)

    def _asked(self) -> tuple[int, Version]:
        """Which policy is in force, and at which version it is taken."""
        return self._era(), self.version

    def _read(self, command: str, answer: type[E], reply: Reply) -> E | None:
        """As the real one. A key of ours is always known again: no fault forces a device to start over."""
        value = super()._read(command, answer, reply)
        if isinstance(value, SyncResponse):
            assert all(one.status != SyncStatus.INVALID_SYNC_KEY for one in value.collections), "a resync"
        if isinstance(value, FolderSyncResponse):
            assert value.status != FolderSyncStatus.INVALID_SYNC_KEY, "a resync of the tree"
        return value


class Device:
    """A phone: its replica, its net, and what its user did last to each item."""

    def __init__(self, name: str, net: Net, version: Version, era: Callable[[], int]) -> None:
        self.name = name
        self.net = net
        self.line = Line(net, name, version, era)
        self.letters: list[Letter] = []
        self.replica = Replica(self.line, Window(size=5, filter_type=0, body=()))
        self.pinger = Pinger(self.line, heartbeat=60)
        self.edited: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.added: set[str] = set()
        self._sending: set[str] = set()
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
                if error.code in UNDECIDED:
                    continue
            return

    async def move(self, folder: str, item: str, to: str) -> bool:
        """Move an item, with what was edited of it; False while the server has not said whether it did."""
        moved = ""
        try:
            moved = await self.replica.move(folder, item, to)
        except ClientError as error:
            if is_passing(error) or error.status == MoveItemsStatus.MOVE_FAILED:
                return False
        except KeyError:
            pass  # others took it away, and the device was told
        value = self.edited.pop(item, None)
        if value and moved and item not in self.refused():
            self.edited[moved] = value
        return True

    async def post(self, letter: Letter) -> None:
        """Have a mail sent. It is offered as often as it takes until the server has said what became of it,
        each time in the same words."""
        version = self.line.version
        self.line.speak(letter.version)
        try:
            await send(self.line, letter)
        except ClientError as error:
            if not is_passing(error):
                letter.answer = error.status
        else:
            letter.answer = SENT
        finally:
            self.line.speak(version)

    async def post_all(self) -> None:
        """Offer each mail of which it is not known what became of it."""
        for letter in self.letters:
            if letter.answer is None:
                await self.post(letter)

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

    def edit_task(self, folder: str, item: str, value: str) -> None:
        """Edit a task."""
        before = self.replica.items(folder)[item]
        assert isinstance(before, Task)
        self.replica.edit(folder, item, edited_task(before, value, self.net.chance))
        self.edited[item] = value

    def edit_note(self, folder: str, item: str, value: str) -> None:
        """Edit a note."""
        before = self.replica.items(folder)[item]
        assert isinstance(before, Note)
        self.replica.edit(folder, item, edited_note(before, value))
        self.edited[item] = value

    def edit_draft(self, folder: str, item: str, value: str, edit: Email) -> None:
        """Edit a draft; `value` is its new subject."""
        self.replica.edit(folder, item, edit)
        self.edited[item] = value

    def send_draft(self, folder: str, item: str, edit: Email) -> None:
        """Send a draft with a last change."""
        self.replica.edit(folder, item, edit, send=True)
        self.edited.pop(item, None)
        self._sending.add(item)

    def is_sending(self, folder: str, item: str) -> bool:
        """Whether a draft is on its way, as far as the device knows; its user leaves it alone."""
        return item in self._sending and self.replica.folder(folder).owes(item)

    def edit_event(self, folder: str, item: str, value: str) -> None:
        """Edit a series or one of its occurrences; what was said of one goes with it."""
        if edit_event(self.replica, folder, item, value, self.net.chance):
            self.edited[item] = value
        else:
            self.edited.pop(item, None)

    def add(self, folder: str, name: str, item: Item) -> None:
        """Make something."""
        self.replica.folder(folder).add(name, item)
        self.added.add(name)

    def speak(self, version: Version) -> bool:
        """Go on at another version, unless something is edited in words of this one that others lack; says
        whether it does."""
        folders = [self.replica.folder(key) for key in self.replica.folders]
        drafts = self.folders(FolderType.DRAFTS)
        worded = [one for one in folders if one.class_name in ("Calendar", "Notes") or one.id in drafts]
        if any(one.unsent for one in worded):
            return False
        for one in folders:
            one._version = version
        self.line.speak(version)
        return True

    def delete(self, folder: str, item: str) -> None:
        self.replica.delete(folder, item)
        self.edited.pop(item, None)
        self.deleted.add(item)

    def refused(self) -> set[str]:
        """The items of which an edit was refused, and the device told so."""
        return {one.id for key in self.replica.folders for one in self.replica.folder(key).refusals}

    def made(self) -> set[str]:
        """The names of what the device made, and was told that the server has."""
        return {name for key in self.replica.folders for name in self.replica.folder(key).made}

    def sent(self) -> set[str]:
        """The ids of the drafts of which the device was told that they left."""
        return {item for key in self.replica.folders for item in self.replica.folder(key).sent}

    def keys(self) -> dict[str, str]:
        """How far the device is, in each folder and in the tree."""
        keys = {key: self.replica.folder(key).key for key in self.replica.folders}
        return keys | {"": self.replica.tree.key}

    def folders(self, *kinds: FolderType) -> list[str]:
        """The ids of the folders of these types that the device's version has words for."""
        lacking = NOTES if self.line.version < NOTES_SINCE else ()
        shown = self.replica.folders.items()
        return [key for key, one in shown if one.type in kinds and one.type not in lacking]

    async def _try(self, act: Callable[[], Awaitable[object]]) -> None:
        try:
            await act()
        except ClientError as error:
            if not is_passing(error):
                raise
