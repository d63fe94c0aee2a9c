"""A database to write notes into."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from outrider.database import Database
from tests.database.notes import execute


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one table of texts."""
    async with Database(f"sqlite:///{tmp_path}/notes.db", readers=2) as opened:
        await opened.transact(execute, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE)")
        yield opened
