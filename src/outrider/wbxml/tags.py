"""Tag numbers and the global tokens of WBXML.

A tag is one number: its code page in the high byte, its token in the low one. So a lookup is one dict
access and a page switch one comparison.
"""

from enum import IntEnum
from typing import Final


class Tag(IntEnum):
    """An element name: one subclass per code page, one member per token."""

    @property
    def page(self) -> int:
        """The code page, 0 to 255."""
        return self >> 8

    @property
    def token(self) -> int:
        """The token inside the code page, 5 to 63."""
        return self & 0x3F


# Global tokens (WAP-192, Tokens). Tag numbers never meet them: their low byte lies in 5 to 63.
SWITCH_PAGE: Final = 0x00
END: Final = 0x01
ENTITY: Final = 0x02
STR_I: Final = 0x03
LITERAL: Final = 0x04
STR_T: Final = 0x83
OPAQUE: Final = 0xC3

# The two flag bits of a tag token.
HAS_CONTENT: Final = 0x40
HAS_ATTRIBUTES: Final = 0x80

FIRST_TOKEN: Final = 0x05
TOKEN_MASK: Final = 0x3F

# What ActiveSync documents start with: version 1.3, unknown public identifier, UTF-8, no string table.
HEADER: Final = b"\x03\x01\x6a\x00"
UTF_8: Final = 0x6A


class WireError(Exception):
    """Bytes that are not a WBXML document, and where that showed."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(f"{message} at byte {offset}")
        self.offset = offset
