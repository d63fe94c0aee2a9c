"""An account over a source that only lists keeps to every contract that others keep to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

import pytest

from outrider.backends.memory.account import MemoryAccount
from outrider.database import Database
from outrider.domain.roles import Account, Directory, Identity, Listener, Submit
from outrider.store.sources import Sources
from outrider.sync.feed import Looks
from outrider.sync.listed import ListedAccount, open_listed
from tests.contract.accounts import ListenContract
from tests.contract.feed import FeedContract
from tests.contract.folders import FoldersContract
from tests.contract.items import ItemsContract
from tests.listing import ListingMemory

ALICE = Identity(address="alice@example.org")


@pytest.fixture(params=[True, False], ids=["marks", "no marks"])
def source(request: pytest.FixtureRequest) -> ListingMemory:
    return ListingMemory(MemoryAccount(ALICE), marks=request.param)


@pytest.fixture
def looks(database: Database) -> Looks:
    return Looks(Sources(database))


@pytest.fixture
async def listed(looks: Looks, source: ListingMemory) -> ListedAccount:
    account = open_listed(looks, ALICE, source, submit=cast(Submit, None), directory=cast(Directory, None))
    await account.folders.list()
    return account


class TestListedFolders(FoldersContract):
    @pytest.fixture
    def account(self, listed: ListedAccount) -> Account:
        return listed


class TestListedFeed(FeedContract):
    @pytest.fixture
    def account(self, listed: ListedAccount) -> Account:
        return listed


class TestListedItems(ItemsContract):
    @pytest.fixture
    def account(self, listed: ListedAccount) -> Account:
        return listed


class TestListedListen(ListenContract):
    @pytest.fixture
    def account(self, listed: ListedAccount) -> Account:
        return listed

    @pytest.fixture
    def listen(self, looks: Looks, source: ListingMemory) -> Callable[[Listener], Callable[[], None]]:
        return partial(looks.listen, ALICE.address, source)
