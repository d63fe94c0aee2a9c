"""The embedded store's items."""

from __future__ import annotations

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.domain.roles import Account
from tests.contract.items import ItemsContract


class TestLocalItems(ItemsContract):
    @pytest.fixture
    def account(self, account: LocalAccount) -> Account:
        return account
