"""A policy in the words of 2.5."""

from __future__ import annotations

import re

import pytest

from outrider.policy.policies import OPEN
from outrider.policy.settings import SETTINGS, Value
from outrider.policy.wap import CARRIED, carries
from outrider.policy.words import PRESETS, read_policy
from outrider.protocol.messages.provision import (
    WAP_POLICY_TYPE,
    PolicyRequest,
    PolicyResponse,
    ProvisionRequest,
    ProvisionResponse,
)
from outrider.protocol.versions import Version
from tests.protocol.golden import Pair

COMPANY = read_policy("company", PRESETS["company"].values)


def parameters(**sets: Value) -> dict[str, int]:
    """The parameters of the text by their names."""
    text = read_policy("tried", {**sets}).wap
    return {name: int(value) for name, value in re.findall(r'name="(\w+)" value="(-?\d+)"', text)}


# MS-ASPROV, Data (string Data Type)
NOTHING = {
    "4131": 1,
    "AEFrequencyType": 0,
    "AEFrequencyValue": 0,
    "DeviceWipeThreshold": -1,
    "CodewordFrequency": -1,
    "MinimumPasswordLength": 1,
    "PasswordComplexity": 2,
}
TOLD: list[tuple[str, Value, dict[str, int]]] = [
    ("DevicePasswordEnabled", True, {"4131": 0}),
    ("AlphanumericDevicePasswordRequired", True, {"PasswordComplexity": 0}),
    ("MinDevicePasswordLength", 6, {"MinimumPasswordLength": 6}),
    ("MaxDevicePasswordFailedAttempts", 8, {"DeviceWipeThreshold": 8}),
    ("MaxInactivityTimeDeviceLock", 300, {"AEFrequencyType": 1, "AEFrequencyValue": 5}),
    ("MaxInactivityTimeDeviceLock", 359, {"AEFrequencyType": 1, "AEFrequencyValue": 5}),
    ("MaxInactivityTimeDeviceLock", 10, {"AEFrequencyType": 1, "AEFrequencyValue": 1}),
    ("MaxInactivityTimeDeviceLock", 9999, {}),
]


def test_the_open_policy_demands_nothing() -> None:
    assert parameters() == NOTHING


@pytest.mark.parametrize(("name", "value", "told"), TOLD)
def test_each_setting_has_its_parameter(name: str, value: Value, told: dict[str, int]) -> None:
    assert parameters(**{name: value}) == NOTHING | told


def test_2_5_carries_what_its_text_has_words_for() -> None:
    assert (
        {name for name in SETTINGS if carries(name, Version.V2_5)} == {name for name, _, _ in TOLD} == CARRIED
    )


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_later_versions_carry_what_is_declared_for_them(name: str) -> None:
    assert carries(name, Version.V16_1)


def answer(key: str, text: str | None = None) -> ProvisionResponse:
    policy = PolicyResponse(policy_type=WAP_POLICY_TYPE, status=1, policy_key=key, text=text)
    return ProvisionResponse(status=1, policies=[policy])


def request(key: str | None = None, status: int | None = None) -> ProvisionRequest:
    policy = PolicyRequest(policy_type=WAP_POLICY_TYPE, policy_key=key, status=status)
    return ProvisionRequest(policies=[policy])


PAIRS = [
    Pair("provision-013", Version.V2_5, request()),
    Pair("provision-014", Version.V2_5, answer("1307199584", OPEN.wap)),
    Pair("provision-015", Version.V2_5, answer("1307199584", COMPANY.wap)),
    Pair("provision-016", Version.V2_5, request("1307199584", 1)),
    Pair("provision-017", Version.V2_5, answer("3942919513")),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_handshake_of_2_5_is_as_it_was_recorded(pair: Pair) -> None:
    assert pair.written() == pair.data
    decoded = pair.read()
    assert (decoded.value, decoded.unknown, decoded.strays) == (pair.value, 0, ())
