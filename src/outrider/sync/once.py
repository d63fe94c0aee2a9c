"""Doing something at most once.

The law: the token of an act is recorded with its result in the transaction that acts. Where the backend has
transactions of its own, the token goes to the backend, which gives the same result for the same token, and is
recorded right after. So an act asked for again after a lost answer or a crash is answered, not done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date

import msgspec

from outrider.domain.roles import Account, Token, Tx
from outrider.store.store import Store


def token_of(*what: object) -> Token:
    """A token for exactly this: who, in which state, what."""
    return hashlib.sha256(msgspec.msgpack.encode(what)).digest()


async def once(
    store: Store, account: Account, token: Token, act: Callable[[Tx | None], Awaitable[bytes]], *, today: date
) -> bytes:
    """The act's result: from the ledger if it was done, else by doing it."""
    known = await store.ledger.recall([token])
    if token in known:
        return known[token]
    return await perform(store, account, token, act, today=today)


async def perform(
    store: Store, account: Account, token: Token, act: Callable[[Tx | None], Awaitable[bytes]], *, today: date
) -> bytes:
    """Do an act that the ledger does not know, and record it."""
    if account.traits.transactional:
        async with store.database.write() as tx:
            result = await act(tx)
            await store.ledger.record(tx, token, result, today)
        return result
    return await beyond(store, token, act(None), today=today)


async def beyond(store: Store, token: Token, act: Awaitable[bytes], *, today: date) -> bytes:
    """Do an act that has its own memory of tokens, and record it after."""
    result = await act
    await store.ledger.note(token, result, today)
    return result
