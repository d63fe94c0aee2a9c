"""Provision, and what the other commands ask of a device's key, over the embedded store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from outrider.commands.exchange import Outcome, Reply
from outrider.commands.quirks import Match, Quirk
from outrider.policy.policies import OPEN, Policy
from outrider.protocol.messages.composemail import SendMailRequest, SendMailResponse
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.messages.provision import (
    POLICY_TYPE,
    EASProvisionDoc,
    PolicyRequest,
    PolicyResponse,
    ProvisionRequest,
    ProvisionResponse,
    Wipe,
)
from outrider.protocol.messages.settings import DeviceInformation, DeviceInformationResponse, DeviceSet
from outrider.protocol.versions import OFFERED, Version
from tests.commands.fakes import line
from tests.commands.served import ALICE, BOB, House, read, serving
from tests.examples import examples

V = Version.V14_1
PIN = Policy(name="pin", sets=EASProvisionDoc(device_password_enabled=True))
PHONE = DeviceInformation(set=DeviceSet(model="Phone", os="OS 26", imei="004400112233445"))
ASK = ProvisionRequest(device_information=PHONE, policies=[PolicyRequest(policy_type=POLICY_TYPE)])


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as served:
        yield served


def acknowledging(key: str | None, status: int = 1, kind: str = POLICY_TYPE) -> ProvisionRequest:
    return ProvisionRequest(policies=[PolicyRequest(policy_type=kind, policy_key=key, status=status)])


async def provision(
    house: House, request: ProvisionRequest, version: Version = V, *, address: str = ALICE, **fields: Any
) -> ProvisionResponse:
    asked = structs.replace(line("Provision", version), **fields)
    return read(await house.send(asked, request, address=address), ProvisionResponse, version)


async def temporary_key(house: House, version: Version = V, **options: Any) -> str:
    [policy] = (await provision(house, ASK, version, **options)).policies
    assert policy.policy_key
    return policy.policy_key


async def final_key(house: House, version: Version = V, **options: Any) -> int:
    """What a device has after both phases."""
    key = await temporary_key(house, version, **options)
    [policy] = (await provision(house, acknowledging(key), version, **options)).policies
    assert policy.policy_key
    return int(policy.policy_key)


async def folder_sync(
    house: House, key: int | None, version: Version = V, *, address: str = ALICE, **fields: Any
) -> int:
    """The HTTP status if it is not 200, else that of the root."""
    asked = structs.replace(line("FolderSync", version, policy_key=key), **fields)
    outcome = await house.send(asked, FolderSyncRequest(sync_key="0"), address=address)
    return status_of(outcome, version)


def status_of(outcome: Outcome, version: Version) -> int:
    assert isinstance(outcome, Reply)
    return outcome.status if outcome.status != 200 else read(outcome, FolderSyncResponse, version).status


@pytest.mark.parametrize("version", OFFERED, ids=str)
async def test_after_both_phases_the_next_folder_sync_succeeds(house: House, version: Version) -> None:
    """R5.1."""
    assert await folder_sync(house, await final_key(house, version), version) == 1


@pytest.mark.parametrize("version", OFFERED, ids=str)
async def test_the_first_phase_sends_every_setting_and_a_key(house: House, version: Version) -> None:
    answer = await provision(house, ASK, version)
    [policy] = answer.policies
    assert (answer.status, policy.status, policy.data) == (1, 1, OPEN.document)
    described = DeviceInformationResponse(status=1) if version >= Version.V14_1 else None
    assert answer.device_information == described


async def test_the_second_phase_sends_a_key_and_nothing_else(house: House) -> None:
    key = await temporary_key(house)
    answer = await provision(house, acknowledging(key))
    final = (await house.device()).policy_key
    assert answer == ProvisionResponse(
        status=1, policies=[PolicyResponse(status=1, policy_key=str(final), data=None)]
    )
    assert str(final) != key


SIGNALS = [
    ("no policy taken", OPEN, 0, 142),
    ("a key that was made up", OPEN, 12345, 144),
    ("a policy that changed", PIN, -1, 144),
]


@pytest.mark.parametrize("version", OFFERED, ids=str)
@pytest.mark.parametrize(("what", "policy", "key", "status"), SIGNALS, ids=[row[0] for row in SIGNALS])
async def test_who_has_to_provision_is_told_so(
    house: House, what: str, policy: Policy, key: int, status: int, version: Version
) -> None:
    """R5.3; -1 stands for the device's own key."""
    final = await final_key(house, version)
    expected = 449 if version < Version.V14_0 else status
    assert await folder_sync(house.under(policy), final if key == -1 else key, version) == expected, what


async def test_a_device_that_never_heard_of_policies_is_let_in(house: House) -> None:
    assert await folder_sync(house, None) == 1


async def test_a_policy_may_refuse_who_never_heard_of_policies(house: House) -> None:
    strict = house.under(Policy(name="strict", sets=OPEN.sets, allows_non_provisionable=False))
    assert await folder_sync(strict, None) == 141
    assert await folder_sync(strict, await final_key(strict)) == 1


CHOOSY = Policy(
    name="choosy",
    sets=PIN.sets,
    allows_partial=False,
    allows_external=False,
    allows_non_provisionable=False,
)
ANSWERS = [("a part", 2, 139), ("nothing", 3, 139), ("managed elsewhere", 4, 145)]


@pytest.mark.parametrize("version", OFFERED, ids=str)
@pytest.mark.parametrize(("what", "answer", "status"), ANSWERS, ids=[row[0] for row in ANSWERS])
async def test_an_answer_that_the_policy_does_not_allow_is_refused_and_stays_so(
    house: House, what: str, answer: int, status: int, version: Version
) -> None:
    """R5.4: told at once where the version has words for it, and at each request; never asked in circles."""
    choosy = house.under(CHOOSY)
    told = await provision(choosy, acknowledging(await temporary_key(choosy, version), answer), version)
    assert told.status == (status if version >= Version.V14_0 else 1)
    final = (await choosy.device()).policy_key
    expected = status if version >= Version.V14_0 else 403
    assert await folder_sync(choosy, final, version) == expected, what


async def test_a_device_that_obeys_after_all_is_let_in(house: House) -> None:
    choosy = house.under(CHOOSY)
    await provision(choosy, acknowledging(await temporary_key(choosy), 2))
    assert await folder_sync(choosy, await final_key(choosy)) == 1


async def test_an_exempt_device_is_told_that_there_is_no_policy(house: House) -> None:
    free = house.exempt()
    [policy] = (await provision(free, ASK)).policies
    assert (policy.status, policy.policy_key) == (2, None)
    assert await folder_sync(free, 0) == 1


async def test_the_temporary_key_opens_nothing(house: House) -> None:
    key = await temporary_key(house)
    assert await folder_sync(house, int(key)) == 144
    await provision(house, acknowledging(key))
    assert await folder_sync(house, int(key)) == 144


async def test_the_signal_stands_in_the_root_of_the_command_that_was_sent(house: House) -> None:
    mail = SendMailRequest(client_id="1", mime=b"To: bob@example.org\r\n\r\n")
    outcome = await house.send(line("SendMail", V, policy_key=0), mail)
    assert read(outcome, SendMailResponse, V).status == 142


@pytest.mark.parametrize("key", [None, 0, 12345])
async def test_provision_itself_asks_for_no_key(house: House, key: int | None) -> None:
    assert await temporary_key(house, policy_key=key)


LOGGED = [
    ("no policy", ProvisionRequest(), 2, "E-PROVISION-2"),
    ("no information", ProvisionRequest(policies=ASK.policies), 165, "E-PROVISION-165"),
    ("another type", acknowledging("7", kind="Other"), 3, "E-POLICY-3"),
    ("a wrong key", acknowledging("7"), 5, "E-POLICY-5"),
]


@pytest.mark.parametrize(("what", "request_", "status", "code"), LOGGED, ids=[row[0] for row in LOGGED])
async def test_the_log_says_what_is_wrong_with_a_handshake(
    house: House, what: str, request_: ProvisionRequest, status: int, code: str
) -> None:
    _, asked = await house.follow(line("Provision"), request_)
    assert (asked.record["status"], asked.record["code"]) == (status, code), what
    assert asked.record["reason"]


async def test_the_log_says_why_a_device_has_to_provision(house: House) -> None:
    _, asked = await house.follow(line("FolderSync", V, policy_key=5), FolderSyncRequest(sync_key="0"))
    assert (asked.record["status"], asked.record["code"]) == (144, "E-POLICY-KEY")


async def test_one_change_of_the_policy_is_one_handshake(house: House) -> None:
    key = await final_key(house)
    changed = house.under(PIN)
    assert await folder_sync(changed, key) == 144
    other = await final_key(changed)
    assert other != key
    assert [await folder_sync(changed, other) for _ in range(3)] == [1, 1, 1]
    assert await folder_sync(changed, key) == 144


async def test_a_device_that_comes_back_with_another_version_keeps_its_key(house: House) -> None:
    key = await final_key(house.under(PIN), Version.V12_1)
    for version in (Version.V16_1, Version.V12_1, Version.V14_0):
        assert await folder_sync(house.under(PIN), key, version) == 1


async def test_the_old_key_is_good_until_the_new_policy_is_acknowledged(house: House) -> None:
    key = await final_key(house)
    await temporary_key(house.under(PIN))
    assert await folder_sync(house, key) == 1


@pytest.mark.parametrize("wrong", ["1", "0", "", None, "key", "99999999999"])
async def test_a_wrong_acknowledgement_is_answered_so_and_gives_no_key(
    house: House, wrong: str | None
) -> None:
    await temporary_key(house)
    before = await house.device()
    answer = await provision(house, acknowledging(wrong))
    assert answer == ProvisionResponse(status=1, policies=[PolicyResponse(status=5)])
    assert await house.device() == before


async def test_an_acknowledgement_of_what_was_never_sent_is_wrong(house: House) -> None:
    [policy] = (await provision(house, acknowledging("7"))).policies
    assert (policy.status, policy.policy_key) == (5, None)


async def test_another_type_of_policy_is_unknown(house: House) -> None:
    wap = "MS-WAP-Provisioning-XML"
    asked = ProvisionRequest(device_information=PHONE, policies=[PolicyRequest(policy_type=wap)])
    expected = ProvisionResponse(status=1, policies=[PolicyResponse(policy_type=wap, status=3)])
    assert await provision(house, asked) == expected
    assert await provision(house, acknowledging("7", kind=wap)) == expected


async def test_a_policy_that_cannot_be_read_is_told_so(house: House) -> None:
    """MS-ASPROV, Status (Policy)."""
    damaged = house.under_what_cannot_be_read()
    [policy] = (await provision(damaged, ASK)).policies
    assert (policy.status, policy.policy_key, policy.data) == (4, None, None)
    assert await folder_sync(damaged, 0) == 142


MALFORMED = [
    ("nothing", ProvisionRequest()),
    ("a policy without a type", ProvisionRequest(device_information=PHONE, policies=[PolicyRequest()])),
    ("two policies", ProvisionRequest(policies=[PolicyRequest(policy_type=POLICY_TYPE)] * 2)),
    ("an answer that does not exist", acknowledging("7", status=5)),
    ("a report of a wipe that was never sent", ProvisionRequest(remote_wipe=Wipe(status=1))),
    ("a wipe beside a policy", ProvisionRequest(policies=ASK.policies, remote_wipe=Wipe(status=1))),
]


@pytest.mark.parametrize(("what", "request_"), MALFORMED, ids=[row[0] for row in MALFORMED])
async def test_what_makes_no_sense_is_a_protocol_error(
    house: House, what: str, request_: ProvisionRequest
) -> None:
    assert await provision(house, request_) == ProvisionResponse(status=2), what


async def test_a_body_is_needed(house: House) -> None:
    outcome = await house.send(line("Provision"), None)
    assert isinstance(outcome, Reply)
    assert outcome.status == 400


@pytest.mark.parametrize("answer", [1, 2, 3, 4])
async def test_how_the_device_took_its_policy_is_kept(house: House, answer: int) -> None:
    await provision(house, acknowledging(await temporary_key(house), answer))
    device = await house.device()
    assert (device.policy, device.policy_answer, device.policy_version) == ("open", answer, 141)
    assert await folder_sync(house, device.policy_key) == 1


UNDESCRIBED = [
    ("without information", ProvisionRequest(policies=ASK.policies)),
    (
        "with none in it",
        ProvisionRequest(device_information=DeviceInformation(), policies=ASK.policies),
    ),
]


@pytest.mark.parametrize("version", [Version.V14_1, Version.V16_0, Version.V16_1], ids=str)
@pytest.mark.parametrize(("what", "request_"), UNDESCRIBED, ids=[row[0] for row in UNDESCRIBED])
async def test_a_device_says_what_it_is(
    house: House, what: str, request_: ProvisionRequest, version: Version
) -> None:
    assert await provision(house, request_, version) == ProvisionResponse(status=165), what
    assert (await house.device()).offered_key == 0


@pytest.mark.parametrize("version", [Version.V12_1, Version.V14_0], ids=str)
async def test_older_versions_cannot_say_what_the_device_is(house: House, version: Version) -> None:
    [policy] = (await provision(house, ProvisionRequest(policies=ASK.policies), version)).policies
    assert policy.status == 1


async def test_a_client_that_never_says_what_it_is_may_be_excused(house: House) -> None:
    quirk = Quirk(name="Outlook", match=Match(agent="Microsoft.Outlook*"), excuses_device_information=True)
    excusing, silent = house.overlooking(quirk), ProvisionRequest(policies=ASK.policies)
    excused = await provision(excusing, silent, user_agent="Microsoft.Outlook.16", device_id="OUTLOOK1")
    assert excused.status == 1
    assert excused.device_information is None
    assert (await provision(excusing, silent, device_id="PHONE2")).status == 165


async def test_what_a_device_says_of_itself_is_kept(house: House) -> None:
    await provision(house, ASK)
    device = await house.device()
    assert (device.model, device.os, device.imei) == ("Phone", "OS 26", "004400112233445")


async def test_a_first_phase_that_is_repeated_gives_the_same_key(house: House) -> None:
    assert await temporary_key(house) == await temporary_key(house)


async def test_parts_of_a_device_that_provision_at_once_get_the_same_keys(house: House) -> None:
    assert len(set(await asyncio.gather(*(temporary_key(house) for _ in range(4))))) == 1
    assert len(set(await asyncio.gather(*(final_key(house) for _ in range(4))))) == 1


async def test_an_acknowledgement_whose_answer_was_lost_can_be_repeated(house: House) -> None:
    acknowledgement = acknowledging(await temporary_key(house))
    first = await provision(house, acknowledgement)
    assert await provision(house, acknowledgement) == first
    assert (await house.device()).policy_key != 0


async def test_keys_are_of_one_user_and_one_device(house: House) -> None:
    """R5.6."""
    mine = await final_key(house)
    others = [await final_key(house, address=BOB), await final_key(house, device_id="PHONE2")]
    assert len({mine, *others}) == 3
    assert await folder_sync(house, mine, address=BOB) == 144
    assert await folder_sync(house, mine, device_id="PHONE2") == 144


async def test_nothing_is_kept_of_a_device_that_only_tries(house: House) -> None:
    assert await temporary_key(house, device_id="validate")
    assert await house.store.devices.all() == []


async def test_a_ping_goes_by_the_record_and_sends_away_who_has_to_provision(house: House) -> None:
    key = await final_key(house)
    pinging = PingRequest(heartbeat_interval=60, folders=[PingFolder(id="1")])
    changed = house.under(PIN)
    assert read(await changed.send(line("Ping"), pinging), PingResponse, V).status == 7
    assert await folder_sync(changed, key) == 144
    await final_key(changed)
    assert await folder_sync(changed, (await house.device()).policy_key) == 1


async def test_a_device_sent_away_by_ping_is_told_to_provision_even_without_a_key(house: House) -> None:
    await final_key(house)
    assert await folder_sync(house.under(PIN), None) == 142


async def key_by_habit(house: House, version: Version, habit: str, key: int | None) -> int | None:
    """What a device sends that has this key and this habit."""
    if habit == "stops half way":
        await temporary_key(house, version)
    if habit == "sends the temporary key":
        return int(await temporary_key(house, version))
    return {"sends 0": 0, "sends none": None}.get(habit, key)


HABITS = ["keeps its key", "sends 0", "sends none", "sends the temporary key", "stops half way"]
STEPS = st.lists(
    st.tuples(st.sampled_from(OFFERED), st.sampled_from([OPEN, PIN]), st.sampled_from(HABITS)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=examples(20))
@given(steps=STEPS)
async def test_whatever_a_device_does_one_handshake_is_enough(
    steps: list[tuple[Version, Policy, str]],
) -> None:
    """And none, if it kept its key and the policy is as it was, whatever version it speaks now."""
    key: int | None = 0
    before: Policy | None = None
    with TemporaryDirectory() as directory:
        async with serving(Path(directory)) as house:
            for version, policy, habit in steps:
                served = house.under(policy)
                key = await key_by_habit(served, version, habit, key)
                if await folder_sync(served, key, version) != 1:
                    assert policy is not before or habit.startswith("sends")
                    key = await final_key(served, version)
                    assert await folder_sync(served, key, version) == 1
                before = policy
