"""The embedded store's folders."""

from __future__ import annotations

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.domain.roles import Account
from tests.contract.folders import FoldersContract


class TestLocalFolders(FoldersContract):
    @pytest.fixture
    def account(self, account: LocalAccount) -> Account:
        return account
