"""Reading what a client says of itself, in an Authorization header (RFC 7617) or in a form."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import Final

from msgspec import Struct

from outrider.commands.exchange import Refused

MAX_NAME: Final = 256
MAX_PASSWORD: Final = 1024

_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f]")


class Credentials(Struct, frozen=True):
    """A name as it was typed (address, local part or DOMAIN\\user) and a password, which never shows
    itself."""

    name: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials({self.name!r}, ***)"


def parse_basic(authorization: str) -> Credentials:
    """Read a Basic header; raises Refused (401). The first colon ends the name; some clients write
    Latin-1."""
    scheme, _, value = authorization.strip().partition(" ")
    if not authorization.strip():
        raise Refused(401, "E-SIGNIN-MISSING", "no credentials")
    if scheme.lower() != "basic":
        raise Refused(401, "E-SIGNIN-SCHEME", f"the scheme {scheme[:20]!r} is not served")
    name, colon, password = _decode(value.strip()).partition(":")
    return check_credentials(name if colon else "", password)


def check_credentials(name: str, password: str) -> Credentials:
    """What somebody typed, if anybody can have it; raises Refused (401)."""
    if not name.strip() or len(name) > MAX_NAME or _UNFIT.search(name):
        raise Refused(401, "E-SIGNIN-NAME", "the credentials have no usable name")
    if not password or len(password) > MAX_PASSWORD or "\0" in password:
        raise Refused(401, "E-SIGNIN-PASSWORD", "the password is empty or unusable")
    return Credentials(name.strip(), password)


def _decode(value: str) -> str:
    try:
        raw = b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(401, "E-SIGNIN-BASE64", "the credentials are not base64") from None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
