"""Whether the process lives, whether it can serve, and its figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from outrider.commands.exchange import Reply
from outrider.domain.errors import BackendError
from outrider.http.asgi import Receive, Scope, Send
from outrider.http.metrics import TYPE, Metrics
from outrider.http.reply import send_reply

Check: TypeAlias = Callable[[], Awaitable[None]]
"""Returns when something works; raises BackendError when it does not."""

_TEXT = "text/plain; charset=utf-8"
_NEW = {"Cache-Control": "no-store"}


class Health:
    """The answers to those who watch the server."""

    def __init__(self, metrics: Metrics, check: Check) -> None:
        self._metrics = metrics
        self._check = check

    async def live(self, _: Scope, __: Receive, send: Send) -> None:
        """The process runs."""
        await send_reply(send, Reply(type=_TEXT, body=b"ok\n"), _NEW, gzip=False)

    async def ready(self, _: Scope, __: Receive, send: Send) -> None:
        """It can serve requests now."""
        try:
            await self._check()
        except BackendError as error:
            reply = Reply(status=503, type=_TEXT, body=f"{error.code} {error.public}\n".encode())
        else:
            reply = Reply(type=_TEXT, body=b"ready\n")
        await send_reply(send, reply, _NEW, gzip=False)

    async def metrics(self, _: Scope, __: Receive, send: Send) -> None:
        """The figures for Prometheus."""
        await send_reply(send, Reply(type=TYPE, body=self._metrics.page()), _NEW, gzip=False)
