"""The reference implementation keeps to the contract."""

from __future__ import annotations

import pytest

from outrider.backends.memory.account import MemoryAccount
from outrider.domain.roles import Account
from tests.contract.items import ItemsContract


class TestMemoryItems(ItemsContract):
    @pytest.fixture
    def account(self, account: MemoryAccount) -> Account:
        return account
