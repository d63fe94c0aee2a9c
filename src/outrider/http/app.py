"""Which path is served by what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from outrider.commands.dispatch import Dispatcher
from outrider.commands.exchange import Clock
from outrider.commands.links import PATH, Answers
from outrider.http.asgi import Handler, Receive, Scope, Send
from outrider.http.autodiscover import Autodiscover
from outrider.http.decisions import Decisions
from outrider.http.endpoint import Endpoint, Site
from outrider.http.health import Check, Health
from outrider.http.pages import Pages

ENDPOINT: Final = re.compile(r"/microsoft-server-activesync(/default\.eas|/)?", re.IGNORECASE)
AUTODISCOVER: Final = re.compile(r"/autodiscover/autodiscover\.xml", re.IGNORECASE)
AUTODISCOVER_JSON: Final = re.compile(r"/autodiscover/autodiscover\.json(/v1\.0/[^/]+)?/?", re.IGNORECASE)
HEALTH: Final = re.compile(r"/healthz")
READY: Final = re.compile(r"/readyz")
METRICS: Final = re.compile(r"/metrics")
DECIDE: Final = re.compile(PATH + r"[A-Za-z0-9_-]+")

NO_PAGES: Final[Mapping[str, Handler]] = {}

STOPPING_RETRY: Final = b"10"


class App:
    """The ASGI application. From the moment it is told to stop, new requests are sent elsewhere."""

    def __init__(self, routes: Mapping[re.Pattern[str], Handler]) -> None:
        self._routes = tuple(routes.items())
        self.stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            raise ValueError(f"nothing is served over {scope['type']}")
        if self.stopping:
            await _answer(send, 503, [(b"retry-after", STOPPING_RETRY), (b"connection", b"close")])
            return
        path = scope["path"]
        for pattern, handler in self._routes:
            if pattern.fullmatch(path):
                await handler(scope, receive, send)
                return
        await _answer(send, 404, [])


def make_app(
    dispatcher: Dispatcher,
    site: Site,
    *,
    clock: Clock,
    check: Check,
    answers: Answers,
    pages: Mapping[str, Handler] = NO_PAGES,
) -> App:
    """The application with all its paths; `check` says whether requests can be served, `answers` is where
    the links of mails lead, and `pages` are applications of pages by the path below which each lies."""
    autodiscover = Autodiscover(dispatcher, site, clock)
    health = Health(site.metrics, check)
    return App(
        {
            ENDPOINT: Endpoint(dispatcher, site),
            AUTODISCOVER: autodiscover.xml,
            AUTODISCOVER_JSON: autodiscover.json,
            HEALTH: health.live,
            READY: health.ready,
            METRICS: health.metrics,
            DECIDE: Decisions(answers),
            **{re.compile(f"{re.escape(path)}(/.*)?"): Pages(site, app) for path, app in pages.items()},
        }
    )


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *headers]}
    )
    await send({"type": "http.response.body", "body": b""})
