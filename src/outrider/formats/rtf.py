"""The text of an RTF document: enough to read a mail whose author's program sent nothing else."""

from __future__ import annotations

import re

from outrider.formats import charset

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata datastore htmltag mhtmltag listtable".split()
)
_BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"page": "\n"}


class _Group:
    """What holds inside a pair of braces."""

    __slots__ = ("hidden", "skip_after_unicode")

    def __init__(self, hidden: bool, skip_after_unicode: int) -> None:
        self.hidden = hidden
        self.skip_after_unicode = skip_after_unicode


def text_from_rtf(data: bytes) -> str:
    """The readable text. Rich Text Format Specification 1.9.1; unknown destinations are left out."""
    page = re.search(rb"\\ansicpg(\d+)", data[:2000])
    label = f"cp{page[1].decode()}" if page else "cp1252"
    pieces: list[str] = []
    run = bytearray()
    groups = [_Group(False, 1)]
    skip = 0

    def flush() -> None:
        if run:
            pieces.append(charset.decode(bytes(run), label))
            run.clear()

    for token in _TOKEN.finditer(data):
        word, number, code, symbol, brace, plain = token.groups()
        group = groups[-1]
        if brace == b"{":
            groups.append(_Group(group.hidden, group.skip_after_unicode))
        elif brace == b"}" and len(groups) > 1:
            groups.pop()
        elif symbol == b"*" or (word in _SKIPPED):
            group.hidden = True
        elif word == b"uc":
            group.skip_after_unicode = int(number or 1)
        elif group.hidden:
            continue
        elif word == b"u":
            flush()
            pieces.append(chr(int(number or 0) & 0xFFFF))
            skip = group.skip_after_unicode
        elif word in _BREAKS:
            flush()
            pieces.append(_BREAKS[word])
        elif code is not None:
            if skip:
                skip -= 1
            else:
                run.append(int(code, 16))
        elif symbol is not None:
            run += {b"~": b" ", b"_": b"-"}.get(symbol, symbol if symbol in b"\\{}" else b"")
        elif plain is not None:
            run += plain[skip:]
            skip = 0
    flush()
    joined = "".join(pieces).encode("utf-16-le", "surrogatepass")
    return charset.decode(joined, "utf-16-le").strip()


# What every stream's dictionary begins with. MS-OXRTFCP, Dictionary
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096


def decompress_rtf(data: bytes, limit: int) -> bytes:
    """The RTF in a compressed stream, at most `limit` bytes of it; a damaged one gives what is readable.

    MS-OXRTFCP. The checksum is not looked at: damaged text is still better than none.
    """
    if data[8:12] == b"MELA":
        return data[16 : 16 + limit]
    if data[8:12] != b"LZFu":
        return b""
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\0"))
    write, position, made = len(_DICTIONARY), 16, bytearray()
    while position < len(data) and len(made) < limit:
        flags, position = data[position], position + 1
        for bit in range(8):
            run = data[position : position + 1 + (flags >> bit & 1)]
            position += len(run)
            if len(run) == 2:
                reference = int.from_bytes(run, "big")
                start = reference >> 4
                if start == write:
                    return bytes(made[:limit])
                run = _copy_run(window, write, start, (reference & 15) + 2)
            for byte in run:
                window[write] = byte
                write = (write + 1) % _WINDOW
            made += run
    return bytes(made[:limit])


def _copy_run(window: bytearray, write: int, start: int, length: int) -> bytes:
    """`length` bytes of the window from `start` on; those not written yet repeat the run itself."""
    known = min(length, (write - start) % _WINDOW or _WINDOW)
    run = bytes(window[(start + index) % _WINDOW] for index in range(known))
    return (run * length)[:length]
