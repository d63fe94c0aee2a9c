"""Whom a user writes to, as documents: JSON, since no other program has a form for it."""

from __future__ import annotations

import msgspec

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Recipient

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Recipient).decode


def read(document: bytes) -> Recipient:
    """The recipient that a document describes. Raises UnreadableError."""
    try:
        return _decode(document)
    except msgspec.DecodeError as error:
        raise UnreadableError("This describes nobody.") from error


def write(recipient: Recipient, _: str = "") -> bytes:
    """A document for a recipient."""
    return _encode(recipient)


def apply(_: bytes, recipient: Recipient) -> bytes:
    """The document of a recipient who is now described so."""
    return write(recipient)
