"""The files that come with an item, and content too large to be held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct


class Blob(Protocol):
    """Content that is pulled, never held: `length` bytes, handed over in pieces of at most 64 KiB."""

    @property
    def length(self) -> int: ...
    def chunks(self) -> Iterator[bytes]: ...


class NewAttachment(Struct, kw_only=True):
    """A file put into a draft."""

    name: str
    type: str = "application/octet-stream"
    content_id: str = ""
    inline: bool = False
    data: bytes | Blob = b""
    client_id: str = ""
