"""What sort of mail it is, as far as phones show it differently. MS-ASEMAIL, MessageClass."""

from __future__ import annotations

import re

from outrider.domain.items import Meeting, MeetingMethod, MessageKind
from outrider.formats import mime
from outrider.formats.blobs import Content, read_all, slice_of
from outrider.formats.mime import MOST_HEADER, Entity, Source

_PKCS7 = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PKCS7_SIGNATURE = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
# The object identifiers of what CMS holds: signed and enveloped data (RFC 5652), the latter authenticated
# as well (RFC 5083).
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_ENVELOPED_DATA = (bytes.fromhex("06092a864886f70d010703"), bytes.fromhex("060b2a864886f70d0109100117"))
_METHODS = {
    MeetingMethod.REQUEST: MessageKind.MEETING_REQUEST,
    MeetingMethod.REPLY: MessageKind.MEETING_REPLY,
    MeetingMethod.COUNTER: MessageKind.MEETING_REPLY,
    MeetingMethod.CANCEL: MessageKind.MEETING_CANCEL,
}
_ACTION = re.compile(rb"^Action[ \t]*:[ \t]*([a-z]+)", re.MULTILINE | re.IGNORECASE)
_DISPOSITION = re.compile(rb"^Disposition[ \t]*:[^;\r\n]*;[ \t]*([a-z]+)", re.MULTILINE | re.IGNORECASE)
_SAMPLE = 16 * 1024
_BEGINNING = 400  # bytes of an encoded CMS structure that surely name what it holds


def find_kind(data: Source, root: Entity, meeting: Meeting | None) -> MessageKind:
    """The kind of a mail, from its outermost type, then from what it says of a meeting."""
    if root.type == "multipart/signed":
        return MessageKind.SIGNED
    if root.type in _PKCS7:
        return _find_pkcs7_kind(data, root)
    if root.type == "multipart/report":
        return _find_report_kind(data, root)
    return _METHODS[meeting.method] if meeting is not None else MessageKind.NOTE


def _find_pkcs7_kind(data: Source, root: Entity) -> MessageKind:
    declared = root.parameters.get("smime-type", "").lower()
    if declared == "signed-data":
        return MessageKind.OPAQUE_SIGNED
    if declared:
        return MessageKind.ENCRYPTED
    return MessageKind.OPAQUE_SIGNED if _SIGNED_DATA in _beginning(data, root) else MessageKind.ENCRYPTED


def _beginning(data: Source, root: Entity) -> bytes:
    """The first bytes of a CMS structure."""
    start = data[root.offset : root.offset + min(root.length, _BEGINNING)]
    return mime.decode_transfer(start, root.encoding)[:64]


def secured_kind(content: Content) -> MessageKind:
    """How a mail on its way out is secured by S/MIME: SIGNED, OPAQUE_SIGNED, ENCRYPTED, or NOTE for not at
    all. What it holds counts, not what it says to hold; signatures are not verified. RFC 8551."""
    data = read_all(slice_of(content, 0, MOST_HEADER + _BEGINNING))
    root = mime.parse(data)
    if root.type == "multipart/signed":
        signed = root.parameters.get("protocol", "").lower() in _PKCS7_SIGNATURE
        return MessageKind.SIGNED if signed else MessageKind.NOTE
    start = _beginning(data, root) if root.type in _PKCS7 else b""
    if _SIGNED_DATA in start:
        return MessageKind.OPAQUE_SIGNED
    return MessageKind.ENCRYPTED if any(one in start for one in _ENVELOPED_DATA) else MessageKind.NOTE


def _find_report_kind(data: Source, root: Entity) -> MessageKind:
    for part in root.children:
        if part.type == "message/disposition-notification":
            shown = _search(_DISPOSITION, data, part)
            return MessageKind.NOT_READ_REPORT if shown == "deleted" else MessageKind.READ_REPORT
        if part.type in ("message/delivery-status", "message/global-delivery-status"):
            return _ACTIONS.get(_search(_ACTION, data, part), MessageKind.NOTE)
    return MessageKind.NOTE


_ACTIONS = {
    "failed": MessageKind.NON_DELIVERY_REPORT,
    "delivered": MessageKind.DELIVERY_REPORT,
    "relayed": MessageKind.DELIVERY_REPORT,
    "expanded": MessageKind.DELIVERY_REPORT,
}


def _search(pattern: re.Pattern[bytes], data: Source, part: Entity) -> str:
    encoded = data[part.offset : part.offset + min(part.length, _SAMPLE)]
    found = pattern.search(mime.decode_transfer(encoded, part.encoding))
    return found[1].decode("ascii").lower() if found else ""
