"""Opens the accounts of the embedded store, with all their roles."""

from __future__ import annotations

from collections.abc import Callable

from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.local.submit import LocalSubmit, Outbox
from outrider.domain.roles import Directory, Identity, Listener


class LocalAccounts:
    """The role `Accounts`."""

    def __init__(self, local: Local, outbox: Outbox, directory: Directory) -> None:
        self._local = local
        self._outbox = outbox
        self._directory = directory

    def open(self, identity: Identity, password: str | None = None, agent: str = "") -> LocalAccount:
        """The account of a user who was identified; the password is not needed any more. What an agent
        removes may be held."""
        return self._local.open(identity, LocalSubmit(identity, self._outbox), self._directory, agent)

    def listen(self, address: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every durable change of this account's folders, until the returned function
        is called."""
        return self._local.listen(address, listener)
