"""A browser as far as pages need one: cookies, forms with their hidden fields, and where it comes from."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import httpx2

from outrider.admin.pages.me.routes import self_service
from outrider.http.asgi import Handler
from outrider.http.endpoint import Site
from outrider.http.metrics import Metrics
from outrider.http.pages import Pages
from outrider.wiring import Parts

PASSWORD = "outrider"
OURS = {"Sec-Fetch-Site": "same-origin"}

_TOKEN = re.compile(r'name="token" value="([^"]*)"')


def application(parts: Parts, public_url: str = "") -> Handler:
    """The self-service pages as they are served."""
    return Pages(Site(metrics=Metrics()), self_service(parts.administration, parts.signin, public_url))


class Browser:
    """Somebody who looks at pages; `page` is what they saw last."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self.page = ""
        self.token = ""

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """Open a page."""
        return self._seen(await self.client.get(path, headers=headers))

    async def send(
        self, path: str, *, headers: Mapping[str, str] | None = None, **fields: str
    ) -> httpx2.Response:
        """Send a form of the last page; a field of its own replaces the hidden one."""
        data = {"token": self.token, **fields}
        return self._seen(await self.client.post(path, data=data, headers=dict(headers or OURS)))

    async def follow(self, response: httpx2.Response) -> httpx2.Response:
        """Go where a form leads to."""
        assert response.status_code == 303, response.text
        return await self.get(response.headers["location"])

    async def do(self, path: str, **fields: str) -> str:
        """Send a form, and answer the text of the page that it leads to."""
        await self.follow(await self.send(path, headers=OURS, **fields))
        return self.text

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx2.Response:
        """Fill in the form to sign in, and follow it."""
        await self.get("/me/sign-in")
        response = await self.send("/me/sign-in", name=name, password=password)
        return await self.follow(response) if response.status_code == 303 else response

    @property
    def text(self) -> str:
        """The words of the last page."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.page)).split())

    def _seen(self, response: httpx2.Response) -> httpx2.Response:
        self.page = response.text
        if found := _TOKEN.search(self.page):
            self.token = found[1]
        return response
