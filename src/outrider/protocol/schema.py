"""Declaring elements: one typed field each, from which everything else is read.

    class Collection(Element):
        TAG = AirSync.Collection

        sync_key: Annotated[str, AirSync.SyncKey]
        window_size: Annotated[int, AirSync.WindowSize, Meta(ge=0, le=512)] = 100
        conversation_mode: Annotated[bool, AirSync.ConversationMode, Version.V14_0] = False
        more_available: Annotated[bool, AirSync.MoreAvailable, Form.FLAG] = False
        options: Annotated[list[Options], AirSync.Options] = []
        commands: Annotated[list[Add | Change | Delete | Fetch], AirSync.Commands] = []

The order of the fields is the order on the wire. The type says what the element is:

- `str int bool datetime bytes TimeZone` and IntEnum classes are leaves. `bytes | memoryview | Blob`
  (`Octets`) reads opaque data as a slice and writes it opaque; `str | bytes` keeps text and opaque data
  apart. A field of text accepts opaque UTF-8, one of data accepts text (its UTF-8; with `Form.BASE64` and
  `Form.BYTES` what that says).
- an `Element` class nests. `A | B` of Elements under one tag is whichever class knows the children;
  `str | A` is text, or an element if it has children.
- `list[T]` repeats the field's tag. `list[A | B]`, and `list[A]` under a tag that is not A's, is one
  container with its children in document order. `list[Tag]` is a container of names (Supported).
- `Wrapped(tag)` puts the field, of any type, inside a container: Categories around Category.
- `INLINE` in place of a tag: the children of the nested Element stand directly among those of its parent.
- `A | Malformed`: an A that breaks its schema reads as Malformed, and does not spoil the message.
- `T | None` may be absent, `T | UnsetType` too; where both are admitted, None is the empty tag. Anything that
  is neither None nor UNSET is written, an empty list only if the type admits None or UNSET.

Further metadata: `Version` (the first that has the element), `until(Version)` (the last one), `Form`,
`msgspec.Meta` (ge, le, gt, lt, min_length, max_length).

An empty tag reads as True, "", b"" or an Element of defaults; other leaves as absent. An element that occurs
twice where once is meant keeps its first value. Unknown tags are passed over and counted, known ones that do
not belong (also: not in this version, or a second time) are listed in `strays`. A value that is not of its
type or out of its limits, or an element missing, is a SchemaError (103; 104 for dates).

    decode(cls, data, version) -> Decoded(value, unknown, strays)
    encode(value, version) -> Encoded       # len(), iteration in chunks, bytes()
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic

from outrider.protocol.elements import INLINE, Element, Malformed, Wrapped, until
from outrider.protocol.errors import SchemaError
from outrider.protocol.reading import E, Reading, Stray, name_of
from outrider.protocol.values import Form
from outrider.protocol.versions import Version
from outrider.protocol.writing import write_message
from outrider.wbxml.reader import DEFAULT_LIMITS, Buffer, Limits, Reader
from outrider.wbxml.writer import Encoded, Writer

__all__ = [
    "INLINE",
    "Decoded",
    "Element",
    "Form",
    "Malformed",
    "Stray",
    "Wrapped",
    "decode",
    "decode_one_of",
    "encode",
    "until",
]


@dataclass(frozen=True, slots=True)
class Decoded(Generic[E]):
    """A message, how many unknown elements were passed over, and which known ones did not belong."""

    value: E
    unknown: int
    strays: tuple[Stray, ...]


def decode(
    cls: type[E], data: Buffer, version: Version | None = None, limits: Limits = DEFAULT_LIMITS
) -> Decoded[E]:
    """Read a message; without a version every element of every version is taken.

    Raises WireError for bytes that are not WBXML, SchemaError for a message that is not a `cls`.
    """
    return decode_one_of((cls,), data, version, limits)


def decode_one_of(
    classes: Iterable[type[E]],
    data: Buffer,
    version: Version | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Decoded[E]:
    """Read a message of that of the classes whose tag is the root's."""
    reader = Reader(data, limits)
    root, content = reader.root()
    reading = Reading(reader, version)
    for cls in classes:
        if root == cls.TAG:
            value = reading.message(cls, root, content)
            return Decoded(value, reading.unknown, tuple(reading.strays))
    raise SchemaError(SchemaError.INVALID_XML, f"{name_of(root)} is not the root of this command")


def encode(value: Element, version: Version) -> Encoded:
    """Write a message for a device's version, without the elements that the version lacks."""
    writer = Writer()
    write_message(writer, value, version)
    return writer.finish()
