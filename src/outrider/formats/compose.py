"""Mail on its way out: what the client wrote, untouched except where a rule says so.

Only these header fields are changed: Bcc is taken from the transmitted copy, a From that is empty or not the
user's own is replaced, and Date, Message-ID and (on answers) In-Reply-To and References are added where they
are missing. Everything else leaves byte for byte, so that signatures hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from outrider.domain.items import Mailbox
from outrider.formats.blobs import Content, Pieces, with_crlf
from outrider.formats.fields import add_fields, drop_fields, fields_of, split_head
from outrider.formats.headers import decode_addresses, encode_address, encode_date
from outrider.formats.mime import Fields


class Sender(Struct, frozen=True, kw_only=True):
    """Who may send: the addresses that are the user's own, the primary one first, and the display name."""

    addresses: tuple[str, ...]
    name: str = ""


class Stamp(Struct, frozen=True, kw_only=True):
    """What a new mail is marked with: the instant, and an identifier "<...>" that is used nowhere else."""

    now: datetime
    message_id: str


class Outgoing(Struct, frozen=True, kw_only=True):
    """A mail ready to leave: `kept` for the user's own folder (with Bcc), `sent` for the transport (without),
    and the envelope."""

    kept: Content
    sent: Content
    sender: str
    recipients: tuple[str, ...]


def prepare(mime: Content, sender: Sender, stamp: Stamp) -> Outgoing:
    """The mail as it is to leave. Bare line feeds become CRLF; recipients come from To, Cc and Bcc."""
    head, body = split_head(with_crlf(mime))
    fields = fields_of(head)
    author = find_author(fields, sender)
    head = _set_author(head, fields, sender)
    names = {name for name, _ in fields}
    missing = []
    if "date" not in names:
        missing.append(("Date", encode_date(stamp.now)))
    if "message-id" not in names:
        missing.append(("Message-ID", stamp.message_id))
    if "mime-version" not in names and any(name.startswith("content-") for name in names):
        missing.append(("MIME-Version", "1.0"))
    head = add_fields(head, missing)
    public = drop_fields(head, ("bcc", "resent-bcc"))
    return Outgoing(
        kept=_join(head, body),
        sent=_join(public, body),
        sender=author,
        recipients=_recipients(fields),
    )


def _join(head: bytes, body: Content) -> Content:
    if isinstance(body, bytes):
        return head + b"\r\n" + body
    return Pieces([head + b"\r\n", body])


def recipients(mime: Content) -> tuple[str, ...]:
    """Everyone named in To, Cc and Bcc, once each, in the order of the fields."""
    return _recipients(fields_of(split_head(mime)[0]))


def name_recipients(mime: Content, addresses: Iterable[str]) -> tuple[Mailbox, ...]:
    """These addresses with the names that To and Cc give them."""
    fields = fields_of(split_head(mime)[0])
    names = {box.address.lower(): box.name for box in reversed(_boxes(fields, "to", "cc"))}
    return tuple(Mailbox(names.get(address.lower(), ""), address) for address in addresses)


def _recipients(fields: Fields) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for box in _boxes(fields, "to", "cc", "bcc"):
        if "@" in box.address:
            found.setdefault(box.address.casefold(), box.address)
    return tuple(found.values())


def _boxes(fields: Fields, *names: str) -> list[Mailbox]:
    return [box for name, raw in fields if name in names for box in decode_addresses(raw)]


def find_author(fields: Fields, sender: Sender) -> str:
    """The address to send from: that of From where it is the user's own, else the primary one."""
    own = {address.casefold(): address for address in sender.addresses}
    for name, raw in fields:
        if name == "from":
            boxes = decode_addresses(raw)
            return own.get(boxes[0].address.casefold(), sender.addresses[0]) if boxes else sender.addresses[0]
    return sender.addresses[0]


def _set_author(head: bytes, fields: Fields, sender: Sender) -> bytes:
    own = {address.casefold() for address in sender.addresses}
    authors = _boxes(fields, "from")
    if authors and all(box.address.casefold() in own for box in authors):
        return head
    primary = Mailbox(sender.name, sender.addresses[0])
    return add_fields(drop_fields(head, ("from",)), [("From", encode_address(primary))])
