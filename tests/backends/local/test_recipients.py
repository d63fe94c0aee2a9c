"""Whom alice writes to, as the store keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.backends.local.submit import LocalSubmit
from outrider.domain.folders import RECIPIENTS
from outrider.domain.items import Mailbox, Recipient, RecipientItem, Wish
from outrider.domain.recipients import MOST, MOST_NAMED
from outrider.domain.roles import Envelope
from tests.backends.local.embedded import Embedded, embedded

ALICE, BOB = "alice@example.org", "bob@example.org"
DORA = Mailbox("Dora", "dora@example.net")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add(ALICE)
        await made.add(BOB, name="Bob Example")
        yield made


async def account(store: Embedded) -> LocalAccount:
    identity = await store.authenticator.identify(ALICE)
    assert identity is not None
    return store.local.open(identity, LocalSubmit(identity, store.outbox()), store.directory)


async def kept(store: Embedded) -> dict[int, Recipient]:
    opened = await account(store)
    numbers = [touched.number for touched in await opened.feed.newest(RECIPIENTS, None, None, 1000)]
    found = await opened.items.read(RECIPIENTS, numbers, Wish())
    return {
        number: item.recipient
        for number, item in zip(numbers, found, strict=True)
        if isinstance(item, RecipientItem)
    }


async def names(store: Embedded) -> list[str]:
    """From the nearest to the farthest."""
    ranked = sorted((await kept(store)).values(), key=lambda one: -one.rank)
    return [one.name or one.address for one in ranked]


async def test_who_is_written_to_is_kept_once_and_rises(store: Embedded) -> None:
    for token in (b"1", b"2"):
        await store.local.remember(ALICE, [DORA, Mailbox("", "emil@example.net")], token)
        store.time += timedelta(days=1)
    await store.local.remember(ALICE, [Mailbox("", "DORA@example.net")], b"3")
    assert await names(store) == ["Dora", "emil@example.net"]
    [dora, emil] = sorted((await kept(store)).values(), key=lambda one: one.address)
    assert dora == Recipient(address="dora@example.net", name="Dora", rank=dora.rank)
    assert dora.rank > emil.rank


async def test_a_token_counts_once(store: Embedded) -> None:
    await store.local.remember(ALICE, [DORA], b"1")
    before = await kept(store)
    await store.local.remember(ALICE, [DORA], b"1")
    assert await kept(store) == before


async def test_a_user_here_is_known_by_name(store: Embedded) -> None:
    await store.local.remember(ALICE, [Mailbox("", BOB)], b"1")
    [bob] = (await kept(store)).values()
    assert (bob.name, bob.alias) == ("Bob Example", "bob")


async def test_the_nearest_are_kept(store: Embedded) -> None:
    crowd = [Mailbox("", f"u{number}@example.net") for number in range(MOST)]
    await store.local.remember(ALICE, crowd, b"1")
    store.time += timedelta(days=1)
    await store.local.remember(ALICE, [DORA, crowd[0]], b"2")
    told = await names(store)
    assert (len(told), told[:2]) == (MOST, [crowd[0].address, "Dora"])
    left = await store.database.read(
        lambda connection: connection.execute(
            "SELECT count(*) FROM contents WHERE class = 'recipients'"
        ).fetchall()
    )
    assert left == [(MOST,)]


async def test_sending_raises_all_but_the_user(store: Embedded) -> None:
    submit = (await account(store)).submit
    mime = f"From: {ALICE}\r\nTo: {ALICE}, Bobby <{BOB}>\r\nSubject: Lunch\r\n\r\nHello\r\n".encode()
    for _ in range(2):  # the answer to the first was lost
        await submit.send(mime, Envelope(sender=ALICE, recipients=(ALICE, BOB)), token=b"1")
    assert await names(store) == ["Bobby"]


async def test_who_writes_to_many_knows_none_of_them(store: Embedded) -> None:
    submit = (await account(store)).submit
    crowd = tuple(f"u{number}@example.org" for number in range(MOST_NAMED + 1))
    await submit.send(b"Subject: Hello\r\n\r\n", Envelope(sender=ALICE, recipients=crowd), token=b"1")
    assert await kept(store) == {}
