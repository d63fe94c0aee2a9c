"""LMTP: the way in for mail from the mail server in front of us (RFC 2033).

After the content each recipient has a reply of its own. A mail is answered 250 only when it is durable;
whatever goes wrong on our side is answered 4xx, so that the sender keeps it and tries again. Contents over
1 MB are spooled to a file.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import IO

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, syntax
from msgspec import Struct

from outrider.domain.errors import BackendError, FullError
from outrider.domain.roles import Delivery

SPOOLED_FROM = 1_000_000  # bytes
_CHUNK = 65_536
_LONGEST_LINE = 65_536  # bytes that are read at once; longer lines come in pieces
_NO_NAME = re.compile(r"[^A-Za-z0-9.:_-]")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")

_log = logging.getLogger("outrider.lmtp")


class LmtpAddress(Struct, frozen=True, kw_only=True):
    """Where we listen: a Unix socket, or else a host and port (0: any free one)."""

    socket: Path | None = None
    host: str = "127.0.0.1"
    port: int = 24
    name: str = "localhost"  # how we greet, and sign the Received line
    largest: int = 134_217_728  # bytes of a message
    timeout: float = 300.0  # seconds of silence


class LmtpServer:
    """Listens for mail and hands it to a Delivery."""

    def __init__(
        self,
        address: LmtpAddress,
        delivery: Delivery,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._address = address
        self._delivery = delivery
        self._now = now
        self._server: asyncio.Server | None = None
        self._talks: set[_Talk] = set()

    @property
    def port(self) -> int:
        """The port we listen on. Raises RuntimeError when we listen on none."""
        if self._server is None or self._address.socket is not None:
            raise RuntimeError("not listening on a port")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        loop = asyncio.get_running_loop()
        at = self._address
        if at.socket is None:
            self._server = await loop.create_server(self._talk, at.host, at.port)
            return
        at.socket.unlink(missing_ok=True)
        self._server = await loop.create_unix_server(self._talk, at.socket)
        at.socket.chmod(0o660)

    async def stop(self) -> None:
        """Take no more mail; conversations are cut off, and what was not acknowledged comes again."""
        if self._server is None:
            return
        self._server.close()
        for talk in tuple(self._talks):
            talk.cut()
        await self._server.wait_closed()
        self._server = None
        if self._address.socket is not None:
            self._address.socket.unlink(missing_ok=True)

    def _talk(self) -> _Talk:
        return _Talk(self._address, self._delivery, self._now, self._talks)


class Spool:
    """The content of one message: the lines that we put before it, then what was received."""

    def __init__(self, head: bytes, file: IO[bytes], size: int) -> None:
        self._head = head
        self._file = file
        self.length = len(head) + size

    def chunks(self) -> Iterator[bytes]:
        """Pieces of at most 64 KiB; may be pulled more than once, one after another."""
        yield self._head
        self._file.seek(0)
        while piece := self._file.read(_CHUNK):
            yield piece


class _Talk(LMTP):
    """One conversation."""

    line_length_limit = _LONGEST_LINE

    def __init__(
        self, address: LmtpAddress, delivery: Delivery, now: Callable[[], datetime], talks: set[_Talk]
    ) -> None:
        super().__init__(
            None,  # no handler: what differs is below
            data_size_limit=address.largest,
            enable_SMTPUTF8=True,
            hostname=address.name,
            ident="Outrider LMTP",
            timeout=address.timeout,
            loop=asyncio.get_running_loop(),
        )
        self._largest = address.largest
        self._delivery = delivery
        self._now = now
        self._talks = talks
        self._owed = 0  # replies that the client waits for after a content

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._talks.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._talks.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        """End the conversation now."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def handle_exception(self, error: Exception) -> str:
        """What is told of a fault of ours: nothing but to come again."""
        _log.error("lmtp conversation failed", exc_info=error)
        owed, self._owed = max(self._owed, 1), 0
        self.envelope = Envelope()
        return "\r\n".join(["451 4.3.0 something went wrong here, try again"] * owed)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        """Take a content and answer for each recipient. RFC 2033, 4.2 (The DATA command)."""
        if await self.check_helo_needed("LHLO"):
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 need RCPT first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        recipients = self.envelope.rcpt_tos
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED_FROM) as file:
            size = await self._receive(file)
            self._owed = len(recipients)
            replies = await self._deliver(recipients, file, size)
        self._owed = 0
        self.envelope = Envelope()
        await self.push("\r\n".join(replies))

    async def _receive(self, file: IO[bytes]) -> int:
        """Write the content to `file` with leading dots undone; answers its size, of which no more is written
        than is allowed. RFC 5321, 4.5.2 (Transparency)."""
        size, at_start = 0, True
        while True:
            self._reset_timeout()
            try:
                line = await self._reader.readuntil(b"\r\n")
            except asyncio.LimitOverrunError as error:
                line = await self._reader.read(error.consumed)
            if at_start:
                if line == b".\r\n":
                    return size
                line = line.removeprefix(b".")
            at_start = line.endswith(b"\r\n")
            size += len(line)
            if size <= self._largest:
                file.write(line)

    async def _deliver(self, recipients: list[str], file: IO[bytes], size: int) -> list[str]:
        if size > self._largest:
            return _replies("552 5.3.4", recipients, f"more than {self._largest} bytes")
        received = self._now()
        spool = Spool(self._head(recipients, received), file, size)
        try:
            refused = await self._delivery.deliver(tuple(dict.fromkeys(recipients)), spool, received)
        except FullError as error:
            return _replies("452 4.3.1", recipients, error.public)
        except BackendError as error:
            return _replies("451 4.3.0" if error.temporary else "554 5.6.0", recipients, error.public)
        return [
            _reply("550 5.1.1", recipient, refused[recipient])
            if recipient in refused
            else _reply("250 2.0.0", recipient, "delivered")
            for recipient in recipients
        ]

    def _head(self, recipients: list[str], received: datetime) -> bytes:
        """The trace lines. RFC 5321, 4.4 (Trace Information)."""
        sender = (self.envelope and self.envelope.mail_from) or "<>"
        name = _NO_NAME.sub("", (self.session and self.session.host_name) or "")[:255] or "unknown"
        only = f"\r\n\tfor <{recipients[0]}>" if len(recipients) == 1 else ""
        head = (
            f"Return-Path: <{_UNPRINTABLE.sub('', sender.strip('<>'))}>\r\n"
            f"Received: from {name}\r\n\tby {self.hostname} with LMTP id {secrets.token_hex(8)}"
            f"{only};\r\n\t{format_datetime(received.astimezone(UTC))}\r\n"
        )
        return head.encode("ascii", "replace")


def _replies(status: str, recipients: list[str], words: str) -> list[str]:
    return [_reply(status, recipient, words) for recipient in recipients]


def _reply(status: str, recipient: str, words: str) -> str:
    return f"{status} {_UNPRINTABLE.sub('?', f'<{recipient}> {words}')}"
