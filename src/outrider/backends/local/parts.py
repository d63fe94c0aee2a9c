"""Parts of a document, opened for reading without holding a large one in memory."""

from __future__ import annotations

from collections.abc import Iterator

from outrider.backends.local.contents import Stored
from outrider.domain.errors import NotFoundError
from outrider.domain.items import Blob, Message, Part
from outrider.domain.roles import Content
from outrider.formats.blobs import CHUNK, Decoded, Pieces
from outrider.formats.mime import find_part
from outrider.formats.parts import extract

_HELD = 256 * 1024  # encoded bytes of a part that are decoded in memory at most


class Exactly:
    """A content given in exactly the length that was announced: what damage took is zeros at the end."""

    __slots__ = ("_content", "length")

    def __init__(self, content: Blob, length: int) -> None:
        self._content = content
        self.length = length

    def chunks(self) -> Iterator[bytes]:
        """Pieces of at most 64 KiB."""
        left = self.length
        for piece in self._content.chunks():
            yield piece[:left]
            left -= len(piece[:left])
        while left > 0:
            yield bytes(min(left, CHUNK))
            left -= min(left, CHUNK)


def open_part(stored: Stored, message: Message, section: str) -> Content:
    """A part of a mail with its transfer encoding undone. Raises NotFoundError."""
    part = _find(message, section)
    return Content(name=part.name, type=part.type, blob=_content(stored, part))


def _find(message: Message, section: str) -> Part:
    listed = next((part for part in message.attachments if part.section == section), None)
    part = listed or find_part(message.structure, section)
    if part is None:
        raise NotFoundError("This part is no longer there.")
    return part


def _content(stored: Stored, part: Part) -> Blob:
    if part.inside is None and part.length > _HELD:
        encoded = stored.blob(part.offset, part.length)
        return Exactly(Decoded(encoded, part.encoding, part.size), part.size)
    return Pieces((extract(part, stored.read(part.offset, part.length)),))
