"""Acts on devices."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from outrider.admin.devices import ForgetDevice, ListDevices, ResyncDevice, ShowDevice
from outrider.admin.documents import open_account
from outrider.admin.services import Act, Services
from outrider.commands.loops import Deed
from outrider.config import Throttle
from outrider.domain.errors import BackendError
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.schema import decode
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.store.views import ViewKey
from outrider.sync.hierarchy import Hierarchy
from outrider.sync.hub import device_topic
from outrider.sync.state import Line, View, pack, unpack
from tests.test_main import alices, asked, phone, synced, synced_empty

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


async def test_a_sheet_tells_how_a_device_is_restrained(services: Services) -> None:
    sheet = await ShowDevice("PHONE1", ALICE).run(services)
    assert (sheet.budget, sheet.loops) == (Throttle().questions, [])
    for _ in range(Throttle().repeats):
        services.restraint.count((ALICE, "PHONE1"), (Deed("Sync 5"),), {})
    sheet = await ShowDevice("PHONE1", ALICE).run(services)
    assert sheet.loops == ["Sync 5"]
    other = await ShowDevice("SHARED", ALICE).run(services)
    assert other.loops == []


async def test_a_sheet_tells_what_the_device_said_and_what_is_wrong_with_it(services: Services) -> None:
    device = await services.store.devices.get(ALICE, "PHONE1")
    assert device
    for os in ("iOS 17.1", "iOS 16.7"):
        await services.store.devices.change(device, os=os)
    sheet = await ShowDevice("PHONE1", ALICE).run(services)
    assert [(said.time, said.name, said.value) for said in sheet.claims] == [
        (DAY, "os", "iOS 17.1"),
        (DAY, "os", "iOS 16.7"),
    ]
    [found] = sheet.findings
    assert (found.code, found.effect) == ("E-CLAIM-BACKWARDS", "note")
    assert found.evidence == "its system was iOS 17.1 on 2026-03-01 and is iOS 16.7 since 2026-03-01"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "none"),
        ({"offered_key": 5}, "offered"),
        ({"policy_key": 6, "policy_version": 161}, "acknowledged"),
        ({"policy_key": 6, "policy_version": 161, "offered_key": 5}, "acknowledged"),
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
        await views.save(ViewKey(ALICE, "PHONE1", collection), 0, pack(View(current=Line(generation=5))))
    await ResyncDevice("PHONE1", ALICE, "inbox").run(services)
    left = await views.load(ALICE, "PHONE1", ["1", "7"])
    generations = {name: unpack(record.data).current for name, record in left.items()}
    assert generations == {"1": Line(generation=6), "7": Line(generation=5)}


@pytest.mark.parametrize("act", [ForgetDevice("PHONE1", None), ResyncDevice("PHONE1", None, None)])
async def test_a_waiting_device_is_woken(services: Services, act: Act[object]) -> None:
    waiter = services.hub.listen([device_topic(ALICE, "PHONE1")])
    await act.run(services)
    assert waiter.future.done()
    waiter.close()


async def test_a_phone_that_waits_is_answered_and_starts_over(tmp_path: Path) -> None:
    async with alices(tmp_path) as running, phone(running) as client:
        tree = decode(
            FolderSyncResponse,
            (await client.ask(asked(FolderSyncRequest(sync_key="0"), "FolderSync"))).body,
            Version.V14_1,
        ).value
        first = (await synced(client, "0", "1")).collections[0]
        await synced_empty(client, first.sync_key, "1")
        await client.send(asked(PingRequest(heartbeat_interval=60, folders=[PingFolder(id="1")]), "Ping"))
        async with asyncio.timeout(5):
            while not len(running.parts.hub):  # noqa: ASYNC110 (there is nothing to be told by)
                await asyncio.sleep(0)
        await ResyncDevice("PHONE1", ALICE, "Inbox").run(running.parts.administration)
        answer = decode(PingResponse, (await client.read()).body, Version.V14_1).value
        assert (answer.status, answer.folders) == (2, ["1"])
        assert (await synced(client, first.sync_key, "1")).collections[0].status == 3
        await ResyncDevice("PHONE1", ALICE, None).run(running.parts.administration)
        again = await client.ask(asked(FolderSyncRequest(sync_key=tree.sync_key or ""), "FolderSync"))
        assert decode(FolderSyncResponse, again.body, Version.V14_1).value.status == 9
