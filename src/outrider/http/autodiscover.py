"""Autodiscover over HTTP: version 1 for those who sign in, version 2 for everyone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import structlog

from outrider.commands.discovery import MAX_BODY, answer_anyone, answer_user
from outrider.commands.dispatch import Dispatcher
from outrider.commands.exchange import Clock, Record, Refused, Reply
from outrider.http.asgi import Receive, Scope, Send, read_headers
from outrider.http.body import BodyLimits, read_body
from outrider.http.endpoint import CHALLENGE, Site
from outrider.http.reply import send_reply

_LIMITS: Final = BodyLimits(size=MAX_BODY, idle=10, total=30)

log = structlog.get_logger("outrider.http")


class Autodiscover:
    """Both versions."""

    def __init__(self, dispatcher: Dispatcher, site: Site, clock: Clock) -> None:
        self._dispatcher = dispatcher
        self._site = site
        self._clock = clock

    async def xml(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve version 1, whatever the method."""
        headers = read_headers(scope)
        peer = self._site.origin(scope, headers).address
        record: Record = {"id": secrets.token_hex(5), "address": peer, "command": "Autodiscover"}
        try:
            identity = await self._dispatcher.sign_in(headers.get("authorization", ""), peer)
            record["user"] = identity.address
            body = bytes(await read_body(receive, headers, _LIMITS))
            base = self._base(scope, headers)
            reply = answer_user(body, identity, base, now=self._clock(), record=record)
        except Refused as refused:
            reply = refused.reply(record)
        extra = {"Cache-Control": "private", **(CHALLENGE if reply.status == 401 else {})}
        record["out"] = await send_reply(send, reply, extra, gzip=False)
        self._site.metrics.requests.labels("Autodiscover", str(record.get("status", reply.status))).inc()
        log.info("request", http=reply.status, **record)

    async def json(self, scope: Scope, _: Receive, send: Send) -> None:
        """Serve version 2."""
        query = {name.lower(): value for name, value in parse_qsl(scope["query_string"].decode("latin-1"))}
        reply: Reply = answer_anyone(query.get("protocol"), self._base(scope, read_headers(scope)))
        await send_reply(send, reply, {"Cache-Control": "no-store"}, gzip=False)

    def _base(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """The address of this server as phones know it."""
        if self._site.public_url:
            return self._site.public_url.rstrip("/")
        origin = self._site.origin(scope, headers)
        return f"{origin.scheme}://{origin.host}"
