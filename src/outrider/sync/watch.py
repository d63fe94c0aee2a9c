"""From the changes of an account to those who wait for them: one watcher for each account, shared by its
devices."""

from __future__ import annotations

from collections.abc import Callable

from outrider.domain.roles import Accounts
from outrider.sync.hub import Hub, account_topic, folder_topic


def watcher_of(accounts: Accounts) -> Callable[[Hub, str], Callable[[], None]]:
    """What a hub needs to hear of every change of the accounts that someone waits for."""

    def watch(hub: Hub, address: str) -> Callable[[], None]:
        def heard(folder: int | None) -> None:
            hub.publish(account_topic(address) if folder is None else folder_topic(address, folder))

        return accounts.listen(address, heard)

    return watch
