"""A device and its server, over the embedded store."""

from __future__ import annotations

from typing import cast

import pytest

from outrider.backends.local.account import Local
from outrider.backends.local.folders import create_account
from outrider.database import BlobStore, Database
from outrider.domain.roles import Accounts
from outrider.store.store import Store
from outrider.sync.hub import Hub
from outrider.sync.watch import watcher_of
from tests.commands.visits import ALICE, Phone


@pytest.fixture
async def phone(database: Database, blobs: BlobStore) -> Phone:
    await database.transact(create_account, ALICE.address)
    local = Local(database, blobs)
    return Phone(Store(database), local, Hub(watcher_of(cast(Accounts, local))))
