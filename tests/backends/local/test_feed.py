"""The embedded store's feed."""

from __future__ import annotations

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.domain.roles import Account
from tests.contract.feed import FeedContract


class TestLocalFeed(FeedContract):
    @pytest.fixture
    def account(self, account: LocalAccount) -> Account:
        return account
