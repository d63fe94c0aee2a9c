"""Content lines, the grammar that vCard and iCalendar share, read without loss.

A document is a list of lines, each with the very bytes it came from, so that what is not touched is written
as it was. RFC 6350, Line Delimiting and Folding; RFC 6868; vCard 2.1, Encodings.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

Params: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]

FOLD_AT: Final = 75  # octets in a line, without its end

_HEAD = re.compile(r'(?:[^":\n]|"[^"\n]*")*')
_PARAM = re.compile(r';((?:[^";]|"[^"]*")*)')
_VALUE = re.compile(r'"[^"]*"|[^",]+|(?<=,)(?=,|$)')
_BASE64_REST = re.compile(rb"[A-Za-z0-9+/=]+\s*\Z")
_CARET = {"^^": "^", "^n": "\n", "^'": '"'}
_FROM_CARET = re.compile(r"\^[\^n']")
_TO_CARET = {ord("^"): "^^", ord("\n"): "^n", ord('"'): "^'"}


class Line(Struct, frozen=True):
    """One property: the bytes it stands as, line ends and folds included, and what they say.

    `name` is spelt as in the document; `value` has folds, transfer encoding and character set undone and is
    still escaped. A line that is no property has no name. A parameter without "=" (vCard 2.1) has the name
    "".
    """

    raw: bytes
    name: str = ""
    group: str = ""
    params: Params = ()
    value: str = ""

    @property
    def key(self) -> str:
        """The name to compare with."""
        return self.name.upper()

    def values(self, param: str) -> tuple[str, ...]:
        """All values of a parameter, whatever its case and however often it is given."""
        return tuple(value for name, values in self.params if name.upper() == param for value in values)


class Style(Struct, frozen=True):
    """How new lines of a document are written: their end, and whether text beyond ASCII or one line must be
    quoted-printable (vCard 2.1)."""

    newline: bytes = b"\r\n"
    quoted_printable: bool = False


# ------------------------------------------------------------------------------------------------ reading


def read_lines(document: bytes) -> list[Line]:
    """The document's lines; their `raw` bytes joined are the document."""
    return [_read_line(raw, content) for raw, content in _logical_lines(document)]


def _logical_lines(document: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each line as it stands, and unfolded."""
    pieces: list[bytes] = []
    contents: list[bytes] = []
    encoding = b""
    for piece in document.splitlines(keepends=True):
        content = piece.rstrip(b"\r\n")
        if pieces and (joined := _continuation(contents, content, encoding)) is not None:
            pieces.append(piece)
            contents.append(joined)
            continue
        if pieces:
            yield b"".join(pieces), b"".join(contents)
        pieces, contents, encoding = [piece], [content], _encoding(content)
    if pieces:
        yield b"".join(pieces), b"".join(contents)


def _continuation(contents: list[bytes], content: bytes, encoding: bytes) -> bytes | None:
    """What `content` adds to the line before it, None when it is a line of its own."""
    soft_break = encoding == b"QUOTED-PRINTABLE" and contents[-1].rstrip().endswith(b"=")
    if soft_break and not content.upper().startswith(b"END:"):
        contents[-1] = contents[-1].rstrip()[:-1]
        return content
    if content[:1] in (b" ", b"\t"):
        return content[1:]
    if encoding in (b"BASE64", b"B") and _BASE64_REST.match(content):
        return content  # base64 lines that their writer did not indent
    return None


def _encoding(content: bytes) -> bytes:
    """The transfer encoding that a line's parameters name, in upper case."""
    head = content.partition(b":")[0]
    if b";" not in head:
        return b""
    for word in head.upper().split(b";")[1:]:
        name = word.removeprefix(b"ENCODING=")
        if name in (b"QUOTED-PRINTABLE", b"BASE64", b"B"):
            return name
    return b""


def _read_line(raw: bytes, content: bytes) -> Line:
    head = _split_head(content)
    if head is None:
        return Line(raw)
    before, after = head
    name, _, rest = before.partition(";")
    group, _, name = name.strip().rpartition(".")
    if not name:
        return Line(raw)
    params = _read_params(";" + rest) if rest else ()
    line = Line(raw, name, group, params)
    return replace(line, value=_decode_value(line, after))


def _split_head(content: bytes) -> tuple[str, bytes] | None:
    text = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    match = _HEAD.match(text)
    head = match.group() if match else ""
    if text[len(head) : len(head) + 1] == ":":
        return _sound(head), text[len(head) + 1 :].encode("utf-8", "surrogateescape")
    head, colon, value = text.partition(":")  # a quote that nobody closed
    if not colon:
        return None
    return _sound(head).replace('"', ""), value.encode("utf-8", "surrogateescape")


def _sound(text: str) -> str:
    """The text, octets that are not UTF-8 read as Windows-1252."""
    if text.isprintable():
        return text
    return _decode_octets(text.encode("utf-8", "surrogateescape"), ())


def _read_params(text: str) -> Params:
    return tuple(_read_param(match.group(1)) for match in _PARAM.finditer(text) if match.group(1))


def _read_param(text: str) -> tuple[str, tuple[str, ...]]:
    name, equals, values = text.partition("=")
    if not equals:
        return "", (text.strip(),)
    return name.strip(), tuple(_read_param_value(value) for value in _VALUE.findall(values))


def _read_param_value(value: str) -> str:
    return _FROM_CARET.sub(lambda match: _CARET[match.group()], value.strip('"'))


def _decode_value(line: Line, octets: bytes) -> str:
    if not line.params:
        return _decode_octets(octets, ())
    charsets = line.values("CHARSET")
    if _is_quoted_printable(line):
        octets = quopri.decodestring(octets)
    return _decode_octets(octets, charsets)


def _is_quoted_printable(line: Line) -> bool:
    words = line.values("ENCODING") + line.values("")
    return any(word.upper() == "QUOTED-PRINTABLE" for word in words)


def _decode_octets(octets: bytes, charsets: Iterable[str]) -> str:
    """Text in the first character set that fits: the declared ones, UTF-8, Windows-1252."""
    for charset in (*charsets, "utf-8", "cp1252"):
        try:
            return octets.decode(charset).replace("\0", "")
        except (LookupError, UnicodeDecodeError):
            continue
    return octets.decode("latin-1").replace("\0", "")


# ------------------------------------------------------------------------------------------------ writing


def write_line(line: Line, style: Style) -> Line:
    """The line with `raw` made anew from what it says."""
    params = tuple(param for param in line.params if not _is_transfer(param))
    octets = line.value.encode()
    if style.quoted_printable and not _is_plain(octets):
        params = (*params, ("CHARSET", ("UTF-8",)), ("ENCODING", ("QUOTED-PRINTABLE",)))
        raw = _head(line, params) + _quoted(line.value, style.newline) + style.newline
        return replace(line, params=params, raw=raw)
    return replace(line, params=params, raw=fold(_head(line, params) + octets, style.newline))


def fold(content: bytes, newline: bytes = b"\r\n") -> bytes:
    """The content broken into lines of at most 75 octets, no character split, with a line end."""
    pieces, start, room = [], 0, FOLD_AT
    while len(content) - start > room:
        end = start + room
        while end > start + 1 and content[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(content[start:end])
        start, room = end, FOLD_AT - 1
    pieces.append(content[start:])
    return (newline + b" ").join(pieces) + newline


def _is_transfer(param: tuple[str, tuple[str, ...]]) -> bool:
    """Whether a parameter tells of the transport of the old value only."""
    name, values = param[0].upper(), [value.upper() for value in param[1]]
    return name == "CHARSET" or (name in ("", "ENCODING") and "QUOTED-PRINTABLE" in values)


def _is_plain(octets: bytes) -> bool:
    return octets.isascii() and b"\n" not in octets


def _head(line: Line, params: Params) -> bytes:
    group = f"{line.group}." if line.group else ""
    return (group + line.name + "".join(_write_param(*param) for param in params) + ":").encode()


def _write_param(name: str, values: tuple[str, ...]) -> str:
    if not name:
        return ";" + ",".join(values)
    return f";{name}=" + ",".join(map(_write_param_value, values))


def _write_param_value(value: str) -> str:
    text = value.translate(_TO_CARET)
    return f'"{text}"' if any(mark in text for mark in ",;:") else text


def _quoted(value: str, newline: bytes) -> bytes:
    """The value as quoted-printable with soft breaks, whole characters in each line."""
    lines, room = [b""], FOLD_AT - 1
    for character in value.replace("\n", "\r\n"):
        code = _quote(character)
        if len(lines[-1]) + len(code) > room:
            lines.append(b"")
        lines[-1] += code
    if lines[-1].endswith(b" "):
        lines[-1] = lines[-1][:-1] + b"=20"
    return (b"=" + newline).join(lines)


def _quote(character: str) -> bytes:
    if " " <= character <= "~" and character != "=":
        return character.encode()
    return b"".join(b"=%02X" % octet for octet in character.encode())
