"""Accounts in plain dicts are made when they are first opened."""

from __future__ import annotations

from outrider.backends.memory.accounts import MemoryAccounts
from outrider.domain.items import ItemClass
from outrider.domain.roles import Accounts, Identity

ALICE = Identity(address="alice@example.org")


def test_an_account_is_the_same_each_time_it_is_opened() -> None:
    accounts: Accounts = MemoryAccounts()
    assert accounts.open(ALICE) is accounts.open(ALICE)


async def test_changes_are_told_of_an_account_that_is_opened_later() -> None:
    accounts, heard = MemoryAccounts(), list[int | None]()
    accounts.listen(ALICE.address, heard.append)
    await accounts.open(ALICE).folders.create("Plans", 0, ItemClass.MAIL, b"1")
    assert heard == [None]
