"""Devices that are to be wiped, or were: over the embedded store, as a device reaches it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json, structs

from outrider.commands.exchange import Outcome, Reply, Waiting
from outrider.commands.loops import Loops
from outrider.commands.restraint import Restraint
from outrider.commands.wiping import Heard, hear
from outrider.database import Database
from outrider.policy.wipes import Event, Kind, State
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.messages.provision import ProvisionRequest, ProvisionResponse
from outrider.protocol.messages.provision import Wipe as Answered
from outrider.protocol.schema import Element, encode
from outrider.protocol.versions import OFFERED, Version
from outrider.store.store import Store
from outrider.store.wipes import Revised, Wipe
from outrider.sync.hub import Wake
from tests.commands.fakes import ALICE as PERSON
from tests.commands.fakes import PEER, People, basic, call, dispatcher, line
from tests.commands.served import ALIAS, ALICE, BOB, PASSWORD, House, read, serving
from tests.commands.test_provision import ASK, final_key, folder_sync

NEW, OLD = Version.V16_1, Version.V12_1
EMPTY = ProvisionRequest()
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
RIGHT, WRONG = basic(ALICE, PASSWORD), basic(ALICE, "forgotten")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as served:
        yield served


def wipe(key: int, kind: Kind = Kind.FULL, **fields: Any) -> Wipe:
    made = Wipe(
        address=ALICE,
        device="PHONE1",
        names=(ALICE, ALIAS),
        kind=kind,
        state=State.REQUESTED,
        key=key,
        actor="carol",
        requested=NOW,
    )
    return structs.replace(made, **fields)


async def order(store: Store, made: Wipe) -> None:
    await store.wipes.revise((made.address, made.device), lambda _: Revised(wipe=made))


async def ordered(house: House, kind: Kind = Kind.FULL, version: Version = NEW) -> int:
    """A device that is to be wiped: its key."""
    key = await final_key(house, version)
    await order(house.store, wipe(key, kind))
    return key


async def standing(house: House) -> Wipe:
    found = await house.store.wipes.get(ALICE, "PHONE1")
    assert found is not None
    return found


async def ask(
    house: House,
    command: str,
    message: Element,
    *,
    key: int | None = 0,
    version: Version = NEW,
    authorization: str = RIGHT,
    peer: str = PEER,
    device_id: str = "PHONE1",
    user: str = "",
) -> Outcome:
    asked = structs.replace(line(command, version, policy_key=key, user=user), device_id=device_id)
    made = call(bytes(encode(message, version)), asked, authorization=authorization)
    made.peer = peer
    return await house.handle(made)


def status_of(outcome: Outcome, version: Version = NEW) -> int:
    """The HTTP status if it is not 200, else that of the root."""
    assert isinstance(outcome, Reply)
    return outcome.status if outcome.status != 200 else read(outcome, FolderSyncResponse, version).status


TREE = FolderSyncRequest(sync_key="0")


async def tree(house: House, version: Version = NEW, **options: Any) -> int:
    return status_of(await ask(house, "FolderSync", TREE, version=version, **options), version)


async def fetch(house: House, version: Version = NEW, **options: Any) -> ProvisionResponse:
    return read(await ask(house, "Provision", EMPTY, version=version, **options), ProvisionResponse, version)


def answered(status: int | None, kind: Kind = Kind.FULL) -> ProvisionRequest:
    said = Answered(status=status)
    if kind is Kind.FULL:
        return ProvisionRequest(remote_wipe=said)
    return ProvisionRequest(account_only_remote_wipe=said)


async def answer(
    house: House, request: ProvisionRequest, version: Version = NEW, **options: Any
) -> tuple[int, bool]:
    """What a device is told that acknowledges: a status, and whether the directive came again."""
    told = read(
        await ask(house, "Provision", request, version=version, **options), ProvisionResponse, version
    )
    return told.status, told.remote_wipe or told.account_only_remote_wipe


async def lines(house: House) -> list[tuple[str, Any]]:
    """What the audit has of the wipe."""
    kept = [entry for _, entry in await house.store.audit.read()]
    assert {entry.subject for entry in kept} <= {f"device:{ALICE}/PHONE1"}
    return [(entry.act, json.decode(entry.after)) for entry in kept]


# ------------------------------------------------------------------------------------------ the signal


SIGNALS = {Version.V12_1: 449} | dict.fromkeys(OFFERED[1:], 140)


@pytest.mark.parametrize("version", OFFERED)
@pytest.mark.parametrize("proven", ["the key alone", "the password alone", "both"])
async def test_a_device_is_told_that_it_is_to_be_wiped(house: House, version: Version, proven: str) -> None:
    key = await ordered(house, version=version)
    shown = 0 if proven == "the password alone" else key
    password = WRONG if proven == "the key alone" else RIGHT
    assert await tree(house, version, key=shown, authorization=password) == SIGNALS[version]


@pytest.mark.parametrize("decided", [{"personal": "block"}, {"personal": "quarantine"}, {"state": "parked"}])
async def test_whoever_is_kept_out_is_told_all_the_same(house: House, decided: dict[str, Any]) -> None:
    key = await ordered(house)
    await house.store.devices.change(await house.device(), **decided)
    for password in (RIGHT, WRONG):
        assert await tree(house, key=key, authorization=password) == 140
    assert (await fetch(house, authorization=WRONG)).remote_wipe
    assert await answer(house, answered(1), authorization=WRONG) == (1, False)
    found = await house.device()
    assert {name: getattr(found, name) for name in decided} == decided


@pytest.mark.parametrize("name", [ALICE, ALIAS, "alice", "WORLD\\alice", "ALICE@Example.org"])
async def test_it_is_known_by_every_name_of_its_user(house: House, name: str) -> None:
    key = await ordered(house)
    assert await tree(house, key=key, authorization=basic(name, "forgotten")) == 140


async def test_two_users_of_one_local_part_with_one_device_are_told_apart_by_the_key(house: House) -> None:
    for address, key in (("alice@example.net", 8), (ALICE, 7)):
        await order(house.store, wipe(key, address=address, names=(address,)))
    for key in (7, 8):
        assert await tree(house, key=key, authorization=basic("alice", "forgotten")) == 140
    assert await tree(house, key=9, authorization=basic("alice", "forgotten")) == 401


async def test_it_is_known_by_the_query_where_it_shows_no_credentials(house: House) -> None:
    key = await ordered(house)
    assert await tree(house, key=key, authorization="", user=ALICE) == 140
    assert await tree(house, key=key, authorization="", user=BOB) == 401


@pytest.mark.parametrize("version", OFFERED)
async def test_ping_sends_it_to_its_folders(house: House, version: Version) -> None:
    key = await ordered(house, version=version)
    pinging = PingRequest(heartbeat_interval=60, folders=[PingFolder(id="1")])
    for shown, password in ((None, RIGHT), (key, WRONG)):
        outcome = await ask(house, "Ping", pinging, key=shown, version=version, authorization=password)
        assert read(outcome, PingResponse, version).status == 7


async def test_no_other_device_and_no_other_user_is_touched(house: House) -> None:
    await ordered(house)
    assert (
        await folder_sync(house, await final_key(house, NEW, device_id="PHONE2"), NEW, device_id="PHONE2")
        == 1
    )
    assert await folder_sync(house, await final_key(house, NEW, address=BOB), NEW, address=BOB) == 1


# ---------------------------------------------------------------------------------- fetching, answering


@pytest.mark.parametrize("version", OFFERED)
async def test_a_full_wipe_goes_its_way(house: House, version: Version) -> None:
    await ordered(house, version=version)
    told = await fetch(house, version)
    assert (told.status, told.remote_wipe, told.account_only_remote_wipe) == (1, True, False)
    assert told.policies == []
    assert await answer(house, answered(1), version) == (1, False)
    assert (await standing(house)).state == State.DONE
    assert await tree(house, version) == (129 if version > OLD else 403)


async def test_a_full_wipe_goes_its_way_at_2_5(house: House) -> None:
    served, old = house.speaking(Version.V2_5), Version.V2_5
    await order(house.store, wipe(7))
    assert await tree(served, old, key=7, authorization=WRONG) == 449
    assert (await fetch(served, old, authorization=WRONG)).remote_wipe
    assert await answer(served, answered(1), old, authorization=WRONG) == (1, False)


async def test_an_account_wipe_goes_its_way(house: House) -> None:
    await ordered(house, Kind.ACCOUNT)
    told = await fetch(house)
    assert (told.status, told.remote_wipe, told.account_only_remote_wipe) == (1, False, True)
    assert await answer(house, answered(1, Kind.ACCOUNT)) == (1, False)
    assert await tree(house) == 129


async def test_who_asks_for_a_policy_is_given_the_directive_and_no_policy(house: House) -> None:
    await ordered(house)
    told = read(await ask(house, "Provision", ASK), ProvisionResponse, NEW)
    assert (told.remote_wipe, told.policies) == (True, [])


async def test_a_failure_is_told_again(house: House) -> None:
    await ordered(house)
    await fetch(house)
    assert await answer(house, answered(2)) == (2, True)
    assert (await standing(house)).state == State.FAILED
    assert await answer(house, answered(1)) == (1, False)
    assert (await standing(house)).state == State.DONE


async def test_what_was_never_sent_cannot_be_acknowledged(house: House) -> None:
    await ordered(house)
    assert await answer(house, answered(1)) == (2, True)
    assert (await standing(house)).state == State.SENT


NO_ACKNOWLEDGEMENT = [
    ("of another kind", answered(1, Kind.ACCOUNT)),
    ("without a status", answered(None)),
    ("with a status that there is not", answered(9)),
]


@pytest.mark.parametrize(
    "request_", [row[1] for row in NO_ACKNOWLEDGEMENT], ids=[row[0] for row in NO_ACKNOWLEDGEMENT]
)
async def test_what_is_no_acknowledgement_ends_nothing(house: House, request_: ProvisionRequest) -> None:
    await ordered(house)
    await fetch(house)
    assert await answer(house, request_) == (2, True)
    assert (await standing(house)).state == State.SENT


async def test_a_status_beside_the_element_counts_as_one_in_it(house: House) -> None:
    await ordered(house)
    await fetch(house)
    assert await answer(house, structs.replace(answered(None), status=1)) == (1, False)


async def test_a_lost_answer_to_the_acknowledgement_is_given_again(house: House) -> None:
    await ordered(house)
    await fetch(house)
    for _ in range(2):
        assert await answer(house, answered(1)) == (1, False)
    assert (await fetch(house)).status == 129


async def test_each_step_stands_in_the_audit(house: House) -> None:
    key = await ordered(house)
    await fetch(house)
    await fetch(house)
    await answer(house, answered(2))
    await tree(house, key=key, authorization=WRONG)
    await answer(house, answered(1), authorization=WRONG)
    common = {"kind": "full", "from": PEER}
    assert await lines(house) == [
        ("wipe.sent", {"wipe": "sent", "authenticated": True} | common),
        ("wipe.repeated", {"wipe": "sent", "authenticated": True} | common),
        ("wipe.failed", {"wipe": "failed", "authenticated": True} | common),
        ("wipe.acknowledged", {"wipe": "acknowledged", "authenticated": False} | common),
    ]


async def test_that_a_device_answers_a_wipe_that_was_taken_back_stands_in_the_audit(house: House) -> None:
    assert await answer(house, answered(1)) == (2, False)
    assert await lines(house) == [("wipe.unasked", {"answer": 1})]


def test_what_a_device_says_is_kept_with_the_time() -> None:
    heard = Heard(Event.FETCH, PEER, NOW, authenticated=True)
    sent = hear(heard, wipe(7)).wipe
    assert sent is not None
    assert (sent.sent, sent.times, sent.answered) == (NOW, 1, None)
    later = NOW + timedelta(hours=1)
    done = hear(Heard(Event.SUCCESS, PEER, later, authenticated=False), sent).wipe
    assert done is not None
    assert (done.sent, done.times, done.answered, done.authenticated) == (NOW, 1, later, False)


async def test_a_device_that_turns_in_circles_is_held_back(database: Database) -> None:
    await order(Store(database), wipe(7, names=(PERSON.address,), address=PERSON.address))
    served = dispatcher(database, restraint=Restraint(Loops(limit=3)))
    asking = call(bytes(encode(TREE, NEW)), line(version=NEW, policy_key=7))
    assert [status_of(await served.handle(asking)) for _ in range(4)] == [140, 140, 140, 503]


async def test_a_wipe_is_confirmed_once_and_when_the_device_acknowledges_it(house: House) -> None:
    told: list[tuple[str, str]] = []
    served = house.confirming(lambda device, wipe: told.append((device.id, wipe.state)))
    await ordered(house)
    await fetch(served)
    await answer(served, answered(2))
    assert told == []
    for _ in range(2):
        await answer(served, answered(1))
    assert told == [("PHONE1", "acknowledged")]


# ---------------------------------------------------------------------------------- account-only, old


@pytest.mark.parametrize("version", OFFERED[:-1])
async def test_an_account_wipe_never_becomes_a_full_one(house: House, version: Version) -> None:
    key = await ordered(house, Kind.ACCOUNT)
    kept_out = 129 if version > OLD else 403
    assert await tree(house, version, key=key) == kept_out
    if version > OLD:
        assert (await fetch(house, version)).status == kept_out
    assert await tree(house, version, key=key, authorization=WRONG) == 401
    assert (await standing(house)).state == State.REQUESTED


# ------------------------------------------------------------------------------- without a password


@pytest.mark.parametrize("version", OFFERED)
async def test_the_key_gives_leave_to_fetch_and_to_answer_without_a_password(
    house: House, version: Version
) -> None:
    key = await ordered(house, version=version)
    await tree(house, version, key=key, authorization=WRONG)
    assert (await fetch(house, version, authorization=WRONG)).remote_wipe
    assert await answer(house, answered(1), version, authorization=WRONG) == (1, False)
    found = await standing(house)
    assert (found.state, found.authenticated) == (State.DONE, False)
    assert await tree(house, version, key=key, authorization=WRONG) == 401
    assert await tree(house, version, key=key) == (129 if version > OLD else 403)


async def test_a_device_that_keeps_its_key_may_fetch_with_it(house: House) -> None:
    key = await ordered(house)
    assert (await fetch(house, key=key, authorization=WRONG)).remote_wipe
    assert await answer(house, answered(1), authorization=WRONG) == (1, False)


async def test_who_has_leave_and_the_password_is_authenticated(house: House) -> None:
    key = await ordered(house)
    await tree(house, key=key, authorization=WRONG)
    await fetch(house)
    await answer(house, answered(1))
    assert (await standing(house)).authenticated


NO_LEAVE: list[tuple[str, dict[str, Any]]] = [
    ("from another address", {"peer": "192.0.2.99"}),
    ("for another user", {"authorization": basic(BOB, "forgotten")}),
    ("for another device", {"device_id": "PHONE2"}),
    ("for nobody", {"authorization": ""}),
]


@pytest.mark.parametrize("options", [row[1] for row in NO_LEAVE], ids=[row[0] for row in NO_LEAVE])
async def test_leave_is_for_one_user_device_and_address(house: House, options: dict[str, Any]) -> None:
    key = await ordered(house)
    await tree(house, key=key, authorization=WRONG)
    assert status_of(await ask(house, "Provision", EMPTY, **({"authorization": WRONG} | options))) == 401
    assert (await standing(house)).state == State.REQUESTED


async def test_leave_is_for_ten_minutes(house: House) -> None:
    key = await ordered(house)
    await tree(house, key=key, authorization=WRONG)
    found = await standing(house)
    assert found.leave == NOW + timedelta(minutes=10)
    await order(house.store, structs.replace(found, leave=NOW))
    assert status_of(await ask(house, "Provision", EMPTY, authorization=WRONG)) == 401


async def test_leave_is_for_the_directive_alone(house: House) -> None:
    key = await ordered(house)
    await tree(house, key=key, authorization=WRONG)
    assert status_of(await ask(house, "Provision", ASK, authorization=WRONG)) == 401
    assert await tree(house, authorization=WRONG) == 401
    assert status_of(await ask(house, "Provision", TREE, authorization=WRONG)) == 401


async def test_where_449_does_not_tell_which_a_request_for_a_policy_fetches_the_directive(
    house: House,
) -> None:
    key = await ordered(house, version=OLD)
    assert await tree(house, OLD, key=key, authorization=WRONG) == 449
    told = read(await ask(house, "Provision", ASK, version=OLD, authorization=WRONG), ProvisionResponse, OLD)
    assert (told.remote_wipe, told.policies) == (True, [])


async def test_leave_survives_a_restart_and_is_not_written_again_at_each_request(house: House) -> None:
    key = await ordered(house)
    for _ in range(3):
        await tree(house, key=key, authorization=WRONG)
    assert (await Store(house.store.database).wipes.get(ALICE, "PHONE1")) == await standing(house)


# ------------------------------------------------------------------------------------------ strangers


STRANGERS: list[tuple[str, str, dict[str, Any]]] = [
    ("a user that there is not", "nobody@example.org", {"device_id": "NONE"}),
    ("a device that there is not", ALICE, {"device_id": "NONE"}),
    ("a device without a wipe", ALICE, {"device_id": "PHONE2"}),
    ("a device to be wiped, without a key", ALICE, {"policy_key": None}),
    ("a device to be wiped, with 0", ALICE, {"policy_key": 0}),
    ("a device to be wiped, with another key", ALICE, {"policy_key": 8}),
    ("the key of another device", ALICE, {"device_id": "PHONE2", "policy_key": 7}),
    ("another user with the key", BOB, {"policy_key": 7}),
    ("a device that never took a policy", ALICE, {"device_id": "PHONE3", "policy_key": 0}),
]


async def met(database: Database, command: str, name: str, fields: dict[str, Any]) -> tuple[object, ...]:
    """How a stranger's request is answered, and what it costs."""
    store, people = Store(database), People()
    await order(store, wipe(7, names=(PERSON.address,), address=PERSON.address))
    await order(store, wipe(0, names=(PERSON.address,), address=PERSON.address, device="PHONE3"))
    served = dispatcher(database, people=people)
    asking = structs.replace(line(command, NEW), **fields)
    body, first = bytes(encode(TREE, NEW)), structs.replace(asking, device_id="WARM")
    await served.handle(call(body, first, authorization=basic("nobody", "guess")))
    statements = database.counters.statements
    asked = call(body, asking, authorization=basic(name, "guess"))
    reply = await served.handle(asked)
    assert isinstance(reply, Reply)
    spent = database.counters.statements - statements, people.checks, people.questions
    return reply.status, dict(reply.headers), reply.body, *spent


@pytest.mark.parametrize("command", ["FolderSync", "Ping"])
async def test_to_strangers_all_is_one_answer_at_one_cost(database: Database, command: str) -> None:
    outcomes = [await met(database, command, name, fields) for _, name, fields in STRANGERS]
    assert outcomes == [outcomes[0]] * len(STRANGERS)
    assert outcomes[0][0] == 401


async def test_the_usual_request_costs_no_statement_more(house: House) -> None:
    key = await final_key(house, NEW)
    await tree(house, key=key)
    statements = house.store.database.counters.statements
    await tree(house, key=key)
    without = house.store.database.counters.statements - statements
    await order(house.store, wipe(7, device="PHONE2"))
    statements = house.store.database.counters.statements
    await tree(house, key=key)
    assert house.store.database.counters.statements - statements == without


# --------------------------------------------------------------------------------------------- waiting


async def waiting(house: House, key: int) -> Waiting:
    """A Ping that waits."""
    await folder_sync(house, key, NEW)
    pinging = PingRequest(heartbeat_interval=600, folders=[PingFolder(id="1")])
    outcome = await ask(house, "Ping", pinging, key=key)
    assert isinstance(outcome, Waiting)
    return outcome


async def test_a_waiting_ping_is_sent_to_its_folders(house: House) -> None:
    key = await final_key(house, NEW)
    parked = await waiting(house, key)
    await order(house.store, wipe(key))
    outcome = await parked.resume(Wake.CHANGED)
    parked.waiter.close()
    assert read(outcome, PingResponse, NEW).status == 7
    assert await tree(house, key=key) == 140
