"""A running server for each test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from outrider.main import Running
from tests.e2e.house import configured, house


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    """A server with the users alice and bob."""
    async with house(configured(tmp_path)) as server:
        yield server
