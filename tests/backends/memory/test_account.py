"""The reference implementation tells of changes, and fails when a test wants it to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from outrider.backends.memory.account import MemoryAccount
from outrider.domain.errors import BackendError
from outrider.domain.roles import Account, Listener
from tests.contract.accounts import ListenContract
from tests.contract.documents import mail


class TestMemoryListen(ListenContract):
    @pytest.fixture
    def account(self, account: MemoryAccount) -> Account:
        return account

    @pytest.fixture
    def listen(self, account: MemoryAccount) -> Callable[[Listener], Callable[[], None]]:
        return account.listen


async def test_a_hook_makes_a_verb_fail_before_it_acts(account: MemoryAccount) -> None:
    def refuse(verb: str) -> None:
        if verb == "items.create":
            raise BackendError("Out of order.", temporary=True)

    account.interpose(refuse)
    with pytest.raises(BackendError):
        await account.items.create(1, mail(), b"1")
    assert await account.feed.count(1, None) == 0
    account.interpose(lambda verb: None)
    await account.items.create(1, mail(), b"1")
    assert await account.feed.count(1, None) == 1
