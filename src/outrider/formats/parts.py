"""The parts of a stored mail: found by their sections, opened with their encoding undone."""

from __future__ import annotations

from outrider.domain.items import Message, Part
from outrider.formats import mime
from outrider.formats.blobs import Content, Decoded, read_all, slice_of
from outrider.formats.tnef import read_tnef

MOST_READABLE = 32 * 1024  # bytes of UTF-8 of the text kept for a mail


def extract(part: Part, encoded: bytes) -> bytes:
    """The content of a part out of the `length` bytes at its `offset`."""
    content = mime.decode_transfer(encoded, part.encoding)
    if part.inside is None:
        return content
    members = read_tnef(content)
    return members[part.index].data if part.index < len(members) else b""


def locate(message: Message, section: str) -> Part | None:
    """The part with this section number: as its reader sees it (with a name) where it is an attachment."""
    listed = next((part for part in message.attachments if part.section == section), None)
    return listed or mime.find_part(message.structure, section)


def open_part(part: Part, stored: Content) -> Content:
    """The content of a part of a stored mail with its transfer encoding undone: a Blob of `part.size` bytes
    that is decoded as it is pulled, or the bytes themselves where they come out of a TNEF stream."""
    encoded = slice_of(stored, part.offset, part.length)
    if part.inside is not None:
        return extract(part, read_all(encoded))
    return Decoded(encoded, part.encoding, part.size)
