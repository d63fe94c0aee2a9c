"""What devices claim is kept as they come, and judged from their record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from outrider.commands.claims import Claims, Found, said_by
from outrider.commands.exchange import Reply
from outrider.policy.claims import Fact, Facts, Kind
from outrider.policy.rules import Effect
from outrider.policy.words import read_policy
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.provision import (
    PolicyRequest,
    ProvisionRequest,
    ProvisionResponse,
    policy_type_of,
)
from outrider.protocol.messages.settings import DeviceInformation, DeviceSet
from outrider.protocol.versions import Version
from outrider.store.claims import add_claims
from outrider.store.devices import Device
from tests.commands.fakes import line
from tests.commands.served import House, read, serving

V = Version.V16_1
STRICT = read_policy("strict", {"RequireDeviceEncryption": True, "AllowCamera": False})
FACTS = Facts(
    [Fact(name="Old Phones", match={"model": "Old*"}, source="a page", lacks=["RequireDeviceEncryption"])]
)
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as served:
        yield served


async def provision(house: House, model: str = "Old Phone", answer: int = 1) -> None:
    """Both phases."""
    kind = policy_type_of(V)
    told = DeviceInformation(set=DeviceSet(model=model))
    ask = ProvisionRequest(device_information=told, policies=[PolicyRequest(policy_type=kind)])
    [sent] = read(await house.send(line("Provision", V), ask), ProvisionResponse, V).policies
    taken = PolicyRequest(policy_type=kind, policy_key=sent.policy_key, status=answer)
    await house.send(line("Provision", V), ProvisionRequest(policies=[taken]))


async def look(house: House, agent: str) -> None:
    asked = line("FolderSync", V, user_agent=agent)
    await house.send(asked, FolderSyncRequest(sync_key="0"))


async def history(house: House) -> list[tuple[str, str]]:
    return [(said.name, said.value) for said in said_by(await house.device())]


async def test_what_a_device_says_is_kept_as_it_changes(house: House) -> None:
    await look(house, "Phone/1.0")
    await provision(house.under(STRICT))
    await look(house.under(STRICT), "Phone/1.0")
    await look(house.under(STRICT), "Phone/2.0")
    assert await history(house) == [
        ("user_agent", "Phone/1.0"),
        ("model", "Old Phone"),
        ("acknowledged", "1 AllowCamera RequireDeviceEncryption"),
        ("user_agent", "Phone/2.0"),
    ]


async def test_an_acknowledgement_of_another_policy_than_that_of_now_says_nothing_of_settings(
    house: House,
) -> None:
    kind = policy_type_of(V)
    told = DeviceInformation(set=DeviceSet(model="Old Phone"))
    ask = ProvisionRequest(device_information=told, policies=[PolicyRequest(policy_type=kind)])
    [sent] = read(await house.send(line("Provision", V), ask), ProvisionResponse, V).policies
    taken = PolicyRequest(policy_type=kind, policy_key=sent.policy_key, status=1)
    await house.under(STRICT).send(line("Provision", V), ProvisionRequest(policies=[taken]))
    assert await history(house) == [("model", "Old Phone")]


async def test_a_false_acknowledgement_is_found_with_its_evidence(house: House) -> None:
    await provision(house.under(STRICT))
    [found] = Claims(FACTS).found(await house.device())
    assert (found.code, found.effect) == ("E-CLAIM-CANNOT", "note")
    assert found.evidence == (
        "on 2026-01-31 it acknowledged RequireDeviceEncryption, which it cannot carry out:"
        " Old Phones (a page)"
    )


@pytest.mark.parametrize(("model", "answer"), [("New Phone", 1), ("Old Phone", 2)])
async def test_nothing_is_found_where_nothing_is_wrong(house: House, model: str, answer: int) -> None:
    await provision(house.under(STRICT), model, answer)
    assert Claims(FACTS).found(await house.device()) == []


@pytest.mark.parametrize("version", [Version.V12_1, Version.V14_1, Version.V16_1], ids=str)
@pytest.mark.parametrize(
    ("effect", "state"), [(None, "allowed"), (Effect.QUARANTINE, "quarantined"), (Effect.BLOCK, "blocked")]
)
async def test_a_false_acknowledgement_has_the_effect_that_the_administrator_chose(
    house: House, version: Version, effect: Effect | None, state: str
) -> None:
    claims = Claims(FACTS, {Kind.CANNOT: effect} if effect else {})
    strict = house.under(STRICT).believing(claims.find)
    await provision(strict)
    key = (await house.device()).policy_key
    asked = line("FolderSync", version, policy_key=key)
    outcome = await strict.send(asked, FolderSyncRequest(sync_key="0"))
    assert isinstance(outcome, Reply)
    kept = await house.device()
    assert kept.state == state
    assert ("E-CLAIM-CANNOT" in kept.code) == (effect is not None)
    if effect is not Effect.BLOCK:
        assert read(outcome, FolderSyncResponse, version).status == 1
    elif version < Version.V14_0:
        assert outcome.status == 403
    else:
        assert read(outcome, FolderSyncResponse, version).status == 130


def device(*said: dict[str, str]) -> Device:
    text = ""
    for claims in said:
        text = add_claims(text, claims, DAY)
    return Device(address="alice@example.org", id="D1", first_seen=DAY, last_seen=DAY, claims=text)


BOTH = device({"os": "iOS 17", "model": "A"}, {"os": "iOS 16", "model": "B"})
WEIGHED: list[tuple[dict[Kind, Effect], str | None]] = [
    ({}, None),
    ({Kind.BACKWARDS: Effect.QUARANTINE}, "E-CLAIM-BACKWARDS"),
    ({Kind.BACKWARDS: Effect.QUARANTINE, Kind.CHANGED: Effect.BLOCK}, "E-CLAIM-CHANGED"),
    ({Kind.BACKWARDS: Effect.BLOCK, Kind.CHANGED: Effect.QUARANTINE}, "E-CLAIM-BACKWARDS"),
    ({Kind.CANNOT: Effect.BLOCK}, None),
]


@pytest.mark.parametrize(("effects", "code"), WEIGHED)
def test_the_hardest_effect_counts(effects: dict[Kind, Effect], code: str | None) -> None:
    found = Claims(FACTS, effects).find(BOTH)
    assert (found.code if found else None) == code
    assert found is None or found.effect in effects.values()


def test_of_a_device_that_said_nothing_nothing_is_found() -> None:
    assert Claims(FACTS).found(device()) == []
    assert Claims(FACTS).find(device()) is None


def test_what_a_device_cannot_carry_out_is_known_beforehand() -> None:
    old = structs.replace(device(), model="Old Phone")
    assert Claims(FACTS).lacking(old, ["RequireDeviceEncryption", "AllowCamera"]) == {
        "RequireDeviceEncryption": "Old Phones (a page)"
    }


def test_a_finding_says_code_effect_and_evidence() -> None:
    found = Claims(FACTS, {Kind.CHANGED: Effect.BLOCK}).found(device({"model": "A"}, {"model": "B"}))
    evidence = "its model was A on 2026-03-01 and is B since 2026-03-01"
    assert found == [Found(code="E-CLAIM-CHANGED", effect="block", evidence=evidence)]
