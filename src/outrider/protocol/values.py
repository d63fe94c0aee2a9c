"""The values that elements hold: dates in two forms, booleans, data and the time zone.

The `parse_` functions take what stood on the wire and raise ValueError for what is not such a value.
"""

import base64
import re
import struct
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Final, NamedTuple, TypeAlias

import msgspec


class Blob:
    """Data that is read when it is sent: a length in bytes, and a function that yields these bytes."""

    __slots__ = ("_read", "length")

    def __init__(self, length: int, read: Callable[[], Iterable[bytes | memoryview]]) -> None:
        self.length = length
        self._read = read

    def chunks(self) -> Iterable[bytes | memoryview]:
        """Its bytes from the start, in pieces of any size."""
        return self._read()

    def __repr__(self) -> str:
        return f"Blob({self.length})"


class Form(Enum):
    """How a value is written, where its type leaves a choice."""

    #: 2026-01-01T00:00:00.000Z, what dates have if nothing is said.
    DASHED = "dashed"
    #: 20260101T000000Z, as in the calendar.
    COMPACT = "compact"
    #: Data as text in base64 instead of opaque.
    BASE64 = "base64"
    #: Data as opaque, where clients also send base64 (MS-ASDTYPE, Byte Array).
    BYTES = "bytes"
    #: A boolean as an empty tag that is there or not, instead of 1 and 0.
    FLAG = "flag"


# Data of any size: read as a slice of the request, written from memory or pulled from a Blob.
Octets: TypeAlias = bytes | memoryview | Blob


# MS-ASDTYPE, dateTime and Compact DateTime: with dashes in most classes, without in the calendar.
_DATE: Final = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)


def parse_date(text: str) -> datetime:
    """Read either form, with or without seconds, fraction, time or offset, into UTC; no offset means UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _lax_date(text)
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"not a date: {text[:40]!r}") from None


def _lax_date(text: str) -> datetime:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a date: {text[:40]!r}")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micro = int((match[7] or "0")[:6].ljust(6, "0"))
    # A leap second is the last second of its minute.
    return datetime(year, month, day, hour, minute, min(second, 59), micro, _zone(match[8]))


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def dashed(moment: datetime) -> str:
    """Write 2026-01-01T00:00:00.000Z; a moment without a zone is taken as UTC."""
    return _utc(moment).isoformat("T", "milliseconds")[:23] + "Z"


def compact(moment: datetime) -> str:
    """Write 20260101T000000Z; a moment without a zone is taken as UTC."""
    return _utc(moment).isoformat("T", "seconds")[:19].replace("-", "").replace(":", "") + "Z"


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo in (UTC, None) else moment.astimezone(UTC)


_BOOLEANS: Final = {"": True, "1": True, "0": False, "true": True, "false": False}


def parse_boolean(text: str) -> bool:
    """Read 0 or 1, or the words; an empty tag is True (MS-ASDTYPE, boolean)."""
    value = _BOOLEANS.get(text)
    if value is None:
        value = _BOOLEANS.get(text.strip().lower())
    if value is None:
        raise ValueError(f"not a boolean: {text[:40]!r}")
    return value


_INTEGER: Final = re.compile(r"\s*[+-]?[0-9]{1,20}\s*", re.ASCII)


def parse_integer(text: str) -> int:
    """Read a decimal number of at most twenty digits."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 20) and _INTEGER.fullmatch(text) is None:
        raise ValueError(f"not an integer: {text[:40]!r}")
    return int(text)


def parse_base64(text: str) -> bytes:
    """Read base64 with or without line breaks and padding."""
    data = "".join(text.split()).rstrip("=")
    return base64.b64decode(data + "=" * (-len(data) % 4), validate=True)


class Transition(NamedTuple):
    """When a clock changes each year: the `week`-th `weekday` of a month, 5 being the last, in local time.

    `weekday` counts from 0, Sunday; a `year` other than 0 names one date, and `week` is its day (MS-DTYP,
    SYSTEMTIME; MS-ASDTYPE, TimeZone). A `month` of 0 means that the zone has no daylight saving time.
    """

    year: int = 0
    month: int = 0
    weekday: int = 0
    week: int = 0
    hour: int = 0
    minute: int = 0
    second: int = 0
    millisecond: int = 0


NEVER: Final = Transition()

_ZONE: Final = struct.Struct("<l64s8Hl64s8Hl")


class TimeZone(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a time zone (MS-ASDTYPE, TimeZone): 172 bytes, in base64 on the wire.

    Biases are minutes, UTC = local time + bias; names have at most 32 UTF-16 units.
    """

    bias: int = 0
    standard_name: str = ""
    standard_date: Transition = NEVER
    standard_bias: int = 0
    daylight_name: str = ""
    daylight_date: Transition = NEVER
    daylight_bias: int = 0

    @classmethod
    def unpack(cls, data: bytes | memoryview) -> "TimeZone":
        """Read the structure; raises ValueError unless it is 172 bytes long."""
        if len(data) != _ZONE.size:
            raise ValueError(f"a time zone has {_ZONE.size} bytes, not {len(data)}")
        fields = _ZONE.unpack(data)
        return cls(
            bias=fields[0],
            standard_name=_name(fields[1]),
            standard_date=_transition(fields[2:10]),
            standard_bias=fields[10],
            daylight_name=_name(fields[11]),
            daylight_date=_transition(fields[12:20]),
            daylight_bias=fields[20],
        )

    def pack(self) -> bytes:
        """Write the structure."""
        return _ZONE.pack(
            self.bias,
            _name_bytes(self.standard_name),
            *self.standard_date,
            self.standard_bias,
            _name_bytes(self.daylight_name),
            *self.daylight_date,
            self.daylight_bias,
        )

    @classmethod
    def parse(cls, text: str) -> "TimeZone":
        """Read the base64 form."""
        return cls.unpack(parse_base64(text))

    def __str__(self) -> str:
        return base64.b64encode(self.pack()).decode()


def _name(data: bytes) -> str:
    return data.decode("utf-16-le", "replace").split("\0", 1)[0]


def _name_bytes(name: str) -> bytes:
    data = name.encode("utf-16-le", "replace")[:64]
    return data.decode("utf-16-le", "ignore").encode("utf-16-le")


def _transition(fields: tuple[int, ...]) -> Transition:
    year, month, weekday, week, hour, minute, second, millisecond = fields
    return Transition(year, month, weekday, week, hour, minute, second, millisecond)
