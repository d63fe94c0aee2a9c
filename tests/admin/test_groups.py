"""Acts on groups."""

from __future__ import annotations

import pytest

from outrider.admin.groups import AddGroup, ListGroups, RemoveGroup, ShowGroup
from outrider.admin.services import Act, Services
from outrider.domain.errors import BackendError

ALICE = "alice@example.org"
TEAM = "team@example.org"


async def test_members_enter_and_leave(services: Services) -> None:
    assert (await AddGroup(TEAM, [ALICE]).run(services)).members == (ALICE,)
    await AddGroup(TEAM, ["bob@example.org"]).run(services)
    await RemoveGroup(TEAM, [ALICE]).run(services)
    assert (await ShowGroup(TEAM).run(services)).members == ("bob@example.org",)
    await RemoveGroup(TEAM, []).run(services)
    assert await ListGroups().run(services) == []


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (AddGroup(ALICE, []), "E-ADDRESS-TAKEN"),
        (AddGroup("", []), "E-FIELD"),
        (ShowGroup(TEAM), "E-GROUP-UNKNOWN"),
        (RemoveGroup(TEAM, []), "E-GROUP-UNKNOWN"),
    ],
)
async def test_refusals(services: Services, act: Act[object], code: str) -> None:
    with pytest.raises(BackendError) as caught:
        await act.run(services)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "again"), [(TEAM, TEAM), ("Staff", "staff"), ("Straße", "STRASSE"), (TEAM, TEAM.upper())]
)
async def test_a_group_is_not_made_twice_in_whatever_case(services: Services, name: str, again: str) -> None:
    await AddGroup(name, []).run(services)
    with pytest.raises(BackendError, match=name) as caught:
        await AddGroup(again, []).run(services)
    assert caught.value.code == "E-GROUP-EXISTS"
