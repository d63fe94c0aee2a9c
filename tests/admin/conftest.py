"""What tests of acts share: the parts of a server over an empty store, and one user."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from outrider.admin.services import Services
from outrider.admin.users import AddUsers
from outrider.backends.local.users import NewUser
from outrider.config import Config, Store
from outrider.main import open_parts

ALICE = "alice@example.org"
BOB = "bob@example.org"


@pytest.fixture
def config(schema: Path, tmp_path: Path, cheap_passwords: None) -> Config:
    """A configuration whose data directory holds an empty database."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(schema, data / "outrider.sqlite")
    return Config(store=Store(data=data))


@pytest.fixture
async def services(config: Config) -> AsyncIterator[Services]:
    """What acts work on, with Alice and Bob."""
    async with open_parts(config) as parts:
        services = parts.administration
        users = [NewUser(address=address, password="outrider") for address in (ALICE, BOB)]
        await AddUsers(users).run(services)
        yield services
