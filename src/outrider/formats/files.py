"""Mail as files keep it: .eml, mbox and Maildir, read for import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from outrider.domain.items import FollowUp, LastVerb, Marks
from outrider.formats.blobs import with_crlf
from outrider.formats.headers import decode_date
from outrider.formats.mime import Fields, Source, read_fields

_FROM_LINE = re.compile(rb"From \S+.* \d{2}:\d{2}.*|From \S* *\r?")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_eml(data: bytes) -> bytes:
    """The mail in an .eml file as it is stored: without an mbox line before it, lines ending in CRLF."""
    if data.startswith((b"From ", b">From ")):
        data = data[data.find(b"\n") + 1 :]
    normal = with_crlf(data.removeprefix(b"\xef\xbb\xbf"))
    return normal if isinstance(normal, bytes) else b"".join(normal.chunks())


def split_mbox(data: Source) -> Iterator[bytes]:
    """Each mail of an mbox file, one at a time, as `read_eml` gives it.

    A mail begins at a `From ` line after an empty line; `>From ` in its text loses one mark (mboxrd, and
    mboxo, which cannot be told from it). A Content-Length that ends right before the next such line is
    believed (mboxcl2).
    """
    start = 0 if data[:5] == b"From " else _next_mail(data, 0)
    while start < len(data):
        begin = data.find(b"\n", start) + 1 or len(data)
        end, counted = _find_end(data, begin)
        mail = data[begin:end]
        yield read_eml(mail if counted else _QUOTED_FROM.sub(rb"\1", mail))
        start = _next_mail(data, max(begin - 1, end - 1))


def _find_end(data: Source, begin: int) -> tuple[int, bool]:
    fields, body = read_fields(data, begin, len(data))
    length = next((value for name, value in fields if name == "content-length"), b"")
    if length.isdigit():
        end = body + int(length)
        if end >= len(data) or re.match(rb"\r?\n?\r?\n?From ", data[end : end + 9]):
            return min(end, len(data)), True
    following = _next_mail(data, begin - 1)
    end = following
    if end > begin and data[end - 1 : end] == b"\n" and following < len(data):
        end -= 2 if data[end - 2 : end] == b"\r\n" else 1
    return max(begin, end), False


def _next_mail(data: Source, position: int) -> int:
    """Where the next `From ` line after an empty line begins; the end of the file when there is none."""
    while True:
        position = data.find(b"\nFrom ", position)
        if position < 0:
            return len(data)
        before = data[max(0, position - 2) : position]
        line = data[position + 1 : position + 200].partition(b"\n")[0]
        if (before.endswith(b"\n") or before == b"\n\r" or position == 0) and _FROM_LINE.fullmatch(line):
            return position + 1
        position += 1


def marks_of_name(name: str) -> Marks:
    """What a Maildir file's name says of its mail: `:2,FRS` (or `;2,` and `!2,` on other file systems)."""
    flags = re.search(r"[:;!]2,([A-Za-z]*)$", name)
    return _marks(set(flags[1]) if flags else set())


def is_trashed(name: str) -> bool:
    """Whether a Maildir file's name marks its mail as to be removed."""
    flags = re.search(r"[:;!]2,([A-Za-z]*)$", name)
    return bool(flags and "T" in flags[1])


def _marks(flags: set[str]) -> Marks:
    verb = LastVerb.FORWARDED if "P" in flags else LastVerb.NONE
    return Marks(
        read="S" in flags,
        flag=FollowUp() if "F" in flags else None,
        verb=LastVerb.REPLIED if "R" in flags else verb,
        draft="D" in flags,
    )


_STATUS = {"R": "S"}
_X_STATUS = {"A": "R", "F": "F", "T": "D"}
_MOZILLA = {0x0001: "S", 0x0002: "R", 0x0004: "F", 0x1000: "P"}


def marks_of_fields(data: bytes) -> Marks:
    """What the header of a mail out of an mbox says: Status, X-Status, X-Mozilla-Status."""
    flags: set[str] = set()
    for name, raw in _fields(data):
        if name == "status":
            flags |= {_STATUS[letter] for letter in raw.decode("latin-1") if letter in _STATUS}
        elif name == "x-status":
            flags |= {_X_STATUS[letter] for letter in raw.decode("latin-1") if letter in _X_STATUS}
        elif name == "x-mozilla-status" and re.fullmatch(rb"[0-9A-Fa-f]{1,8}", raw):
            bits = int(raw, 16)
            flags |= {flag for bit, flag in _MOZILLA.items() if bits & bit}
    return _marks(flags)


def received_at(data: bytes) -> datetime | None:
    """When a mail arrived: the date of its topmost Received field, else its own; None without either."""
    fields = _fields(data)
    for wanted in ("received", "date"):
        for name, raw in fields:
            if name == wanted and (found := decode_date(raw.rpartition(b";")[2])) is not None:
                return found
    return None


def _fields(data: bytes) -> Fields:
    return read_fields(data, 0, len(data))[0]
