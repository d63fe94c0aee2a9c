"""The reference implementation keeps to the contracts, and fails when a test wants it to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from outrider.backends.memory import MemoryAccount, MemoryAccounts
from outrider.domain.errors import BackendError
from outrider.domain.roles import Accounts, Entries, Envelope, Identity, Listener, OutOfOffice, Person
from tests.contract.absence import OutOfOfficeContract
from tests.contract.accounts import ListenContract
from tests.contract.documents import mail
from tests.contract.feed import FeedContract
from tests.contract.folders import FoldersContract
from tests.contract.items import ItemsContract
from tests.contract.search import SearchContract

ALICE = Identity(address="alice@example.org")


@pytest.fixture
def memory() -> MemoryAccount:
    return MemoryAccount(ALICE)


class TestMemoryFolders(FoldersContract):
    @pytest.fixture
    def account(self, memory: MemoryAccount) -> MemoryAccount:
        return memory


class TestMemoryFeed(FeedContract):
    @pytest.fixture
    def account(self, memory: MemoryAccount) -> MemoryAccount:
        return memory


class TestMemoryItems(ItemsContract):
    @pytest.fixture
    def account(self, memory: MemoryAccount) -> MemoryAccount:
        return memory


class TestMemorySearch(SearchContract):
    @pytest.fixture
    def account(self, memory: MemoryAccount) -> MemoryAccount:
        return memory


class TestMemoryOutOfOffice(OutOfOfficeContract):
    @pytest.fixture
    def office(self, memory: MemoryAccount) -> OutOfOffice:
        return memory.out_of_office


class TestMemoryListen(ListenContract):
    @pytest.fixture
    def account(self, memory: MemoryAccount) -> MemoryAccount:
        return memory

    @pytest.fixture
    def listen(self, memory: MemoryAccount) -> Callable[[Listener], Callable[[], None]]:
        return memory.listen


async def test_a_hook_makes_a_verb_fail_before_it_acts(memory: MemoryAccount) -> None:
    def refuse(verb: str) -> None:
        if verb == "items.create":
            raise BackendError("Out of order.", temporary=True)

    memory.interpose(refuse)
    with pytest.raises(BackendError):
        await memory.items.create(1, mail(), b"1")
    assert await memory.feed.count(1, None) == 0
    memory.interpose(lambda verb: None)
    await memory.items.create(1, mail(), b"1")
    assert await memory.feed.count(1, None) == 1


async def test_sending_with_the_same_token_sends_once(memory: MemoryAccount) -> None:
    envelope = Envelope(sender=ALICE.address, recipients=("bob@example.org",))
    await memory.submit.send(b"first", envelope, token=b"1")
    await memory.submit.send(b"second", envelope, token=b"1")
    assert list(memory.submit.sent.values()) == [(b"first", envelope)]


async def test_people_are_found_by_name_and_address(memory: MemoryAccount) -> None:
    bob = Person(address="bob@example.org", name="Bob Example")
    memory.directory.people.append(bob)
    assert await memory.directory.find("EXAMPLE", 0, 5) == Entries(people=(bob,), total=1)
    assert await memory.directory.lookup("Bob@example.org") == bob
    assert await memory.directory.lookup("carol@example.org") is None


def test_an_account_is_the_same_each_time_it_is_opened() -> None:
    accounts: Accounts = MemoryAccounts()
    assert accounts.open(ALICE) is accounts.open(ALICE)
