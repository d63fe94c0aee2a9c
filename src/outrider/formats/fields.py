"""Edits on a mail's header block that leave every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TypeAlias

from outrider.formats.blobs import Content, chunks_of, length_of, slice_of
from outrider.formats.mime import MOST_HEADER, Fields, read_fields

_BREAK = re.compile(r"(\r\n[ \t]+(?=\S))|[\r\n\0]+")

NewFields: TypeAlias = Iterable[tuple[str, str]]


def split_head(mime: Content) -> tuple[bytes, Content]:
    """The header block of a mail, each line ended by CRLF and without the blank line after it, and its body.

    An mbox `From ` line is left out; a body without a header has an empty block.
    """
    begin = b""
    for chunk in chunks_of(mime):
        begin += chunk
        if len(begin) > MOST_HEADER:
            break
    start = begin.find(b"\n") + 1 if begin.startswith((b"From ", b">From ")) else 0
    _, body = read_fields(begin, start, len(begin))
    head = b"".join(line.rstrip(b"\r") + b"\r\n" for line in begin[start:body].rstrip(b"\r\n").split(b"\n"))
    return (head if head.strip() else b""), slice_of(mime, body, length_of(mime) - body)


def fields_of(head: bytes) -> Fields:
    """The fields of a header block."""
    return read_fields(head, 0, len(head))[0]


def drop_fields(head: bytes, names: Collection[str]) -> bytes:
    """The header block without the fields of these lower-case names."""
    if not names:
        return head
    listed = b"|".join(re.escape(name.encode()) for name in names)
    return re.sub(rb"(?im)^(?:" + listed + rb")[ \t]*:.*(?:\n[ \t].*)*(?:\n|\Z)", b"", head)


def add_fields(head: bytes, fields: NewFields) -> bytes:
    """The header block with these fields at its end. Values may be folded, but no value can end its line and
    begin another: a line break that is not followed by a space becomes one."""
    lines = [f"{name}: {_BREAK.sub(_keep_fold, value)}\r\n" for name, value in fields]
    return head + "".join(lines).encode("utf-8", "replace")


def _keep_fold(found: re.Match[str]) -> str:
    return found[1] or " "
