"""The real process, killed in the middle of things: nothing is lost, nothing doubled, nobody starts over."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from outrider import config as configuration
from outrider.client import Client, ClientError, Contact, Email, Replica, Version, Window, Wire
from outrider.client.errors import NETWORK
from outrider.client.mail import send_mail
from outrider.domain.items import ContactItem, FolderUse, ItemClass, MailItem
from outrider.main import open_parts
from outrider.protocol.messages.folders import FolderType
from tests.e2e.house import ALICE, BOB, PASSWORD, account_of, folder_number, mail, settle, stored

KILLS = 3
MAILS = 40


class Server:
    """`outrider serve` as a process of its own, which can be killed and started again."""

    def __init__(self, directory: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.file = directory / "outrider.toml"
        self.file.write_text(
            f'[http]\nport = {self.port}\n[store]\ndata = "{directory / "data"}"\n'
            '[log]\nlevel = "info"\nformat = "json"\n'
        )
        self.kills = 0
        self.output: list[str] = []
        self._process: asyncio.subprocess.Process | None = None
        self._draining: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        listening = asyncio.Event()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "outrider", "serve", "--config", str(self.file)),
            stderr=asyncio.subprocess.PIPE,
        )
        self._draining = asyncio.create_task(self._drain(self._process, listening))
        async with asyncio.timeout(30):
            await listening.wait()

    async def kill(self) -> None:
        self.kills += 1
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the process; its exit status."""
        assert self._process
        assert self._draining
        self._process.send_signal(number)
        async with asyncio.timeout(30):
            await self._draining
            return await self._process.wait()

    async def _drain(self, process: asyncio.subprocess.Process, listening: asyncio.Event) -> None:
        assert process.stderr
        while row := (await process.stderr.readline()).decode():
            self.output.append(row)
            if '"listening"' in row:
                listening.set()
        listening.set()


class Deadly(httpx2.AsyncBaseTransport):
    """A net on which, now and then, the server is killed while it serves a request."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self.armed = False
        self._server = server
        self._chance = chance
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if not self.armed or self._chance.random() > 0.3:
            return await self._inner.handle_async_request(request)
        self.armed = False
        asking = asyncio.create_task(self._inner.handle_async_request(request))
        await asyncio.wait([asking], timeout=self._chance.choice((0.001, 0.005, 0.02, 0.1)))
        await self._server.kill()
        await asyncio.wait([asking])
        if asking.exception() is None:
            await asking.result().aclose()
        await self._inner.aclose()
        self._inner = httpx2.AsyncHTTPTransport()
        await self._server.start()
        raise httpx2.ReadError("the server died", request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def insistently(replica: Replica) -> None:
    while True:
        try:
            await replica.sync()
        except ClientError as error:
            if error.code != NETWORK:
                raise
        else:
            return


async def send_insistently(client: Client, subject: str) -> None:
    """Send a mail until the server says that it did: now, or before (118)."""
    while True:
        try:
            await send_mail(client, mail(subject, sender=ALICE, to=BOB), client_id=subject)
        except ClientError as error:
            if error.status == 118:
                return
            if error.code != NETWORK:
                raise
        else:
            return


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    made = Server(tmp_path)
    async with open_parts(configuration.load(made.file)) as parts:
        await settle(parts)
        for number in range(MAILS):
            await parts.delivery.deliver([ALICE], mail(f"Mail {number}"))
    await made.start()
    yield made
    if made.running:
        await made.end(signal.SIGKILL)


@asynccontextmanager
async def device(server: Server, net: Deadly) -> AsyncIterator[Replica]:
    url, wire = f"http://127.0.0.1:{server.port}", Wire(transport=net)
    async with Client(url, ALICE, PASSWORD, device_id="DEVICE1", version=Version.V16_1, wire=wire) as client:
        replica = Replica(client, Window(size=5))
        await replica.sync_tree()
        yield replica


async def test_a_killed_server_loses_nothing_and_doubles_nothing(server: Server) -> None:
    chance = random.Random(7)
    net = Deadly(server, chance)
    people, sent = [], []
    async with asyncio.timeout(90), device(server, net) as replica:
        inbox = replica.tree.of_type(FolderType.INBOX).server_id
        contacts = replica.tree.of_type(FolderType.CONTACTS).server_id
        net.armed = True
        await insistently(replica)
        generations = {key: replica.folder(key).key.partition(".")[0] for key in (inbox, contacts)}
        for number in range(60):
            net.armed = server.kills < KILLS
            item = chance.choice(sorted(replica.items(inbox)))
            replica.mark(inbox, item, read=chance.choice((True, False)), categories=[f"C{number}"])
            people.append(f"Person {number}")
            replica.add(contacts, Contact(first_name=people[-1], file_as=people[-1]))
            if number % 5 == 0:
                sent.append(f"Sent {number}")
                await send_insistently(replica.client, sent[-1])
            await insistently(replica)
            if server.kills >= KILLS:
                break
        assert server.kills == KILLS
        assert {key: replica.folder(key).key.partition(".")[0] for key in generations} == generations
        assert replica.folder(inbox).oddities == replica.folder(contacts).oddities == []
        assert replica.folder(inbox).refusals == replica.folder(contacts).refusals == []
        held = {key: dict(replica.items(key)) for key in (inbox, contacts)}
    assert await server.end() == 0
    await compare(server, held[inbox], held[contacts], people=people, sent=sent)
    assert not any("Traceback" in row or '"error"' in row for row in server.output)


async def compare(
    server: Server,
    inbox: Mapping[str, object],
    contacts: Mapping[str, object],
    *,
    people: list[str],
    sent: list[str],
) -> None:
    """The store has what the replica has, and each thing once."""
    async with open_parts(configuration.load(server.file)) as parts:
        box, bobs = account_of(parts), account_of(parts, BOB)
        mails = await stored(box, await folder_number(box, FolderUse.INBOX))
        marks = {
            key: (item.message.subject, item.marks.read, list(item.marks.categories))
            for key, item in mails.items()
            if isinstance(item, MailItem)
        }
        assert len(marks) == MAILS
        assert marks == {
            key: (item.subject, item.read, item.categories)
            for key, item in inbox.items()
            if isinstance(item, Email)
        }
        kept = await stored(box, await folder_number(box, FolderUse.DEFAULT, ItemClass.CONTACTS))
        assert kept.keys() == contacts.keys()
        names = [item.contact.first_name for item in kept.values() if isinstance(item, ContactItem)]
        assert sorted(names) == sorted(people)
        received = await stored(bobs, await folder_number(bobs, FolderUse.INBOX))
        subjects = [item.message.subject for item in received.values() if isinstance(item, MailItem)]
        assert sorted(subjects) == sorted(sent)
        copies = await stored(box, await folder_number(box, FolderUse.SENT))
        assert len(copies) == len(sent)
