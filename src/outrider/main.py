"""The process: opens everything, listens, and ends in order."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import structlog
import uvloop

from outrider import configured
from outrider.admin.answers import LinkAnswers
from outrider.admin.control import controlled
from outrider.admin.effects import resume_changes
from outrider.admin.pages.me.routes import self_service
from outrider.admin.trail import settle_begun
from outrider.chores import clean_up
from outrider.config import Config
from outrider.database import BlobStore, Connection, Database, migrations
from outrider.database.lock import DataLock
from outrider.http.app import make_app
from outrider.http.asgi import Handler
from outrider.http.body import BodyLimits
from outrider.http.endpoint import Site
from outrider.http.lmtp import LmtpServer
from outrider.http.log import set_up_log
from outrider.http.proxies import Proxies
from outrider.http.server import Server, raise_file_limit
from outrider.wiring import Parts

log = structlog.get_logger("outrider.main")


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server that listens."""

    parts: Parts
    server: Server
    lmtp: LmtpServer | None

    @property
    def url(self) -> str:
        """Where it is reached from this machine."""
        host, port = self.server.address
        scheme = "https" if self.parts.config.http.tls else "http"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


Beside: TypeAlias = Callable[[Parts], AbstractAsyncContextManager[None]]
"""What runs beside the server, from before it listens until after it stopped."""


def administered(parts: Parts) -> AbstractAsyncContextManager[None]:
    """The control socket, beside the server."""
    return controlled(parts.administration)


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_parts(config: Config) -> AsyncIterator[Parts]:
    """Everything behind the server, with the data directory owned by this process.

    Raises InUseError, OSError (the directory or the key), ValueError (the key).
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(DataLock(config.store.data))
        url = f"sqlite:///{config.store.database}"
        await asyncio.to_thread(migrations.upgrade, url)
        database = await stack.enter_async_context(Database(url))
        blobs = BlobStore(config.store.data / "blobs")
        stack.callback(blobs.close)
        parts = Parts(config, database, blobs, now)
        parts.connect()
        stack.callback(parts.waves.stop)
        stack.push_async_callback(parts.courier.finish)
        stack.push_async_callback(parts.post.finish)
        if parts.submissions:
            stack.push_async_callback(parts.submissions.finish)
        await settle_begun(parts.administration)
        yield parts


@asynccontextmanager
async def serving(config: Config, beside: Beside = lambda _: nullcontext()) -> AsyncIterator[Running]:
    """A server that listens while the block runs, and then answers what is under way.

    Raises as `open_parts`, and OSError where an address cannot be had.
    """
    raise_file_limit()
    async with open_parts(config) as parts, beside(parts), AsyncExitStack() as stack:
        server = _make_server(parts)
        lmtp = _make_lmtp(parts)
        if lmtp:
            await lmtp.start()
            stack.push_async_callback(lmtp.stop)
        await resume_changes(parts.administration)
        cleaning = asyncio.create_task(clean_up(parts, parts.now))
        stack.push_async_callback(_end, cleaning)
        await server.start()
        stack.push_async_callback(server.stop, parts.hub.stop)
        yield Running(parts=parts, server=server, lmtp=lmtp)


def _make_server(parts: Parts) -> Server:
    http = parts.config.http

    async def check() -> None:
        await parts.database.read(_select_one)

    site = Site(
        metrics=parts.metrics,
        proxies=Proxies(http.trusted_proxies),
        limits=BodyLimits(size=http.max_body),
        public_url=http.public_url,
    )
    services = parts.administration
    answers = LinkAnswers(services, parts.key)
    pages: dict[str, Handler] = {}
    if parts.config.self_service.enabled:
        pages["/me"] = self_service(services, parts.signin, http.public_url)
    app = make_app(parts.dispatcher, site, clock=parts.now, check=check, answers=answers, pages=pages)
    return Server(app, http.host, http.port, tls=configured.tls(parts.config))


def _make_lmtp(parts: Parts) -> LmtpServer | None:
    address = configured.lmtp(parts.config)
    return LmtpServer(address, parts.delivery, parts.now) if address else None


def _select_one(connection: Connection) -> None:
    connection.execute("SELECT 1").fetchone()


async def serve(
    config: Config,
    ready: Callable[[Running], None] = lambda _: None,
    beside: Beside = administered,
) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the certificate anew. `ready` is called once it listens."""
    set_up_log(config.log.format, config.log.level, sys.stderr)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with serving(config, beside) as running:
        loop.add_signal_handler(signal.SIGHUP, running.server.reload_certificate)
        log.info("listening", url=running.url)
        ready(running)
        await stop.wait()
        log.info("stopping", waiting=len(running.parts.hub))


def run(
    config: Config, ready: Callable[[Running], None] = lambda _: None, beside: Beside = administered
) -> None:
    """Serve until a signal, in a loop of our own."""
    uvloop.run(serve(config, ready, beside))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
