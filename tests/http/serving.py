"""A server on a free port, and a client that writes and reads bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from outrider.commands.dispatch import Dispatcher
from outrider.commands.links import Sheet
from outrider.database import Database
from outrider.domain.errors import BackendError
from outrider.http.app import NO_PAGES, App, make_app
from outrider.http.asgi import Handler
from outrider.http.body import BodyLimits
from outrider.http.endpoint import Site
from outrider.http.metrics import Metrics
from outrider.http.server import Server
from outrider.protocol.request import RequestLine, encode_headers, encode_plain
from tests.commands.fakes import People, Time, basic, dispatcher, line

PATH = "/Microsoft-Server-ActiveSync"


class Links:
    """Answers to links, which write down what they are asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.sheet = Sheet(
            title="Let it in?", text="A device waits.", known="    Model: <b>X</b>", button="Let it in"
        )

    async def look(self, text: str) -> Sheet:
        self.asked.append(("look", text))
        return self.sheet

    async def decide(self, text: str) -> Sheet:
        self.asked.append(("decide", text))
        return Sheet(title="The device is let in.", text="Done.")


@dataclass
class House:
    """Everything that runs, to be looked at."""

    dispatcher: Dispatcher
    app: App
    metrics: Metrics
    people: People
    time: Time
    links: Links
    faults: list[BackendError] = field(default_factory=list)
    server: Server | None = None

    @property
    def port(self) -> int:
        assert self.server
        return self.server.address[1]

    @property
    def waiting(self) -> int:
        return len(self.dispatcher.hub)


def house(database: Database, *, pages: Mapping[str, Handler] = NO_PAGES, **settings: object) -> House:
    """An application that listens nowhere."""
    people, time, metrics = People(), Time(), Metrics()
    served = dispatcher(database, people=people, time=time)
    site = Site(metrics=metrics, limits=BodyLimits(size=1 << 20, idle=5, total=5), **settings)  # type: ignore[arg-type]
    faults: list[BackendError] = []

    async def check() -> None:
        if faults:
            raise faults[0]

    links = Links()
    app = make_app(served, site, clock=time.now, check=check, answers=links, pages=pages)
    return House(served, app, metrics, people, time, links, faults)


@asynccontextmanager
async def serving(
    database: Database, *, pages: Mapping[str, Handler] = NO_PAGES, **settings: object
) -> AsyncIterator[House]:
    """The application on a free port."""
    made = house(database, pages=pages, **settings)
    made.server = Server(made.app, "127.0.0.1", 0)
    await made.server.start()
    try:
        yield made
    finally:
        await made.server.stop(made.dispatcher.hub.stop, grace=2)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def read(self) -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {name.lower(): value for name, _, value in (row.partition(": ") for row in head[1:] if row)}
        return Answer(status, headers, await self._body(status, headers))

    async def ask(self, data: bytes) -> Answer:
        await self.send(data)
        return await self.read()

    async def ended(self) -> bool:
        """Whether the server has closed the connection and said nothing before."""
        return await self.reader.read() == b""

    async def _body(self, status: int, headers: Mapping[str, str]) -> bytes:
        if status == 100:
            return b""
        if headers.get("transfer-encoding") != "chunked":
            return await self.reader.readexactly(int(headers["content-length"]))
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)
        return body


@asynccontextmanager
async def client(house: House) -> AsyncIterator[Client]:
    """A connection to the server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def request(
    method: str = "GET", path: str = PATH, body: bytes | None = None, *, signed: bool = True, **headers: str
) -> bytes:
    """A request as bytes; a header's name is written with underscores."""
    rows = {"Host": "mail.example.org"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if signed:
        rows.setdefault("Authorization", basic())
    if body is not None and "Transfer-Encoding" not in rows:
        rows.setdefault("Content-Length", str(len(body)))
    head = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in rows.items() if value)]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + (body or b"")


def post(
    body: bytes = b"",
    of: RequestLine | None = None,
    *,
    path: str = PATH,
    signed: bool = True,
    **headers: str,
) -> bytes:
    """A command as bytes."""
    of = of or line()
    named = {name.replace("-", "_"): value for name, value in encode_headers(of).items()}
    return request("POST", f"{path}?{encode_plain(of)}", body, signed=signed, **(named | headers))
