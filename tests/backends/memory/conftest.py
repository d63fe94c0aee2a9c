"""An account in plain dicts."""

from __future__ import annotations

import pytest

from outrider.backends.memory.account import MemoryAccount
from outrider.domain.roles import Identity


@pytest.fixture
def account() -> MemoryAccount:
    return MemoryAccount(Identity(address="alice@example.org"))
