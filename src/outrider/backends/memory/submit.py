"""The way out for mail, which ends here."""

from __future__ import annotations

from outrider.backends.memory.state import State
from outrider.domain.items import Blob
from outrider.domain.roles import Envelope, Token, Tx
from outrider.formats.blobs import read_all


class MemorySubmit:
    """The role `Submit`: keeps what was sent, once for each token."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.sent: dict[Token, tuple[bytes, Envelope]] = {}

    async def send(
        self, mime: bytes | Blob, envelope: Envelope, *, token: Token, tx: Tx | None = None
    ) -> None:
        """Keep the mail."""
        self._state.hook("submit.send")
        self.sent.setdefault(token, (read_all(mime), envelope))

    async def has_left(self, envelope: Envelope, token: Token) -> bool:
        """Whether the mail was kept."""
        return token in self.sent
