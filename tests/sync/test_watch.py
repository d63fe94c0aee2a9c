"""From the changes of an account to those who wait for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from outrider.domain.roles import Accounts, Listener
from outrider.sync.hub import Hub, Wake, account_topic, folder_topic
from outrider.sync.watch import watcher_of

ALICE = "alice@example.org"


class FakeAccounts:
    def __init__(self) -> None:
        self.listeners: dict[str, Listener] = {}

    def listen(self, address: str, listener: Listener) -> Callable[[], None]:
        self.listeners[address] = listener

        def stop() -> None:
            del self.listeners[address]

        return stop


async def test_a_change_of_a_folder_wakes_who_waits_for_it() -> None:
    accounts = FakeAccounts()
    hub = Hub(watcher_of(cast(Accounts, accounts)))
    mail, tree = hub.listen([folder_topic(ALICE, 1)]), hub.listen([account_topic(ALICE)])
    accounts.listeners[ALICE](1)
    assert mail.future.result() is Wake.CHANGED
    assert not tree.future.done()
    accounts.listeners[ALICE](None)
    assert tree.future.result() is Wake.CHANGED
    mail.close()
    tree.close()
    assert accounts.listeners == {}
