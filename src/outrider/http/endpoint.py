"""The ActiveSync endpoint: from an HTTP request to the dispatcher and back, one log line each."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from functools import partial
from typing import Final

import structlog
from msgspec import Struct

from outrider.commands.dispatch import Dispatcher
from outrider.commands.exchange import Buffer, Call, Outcome, Record, Refused, Reply, Waiting
from outrider.commands.registry import SERVER_VERSION
from outrider.http.asgi import Receive, Scope, Send, read_headers
from outrider.http.body import BodyLimits, read_body
from outrider.http.metrics import Metrics
from outrider.http.proxies import Origin, Proxies
from outrider.http.reply import accepts_gzip, send_reply
from outrider.http.waiting import wait

METHODS: Final = "OPTIONS,POST"
CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="Outrider"'}

log = structlog.get_logger("outrider.http")


class Site(Struct, frozen=True, kw_only=True):
    """What all paths of one server share. `public_url` is the address phones are told, empty: as they
    asked."""

    metrics: Metrics
    proxies: Proxies = Proxies()
    limits: BodyLimits = BodyLimits()
    public_url: str = ""

    def origin(self, scope: Scope, headers: Mapping[str, str]) -> Origin:
        """Where a request comes from."""
        client = scope.get("client")
        return self.proxies.origin(client[0] if client else "", scope.get("scheme", "http"), headers)


class Errand(Struct, kw_only=True):
    """What is kept of a request while it is served, and while it waits. `asks`: the client waits for leave to
    send its body."""

    record: Record
    gzip: bool
    asks: bool
    began: float
    waited: float = 0.0
    woken: float = 0.0


class Endpoint:
    """Serves `/Microsoft-Server-ActiveSync`."""

    def __init__(self, dispatcher: Dispatcher, site: Site) -> None:
        self._dispatcher = dispatcher
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        outcome: Outcome | None
        errand, outcome = await self._begin(scope, receive)
        scope["headers"].clear()  # two kilobytes for each phone that waits
        while isinstance(outcome, Waiting):
            outcome = await self._wait(errand, outcome, receive)
        if outcome is not None:
            await self._finish(errand, outcome, send)
        self._write_down(errand)

    async def _begin(self, scope: Scope, receive: Receive) -> tuple[Errand, Outcome]:
        """Serve a request up to its answer or its wait; what it came with ends here."""
        headers = read_headers(scope)
        peer = self._site.origin(scope, headers).address
        record: Record = {"id": secrets.token_hex(5), "address": peer}
        errand = Errand(
            record=record,
            gzip=accepts_gzip(headers.get("accept-encoding", "")),
            asks="expect" in headers,
            began=time.perf_counter(),
        )
        if scope["method"] != "POST":
            return errand, await self._answer_options(scope["method"], headers, errand)
        call = Call(
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            peer=peer,
            body=partial(self._read, receive, headers, record),
            record=record,
            connection=_connection(scope),
        )
        return errand, await self._dispatcher.handle(call)

    async def _read(self, receive: Receive, headers: Mapping[str, str], record: Record) -> Buffer:
        body = await read_body(receive, headers, self._site.limits)
        record["in"] = len(body)
        return body

    async def _answer_options(self, method: str, headers: Mapping[str, str], errand: Errand) -> Reply:
        """Say what is offered, to those who sign in. MS-ASHTTP, HTTP OPTIONS Response."""
        record = errand.record
        record["command"] = method
        try:
            identity = await self._dispatcher.sign_in(
                headers.get("authorization", ""), str(record["address"])
            )
        except Refused as refused:
            return refused.reply(record)
        record["user"] = identity.address
        allow = {"Allow": METHODS, "Public": METHODS}
        if method != "OPTIONS":
            return Reply(status=501, headers=allow)  # MS-ASHTTP, Status Line
        return Reply(headers=allow | self._dispatcher.advertised)

    async def _wait(self, errand: Errand, waiting: Waiting, receive: Receive) -> Outcome | None:
        """Wait, and go on; None when the peer has gone."""
        metrics = self._site.metrics
        began = time.perf_counter()
        with metrics.waiting.track_inprogress():
            cause = await wait(waiting.waiter, waiting.seconds, receive)
        errand.woken = time.perf_counter()
        errand.waited += errand.woken - began
        if cause is None:
            errand.record.update(status="gone", reason="the client hung up while it waited")
            return None
        errand.record["woken"] = cause.value
        return await waiting.resume(cause)

    async def _finish(self, errand: Errand, reply: Reply, send: Send) -> None:
        record = errand.record
        record["http"] = reply.status
        headers = _headers(reply, record)
        if errand.asks and "in" not in record:
            # The body may come or not now: what follows on this connection could not be told apart.
            headers["Connection"] = "close"
        record["out"] = await send_reply(send, reply, headers, gzip=errand.gzip)
        if errand.woken and record.get("woken") == "changed":
            self._site.metrics.push_seconds.observe(time.perf_counter() - errand.woken)

    def _write_down(self, errand: Errand) -> None:
        """Write the one log line of a request, and count it."""
        record, metrics = errand.record, self._site.metrics
        seconds = time.perf_counter() - errand.began - errand.waited
        command = str(record.get("command", "none"))
        status = record.get("status", record.get("http", "none"))
        metrics.requests.labels(command, str(status)).inc()
        metrics.seconds.labels(command).observe(seconds)
        metrics.sent.inc(int(record.get("out", 0)))
        metrics.aside.inc(int(record.get("aside", 0)))
        code = str(record.get("code", ""))
        if code.startswith("E-SIGNIN-"):
            metrics.failures.labels(code).inc()
        elif code.startswith("E-THROTTLE-"):
            metrics.throttled.labels(code).inc()
        if "loop" in record:
            metrics.loops.inc()
        if errand.waited:
            record["waited"] = f"{errand.waited:.1f}"
        log.info("request", **record, ms=f"{seconds * 1000:.1f}")


def _connection(scope: Scope) -> str:
    """The far end of the connection, which is a proxy's where one stands between."""
    return ":".join(map(str, scope.get("client") or ()))


def _headers(reply: Reply, record: Record) -> dict[str, str]:
    headers = {
        "MS-Server-ActiveSync": SERVER_VERSION,
        "Cache-Control": "private",
        "X-Request-Id": str(record["id"]),
    }
    return headers | CHALLENGE if reply.status == 401 else headers
