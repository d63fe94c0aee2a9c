"""The sign-in cache and its limits, around any Authenticator.

Devices send their password with every request, and a check is slow on purpose. The law:

- What was right once is remembered as a keyed hash of name and password with the identity's stamp, here and
in the
  store, and is right until the stamp changes; the identity is asked for again every `RECHECK` seconds.
- What was wrong is remembered too: a phone that repeats an old password is answered without a check and is no
attack.
- Checks run a few at a time; whoever would wait longer than `QUEUE` seconds is told to come back.
- Failures delay further checks for the network and for the name. Nobody whose password is remembered is
delayed.
- Not being able to tell is 503, never 401. An unknown name and a wrong password are the same answer.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from msgspec import Struct

from outrider.commands.credentials import Credentials, parse_basic
from outrider.commands.exchange import Clock, Refused
from outrider.commands.throttle import Throttle, network_of
from outrider.domain.errors import BackendError
from outrider.domain.roles import Authenticator, Identity
from outrider.store.serverkey import ServerKey
from outrider.store.signins import SignedIn, Signins

RECHECK: Final = 30.0
"""Seconds for which an identity is taken as it was."""

QUEUE: Final = 2.0
AT_ONCE: Final = 2
RETRY_AFTER: Final = 10

WRONG_FOR: Final = 60.0
"""Seconds for which a wrong password is answered without a check."""

KEEP_EVERY: Final = 86_400
"""Seconds after which the store is told again that a sign-in is still used."""

_CACHED: Final = 50_000
_WRONG_KEPT: Final = 10_000
_ODD: Final = re.compile(r"[^A-Za-z0-9@._+-]")

V = TypeVar("V")

log = structlog.get_logger("outrider.signin")


class Entry(Struct, frozen=True):
    """Who came in, and the password they came with, for mail systems that want it again."""

    identity: Identity
    password: str

    def __repr__(self) -> str:
        return f"Entry({self.identity.address!r}, ***)"


class SignIn:
    """Lets people in by name and password."""

    def __init__(
        self,
        authenticator: Authenticator,
        signins: Signins,
        key: ServerKey,
        *,
        clock: Clock,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._authenticator = authenticator
        self._signins = signins
        self._key = key
        self._clock = clock
        self._tick = tick
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._networks = Throttle(free=10, first=1, most=900)
        self._names = Throttle(free=5, first=1, most=30)
        self._right: OrderedDict[bytes, SignedIn] = OrderedDict()
        self._wrong: OrderedDict[bytes, float] = OrderedDict()
        self._identities: dict[str, tuple[Identity, float]] = {}
        self._checks: dict[bytes, asyncio.Task[Identity | None]] = {}

    async def enter(self, authorization: str, peer: str) -> Entry:
        """Who the Authorization header stands for. Raises Refused with 401, 429 or 503."""
        return await self.enter_as(parse_basic(authorization), peer)

    async def enter_as(self, credentials: Credentials, peer: str) -> Entry:
        """Who name and password stand for. Raises Refused with 401, 429 or 503."""
        try:
            identity = await self._recognise(credentials, peer)
        except BackendError as error:
            raise Refused(503, "E-SIGNIN-UNAVAILABLE", str(error), retry_after=RETRY_AFTER) from error
        if identity is None:
            raise Refused(401, "E-SIGNIN-WRONG", "the name or the password is wrong")
        return Entry(identity, credentials.password)

    async def still(self, identity: Identity) -> bool:
        """Say whether nothing about the user moved since; what cannot be told counts as unmoved."""
        try:
            now = await self._identify(identity.address)
        except BackendError:
            return True
        return now is not None and now.stamp == identity.stamp

    def forget(self, address: str) -> None:
        """Ask for this user's identity anew: password, rights or state changed."""
        self._identities.pop(address, None)
        self._wrong.clear()

    async def _recognise(self, credentials: Credentials, peer: str) -> Identity | None:
        digest = self._key.digest(credentials.name, credentials.password)
        if identity := await self._remembered(digest, self._right.get(digest)):
            return identity
        if self._tick() - self._wrong.get(digest, -math.inf) < WRONG_FOR:
            return None
        if identity := await self._remembered(digest, await self._signins.find(digest)):
            return identity
        return await self._check_once(digest, credentials, peer)

    async def _remembered(self, digest: bytes, signed_in: SignedIn | None) -> Identity | None:
        """The identity that was remembered, if its stamp is still the same."""
        if signed_in is None:
            return None
        identity = await self._identify(signed_in.address)
        if identity is None or identity.stamp != signed_in.stamp:
            self._right.pop(digest, None)
            return None
        await self._remember(digest, signed_in)
        return identity

    async def _remember(self, digest: bytes, signed_in: SignedIn) -> None:
        """Remember here, and in the store when it is new there or was not used for a day."""
        now = int(self._clock().timestamp())
        if now - signed_in.used > KEEP_EVERY:
            signed_in = SignedIn(signed_in.address, signed_in.stamp, now)
            await self._signins.keep(digest, signed_in)
        _put(self._right, digest, signed_in, _CACHED)

    async def _identify(self, address: str) -> Identity | None:
        now = self._tick()
        identity, asked = self._identities.get(address, (None, -math.inf))
        if identity is None or now - asked > RECHECK:
            identity = await self._authenticator.identify(address)
            if identity is None:
                self._identities.pop(address, None)
                return None
            self._identities[address] = (identity, now)
        return identity

    async def _check_once(self, digest: bytes, credentials: Credentials, peer: str) -> Identity | None:
        """Check a password; those who ask the same at the same time share the answer."""
        check = self._checks.get(digest)
        if check is None:
            self._admit(credentials.name, peer)
            check = asyncio.create_task(self._check(digest, credentials, peer))
            self._checks[digest] = check
            check.add_done_callback(lambda _: self._checks.pop(digest, None))
        return await asyncio.shield(check)

    def _admit(self, name: str, peer: str) -> None:
        """Refuse a check, for now, where too many failed."""
        now = self._tick()
        seconds = max(self._networks.wait(network_of(peer), now), self._names.wait(name.lower(), now))
        if seconds:
            _report(name, peer, "throttled")
            retry_after = math.ceil(seconds)
            raise Refused(429, "E-SIGNIN-THROTTLED", "too many wrong passwords", retry_after=retry_after)

    async def _check(self, digest: bytes, credentials: Credentials, peer: str) -> Identity | None:
        await self._take_slot()
        try:
            identity = await self._authenticator.check(credentials.name, credentials.password)
        finally:
            self._slots.release()
        now = self._tick()
        if identity is None:
            self._count_wrong(digest, credentials.name, peer)
            return None
        self._identities[identity.address] = (identity, now)
        await self._remember(digest, SignedIn(identity.address, identity.stamp))
        return identity

    async def _take_slot(self) -> None:
        try:
            async with asyncio.timeout(QUEUE):
                await self._slots.acquire()
        except TimeoutError:
            raise Refused(
                503, "E-SIGNIN-BUSY", "too many sign-ins at once", retry_after=RETRY_AFTER
            ) from None

    def _count_wrong(self, digest: bytes, name: str, peer: str) -> None:
        now = self._tick()
        if digest not in self._wrong:
            self._networks.count(network_of(peer), now)
            self._names.count(name.lower(), now)
            _report(name, peer, "password")
        _put(self._wrong, digest, now, _WRONG_KEPT)


def _put(kept: OrderedDict[bytes, V], digest: bytes, value: V, most: int) -> None:
    kept[digest] = value
    kept.move_to_end(digest)
    while len(kept) > most:
        kept.popitem(last=False)


def _report(name: str, peer: str, reason: str) -> None:
    """Write the line that fail2ban reads; the name is a stranger's, so what is odd in it becomes %XX."""
    user = _ODD.sub(_escape, name)
    log.warning(f"outrider: authentication failure user={user} address={peer} reason={reason}", verbatim=True)


def _escape(odd: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in odd.group().encode())
