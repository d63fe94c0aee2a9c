"""The control socket of a running server: a Unix socket in the data directory that only its owner may open.

Acts that come in are done in the server's own process, one after the other on each connection, so they take
effect in it at once.
"""

from __future__ import annotations

import asyncio
import os
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import structlog

from outrider.admin import acts, frames
from outrider.admin.refusals import ControlError, SystemRefusedError
from outrider.admin.services import Act, Services
from outrider.admin.trail import perform
from outrider.domain.errors import BackendError

log = structlog.get_logger("outrider.admin")


@asynccontextmanager
async def controlled(services: Services) -> AsyncIterator[None]:
    """Do the acts that come in while the block runs. Call it by the owner of the data directory only."""
    callers = _Callers(services)
    server = await asyncio.start_unix_server(callers.accept, sock=_listen(services.data))
    try:
        yield
    finally:
        server.close()
        (services.data / frames.NAME).unlink(missing_ok=True)
        await callers.end()


class _Callers:
    """The connections of a server, each with its task."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False

    def accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve a connection, or end it where it comes after the end."""
        if self._ended:
            writer.close()
            return
        task = asyncio.create_task(_serve(self._services, reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: writer.close())  # also of one that was cancelled before it began

    async def end(self) -> None:
        """End all connections."""
        self._ended = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


def _listen(data: Path) -> socket.socket:
    """A bound socket; what a server that crashed left in its place is removed."""
    (data / frames.NAME).unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with frames.short_path(data) as path:
        listening.bind(path)
        os.chmod(path, 0o600)  # nobody gets in before it listens
    return listening


async def _serve(services: Services, reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while (data := await frames.read_frame(reader)) is not None:
            await frames.write_frame(writer, frames.pack(await _answer(services, data)))
    except (ConnectionError, ControlError) as error:
        log.warning("a control connection was given up", reason=str(error))


async def _answer(services: Services, data: bytes) -> frames.Answer:
    try:
        asked = frames.unpack_asked(data)
        act = acts.unpack(bytes(asked.act))
    except msgspec.DecodeError as error:
        return frames.Refused("E-CONTROL-REQUEST", f"The running server does not know this request: {error}")
    try:
        answer = await perform(act, services, asked.actor)
    except BackendError as error:
        return frames.Refused(error.code, error.public)
    except OSError as error:  # a backup, say, into a directory that is not there
        refused = SystemRefusedError.of(error)
        return frames.Refused(refused.code, refused.public)
    _note(act, asked.actor)
    return frames.Done(msgspec.Raw(acts.pack(answer)))


def _note(act: Act[object], actor: str) -> None:
    """One line for what was done, without what it carried."""
    log.info("act", act=type(act).__name__, actor=actor)
