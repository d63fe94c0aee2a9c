"""What a handler may touch, and what it may answer besides a message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct

from outrider.commands.quirks import Quirks
from outrider.domain.items import Blob
from outrider.domain.roles import Account, Identity
from outrider.formats.certificates import Authorities
from outrider.policy.access import Signal
from outrider.policy.policies import Policy
from outrider.protocol.request import RequestLine
from outrider.protocol.schema import Element
from outrider.store.devices import Device
from outrider.sync.hub import Hub, Waiter, Wake

if TYPE_CHECKING:
    from outrider.store.store import Store


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds a handler keeps: heartbeats in seconds, sizes in bytes."""

    min_heartbeat: int = 60
    max_heartbeat: int = 3540
    max_folders: int = 300
    max_window: int = 512
    round_bytes: int = 4 << 20
    max_body: int = 100 << 20


class Raw(Struct, frozen=True, kw_only=True):
    """An answer that is not WBXML: an attachment at 12.1, a multipart document, an empty body with a
    status."""

    status: int = 200
    type: str = ""
    body: bytes | Blob = b""
    headers: Mapping[str, str] = {}


class Park(Struct, frozen=True):
    """Nothing to say yet. The handler has listened before it compared; `http` waits for the waiter's future
    without the handler's frames, at most `seconds`, and then calls `resume` with the cause, which answers or
    parks again."""

    waiter: Waiter
    seconds: float
    resume: Callable[[Wake], Awaitable[Answer]]


Answer: TypeAlias = "Element | Raw | Park | None"
"""None is an answer with an empty body (`Content-Length: 0`)."""


class Facts(Struct, frozen=True, kw_only=True):
    """What is judged: who asks for what with which device from which address, and the policy that holds for
    it (None: it is exempt); `needs_policy` as the command declares it. `wipe` is what a wipe of the device
    says; a request that is served has none."""

    line: RequestLine
    identity: Identity
    device: Device
    policy: Policy | None
    needs_policy: bool
    now: datetime
    peer: str = ""
    wipe: Signal | None = None


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a request is not served: a common status (an HTTP status below 14.0), a stable code, and a
    sentence."""

    status: int
    code: str
    reason: str


class Session(Protocol):
    """One request of one device of one user, authenticated and let in."""

    @property
    def line(self) -> RequestLine: ...
    @property
    def account(self) -> Account: ...
    @property
    def device(self) -> Device: ...
    @property
    def policy(self) -> Policy | None:
        """What the device must be and may do, as of now; None where it is exempt."""
        ...

    @property
    def quirks(self) -> Quirks: ...
    @property
    def store(self) -> Store: ...
    @property
    def hub(self) -> Hub: ...
    @property
    def limits(self) -> Limits: ...
    def authorities(self) -> Authorities:
        """Whose certificates are trusted; slow when it is first asked, so it is for a thread."""
        ...

    @property
    def connection(self) -> str:
        """What tells the connections of the device apart: `<run of the server>.<connection>`."""
        ...

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    def seal(self, *fields: str) -> str:
        """An opaque reference to `fields`, signed and bound to this user (a FileReference)."""
        ...

    def unseal(self, reference: str) -> tuple[str, ...] | None:
        """What `seal` was given; None when it was made for someone else, altered or never ours."""
        ...

    def conceal(self, text: str) -> bytes:
        """Encrypt a text that is bound to this device of this user."""
        ...

    def note(self, **counts: int | str) -> None:
        """Add to the one log line of this request."""
        ...
