"""Policies are made, changed in editions, assigned, and shown before they act."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from msgspec import structs

from outrider.admin.groups import AddGroup, RemoveGroup
from outrider.admin.policies import (
    AddPolicy,
    AssignPolicy,
    Author,
    Edit,
    ListPolicies,
    PreviewPolicy,
    RemovePolicy,
    RestorePolicy,
    SetPolicy,
    ShowPolicy,
    Target,
    WidenPolicy,
)
from outrider.admin.services import Act, Services
from outrider.admin.trail import perform
from outrider.admin.users import RemoveUser
from outrider.config import Config
from outrider.domain.errors import BackendError
from outrider.domain.roles import Identity
from outrider.main import open_parts
from outrider.policy.book import NONE, Level, Pace
from outrider.policy.policies import OPEN
from outrider.policy.settings import values_of
from outrider.policy.words import PRESETS, Given
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.sync.hub import device_topic

ALICE = "alice@example.org"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WHY = Author("admin", "phones get lost")
DEFAULT = Target(Level.DEFAULT)


def add(name: str = "pin", preset: str = "open", **given: Given) -> AddPolicy:
    return AddPolicy(name=name, author=WHY, preset=preset, given=given)


def change(name: str = "pin", *cleared: str, share: int = 100, **given: Given) -> SetPolicy:
    return SetPolicy(edit=Edit(name=name, given=given, cleared=list(cleared)), author=WHY, share=share)


def assign(name: str = "pin", target: Target = DEFAULT) -> AssignPolicy:
    return AssignPolicy(name=name, target=target, author=WHY)


async def held(services: Services, address: str = ALICE) -> dict[str, object] | None:
    """What holds for a device of a user."""
    user = await services.users.show(address)
    await services.policies.refresh()
    identity = Identity(address=user.address, groups=user.groups)
    policy = services.policies.policy_for(identity, "D1", datetime.now(UTC))
    return None if policy is None else dict(values_of(policy.sets))


async def test_a_policy_holds_for_nobody_until_it_is_assigned(services: Services) -> None:
    await add(MinDevicePasswordLength="6").run(services)
    assert await held(services) == {}
    await assign().run(services)
    assert await held(services) == {"MinDevicePasswordLength": 6}


async def test_a_preset_is_where_a_policy_begins(services: Services) -> None:
    row = await add(preset="company", AllowCamera="false").run(services)
    assert row.settings == {**PRESETS["company"].values, "AllowCamera": False}


async def test_a_change_is_a_further_edition_and_leaves_the_rest(services: Services) -> None:
    await add(MinDevicePasswordLength=4, AllowCamera=False).run(services)
    row = await change("pin", "AllowCamera", MaxAttachmentSize="1000000").run(services)
    assert row.version == 2
    assert row.settings == {"MinDevicePasswordLength": 4, "MaxAttachmentSize": 1_000_000}


async def test_the_history_says_who_did_what_when_and_why(services: Services) -> None:
    await add(AllowCamera=False).run(services)
    await change("pin", "AllowCamera").run(services)
    history = (await ShowPolicy("pin").run(services)).history
    assert [(one.version, one.author, one.reason, one.settings) for one in history] == [
        (2, "admin", "phones get lost", {}),
        (1, "admin", "phones get lost", {"AllowCamera": False}),
    ]


async def test_an_earlier_edition_is_published_again(services: Services) -> None:
    await add(AllowCamera=False).run(services)
    await change(AllowCamera=True).run(services)
    row = await RestorePolicy(name="pin", version=1, author=WHY).run(services)
    assert (row.version, row.settings) == (3, {"AllowCamera": False})


async def test_a_share_grows_by_publishing_the_edition_for_more(services: Services) -> None:
    await add().run(services)
    assert (await change(share=10, AllowCamera=False).run(services)).share == 10
    row = await WidenPolicy(name="pin", share=60, author=WHY).run(services)
    assert (row.version, row.share, row.settings) == (3, 60, {"AllowCamera": False})


async def test_those_whom_a_larger_share_reaches_have_slots_too(services: Services) -> None:
    held = OPEN.fingerprint(Version.V16_1)
    for number in range(40):
        device = Device(
            address=ALICE,
            id=f"D{number}",
            first_seen=NOW,
            last_seen=NOW,
            version=Version.V16_1,
            policy_key=1,
            policy_fingerprint=held,
            policy_version=int(Version.V16_1),
        )
        await services.store.devices.add(device)
    services = structs.replace(services, pace=Pace(at_once=20))
    await add().run(services)
    await assign(target=DEFAULT).run(services)
    await change(share=10, AllowCamera=False).run(services)
    await WidenPolicy(name="pin", share=100, author=WHY).run(services)
    editions, _ = await services.store.policies.all()
    assert [(one.share, one.spread) for one in editions] == [(100, 0), (10, 0), (100, 600)]


async def test_a_policy_that_was_removed_is_gone_and_may_be_made_again(services: Services) -> None:
    await add().run(services)
    await RemovePolicy(name="pin", author=WHY).run(services)
    assert [row.name for row in await ListPolicies().run(services)] == ["open"]
    assert (await add(AllowCamera=False).run(services)).version == 3


async def test_targets_are_named_as_they_are_kept(services: Services) -> None:
    await AddGroup("staff", [ALICE]).run(services)
    await add(AllowCamera=False).run(services)
    await assign(target=Target(Level.GROUP, "staff")).run(services)
    assert await held(services) == {"AllowCamera": False}
    assert await held(services, "bob@example.org") == {}
    assert (await ListPolicies().run(services))[1].assigned == ["group:staff"]


async def test_none_exempts_and_is_taken_back(services: Services) -> None:
    await add(AllowCamera=False).run(services)
    await assign().run(services)
    await assign(NONE, Target(Level.USER, ALICE)).run(services)
    assert await held(services) is None
    await assign("", Target(Level.USER, ALICE)).run(services)
    assert await held(services) == {"AllowCamera": False}


async def test_what_was_assigned_to_somebody_who_is_gone_is_taken_back(services: Services) -> None:
    await AddGroup("staff", [ALICE]).run(services)
    await add().run(services)
    gone = [Target(Level.GROUP, "staff"), Target(Level.USER, ALICE)]
    for target in gone:
        await assign(target=target).run(services)
    await RemoveGroup("staff", []).run(services)
    await RemoveUser(ALICE).run(services)
    for target in gone:
        await perform(assign("", target), services, "admin")
    await RemovePolicy(name="pin", author=WHY).run(services)


async def test_whose_policy_changes_is_woken(services: Services) -> None:
    now = datetime.now(UTC)
    await add(AllowCamera=False).run(services)
    await assign().run(services)
    policy = services.policies.book.editions["pin"][-1].policy
    assert policy is not None
    await services.store.devices.add(
        Device(
            address=ALICE,
            id="D1",
            version=161,
            first_seen=now,
            last_seen=now,
            policy_key=5,
            policy_fingerprint=policy.fingerprint(Version.V16_1),
            policy_version=161,
        )
    )
    waiter = services.hub.listen([device_topic(ALICE, "D1")])
    await change(AllowCamera=True).run(services)
    assert waiter.future.done()


async def test_a_preview_changes_nothing(services: Services) -> None:
    now = datetime.now(UTC)
    await services.store.devices.add(
        Device(address=ALICE, id="D1", version=120, first_seen=now, last_seen=now)
    )
    await add().run(services)
    preview = PreviewPolicy(edit=Edit(name="pin", given={"AllowCamera": False}), target=DEFAULT)
    [effect] = await preview.run(services)
    assert (effect.before, effect.after, effect.cannot) == ("open", "pin", ["AllowCamera"])
    assert await held(services) == {}
    assert (await ShowPolicy("pin").run(services)).version == 1


Prepare = Callable[[Services], Awaitable[object]]
REFUSED: list[tuple[str, Act[object]]] = [
    ("E-POLICY-EXISTS", add()),
    ("E-POLICY-NAME", add("none")),
    ("E-POLICY-NAME", add("a policy")),
    ("E-POLICY-UNKNOWN", add("new", preset="strange")),
    ("E-POLICY-SETTING", add("new", MinPasswordLength=4)),
    ("E-POLICY-VALUE", add("new", MinDevicePasswordLength=40)),
    ("E-POLICY-READ-ONLY", change("open", AllowCamera=False)),
    ("E-POLICY-UNKNOWN", change("strange", AllowCamera=False)),
    ("E-POLICY-SETTING", change("pin", "AllowCameras")),
    ("E-POLICY-VALUE", change(share=101, AllowCamera=False)),
    ("E-POLICY-UNKNOWN", RestorePolicy(name="pin", version=9, author=WHY)),
    ("E-POLICY-VALUE", WidenPolicy(name="pin", share=-1, author=WHY)),
    ("E-POLICY-VALUE", WidenPolicy(name="pin", share=100, author=WHY)),
    ("E-POLICY-IN-USE", RemovePolicy(name="pin", author=WHY)),
    ("E-POLICY-READ-ONLY", RemovePolicy(name="open", author=WHY)),
    ("E-POLICY-UNKNOWN", assign("strange")),
    ("E-POLICY-TARGET", assign(target=Target(Level.USER, "nobody@example.org"))),
    ("E-POLICY-TARGET", assign(target=Target(Level.GROUP, "nobodies"))),
    ("E-POLICY-TARGET", assign(target=Target(Level.DEVICE, "nothing"))),
    ("E-POLICY-TARGET", assign("", Target(Level.USER, ALICE))),
    ("E-POLICY-UNKNOWN", PreviewPolicy(edit=Edit(name="strange", given={"AllowCamera": False}))),
    ("E-POLICY-UNKNOWN", ShowPolicy("strange")),
]


@pytest.mark.parametrize(("code", "act"), REFUSED, ids=[f"{code} {act}"[:60] for code, act in REFUSED])
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    services: Services, code: str, act: Act[object]
) -> None:
    await add(MinDevicePasswordLength=4).run(services)
    await assign().run(services)
    before = await ListPolicies().run(services)
    with pytest.raises(BackendError) as refused:
        await act.run(services)
    assert refused.value.code == code
    assert await ListPolicies().run(services) == before


async def test_who_is_exempt_is_listed_last(services: Services) -> None:
    assert [row.name for row in await ListPolicies().run(services)] == ["open"]
    await AddGroup("staff", [ALICE]).run(services)
    await assign(NONE, Target(Level.GROUP, "staff")).run(services)
    rows = await ListPolicies().run(services)
    assert [(row.name, row.source, row.assigned, row.devices) for row in rows] == [
        ("open", "built-in", [], 0),
        ("none", "built-in", ["group:staff"], 0),
    ]
    await services.store.devices.add(Device(address=ALICE, id="D1", first_seen=NOW, last_seen=NOW))
    assert (await ListPolicies().run(services))[-1].devices == 1
    await assign("", Target(Level.GROUP, "staff")).run(services)
    assert [row.name for row in await ListPolicies().run(services)] == ["open"]


@pytest.fixture
async def filed(config: Config) -> AsyncIterator[Services]:
    """A server whose file assigns a policy to all."""
    policy = {"filed": {"AllowCamera": False, "assign": ["default"]}}
    async with open_parts(structs.replace(config, policy=policy)) as parts:
        yield parts.administration


async def default_of(services: Services) -> str:
    return (await services.policies.refresh()).assigned(Level.DEFAULT, "")


async def test_what_the_file_assigns_is_not_taken_back(filed: Services) -> None:
    with pytest.raises(BackendError, match="configuration file") as refused:
        await assign("", DEFAULT).run(filed)
    assert refused.value.code == "E-POLICY-READ-ONLY"
    assert await default_of(filed) == "filed"


async def test_taking_back_what_stands_before_the_file_leaves_the_files(filed: Services) -> None:
    await assign(NONE, DEFAULT).run(filed)
    assert await default_of(filed) == NONE
    await assign("", DEFAULT).run(filed)
    assert await default_of(filed) == "filed"
