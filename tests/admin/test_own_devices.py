"""What users may do about their own devices, and what an administrator's decision forbids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.admin.devices import DecideDevice
from outrider.admin.own_devices import (
    LastOwnAudit,
    ListOwnDevices,
    RemoveOwnDevice,
    ShowOwnDevice,
    actor_of,
)
from outrider.admin.policies import Author
from outrider.admin.rules import AddRule
from outrider.admin.services import Services
from outrider.admin.trail import perform
from outrider.admin.wipes import WipeDevice
from outrider.commands.admission import Admission, Terms
from outrider.domain.errors import BackendError
from outrider.policy.admission import Finding
from outrider.policy.parking import mark_of
from outrider.policy.policies import OPEN
from outrider.policy.rules import Conditions, Effect
from outrider.policy.wipes import Kind
from outrider.store.audit import Entry, insert
from outrider.store.devices import Device
from outrider.store.wipes import Revised, Wipe
from outrider.sync.hub import Wake, device_topic
from tests.admin.conftest import ALICE, BOB

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def device(services: Services, id: str = "D1", address: str = ALICE, **fields: object) -> Device:
    given: dict[str, object] = {"version": 161, "first_seen": NOW, "last_seen": NOW, **fields}
    return await services.store.devices.add(Device(address=address, id=id, **given))  # type: ignore[arg-type]


async def there(services: Services, address: str = ALICE) -> list[str]:
    return [one.id for one in await services.store.devices.all(address)]


async def refusal(services: Services, id: str = "D1") -> str:
    with pytest.raises(BackendError) as refused:
        await RemoveOwnDevice(id, ALICE).run(services)
    return refused.value.code


async def test_users_see_their_own_devices_those_seen_last_first(services: Services) -> None:
    await device(services, "OLD")
    await device(services, "NEW", last_seen=NOW + timedelta(hours=1))
    await device(services, "BOBS", BOB)
    assert [own.sheet.id for own in await ListOwnDevices(ALICE).run(services)] == ["NEW", "OLD"]


async def test_another_users_device_is_unknown(services: Services) -> None:
    await device(services, "BOBS", BOB)
    for act in ShowOwnDevice("BOBS", ALICE), RemoveOwnDevice("BOBS", ALICE):
        with pytest.raises(BackendError) as refused:
            await act.run(services)
        assert refused.value.code == "E-DEVICE-UNKNOWN"
    assert await there(services, BOB) == ["BOBS"]


async def test_of_one_id_only_the_users_own_is_removed(services: Services) -> None:
    await device(services)
    await device(services, address=BOB)
    await RemoveOwnDevice("D1", ALICE).run(services)
    assert (await there(services), await there(services, BOB)) == ([], ["D1"])


async def test_a_removed_device_that_waits_is_woken(services: Services) -> None:
    await device(services)
    waiter = services.hub.listen([device_topic(ALICE, "D1")])
    await RemoveOwnDevice("D1", ALICE).run(services)
    assert waiter.future.result() is Wake.CHANGED
    waiter.close()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"personal": "allow"},
        {"state": "blocked", "code": "E-ACCESS-LIMIT"},
    ],
    ids=str,
)
async def test_what_may_be_removed(services: Services, fields: dict[str, str]) -> None:
    await device(services, **fields)
    assert (await ShowOwnDevice("D1", ALICE).run(services)).kept == ""
    await RemoveOwnDevice("D1", ALICE).run(services)
    assert await there(services) == []


async def decide(services: Services, effect: Effect) -> Services:
    await DecideDevice("D1", ALICE, effect).run(services)
    return services


async def rule(services: Services, effect: Effect) -> Services:
    author = Author("carol", "a test")
    await AddRule(action=effect, author=author, conditions=Conditions(user=ALICE)).run(services)
    return services


async def default(services: Services, effect: Effect) -> Services:
    admission = Admission(services.store, services.hub, Terms(default=effect))
    return structs.replace(services, admission=admission)


async def claim(services: Services, effect: Effect) -> Services:
    finding = Finding(effect=effect, code="E-CLAIM-CANNOT", reason="it cannot be")
    admission = Admission(services.store, services.hub, find=lambda _: finding)
    return structs.replace(services, admission=admission)


Bar = Callable[[Services, Effect], Awaitable[Services]]


@pytest.mark.parametrize("bar", [decide, rule, default, claim])
@pytest.mark.parametrize("effect", [Effect.BLOCK, Effect.QUARANTINE])
async def test_what_keeps_a_device_out_keeps_it_on_record(
    services: Services, bar: Bar, effect: Effect
) -> None:
    await device(services)
    services = await bar(services, effect)
    before = await services.store.devices.all(ALICE)
    assert (await ShowOwnDevice("D1", ALICE).run(services)).kept
    assert await refusal(services) == "E-DEVICE-KEPT"
    assert await services.store.devices.all(ALICE) == before


async def test_a_parked_device_stays_on_record(services: Services) -> None:
    mark = mark_of(OPEN)
    await device(services, state="parked", code="E-DEVICE-PARKED", parked_time=NOW, parked_policy=mark)
    assert "lets it try again" in (await ShowOwnDevice("D1", ALICE).run(services)).kept
    assert await refusal(services) == "E-DEVICE-KEPT"
    assert await there(services) == ["D1"]


async def test_a_decision_about_a_device_stays_though_there_is_no_room_for_it(services: Services) -> None:
    await device(services, state="blocked", code="E-ACCESS-LIMIT", personal="block")
    assert await refusal(services) == "E-DEVICE-KEPT"


async def test_a_decision_that_comes_meanwhile_keeps_it_on_record(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await device(services)
    forget = services.store.views.forget

    async def decided(address: str, device_id: str) -> None:
        await forget(address, device_id)
        await DecideDevice("D1", ALICE, Effect.BLOCK).run(services)

    monkeypatch.setattr(services.store.views, "forget", decided)
    assert await refusal(services) == "E-DEVICE-KEPT"
    [kept] = await services.store.devices.all(ALICE)
    assert (kept.state, kept.personal) == ("blocked", "block")


async def test_a_wipe_keeps_it_on_record_while_it_is_asked_for_and_afterwards(services: Services) -> None:
    await device(services)
    await WipeDevice(id="D1", address=ALICE, kind=Kind.FULL, author="carol").run(services)
    own = await ShowOwnDevice("D1", ALICE).run(services)
    assert (own.wipes, own.asked_by) == ([], "carol")
    assert await refusal(services) == "E-DEVICE-KEPT"
    await services.store.wipes.revise((ALICE, "D1"), acknowledged)
    own = await ShowOwnDevice("D1", ALICE).run(services)
    assert (own.wipes, own.asked_by) == ([], "")
    assert await refusal(services) == "E-DEVICE-KEPT"


def acknowledged(wipe: Wipe | None) -> Revised:
    assert wipe
    return Revised(wipe=structs.replace(wipe, state="acknowledged"), step="acknowledged")


@pytest.mark.parametrize(
    ("version", "wipes"),
    [(161, [Kind.ACCOUNT, Kind.FULL]), (160, [Kind.FULL]), (121, [Kind.FULL]), (0, [Kind.FULL])],
)
async def test_the_wipes_that_a_device_can_be_told(
    services: Services, version: int, wipes: list[Kind]
) -> None:
    await device(services, version=version)
    assert (await ShowOwnDevice("D1", ALICE).run(services)).wipes == wipes


async def test_the_audit_tells_that_the_user_did_it(services: Services) -> None:
    await device(services)
    await perform(RemoveOwnDevice("D1", ALICE), services, actor_of(ALICE))
    [(_, line)] = await services.store.audit.read()
    assert (line.actor, line.act, line.subject) == (
        "alice@example.org (self-service)",
        "own-device.remove",
        f"device:{ALICE}/D1",
    )


async def write(services: Services, *subjects: str) -> None:
    entries = (Entry(time=NOW, actor="carol", act="a.b", subject=subject) for subject in subjects)
    await services.database.transact(insert, tuple(entries))


OWN = (f"device:{ALICE}/D1", f"device:{ALICE}/D2", f"user:{ALICE}", f"app-passwords:{ALICE}")
OTHERS = (
    f"device:{BOB}/D1",
    f"device:{ALICE}.uk/D1",
    f"user:{ALICE}.uk",
    f"app-passwords:{BOB}",
    "rules",
    "policy:pin",
)


@pytest.mark.parametrize(
    ("which", "subjects"),
    [(None, list(reversed(OWN))), ("D1", [OWN[0]]), ("D*", []), ("D", [])],
)
async def test_users_read_what_is_about_them(
    services: Services, which: str | None, subjects: list[str]
) -> None:
    await write(services, *OWN, *OTHERS)
    rows = await LastOwnAudit(address=ALICE, device=which).run(services)
    assert [row.subject for row in rows] == subjects


async def test_the_audit_is_read_a_page_at_a_time(services: Services) -> None:
    await write(services, *[OWN[0]] * 5)
    pages, before = [], None
    while rows := await LastOwnAudit(address=ALICE, before=before, limit=2).run(services):
        pages.append([row.id for row in rows])
        before = rows[-1].id
    assert pages == [[5, 4], [3, 2], [1]]
