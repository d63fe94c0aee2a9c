"""WBXML to readable XML and back, with ActiveSync's names."""

from __future__ import annotations

from outrider.domain.errors import UnreadableError
from outrider.protocol.pages import TAGS
from outrider.wbxml.dump import dump, load
from outrider.wbxml.tags import WireError


def decode(data: bytes) -> str:
    """The document as XML. Raises UnreadableError."""
    try:
        return dump(data, TAGS)
    except WireError as error:
        raise UnreadableError(f"This is not WBXML: {error}") from error


def encode(text: str) -> bytes:
    """The document that an XML of `decode` describes. Raises UnreadableError."""
    try:
        return load(text, TAGS)
    except ValueError as error:
        raise UnreadableError(f"This describes no WBXML document: {error}") from error
