"""The engine over the embedded store with one account."""

from __future__ import annotations

from typing import cast

import pytest

from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.local.folders import create_account
from outrider.database import BlobStore, Database
from outrider.domain.roles import Directory, Identity, Submit
from outrider.store.store import Store

ALICE = Identity(address="alice@example.org")


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
async def local(database: Database, blobs: BlobStore) -> Local:
    await database.transact(create_account, ALICE.address)
    return Local(database, blobs)


@pytest.fixture
def account(local: Local) -> LocalAccount:
    return local.open(ALICE, cast(Submit, None), cast(Directory, None))
