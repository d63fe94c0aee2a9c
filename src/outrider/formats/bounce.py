"""The report to a sender whose mail could not be delivered. RFC 3464, RFC 6522."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from outrider.formats import build
from outrider.formats.blobs import Content
from outrider.formats.build import text_part
from outrider.formats.compose import Stamp
from outrider.formats.fields import add_fields, fields_of, split_head
from outrider.formats.headers import decode_text, encode_date


class Failure(Struct, frozen=True, kw_only=True):
    """A mail that did not reach some of its recipients: a reason for each address."""

    sender: str
    reasons: Mapping[str, str]
    mime: Content
    host: str = "localhost"


def report(failure: Failure, stamp: Stamp) -> bytes:
    """The non-delivery report, addressed to the sender of the failed mail."""
    head, _ = split_head(failure.mime)
    subject = next((decode_text(raw) for name, raw in fields_of(head) if name == "subject"), "")
    listed = "".join(f"    {address}: {reason}\r\n" for address, reason in failure.reasons.items())
    text = f"Your message could not be delivered to:\r\n\r\n{listed}\r\nSubject: {subject}\r\n"
    parts = [
        text_part(text, "plain"),
        b"Content-Type: message/delivery-status\r\n\r\n" + _status(failure),
        b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + head,
    ]
    fields = [
        ("From", f"Mail Delivery <postmaster@{failure.host}>"),
        ("To", failure.sender),
        ("Subject", "Undeliverable mail"),
        ("Date", encode_date(stamp.now)),
        ("Message-ID", stamp.message_id),
        ("Auto-Submitted", "auto-replied"),
        ("MIME-Version", "1.0"),
    ]
    return add_fields(b"", fields) + build.report("delivery-status", parts, stamp.message_id.encode())


def _status(failure: Failure) -> bytes:
    block = add_fields(b"", [("Reporting-MTA", f"dns; {failure.host}")])
    for address, reason in failure.reasons.items():
        fields = [
            ("Final-Recipient", f"rfc822; {address}"),
            ("Action", "failed"),
            ("Status", "5.1.1"),
            ("Diagnostic-Code", f"X-Outrider; {reason}"),
        ]
        block += b"\r\n" + add_fields(b"", fields)
    return block
