"""Who is let in, from memory; and what is put on record of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec import structs

from outrider.commands.admission import Admission, Terms
from outrider.commands.session import Facts
from outrider.database import Database
from outrider.policy.admission import Decision, Finding, Step
from outrider.policy.parking import MOST, Turn
from outrider.policy.policies import OPEN
from outrider.policy.rules import Effect
from outrider.policy.words import read_policy
from outrider.store.devices import Device
from outrider.store.rules import RuleRow
from outrider.store.store import Store
from outrider.store.views import ViewKey
from outrider.store.wipes import Revised, Wipe
from outrider.sync.hub import Hub, device_topic
from tests.commands.fakes import ALICE, PEER, line

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GROUNDS = [("E-ONE", "first"), ("E-TWO", "second"), ("E-TWO", "in other words")]
LIMITED = Terms(most=2, idle=timedelta(days=30))


class Told:
    """People who write down what they are told."""

    def __init__(self) -> None:
        self.asked: list[Device] = []
        self.parked: list[Device] = []

    def ask(self, device: Device) -> None:
        self.asked.append(device)

    def tell_parked(self, device: Device) -> None:
        self.parked.append(device)


def device(name: str = "PHONE1", *, days: int = 0, **fields: Any) -> Device:
    seen = NOW - timedelta(days=days)
    return Device(address=ALICE.address, id=name, version=141, first_seen=seen, last_seen=seen, **fields)


def facts(of: Device, *, needs_policy: bool = False) -> Facts:
    return Facts(
        line=structs.replace(line(), device_id=of.id),
        identity=ALICE,
        device=of,
        policy=OPEN,
        needs_policy=needs_policy,
        now=NOW,
        peer=PEER,
    )


async def known(store: Store, of: Device) -> Facts:
    return facts(await store.devices.add(of))


async def test_rules_see_the_user_the_request_and_the_record(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    looked_at = {"user": ALICE.address, "type": "phone", "model": "X", "version": "14.1", "address": PEER}
    await store.rules.revise(
        lambda _: [RuleRow(effect="block", conditions=looked_at, author="admin", time=NOW)]
    )
    await admission.refresh()
    assert admission.decide(facts(device(model="X"))).step is Step.RULES
    assert admission.decide(facts(device(model="Y"))).step is Step.DEFAULT


@pytest.mark.parametrize("own", [True, False])
async def test_a_rule_for_agents_sees_both_that_a_device_names(database: Database, own: bool) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    await store.rules.revise(
        lambda _: [RuleRow(effect="block", conditions={"agent": "Odd/*"}, author="admin", time=NOW)]
    )
    await admission.refresh()
    asked = facts(device(own_user_agent="Odd/1" if own else ""))
    if not own:
        asked = structs.replace(asked, line=structs.replace(asked.line, user_agent="Odd/1"))
    assert admission.decide(asked).step is Step.RULES


async def test_the_policy_is_asked_for_where_the_command_needs_it(database: Database) -> None:
    admission = Admission(Store(database), Hub())
    asked = facts(device(), needs_policy=True)
    asked = structs.replace(asked, line=structs.replace(asked.line, policy_key=0))
    assert admission.decide(asked).step is Step.POLICY
    assert admission.decide(structs.replace(asked, needs_policy=False)).step is Step.DEFAULT


async def test_what_claims_come_to_is_asked(database: Database) -> None:
    odd = Finding(effect=Effect.BLOCK, code="E-CLAIM", reason="it is odd")
    admission = Admission(Store(database), Hub(), find=lambda one: odd if one.model == "odd" else None)
    assert admission.decide(facts(device(model="odd"))).code == "E-CLAIM"
    assert admission.decide(facts(device())).step is Step.DEFAULT


async def test_a_decision_at_rest_asks_the_database_nothing(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub(), LIMITED)
    asked = await known(store, device())
    await admission.refresh()
    before = (database.counters.hops, database.counters.statements)
    for _ in range(3):
        await admission.refresh()
        await admission.settle(asked, await admission.admit(asked, known=True))
    assert (database.counters.hops, database.counters.statements) == before


async def settle(admission: Admission, asked: Facts, personal: Effect | None) -> Facts:
    decided = structs.replace(asked.device, personal=personal.value if personal else "")
    asked = structs.replace(asked, device=decided)
    return structs.replace(asked, device=await admission.settle(asked, admission.decide(asked)))


async def test_a_decision_that_changes_is_on_record_and_in_the_audit(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    blocked = await settle(admission, await known(store, device()), Effect.BLOCK)
    [kept] = await store.devices.all()
    assert (kept.state, kept.code, kept.state_time) == ("blocked", "E-ACCESS-PERSONAL", NOW)
    assert "administrator" in kept.reason
    await settle(admission, blocked, None)
    [kept] = await store.devices.all()
    assert (kept.state, kept.code, kept.reason) == ("allowed", "", "")
    lines = [line for _, line in await store.audit.read()]
    assert [(line.actor, line.act, line.subject) for line in lines] == [
        ("server", "device.access", "device:alice@example.org/PHONE1")
    ] * 2
    assert msgspec.json.decode(lines[0].after) == {"state": "blocked", "code": "E-ACCESS-PERSONAL"}
    assert msgspec.json.decode(lines[1].after) == {"state": "allowed"}


async def test_another_ground_for_the_same_state_is_another_decision(database: Database) -> None:
    store = Store(database)
    found = [Finding(effect=Effect.BLOCK, code=code, reason=text) for code, text in GROUNDS]
    admission = Admission(store, Hub(), find=lambda _: found[0])
    asked = await known(store, device())
    for _ in GROUNDS:
        asked = structs.replace(asked, device=await admission.settle(asked, admission.decide(asked)))
        assert (asked.device.state, asked.device.code, asked.device.reason) == (
            "blocked",
            *GROUNDS[-len(found)],
        )
        asked = structs.replace(asked, now=asked.now + timedelta(minutes=1))
        found.pop(0)
    assert asked.device.state_time == NOW
    changes = [(line.before, line.after) for _, line in await store.audit.read()]
    assert [tuple(map(msgspec.json.decode, one)) for one in changes] == [
        ({"state": "allowed"}, {"state": "blocked", "code": "E-ONE"}),
        ({"state": "blocked", "code": "E-ONE"}, {"state": "blocked", "code": "E-TWO"}),
    ]


async def test_a_line_says_how_the_device_stood_and_not_how_the_request_saw_it(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    asked = await known(store, device())
    for effect in (Effect.BLOCK, Effect.QUARANTINE):
        await settle(admission, asked, effect)
    [_, (_, line)] = await store.audit.read()
    assert msgspec.json.decode(line.before) == {"state": "blocked", "code": "E-ACCESS-PERSONAL"}


async def test_a_device_that_waits_learns_of_it_at_once(database: Database) -> None:
    store, hub = Store(database), Hub()
    asked = await known(store, device())
    waiter = hub.listen([device_topic(ALICE.address, "PHONE1")])
    await settle(Admission(store, hub), asked, Effect.BLOCK)
    assert waiter.future.done()
    waiter.close()


LOBBY = [(Effect.QUARANTINE, None), (None, Effect.QUARANTINE), (Effect.QUARANTINE, Effect.BLOCK)]


@pytest.mark.parametrize(("before", "after"), LOBBY)
async def test_who_enters_or_leaves_the_lobby_starts_over(
    database: Database, before: Effect | None, after: Effect | None
) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    asked = await settle(admission, await known(store, device()), before)
    key = ViewKey(ALICE.address, "PHONE1", "1")
    await store.views.save(key, 0, b"view")
    await store.requests.keep(ALICE.address, "PHONE1", "Ping", b"1")
    await settle(admission, asked, after)
    assert await store.views.collections(ALICE.address) == set()
    assert await store.requests.get(ALICE.address, "PHONE1", "Ping") == b""


async def test_who_is_blocked_and_let_in_again_goes_on_where_it_was(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    asked = await known(store, device())
    await store.views.save(ViewKey(ALICE.address, "PHONE1", "1"), 0, b"view")
    await settle(admission, await settle(admission, asked, Effect.BLOCK), None)
    assert await store.views.collections(ALICE.address) == {"1"}


async def test_how_a_device_would_stand_is_told_without_putting_it_on_record(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub(), Terms(default=Effect.BLOCK))
    asked = await known(store, device())
    hops = database.counters.hops
    foreseen = admission.foresee(asked)
    assert database.counters.hops == hops
    assert (foreseen.state, foreseen.code) == ("blocked", "E-ACCESS-DEFAULT")
    assert await admission.settle(asked, admission.decide(asked)) == structs.replace(
        foreseen, state_time=asked.now
    )


async def admitted(store: Store, name: str, terms: Terms = LIMITED) -> Decision:
    return await Admission(store, Hub(), terms).admit(facts(device(name)), known=False)


async def test_a_user_has_no_more_devices_than_a_user_may(database: Database) -> None:
    store = Store(database)
    await store.devices.add(device("A", days=1))
    assert (await admitted(store, "B")).effect is Effect.ALLOW
    assert (await admitted(store, "C")).code == "E-ACCESS-LIMIT"
    assert (await admitted(store, "C", Terms())).effect is Effect.ALLOW
    assert {one.id: one.state for one in await store.devices.all()} == {
        "A": "allowed",
        "B": "allowed",
        "C": "blocked",
    }
    [(_, entry)] = await store.audit.read()
    assert entry.subject == "device:alice@example.org/C"
    assert msgspec.json.decode(entry.after) == {"state": "blocked", "code": "E-ACCESS-LIMIT"}


async def test_a_device_that_would_be_blocked_takes_no_place_and_nobody_leaves_for_it(
    database: Database,
) -> None:
    store = Store(database)
    await store.devices.add(device("A", days=40))
    decision = await admitted(store, "B", structs.replace(LIMITED, most=1, default=Effect.BLOCK))
    assert (decision.step, decision.effect) == (Step.DEFAULT, Effect.BLOCK)
    assert [one.id for one in await store.devices.all()] == ["A"]


@pytest.mark.parametrize(("days", "effect"), [(40, Effect.ALLOW), (1, Effect.BLOCK)])
async def test_of_a_device_that_only_tries_an_account_out_nothing_is_kept_and_nobody_leaves_for_it(
    database: Database, days: int, effect: Effect
) -> None:
    store = Store(database)
    await store.devices.add(device("A", days=days))
    assert (await admitted(store, "validate", structs.replace(LIMITED, most=1))).effect is effect
    assert [one.id for one in await store.devices.all()] == ["A"]


async def test_what_another_request_of_the_device_made_of_it_meanwhile_stands(database: Database) -> None:
    store = Store(database)
    for name in ("A", "B"):
        await store.devices.add(device(name))
    await store.devices.add(device("C"))
    assert (await admitted(store, "C")).effect is Effect.ALLOW


async def test_devices_that_are_kept_out_do_not_count(database: Database) -> None:
    store = Store(database)
    for name in ("A", "B"):
        await store.devices.add(device(name, state="blocked"))
    assert (await admitted(store, "C")).effect is Effect.ALLOW


async def test_the_device_that_is_away_longest_makes_room(database: Database) -> None:
    store = Store(database)
    await store.devices.add(device("A", days=31))
    await store.devices.add(device("B", days=40))
    assert (await admitted(store, "C")).effect is Effect.ALLOW
    assert [one.id for one in await store.devices.all()] == ["C", "A"]
    [(_, entry)] = await store.audit.read()
    assert (entry.act, entry.subject) == ("device.forget", "device:alice@example.org/B")


async def test_of_a_device_that_makes_room_nothing_is_kept(database: Database) -> None:
    store = Store(database)
    await store.devices.add(device("A", days=40))
    await store.views.save(ViewKey(ALICE.address, "A", "1"), 0, b"view")
    await store.recovery.keep(ALICE.address, "A", b"sealed", NOW)
    await admitted(store, "B", structs.replace(LIMITED, most=1))
    assert await store.views.collections(ALICE.address) == set()
    assert await store.recovery.look(ALICE.address, "A") is None
    assert await store.devices.get(ALICE.address, "A") is None


async def shut_out(store: Store, *names: str, **fields: Any) -> None:
    """Devices that there was no room for, the first seen last."""
    for days, name in enumerate(names, 1):
        fields = {"state": "blocked", "code": "E-ACCESS-LIMIT", **fields}
        await store.devices.add(device(name, days=days, **fields))


async def test_of_the_devices_that_there_was_no_room_for_the_latest_stay_on_record(
    database: Database,
) -> None:
    store = Store(database)
    await store.devices.add(device("IN"))
    for number in range(12):
        assert (await admitted(store, f"ID{number:02}", structs.replace(LIMITED, most=1))).code == (
            "E-ACCESS-LIMIT"
        )
    left = sorted(one.id for one in await store.devices.all())
    assert (len(left), left[-1]) == (6, "IN")
    assert "ID11" in left


async def test_a_device_that_is_crowded_out_stands_in_the_audit(database: Database) -> None:
    store = Store(database)
    await store.devices.add(device("IN"))
    await shut_out(store, "A", "B", "C", "D", "E", "F")
    await admitted(store, "NEW", structs.replace(LIMITED, most=1))
    assert {one.id for one in await store.devices.all()} == {"IN", "NEW", "A", "B", "C", "D"}
    lines = [(entry.act, entry.subject, entry.after) for _, entry in await store.audit.read()]
    assert sorted(lines) == [
        ("device.access", "device:alice@example.org/NEW", '{"state":"blocked","code":"E-ACCESS-LIMIT"}'),
        ("device.forget", "device:alice@example.org/E", '{"crowded_by":"NEW"}'),
        ("device.forget", "device:alice@example.org/F", '{"crowded_by":"NEW"}'),
    ]


KEPT: list[tuple[str, dict[str, str]]] = [
    ("blocked by an administrator", {"code": "E-ACCESS-PERSONAL", "personal": "block"}),
    ("decided about since", {"personal": "allow"}),
    ("blocked by a rule", {"code": "E-ACCESS-RULE"}),
    ("in quarantine", {"code": "E-ACCESS-DEFAULT", "state": "quarantined"}),
]


@pytest.mark.parametrize("fields", [row[1] for row in KEPT], ids=[row[0] for row in KEPT])
async def test_only_those_that_there_was_no_room_for_are_crowded_out(
    database: Database, fields: dict[str, str]
) -> None:
    store = Store(database)
    await store.devices.add(device("IN"))
    await shut_out(store, *"ABCDEFG", **fields)
    assert (await admitted(store, "NEW", structs.replace(LIMITED, most=1))).code == "E-ACCESS-LIMIT"
    assert len(await store.devices.all()) == 9


async def test_a_device_that_asks_again_crowds_nobody_out_but_those_before(database: Database) -> None:
    store = Store(database)
    await store.devices.add(device("IN"))
    await shut_out(store, *"ABCDE")
    again = await store.devices.get(ALICE.address, "E")
    assert again is not None
    admission = Admission(store, Hub(), structs.replace(LIMITED, most=1))
    assert (await admission.admit(facts(again), known=True)).code == "E-ACCESS-LIMIT"
    assert {one.id for one in await store.devices.all()} == {"IN", *"ABCDE"}
    assert await store.audit.read() == []


@pytest.mark.parametrize(("days", "left"), [((40, 41, 42), ["D", "A"]), ((40, 1, 2), ["D", "B", "C", "A"])])
async def test_as_many_make_room_as_must_and_nobody_where_that_is_not_enough(
    database: Database, days: tuple[int, ...], left: list[str]
) -> None:
    store = Store(database)
    for name, away in zip("ABC", days, strict=True):
        await store.devices.add(device(name, days=away))
    room = (await admitted(store, "D")).effect is Effect.ALLOW
    assert room is (len(left) == 2)
    assert [one.id for one in await store.devices.all()] == left


async def test_a_device_with_a_wipe_takes_no_place_and_is_not_forgotten_for_another(
    database: Database,
) -> None:
    store = Store(database)
    for name in ("A", "B"):
        await store.devices.add(device(name, days=40))
    wipe = Wipe(
        address=ALICE.address,
        device="B",
        names=(ALICE.address,),
        kind="full",
        state="requested",
        actor="carol",
        requested=NOW,
    )
    await store.wipes.revise((ALICE.address, "B"), lambda _: Revised(wipe=wipe))
    assert (await admitted(store, "C")).effect is Effect.ALLOW
    assert {one.id for one in await store.devices.all()} == {"A", "B", "C"}


async def test_a_device_that_there_was_no_room_for_is_let_in_once_there_is(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub(), LIMITED)
    for name in ("A", "B"):
        await store.devices.add(device(name, days=1))
    asked = facts(device("C"))
    decision = await admission.admit(asked, known=False)
    asked = await known(store, asked.device)
    refused = structs.replace(asked, device=await admission.settle(asked, decision))
    assert refused.device.state == "blocked"
    assert (await admission.admit(refused, known=True)).code == "E-ACCESS-LIMIT"
    assert admission.decide_again(refused).code == "E-ACCESS-LIMIT"
    assert [answer.step for answer in admission.explain(refused)][-1] is Step.LIMIT
    await store.forget_device(ALICE.address, "A")
    assert (await admission.admit(refused, known=True)).effect is Effect.ALLOW
    lines = [msgspec.json.decode(entry.after) for _, entry in await store.audit.read()]
    assert lines == [{"state": "blocked", "code": "E-ACCESS-LIMIT"}, {"state": "allowed"}]


async def test_a_device_that_is_in_stays_in_when_the_limit_is_lowered(database: Database) -> None:
    store = Store(database)
    for name in ("A", "B", "C"):
        await store.devices.add(device(name))
    admission = Admission(store, Hub(), Terms(most=1))
    assert (await admission.admit(facts(device("A")), known=True)).effect is Effect.ALLOW


@pytest.mark.parametrize(
    "told",
    [lambda one: structs.replace(one, personal="allow"), lambda one: structs.replace(one, personal="block")],
)
async def test_a_device_of_which_something_is_said_is_not_counted_against_the_limit(
    database: Database, told: Callable[[Device], Device]
) -> None:
    store = Store(database)
    for name in ("A", "B"):
        await store.devices.add(device(name, days=40))
    admission = Admission(store, Hub(), LIMITED)
    decision = await admission.admit(facts(told(device("C"))), known=False)
    assert decision.step is Step.PERSONAL
    assert len(await store.devices.all()) == 2


async def test_people_are_asked_once_for_each_stay_in_the_lobby(database: Database) -> None:
    store, people = Store(database), Told()
    admission, asked_about = Admission(store, Hub(), people=people), people.asked
    waits = await settle(admission, await known(store, device()), Effect.QUARANTINE)
    waits = await settle(admission, waits, Effect.QUARANTINE)
    [first] = asked_about
    assert first.question == waits.device.question != ""
    left = await settle(admission, waits, Effect.ALLOW)
    assert left.device.question == ""
    await settle(admission, left, Effect.QUARANTINE)
    assert len({one.question for one in asked_about}) == len(asked_about) == 2


async def failed(admission: Admission, asked: Facts, times: int = MOST) -> None:
    for _ in range(times):
        await admission.follow(asked, Turn.FAILS)


async def test_a_device_that_fails_five_times_is_parked_and_people_are_told_once(database: Database) -> None:
    store, people = Store(database), Told()
    admission = Admission(store, Hub(), people=people)
    asked = await known(store, device())
    await failed(admission, asked, MOST - 1)
    assert (await current(store, asked)).device.state == "allowed"
    await failed(admission, asked, 1)
    parked = await current(store, asked)
    assert (parked.device.state, parked.device.code) == ("parked", "E-DEVICE-PARKED")
    assert admission.decide(parked).retry_after == 600
    await failed(admission, parked, 2 * MOST)
    assert [one.id for one in people.parked] == ["PHONE1"]
    [(_, entry)] = await store.audit.read()
    assert msgspec.json.decode(entry.after) == {"state": "parked", "code": "E-DEVICE-PARKED"}


async def current(store: Store, asked: Facts, **fields: Any) -> Facts:
    found = await store.devices.get(asked.device.address, asked.device.id)
    assert found
    return structs.replace(asked, device=found, **fields)


async def test_who_comes_in_with_its_key_begins_to_count_anew(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    asked = await known(store, device())
    keyed = structs.replace(asked, needs_policy=True, line=structs.replace(asked.line, policy_key=7))
    await failed(admission, asked, MOST - 1)
    admission.came_in(keyed)
    await failed(admission, asked, MOST - 1)
    assert (await current(store, asked)).device.state == "allowed"
    for says_nothing in (asked, structs.replace(keyed, needs_policy=False)):
        admission.came_in(says_nothing)
    await failed(admission, asked, 1)
    assert (await current(store, asked)).device.state == "parked"


async def test_nobody_is_parked_who_is_exempt_or_only_tries_an_account_out(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    asked = await known(store, device())
    await failed(admission, structs.replace(asked, policy=None), 2 * MOST)
    await failed(admission, facts(device("validate")), 2 * MOST)
    assert (await current(store, asked)).device.state == "allowed"


async def parked(store: Store, admission: Admission) -> Facts:
    asked = await known(store, device())
    await failed(admission, asked)
    return await current(store, asked)


async def test_a_parked_device_is_told_to_come_again_and_then_that_it_is_blocked(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    asked = await parked(store, admission)
    later = structs.replace(asked, now=NOW + timedelta(minutes=10))
    assert (admission.decide(asked).retry_after, admission.decide(later).retry_after) == (600, None)
    assert admission.decide(later).status == 129


async def test_another_policy_lets_a_parked_device_try_again(database: Database) -> None:
    store = Store(database)
    admission = Admission(store, Hub())
    asked = await parked(store, admission)
    assert admission.decide(asked).step is Step.PARKED
    other = structs.replace(asked, policy=read_policy("pin", {"MinDevicePasswordLength": 6}))
    decision = admission.decide(other)
    assert decision.effect is Effect.ALLOW
    assert (await admission.settle(other, decision)).state == "allowed"


GRACE = [(None, True), (0, False), (8, False), (7, True)]


@pytest.mark.parametrize(("key", "spared"), GRACE)
async def test_in_its_grace_a_parked_device_goes_on_with_its_last_key(
    database: Database, key: int | None, spared: bool
) -> None:
    store = Store(database)
    admission = Admission(store, Hub(), Terms(grace=timedelta(hours=1)))
    asked = await parked(store, admission)
    held = await store.devices.change(
        asked.device, policy_key=7, policy_fingerprint="old", policy_version=141
    )
    keyed = structs.replace(
        asked, device=held, needs_policy=True, line=structs.replace(asked.line, policy_key=key)
    )
    assert (admission.decide(keyed).effect is Effect.ALLOW) is spared
    over = structs.replace(keyed, now=NOW + timedelta(hours=1))
    assert admission.decide(over).step is Step.PARKED


async def test_of_requests_at_the_same_time_one_asks(database: Database) -> None:
    store, people = Store(database), Told()
    admission = Admission(store, Hub(), Terms(default=Effect.QUARANTINE), people=people)
    asked = await known(store, device())
    settled = await asyncio.gather(*(admission.settle(asked, admission.decide(asked)) for _ in range(5)))
    assert [one.question for one in people.asked] == [settled[0].question]
    assert len({one.question for one in settled}) == 1
    assert len(await store.audit.read()) == 1
