"""Bodies on the wire, and what a device asks of them. MS-ASAIRS, Body; MS-ASCMD, Options."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from outrider.domain import items as domain
from outrider.domain.items import BodyForm, MimeWish, Wish
from outrider.formats.blobs import CHUNK, View
from outrider.formats.html import text_from_html
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import (
    Body,
    BodyPart,
    BodyPartPreference,
    BodyPreference,
    BodyType,
)
from outrider.protocol.messages.itemoperations import FetchOptions
from outrider.protocol.messages.search import SearchOptions
from outrider.protocol.messages.sync import Options
from outrider.protocol.status import SyncStatus
from outrider.protocol.values import Blob, Octets
from outrider.wbxml.writer import xml_text

# What a Sync without any BodyPreference gives: that there is a body and how large it is. The examples of
# MS-ASWBXML and MS-ASCNTC answer so: Type, EstimatedDataSize and Truncated, without Data.
SIZES_ONLY: Final = Wish(preferences=(domain.BodyPreference(form=BodyForm.TEXT, limit=0),))

# What fetching one item without any BodyPreference gives: all of it.
WHOLE: Final = Wish(
    preferences=(
        domain.BodyPreference(form=BodyForm.HTML),
        domain.BodyPreference(form=BodyForm.TEXT),
    )
)

# MS-ASCMD, MIMETruncation: from each step to bytes; 8 is no limit.
_MIME_LIMITS: Final = (0, 4096, 5120, 7168, 10240, 20480, 51200, 102400)

_LONGEST_PREVIEW: Final = 255  # characters; MS-ASAIRS, Preview (BodyPreference)

_DONE: Final = 1  # MS-ASAIRS, Status (BodyPart)

_TYPES: Final = {form: BodyType(form.value) for form in BodyForm}
_FORMS: Final = {kind: BodyForm(kind.value) for kind in BodyType}


# ----------------------------------------------------------------------------------------------- wishes


def wish_from_options(options: Options | None) -> Wish:
    """What the options of a collection in Sync ask for; SIZES_ONLY where they name no form of body."""
    if options is None:
        return SIZES_ONLY
    return replace(_wish(options, SIZES_ONLY), mime_limit=_mime_limit(options.mime_truncation))


def wish_from_fetch(options: FetchOptions | None) -> Wish:
    """What the options of an ItemOperations fetch ask for; WHOLE where they name no form of body."""
    return WHOLE if options is None else _wish(options, WHOLE)


def wish_from_search(options: SearchOptions) -> Wish:
    """What the options of a Search ask for; SIZES_ONLY where they name no form of body."""
    return _wish(options, SIZES_ONLY)


def _wish(options: Options | FetchOptions | SearchOptions, usual: Wish) -> Wish:
    return Wish(
        preferences=_preferences(options.body_preference) or usual.preferences,
        mime=_mime(options.mime_support),
        part=_part(options.body_part_preference),
    )


def _preferences(wanted: Iterable[BodyPreference]) -> tuple[domain.BodyPreference, ...]:
    """One for each form, the first where a device sends several."""
    made: dict[BodyType, domain.BodyPreference] = {}
    for preference in wanted:
        made.setdefault(preference.type, _preference(preference))
    return tuple(made.values())


def _preference(wanted: BodyPreference | BodyPartPreference) -> domain.BodyPreference:
    limit = wanted.truncation_size
    return domain.BodyPreference(
        form=_FORMS[wanted.type],
        limit=limit,
        all_or_none=wanted.all_or_none and limit is not None,  # MS-ASAIRS: nothing without a size
        preview=min(wanted.preview or 0, _LONGEST_PREVIEW),
    )


def _part(wanted: list[BodyPartPreference]) -> domain.BodyPreference | None:
    return _preference(wanted[0]) if wanted else None


def _mime(support: int | None) -> MimeWish:
    return MimeWish(support) if support in (1, 2) else MimeWish.NEVER


def _mime_limit(step: int | None) -> int | None:
    return _MIME_LIMITS[step] if step is not None and 0 <= step < len(_MIME_LIMITS) else None


# --------------------------------------------------------------------------------------------- to the wire


def body_to_wire(body: domain.Body) -> Body:
    """A body as the device is given it: without data where all of it was cut off, and saying that it was cut
    only then (Windows Phone stops at a 0). Plain text is its own preview (MS-ASAIRS, Preview (Body))."""
    data = _data(body)
    readable = body.form is BodyForm.TEXT and data is not UNSET
    return Body(
        type=_TYPES[body.form],
        estimated_data_size=body.size,
        truncated=True if body.truncated else UNSET,
        data=data,
        preview=UNSET if readable else body.preview or UNSET,
    )


def part_to_wire(body: domain.Body) -> BodyPart:
    """What a mail adds to its conversation."""
    return BodyPart(
        status=_DONE,
        type=_TYPES[body.form],
        estimated_data_size=body.size,
        truncated=True if body.truncated else UNSET,
        data=_data(body),
        preview=body.preview or UNSET,
    )


def native_type(body: domain.Body) -> BodyType:
    """The form the author wrote."""
    return _TYPES[body.native]


def _data(body: domain.Body) -> str | Octets | UnsetType:
    data = body.data
    if data is None or (body.truncated and data in ("", b"")):
        return UNSET
    if isinstance(data, str):
        return data
    if isinstance(data, bytes):
        return _as_text(data)
    return Blob(data.length, data.chunks)


def _as_text(data: bytes) -> str | bytes:
    """MIME as text, which all clients take; as it is where it has octets that no text can carry, such as the
    escapes of ISO-2022-JP."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    return text if xml_text(text) == data else data


# ------------------------------------------------------------------------------------------- from the wire


def octets_of(data: Octets) -> bytes:
    """What the device sent, in memory."""
    if isinstance(data, Blob):
        return b"".join(data.chunks())
    return bytes(data)


def text_of(data: str | Octets) -> str:
    """Text that the device sent, whether as text or as data."""
    return data if isinstance(data, str) else octets_of(data).decode("utf-8", "replace")


_LONGEST_PROSE: Final = 1024 * 1024  # characters kept of the text of a note that came as HTML


def prose_of(body: Body) -> tuple[str, str] | None:
    """The note that a device wrote, as text and, where it wrote HTML, as that; None where it says nothing of
    it. Raises EasError for a form that no note is kept in."""
    if body.data is UNSET:
        return None
    if body.type in (BodyType.RTF, BodyType.MIME):
        raise EasError(SyncStatus.CONVERSION_ERROR, f"a note of body type {body.type}")
    text = text_of(body.data)
    if body.type is not BodyType.HTML:
        return plain(text), ""
    return plain(text_from_html(text, _LONGEST_PROSE)), plain(text)


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain(text: str) -> str:
    """Text as the domain has it: lines end in LF, no control characters (iOS sends a trailing NUL)."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text on one line, without control characters: nothing that could begin another header."""
    return _CONTROLS.sub(" ", text).strip()


_CONTROLS = re.compile("[\x00-\x1f\x7f]+")


def plain_texts(values: Iterable[str]) -> tuple[str, ...]:
    """Texts of a list, none of them empty or there twice."""
    return tuple(dict.fromkeys(filter(None, (plain(value).strip() for value in values))))


def content_of(data: Octets) -> bytes | domain.Blob:
    """A file that the device sent, small ones in memory."""
    if isinstance(data, memoryview) and data.nbytes > CHUNK:
        return View(data)
    return octets_of(data)
