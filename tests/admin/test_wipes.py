"""Acts that wipe devices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import json

from outrider.admin.devices import ForgetDevice, ListDevices, ShowDevice
from outrider.admin.services import Act, Services
from outrider.admin.trail import perform
from outrider.admin.users import RemoveUser
from outrider.admin.wipes import CancelWipe, ClearDevice, WipeDevice
from outrider.commands.wiping import Heard, hear
from outrider.domain.errors import BackendError
from outrider.policy.admission import Step
from outrider.policy.policies import OPEN
from outrider.policy.wipes import Event, Kind, State
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.store.wipes import Wipe
from outrider.sync.hub import Wake, device_topic
from tests.admin.conftest import ALICE, BOB

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def device(services: Services, version: int = 161, address: str = ALICE) -> Device:
    return await services.store.devices.add(
        Device(
            address=address,
            id="D1",
            version=version,
            first_seen=NOW,
            last_seen=NOW,
            policy_key=7,
            policy_version=version,
            policy_fingerprint=OPEN.fingerprint(Version(version)),
            offered_key=8,
            policy_answer=1,
        )
    )


def wiping(kind: Kind = Kind.ACCOUNT) -> WipeDevice:
    return WipeDevice(id="d1", address=ALICE, kind=kind, author="carol")


async def hears(services: Services, *events: Event) -> None:
    """The device says these things."""
    for event in events:
        heard = Heard(event, "192.0.2.7", NOW + timedelta(hours=1), authenticated=True)
        await services.store.wipes.revise((ALICE, "D1"), lambda wipe, heard=heard: hear(heard, wipe))  # type: ignore[misc]


async def kept(services: Services) -> Wipe | None:
    return await services.store.wipes.get(ALICE, "D1")


async def test_a_wipe_is_asked_for_and_wakes_the_device(services: Services) -> None:
    await device(services)
    waiter = services.hub.listen([device_topic(ALICE, "D1")])
    row = await wiping().run(services)
    assert (row.device, row.user, row.kind, row.state, row.by) == (
        "D1",
        ALICE,
        Kind.ACCOUNT,
        State.REQUESTED,
        "carol",
    )
    assert waiter.future.result() is Wake.CHANGED
    waiter.close()


async def test_a_wipe_knows_the_final_key_and_the_names_of_the_user(services: Services) -> None:
    await device(services)
    await services.users.add_alias(ALICE, "al@example.org")
    await wiping().run(services)
    found = await kept(services)
    assert found is not None
    assert (found.key, found.names) == (7, (ALICE, "al@example.org"))


async def test_a_policy_on_its_way_can_no_longer_be_acknowledged(services: Services) -> None:
    await device(services)
    await wiping().run(services)
    found = await services.store.devices.get(ALICE, "D1")
    assert found is not None
    assert (found.policy_key, found.offered_key) == (7, 0)


SHOWN = [
    ((), "wiping", "wipe (account-only) requested"),
    ((Event.FETCH,), "wiping", "wipe (account-only) sent"),
    ((Event.FETCH, Event.FAILURE), "wiping", "wipe (account-only) failed"),
    ((Event.FETCH, Event.SUCCESS), "wiped", "wipe (account-only) acknowledged"),
]


@pytest.mark.parametrize(("events", "state", "reason"), SHOWN, ids=[row[2] for row in SHOWN])
async def test_lists_tell_how_a_wipe_stands(
    services: Services, events: tuple[Event, ...], state: str, reason: str
) -> None:
    await device(services)
    await wiping().run(services)
    await hears(services, *events)
    [row] = await ListDevices(ALICE).run(services)
    assert (row.state, row.reason) == (state, reason)
    sheet = await ShowDevice("D1", ALICE).run(services)
    assert sheet.wipe is not None
    assert reason.endswith(sheet.wipe.state)


@pytest.mark.parametrize(
    ("events", "code"),
    [((), "E-WIPE-PENDING"), ((Event.FETCH, Event.SUCCESS), "E-DEVICE-WIPED"), (None, "")],
)
async def test_a_wipe_is_the_first_that_is_asked_for(
    services: Services, events: tuple[Event, ...] | None, code: str
) -> None:
    await device(services)
    if events is not None:
        await wiping().run(services)
        await hears(services, *events)
    first = (await ShowDevice("D1", ALICE).run(services)).access[0]
    assert (first.step, first.code) == (Step.WIPE, code)


async def test_a_wipe_is_taken_back(services: Services) -> None:
    await device(services)
    await wiping().run(services)
    await hears(services, Event.FETCH)
    row = await CancelWipe("D1", ALICE).run(services)
    assert (row.state, row.times) == (State.SENT, 1)
    [shown] = await ListDevices(ALICE).run(services)
    assert (shown.state, await kept(services)) == ("allowed", None)


async def test_of_wipes_one_who_asked_takes_back_their_own_alone(services: Services) -> None:
    await device(services)
    await wiping().run(services)
    with pytest.raises(BackendError) as refused:
        await CancelWipe("D1", ALICE, asked_by="alice").run(services)
    assert refused.value.code == "E-WIPE-OTHERS"
    assert await kept(services)
    await CancelWipe("D1", ALICE, asked_by="carol").run(services)
    assert await kept(services) is None


async def test_a_cleared_device_starts_from_nothing_and_is_not_wiped_again(services: Services) -> None:
    await device(services)
    await wiping().run(services)
    await hears(services, Event.FETCH, Event.SUCCESS)
    await ClearDevice("D1", ALICE).run(services)
    found = await services.store.devices.get(ALICE, "D1")
    assert found is not None
    assert (found.policy_key, found.policy_answer, await kept(services)) == (0, 0, None)


Given = tuple[Event, ...] | None
"""What the device said of its wipe; None: there is none."""
REFUSED: list[tuple[str, Given, Act[object]]] = [
    ("E-WIPE-PENDING", (), wiping()),
    ("E-WIPE-PENDING", (Event.FETCH,), wiping(Kind.FULL)),
    ("E-DEVICE-WIPED", (Event.FETCH, Event.SUCCESS), wiping()),
    ("E-WIPE-UNKNOWN", None, CancelWipe("D1", ALICE)),
    ("E-DEVICE-WIPED", (Event.FETCH, Event.SUCCESS), CancelWipe("D1", ALICE)),
    ("E-WIPE-UNKNOWN", None, ClearDevice("D1", ALICE)),
    ("E-WIPE-PENDING", (Event.FETCH, Event.FAILURE), ClearDevice("D1", ALICE)),
    ("E-WIPE-PENDING", (), ForgetDevice("D1", ALICE)),
    ("E-DEVICE-WIPED", (Event.FETCH, Event.SUCCESS), ForgetDevice("D1", ALICE)),
    ("E-WIPE-PENDING", (), RemoveUser(ALICE)),
    ("E-DEVICE-UNKNOWN", None, WipeDevice(id="D2", address=ALICE, kind=Kind.FULL, author="carol")),
    ("E-DEVICE-UNKNOWN", None, WipeDevice(id="D1", address=BOB, kind=Kind.FULL, author="carol")),
]


@pytest.mark.parametrize(("code", "said", "act"), REFUSED, ids=[f"{row[0]} {row[2]}"[:60] for row in REFUSED])
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    services: Services, code: str, said: Given, act: Act[object]
) -> None:
    await device(services)
    if said is not None:
        await wiping().run(services)
        await hears(services, *said)
    before = await kept(services)
    with pytest.raises(BackendError) as refused:
        await act.run(services)
    assert (refused.value.code, await kept(services)) == (code, before)


@pytest.mark.parametrize("version", [121, 141, 160])
async def test_below_16_1_an_account_wipe_is_refused_with_what_can_be_done_instead(
    services: Services, version: int
) -> None:
    await device(services, version)
    with pytest.raises(BackendError) as refused:
        await wiping().run(services)
    assert refused.value.code == "E-WIPE-VERSION"
    assert all(word in refused.value.public for word in ("block", "quarantine", "--full"))
    assert (await wiping(Kind.FULL).run(services)).kind == Kind.FULL


async def test_a_user_whose_devices_were_wiped_can_be_removed(services: Services) -> None:
    await device(services)
    await wiping().run(services)
    await hears(services, Event.FETCH, Event.SUCCESS)
    await RemoveUser(ALICE).run(services)
    assert await kept(services) is None


async def test_the_audit_tells_who_asked_took_back_and_cleared(services: Services) -> None:
    await device(services)
    for act in (wiping(), CancelWipe("D1", ALICE), wiping()):
        await perform(act, services, "carol")
    await hears(services, Event.FETCH, Event.SUCCESS)
    await perform(ClearDevice("D1", ALICE), services, "dave")
    lines = [line for _, line in await services.store.audit.read()]
    assert [(line.actor, line.act, _states(line.before, line.after)) for line in lines] == [
        ("carol", "device.wipe", ("allowed", "wiping")),
        ("carol", "device.cancel-wipe", ("wiping", "allowed")),
        ("carol", "device.wipe", ("allowed", "wiping")),
        (f"device:{ALICE}/D1", "wipe.sent", (None, None)),
        (f"device:{ALICE}/D1", "wipe.acknowledged", (None, None)),
        ("dave", "device.clear", ("wiped", "allowed")),
    ]


def _states(*texts: str) -> tuple[Any, ...]:
    return tuple(json.decode(text).get("state") for text in texts)
