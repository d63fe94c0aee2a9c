"""Mails that the server itself writes."""

from __future__ import annotations

from msgspec import Struct

from outrider.domain.items import Mailbox
from outrider.formats.build import text_part
from outrider.formats.compose import Stamp
from outrider.formats.fields import add_fields
from outrider.formats.headers import encode_address, encode_date, encode_words


class Notice(Struct, frozen=True, kw_only=True):
    """A text for people."""

    sender: Mailbox
    to: str
    subject: str
    text: str


def write(notice: Notice, stamp: Stamp) -> bytes:
    """The mail; no automatic answer is wanted. RFC 3834, section 5."""
    fields = [
        ("From", encode_address(notice.sender)),
        ("To", notice.to),
        ("Subject", encode_words(notice.subject)),
        ("Date", encode_date(stamp.now)),
        ("Message-ID", stamp.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]
    return add_fields(b"", fields) + text_part(notice.text, "plain")
