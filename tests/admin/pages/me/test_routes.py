"""The self-service pages, whole."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.routing import BaseRoute, Mount, Route

from outrider.admin.pages.me.routes import self_service
from outrider.wiring import Parts
from tests.admin.pages.browser import Browser

OPEN = {"/me/sign-in", "/me/style.css", "/me"}


def routes(listed: list[BaseRoute], below: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of everything that is served."""
    for route in listed:
        if isinstance(route, Mount):
            yield from routes(route.routes, below + route.path)
        elif isinstance(route, Route):
            for method in (route.methods or set()) - {"HEAD"}:
                yield method, below + route.path


async def test_whatever_is_not_the_door_is_for_who_is_signed_in(parts: Parts, browser: Browser) -> None:
    served = list(routes(self_service(parts.administration, parts.signin, "").routes))
    assert len(served) > 8
    await browser.get("/me/sign-in")
    for method, path in served:
        if path in OPEN:
            continue
        named = path.replace("{device}", "4431")
        response = await (browser.get(named) if method == "GET" else browser.send(named))
        assert (response.status_code, response.headers["location"]) == (303, "/me/sign-in"), path
