"""What `http` hands to the dispatcher and what it gets back; neither knows the other's means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from outrider.domain.items import Blob
from outrider.sync.hub import Waiter, Wake
from outrider.wbxml.writer import Encoded

Record: TypeAlias = dict[str, int | str]
"""What the one log line of a request says, gathered on its way."""

Buffer: TypeAlias = bytes | memoryview


class Refused(Exception):
    """A request that is answered with an HTTP status; `code` is stable, `reason` a sentence for the log.
    `throttle` is what X-MS-ASThrottle says to a device that is held back."""

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        *,
        retry_after: int | None = None,
        throttle: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.reason = reason
        self.retry_after = retry_after
        self.throttle = throttle

    def reply(self, record: Record) -> Reply:
        """The answer, with what there is to say noted in the record."""
        record.update(status=self.status, code=self.code, reason=self.reason)
        told = {"Retry-After": self.retry_after, "X-MS-ASThrottle": self.throttle}
        headers = {name: str(value) for name, value in told.items() if value is not None}
        return Reply(status=self.status, headers=headers)


class Call(Struct, kw_only=True):
    """One POST to the endpoint.

    `headers` has lower-case names. `body` reads the body when it is called, and not before: nobody fills our
    disk who has not signed in; it raises Refused. `peer` is the client's address; `connection` tells its
    connections apart.
    """

    query: str
    headers: Mapping[str, str]
    peer: str
    body: Callable[[], Awaitable[Buffer]]
    record: Record
    connection: str = ""


class Reply(Struct, frozen=True, kw_only=True):
    """What is sent: without a body it says `Content-Length: 0`, and no type."""

    status: int = 200
    type: str = ""
    body: bytes | Encoded | Blob = b""
    headers: Mapping[str, str] = {}


class Waiting(Struct, frozen=True, kw_only=True):
    """The device waits: `resume` is called with the cause when the waiter wakes or `seconds` have passed."""

    waiter: Waiter
    seconds: float
    resume: Callable[[Wake], Awaitable[Outcome]]


Outcome: TypeAlias = Reply | Waiting

Clock: TypeAlias = Callable[[], datetime]
"""The time, aware, in UTC."""
