"""The embedded store with one account, over an empty database."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

import pytest

from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.local.folders import create_account
from outrider.database import BlobStore, Database
from outrider.domain.roles import Directory, Identity, Listener, Submit

ALICE = Identity(address="alice@example.org")


@pytest.fixture
async def local(database: Database, blobs: BlobStore) -> Local:
    await database.transact(create_account, ALICE.address)
    return Local(database, blobs)


@pytest.fixture
def account(local: Local) -> LocalAccount:
    return local.open(ALICE, cast(Submit, None), cast(Directory, None))


@pytest.fixture
def listen(local: Local) -> Callable[[Listener], Callable[[], None]]:
    return partial(local.listen, ALICE.address)
