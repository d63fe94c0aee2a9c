"""The table of devices."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.database import Database
from outrider.domain.errors import NotFoundError
from outrider.store.audit import Audit, Entry
from outrider.store.claims import read_claims
from outrider.store.devices import Device, Devices, Enrolment, Value
from outrider.store.wipes import Revised, Wipe, Wipes

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)

WIPE = Wipe(
    address="alice@example.org",
    device="B",
    names=("alice@example.org",),
    kind="full",
    state="requested",
    actor="carol",
    requested=NOW,
)


def device(**fields: str) -> Device:
    made = Device(address="alice@example.org", id="A", first_seen=NOW, last_seen=NOW)
    return structs.replace(made, **fields)


async def test_devices_are_found_by_their_id_in_any_letter_case(database: Database) -> None:
    devices = Devices(database)
    for address in ("bob@example.org", "alice@example.org"):
        for name in ("Phone1", "Phone2"):
            await devices.add(device(address=address, id=name))
    assert [one.address for one in await devices.named("PHONE1")] == ["alice@example.org", "bob@example.org"]
    assert [one.id for one in await devices.named("phone2", "bob@example.org")] == ["Phone2"]
    assert await devices.named("Phone") == []


async def test_a_device_is_kept_as_it_is(database: Database) -> None:
    full = structs.replace(device(type="phone", os="Phone 1"), version=161, policy_key=7, policy_time=NOW)
    await Devices(database).add(full)
    kept = await Devices(database).get("alice@example.org", "A")
    assert kept is not None
    assert structs.replace(kept, claims="") == full


async def test_what_it_says_of_itself_is_kept_over_time(database: Database) -> None:
    devices = Devices(database)
    await devices.add(device(os="Phone 1", user_agent="x" * 1000))
    later = NOW + timedelta(days=1)
    await devices.change(device(), os="Phone 2", last_seen=later)
    changed = await devices.change(device(), os="Phone 2", policy="pin")
    assert [(claim.time, claim.name, claim.value) for claim in read_claims(changed.claims)] == [
        (NOW, "os", "Phone 1"),
        (NOW, "user_agent", "x" * 300),
        (later, "os", "Phone 2"),
    ]


async def test_of_a_device_from_before_there_was_a_history_what_is_on_record_comes_first(
    database: Database,
) -> None:
    devices = Devices(database)
    await devices.add(device(os="Phone 1"))
    await devices.change(device(), claims="")
    changed = await devices.change(device(), os="Phone 2")
    assert [claim.value for claim in read_claims(changed.claims)] == ["Phone 1", "Phone 2"]


async def test_one_id_of_two_users_is_two_devices(database: Database) -> None:
    devices = Devices(database)
    await devices.add(device())
    assert await devices.get("bob@example.org", "A") is None


async def test_of_two_first_requests_the_quicker_one_counts(database: Database) -> None:
    devices = Devices(database)
    await devices.add(device(type="first"))
    assert (await devices.add(device(type="second"))).type == "first"


async def test_a_change_is_durable_and_seen_at_once(database: Database) -> None:
    devices = Devices(database)
    known = await devices.add(device())
    changed = await devices.change(known, policy_key=5, offered_time=NOW)
    assert (changed.policy_key, changed.offered_time) == (5, NOW)
    assert await devices.get(known.address, known.id) == changed
    assert await Devices(database).get(known.address, known.id) == changed


async def test_of_two_revisions_at_once_the_second_sees_the_first(database: Database) -> None:
    devices = Devices(database)
    known = await devices.add(device())
    seen: list[int] = []

    def count(current: Device) -> dict[str, Value]:
        seen.append(current.policy_answer)
        return {"policy_answer": current.policy_answer + 1}

    await asyncio.gather(devices.revise(known, count), devices.revise(known, count))
    assert seen == [0, 1]


async def test_a_revision_may_find_nothing_to_change(database: Database) -> None:
    devices = Devices(database)
    known = await devices.add(device(os="Phone 1"))
    assert await devices.revise(known, lambda _: {}) == known


def entry(text: str) -> Entry:
    return Entry(time=NOW, actor="server", act="device.access", subject=text)


async def test_a_line_is_written_of_the_device_as_it_was_with_what_changes_it_alone(
    database: Database,
) -> None:
    devices, audit = Devices(database), Audit(database)
    known = await devices.add(device(state="allowed"))
    await devices.revise(known, lambda _: {}, lambda was: entry(was.state))
    await devices.revise(known, lambda _: {"state": "blocked"}, lambda _: None)
    assert await audit.read() == []
    await devices.revise(known, lambda _: {"state": "parked"}, lambda was: entry(was.state))
    assert [line.subject for _, line in await audit.read()] == ["blocked"]


async def test_a_change_whose_line_cannot_be_written_is_none(database: Database) -> None:
    devices = Devices(database)
    known = await devices.add(device(state="allowed"))
    unwritable = structs.replace(entry("D1"), actor=None)

    def leave(others: list[Device]) -> Enrolment:
        return Enrolment(leaving=others, lines=(unwritable,))

    with pytest.raises(sqlite3.IntegrityError):
        await devices.revise(known, lambda _: {"state": "blocked"}, lambda _: unwritable)
    with pytest.raises(sqlite3.IntegrityError):
        await devices.enrol(device(id="N"), leave)
    assert [(one.id, one.state) for one in await devices.all()] == [("A", "allowed")]
    assert await Audit(database).read() == []


async def test_a_further_device_is_judged_beside_those_without_a_wipe_those_seen_last_first(
    database: Database,
) -> None:
    devices = Devices(database)
    seen: list[str] = []
    for number, name in enumerate("ABC"):
        later = NOW + timedelta(days=number)
        await devices.add(structs.replace(device(id=name), last_seen=later))
    await devices.add(device(address="bob@example.org", id="D"))
    await Wipes(database).revise(("alice@example.org", "B"), lambda _: Revised(wipe=WIPE))

    def judge(others: list[Device]) -> Enrolment:
        seen.extend(one.id for one in others)
        leaving = [one for one in others if one.id == "A"]
        return Enrolment(fields={"state": "blocked"}, leaving=leaving, lines=(entry("a line"),))

    enrolled, left = await devices.enrol(device(id="N"), judge)
    assert seen == ["C", "A"]
    assert [one.id for one in await devices.counted("alice@example.org")] == ["C", "N"]
    assert (enrolled.state, [one.id for one in left]) == ("blocked", ["A"])
    assert await devices.get("alice@example.org", "N") == enrolled
    assert await devices.get("alice@example.org", "A") is None
    assert [line.subject for _, line in await Audit(database).read()] == ["a line"]


async def test_of_two_further_devices_at_once_the_second_is_judged_beside_the_first(
    database: Database,
) -> None:
    devices = Devices(database)
    seen: list[list[str]] = []

    def judge(others: list[Device]) -> Enrolment:
        seen.append([one.id for one in others])
        return Enrolment()

    await asyncio.gather(*(devices.enrol(device(id=name), judge) for name in "AB"))
    assert seen == [[], ["A"]]


async def test_a_flag_comes_back_as_a_flag(database: Database) -> None:
    devices = Devices(database)
    await devices.change(await devices.add(device()), enable_outbound_sms=True)
    again = await Devices(database).get("alice@example.org", "A")
    assert again
    assert again.enable_outbound_sms is True


async def test_a_device_that_came_lately_costs_no_hop(database: Database) -> None:
    devices = Devices(database)
    await devices.add(device())
    hops = database.counters.hops
    await devices.get("alice@example.org", "A")
    assert database.counters.hops == hops


async def test_a_field_that_devices_have_not_is_refused(database: Database) -> None:
    devices = Devices(database)
    known = await devices.add(device())
    with pytest.raises(TypeError, match="colour"):
        await devices.change(known, colour="red")


async def test_a_forgotten_device_is_gone(database: Database) -> None:
    devices = Devices(database)
    known = await devices.add(device())
    assert await devices.forget(known.address, known.id)
    assert not await devices.forget(known.address, known.id)
    assert await devices.get(known.address, known.id) is None
    with pytest.raises(NotFoundError):
        await devices.change(known, state="blocked")


async def test_devices_are_listed_for_one_or_for_all(database: Database) -> None:
    devices = Devices(database)
    for address, number in (("alice@example.org", "A"), ("alice@example.org", "B"), ("bob@example.org", "A")):
        await devices.add(device(address=address, id=number))
    assert [one.id for one in await devices.all("alice@example.org")] == ["A", "B"]
    assert len(await devices.all()) == 3


async def test_a_device_that_does_not_fit_is_not_forgotten(database: Database) -> None:
    devices = Devices(database)
    known = await devices.add(Device(address="a@b.c", id="D1", first_seen=NOW, last_seen=NOW))
    await devices.change(known, personal="block")
    assert not await devices.forget(known.address, known.id, lambda one: not one.personal)
    assert await devices.forget(known.address, known.id, lambda one: one.personal == "block")
