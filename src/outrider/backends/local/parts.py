"""Parts of a document, opened for reading without holding a large one in memory."""

from __future__ import annotations

import binascii
from collections.abc import Iterator

from outrider.backends.local.contents import BytesBlob, Stored
from outrider.domain.errors import NotFoundError
from outrider.domain.items import Blob, Message, Part
from outrider.domain.roles import Content
from outrider.formats.message import extract
from outrider.formats.mime import find_part

_HELD = 256 * 1024  # encoded bytes of a part that are decoded in memory at most
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OTHERS = bytes(set(range(256)) - set(_LETTERS))


class Base64Blob:
    """What base64 text stands for, decoded as it is pulled; exactly `length` bytes are given: damage gives
    zeros at the end, not an answer of another length than was announced."""

    __slots__ = ("_text", "length")

    def __init__(self, text: Blob, length: int) -> None:
        self._text = text
        self.length = length

    def chunks(self) -> Iterator[bytes]:
        """Pieces of at most 64 KiB."""
        left = self.length
        for piece in self._decoded():
            yield piece[:left]
            left -= len(piece[:left])
        while left > 0:
            yield bytes(min(left, 65536))
            left -= min(left, 65536)

    def _decoded(self) -> Iterator[bytes]:
        rest = b""
        for chunk in self._text.chunks():
            letters = rest + chunk.translate(None, _OTHERS)
            whole = len(letters) - len(letters) % 4
            rest = letters[whole:]
            yield binascii.a2b_base64(letters[:whole])
        if len(rest) > 1:
            yield binascii.a2b_base64(rest + b"=" * (-len(rest) % 4))


def open_part(stored: Stored, message: Message, section: str) -> Content:
    """A part of a mail with its transfer encoding undone; "" is the whole mail. Raises NotFoundError."""
    if not section:
        return Content(name="", type="message/rfc822", blob=stored.blob(0, message.size))
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
        if part.encoding == "base64":
            return Base64Blob(stored.blob(part.offset, part.length), part.size)
        if part.encoding != "quoted-printable":
            return stored.blob(part.offset, part.length)
    return BytesBlob(extract(part, stored.read(part.offset, part.length)))
