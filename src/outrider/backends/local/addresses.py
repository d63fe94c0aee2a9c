"""Mail addresses: which ones may be given to users and groups, and how they are compared.

Addresses are compared in lower case, with the domain in its ASCII form (RFC 5890, A-label). Those of our own
users are plain dot-atoms (RFC 5322, 3.4.1); those that mails are sent to may be more.
"""

from __future__ import annotations

import re
import unicodedata

from outrider.backends.local.refusals import AddressError

LONGEST = 254  # bytes; RFC 3696, erratum 1690
_LOCAL_LONGEST = 64
_DOMAIN_LONGEST = 253
_ATOMS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NOT_SENT = re.compile(r'[\x00-\x20\x7f-\x9f<>()\[\]:;,\\"@\ud800-\udfff]')


def normalise(text: str) -> str:
    """The address as it is kept for a user or group. Raises AddressError."""
    local, sign, domain = text.strip(" ").rpartition("@")
    local = local.lower()
    if not sign:
        raise AddressError(f"'{shown(text)}' is not a mail address: there is no @ in it.")
    if not _ATOMS.fullmatch(local) or len(local) > _LOCAL_LONGEST:
        raise AddressError(f"'{shown(text)}' is not a mail address: what stands before the @ cannot be used.")
    address = f"{local}@{normalise_domain(domain)}"
    if len(address) > LONGEST:
        raise AddressError(f"'{shown(text)}' is longer than a mail address can be.")
    return address


def normalise_domain(text: str) -> str:
    """The domain in lower case and ASCII. Raises AddressError."""
    domain = text.strip(" ").lower()
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii").lower()
        except UnicodeError:
            domain = ""
    labels = domain.split(".")
    if len(domain) > _DOMAIN_LONGEST or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(f"'{shown(text)}' is not the name of a mail domain.")
    return domain


def comparable(recipient: str) -> str:
    """A recipient of a mail as it can be looked up and sent to: its local part keeps its case, as another
    server may care. Raises AddressError for what no server would take."""
    local, _, domain = recipient.strip(" ").rpartition("@")
    quoted = len(local) > 2 and local.startswith('"') and local.endswith('"')
    inside = local[1:-1] if quoted else local
    if not inside or _NOT_SENT.search(inside) or len(recipient.encode("utf-8", "replace")) > LONGEST:
        raise AddressError(f"'{shown(recipient)}' is not a mail address.")
    return f"{local}@{normalise_domain(domain)}"


def shown(text: str) -> str:
    """What was typed, cut and without control characters, for a message about it."""
    return "".join(sign for sign in text[:80] if unicodedata.category(sign)[0] != "C")
