"""Answers that nobody writes: to which mails one may be given at all, and what it looks like. RFC 3834.

The law: a mail is answered only if a person wrote it to the user. Whatever was sent by a program, came over a
list, has no way back or does not name the user is left alone; so two programs never answer each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import Struct

from outrider.domain.items import Mailbox
from outrider.formats.blobs import Content, read_all
from outrider.formats.build import multipart, text_part
from outrider.formats.compose import Stamp
from outrider.formats.fields import add_fields, fields_of, split_head
from outrider.formats.headers import (
    decode_addresses,
    decode_identifiers,
    decode_raw,
    decode_text,
    encode_address,
    encode_date,
    encode_words,
)
from outrider.formats.html import MOST_HTML, text_from_html
from outrider.formats.mime import Fields

_PROGRAMS = re.compile(
    r"(?:mailer-daemon|postmaster|listserv|majordomo|(?:do-?not|no)-?reply|owner-.*"
    r"|.*-(?:owner|request|bounces?)|bounces?[+-].*)@.*",
    re.IGNORECASE,
)
_BULK = frozenset({"bulk", "list", "junk"})
_SUPPRESSED = frozenset({"all", "oof", "autoreply"})  # MS-OXCMAIL, X-Auto-Response-Suppress
_MOST_REFERENCES = 20


class Letter(Struct, frozen=True, kw_only=True):
    """A mail that came: who sent it, as the envelope says ("": nobody wants an answer), and its header."""

    sender: str
    head: bytes


class AutoReply(Struct, frozen=True, kw_only=True):
    """An answer to a letter: from whom, and what it says, in HTML where `html`."""

    letter: Letter
    author: Mailbox
    text: str
    html: bool = False


def read_letter(mime: Content, sender: str | None = None) -> Letter:
    """A mail whose sender is known, or is named by the Return-Path that the last server put on top. RFC 5321,
    4.4 (Trace Information)."""
    head, _ = split_head(mime)
    if sender is None:
        boxes = [
            box for name, raw in fields_of(head)[:1] if name == "return-path" for box in decode_addresses(raw)
        ]
        sender = boxes[0].address if boxes else ""
    return Letter(sender=sender, head=head)


def named(letter: Letter, own: Collection[str]) -> str | None:
    """Which of the user's own addresses (in lower case) the letter is written to; None where it may not be
    answered. RFC 3834, 2 (When (not) to send automatic responses)."""
    sender = letter.sender.lower()
    if "@" not in sender or sender in own or _PROGRAMS.fullmatch(sender):
        return None
    fields = fields_of(letter.head)
    if any(_forbids(name, decode_raw(raw).lower()) for name, raw in fields):
        return None
    written = (box.address for name, raw in fields if name in ("to", "cc") for box in decode_addresses(raw))
    return next((address for address in map(str.lower, written) if address in own), None)


def _forbids(name: str, value: str) -> bool:
    """Whether this field says that no person wrote the mail to the user alone."""
    match name:
        case "auto-submitted":
            return value.partition(";")[0].strip() != "no"
        case "precedence":
            return value in _BULK
        case "x-auto-response-suppress":
            return not _SUPPRESSED.isdisjoint(re.findall(r"[a-z]+", value))
        case "content-type":
            return value.startswith("multipart/report")
        case _:
            return name.startswith("list-")


def compose(reply: AutoReply, stamp: Stamp) -> bytes:
    """The answer as it leaves. RFC 3834, 3.1 (Message header)."""
    fields = fields_of(reply.letter.head)
    subject = next((decode_text(raw) for name, raw in fields if name == "subject"), "")
    head = [
        ("From", encode_address(reply.author)),
        ("To", encode_address(Mailbox("", reply.letter.sender))),
        ("Subject", encode_words(f"Auto: {subject}".strip())),
        ("Date", encode_date(stamp.now)),
        ("Message-ID", stamp.message_id),
        *_threaded(fields),
        ("Auto-Submitted", "auto-replied"),
        ("MIME-Version", "1.0"),
    ]
    return add_fields(b"", head) + read_all(_body(reply, stamp))


def _threaded(fields: Fields) -> list[tuple[str, str]]:
    said = dict(reversed(fields))
    own = decode_identifiers(said.get("message-id", b""))[:1]
    if not own:
        return []
    before = decode_identifiers(said.get("references", b"")) or decode_identifiers(
        said.get("in-reply-to", b"")
    )
    line = [*before, *own][-_MOST_REFERENCES:]
    return [("In-Reply-To", own[0]), ("References", "\r\n ".join(line))]


def _body(reply: AutoReply, stamp: Stamp) -> Content:
    if not reply.html:
        return text_part(reply.text, "plain")
    plain = text_part(text_from_html(reply.text, MOST_HTML), "plain")
    return multipart("alternative", [plain, text_part(reply.text, "html")], stamp.message_id.encode())
