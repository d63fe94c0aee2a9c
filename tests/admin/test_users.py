"""Acts on users."""

from __future__ import annotations

import pytest

from outrider.admin.services import Act, Services
from outrider.admin.users import (
    AddAlias,
    AddUsers,
    DisableUser,
    EnableUser,
    ListUsers,
    RemoveAlias,
    RemoveUser,
    SetPassword,
    SetUser,
    ShowUser,
)
from outrider.backends.local.users import NewUser
from outrider.domain.errors import BackendError
from outrider.store.views import ViewKey
from outrider.sync.hub import account_topic

ALICE = "alice@example.org"
NOBODY = "nobody@example.org"


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (AddUsers([NewUser(address=ALICE)]), "E-USER-EXISTS"),
        (AddUsers([NewUser(address="no address")]), "E-ADDRESS"),
        (AddUsers([NewUser(address=NOBODY, groups=["none"])]), "E-GROUP-UNKNOWN"),
        (AddUsers([NewUser(address=NOBODY, aliases=[ALICE])]), "E-ALIAS-TAKEN"),
        (AddUsers([NewUser(address=NOBODY, hash="plain")]), "E-PASSWORD"),
        (ShowUser(NOBODY), "E-USER-UNKNOWN"),
        (SetUser(ALICE, {"time_zone": "Mars/Base"}), "E-FIELD"),
        (SetUser(ALICE, {"nmae": "Alice"}), "E-FIELD"),
        (AddAlias(ALICE, "bob@example.org"), "E-ALIAS-TAKEN"),
        (RemoveAlias(ALICE, NOBODY), "E-ALIAS-UNKNOWN"),
        (SetPassword(ALICE, ""), "E-PASSWORD"),
        (SetPassword(NOBODY, "outrider"), "E-USER-UNKNOWN"),
        (EnableUser(NOBODY), "E-USER-UNKNOWN"),
        (DisableUser(NOBODY), "E-USER-UNKNOWN"),
        (RemoveUser(NOBODY), "E-USER-UNKNOWN"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    services: Services, act: Act[object], code: str
) -> None:
    before = await ListUsers().run(services)
    with pytest.raises(BackendError) as caught:
        await act.run(services)
    assert caught.value.code == code
    assert await ListUsers().run(services) == before


async def test_one_bad_user_keeps_all_from_being_added(services: Services) -> None:
    with pytest.raises(BackendError):
        await AddUsers([NewUser(address=NOBODY), NewUser(address=ALICE)]).run(services)
    assert len(await ListUsers().run(services)) == 2


async def test_fields_and_aliases_are_set(services: Services) -> None:
    await SetUser(ALICE, {"name": "Alice", "eas": False}).run(services)
    await AddAlias(ALICE, "al@example.org").run(services)
    user = await ShowUser("al@example.org").run(services)
    assert (user.address, user.name, user.eas, user.aliases) == (ALICE, "Alice", False, ("al@example.org",))
    assert (await RemoveAlias(ALICE, "al@example.org").run(services)).aliases == ()


async def test_a_disabled_user_can_be_enabled(services: Services) -> None:
    await DisableUser(ALICE).run(services)
    assert not (await ShowUser(ALICE).run(services)).enabled
    await EnableUser(ALICE).run(services)
    assert (await ShowUser(ALICE).run(services)).enabled


@pytest.mark.parametrize(
    "act", [SetPassword(ALICE, "another"), DisableUser(ALICE), SetUser(ALICE, {"eas": False})]
)
async def test_whoever_waits_is_told_at_once(services: Services, act: Act[object]) -> None:
    waiter = services.hub.listen([account_topic(ALICE)])
    await act.run(services)
    await services.users.list()  # a turn of the loop in which callbacks run
    assert waiter.future.done()
    waiter.close()


async def test_nothing_is_left_of_a_removed_user(services: Services) -> None:
    key = ViewKey(ALICE, "PHONE", "1")
    assert await services.store.views.save(key, 0, b"view")
    await RemoveUser(ALICE).run(services)
    assert [user.address for user in await ListUsers().run(services)] == ["bob@example.org"]
    assert (await services.store.views.load(ALICE, "PHONE", ["1"]))["1"].revision == 0


def test_a_password_does_not_show_itself() -> None:
    assert "secret" not in repr(SetPassword(ALICE, "secret"))
