"""What the header fields of a mail say: words, addresses, dates, identifiers and parameters.

Readers are lax and never raise; writers give pure ASCII without line breaks inside, so that no value can add
a field of its own. Raw values are bytes as they stand in the message, folding included.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_tz
from urllib.parse import unquote_to_bytes

from outrider.domain.items import Mailbox
from outrider.formats import charset

_FOLD = re.compile(r"[\r\n]+[\t ]*|\t")
_WORD = re.compile(r"=\?([^?*\s]{1,64})(?:\*[^?]{0,16})?\?([bBqQ])\?([^?]*(?:\?[^?=][^?]*){0,8}\??)\?=")
_BREAKS = re.compile(r"[\r\n\x85\u2028\u2029]+")
_IDENTIFIER = re.compile(r"<([^<>\s]{1,998})>")


def decode_raw(raw: bytes, hint: str = "") -> str:
    """The unfolded value with its encoded words still in place; `hint` is the body's character set, for the
    8-bit text of senders who leave it unsaid."""
    return _FOLD.sub(" ", charset.decode(raw, hint)).strip()


def decode_text(raw: bytes, hint: str = "") -> str:
    """An unstructured value such as a subject. RFC 2047."""
    return decode_words(decode_raw(raw, hint))


def decode_words(text: str) -> str:
    """The text with its encoded words decoded; neighbours in one character set are joined before decoding,
    because senders split them inside a character."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending: list[tuple[str, str, str]] = []
    end = 0
    for found in _WORD.finditer(text):
        between = text[end : found.start()]
        label, kind, body = found[1].lower(), found[2].lower(), found[3]
        if pending and (between.strip() or pending[0][0] != label):
            pieces.append(_decode_run(pending))
            pending = []
            pieces.append(between if between.strip() else "")
        elif not pending:
            pieces.append(between)
        pending.append((label, kind, body))
        end = found.end()
    if pending:
        pieces.append(_decode_run(pending))
    pieces.append(text[end:])
    return _BREAKS.sub(" ", "".join(pieces))


def _decode_run(words: list[tuple[str, str, str]]) -> str:
    data, carried = b"", ""
    for index, (_, kind, body) in enumerate(words):
        if kind == "q":
            data += _decode_q(body)
            continue
        body = carried + body
        follows = index + 1 < len(words) and words[index + 1][1] == "b"
        carried = body if follows and len(body) % 4 and not body.endswith("=") else ""
        if not carried:
            data += _decode_b(body)
    return charset.decode(data, words[0][0])


def _decode_q(body: str) -> bytes:
    return binascii.a2b_qp(body.encode("utf-8", "replace").replace(b" ", b"_"), header=True)


def _decode_b(body: str) -> bytes:
    letters = re.sub(r"[^A-Za-z0-9+/]", "", body)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))


# ---------------------------------------------------------------------------------------------- addresses

# No name is longer than this; without a bound, unclosed quotes would cost the square of their number.
_TOKEN = re.compile(r'"((?:[^"\\]|\\.){0,300})"|<([^<>]*)>?|([,;:(])|([^"<,;:(]+)|(.)', re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)")
_ROUTE = re.compile(r"^(?:@[^,:]*,?)+:")
MOST_ADDRESSES = 5000


def decode_addresses(raw: bytes, hint: str = "") -> tuple[Mailbox, ...]:
    """The mailboxes of an address list; groups are flattened, `;` separates as well as `,`. RFC 5322, 3.4."""
    return tuple(parse_addresses(decode_raw(raw, hint)))


def parse_addresses(text: str) -> list[Mailbox]:
    """The mailboxes of an unfolded address list."""
    found: list[Mailbox] = []
    words: list[str] = []
    angle: str | None = None
    comment = ""
    named = False  # an address stands outside angle brackets
    position = 0
    while position < len(text) and len(found) < MOST_ADDRESSES:
        token = _TOKEN.match(text, position)
        if token is None:
            break
        position = token.end()
        quoted, address, mark, plain, other = token.groups()
        if mark == "(":
            comment, position = _read_comment(text, position)
        elif mark == ":" and angle is None and not named:
            words = []  # a group's name
        elif mark in (",", ";"):
            _take(found, words, angle, comment)
            words, angle, comment, named = [], None, "", False
        elif address is not None:
            angle = address
        elif quoted is not None:
            words.append(_QUOTED_PAIR.sub(r"\1", quoted))
        else:
            words.append(plain or other or mark or "")
            named = named or "@" in words[-1]
    _take(found, words, angle, comment)
    return found


def _read_comment(text: str, position: int) -> tuple[str, int]:
    """A comment's text and where it ends; comments nest."""
    depth, start = 1, position
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == "(":
            depth += 1
        elif text[position] == ")":
            depth -= 1
            if depth == 0:
                return text[start:position], position + 1
        position += 1
    return text[start:], len(text)


def _take(found: list[Mailbox], words: list[str], angle: str | None, comment: str) -> None:
    name = " ".join("".join(words).split())
    if angle is not None:
        address = _ROUTE.sub("", "".join(angle.split()))
        if "@" not in address and "@" in name and " " not in name:
            name, address = "", name
    elif " " in name and "@" in name:
        address = next(word for word in name.split() if "@" in word)
        name = " ".join(word for word in name.split() if word != address)
    else:
        name, address = comment, name
    name = " ".join(decode_words(name).split())
    if name or address:
        found.append(Mailbox(name, address))


def encode_addresses(mailboxes: tuple[Mailbox, ...]) -> str:
    """An address list as ASCII, one mailbox a line where it is long."""
    return _join_folded([encode_address(box) for box in mailboxes], ",")


_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ADDRESS_JUNK = re.compile(r"[\x00-\x20<>,;()\x7f\"]")


def encode_address(box: Mailbox) -> str:
    """One mailbox as ASCII (an address outside ASCII stays UTF-8, as RFC 6532 has it)."""
    address = _ADDRESS_JUNK.sub("", box.address)
    name = _BREAKS.sub(" ", charset.clean(box.name)).strip()
    if not name:
        return address
    if not name.isascii():
        return f"{encode_words(name)} <{address}>"
    if _ATOMS.fullmatch(name) and "=?" not in name:
        return f"{name} <{address}>"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'


def encode_words(text: str) -> str:
    """An unstructured value as ASCII, in encoded words of at most 75 characters where need be."""
    text = _BREAKS.sub(" ", charset.clean(text))
    if text.isascii() and "=?" not in text and max(map(len, text.split(" "))) < 900:
        return _join_folded(text.split(" "), "")
    words, piece = [], b""
    for letter in text:
        data = letter.encode("utf-8", "replace")
        if len(piece) + len(data) > 45:
            words.append(piece)
            piece = b""
        piece += data
    words.append(piece)
    return "\r\n ".join(f"=?utf-8?B?{binascii.b2a_base64(w, newline=False).decode()}?=" for w in words if w)


def _join_folded(pieces: list[str], separator: str) -> str:
    lines, line = [], ""
    for piece in pieces:
        joined = f"{line}{separator} {piece}" if line else piece
        if len(joined) > 72 and line.strip():
            lines.append(line + separator)
            joined = piece
        line = joined
    return "\r\n ".join([*lines, line])


# ---------------------------------------------------------------------------------------------- dates and ids


def decode_date(raw: bytes) -> datetime | None:
    """The instant a Date field names, in UTC; None when nothing can be made of it."""
    text = decode_raw(raw)[:100]
    try:
        parsed = parsedate_tz(text)
        if parsed is None:
            return _as_utc(datetime.fromisoformat(text))
        year, month, day, hour, minute, second = parsed[:6]
        instant = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return instant - timedelta(seconds=parsed[9] or 0)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _as_utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def encode_date(instant: datetime) -> str:
    """A Date field's value (English whatever the locale)."""
    return format_datetime(instant)


def decode_identifiers(raw: bytes) -> tuple[str, ...]:
    """The message identifiers of a field, each in angle brackets."""
    text = decode_raw(raw)
    found = _IDENTIFIER.findall(text)
    if not found:
        found = [word.strip("<>,;\"'") for word in text.split()[:1]]
    return tuple(f"<{identifier}>" for identifier in found if identifier)


# ---------------------------------------------------------------------------------------------- parameters

_PARAMETER = re.compile(r';\s*([^\s=;"]+?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))')
_CONTINUED = re.compile(r"^([^*]+)(?:\*(\d{1,3}))?(\*)?$")


def decode_parameters(raw: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """A structured value such as Content-Type: its lower-case main value and its parameters by lower-case
    name, with continuations joined and character sets undone. RFC 2045, RFC 2231; encoded words in values
    are decoded too, because many senders write them."""
    text = decode_raw(raw, hint)
    main = text.partition(";")[0].partition("(")[0].strip().lower()
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, quoted, plain in _PARAMETER.findall(text):
        shape = _CONTINUED.match(name.lower())
        if shape is None or len(pieces) > 64:
            continue
        value = _QUOTED_PAIR.sub(r"\1", quoted) if quoted else plain.strip()
        pieces.setdefault(shape[1], []).append((int(shape[2] or 0), bool(shape[3]), value))
    return main, {name: _join_parameter(parts) for name, parts in pieces.items()}


def _join_parameter(parts: list[tuple[int, bool, str]]) -> str:
    if not any(encoded for _, encoded, _ in parts):
        parts = sorted(parts, key=lambda part: part[0])
        return decode_words("".join(value for _, _, value in parts) if _is_run(parts) else parts[0][2])
    parts = sorted((part for part in parts if part[1] or part[0]), key=lambda part: part[0])
    label, data = "", b""
    for index, (_, encoded, value) in enumerate(parts):
        if index == 0 and encoded and value.count("'") >= 2:
            label, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return _BREAKS.sub(" ", charset.decode(data, label))


def _is_run(parts: list[tuple[int, bool, str]]) -> bool:
    """Whether the pieces are numbered one after the other, not one parameter given twice."""
    return [number for number, _, _ in parts] == list(range(len(parts)))
