"""What is asked of every form before it does anything.

The law: a form carries a token that only a page of this session has, and comes from a page of this server.
The browser says where it comes from: in Sec-Fetch-Site, else in Origin; one that says neither is old, and the
token has to do.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from outrider.admin.pages.sessions import Session
from outrider.store.serverkey import ServerKey

TOKEN: Final = "token"
"""The name of the field with the token."""

_TYPE: Final = "application/x-www-form-urlencoded"
_MOST: Final = 50  # fields; our largest form has four


class Forms:
    """Makes and checks the tokens of forms."""

    def __init__(self, key: ServerKey) -> None:
        self._key = key.derive("forms")

    def token(self, session: Session) -> str:
        """What the forms of this session carry."""
        return hmac.digest(self._key, session.id.encode(), "sha256").hex()

    def accepts(self, session: Session, fields: Mapping[str, str], request: Request) -> bool:
        """Whether a form was sent from a page of ours in this session."""
        token = fields.get(TOKEN, "")
        return hmac.compare_digest(token.encode(), self.token(session).encode()) and comes_from_us(request)


def comes_from_us(request: Request) -> bool:
    """Whether a request comes from a page of this server, as far as the browser says."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; of a name that comes twice the last one. Empty where it is no form."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        return {}
    body = await request.body()
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST))
    except ValueError:
        return {}
