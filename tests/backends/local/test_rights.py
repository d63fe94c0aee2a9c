"""Who may do what with whose calendar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from outrider.backends.local.refusals import RightError, UserUnknownError
from outrider.domain.roles import CalendarRight
from tests.backends.local.embedded import Embedded, embedded

ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.org"
NONE, FREE_BUSY, READ, EDIT = CalendarRight


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        for address in (ALICE, BOB, CAROL):
            await made.add(address)
        yield made


@pytest.mark.parametrize(
    ("everybody", "delegated", "right"),
    [
        (None, None, FREE_BUSY),
        ("none", None, NONE),
        ("read", None, READ),
        ("none", "read", READ),
        ("read", "edit", EDIT),
        (None, "none", FREE_BUSY),
    ],
)
async def test_the_most_counts_of_what_all_may_and_what_was_delegated(
    store: Embedded, everybody: str | None, delegated: str | None, right: CalendarRight
) -> None:
    if everybody is not None:
        await store.rights.open(ALICE, everybody)
    if delegated is not None:
        await store.rights.delegate(ALICE, BOB, delegated)
    assert await store.rights.calendar(ALICE, BOB) is right


async def test_what_is_delegated_to_one_holds_for_no_other(store: Embedded) -> None:
    await store.rights.delegate(ALICE, BOB, "edit")
    assert await store.rights.calendar(ALICE, CAROL) is FREE_BUSY
    assert await store.rights.calendar(BOB, ALICE) is FREE_BUSY


async def test_everybody_may_do_all_with_their_own(store: Embedded) -> None:
    await store.rights.open(ALICE, "none")
    assert await store.rights.calendar(ALICE, ALICE) is EDIT


async def test_who_is_unknown_is_one_of_everybody(store: Embedded) -> None:
    assert await store.rights.calendar(ALICE, "nobody@example.com") is FREE_BUSY
    with pytest.raises(UserUnknownError):
        await store.rights.calendar("nobody@example.com", ALICE)


async def test_an_alias_stands_for_its_user(store: Embedded) -> None:
    await store.users.add_alias(BOB, "boss@example.org")
    await store.rights.delegate(ALICE, "boss@example.org", "edit")
    assert await store.rights.calendar(ALICE, BOB) is EDIT
    assert (await store.users.show(ALICE)).delegates == {BOB: "edit"}


async def test_a_later_delegation_replaces_an_earlier_one(store: Embedded) -> None:
    await store.rights.delegate(ALICE, BOB, "edit")
    await store.rights.delegate(ALICE, BOB, "read")
    assert (await store.users.show(ALICE)).delegates == {BOB: "read"}
    await store.rights.delegate(ALICE, BOB, "none")
    assert (await store.users.show(ALICE)).delegates == {}


async def test_a_delegate_gets_a_new_stamp_and_is_told_of(store: Embedded) -> None:
    before = await store.stamp(BOB)
    await store.rights.delegate(ALICE, BOB, "edit")
    assert await store.stamp(BOB) != before
    assert store.changed == [BOB]


async def test_rights_go_with_the_users(store: Embedded) -> None:
    await store.rights.delegate(ALICE, BOB, "edit")
    await store.users.remove(BOB)
    assert (await store.users.show(ALICE)).delegates == {}


@pytest.mark.parametrize("right", ["edit", "all", ""])
async def test_everybody_is_given_only_what_exists(store: Embedded, right: str) -> None:
    with pytest.raises(RightError):
        await store.rights.open(ALICE, right)


@pytest.mark.parametrize(("to", "right"), [(BOB, "free-busy"), (BOB, "all"), (ALICE, "edit")])
async def test_a_delegate_is_another_user_with_a_right_that_exists(
    store: Embedded, to: str, right: str
) -> None:
    with pytest.raises(RightError):
        await store.rights.delegate(ALICE, to, right)


async def test_only_users_have_delegates(store: Embedded) -> None:
    with pytest.raises(UserUnknownError):
        await store.rights.delegate(ALICE, "nobody@example.org", "edit")
    with pytest.raises(UserUnknownError):
        await store.rights.delegate("nobody@example.org", BOB, "edit")
