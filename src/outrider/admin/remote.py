"""Acts done in a running server, over its control socket."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from outrider.admin import acts, frames
from outrider.admin.refusals import ControlError, RefusedError
from outrider.admin.services import Act, R


class Remote:
    """Does acts for somebody in the server at the other end."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, actor: str) -> None:
        self._reader = reader
        self._writer = writer
        self._actor = actor

    async def do(self, act: Act[R], /) -> R:
        """Do an act. Raises BackendError, with the code the server gave it."""
        try:
            asked = frames.Asked(self._actor, msgspec.Raw(acts.pack(act)))
            await frames.write_frame(self._writer, frames.pack(asked))
        except ConnectionError as error:
            raise ControlError("The server ended the connection.") from error
        data = await frames.read_frame(self._reader)
        if data is None:
            raise ControlError("The server ended without an answer; its log says why.")
        answer = frames.unpack(data)
        if isinstance(answer, frames.Refused):
            raise RefusedError(answer.code, answer.text)
        result: R = msgspec.msgpack.decode(answer.value, type=acts.answer_of(type(act)))
        return result


@asynccontextmanager
async def connect(data: Path, actor: str) -> AsyncIterator[Remote | None]:
    """A way for somebody into the server that owns a data directory; None where none answers. Raises
    ControlError where one does not let us in."""
    try:
        with frames.short_path(data) as path:
            reader, writer = await asyncio.open_unix_connection(path)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        yield None
        return
    except PermissionError as error:
        raise ControlError(f"Only the owner of {data} may do this.") from error
    try:
        yield Remote(reader, writer, actor)
    finally:
        writer.close()
