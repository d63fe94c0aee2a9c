"""Autodiscover documents: version 1 in XML for mobile devices, version 2 in JSON."""

from datetime import time
from typing import NoReturn
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

RESPONSE_NAMESPACE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
MOBILESYNC_REQUEST = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006"
MOBILESYNC_RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006"
MAX_DOCUMENT = 16 * 1024
"""Bytes of the longest document that is read; a real one has less than a thousand."""

INVALID_REQUEST = 600
PROVIDER_NOT_FOUND = 601
_MESSAGES = {INVALID_REQUEST: "Invalid Request", PROVIDER_NOT_FOUND: "Provider is not available"}


class AutodiscoverError(ValueError):
    """A document that cannot be served or used; `code` is 600 or 601. MS-ASCMD, ErrorCode."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class AutodiscoverRequest(Struct, frozen=True):
    """What a device asks. MS-ASCMD, Request (Autodiscover).

    Some devices send no body: then the address stands in their credentials alone.
    """

    address: str | None = None


class MobileSyncSettings(Struct, frozen=True, kw_only=True):
    """Where a user's devices find ActiveSync. MS-ASCMD, Server."""

    address: str
    display_name: str
    url: str
    culture: str = "en:us"


class _PlainTree(ElementTree.TreeBuilder):
    """A tree builder that stops at a document type, and so before any entity is declared."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        raise AutodiscoverError(INVALID_REQUEST, "the document declares a document type")


def parse_request(body: bytes) -> AutodiscoverRequest:
    """Read a version 1 request; an empty body is a request without an address.

    Raises AutodiscoverError: 600 for a malformed document, 601 when it accepts no mobilesync answer.
    MS-ASCMD, Autodiscover Request Schema.
    """
    if not body.strip():
        return AutodiscoverRequest()
    requests = [child for child in _parse_xml(body) if _local_name(child) == "Request"]
    if len(requests) != 1:
        raise AutodiscoverError(INVALID_REQUEST, f"{len(requests)} Request elements instead of one")
    if MOBILESYNC_RESPONSE not in _texts(requests[0], "AcceptableResponseSchema"):
        raise AutodiscoverError(PROVIDER_NOT_FOUND, "the device accepts no mobilesync answer")
    addresses = _texts(requests[0], "EMailAddress")
    return AutodiscoverRequest(addresses[0] if addresses else None)


def encode_request(address: str) -> bytes:
    """Write the version 1 request of a device."""
    return _document(
        f'<Autodiscover xmlns="{MOBILESYNC_REQUEST}"><Request>'
        f"<EMailAddress>{escape(address)}</EMailAddress>"
        f"<AcceptableResponseSchema>{MOBILESYNC_RESPONSE}</AcceptableResponseSchema>"
        "</Request></Autodiscover>"
    )


def encode_response(settings: MobileSyncSettings) -> bytes:
    """Write the version 1 answer that names the server. MS-ASCMD, Response - Case Server Settings."""
    url = escape(settings.url)
    return _document(
        f'<Autodiscover xmlns="{RESPONSE_NAMESPACE}"><Response xmlns="{MOBILESYNC_RESPONSE}">'
        f"<Culture>{escape(settings.culture)}</Culture>"
        f"<User><DisplayName>{escape(settings.display_name)}</DisplayName>"
        f"<EMailAddress>{escape(settings.address)}</EMailAddress></User>"
        f"<Action><Settings><Server><Type>MobileSync</Type><Url>{url}</Url><Name>{url}</Name></Server>"
        "</Settings></Action></Response></Autodiscover>"
    )


def encode_error(code: int, *, at: time, number: int) -> bytes:
    """Write the version 1 answer to a request that failed; `number` finds it in a log again.

    MS-ASCMD, Response - Case Framework Error.
    """
    moment = quoteattr(at.isoformat("microseconds"))
    return _document(
        f'<Autodiscover xmlns="{RESPONSE_NAMESPACE}"><Response>'
        f'<Error Time={moment} Id="{number}"><ErrorCode>{code}</ErrorCode>'
        f"<Message>{_MESSAGES[code]}</Message><DebugData /></Error></Response></Autodiscover>"
    )


def parse_response(body: bytes) -> str:
    """Find the address of the server in a version 1 answer; AutodiscoverError when it has none."""
    root = _parse_xml(body)
    codes = _texts(root, "ErrorCode")
    if codes:
        code = int(codes[0]) if codes[0].isdecimal() else INVALID_REQUEST
        raise AutodiscoverError(code, " ".join(_texts(root, "Message")))
    for server in root.iter(f"{{{MOBILESYNC_RESPONSE}}}Server"):
        if _texts(server, "Type") == ["MobileSync"] and (urls := _texts(server, "Url")):
            return urls[0]
    raise AutodiscoverError(INVALID_REQUEST, "the answer names no MobileSync server")


def answer_json(protocol: str | None, urls: dict[str, str]) -> tuple[int, dict[str, str]]:
    """Give HTTP status and document of a version 2 answer; `urls` maps the protocols on offer to addresses.

    A protocol is found in any letter case. MS-OXDSCLI, Autodiscover version 2.
    """
    if not protocol:
        return 400, {
            "ErrorCode": "MandatoryParameterMissing",
            "ErrorMessage": "A valid value must be provided for the query parameter 'Protocol'",
        }
    for name, url in urls.items():
        if name.lower() == protocol.lower():
            return 200, {"Protocol": name, "Url": url}
    return 400, {
        "ErrorCode": "InvalidProtocol",
        "ErrorMessage": f"The protocol is not offered. Supported values are '{','.join(urls)}'",
    }


def _parse_xml(body: bytes) -> ElementTree.Element:
    if len(body) > MAX_DOCUMENT:
        raise AutodiscoverError(INVALID_REQUEST, f"{len(body)} bytes, more than {MAX_DOCUMENT}")
    parser = ElementTree.XMLParser(target=_PlainTree())
    try:
        parser.feed(body)
        root: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, LookupError) as error:
        raise AutodiscoverError(INVALID_REQUEST, str(error)) from error
    return root


def _texts(element: ElementTree.Element, name: str) -> list[str]:
    """Collect the texts of all descendants of that local name; clients vary the namespace."""
    found = ((child.text or "").strip() for child in element.iter() if _local_name(child) == name)
    return [text for text in found if text]


def _local_name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _document(root: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>{root}'.encode()
