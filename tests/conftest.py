"""What tests of several rooms share: an empty database with the newest schema."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from outrider.database import Database
from outrider.database.migrations import upgrade


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema and no rows, to be copied."""
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def database(schema: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An open, empty database of its own."""
    path = tmp_path / "outrider.db"
    shutil.copyfile(schema, path)
    async with Database(f"sqlite:///{path}", readers=2) as opened:
        yield opened
