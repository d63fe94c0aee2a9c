"""Who is signed in, from page to page.

The law: a session is a sealed text in a cookie, and nothing of it lies in this process. It is good for `IDLE`
after the last page and for `LONGEST` in all, as long as the user has the same password and is enabled, and
until it is signed out: while it is not, there is a row among the sign-ins, which every node sees. Who has not
signed in has a session too, of nobody, so that the form to sign in is guarded like any other; signing in
begins another one.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Final

import msgspec
from msgspec import Struct, structs

from outrider.admin.services import Services
from outrider.backends.local.refusals import UserUnknownError
from outrider.backends.local.users import Proof
from outrider.domain.roles import Identity
from outrider.store.signins import SignedIn

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=8)


class Session(Struct, frozen=True, kw_only=True):
    """Somebody at a browser; `address` is empty until they have signed in. `mark` changes with their
    password; `began` and `seen` are in seconds since 1970."""

    id: str
    began: int
    seen: int
    address: str = ""
    mark: str = ""


class Sessions:
    """Begins sessions of one part of the pages, reads them and ends them."""

    def __init__(self, services: Services, part: str) -> None:
        self._users = services.users
        self._signins = services.store.signins
        self._key = services.key
        self._now = services.now
        self._digests = services.key.derive(f"sessions {part}")
        self._owner = f"session {part}"

    def nobodys(self) -> Session:
        """A session of nobody yet."""
        return self._begin()

    async def begin(self, identity: Identity) -> Session | None:
        """A session of somebody who proved who they are; None where that is over already."""
        proof = await self._users.proof(identity.address)
        if proof.stamp != identity.stamp or not proof.enabled:
            return None
        session = self._begin(identity.address, self._mark(proof))
        row = SignedIn(session.address, session.mark, session.began)
        await self._signins.keep(self._digest(session), row)
        return session

    async def read(self, sealed: str) -> Session | None:
        """The session that a cookie holds, seen just now; None if it is none, or over."""
        fields = self._key.unseal(self._owner, sealed)
        if fields is None:
            return None
        session = msgspec.json.decode(fields[0], type=Session)
        now = int(self._now().timestamp())
        if now - session.seen > IDLE.total_seconds() or now - session.began > LONGEST.total_seconds():
            return None
        if session.address and not await self._holds(session):
            return None
        return structs.replace(session, seen=now)

    async def end(self, session: Session) -> None:
        """Have a session be over, whoever has a copy of it."""
        await self._signins.drop(self._digest(session))

    def seal(self, session: Session) -> str:
        """The text that a cookie holds."""
        return self._key.seal(self._owner, msgspec.json.encode(session).decode())

    def _begin(self, address: str = "", mark: str = "") -> Session:
        now = int(self._now().timestamp())
        return Session(id=secrets.token_hex(16), address=address, mark=mark, began=now, seen=now)

    async def _holds(self, session: Session) -> bool:
        """Whether who signed in might do so again now, and did not sign out."""
        try:
            proof = await self._users.proof(session.address)
        except UserUnknownError:
            return False
        if not proof.enabled or not hmac.compare_digest(self._mark(proof), session.mark):
            return False
        return await self._signins.find(self._digest(session)) is not None

    def _mark(self, proof: Proof) -> str:
        return hmac.digest(self._digests, proof.mark.encode(), "sha256").hex()

    def _digest(self, session: Session) -> bytes:
        return hmac.digest(self._digests, session.id.encode(), "sha256")
