"""A mail as a value: read once, when it is stored, so that later nothing but the wanted slice is opened."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Importance, Mailbox, Message, Part
from outrider.formats import charset, html, mime
from outrider.formats.headers import (
    decode_addresses,
    decode_date,
    decode_identifiers,
    decode_text,
)
from outrider.formats.kinds import find_kind
from outrider.formats.meetings import find_meeting, is_calendar
from outrider.formats.mime import Entity, Source
from outrider.formats.parts import MOST_READABLE
from outrider.formats.tnef import Member, read_tnef

PREVIEW = 255  # characters
_MOST_BODY = 4 << 20  # encoded bytes of a body that are looked at when the mail is read
_MOST_TNEF = 64 << 20


class Digest(Struct, frozen=True, kw_only=True):
    """A mail read for keeping. `readable` is its text, at most 32 KiB of UTF-8: the one to index for search
    and, for a mail without a text part, to store and hand to `body.render` when a text body is wished."""

    message: Message
    readable: str


class _Found(Struct, kw_only=True):
    """What the walk over the parts has come across, by role."""

    text: Entity | Part | None = None
    html: Entity | Part | None = None
    calendars: list[Entity] = []
    files: list[Entity | Part] = []
    has_calendar: bool = False  # one that is no file
    inside: dict[str, tuple[Part, ...]] = {}  # a TNEF container's section -> its members
    members: dict[str, Member] = {}

    @property
    def has_body(self) -> bool:
        return self.text is not None or self.html is not None


def read_message(data: Source) -> Message:
    """All that is known of a mail. Raises UnreadableError when there are no bytes at all."""
    return digest(data).message


def digest(data: Source) -> Digest:
    """The mail and its readable text. Raises UnreadableError when there are no bytes at all."""
    if not len(data):
        raise UnreadableError("The mail is empty.")
    root = mime.parse(data)
    found = _Found()
    _collect(data, root, found, True)
    if not found.has_body:
        found.text = next((part for part in root.walk() if part.type == "message/delivery-status"), None)
    text, markup = _read(data, found, found.text), _read(data, found, found.html)
    if markup and not text.strip():
        found.text = None
    readable = _as_readable(text if text.strip() else html.text_from_html(markup, MOST_READABLE))
    structure = mime.describe(data, root)
    if found.inside:
        structure = _insert(structure, found.inside)
    parts = {part.section: part for part in _walk(structure)}
    shown = _charset_of(found, markup)
    calendar, meeting = find_meeting(data, found.calendars) or (None, None)
    message = replace(
        _read_header(root, shown, Message(structure=structure, size=len(data))),
        kind=find_kind(data, root, meeting),
        text=_section(found.text),
        html=_section(found.html),
        calendar=calendar,
        meeting=meeting,
        attachments=tuple(_as_attachment(parts[file.section], file, markup) for file in found.files),
        preview=make_preview(readable),
        charset=shown,
    )
    return Digest(message=message, readable=readable)


# ---------------------------------------------------------------------------------------------- the header


def _read_header(root: Entity, hint: str, message: Message) -> Message:
    raw = root.raw
    references = decode_identifiers(raw("references"))
    in_reply_to = "".join(decode_identifiers(raw("in-reply-to"))[:1])
    message_id = "".join(decode_identifiers(raw("message-id"))[:1])
    subject = decode_text(raw("subject"), hint)
    receipt = decode_addresses(raw("disposition-notification-to"))
    return replace(
        message,
        author=_read_addresses(root, "from", hint),
        sender=_read_addresses(root, "sender", hint),
        reply_to=_read_addresses(root, "reply-to", hint),
        to=_read_addresses(root, "to", hint),
        cc=_read_addresses(root, "cc", hint),
        bcc=_read_addresses(root, "bcc", hint),
        subject=subject,
        written=decode_date(raw("date")) if raw("date") else None,
        message_id=message_id,
        in_reply_to=in_reply_to,
        references=references[-100:],
        importance=_find_importance(root),
        thread=thread_of((*references, in_reply_to, message_id), raw("thread-index"), subject),
        receipt_to=receipt[0].address if receipt else "",
        list_id=decode_text(raw("list-id"), hint),
    )


def _read_addresses(root: Entity, name: str, hint: str) -> tuple[Mailbox, ...]:
    """All mailboxes of all fields of this name: some senders repeat a field instead of listing."""
    return decode_addresses(b", ".join(value for field, value in root.fields if field == name), hint)


def _find_importance(root: Entity) -> Importance:
    for field, high, low in _IMPORTANCE_FIELDS:
        value = root.raw(field).strip().lower()
        if value.startswith(high):
            return Importance.HIGH
        if value.startswith(low):
            return Importance.LOW
    return Importance.NORMAL


_IMPORTANCE_FIELDS = (
    ("importance", (b"high",), (b"low",)),
    ("x-priority", (b"1", b"2"), (b"4", b"5")),
    ("x-msmail-priority", (b"high",), (b"low",)),
    ("priority", (b"urgent",), (b"non-urgent",)),
)
_PREFIXES = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|odp|ynt|fwd?|wg|tr|rv|enc|vb|vl|doorst|i|r|ref|回复|转发|答复|返信|転送)"
    r"(?:\[\d+\])?\s*[:：]\s*|\[[^\]]{1,40}\]\s*)+",  # noqa: RUF001
    re.IGNORECASE,
)


def thread_of(identifiers: tuple[str, ...], index: bytes, subject: str) -> bytes:
    """The 16 bytes that all mails of one conversation share.

    The first identifier among References, In-Reply-To and Message-ID is the conversation's first mail in all
    of them; only a mail with none is placed by its Thread-Index (whose first 22 bytes name the conversation,
    MS-OXOMSG, PidTagConversationIndex), and without that by its subject.
    """
    first = next((identifier for identifier in identifiers if identifier), "")
    if first:
        return _hash(b"id", first.encode())
    conversation = mime.decode_transfer(index, "base64")[6:22]
    if len(conversation) == 16:
        return conversation
    return _hash(b"subject", " ".join(_PREFIXES.sub("", subject).split()).casefold().encode())


def _hash(kind: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=16, person=kind).digest()


# ---------------------------------------------------------------------------------------------- parts

_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_BODIES = frozenset({"text/plain", "text/html"})
_SILENT = frozenset({"application/applefile"})


def _collect(data: Source, entity: Entity, found: _Found, may_be_body: bool) -> None:
    """Give each part its role: the first readable part of a multipart is the body, and only alternatives of
    it join in."""
    if entity.is_multipart:
        before = (found.text, found.html)
        for child in entity.children:
            open_still = entity.type == "multipart/alternative" or (found.text, found.html) == before
            _collect(data, child, found, may_be_body and open_still)
        return
    disposition, parameters = entity.disposition
    name = parameters.get("filename") or entity.parameters.get("name", "")
    as_file = disposition == "attachment" or (bool(name) and disposition != "inline")
    if entity.type in _TNEF or name.lower() == "winmail.dat":
        _collect_tnef(data, entity, found, may_be_body)
    elif entity.type == "text/calendar" and disposition != "attachment" and not found.has_calendar:
        found.calendars.insert(0, entity)
        found.has_calendar = True
    elif may_be_body and not as_file and entity.length and entity.type in _BODIES:
        _take_body(entity, found)
    elif entity.type not in _SIGNATURES and entity.type not in _SILENT and _is_worth_listing(entity, name):
        found.files.append(entity)
        found.calendars.extend([entity] if is_calendar(entity) else [])


def _take_body(entity: Entity, found: _Found) -> None:
    if entity.type == "text/html" and found.html is None:
        found.html = entity
    elif entity.type == "text/plain" and found.text is None:
        found.text = entity
    else:
        found.files.append(entity)


def _is_worth_listing(entity: Entity, name: str) -> bool:
    """Empty nameless texts, such as a mail without any content, are nobody's attachment; nor are the further
    forms of a body (AMP, watch and enriched texts)."""
    if name or entity.children:
        return True
    return bool(entity.length) and entity.type not in ("text/enriched", "text/x-amp-html", "text/watch-html")


def _collect_tnef(data: Source, entity: Entity, found: _Found, may_be_body: bool) -> None:
    if entity.length > _MOST_TNEF:
        found.files.append(entity)
        return
    members = read_tnef(mime.decode_transfer(_slice(data, entity, entity.length), entity.encoding))
    parts = tuple(_describe_member(entity, index, member) for index, member in enumerate(members))
    found.inside[entity.section] = parts
    for part, member in zip(parts, members, strict=True):
        found.members[part.section] = member
        if member.name or not part.type.startswith("text/"):
            found.files.append(part)
        elif may_be_body and part.type == "text/plain" and found.text is None:
            found.text = part
        elif may_be_body and part.type == "text/html" and found.html is None:
            found.html = part
    if not parts:
        found.files.append(entity)


def _describe_member(entity: Entity, index: int, member: Member) -> Part:
    is_body = not member.name and member.type.startswith("text/")
    return Part(
        section=f"{entity.section}/{index}",
        type=member.type,
        offset=entity.offset,
        length=entity.length,
        size=len(member.data),
        encoding=entity.encoding or "7bit",
        charset="utf-8" if is_body else "",
        name=member.name,
        content_id=member.content_id,
        inside=entity.section,
        index=index,
    )


def _insert(part: Part, inside: dict[str, tuple[Part, ...]]) -> Part:
    """The structure with the members of TNEF containers below them."""
    parts = inside.get(part.section) or tuple(_insert(child, inside) for child in part.parts)
    return replace(part, parts=parts) if parts else part


def _walk(part: Part) -> Iterator[Part]:
    yield part
    for child in part.parts:
        yield from _walk(child)


def _slice(data: Source, entity: Entity, most: int) -> bytes:
    return data[entity.offset : entity.offset + min(entity.length, most)]


def _read(data: Source, found: _Found, body: Entity | Part | None) -> str:
    if body is None:
        return ""
    if isinstance(body, Part):
        return charset.decode(found.members[body.section].data, "utf-8")
    content = mime.decode_transfer(_slice(data, body, _MOST_BODY), body.encoding)
    label = body.parameters.get("charset", "")
    if not label and body.type == "text/html":
        label = html.claimed_charset(content)
    return charset.decode(content, label, whole=body.length <= _MOST_BODY)


def _charset_of(found: _Found, markup: str) -> str:
    body = found.html or found.text
    if not isinstance(body, Entity):
        return "utf-8"
    label = body.parameters.get("charset", "") or html.claimed_charset(markup[:4096].encode())
    return label.strip().lower() or "utf-8"


def _section(body: Entity | Part | None) -> str | None:
    return None if body is None else body.section


def _as_readable(text: str) -> str:
    lines = "\r\n".join(line.rstrip() for line in text.strip().splitlines()[:5000])
    return html.shorten_text(lines, MOST_READABLE)


def make_preview(readable: str) -> str:
    """The first 255 characters of the text in one line, without link targets."""
    return " ".join(html.without_links(readable[: PREVIEW * 8]).split())[:PREVIEW]


# ---------------------------------------------------------------------------------------------- attachments

_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/csv": ".csv",
    "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "audio/mpeg": ".mp3",
    "video/mp4": ".mp4",
}


def _as_attachment(part: Part, file: Entity | Part, markup: str) -> Part:
    name = part.name
    if part.type in ("message/rfc822", "message/global"):
        name = name or _subject_of(file)
        name = name if name.lower().endswith(".eml") else f"{name or 'message'}.eml"
    elif not name:
        name = f"attachment-{part.section.replace('/', '-')}{_EXTENSIONS.get(part.type, '')}"
    disposition = "inline" if _is_shown_inside(part, markup) else "attachment"
    return replace(part, name=name, disposition=disposition, parts=())


def _subject_of(file: Entity | Part) -> str:
    enclosed = file.children[0] if isinstance(file, Entity) and file.children else None
    subject = decode_text(enclosed.raw("subject")) if enclosed else ""
    return " ".join(re.sub(r"[\\/:*?\"<>|]+", " ", subject).split())[:100]


def _is_shown_inside(part: Part, markup: str) -> bool:
    """Whether the HTML refers to the part: only then is it inline for a reader, whatever its disposition."""
    if part.content_id and "cid:" in markup:
        return f"cid:{part.content_id}" in markup or f"cid:{part.content_id}" in unquote(markup)
    return bool(part.location) and f'"{part.location}"' in markup
