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

- `str int bool datetime bytes TimeZone` and IntEnum classes are leaves. `bytes | memoryview | Blob` (`Octets`)
  reads opaque data as a slice and writes it opaque; `str | bytes` keeps text and opaque data apart. A field
  of text accepts opaque UTF-8, a field of data accepts text (its UTF-8; with `Form.BASE64` its meaning).
- an `Element` class nests. `A | B` of Elements under one tag is whichever class knows the children;
  `str | A` is text, or an element if it has children.
- `list[T]` repeats the field's tag. `list[A | B]`, and `list[A]` under a tag that is not A's, is one container
  with its children in document order. `list[Tag]` is a container of names (Supported).
- `Wrapped(tag)` puts the field, of any type, inside a container: Categories around Category.
- `INLINE` in place of a tag: the children of the nested Element stand directly among those of its parent.
- `T | None` may be absent, `T | UnsetType` too; where both are admitted, None is the empty tag. Anything that
  is neither None nor UNSET is written, an empty list only if the type admits None or UNSET.

Further metadata: `Version` (the first that has the element), `until(Version)` (the last one), `Form`,
`msgspec.Meta` (ge, le, gt, lt, min_length, max_length).

An empty tag reads as True, "", b"" or an Element of defaults; for other leaves as None or else as absent. An element
that occurs twice where once is meant keeps its first value. Unknown tags are passed over and counted, known ones
that do not belong (also: not in this version, or a second time) are listed in `strays`. A value that is not
of its type or out of its limits, or an element missing, is a SchemaError (103; 104 for dates).

    decode(cls, data, version) -> Decoded(value, unknown, strays)
    encode(value, version) -> Encoded       # len(), iteration in chunks, bytes()
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    NamedTuple,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

import msgspec
from msgspec import NODEFAULT, Meta, UnsetType

from outrider.protocol.values import Blob, TimeZone
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag


class Form(Enum):
    """How the value of a leaf is written, where its type leaves a choice."""

    #: 2026-01-01T00:00:00.000Z, what dates have if nothing is said.
    DASHED = "dashed"
    #: 20260101T000000Z, as in the calendar.
    COMPACT = "compact"
    #: Data as text in base64 instead of opaque.
    BASE64 = "base64"
    #: A boolean as an empty tag that is there or not, instead of 1 and 0.
    FLAG = "flag"


class Wrapped(NamedTuple):
    """The container around a field."""

    tag: Tag


class Until(NamedTuple):
    """The last version that has an element."""

    version: Version


def until(version: Version) -> Until:
    """Say which version is the last that has an element."""
    return Until(version)


class _Inline(Enum):
    INLINE = "inline"


INLINE: Final = _Inline.INLINE


class _KeywordOnly(msgspec.StructMeta):
    """Makes the fields of every subclass keyword-only, so that their order is free to be that of the wire."""

    def __new__(
        mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> "_KeywordOnly":
        return super().__new__(mcls, name, bases, namespace, **({"kw_only": True} | options))


@dataclass_transform(kw_only_default=True, field_specifiers=(msgspec.field,))
class Element(msgspec.Struct, metaclass=_KeywordOnly, gc=False, repr_omit_defaults=True):
    """What every message, item and container is declared from; the module's text says how."""

    #: The tag, where the element always has the same; else the field that nests it has it.
    TAG: ClassVar[Tag | None] = None
