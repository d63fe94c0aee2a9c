"""The key of this server: it signs the references that devices hand back, keys the hashes of sign-ins, and
seals what must not be readable in the database.

It lies in a file of its own, beside the database or elsewhere, readable by the owner only.
"""

from __future__ import annotations

import binascii
import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outrider.domain.errors import BackendError

_BYTES: Final = 32
_MAC: Final = 16
_NONCE: Final = 12


class UnusableKeyError(BackendError):
    """The key's file holds no key."""

    code = "E-KEY"


class ServerKey:
    """One secret, and what is derived from it."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _BYTES:
            raise ValueError(f"a server key has at least {_BYTES} bytes, this one {len(secret)}")
        self.secret = secret
        self._references = self.derive("references")
        self._signins = self.derive("sign-ins")
        self._vault = AESGCM(self.derive("secrets"))

    def derive(self, purpose: str) -> bytes:
        """A key for one purpose; it tells nothing of the others."""
        return hmac.digest(self.secret, f"outrider {purpose}".encode(), "sha256")

    def digest(self, name: str, password: str) -> bytes:
        """The keyed hash that stands for a name and a password."""
        return hmac.digest(self._signins, _fields((name, password)), "sha256")

    def seal(self, owner: str, *fields: str) -> str:
        """An opaque text of letters, digits, `-` and `_` that gives `fields` back to `owner` alone."""
        payload = _fields(fields)
        return urlsafe_b64encode(payload + self._sign(owner, payload)).decode().rstrip("=")

    def unseal(self, owner: str, reference: str) -> tuple[str, ...] | None:
        """What `seal` was given; None when it was made for someone else, altered or never ours."""
        try:
            sealed = urlsafe_b64decode(reference + "=" * (-len(reference) % 4))
        except (binascii.Error, ValueError):
            return None
        payload, mac = sealed[:-_MAC], sealed[-_MAC:]
        if not hmac.compare_digest(mac, self._sign(owner, payload)):
            return None
        return msgspec.msgpack.decode(payload, type=tuple[str, ...])

    def conceal(self, owner: tuple[str, ...], text: str) -> bytes:
        """Encrypt a text that is bound to its owner."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._vault.encrypt(nonce, text.encode(), _fields(owner))

    def reveal(self, owner: tuple[str, ...], sealed: bytes) -> str | None:
        """What `conceal` was given; None when it was made for another owner, with another key, or altered."""
        try:
            return self._vault.decrypt(sealed[:_NONCE], sealed[_NONCE:], _fields(owner)).decode()
        except (InvalidTag, ValueError):
            return None

    def _sign(self, owner: str, payload: bytes) -> bytes:
        return hmac.digest(self._references, _fields((owner,)) + payload, "sha256")[:_MAC]


def load_key(file: Path) -> ServerKey:
    """Read the key, or make one where there is none. Raises OSError, UnusableKeyError."""
    try:
        return ServerKey(file.read_bytes())
    except FileNotFoundError:
        return _make_key(file)
    except ValueError as error:
        raise UnusableKeyError(f"{file}: {error}.") from error


def _make_key(file: Path) -> ServerKey:
    file.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_bytes(_BYTES)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as stream:
        stream.write(secret)
        stream.flush()
        os.fsync(stream.fileno())
    return ServerKey(secret)


def _fields(fields: tuple[str, ...]) -> bytes:
    """Fields in a form that no other fields have."""
    return msgspec.msgpack.encode(fields)
