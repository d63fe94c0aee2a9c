from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from outrider.backends.local.app_passwords import LocalAppPasswords
from outrider.domain.errors import BackendError
from tests.backends.local.embedded import MADE, Embedded, embedded

ALICE = "alice@example.org"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add(ALICE)
        await made.add("bob@example.org")
        yield made


async def test_app_password_is_listed_without_its_secret(store: Embedded) -> None:
    made, typed = await store.app_passwords.add(ALICE, " phone ")
    assert await store.app_passwords.list(ALICE) == [made]
    assert (made.label, made.created, made.last_used, made.revoked) == ("phone", store.time, None, None)
    assert typed not in repr(made)


async def test_only_the_keyed_hash_is_kept(store: Embedded) -> None:
    _, typed = await store.app_passwords.add(ALICE, "phone")
    kept = await store.database.read(
        lambda connection: connection.execute("SELECT mac FROM app_passwords").fetchone()[0]
    )
    assert kept == MADE.mac(typed)


async def test_revoked_one_stays_listed_with_its_time(store: Embedded) -> None:
    made, _ = await store.app_passwords.add(ALICE, "phone")
    store.time += timedelta(hours=1)
    revoked = await store.app_passwords.revoke(ALICE, made.number)
    assert revoked.revoked == store.time
    assert await store.app_passwords.list(ALICE) == [revoked]


async def test_revoking_gives_a_new_stamp_and_is_told(store: Embedded) -> None:
    made, _ = await store.app_passwords.add(ALICE, "phone")
    before = await store.stamp(ALICE)
    await store.app_passwords.revoke(ALICE, made.number)
    assert await store.stamp(ALICE) != before
    assert store.changed == [ALICE, ALICE]


@pytest.mark.parametrize("owner", ["bob@example.org", ALICE])
async def test_only_an_own_one_can_be_revoked_and_only_once(store: Embedded, owner: str) -> None:
    made, _ = await store.app_passwords.add(ALICE, "phone")
    if owner == ALICE:
        await store.app_passwords.revoke(ALICE, made.number)
    with pytest.raises(BackendError) as caught:
        await store.app_passwords.revoke(owner, made.number)
    assert caught.value.code == "E-APP-PASSWORD-UNKNOWN"


@pytest.mark.parametrize("label", ["", "  ", "x" * 65, "a\nb"])
async def test_label_is_a_short_line(store: Embedded, label: str) -> None:
    with pytest.raises(BackendError) as caught:
        await store.app_passwords.add(ALICE, label)
    assert caught.value.code == "E-FIELD"


async def test_an_app_password_is_known_again_for_its_user_alone(store: Embedded) -> None:
    made, typed = await store.app_passwords.add(ALICE, "phone")
    has = store.app_passwords.has
    assert await has(ALICE, typed.upper().replace("-", " "))
    assert not await has("bob@example.org", typed)
    assert not await has(ALICE, "outrider")
    assert not await has(ALICE, "a" * 26)
    await store.app_passwords.revoke(ALICE, made.number)
    assert await has(ALICE, typed)


@pytest.fixture
async def few(store: Embedded) -> LocalAppPasswords:
    """App passwords of which a user may have two, and of which Alice has two."""
    few = LocalAppPasswords(store.database, MADE, changed=store.changed.append, now=store.now, most=2)
    for label in ("phone", "tablet"):
        await few.add(ALICE, label)
    return few


async def test_a_user_has_no_more_than_are_allowed(store: Embedded, few: LocalAppPasswords) -> None:
    before = await store.stamp(ALICE)
    with pytest.raises(BackendError, match="has 2 app passwords, and may have 2") as caught:
        await few.add(ALICE, "watch")
    assert caught.value.code == "E-APP-PASSWORD-LIMIT"
    assert [one.label for one in await few.list(ALICE)] == ["phone", "tablet"]
    assert await store.stamp(ALICE) == before


async def test_one_that_is_revoked_takes_no_place_and_others_have_places_of_their_own(
    few: LocalAppPasswords,
) -> None:
    await few.add("bob@example.org", "phone")
    [first, _] = await few.list(ALICE)
    await few.revoke(ALICE, first.number)
    made, _ = await few.add(ALICE, "watch")
    assert made.label == "watch"


async def test_who_has_more_than_are_allowed_keeps_them(store: Embedded, few: LocalAppPasswords) -> None:
    made, _ = await store.app_passwords.add(ALICE, "from before")
    assert made in await few.list(ALICE)


async def test_of_those_that_were_revoked_the_latest_are_kept(store: Embedded) -> None:
    for number in range(53):
        made, _ = await store.app_passwords.add(ALICE, f"phone {number}")
        store.time += timedelta(seconds=1)
        await store.app_passwords.revoke(ALICE, made.number)
    await store.app_passwords.add(ALICE, "last")
    labels = [one.label for one in await store.app_passwords.list(ALICE)]
    assert labels == [*(f"phone {number}" for number in range(3, 53)), "last"]
