"""Where the parts of a mail stand in its bytes: a MIME reader that locates and does not copy.

Bodies are found by searching for boundary lines, so a large attachment costs one pass of `find` at each level
of nesting. Nothing here raises for damaged input: what cannot be understood as structure stays text or a
file. RFC 2045, RFC 2046; section numbers as in RFC 9051, section 6.4.5.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol, overload

from msgspec import Struct

from outrider.domain.items import Part
from outrider.formats.blobs import undo_transfer
from outrider.formats.headers import decode_identifiers, decode_parameters, decode_text

MOST_DEPTH = 40
MOST_PARTS = 2000
MOST_HEADER = 256 * 1024  # bytes of one header block that are looked at
MOST_FIELDS = 2000


class Source(Protocol):
    """The bytes of a mail: `bytes`, `bytearray` or a mapped file."""

    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, key: int, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> bytes: ...
    def find(self, sub: bytes, start: int = ..., end: int = ..., /) -> int: ...


Fields = list[tuple[str, bytes]]


class Entity(Struct, kw_only=True):
    """A header block with its body: the mail itself, one of its parts, or a mail inside it.

    `start` is where its header begins, `offset` and `length` locate the still encoded body; field names are
    lower-case; `type` is as declared, or as RFC 2045 supposes.
    """

    start: int
    offset: int
    length: int
    fields: Fields
    type: str = "text/plain"
    parameters: dict[str, str] = {}
    section: str = ""
    children: list[Entity] = []

    def raw(self, name: str) -> bytes:
        """The first field of this name, empty when absent."""
        return next((value for field, value in self.fields if field == name), b"")

    @property
    def encoding(self) -> str:
        return self.raw("content-transfer-encoding").partition(b";")[0].strip().lower().decode("latin-1")

    @property
    def disposition(self) -> tuple[str, dict[str, str]]:
        return decode_parameters(self.raw("content-disposition"))

    @property
    def is_multipart(self) -> bool:
        return bool(self.children) and self.type.startswith("multipart/")

    def walk(self) -> Iterator[Entity]:
        """This entity and all below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Budget:
    """How many more parts may be opened."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts = MOST_PARTS


def parse(data: Source) -> Entity:
    """The structure of a whole mail; an mbox `From ` line before it is passed over."""
    start = 0
    if data[:5] == b"From " or data[:6] == b">From ":
        start = data.find(b"\n") + 1 or len(data)
    root = _read_entity(data, (start, len(data)), "text/plain")
    _open(data, root, _Budget(), 0)
    _number(root, "")
    return root


def _read_entity(data: Source, extent: tuple[int, int], usual_type: str) -> Entity:
    start, end = extent
    fields, offset = read_fields(data, start, end)
    entity = Entity(start=start, offset=offset, length=end - offset, fields=fields, type=usual_type)
    raw = entity.raw("content-type")
    if raw:
        entity.type, entity.parameters = decode_parameters(raw)
        if entity.type.count("/") != 1:
            entity.type = "text/plain" if "/" not in entity.type else "application/octet-stream"
    return entity


# ---------------------------------------------------------------------------------------------- header blocks

_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:((?:.*(?:\n[ \t].*)*))", re.MULTILINE)
_FIRST_LINE = re.compile(rb"[!-9;-~]{1,200}[ \t]*:|[^\r\n:]{0,200}\r?\n[!-9;-~]{1,200}:[ \t]")


def read_fields(data: Source, start: int, end: int) -> tuple[Fields, int]:
    """The fields of the header block at `start`, and where the body begins: after the first blank line of any
    kind, or, where there is none, at the first line that is no field."""
    if data[start : min(start + 2, end)] == b"\r\n":
        return [], start + 2
    if data[start : start + 1] == b"\n":
        return [], min(start + 1, end)
    if not _FIRST_LINE.match(data[start : min(start + 1000, end)]):
        return [], start
    stop, body = _find_blank_line(data, start, end)
    block = data[start : min(stop, start + MOST_HEADER)]
    fields: Fields = []
    last = 0
    for found in _FIELD.finditer(block):
        if len(fields) < MOST_FIELDS:
            fields.append((found[1].decode("latin-1").lower(), found[2].strip(b" \t\r\n")))
        last = found.end()
    rest = block[last:].lstrip(b"\r\n")
    if rest and len(block) == stop - start:
        body = start + len(block) - len(rest)
    return fields, body


def _find_blank_line(data: Source, start: int, end: int) -> tuple[int, int]:
    """Where the header's last line ends, and where the body begins."""
    position = start
    while True:
        position = data.find(b"\n", position, end)
        if position < 0:
            return end, end
        following = data[position + 1 : min(position + 3, end)]
        if following[:1] == b"\n":
            return position + 1, position + 2
        if following == b"\r\n":
            return position + 1, position + 3
        position += 1


# ---------------------------------------------------------------------------------------------- bodies


def _open(data: Source, entity: Entity, budget: _Budget, depth: int) -> None:
    """Find the children of a multipart or an enclosed mail, and theirs."""
    if depth >= MOST_DEPTH:
        return
    if entity.type.startswith("multipart/"):
        usual = "message/rfc822" if entity.type == "multipart/digest" else "text/plain"
        children = [_read_entity(data, extent, usual) for extent in _split(data, entity, budget)]
        if not children:
            entity.type = "text/plain"
    elif is_enclosed_mail(entity) and entity.length and budget.parts > 0:
        budget.parts -= 1
        children = [_read_entity(data, (entity.offset, entity.offset + entity.length), "text/plain")]
    else:
        return
    entity.children = children
    for child in children:
        _open(data, child, budget, depth + 1)


def is_enclosed_mail(entity: Entity) -> bool:
    """Whether the body is a mail that can be read in place; an encoded one, which RFC 2046 forbids, not."""
    return entity.type in ("message/rfc822", "message/global") and entity.encoding not in (
        "base64",
        "quoted-printable",
    )


def _split(data: Source, entity: Entity, budget: _Budget) -> list[tuple[int, int]]:
    """The extents of a multipart's parts. The line end before a boundary belongs to the boundary."""
    end = entity.offset + entity.length
    boundary = entity.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
    extents = _split_at(data, entity.offset, end, boundary, budget) if boundary else []
    if not extents:
        guess = _guess_boundary(data, entity.offset, end)
        extents = _split_at(data, entity.offset, end, guess, budget) if guess else []
    return extents


def _split_at(data: Source, start: int, end: int, boundary: bytes, budget: _Budget) -> list[tuple[int, int]]:
    extents: list[tuple[int, int]] = []
    opened: int | None = None
    for line, after, closing in _find_boundaries(data, start, end, b"--" + boundary):
        if opened is not None:
            extents.append((opened, max(opened, _before_line_end(data, opened, line))))
            budget.parts -= 1
        opened = None if closing else after
        if closing or budget.parts <= 0:
            break
    if opened is not None:
        extents.append((opened, end))
    return extents


def _find_boundaries(data: Source, start: int, end: int, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Each boundary line: where it begins, where the line after it begins, whether it closes."""
    position = start
    if data[start : start + len(delimiter)] != delimiter:
        position = data.find(b"\n" + delimiter, start, end) + 1
    while position > 0 or position == start:
        after = position + len(delimiter)
        rest = data[after : min(after + 200, end)].partition(b"\n")[0]
        closing = rest.startswith(b"--")
        if not (rest[2:] if closing else rest).strip(b" \t\r"):
            line_end = data.find(b"\n", after, end)
            yield position, end if line_end < 0 else line_end + 1, closing
        position = data.find(b"\n" + delimiter, after, end) + 1


def _before_line_end(data: Source, start: int, line: int) -> int:
    if line - 1 >= start and data[line - 1] == 10:
        line -= 1
        if line - 1 >= start and data[line - 1] == 13:
            line -= 1
    return line


def _guess_boundary(data: Source, start: int, end: int) -> bytes:
    """The first line that looks like a boundary, for mails that lost theirs from the header."""
    sample = data[start : min(start + 4096, end)]
    found = re.search(rb"(?:^|\n)--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\nContent-[A-Za-z-]+[ \t]*:", sample, re.I)
    return found[1] if found else b""


# ---------------------------------------------------------------------------------------------- sections


def _number(entity: Entity, prefix: str) -> None:
    """Section numbers below an enclosed or outermost mail whose own section is `prefix`."""
    if entity.is_multipart:
        entity.section = f"{prefix}.TEXT" if prefix else ""
        _number_children(entity, prefix)
        return
    entity.section = f"{prefix}.1" if prefix else "1"
    for child in entity.children:
        _number(child, entity.section)


def _number_children(entity: Entity, prefix: str) -> None:
    for index, child in enumerate(entity.children, 1):
        child.section = f"{prefix}.{index}" if prefix else str(index)
        if child.is_multipart:
            _number_children(child, child.section)
        elif child.children:
            _number(child.children[0], child.section)


def find_part(part: Part, section: str) -> Part | None:
    """The part with this section number in a structure."""
    if part.section == section:
        return part
    return next((found for child in part.parts if (found := find_part(child, section))), None)


# ---------------------------------------------------------------------------------------------- values


def describe(data: Source, entity: Entity) -> Part:
    """The entity as a value that can be stored, with all below it."""
    disposition, parameters = entity.disposition
    return Part(
        section=entity.section,
        type=entity.type,
        offset=entity.offset,
        length=entity.length,
        size=0 if entity.is_multipart else measure(data, entity),
        encoding=entity.encoding or "7bit",
        charset=entity.parameters.get("charset", "").strip().lower(),
        name=_clean_name(parameters.get("filename") or entity.parameters.get("name", "")),
        content_id="".join(decode_identifiers(entity.raw("content-id"))[:1]).strip("<>"),
        location="".join(decode_text(entity.raw("content-location")).split()),
        disposition=disposition if disposition in ("", "inline") else "attachment",
        parts=tuple(describe(data, child) for child in entity.children),
    )


def _clean_name(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable() or letter == "\u200d").strip()


_CHUNK = 1 << 20


def measure(data: Source, entity: Entity) -> int:
    """The decoded length of a body in bytes, found without holding more than a megabyte of it."""
    start, end = entity.offset, entity.offset + entity.length
    if entity.encoding not in ("base64", "quoted-printable"):
        return end - start
    chunks = (data[position : min(position + _CHUNK, end)] for position in range(start, end, _CHUNK))
    return sum(map(len, undo_transfer(chunks, entity.encoding)))


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """The body with its transfer encoding undone; damaged encodings give what can be had."""
    return b"".join(undo_transfer([data], encoding))
