"""What stays from one Sync of a folder to the next, so that a device need not say it again. MS-ASCMD,
Options; Supported."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from outrider.domain.items import ItemClass, Wish
from outrider.mapping.bodies import wish_from_options
from outrider.mapping.folders import CLASSES
from outrider.protocol.messages.sync import Collection, Options
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import OFFERED
from outrider.sync.filters import INCOMPLETE, cutoff

CLIENT_WINS: Final = 0

_REMEMBERED: Final = 1_000
"""Different settings that are remembered unpacked: phones of one make say the same."""


_DAYS: Final = range(1, 8)
# The filters that each class knows: days, taken for mail and events alike, and what is not yet done.
# MS-ASCMD, FilterType (Sync)
_FILTERS: Final[dict[ItemClass, Container[int]]] = {
    ItemClass.MAIL: _DAYS,
    ItemClass.CALENDAR: _DAYS,
    ItemClass.CONTACTS: (),
    ItemClass.TASKS: (INCOMPLETE,),
    ItemClass.NOTES: (),
}


class Sticky(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The settings of one device for one folder.

    `supported` are the tags the device named in its first Sync, None where it named none; `conversation_mode`
    lets the mails of a conversation through whatever their age.
    """

    options: tuple[Options, ...] = ()
    supported: tuple[int, ...] | None = None
    conversation_mode: bool = False

    def for_class(self, holds: ItemClass) -> Options | None:
        """The options that speak of this class: those that name it, else those that name none."""
        named = [one for one in self.options if one.class_name and CLASSES.get(one.class_name) is holds]
        unnamed = [one for one in self.options if not one.class_name]
        return next(iter(named or unnamed), None)

    def wish(self, holds: ItemClass) -> Wish:
        """The bodies the device wants."""
        return wish_from_options(self.for_class(holds))

    def cutoff(self, holds: ItemClass, today: date) -> date | None:
        """The oldest day the device wants to see; None where a filter means nothing to the class."""
        options = self.for_class(holds)
        wanted = options.filter_type if options else None
        return None if wanted is None or wanted not in _FILTERS[holds] else cutoff(wanted, today)

    def server_wins(self, holds: ItemClass) -> bool:
        """Say whose item stays when both sides changed it."""
        options = self.for_class(holds)
        return options is None or options.conflict != CLIENT_WINS


def sticky_of(collection: Collection, kept: bytes) -> Sticky:
    """What holds for this request: what it says, and else what was said before. A new start forgets."""
    before = unpack(kept) if collection.sync_key != "0" else Sticky()
    supported = before.supported
    if collection.supported is not None:
        supported = tuple(sorted(int(tag) for tag in collection.supported))
    mode = collection.conversation_mode
    return Sticky(
        options=tuple(collection.options) or before.options,
        supported=supported,
        conversation_mode=before.conversation_mode if mode is None else mode,
    )


class _Kept(Struct, frozen=True, array_like=True):
    """The settings as they are kept: options in the form they have on the wire."""

    options: tuple[bytes, ...]
    supported: tuple[int, ...] | None
    conversation_mode: bool


_decoder: Final = msgspec.msgpack.Decoder(_Kept)


def pack(sticky: Sticky, kept: bytes = b"") -> bytes:
    """The settings as they are kept; `kept` again where they are what it says already."""
    if kept and unpack(kept) == sticky:
        return kept
    options = tuple(bytes(encode(one, OFFERED[-1])) for one in sticky.options)
    return msgspec.msgpack.encode(_Kept(options, sticky.supported, sticky.conversation_mode))


@lru_cache(_REMEMBERED)
def unpack(data: bytes) -> Sticky:
    """The settings again; the default ones where nothing was kept."""
    if not data:
        return Sticky()
    kept = _decoder.decode(data)
    return Sticky(
        options=tuple(decode(Options, one, OFFERED[-1]).value for one in kept.options),
        supported=kept.supported,
        conversation_mode=kept.conversation_mode,
    )
