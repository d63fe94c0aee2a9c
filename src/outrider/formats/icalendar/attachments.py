"""Files attached to an event: inside the document, or linked. RFC 5545, Attachment; RFC 8607, Filename.

A file inside is named by its content, so that its name stays true while others come and go.
"""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256
from urllib.parse import unquote, unquote_to_bytes

from outrider.domain.errors import NotFoundError
from outrider.domain.items import EventFile, NewAttachment
from outrider.domain.roles import Content
from outrider.formats.blobs import Pieces, read_all
from outrider.formats.components import Component, read_components
from outrider.formats.contentlines import Line, Params
from outrider.formats.icalendar.params import first_value, with_param

_NAMES = ("FILENAME", "X-FILENAME", "X-APPLE-FILENAME", "X-EVOLUTION-CALDAV-ATTACHMENT-NAME", "X-LABEL")
_CONTENT_ID, _INLINE = "X-CONTENT-ID", "X-INLINE"
_MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


def read_files(item: Component) -> tuple[EventFile, ...]:
    """The files of an event, in the order of the document."""
    files = (_read_file(line) for line in item.named("ATTACH"))
    return tuple(dict.fromkeys(file for file in files if file))


def _read_file(line: Line) -> EventFile | None:
    data = _content(line)
    uri = "" if data is not None else line.value.strip()
    if data is None and (_is_inside(line) or not uri or uri[:4].lower() == "cid:"):
        return None
    named = next(filter(None, (first_value(line, name).strip() for name in _NAMES)), "")
    return EventFile(
        section=_section(data) if data is not None else "",
        name=named or unquote(uri.rstrip("/").rpartition("/")[2]),
        type=_media(line),
        size=len(data or b""),
        content_id=first_value(line, _CONTENT_ID),
        inline=first_value(line, _INLINE).upper() == "TRUE",
        uri=uri,
    )


def _media(line: Line) -> str:
    value = line.value.strip()
    stated = first_value(line, "FMTTYPE") or (
        value[5:].partition(",")[0] if value[:5].lower() == "data:" else ""
    )
    match = _MEDIA.match(stated)
    return match.group().lower() if match else "application/octet-stream"


def _section(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]


def _content(line: Line) -> bytes | None:
    """The bytes of a file that is inside; None for a link, and for what cannot be decoded."""
    value = line.value.strip()
    if value[:5].lower() == "data:":
        head, _, text = value.partition(",")
        return _base64(text) if head.lower().endswith(";base64") else unquote_to_bytes(text)
    return _base64(value) if _is_inside(line) else None


def _is_inside(line: Line) -> bool:
    words = {word.upper() for name in ("VALUE", "ENCODING") for word in line.values(name)}
    return bool(words & {"BINARY", "BASE64", "B"})


def _base64(text: str) -> bytes | None:
    packed = "".join(text.split()).rstrip("=")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4))
    except (binascii.Error, ValueError):
        return None


def open_file(document: bytes, section: str) -> Content:
    """The content of a file inside a document. Raises NotFoundError."""
    for line in read_components(document).all_lines():
        data = _content(line) if line.key == "ATTACH" else None
        if data is not None and _section(data) == section:
            file = _read_file(line) or EventFile()
            return Content(name=file.name, type=file.type, blob=Pieces((data,)))
    raise NotFoundError("This part is no longer there.")


def add_file(item: Component, file: NewAttachment) -> None:
    """Put a file into an event."""
    data = file.data if isinstance(file.data, bytes) else read_all(file.data)
    params: Params = (("FMTTYPE", (file.type,)), ("ENCODING", ("BASE64",)), ("VALUE", ("BINARY",)))
    params = with_param(params, "FILENAME", file.name)
    params = with_param(params, _CONTENT_ID, file.content_id)
    params = with_param(params, _INLINE, "TRUE" if file.inline else "")
    item.add("ATTACH", base64.b64encode(data).decode(), params)


def remove_file(item: Component, section: str) -> None:
    """Take a file out of an event; one that is gone already stays gone."""
    for line in item.named("ATTACH"):
        data = _content(line)
        if data is not None and _section(data) == section:
            item.remove(line)
