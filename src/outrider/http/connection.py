"""uvicorn's HTTP protocol with bounds on the head of a request, which uvicorn leaves open."""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD: Final = 32 << 10
"""Bytes of request line and headers together."""

MAX_HEADERS: Final = 100

HEAD_SECONDS: Final = 20.0
"""How long a client may take from its connection, or from the first byte of a further request, to the end of
the head."""


class Connection(HttpToolsProtocol):
    """One connection. A head that is too large or too slow ends it."""

    _head = 0
    _in_head = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first head."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless the head grows too large."""
        was_in_head = self._in_head
        super().data_received(data)
        if was_in_head and self._in_head:
            self._head += len(data)
            if self._head > MAX_HEAD and not self.transport.is_closing():
                self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Start the clock for a further head."""
        super().on_message_begin()
        self._in_head = True
        self._head = 0
        if self._deadline is None:
            self._expect_head()

    def on_headers_complete(self) -> None:
        """Take the head, if it has a reasonable size."""
        self._stop_clock()
        self._in_head = False
        size = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > MAX_HEADERS or size + len(self.url) > MAX_HEAD:
            raise ValueError("the head of the request is too large")
        super().on_headers_complete()

    def _expect_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._end_slow_head)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end_slow_head(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()
