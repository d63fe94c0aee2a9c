"""Pages for browsers: an application of its own, which sees the client as our proxies tell of it, and a body
that is small and whole. One log line each."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Final

import structlog

from outrider.commands.exchange import Record, Refused
from outrider.http.asgi import Handler, Message, Receive, Scope, Send, read_headers
from outrider.http.body import BodyLimits, read_body
from outrider.http.endpoint import Site
from outrider.http.reply import send_reply

LIMITS: Final = BodyLimits(size=1 << 16, idle=10, total=30)

_COMMAND: Final = "Page"

log = structlog.get_logger("outrider.http")


class Pages:
    """Serves an application of pages. It may add to the log line, which is `state["record"]` of its scope."""

    def __init__(self, site: Site, app: Handler) -> None:
        self._site = site
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        began = time.perf_counter()
        headers = read_headers(scope)
        record: Record = {"id": secrets.token_hex(5), "command": _COMMAND, "method": scope["method"]}
        record |= {"address": self._site.origin(scope, headers).address, "path": scope["path"]}

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                record["http"] = message["status"]
            await send(message)

        try:
            body = bytes(await read_body(receive, headers, LIMITS))
        except Refused as refused:
            await send_reply(told, refused.reply(record), {}, gzip=False)
        else:
            await self._app(self._inner(scope, headers, record), _again(body, receive), told)
        self._write_down(record, began)

    def _inner(self, scope: Scope, headers: Mapping[str, str], record: Record) -> Scope:
        """The scope as it would be without proxies."""
        origin = self._site.origin(scope, headers)
        kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
        return {
            **scope,
            "scheme": origin.scheme,
            "client": (origin.address, 0),
            "headers": [*kept, (b"host", origin.host.encode("latin-1"))],
            "state": {"record": record},
        }

    def _write_down(self, record: Record, began: float) -> None:
        metrics = self._site.metrics
        metrics.requests.labels(_COMMAND, str(record.get("http", ""))).inc()
        metrics.seconds.labels(_COMMAND).observe(time.perf_counter() - began)
        if str(record.get("code", "")).startswith("E-SIGNIN"):
            metrics.failures.labels(str(record["code"])).inc()
        log.info("request", **record)


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands over a body that was read, and then whatever comes."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return pending.pop() if pending else await receive()

    return read
