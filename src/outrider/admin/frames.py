"""What goes over the control socket: frames of a length and as many bytes of MessagePack, an act with who
asks for it in one direction, an answer in the other."""

from __future__ import annotations

import os
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from outrider.admin.refusals import ControlError

NAME: Final = "control.sock"
MOST: Final = 1 << 30  # bytes of a frame
_LENGTH: Final = 4
_PATH_LONGEST: Final = 100  # bytes; sun_path has 108 on Linux


class Asked(Struct, frozen=True):
    """An act, and the name of whoever asks for it."""

    actor: str
    act: msgspec.Raw


class Done(Struct, frozen=True, tag="done"):
    """The act was done; `value` is what it answered."""

    value: msgspec.Raw


class Refused(Struct, frozen=True, tag="refused"):
    """The act was refused, with a stable code and a sentence."""

    code: str
    text: str


Answer: TypeAlias = Done | Refused

pack: Final = msgspec.msgpack.Encoder().encode
unpack: Final = msgspec.msgpack.Decoder(Done | Refused).decode
unpack_asked: Final = msgspec.msgpack.Decoder(Asked).decode


async def read_frame(reader: StreamReader) -> bytes | None:
    """The next frame; None at the end. Raises ControlError."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH), "big")
        if length > MOST:
            raise ControlError(f"A message of {length} bytes is more than the control socket takes.")
        return await reader.readexactly(length)
    except (IncompleteReadError, ConnectionError):
        return None


async def write_frame(writer: StreamWriter, data: bytes) -> None:
    """Send a frame. Raises ControlError, ConnectionError."""
    if len(data) > MOST:
        raise ControlError(f"A message of {len(data)} bytes is more than the control socket takes.")
    writer.write(len(data).to_bytes(_LENGTH, "big"))
    writer.write(data)
    await writer.drain()


@contextmanager
def short_path(data: Path) -> Iterator[str]:
    """A path of the socket in a data directory that is short enough to be bound and connected to."""
    path = str(data / NAME)
    if len(os.fsencode(path)) <= _PATH_LONGEST:
        yield path
        return
    descriptor = os.open(data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)
