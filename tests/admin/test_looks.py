"""What acts are done to, looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from outrider.admin.looks import (
    AbsenceLook,
    AppPasswordsLook,
    AssignmentLook,
    BurstLook,
    DeviceLook,
    FolderLook,
    GroupLook,
    Look,
    NoLook,
    PathLook,
    PolicyLook,
    RulesLook,
    UserLook,
    UsersLook,
    View,
    see,
)
from outrider.admin.policies import Target
from outrider.admin.services import Services
from outrider.admin.users import AddAlias
from outrider.domain.errors import BackendError
from outrider.policy.book import Level
from outrider.store.devices import Device
from tests.admin.conftest import ALICE, BOB

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NOBODY = "nobody@example.org"

SEEN: list[tuple[Look, str, str]] = [
    (UserLook("al@example.org"), f"user:{ALICE}", "aliases"),
    (UsersLook([ALICE]), f"user:{ALICE}", "aliases"),
    (AbsenceLook(ALICE), f"user:{ALICE}", "state"),
    (FolderLook("al@example.org", 1), f"user:{ALICE}", "items"),
    (PathLook("al@example.org", ("Inbox", "x")), f"user:{ALICE}", "folders"),
    (DeviceLook("d1", None), f"device:{ALICE}/D1", "personal"),
    (PolicyLook("open"), "policy:open", "share"),
]


@pytest.mark.parametrize(("look", "subject", "field"), SEEN, ids=[type(row[0]).__name__ for row in SEEN])
async def test_a_thing_is_seen_under_its_own_name(
    services: Services, look: Look, subject: str, field: str
) -> None:
    await AddAlias(ALICE, "al@example.org").run(services)
    await services.store.devices.add(Device(address=ALICE, id="D1", first_seen=NOW, last_seen=NOW))
    [view] = await see(look, services)
    assert view.subject == subject
    assert field in (view.fields or {})


EMPTY: list[tuple[Look, Sequence[View]]] = [
    (UserLook(NOBODY), [View(f"user:{NOBODY}")]),
    (UserLook("no address"), [View("user:no address")]),
    (AbsenceLook(NOBODY), [View(f"user:{NOBODY}")]),
    (AppPasswordsLook(NOBODY), [View(f"app-passwords:{NOBODY}")]),
    (AppPasswordsLook(ALICE), [View(f"app-passwords:{ALICE}", {})]),
    (GroupLook("nobody"), [View("group:nobody")]),
    (FolderLook(ALICE, 999), [View(f"user:{ALICE}")]),
    (PathLook(NOBODY, ("a",)), [View(f"user:{NOBODY}")]),
    (PathLook(ALICE, ("inbox", "a")), [View(f"user:{ALICE}", {"folders": ["inbox"]})]),
    (DeviceLook("D1", ALICE), [View(f"device:{ALICE}/D1")]),
    (PolicyLook("none"), [View("policy:none")]),
    (AssignmentLook(Target(Level.USER, ALICE.upper())), [View(f"user:{ALICE}")]),
    (AssignmentLook(Target(Level.DEFAULT)), [View("default")]),
    (AssignmentLook(Target(Level.GROUP, "nobody")), [View("group:nobody")]),
    (BurstLook(1), [View("burst:1")]),
    (RulesLook(), [View("rules", {})]),
    (NoLook("server"), [View("server")]),
]


@pytest.mark.parametrize(("look", "views"), EMPTY, ids=[type(row[0]).__name__ for row in EMPTY])
async def test_what_is_not_there_is_seen_as_missing(
    services: Services, look: Look, views: Sequence[View]
) -> None:
    assert await see(look, services) == views


async def test_of_many_users_each_is_seen_in_its_place_by_one_question(services: Services) -> None:
    hops = services.database.counters.hops
    views = await see(UsersLook([BOB, NOBODY, ALICE.upper()]), services)
    assert services.database.counters.hops - hops == 1
    assert [view.subject for view in views] == [f"user:{one}" for one in (BOB, NOBODY, ALICE)]
    assert [view.fields is None for view in views] == [False, True, False]


async def test_a_failure_that_may_pass_is_not_taken_for_absence(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: str) -> None:
        raise BackendError("The store is busy.", temporary=True)

    monkeypatch.setattr(services.users, "show", fail)
    with pytest.raises(BackendError, match="busy"):
        await see(UserLook(ALICE), services)


@pytest.mark.parametrize("look", [row[0] for row in (*SEEN, *EMPTY)])
async def test_a_look_and_what_it_saw_come_back_from_the_record_as_they_were(
    services: Services, look: Look
) -> None:
    views = await see(look, services)
    kept = msgspec.json.encode((look, views))
    again, seen = msgspec.json.decode(kept, type=tuple[Look, list[View]])
    assert msgspec.json.encode(again) == msgspec.json.encode(look)
    assert seen == views
