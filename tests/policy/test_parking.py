"""Who fails to take its policy too often, and what it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.policy.parking import MOST, PAUSE, SPAN, Tries, Turn, has_grace, mark_of, parked_signal, turn_of
from outrider.policy.policies import OPEN
from outrider.policy.words import read_policy
from outrider.protocol.messages.folders import FolderSyncRequest
from outrider.protocol.messages.provision import (
    POLICY_TYPE,
    PolicyRequest,
    PolicyResponse,
    ProvisionRequest,
    ProvisionResponse,
    Wipe,
)
from outrider.protocol.versions import Version
from outrider.store.devices import Device

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PIN = read_policy("pin", {"MinDevicePasswordLength": 6})
B, E, F, S = Turn.BEGINS, Turn.ENDS, Turn.FAILS, Turn.SENT_BACK
PARKED = Device(
    address="alice@example.org",
    id="PHONE1",
    state="parked",
    parked_time=NOW,
    parked_policy=mark_of(PIN),
    first_seen=NOW,
    last_seen=NOW,
)

COURSES = [
    ("asks and never acknowledges", [B], MOST + 1),
    ("acknowledges another key", [B, F], 2 * MOST),
    ("acknowledges what it was never sent", [F], MOST),
    ("takes it and comes without its key", [B, E, S], 3 * MOST),
    ("takes it, and several parts come without the key", [B, E, S, S, S], 5 * MOST - 2),
    ("takes it again and again, and is never sent back", [B, E], None),
    ("is sent back and does nothing", [S], None),
    ("is sent back while it asks", [B, S, E], None),
]


@pytest.mark.parametrize(("what", "round", "parked"), COURSES, ids=[row[0] for row in COURSES])
def test_a_device_is_parked_at_its_fifth_failure(what: str, round: list[Turn], parked: int | None) -> None:
    tries = Tries()
    counted = [tries.count(turn, float(second)) for second, turn in enumerate(round * 20)]
    assert (counted.index(True) + 1 if any(counted) else None) == parked, what


@pytest.mark.parametrize(
    ("seconds", "parked"), [(SPAN.total_seconds() / 4 - 1, True), (SPAN.total_seconds() / 4, False)]
)
def test_failures_count_within_ten_minutes(seconds: float, parked: bool) -> None:
    tries = Tries()
    assert any(tries.count(F, number * seconds) for number in range(MOST)) is parked


def asks() -> ProvisionRequest:
    return ProvisionRequest(policies=[PolicyRequest(policy_type=POLICY_TYPE)])


def acknowledges(status: int = 1) -> ProvisionRequest:
    return ProvisionRequest(policies=[PolicyRequest(policy_type=POLICY_TYPE, policy_key="1", status=status)])


def told(policy: int, status: int = 1) -> ProvisionResponse:
    return ProvisionResponse(status=status, policies=[PolicyResponse(policy_type=POLICY_TYPE, status=policy)])


TURNS = [
    (asks(), told(1), B),
    (ProvisionRequest(), ProvisionResponse(status=2), B),
    (asks(), ProvisionResponse(status=165), B),
    (asks(), told(3), B),
    (asks(), told(2), None),
    (asks(), told(4), None),
    (acknowledges(), told(1), E),
    (acknowledges(), told(5), F),
    (acknowledges(3), ProvisionResponse(status=139), F),
    (acknowledges(), ProvisionResponse(status=2), F),
    (ProvisionRequest(remote_wipe=Wipe(status=1)), ProvisionResponse(status=1), None),
    (FolderSyncRequest(sync_key="0"), told(1), None),
    (asks(), None, None),
]


@pytest.mark.parametrize(("request_", "answer", "turn"), TURNS)
def test_what_a_provision_means_for_a_try(
    request_: object, answer: ProvisionResponse | None, turn: Turn | None
) -> None:
    assert turn_of(request_, answer) is turn


def test_a_parked_device_is_told_when_to_come_again_and_then_that_it_is_blocked() -> None:
    def signal(seconds: float) -> tuple[int, int | None]:
        found = parked_signal(PIN, PARKED, Version.V16_1, NOW + timedelta(seconds=seconds))
        assert found
        return found.status, found.retry_after

    assert signal(0) == (129, PAUSE.total_seconds())
    assert signal(PAUSE.total_seconds() - 0.5) == (129, 1)
    assert signal(PAUSE.total_seconds()) == (129, None)


RELEASED = [
    ("another policy", OPEN, PARKED),
    ("exempt", None, PARKED),
    ("released by somebody", PIN, structs.replace(PARKED, parked_policy="")),
    ("never parked", PIN, structs.replace(PARKED, state="allowed")),
    (
        "took it all the same",
        PIN,
        structs.replace(
            PARKED, policy_key=7, policy_version=161, policy_fingerprint=PIN.fingerprint(Version.V16_1)
        ),
    ),
]


@pytest.mark.parametrize(("what", "policy", "device"), RELEASED, ids=[row[0] for row in RELEASED])
def test_a_device_is_released(what: str, policy: object, device: Device) -> None:
    assert parked_signal(policy, device, Version.V16_1, NOW) is None, what  # type: ignore[arg-type]


def test_a_device_is_as_parked_at_another_version() -> None:
    assert all(parked_signal(PIN, PARKED, version, NOW) for version in (Version.V12_1, Version.V16_1))


HELD = structs.replace(PARKED, policy_key=7)
HOUR = timedelta(hours=1)
GRACES = [
    ("its last key", HELD, 7, NOW, True),
    ("no key", HELD, None, NOW, True),
    ("0", HELD, 0, NOW, False),
    ("another key", HELD, 8, NOW, False),
    ("it never had one", PARKED, 0, NOW, False),
    ("it is over", HELD, 7, NOW + HOUR, False),
    ("it is not parked", structs.replace(HELD, state="allowed"), 7, NOW, False),
]


@pytest.mark.parametrize(("what", "device", "key", "now", "grace"), GRACES, ids=[row[0] for row in GRACES])
def test_a_grace_is_for_who_had_a_policy_before(
    what: str, device: Device, key: int | None, now: datetime, grace: bool
) -> None:
    assert has_grace(device, key, HOUR, now) is grace, what
    assert not has_grace(device, key, timedelta(), now)
