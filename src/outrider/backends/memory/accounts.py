"""Opens accounts, and makes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from outrider.backends.memory.account import MemoryAccount
from outrider.domain.roles import Identity, Listener


class MemoryAccounts:
    """The role `Accounts`; an account is made when it is first opened."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._accounts: dict[str, MemoryAccount] = {}

    def open(self, identity: Identity, password: str | None = None, agent: str = "") -> MemoryAccount:
        """The user's account."""
        if identity.address not in self._accounts:
            self._accounts[identity.address] = MemoryAccount(identity, self._clock)
        return self._accounts[identity.address]

    def listen(self, address: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change of the account."""
        return self.open(Identity(address=address)).listen(listener)
