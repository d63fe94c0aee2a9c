"""The HTTP side of the client: address, credentials, headers, both forms of the query. MS-ASHTTP."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final
from urllib.parse import quote, urlsplit

import httpx2
from msgspec import Struct

from outrider.client.errors import ANSWER, HTTP, NETWORK, ClientError
from outrider.protocol.multipart import MULTIPART_TYPE, split_multipart
from outrider.protocol.request import WBXML_TYPE, RequestLine, encode_base64, encode_headers, encode_plain
from outrider.wbxml.tags import WireError

PATH: Final = "/Microsoft-Server-ActiveSync"
MIME_TYPE: Final = "message/rfc822"

_MOVED: Final = 451
_MOST_MOVES: Final = 3


class Wire(Struct, frozen=True, kw_only=True):
    """How to talk to the server.

    `verify` is False for a certificate that is not checked, or a file with authorities to trust. `timeout`
    in seconds, to which the time of a wait is added. Bodies of at least `gzip_from` bytes are compressed;
    None never does. `transport` stands in for the network.
    """

    verify: bool | Path = True
    timeout: float = 30.0
    base64_query: bool = False
    gzip_from: int | None = None
    transport: httpx2.AsyncBaseTransport | None = None


class Reply(Struct, frozen=True, kw_only=True):
    """A successful answer; `parts` are those of a multipart answer, the document left out."""

    body: bytes
    type: str = ""
    headers: Mapping[str, str] = {}
    parts: tuple[bytes, ...] = ()


class Connection:
    """Posts commands of one user to one server; follows where the server sends it (451)."""

    def __init__(self, url: str, user: str, password: str, wire: Wire) -> None:
        self._url = _endpoint(url)
        self._wire = wire
        self._http = httpx2.AsyncClient(
            auth=httpx2.BasicAuth(user, password),
            verify=_trust(wire.verify),
            transport=wire.transport,
            timeout=wire.timeout,
        )

    async def __aenter__(self) -> Connection:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    @property
    def url(self) -> str:
        """The endpoint, as it stands after redirections."""
        return self._url

    async def options(self) -> Mapping[str, str]:
        """The headers with which the server tells what it can. MS-ASHTTP, HTTP OPTIONS Response."""
        return (await self._send("OPTIONS", "", {}, b"", 0.0)).headers

    async def post(
        self, line: RequestLine, body: bytes = b"", *, mime: bool = False, wait: float = 0
    ) -> Reply:
        """Post a command; `wait` is how many seconds the server may take on purpose. Raises ClientError."""
        headers = encode_headers(line)
        query = encode_plain(line)
        if self._wire.base64_query:
            query, headers = quote(encode_base64(line), safe=""), {"User-Agent": line.user_agent}
        if body:
            headers["Content-Type"] = MIME_TYPE if mime else WBXML_TYPE
        if self._wire.gzip_from is not None and len(body) >= self._wire.gzip_from:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body)
        return _parted(await self._send("POST", query, headers, body, wait))

    async def _send(
        self, method: str, query: str, headers: Mapping[str, str], body: bytes, wait: float
    ) -> Reply:
        timeout = httpx2.Timeout(self._wire.timeout, read=self._wire.timeout + wait)
        for _ in range(_MOST_MOVES):
            url = httpx2.URL(self._url).copy_with(query=query.encode() or None)
            try:
                answer = await self._http.request(
                    method, url, headers=dict(headers), content=body, timeout=timeout
                )
            except httpx2.HTTPError as error:
                raise ClientError(NETWORK, str(error) or type(error).__name__) from error
            if answer.status_code != _MOVED or "x-ms-location" not in answer.headers:
                return _checked(answer)
            self._url = _endpoint(answer.headers["x-ms-location"])
        raise ClientError(HTTP, "the server sends us round in circles", status=_MOVED)


def _endpoint(url: str) -> str:
    """The address of the endpoint, whose path need not be given. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"not the address of a server: {url!r}")
    return parts._replace(path=parts.path if parts.path.strip("/") else PATH, query="", fragment="").geturl()


def _trust(verify: bool | Path) -> bool | ssl.SSLContext:
    return verify if isinstance(verify, bool) else ssl.create_default_context(cafile=str(verify))


def _checked(answer: httpx2.Response) -> Reply:
    if answer.status_code != 200:
        seconds = answer.headers.get("retry-after", "")
        raise ClientError(
            HTTP,
            f"HTTP {answer.status_code} {answer.reason_phrase}",
            status=answer.status_code,
            retry_after=int(seconds) if seconds.isdecimal() else None,
        )
    media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Reply(body=answer.content, type=media, headers=answer.headers)


def _parted(reply: Reply) -> Reply:
    """The document and the parts of a multipart answer; any other as it is."""
    if reply.type != MULTIPART_TYPE:
        return reply
    try:
        document, *parts = split_multipart(reply.body)
    except WireError as error:
        raise ClientError(ANSWER, str(error)) from error
    return Reply(
        body=bytes(document),
        type=WBXML_TYPE,
        headers=reply.headers,
        parts=tuple(bytes(part) for part in parts),
    )
