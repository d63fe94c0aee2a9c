"""What tests of several rooms share: an empty database with the newest schema, blobs beside it, and a log as
nobody set it up."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from outrider.database import BlobStore, Database
from outrider.database.migrations import upgrade
from tests.examples import examples

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("outrider", deadline=None, max_examples=examples(40))
hypothesis.settings.load_profile("outrider")


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


@pytest.fixture
def blobs(tmp_path: Path) -> Iterator[BlobStore]:
    """An open, empty store of blobs."""
    store = BlobStore(tmp_path / "blobs")
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _log_of_its_own() -> Iterator[None]:
    """A test that sets up the log (a server in this process does) leaves no trace in the next. Tracebacks are
    plain: to make them pretty takes a second for each."""
    plain = structlog.dev.plain_traceback
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])
    yield
    structlog.reset_defaults()


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers whose hashes of passwords cost next to nothing."""
    from outrider import wiring
    from outrider.backends.local.passwords import Cost, Passwords

    monkeypatch.setattr(wiring, "Passwords", lambda: Passwords(Cost(time=1, memory=8)))
