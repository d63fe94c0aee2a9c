from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from outrider.backends.local.groups import Group
from outrider.domain.errors import BackendError
from tests.backends.local.embedded import Embedded, embedded

ALICE = "alice@example.org"
BOB = "bob@example.org"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add(ALICE)
        await made.add(BOB)
        yield made


async def test_plain_name_is_written_to_at_the_usual_domain(store: Embedded) -> None:
    made = await store.groups.add("Staff", ["Bob@Example.org", ALICE, ALICE])
    assert made == Group(name="Staff", address="staff@example.org", members=(ALICE, BOB))
    assert await store.groups.show("Staff") == made


async def test_name_may_be_an_address(store: Embedded) -> None:
    made = await store.groups.add("Team@example.net", ["carol@elsewhere.example"])
    assert made == Group(
        name="team@example.net", address="team@example.net", members=("carol@elsewhere.example",)
    )


async def test_name_that_no_address_can_have_is_a_target_of_policies_only(store: Embedded) -> None:
    assert (await store.groups.add("All of us")).address is None


async def test_members_enter_and_leave(store: Embedded) -> None:
    await store.groups.add("staff", [ALICE])
    assert (await store.groups.enter("staff", [BOB])).members == (ALICE, BOB)
    assert (await store.groups.leave("staff", [ALICE, "nobody@example.org"])).members == (BOB,)


async def test_groups_are_listed_by_name(store: Embedded) -> None:
    await store.groups.add("staff")
    await store.groups.add("board")
    assert [group.name for group in await store.groups.list()] == ["board", "staff"]


async def test_removed_group_leaves_other_groups_and_frees_its_address(store: Embedded) -> None:
    await store.groups.add("staff", [ALICE])
    await store.groups.add("everyone", ["staff@example.org"])
    await store.groups.remove("staff")
    assert (await store.groups.show("everyone")).members == ()
    await store.add("staff@example.org")


async def test_group_is_inherited_through_other_groups(store: Embedded) -> None:
    await store.groups.add("staff", [ALICE])
    await store.groups.add("everyone", ["staff@example.org"])
    assert (await store.users.show(ALICE)).groups == ("everyone", "staff")


async def test_groups_that_contain_each_other_end(store: Embedded) -> None:
    await store.groups.add("one", ["two@example.org", ALICE])
    await store.groups.add("two", ["one@example.org"])
    assert (await store.users.show(ALICE)).groups == ("one", "two")


async def test_membership_changes_are_told_to_those_concerned(store: Embedded) -> None:
    await store.groups.add("staff", [ALICE])
    await store.groups.add("everyone", ["staff@example.org"])
    store.changed.clear()
    await store.groups.leave("everyone", ["staff@example.org"])
    await store.groups.enter("staff", [BOB])
    await store.groups.remove("staff")
    assert store.changed == [ALICE, BOB, ALICE, BOB]


Act = Callable[[Embedded], Awaitable[object]]
REFUSED: list[tuple[Act, str]] = [
    (lambda store: store.groups.add("staff"), "E-GROUP-EXISTS"),
    (lambda store: store.groups.add("alice"), "E-ADDRESS-TAKEN"),
    (lambda store: store.groups.add(ALICE), "E-ADDRESS-TAKEN"),
    (lambda store: store.groups.add("team@"), "E-ADDRESS"),
    (lambda store: store.groups.add("team", ["bob"]), "E-ADDRESS"),
    (lambda store: store.groups.add(" "), "E-FIELD"),
    (lambda store: store.groups.add("a\nb"), "E-FIELD"),
    (lambda store: store.groups.show("nobody"), "E-GROUP-UNKNOWN"),
    (lambda store: store.groups.enter("nobody", [ALICE]), "E-GROUP-UNKNOWN"),
    (lambda store: store.groups.remove("nobody"), "E-GROUP-UNKNOWN"),
]


@pytest.mark.parametrize(("act", "code"), REFUSED)
async def test_what_cannot_be_is_refused_and_changes_nothing(store: Embedded, act: Act, code: str) -> None:
    await store.groups.add("staff", [ALICE])
    before = await store.groups.list()
    with pytest.raises(BackendError) as caught:
        await act(store)
    assert caught.value.code == code
    assert await store.groups.list() == before
