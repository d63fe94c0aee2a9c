"""Autodiscover: what a phone is told that knows an address and a password, or an address alone."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

import msgspec

from outrider.commands.exchange import Record, Reply
from outrider.domain.roles import Identity
from outrider.protocol.autodiscover import (
    MAX_DOCUMENT,
    AutodiscoverError,
    MobileSyncSettings,
    answer_json,
    encode_error,
    encode_response,
    parse_request,
)

MAX_BODY: Final = MAX_DOCUMENT
ENDPOINT: Final = "/Microsoft-Server-ActiveSync"
XML_PATH: Final = "/Autodiscover/Autodiscover.xml"

_XML: Final = "text/xml; charset=utf-8"


def answer_user(body: bytes, identity: Identity, base: str, *, now: datetime, record: Record) -> Reply:
    """Version 1, for the one who signed in: an address that is not theirs is answered as if it were.

    `base` is the address of this server. MS-ASCMD, Autodiscover.
    """
    try:
        asked = (parse_request(body).address or identity.address).lower()
    except AutodiscoverError as error:
        record.update(status=error.code, code="E-AUTODISCOVER", reason=str(error))
        document = encode_error(error.code, at=now.time(), number=secrets.randbelow(1 << 31))
        return Reply(type=_XML, body=document)
    own = {address.lower(): address for address in identity.addresses}
    address = own.get(asked, identity.address)
    settings = MobileSyncSettings(address=address, display_name=identity.name or address, url=base + ENDPOINT)
    return Reply(type=_XML, body=encode_response(settings))


def answer_anyone(protocol: str | None, base: str) -> Reply:
    """Version 2, which asks for no credentials and answers alike for every address.

    MS-OXDSCLI, Autodiscover version 2.
    """
    urls = {"ActiveSync": base + ENDPOINT, "AutodiscoverV1": base + XML_PATH}
    status, document = answer_json(protocol, urls)
    return Reply(status=status, type="application/json", body=msgspec.json.encode(document))
