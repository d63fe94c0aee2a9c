"""Makes what a later release must be able to take over: the database of this one, with two devices in sync.

    .venv/bin/python scripts/make_release_fixture.py tests/fixtures/releases

Writes `<version>.sqlite.gz`, and `<version>.json` with what the devices know: their keys, their items, and
the request that each sends next for each folder. Run it once for each release, before it is given away.
"""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from outrider import config as configuration
from outrider.backends.local.users import NewUser
from outrider.client.client import Client
from outrider.client.mail import send_mail
from outrider.client.tree import Tree
from outrider.database import Connection
from outrider.domain.items import MailEdit
from outrider.domain.roles import Identity
from outrider.http.log import set_up_log
from outrider.main import Running, now, serving
from outrider.protocol.items.contacts import Contact
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.messages.sync import (
    Add,
    AddResponse,
    ClientAdd,
    Collection,
    CollectionResponse,
    Delete,
    SoftDelete,
    SyncRequest,
    SyncResponse,
)
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version
from outrider.wiring import Parts

ALICE: Final = "alice@example.org"
PASSWORD: Final = "outrider"
SENT: Final = "sent-1"
DAMAGED: Final = 3
MAIL: Final = "From: bob@example.org\r\nTo: alice@example.org\r\nSubject: {}\r\n\r\nHello.\r\n"


class Folder(Struct, kw_only=True):
    """What a device knows of a folder: its items, and what it will ask next, as WBXML."""

    items: list[str]
    ask: bytes


class Device(Struct, kw_only=True):
    """What a device knows."""

    id: str
    version: int
    policy_key: int
    tree: str
    folders: dict[str, Folder]


class Release(Struct, kw_only=True):
    """What lies beside a release's database. The first device sent a mail whose answer it never read."""

    made: datetime
    devices: list[Device]


class Phone:
    """A device that keeps the ids of its items, and may lose an answer."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.items: dict[str, set[str]] = {}
        self.requests: dict[str, SyncRequest] = {}

    async def sync(self, folder: str, *commands: ClientAdd, window: int = 100) -> bool:
        """Ask once and read the answer; False when there is none, since there is nothing to say."""
        answer = await self.lose(folder, *commands, window=window)
        if answer is None:
            return False
        [told] = answer.collections
        assert told.status == 1, f"{self.client.device_id} is refused in {folder}: {told.status}"
        self._hear(folder, told)
        self.requests[folder] = SyncRequest(
            collections=[Collection(sync_key=told.sync_key, collection_id=folder, window_size=window)]
        )
        return True

    async def lose(self, folder: str, *commands: ClientAdd, window: int = 100) -> SyncResponse | None:
        """Ask once; the device does not read what is answered here."""
        first = SyncRequest(collections=[Collection(sync_key="0", collection_id=folder, window_size=window)])
        request = self.requests.setdefault(folder, first)
        request.collections[0].commands.extend(commands)
        return await self.client.ask("Sync", request, SyncResponse)

    async def settle(self, folder: str) -> None:
        """Ask until there is nothing to say."""
        while await self.sync(folder):
            pass

    def _hear(self, folder: str, told: CollectionResponse) -> None:
        items = self.items.setdefault(folder, set())
        for response in told.responses:
            assert response.status == 1
            if isinstance(response, AddResponse) and response.server_id:
                items.add(response.server_id)
        for command in told.commands:
            if isinstance(command, Add):
                assert command.server_id not in items, f"{command.server_id} is sent twice as new"
                items.add(command.server_id)
            elif isinstance(command, Delete | SoftDelete):
                items.discard(command.server_id)


def configured(directory: Path) -> configuration.Config:
    """A server on a free port that keeps its data in a directory."""
    return configuration.Config(
        http=configuration.Http(port=0),
        store=configuration.Store(data=directory),
        log=configuration.Log(level="error"),
    )


async def record(phone: Phone, tree: Tree) -> Device:
    """What a device knows, to be written down."""
    client = phone.client
    folders = {
        name: Folder(items=sorted(phone.items.get(name, ())), ask=bytes(encode(request, client.version)))
        for name, request in phone.requests.items()
    }
    return Device(
        id=client.device_id,
        version=int(client.version),
        policy_key=client.policy_key,
        tree=tree.key,
        folders=folders,
    )


def recall(device: Device, client: Client) -> Phone:
    """A device as it was written down."""
    client.policy_key = device.policy_key
    phone = Phone(client)
    for name, folder in device.folders.items():
        phone.items[name] = set(folder.items)
        phone.requests[name] = decode(SyncRequest, folder.ask, client.version).value
    return phone


async def live(running: Running) -> list[Device]:
    """Two devices in sync, with answers that were lost or not confirmed, and news that they do not know."""
    for number in range(5):
        await deliver(running.parts, f"Mail {number}")
    await running.parts.database.transact(damage)
    async with (
        Client(running.url, ALICE, PASSWORD, device_id="PHONE1", version=Version.V16_1) as first,
        Client(running.url, ALICE, PASSWORD, device_id="PHONE2", version=Version.V14_1) as second,
    ):
        phones = [(Phone(first), Tree(first)), (Phone(second), Tree(second))]
        for _, tree in phones:
            await tree.sync()
        tree = phones[0][1]
        inbox = tree.of_type(FolderType.INBOX).server_id
        contacts = tree.of_type(FolderType.CONTACTS).server_id
        one, two = phones[0][0], phones[1][0]
        for folder in (inbox, contacts):
            await one.settle(folder)
        await one.sync(tree.of_type(FolderType.DRAFTS).server_id)
        await two.settle(contacts)
        for _ in range(2):
            await two.sync(inbox, window=2)
        await deliver(running.parts, "Lost")
        await one.lose(inbox)
        await one.lose(contacts, ClientAdd(client_id="c1", data=Contact(first_name="Alice")))
        await send_mail(first, MAIL.format("Sent").encode(), client_id=SENT)
        await change(running.parts)
        return [await record(*phone) for phone in phones]


async def deliver(parts: Parts, subject: str) -> None:
    """A mail for the user."""
    assert not await parts.delivery.deliver([ALICE], MAIL.format(subject).encode())


def damage(connection: Connection) -> None:
    """Make one mail unreadable, so that it is set aside."""
    connection.execute(
        "UPDATE contents SET summary = ?"
        " WHERE id = (SELECT content FROM items WHERE folder = 1 AND number = ?)",
        (b"damaged", DAMAGED),
    )


async def change(parts: Parts) -> None:
    """What the devices are not told of any more: a mail is gone, another one was read."""
    account = parts.accounts.open(Identity(address=ALICE))
    await account.items.delete(1, 1)
    await account.items.change(1, 2, MailEdit(read=True), token=b"read")


async def make(directory: Path) -> Release:
    """Let the devices live in a new data directory."""

    @asynccontextmanager
    async def settled(parts: Parts) -> AsyncIterator[None]:
        await parts.users.add(NewUser(address=ALICE, password=PASSWORD))
        yield

    async with serving(configured(directory), settled) as running:
        return Release(made=now().replace(microsecond=0), devices=await live(running))


def main(target: Path) -> None:
    """Write both files."""
    set_up_log("text", "error", sys.stderr)
    name = version("outrider")
    with tempfile.TemporaryDirectory() as folder:
        release = asyncio.run(make(Path(folder) / "data"))
        copy = Path(folder) / "copy"
        database = configured(Path(folder) / "data").store.database
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        (target / f"{name}.sqlite.gz").write_bytes(gzip.compress(copy.read_bytes(), mtime=0))
    text = msgspec.json.format(msgspec.json.encode(release), indent=2)
    (target / f"{name}.json").write_bytes(text + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
