"""Doing something at most once."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.domain.errors import FullError
from outrider.domain.roles import Account, Traits, Tx
from outrider.store.store import Store
from outrider.sync.once import beyond, once, perform, token_of

TODAY = date(2026, 3, 31)
TOKEN = token_of("a test")


class Elsewhere:
    """An account whose backend has transactions of its own."""

    traits = Traits()


class Act:
    """Counts how often it is done, and remembers the transaction it was given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.times = 0
        self.tx: list[Tx | None] = []
        self.error = error

    async def __call__(self, tx: Tx | None) -> bytes:
        self.times += 1
        self.tx.append(tx)
        if self.error is not None:
            raise self.error
        return b"done %d" % self.times


@pytest.fixture(params=["transactional", "elsewhere"])
def anywhere(request: pytest.FixtureRequest, account: LocalAccount) -> Account:
    return account if request.param == "transactional" else cast(Account, Elsewhere())


def test_a_token_stands_for_exactly_what_it_is_made_of() -> None:
    words = [("ab", "c"), ("a", "bc"), ("abc",), ("ab", b"c"), ("ab", ("c",)), ("ab", None)]
    assert len({token_of(*word) for word in words}) == len(words)
    assert token_of("ab", 1) == token_of("ab", 1)


async def test_what_was_done_is_answered_from_the_ledger(store: Store, anywhere: Account) -> None:
    act = Act()
    first = await once(store, anywhere, TOKEN, act, today=TODAY)
    assert (await once(store, anywhere, TOKEN, act, today=TODAY), act.times) == (first, 1)
    assert await once(store, anywhere, token_of("another"), act, today=TODAY) == b"done 2"


async def test_what_failed_is_not_on_record(store: Store, anywhere: Account) -> None:
    with pytest.raises(FullError):
        await once(store, anywhere, TOKEN, Act(FullError("No room.")), today=TODAY)
    assert await store.ledger.recall([TOKEN]) == {}
    assert await once(store, anywhere, TOKEN, Act(), today=TODAY) == b"done 1"


async def test_the_record_is_part_of_the_transaction_that_acts(store: Store, account: LocalAccount) -> None:
    act = Act()
    await perform(store, account, TOKEN, act, today=TODAY)
    assert act.tx[0] is not None
    assert await store.ledger.recall([TOKEN]) == {TOKEN: b"done 1"}


async def test_a_backend_with_its_own_transactions_gets_none_of_ours(store: Store) -> None:
    act = Act()
    await perform(store, cast(Account, Elsewhere()), TOKEN, act, today=TODAY)
    assert act.tx == [None]
    assert await store.ledger.recall([TOKEN]) == {TOKEN: b"done 1"}


async def test_what_reaches_beyond_is_recorded_after(store: Store) -> None:
    assert await beyond(store, TOKEN, Act()(None), today=TODAY) == b"done 1"
    assert await store.ledger.recall([TOKEN]) == {TOKEN: b"done 1"}
