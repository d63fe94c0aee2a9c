"""Read receipts: whom a mail asks to be told, and the report they get. RFC 8098.

The law: a receipt that nobody is asked about goes only to the one address the mail came from, and never in
answer to a report. RFC 8098, 2.1 (The Disposition-Notification-To header field).
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from outrider.domain.items import Mailbox
from outrider.formats.build import report, text_part
from outrider.formats.compose import Stamp
from outrider.formats.fields import add_fields, fields_of
from outrider.formats.headers import (
    decode_addresses,
    decode_identifiers,
    decode_raw,
    decode_text,
    encode_address,
    encode_date,
    encode_words,
)
from outrider.formats.mime import Fields


class Receipt(Struct, frozen=True, kw_only=True):
    """That a mail was read: its header, who is told, and who read it on which server."""

    head: bytes
    to: str
    reader: Mailbox
    host: str


def asks(head: bytes, own: Collection[str]) -> str | None:
    """Who is to be told that the mail with this header was read by the one whose addresses (in lower case)
    are `own`; None where nobody may be told without asking the user."""
    fields = fields_of(head)
    wanted = {address.lower(): address for address in _addresses(fields, "disposition-notification-to")}
    if len(wanted) != 1 or any(_forbids(name, decode_raw(raw).lower()) for name, raw in fields):
        return None
    [(address, written)] = wanted.items()
    if "@" not in address or address in own or address not in _origin(fields):
        return None
    return written


def _forbids(name: str, value: str) -> bool:
    """Whether the mail is a report, or asks for more than is known here. RFC 8098, 2.2 (The Disposition-
    Notification-Options header field)."""
    if name == "content-type":
        return value.startswith("multipart/report")
    return name == "disposition-notification-options" and "required" in value


def _origin(fields: Fields) -> list[str]:
    """Where the mail came from: the envelope's sender, or its author where it never left this server."""
    named = "return-path" if fields[0][0] == "return-path" else "from"
    return [address.lower() for address in _addresses(fields, named)[:1]]


def _addresses(fields: Fields, name: str) -> list[str]:
    return [box.address for field, raw in fields if field == name for box in decode_addresses(raw)]


def compose(receipt: Receipt, stamp: Stamp) -> bytes:
    """The report as it leaves. RFC 8098, 3 (Format of a Message Disposition Notification)."""
    said = dict(reversed(fields_of(receipt.head)))
    subject = decode_text(said.get("subject", b""))
    identifier = "".join(decode_identifiers(said.get("message-id", b""))[:1])
    text = f"Your message was read by {receipt.reader.address}.\n\nSubject: {subject}\n"
    parts = [
        text_part(text, "plain"),
        b"Content-Type: message/disposition-notification\r\n\r\n" + _disposition(receipt, identifier),
        b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + receipt.head,
    ]
    fields = [
        ("From", encode_address(receipt.reader)),
        ("To", encode_address(Mailbox("", receipt.to))),
        ("Subject", encode_words(f"Read: {subject}".strip())),
        ("Date", encode_date(stamp.now)),
        ("Message-ID", stamp.message_id),
        *([("In-Reply-To", identifier), ("References", identifier)] if identifier else []),
        ("Auto-Submitted", "auto-replied"),
        ("MIME-Version", "1.0"),
    ]
    content = report("disposition-notification", parts, stamp.message_id.encode())
    return add_fields(b"", fields) + content


def _disposition(receipt: Receipt, identifier: str) -> bytes:
    """The user read it; that a receipt is sent was settled before."""
    fields = [
        ("Reporting-UA", f"{receipt.host}; Outrider"),
        ("Final-Recipient", f"rfc822; {receipt.reader.address}"),
        *([("Original-Message-ID", identifier)] if identifier else []),
        ("Disposition", "manual-action/MDN-sent-automatically; displayed"),
    ]
    return add_fields(b"", fields)
