"""The server: sockets of our own, uvicorn's protocol on them, certificates that can be renewed, and an
orderly end.

uvicorn alone would answer the phones that wait at its end with 500; here they are woken first and answered.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import ssl
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Final

import structlog
from msgspec import Struct
from uvicorn.config import Config
from uvicorn.server import ServerState

from outrider.http.app import App
from outrider.http.connection import Connection

BACKLOG: Final = 4096
KEEP_ALIVE: Final = 75
GRACE: Final = 10.0

log = structlog.get_logger("outrider.http")


class Tls(Struct, frozen=True):
    """The files of a certificate with its chain, and of its key."""

    certificate: Path
    key: Path


class Server:
    """Serves an application on one address."""

    def __init__(self, app: App, host: str, port: int, *, tls: Tls | None = None) -> None:
        self._app = app
        self._tls = tls
        self._context = _make_context(tls) if tls else None
        self._socket = _listen(host, port)
        self._state = ServerState()
        self._config = Config(
            app=app,
            http=Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        self._listener: asyncio.Server | None = None
        self._ticking: asyncio.TimerHandle | None = None

    @property
    def address(self) -> tuple[str, int]:
        """The address it listens on, with the port that was given for 0."""
        host, port = self._socket.getsockname()[:2]
        return host, port

    @property
    def listening(self) -> bool:
        """Whether new connections are taken."""
        return self._listener is not None and self._listener.is_serving()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Those that are open."""
        return tuple(one for one in self._state.connections if isinstance(one, Connection))

    async def start(self) -> None:
        """Take connections from now on."""
        loop = asyncio.get_running_loop()
        if self._context and not type(loop).__module__.startswith("uvloop"):
            log.warning("TLS without uvloop costs 256 KiB for each waiting phone")
        self._config.load()
        self._tick()
        self._listener = await loop.create_server(
            self._make_connection, sock=self._socket, ssl=self._context, backlog=BACKLOG
        )

    def reload_certificate(self) -> None:
        """Read certificate and key anew, for connections to come; a broken file leaves the old ones in
        use."""
        if self._tls and self._context:
            try:
                _make_context(self._tls)
                self._context.load_cert_chain(self._tls.certificate, self._tls.key)
            except OSError as error:
                log.error("the certificate was not reloaded", reason=str(error))
            else:
                log.info("the certificate was reloaded")

    async def stop(self, wake: Callable[[], None], grace: float = GRACE) -> None:
        """Take no more connections, have everyone who waits woken, and answer all that is under way."""
        self._app.stopping = True
        if self._listener:
            self._listener.close()
        for connection in self.connections:
            connection.shutdown()
        wake()
        if self._state.tasks:
            await asyncio.wait(tuple(self._state.tasks), timeout=grace)
        for connection in self.connections:
            connection.transport.close()
        if self._ticking:
            self._ticking.cancel()

    def _make_connection(self) -> Connection:
        return Connection(config=self._config, server_state=self._state, app_state={})

    def _tick(self) -> None:
        """Keep the Date header right."""
        date = formatdate(time.time(), usegmt=True).encode()
        self._state.default_headers = [(b"date", date)]
        self._ticking = asyncio.get_running_loop().call_later(1, self._tick)


def raise_file_limit() -> int:
    """Allow as many open files, and so connections, as the system lets us; answers how many."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def _listen(host: str, port: int) -> socket.socket:
    """Raises OSError when the address cannot be had."""
    family, kind, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _probe_silent_peers(listening)
        if family == socket.AF_INET6 and host == "::":
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listening.bind(address)
    except OSError:
        listening.close()
        raise
    return listening


def _probe_silent_peers(listening: socket.socket) -> None:
    """Have the system find out about phones that went without a word; its connections inherit this.

    Not more often: each probe wakes the radio of a phone that is well.
    """
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 300), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if number := vars(socket).get(option):
            listening.setsockopt(socket.IPPROTO_TCP, number, value)


def _make_context(tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(tls.certificate, tls.key)
    return context
