from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from outrider.backends.local import users
from outrider.backends.local.users import NewUser
from outrider.domain.errors import BackendError
from tests.backends.local.embedded import Embedded, embedded

ALICE = "alice@example.org"
BOB = "bob@example.org"
BEGIN_AND_END: Final = 2


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add(ALICE, name="Alice")
        yield made


async def refusal(doing: Awaitable[object]) -> str:
    with pytest.raises(BackendError) as caught:
        await doing
    assert not caught.value.temporary
    return caught.value.code


async def test_added_user_is_shown_with_all_fields(store: Embedded) -> None:
    await store.groups.add("staff")
    added = await store.users.add(
        NewUser(
            address="Bob@Example.org",
            password="outrider",
            fields={"name": " Bob ", "time_zone": "Europe/Berlin", "admin": True, "photo": b"\xff\xd8\xff"},
            aliases=["robert@example.org"],
            groups=["staff"],
        )
    )
    assert added == await store.users.show(BOB)
    assert (added.address, added.name, added.time_zone, added.admin) == (BOB, "Bob", "Europe/Berlin", True)
    assert (added.aliases, added.groups) == (("robert@example.org",), ("staff",))
    assert (added.eas, added.enabled, added.has_password, added.photo) == (True, True, True, b"\xff\xd8\xff")
    assert added.created == store.time


async def test_users_are_listed_by_address(store: Embedded) -> None:
    await store.add("aaron@example.org")
    assert [user.address for user in await store.users.list()] == ["aaron@example.org", ALICE]


async def test_many_users_cost_as_many_statements_as_one(store: Embedded) -> None:
    await store.groups.add("staff")
    added = await store.users.add_all(
        [
            NewUser(address=f"u{n}@example.org", aliases=[f"a{n}@example.org"], groups=["staff"])
            for n in range(50)
        ]
    )
    counters = store.database.counters
    for count in (1, 50):
        some = added[:count]
        addresses = [user.address for user in some]
        before = counters.statements
        assert await store.users.find(addresses) == some
        assert counters.statements - before == BEGIN_AND_END + 5
        assert await store.users.groups_of(addresses) == [("staff",)] * count
        assert counters.statements - before == 2 * BEGIN_AND_END + 5 + 2
    before = counters.statements
    assert len(await store.users.list()) == 51
    assert counters.statements - before == BEGIN_AND_END + 5


async def test_more_users_than_one_statement_asks_about_are_all_found(
    store: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "_AT_ONCE", 2)
    added = await store.users.add_all([NewUser(address=f"u{n}@example.org") for n in range(5)])
    assert await store.users.find([user.address for user in reversed(added)]) == added[::-1]
    assert len(await store.users.list()) == 6


async def test_many_are_found_by_any_address_and_who_is_not_there_is_nobody(store: Embedded) -> None:
    await store.users.add_alias(ALICE, "al@example.org")
    await store.groups.add("staff@example.org", [ALICE])
    alice = await store.users.show(ALICE)
    asked = ["AL@example.org", BOB, "no address", ALICE, "staff@example.org"]
    assert await store.users.find(asked) == [alice, None, None, alice, None]
    groups = ("staff@example.org",)
    assert await store.users.groups_of(asked) == [groups, (), (), groups, ()]


REFUSED_USERS = [
    (NewUser(address="alice"), "E-ADDRESS"),
    (NewUser(address="ALICE@example.org"), "E-USER-EXISTS"),
    (NewUser(address="taken@example.org"), "E-ADDRESS-TAKEN"),
    (NewUser(address="staff@example.org"), "E-ADDRESS-TAKEN"),
    (NewUser(address=BOB, aliases=[ALICE]), "E-ALIAS-TAKEN"),
    (NewUser(address=BOB, aliases=["staff@example.org"]), "E-ALIAS-TAKEN"),
    (NewUser(address=BOB, aliases=["robert"]), "E-ADDRESS"),
    (NewUser(address=BOB, groups=["nobody"]), "E-GROUP-UNKNOWN"),
    (NewUser(address=BOB, hash="outrider"), "E-PASSWORD"),
    (NewUser(address=BOB, fields={"nickname": "B"}), "E-FIELD"),
    (NewUser(address=BOB, fields={"name": "B\r\nX-Admin: yes"}), "E-FIELD"),
    (NewUser(address=BOB, fields={"name": "B" * 257}), "E-FIELD"),
    (NewUser(address=BOB, fields={"time_zone": "Europe/Nowhere"}), "E-FIELD"),
    (NewUser(address=BOB, fields={"time_zone": "../../etc/passwd"}), "E-FIELD"),
    (NewUser(address=BOB, fields={"photo": b"GIF89a"}), "E-FIELD"),
    (NewUser(address=BOB, fields={"admin": "yes"}), "E-FIELD"),
]


@pytest.mark.parametrize(("new", "code"), REFUSED_USERS)
async def test_user_who_cannot_be_is_refused_whole(store: Embedded, new: NewUser, code: str) -> None:
    await store.users.add_alias(ALICE, "taken@example.org")
    await store.groups.add("staff")
    assert await refusal(store.users.add(new)) == code
    assert len(await store.users.list()) == 1


async def test_misspelt_field_is_named_with_the_right_one(store: Embedded) -> None:
    with pytest.raises(BackendError, match="given_name"):
        await store.users.set(ALICE, {"givenname": "A"})


async def test_import_adds_all_or_none(store: Embedded) -> None:
    code = await refusal(store.users.add_all([NewUser(address=BOB), NewUser(address=ALICE)]))
    assert code == "E-USER-EXISTS"
    assert [user.address for user in await store.users.list()] == [ALICE]


async def test_import_takes_ready_hashes(store: Embedded) -> None:
    ready = store.passwords.hash("outrider")
    await store.users.add_all([NewUser(address=BOB, hash=ready), NewUser(address="eve@example.org")])
    assert await store.authenticator.check(BOB, "outrider")


async def test_fields_change_and_the_others_stay(store: Embedded) -> None:
    changed = await store.users.set(ALICE, {"company": "Example", "eas": False})
    assert (changed.company, changed.eas, changed.name) == ("Example", False, "Alice")


async def test_photo_can_be_taken_away(store: Embedded) -> None:
    await store.users.set(ALICE, {"photo": b"\x89PNG\r\n\x1a\n"})
    assert (await store.users.set(ALICE, {"photo": None})).photo is None


async def test_new_password_replaces_the_old_one(store: Embedded) -> None:
    await store.users.set_password(ALICE, "better")
    assert await store.authenticator.check(ALICE, "outrider") is None
    assert await store.authenticator.check(ALICE, "better")


async def test_empty_password_is_refused(store: Embedded) -> None:
    assert await refusal(store.users.set_password(ALICE, "")) == "E-PASSWORD"


async def test_enabled_user_signs_in_again(store: Embedded) -> None:
    await store.users.disable(ALICE)
    assert not (await store.users.show(ALICE)).enabled
    await store.users.enable(ALICE)
    assert await store.authenticator.check(ALICE, "outrider")


async def test_alias_can_be_taken_away_and_given_to_another(store: Embedded) -> None:
    await store.add(BOB)
    await store.users.add_alias(ALICE, "info@example.org")
    await store.users.remove_alias(ALICE, "info@example.org")
    assert (await store.users.add_alias(BOB, "Info@example.org")).aliases == ("info@example.org",)


@pytest.mark.parametrize("alias", [ALICE, "info@example.org"])
async def test_only_an_alias_can_be_taken_away(store: Embedded, alias: str) -> None:
    assert await refusal(store.users.remove_alias(ALICE, alias)) == "E-ALIAS-UNKNOWN"


async def test_removed_user_is_gone_with_addresses_memberships_and_data(store: Embedded) -> None:
    await store.groups.add("staff", [ALICE, "al@example.org"])
    await store.users.add_alias(ALICE, "al@example.org")
    await store.app_passwords.add(ALICE, "phone")
    await store.users.remove(ALICE)
    assert await store.users.list() == []
    assert (await store.groups.show("staff")).members == ()
    await store.add("al@example.org")


async def test_mail_of_a_removed_user_is_not_given_to_a_new_one(store: Embedded) -> None:
    await store.local.deliver([ALICE], b"Subject: old\r\n\r\n")
    await store.users.remove(ALICE)
    await store.add(ALICE)
    assert await store.inbox(ALICE) == []


Act = Callable[[Embedded], Awaitable[object]]
CHANGES: list[Act] = [
    lambda store: store.users.set(ALICE, {"admin": True}),
    lambda store: store.users.set_password(ALICE, "better"),
    lambda store: store.users.add_alias(ALICE, "al@example.org"),
    lambda store: store.app_passwords.add(ALICE, "phone"),
    lambda store: store.groups.add("staff", [ALICE]),
]


@pytest.mark.parametrize("act", CHANGES)
async def test_change_gives_a_new_stamp_and_is_told(store: Embedded, act: Act) -> None:
    before = await store.stamp(ALICE)
    await act(store)
    assert await store.stamp(ALICE) != before
    assert store.changed == [ALICE]


async def test_disabling_gives_a_new_stamp(store: Embedded) -> None:
    before = await store.stamp(ALICE)
    await store.users.disable(ALICE)
    await store.users.enable(ALICE)
    assert await store.stamp(ALICE) != before
    assert store.changed == [ALICE, ALICE]


async def test_removal_is_told(store: Embedded) -> None:
    await store.users.remove(ALICE)
    assert store.changed == [ALICE]


async def test_refused_change_is_not_told(store: Embedded) -> None:
    await refusal(store.users.add_alias(ALICE, ALICE))
    assert store.changed == []


UNKNOWN: list[Act] = [
    lambda store: store.users.show(BOB),
    lambda store: store.users.set(BOB, {}),
    lambda store: store.users.set_password(BOB, "outrider"),
    lambda store: store.users.enable(BOB),
    lambda store: store.users.disable(BOB),
    lambda store: store.users.remove(BOB),
    lambda store: store.users.add_alias(BOB, "al@example.org"),
    lambda store: store.app_passwords.add(BOB, "phone"),
    lambda store: store.app_passwords.list(BOB),
]


@pytest.mark.parametrize("act", UNKNOWN)
async def test_unknown_user_is_named_as_such(store: Embedded, act: Act) -> None:
    assert await refusal(act(store)) == "E-USER-UNKNOWN"


async def test_the_mark_of_a_proof_changes_with_the_password_alone(store: Embedded) -> None:
    before = await store.users.proof(ALICE)
    await store.users.set(ALICE, {"name": "Alice B."})
    await store.users.disable(ALICE)
    other = await store.users.proof(ALICE)
    assert (before.enabled, other.enabled) == (True, False)
    assert other.mark == before.mark
    assert other.stamp != before.stamp
    await store.users.set_password(ALICE, "another")
    assert (await store.users.proof(ALICE)).mark != before.mark
