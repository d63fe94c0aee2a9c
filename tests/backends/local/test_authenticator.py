from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.backends.local.authenticator import LocalAuthenticator, Login, read_login
from outrider.backends.local.passwords import Passwords
from outrider.backends.local.users import NewUser
from outrider.database import Database
from tests.backends.local.embedded import Embedded, embedded
from tests.contract.authenticator import AuthenticatorContract


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.groups.add("staff")
        await made.users.add(
            NewUser(
                address="alice@example.org",
                password="outrider",
                aliases=["al@example.org"],
                groups=["staff"],
            )
        )
        await made.add("carol@example.org")
        await made.users.disable("carol@example.org")
        yield made


class TestLocalAuthenticator(AuthenticatorContract):
    @pytest.fixture
    def authenticator(self, store: Embedded) -> LocalAuthenticator:
        return store.authenticator


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        ("alice@example.org", Login(local="alice", domain="example.org", exact=True)),
        ("Alice", Login(local="alice")),
        ("CORP_1\\alice", Login(local="alice", domain="corp_1")),
        ("CORP\\alice@example.org", Login(local="alice", domain="example.org", exact=True)),
        ("\\alice", Login(local="alice")),
        ("", None),
        ("CORP\\", None),
        ("al ice", None),
    ],
)
def test_login_name_is_taken_apart(typed: str, login: Login | None) -> None:
    assert read_login(typed) == login


@given(st.text())
def test_any_login_name_is_read_or_refused(typed: str) -> None:
    login = read_login(typed)
    assert login is None or "\r" not in login.local


async def test_local_part_signs_in_to_the_usual_domain_where_several_have_it(store: Embedded) -> None:
    await store.add("alice@example.net", "other")
    assert await store.authenticator.check("alice", "other") is None
    assert await store.authenticator.check("alice", "outrider")


async def test_windows_domain_chooses_among_several(store: Embedded) -> None:
    await store.add("alice@branch.example.net", "other")
    identity = await store.authenticator.check("BRANCH\\alice", "other")
    assert identity is not None
    assert identity.address == "alice@branch.example.net"


async def test_local_part_that_only_one_user_has_needs_no_usual_domain(store: Embedded) -> None:
    await store.add("dora@example.net")
    assert await store.authenticator.check("dora", "outrider")


async def test_local_part_of_two_elsewhere_is_nobody(store: Embedded) -> None:
    await store.add("dora@example.net")
    await store.add("dora@example.com")
    assert await store.authenticator.check("dora", "outrider") is None


async def test_alias_signs_in_to_the_account(store: Embedded) -> None:
    identity = await store.authenticator.check("al@example.org", "outrider")
    assert identity is not None
    assert identity.address == "alice@example.org"


async def test_group_is_not_a_login(store: Embedded) -> None:
    assert await store.authenticator.check("staff@example.org", "outrider") is None


async def test_empty_password_looks_nothing_up(store: Embedded) -> None:
    with mock.patch.object(Database, "read") as read:
        assert await store.authenticator.check("alice@example.org", "") is None
    read.assert_not_called()


async def test_unknown_name_takes_the_time_of_a_check(store: Embedded) -> None:
    with mock.patch.object(Passwords, "spend", autospec=True) as spend:
        await store.authenticator.check("nobody@example.org", "outrider")
    spend.assert_called_once()


async def test_user_without_a_password_takes_the_time_of_a_check(store: Embedded) -> None:
    await store.users.add(NewUser(address="eve@example.org"))
    with mock.patch.object(Passwords, "spend", autospec=True) as spend:
        assert await store.authenticator.check("eve@example.org", "outrider") is None
    spend.assert_called_once()


async def test_app_password_signs_in_beside_the_main_one(store: Embedded) -> None:
    _, typed = await store.app_passwords.add("alice@example.org", "phone")
    assert await store.authenticator.check("alice@example.org", typed.upper())
    assert await store.authenticator.check("alice@example.org", "outrider")


async def test_app_password_of_another_user_is_refused(store: Embedded) -> None:
    await store.add("bob@example.org")
    _, typed = await store.app_passwords.add("bob@example.org", "phone")
    assert await store.authenticator.check("alice@example.org", typed) is None


async def test_revoked_app_password_is_refused(store: Embedded) -> None:
    made, typed = await store.app_passwords.add("alice@example.org", "phone")
    await store.app_passwords.revoke("alice@example.org", made.number)
    assert await store.authenticator.check("alice@example.org", typed) is None


async def test_a_disabled_user_is_known_as_such_by_an_app_password_too(store: Embedded) -> None:
    _, typed = await store.app_passwords.add("carol@example.org", "phone")
    identity = await store.authenticator.check("carol@example.org", typed)
    assert identity is not None
    assert not identity.enabled


async def test_use_of_an_app_password_is_noted_once_a_day(store: Embedded) -> None:
    _, typed = await store.app_passwords.add("alice@example.org", "phone")
    await store.authenticator.check("alice@example.org", typed)
    (listed,) = await store.app_passwords.list("alice@example.org")
    assert listed.last_used == store.time.date()
    with mock.patch.object(Database, "transact") as transact:
        await store.authenticator.check("alice@example.org", typed)
    transact.assert_not_called()


async def test_use_of_an_app_password_does_not_change_the_stamp(store: Embedded) -> None:
    _, typed = await store.app_passwords.add("alice@example.org", "phone")
    before = await store.stamp("alice@example.org")
    await store.authenticator.check("alice@example.org", typed)
    assert await store.stamp("alice@example.org") == before


SSHA_OF_OUTRIDER = "{SSHA}4rkAnZzTxr/yF5VG1YTSg6QNXMZzYWx0c2FsdA=="


async def test_hash_of_another_system_is_replaced_at_the_first_sign_in(store: Embedded) -> None:
    await store.users.add(NewUser(address="old@example.org", hash=SSHA_OF_OUTRIDER))
    before = await store.stamp("old@example.org")
    assert await store.authenticator.check("old@example.org", "outrider")
    kept = await store.database.read(
        lambda connection: connection.execute(
            "SELECT password FROM users WHERE address = 'old@example.org'"
        ).fetchone()[0]
    )
    assert kept.startswith("$argon2id$")
    assert await store.authenticator.check("old@example.org", "outrider")
    assert await store.stamp("old@example.org") == before
