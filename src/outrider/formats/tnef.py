"""What Outlook wraps into winmail.dat: the text and the files inside a TNEF stream.

MS-OXTNEF. Damaged streams give what was read before the damage; nothing here raises.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from outrider.formats import charset
from outrider.formats.rtf import decompress_rtf, text_from_rtf

MOST_MEMBERS = 500
_MOST_ATTRIBUTES = 20_000
_SIGNATURE = 0x223E9F78
_NEW_ATTACHMENT = 0x9002
_ATTACHMENT_DATA = 0x800F
_ATTACHMENT_TITLE = 0x8010
_ATTACHMENT_PROPERTIES = 0x9005
_MESSAGE_BODY = 0x800C
_MESSAGE_PROPERTIES = 0x9003
_OEM_CODE_PAGE = 0x9007

# MAPI property identifiers. MS-OXPROPS
_BODY, _HTML, _RTF, _CODE_PAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_DATA, _LONG_NAME, _SHORT_NAME, _TYPE, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712

_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_TEXT, _WIDE_TEXT, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_RTF_LIMIT = 1 << 20


class Member(Struct, frozen=True, kw_only=True):
    """A body (without a name, in UTF-8) or a file inside a TNEF stream."""

    name: str = ""
    type: str = "application/octet-stream"
    content_id: str = ""
    data: bytes = b""


def read_tnef(data: bytes) -> tuple[Member, ...]:
    """The bodies, then the files of a TNEF stream, always in the same order: an index finds one again."""
    bodies: dict[str, Member] = {}
    files: list[dict[int, bytes]] = []
    page = "cp1252"
    for identifier, value in _attributes(data):
        if identifier == _OEM_CODE_PAGE and len(value) >= 4:
            page = f"cp{struct.unpack_from('<I', value)[0]}"
        elif identifier == _MESSAGE_BODY:
            text = charset.decode(value.rstrip(b"\0"), page)
            bodies["text/plain"] = Member(type="text/plain", data=text.encode())
        elif identifier == _MESSAGE_PROPERTIES:
            _take_bodies(bodies, dict(_properties(value, page)))
        elif identifier == _NEW_ATTACHMENT:
            files.append({})
        elif files and identifier == _ATTACHMENT_DATA:
            files[-1][_DATA] = value
        elif files and identifier == _ATTACHMENT_TITLE:
            files[-1].setdefault(_SHORT_NAME, charset.decode(value.rstrip(b"\0"), page).encode())
        elif files and identifier == _ATTACHMENT_PROPERTIES:
            files[-1].update(_properties(value, page))
    return (*bodies.values(), *map(_as_member, files[:MOST_MEMBERS]))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return
    position = 6
    for _ in range(_MOST_ATTRIBUTES):
        if position + 9 > len(data):
            return
        identifier, length = struct.unpack_from("<xHxxI", data, position)
        yield identifier, data[position + 9 : position + 9 + length]
        position += 9 + length + 2


def _properties(data: bytes, page: str) -> Iterator[tuple[int, bytes]]:
    """Each property's identifier and first value; texts come in UTF-8."""
    try:
        (count,), position = struct.unpack_from("<I", data), 4
        for _ in range(min(count, 4096)):
            kind, identifier = struct.unpack_from("<HH", data, position)
            position = _skip_name(data, position + 4) if identifier >= 0x8000 else position + 4
            value, position = _read_value(data, position, kind)
            if kind & 0xFFF == _TEXT:
                value = charset.decode(value.rstrip(b"\0"), page).encode()
            elif kind & 0xFFF == _WIDE_TEXT:
                value = charset.decode(value, "utf-16-le").rstrip("\0").encode()
            yield identifier, value
    except struct.error:
        return


def _skip_name(data: bytes, position: int) -> int:
    """Past the GUID and the number or text that names a property."""
    kind, length = struct.unpack_from("<II", data, position + 16)
    return position + 24 + ((length + 3) & ~3 if kind == 1 else 0)


def _read_value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    """The first value at `position` and where the next property begins."""
    base, several = kind & 0xFFF, kind & 0x1000
    count = 1
    if several or base not in _FIXED:
        (count,) = struct.unpack_from("<I", data, position)
        position += 4
    first = b""
    for index in range(min(count, 4096)):
        if base in _FIXED:
            length = _FIXED[base]
        else:
            (length,) = struct.unpack_from("<I", data, position)
            position += 4
        if index == 0:
            first = data[position : position + length]
        position += (length + 3) & ~3
    return (first[16:] if base == _OBJECT else first), position


def _take_bodies(bodies: dict[str, Member], properties: dict[int, bytes]) -> None:
    number = properties.get(_CODE_PAGE, b"")[:4]
    page = f"cp{int.from_bytes(number, 'little')}" if number else ""
    if html := properties.get(_HTML):
        bodies["text/html"] = Member(type="text/html", data=charset.decode(html, page).encode())
    if text := properties.get(_BODY):
        bodies["text/plain"] = Member(type="text/plain", data=text)
    elif "text/plain" not in bodies and (packed := properties.get(_RTF)):
        text = text_from_rtf(decompress_rtf(packed, _RTF_LIMIT)).encode()
        bodies["text/plain"] = Member(type="text/plain", data=text)


def _as_member(properties: dict[int, bytes]) -> Member:
    name = properties.get(_LONG_NAME) or properties.get(_SHORT_NAME) or b""
    return Member(
        name=charset.decode(name, "utf-8").strip("\0 "),
        type=charset.decode(properties.get(_TYPE, b""), "utf-8").strip("\0 ").lower()
        or "application/octet-stream",
        content_id=charset.decode(properties.get(_CONTENT_ID, b""), "utf-8").strip("\0 <>"),
        data=properties.get(_DATA, b""),
    )
