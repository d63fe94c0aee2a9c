"""A server that says what it is told to say, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import httpx2

from outrider.client import Client, Version, Wire
from outrider.protocol.messages.folders import Changes, FolderAdd, FolderSyncResponse
from outrider.protocol.request import RequestLine, parse_request
from outrider.protocol.schema import Element, decode, encode

E = TypeVar("E", bound=Element)

URL = "https://mail.example.org"

Said: TypeAlias = "Element | int | bytes | httpx2.Response | Exception | Callable[[Asked], Element] | None"


@dataclass
class Asked:
    """One request."""

    method: str
    url: httpx2.URL
    headers: httpx2.Headers
    body: bytes
    version: Version

    @property
    def line(self) -> RequestLine:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return parse_request(self.url.query.decode(), headers)

    @property
    def command(self) -> str:
        return self.line.command if self.method == "POST" else self.method

    def read(self, cls: type[E]) -> E:
        return decode(cls, self.body, self.version).value


@dataclass
class Server:
    """Answers in the order of `says`, whatever is asked: a message or what makes one of the request, an HTTP
    status, bytes, a whole answer, an error of the network, or None for an empty answer."""

    version: Version = Version.V14_1
    says: list[Said] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(Asked(request.method, request.url, request.headers, request.content, self.version))
        return self._answer(self.says.pop(0))

    def _answer(self, said: Said) -> httpx2.Response:
        match said:
            case Exception():
                raise said
            case httpx2.Response():
                return said
            case int():
                return httpx2.Response(said)
            case bytes():
                return httpx2.Response(200, content=said)
            case None:
                return httpx2.Response(200)
            case Element():
                body = bytes(encode(said, self.version))
                return httpx2.Response(200, content=body)
            case _:
                return self._answer(said(self.asked[-1]))

    @property
    def commands(self) -> Iterator[str]:
        return (asked.command for asked in self.asked)

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self)

    def client(self, version: Version | None = None, **settings: object) -> Client:
        wire = Wire(transport=self.transport, **settings)  # type: ignore[arg-type]
        return Client(URL, "alice@example.org", "outrider", version=version or self.version, wire=wire)


def tree(*types: int) -> FolderSyncResponse:
    """A first answer with folders of these types, numbered from 1."""
    adds = [
        FolderAdd(server_id=str(number), parent_id="0", display_name=f"F{number}", type=kind)
        for number, kind in enumerate(types, 1)
    ]
    return FolderSyncResponse(status=1, sync_key="1.1", changes=Changes(count=len(adds), adds=adds))
