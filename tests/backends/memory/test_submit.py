"""What is sent is kept, once for each token."""

from __future__ import annotations

from outrider.backends.memory.account import MemoryAccount
from outrider.domain.roles import Envelope

ENVELOPE = Envelope(sender="alice@example.org", recipients=("bob@example.org",))


async def test_sending_with_the_same_token_sends_once(account: MemoryAccount) -> None:
    await account.submit.send(b"first", ENVELOPE, token=b"1")
    await account.submit.send(b"second", ENVELOPE, token=b"1")
    assert list(account.submit.sent.values()) == [(b"first", ENVELOPE)]


async def test_what_has_left_is_known_by_its_token(account: MemoryAccount) -> None:
    await account.submit.send(b"first", ENVELOPE, token=b"1")
    assert [await account.submit.has_left(ENVELOPE, token) for token in (b"1", b"2")] == [True, False]
