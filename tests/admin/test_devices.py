"""Acts on devices."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from outrider.admin.devices import ForgetDevice, ListDevices, ResyncDevice, ShowDevice
from outrider.admin.documents import open_account
from outrider.admin.services import Act, Services
from outrider.domain.errors import BackendError
from outrider.store.devices import Device
from outrider.store.views import ViewKey
from outrider.sync.hierarchy import Hierarchy
from outrider.sync.hub import device_topic

ALICE = "alice@example.org"
BOB = "bob@example.org"
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHAPE = (
    "id user type model os user_agent version first_seen last_seen state reason policy policy_state answer"
)


@pytest.fixture(autouse=True)
async def phones(services: Services) -> None:
    for address, device_id in ((ALICE, "PHONE1"), (ALICE, "SHARED"), (BOB, "SHARED")):
        device = Device(
            address=address, id=device_id, type="iPhone", version=161, first_seen=DAY, last_seen=DAY
        )
        await services.store.devices.add(device)


async def test_a_list_has_the_promised_shape(services: Services) -> None:
    rows = await ListDevices(ALICE).run(services)
    listed = msgspec.json.decode(msgspec.json.encode(rows))
    assert [" ".join(row) for row in listed] == [SHAPE, SHAPE]
    assert listed[0] | {"id": ""} == {
        **dict.fromkeys(SHAPE.split(), ""),
        "user": ALICE,
        "type": "iPhone",
        "version": "16.1",
        "first_seen": "2026-03-01T12:00:00Z",
        "last_seen": "2026-03-01T12:00:00Z",
        "state": "allowed",
        "policy_state": "none",
        "answer": None,
    }


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "none"),
        ({"offered_key": 5}, "offered"),
        ({"policy_key": 6}, "acknowledged"),
        ({"policy_key": 6, "offered_key": 5}, "acknowledged"),
    ],
)
async def test_the_policy_state_tells_how_far_the_device_came(
    services: Services, fields: dict[str, int], state: str
) -> None:
    device = await services.store.devices.get(ALICE, "PHONE1")
    assert device
    await services.store.devices.change(device, **fields)
    assert (await ShowDevice("PHONE1", None).run(services)).policy_state == state


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (ShowDevice("PHONE2", None), "E-DEVICE-UNKNOWN"),
        (ShowDevice("PHONE1", BOB), "E-DEVICE-UNKNOWN"),
        (ShowDevice("SHARED", None), "E-DEVICE-AMBIGUOUS"),
        (ForgetDevice("SHARED", None), "E-DEVICE-AMBIGUOUS"),
        (ResyncDevice("PHONE1", None, "Nowhere"), "E-FOLDER-UNKNOWN"),
        (ListDevices("nobody@example.org"), "E-USER-UNKNOWN"),
    ],
)
async def test_refusals(services: Services, act: Act[object], code: str) -> None:
    with pytest.raises(BackendError) as caught:
        await act.run(services)
    assert caught.value.code == code


async def test_a_forgotten_device_is_gone_for_its_user_alone(services: Services) -> None:
    await services.store.requests.keep(ALICE, "SHARED", "Ping", b"kept")
    await ForgetDevice("shared", ALICE).run(services)
    assert [(row.user, row.id) for row in await ListDevices(None).run(services)] == [
        (ALICE, "PHONE1"),
        (BOB, "SHARED"),
    ]
    assert await services.store.requests.get(ALICE, "SHARED", "Ping") == b""


async def test_a_resync_makes_the_folder_tree_start_over(services: Services) -> None:
    account = await open_account(services, ALICE)
    tree = Hierarchy(services.store, account, "PHONE1", DAY)
    key = (await tree.sync("0", lambda folder: True)).key
    assert not (await tree.sync(key, lambda folder: True)).stale
    await ResyncDevice("PHONE1", None, None).run(services)
    assert (await tree.sync(key, lambda folder: True)).stale


async def test_a_resync_of_one_folder_leaves_the_others(services: Services) -> None:
    views = services.store.views
    for collection in ("1", "7"):
        await views.save(ViewKey(ALICE, "PHONE1", collection), 0, b"view")
    await ResyncDevice("PHONE1", ALICE, "inbox").run(services)
    left = await views.load(ALICE, "PHONE1", ["1", "7"])
    assert {name: record.revision for name, record in left.items()} == {"1": 0, "7": 1}


@pytest.mark.parametrize("act", [ForgetDevice("PHONE1", None), ResyncDevice("PHONE1", None, None)])
async def test_a_waiting_device_is_woken(services: Services, act: Act[object]) -> None:
    waiter = services.hub.listen([device_topic(ALICE, "PHONE1")])
    await act.run(services)
    assert waiter.future.done()
    waiter.close()
