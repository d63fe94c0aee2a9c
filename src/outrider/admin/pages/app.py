"""The application of the pages: their routes, what goes with every answer, and the style they share."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outrider.admin.pages.desk import Desk
from outrider.domain.errors import BackendError

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers would not say where a form comes from
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
_STYLE: Final = resources.files("outrider.admin.pages").joinpath("style.css").read_bytes()
_STYLE_KEPT: Final = {"Cache-Control": "max-age=3600"}


class Guarded:
    """Sets the headers that go with every answer, unless it has its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)


def make_pages(desk: Desk, routes: Sequence[Route]) -> Starlette:
    """The application of one part, with these routes below its path."""
    path = desk.root.rstrip("/")

    async def enter(_: Request) -> Response:
        return RedirectResponse(desk.root, 307)

    async def style(_: Request) -> Response:
        return Response(_STYLE, media_type="text/css", headers=_STYLE_KEPT)

    app = Starlette(
        routes=[Route(path, enter), Mount(path, routes=[Route("/style.css", style), *routes])],
        middleware=[Middleware(Guarded)],
        exception_handlers={HTTPException: desk.refuse, BackendError: desk.refuse},
    )
    app.router.redirect_slashes = False
    return app
