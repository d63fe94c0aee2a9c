"""Passwords that people choose, and app passwords that we make for one device each.

A chosen password is kept as an argon2id hash. Hashes of other systems (sha512-crypt, sha256-crypt, bcrypt
and LDAP's salted SHA) are accepted when users are brought over, and replaced at the first sign-in. An app
password has 128 random bits, so a keyed hash under the server's secret is enough, and to find it costs no
argon2.

All functions here are slow or pure; none does I/O. Run `hash`, `check` and `spend` in a thread.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets

import argon2
from msgspec import Struct
from passlib.context import CryptContext

APP_PASSWORD_BITS = 128
_APP_PASSWORD = re.compile(r"[a-z2-7]{26}")
_SEPARATORS = re.compile(r"[\s-]+")
_BCRYPT_LIMIT = 72  # bytes; bcrypt has never looked further

_FOREIGN = CryptContext(
    schemes=[
        "sha512_crypt",
        "sha256_crypt",
        "bcrypt",
        "ldap_salted_sha1",
        "ldap_salted_sha256",
        "ldap_salted_sha512",
    ]
)


class Cost(Struct, frozen=True, kw_only=True):
    """What one argon2id check costs. The defaults are the least that OWASP's Password Storage Cheat Sheet
    accepts: phones sign in often."""

    time: int = 2
    memory: int = 19456  # KiB
    lanes: int = 1


USUAL = Cost()


class Passwords:
    """Makes and checks the hashes of chosen passwords."""

    def __init__(self, cost: Cost = USUAL) -> None:
        self._argon2 = argon2.PasswordHasher(
            time_cost=cost.time, memory_cost=cost.memory, parallelism=cost.lanes
        )
        self._nobody = self._hash_of_nothing(cost)

    def hash(self, password: str) -> str:
        """The hash to keep for a password. Raises ValueError when it is empty."""
        if not password:
            raise ValueError("a password cannot be empty")
        return self._argon2.hash(password)

    def check(self, password: str, kept: str) -> bool:
        """Whether `kept` was made of this password; an empty password never is right."""
        if not password:
            return False
        if not kept.startswith("$argon2id$"):
            return _check_foreign(password, kept)
        try:
            return self._argon2.verify(kept, password)
        except argon2.exceptions.VerificationError:
            return False

    def spend(self, password: str) -> None:
        """Take the time of a check, so that an unknown name answers no sooner than a wrong password."""
        self.check(password or "-", self._nobody)

    def _hash_of_nothing(self, cost: Cost) -> str:
        """What looks like a hash of ours, costs as much to check, and is of no password."""
        salt, digest = (_unpadded(secrets.token_bytes(size)) for size in (16, self._argon2.hash_len))
        return f"$argon2id$v=19$m={cost.memory},t={cost.time},p={cost.lanes}${salt}${digest}"

    def outdated(self, kept: str) -> bool:
        """Whether the hash should be made anew, now that the password is known."""
        return not kept.startswith("$argon2id$") or self._argon2.check_needs_rehash(kept)


def readable(kept: str) -> bool:
    """Whether a ready hash is of a kind we can check."""
    if kept.startswith("$argon2id$"):
        try:
            argon2.extract_parameters(kept)
        except argon2.exceptions.InvalidHashError:
            return False
        return True
    return bool(_FOREIGN.identify(kept))


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _check_foreign(password: str, kept: str) -> bool:
    secret = password.encode()
    scheme = _FOREIGN.identify(kept)
    if scheme is None or "\0" in password:
        return False
    return bool(_FOREIGN.verify(secret[:_BCRYPT_LIMIT] if scheme == "bcrypt" else secret, kept))


class AppPasswords:
    """Makes app passwords, and the keyed hashes by which they are known again."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"outrider app passwords", "sha256")

    def make(self) -> str:
        """A new one, in groups that can be typed on a phone: `abcd-efgh-ijkl-mnop-qrst-uvwx-yz`."""
        letters = base64.b32encode(secrets.token_bytes(APP_PASSWORD_BITS // 8)).decode().rstrip("=").lower()
        return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))

    def mac(self, typed: str) -> bytes | None:
        """The keyed hash of what was typed, whatever its case and separators; None if it cannot be an app
        password."""
        letters = _SEPARATORS.sub("", typed).lower()
        if not _APP_PASSWORD.fullmatch(letters):
            return None
        return hmac.digest(self._key, letters.encode(), "sha256")
