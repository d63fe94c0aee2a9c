"""A whole server on a free port with two users, and clients of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from outrider import config as configuration
from outrider.backends.local.accounts import LocalAccounts
from outrider.backends.local.directory import LocalDirectory
from outrider.backends.local.submit import Outbox
from outrider.backends.local.users import NewUser
from outrider.client import Client, Wire
from outrider.domain.errors import BackendError
from outrider.domain.items import BodyForm, BodyPreference, FolderUse, Item, ItemClass, Wish
from outrider.domain.roles import Account, Identity
from outrider.main import Running, now, serving
from outrider.protocol.versions import Version
from outrider.wiring import Parts

ALICE = "alice@example.org"
BOB = "bob@example.org"
PASSWORD = "outrider"


def configured(
    directory: Path, tls: configuration.Tls | None = None, *, lmtp: bool = False
) -> configuration.Config:
    return configuration.Config(
        http=configuration.Http(port=0, tls=tls),
        store=configuration.Store(data=directory),
        delivery=configuration.Delivery(port=0) if lmtp else None,
        ping=configuration.Ping(min_heartbeat=1),
        log=configuration.Log(level="error"),
    )


async def settle(parts: Parts) -> None:
    """Make the users, where they are not there yet."""
    known = {user.address for user in await parts.users.list()}
    for address in (ALICE, BOB):
        if address not in known:
            name = address.partition("@")[0].title()
            await parts.users.add(NewUser(address=address, password=PASSWORD, fields={"name": name}))


@asynccontextmanager
async def house(config: configuration.Config) -> AsyncIterator[Running]:
    """A running server."""

    @asynccontextmanager
    async def beside(parts: Parts) -> AsyncIterator[None]:
        await settle(parts)
        yield

    async with serving(config, beside) as running:
        yield running


def client(
    running: Running,
    version: Version | None = None,
    device: str = "DEVICE1",
    *,
    user: str = ALICE,
    transport: httpx2.AsyncBaseTransport | None = None,
    **wire: object,
) -> Client:
    """A device of a user."""
    return Client(
        running.url,
        user,
        PASSWORD,
        device_id=device,
        version=version,
        wire=Wire(transport=transport, **wire),  # type: ignore[arg-type]
    )


def account(running: Running, address: str = ALICE) -> Account:
    """The store's own view of a user's account."""
    return account_of(running.parts, address)


def account_of(parts: Parts, address: str = ALICE) -> Account:
    """The same without a server."""
    outbox = Outbox(
        database=parts.database,
        local=parts.local,
        answering=parts.answering,
        now=now,
        host="localhost",
        submissions=parts.submissions,
    )
    accounts = LocalAccounts(parts.local, outbox, LocalDirectory(parts.database))
    return accounts.open(Identity(address=address, addresses=(address,)))


async def stored(account: Account, folder: int) -> dict[str, Item]:
    """What the store holds in a folder, by the ids a device knows."""
    numbers = [touched.number for touched in await account.feed.newest(folder, None, None, 100_000)]
    wish = Wish(preferences=(BodyPreference(form=BodyForm.TEXT, limit=4096),))
    found = await account.items.read(folder, numbers, wish)
    return {
        f"{folder}:{number}": item
        for number, item in zip(numbers, found, strict=True)
        if not isinstance(item, BackendError)
    }


async def folder_number(account: Account, use: FolderUse, holds: ItemClass = ItemClass.MAIL) -> int:
    return next(
        folder.number
        for folder in await account.folders.list()
        if folder.use is use and folder.holds is holds
    )


async def waiting(running: Running, count: int = 1) -> None:
    """Until so many requests wait in the server."""
    async with asyncio.timeout(10):
        while len(running.parts.hub) != count:  # noqa: ASYNC110 (there is nothing to be told by)
            await asyncio.sleep(0.001)


def mail(subject: str, body: str = "Hello.", *, sender: str = BOB, to: str = ALICE) -> bytes:
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n\r\n{body}\r\n"
    ).encode()
