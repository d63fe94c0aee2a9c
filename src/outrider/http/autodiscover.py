"""Autodiscover: where a phone that knows an address and a password, or an address alone, finds ActiveSync."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import msgspec
import structlog

from outrider.commands.dispatch import Dispatcher
from outrider.commands.exchange import Clock, Record, Refused, Reply
from outrider.domain.roles import Identity
from outrider.http.asgi import Receive, Scope, Send, read_headers
from outrider.http.body import BodyLimits, read_body
from outrider.http.endpoint import CHALLENGE, Site
from outrider.http.reply import send_reply
from outrider.protocol.autodiscover import (
    MAX_DOCUMENT,
    AutodiscoverError,
    MobileSyncSettings,
    answer_json,
    encode_error,
    encode_response,
    parse_request,
)

PATH: Final = "/Microsoft-Server-ActiveSync"
_XML: Final = "text/xml; charset=utf-8"
_LIMITS: Final = BodyLimits(size=MAX_DOCUMENT, idle=10, total=30)

log = structlog.get_logger("outrider.http")


class Autodiscover:
    """Both versions. The second asks for no credentials, and answers alike for every address."""

    def __init__(self, dispatcher: Dispatcher, site: Site, clock: Clock) -> None:
        self._dispatcher = dispatcher
        self._site = site
        self._clock = clock

    async def xml(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve version 1. MS-ASCMD, Autodiscover."""
        headers = read_headers(scope)
        origin = self._site.origin(scope, headers)
        record: Record = {"id": secrets.token_hex(5), "address": origin.address, "command": "Autodiscover"}
        try:
            identity = await self._dispatcher.sign_in(headers.get("authorization", ""), origin.address)
            record["user"] = identity.address
            body = bytes(await read_body(receive, headers, _LIMITS))
            reply = Reply(type=_XML, body=self._document(body, identity, self._url(scope, headers), record))
        except Refused as refused:
            reply = refused.reply(record)
        extra = {"Cache-Control": "private", **(CHALLENGE if reply.status == 401 else {})}
        record["out"] = await send_reply(send, reply, extra, gzip=False)
        log.info("request", http=reply.status, **record)

    async def json(self, scope: Scope, _: Receive, send: Send) -> None:
        """Serve version 2. MS-OXDSCLI, Autodiscover version 2."""
        headers = read_headers(scope)
        query = {name.lower(): value for name, value in parse_qsl(scope["query_string"].decode("latin-1"))}
        base = self._base(scope, headers)
        urls = {"ActiveSync": base + PATH, "AutodiscoverV1": f"{base}/Autodiscover/Autodiscover.xml"}
        status, document = answer_json(query.get("protocol"), urls)
        reply = Reply(status=status, type="application/json", body=msgspec.json.encode(document))
        await send_reply(send, reply, {"Cache-Control": "no-store"}, gzip=False)

    def _document(self, body: bytes, identity: Identity, url: str, record: Record) -> bytes:
        """The document for the one who signed in; an address that is not theirs is answered as theirs is."""
        try:
            asked = (parse_request(body).address or identity.address).lower()
        except AutodiscoverError as error:
            record.update(status=error.code, reason=str(error))
            return encode_error(error.code, at=self._clock().time(), number=secrets.randbelow(1 << 31))
        own = {address.lower(): address for address in identity.addresses}
        address = own.get(asked, identity.address)
        name = identity.name or address
        return encode_response(MobileSyncSettings(address=address, display_name=name, url=url))

    def _url(self, scope: Scope, headers: Mapping[str, str]) -> str:
        return self._base(scope, headers) + PATH

    def _base(self, scope: Scope, headers: Mapping[str, str]) -> str:
        if self._site.public_url:
            return self._site.public_url.rstrip("/")
        origin = self._site.origin(scope, headers)
        return f"{origin.scheme}://{origin.host}"
