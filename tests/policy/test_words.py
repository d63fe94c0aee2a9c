"""Policies are written in the specification's names; a wrong name or value is told what is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given

from outrider.policy.policies import OPEN
from outrider.policy.settings import SETTINGS, Value
from outrider.policy.words import (
    MANNER_WORDS,
    MANNERS,
    NAMES,
    PRESETS,
    Given,
    PolicyWordsError,
    allowed,
    check_name,
    read_policy,
    read_value,
    write_policy,
)
from tests.policy.test_merge import policies

HASH = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
BASE64 = "2jmj7l5rSw0yVb/vlWAYkK/YBwk="

READ: list[tuple[str, Given, Value]] = [
    ("DevicePasswordEnabled", "true", True),
    ("DevicePasswordEnabled", "1", True),
    ("AllowCamera", "off", False),
    ("AllowCamera", False, False),
    ("MinDevicePasswordLength", "6", 6),
    ("MinDevicePasswordLength", 6, 6),
    ("MinDevicePasswordLength", "none", None),
    ("MaxAttachmentSize", "", None),
    ("AllowBluetooth", "1", 1),
    ("MaxEmailBodyTruncationSize", "-1", -1),
    ("UnapprovedInROMApplicationList", "a.exe, b.exe, a.exe", ["a.exe", "b.exe"]),
    ("ApprovedApplicationList", [], []),
    ("ApprovedApplicationList", "", []),
    ("ApprovedApplicationList", f"{HASH.upper()}, {HASH}, {BASE64}", [BASE64]),
    ("ApprovedApplicationList", [BASE64], [BASE64]),
    ("AllowPartialProvisioning", "no", False),
    ("RefreshIntervalHours", "24", 24),
    ("RefreshIntervalHours", "none", None),
]


@pytest.mark.parametrize(("name", "given_", "value"), READ)
def test_a_value_is_read_as_typed_and_as_a_file_has_it(name: str, given_: Given, value: Value) -> None:
    assert read_value(name, given_) == value


HASHES = "SHA-1 hashes, each of 40 hexadecimal digits or 28 signs of base64, separated by commas"

WRONG: list[tuple[str, Given, str]] = [
    ("AllowCamera", "maybe", "true or false"),
    ("AllowCamera", 2, "true or false"),
    ("MinDevicePasswordLength", "17", "1 to 16, or none"),
    ("MinDevicePasswordLength", 0, "1 to 16, or none"),
    ("MinDevicePasswordComplexCharacters", None, "1 to 4"),
    ("MaxDevicePasswordFailedAttempts", "3", "4 to 16, or none"),
    ("MaxEmailAgeFilter", "6", "0, 1, 2, 3, 4, 5"),
    ("MaxCalendarAgeFilter", 1, "0, 4, 5, 6, 7"),
    ("AllowBluetooth", True, "0, 1, 2"),
    ("MaxAttachmentSize", "-1", "0 to 4294967295, or none"),
    ("DevicePasswordExpiration", "yes", "0 to 4294967295, or none"),
    ("ApprovedApplicationList", 3, HASHES),
    ("ApprovedApplicationList", "solitaire.exe", HASHES),
    (
        "UnapprovedInROMApplicationList",
        ["a\nb"],
        "names of programs, such as solitaire.exe, separated by commas",
    ),
    ("UnapprovedInROMApplicationList", [""], "names of programs, such as solitaire.exe, separated by commas"),
    ("RefreshIntervalHours", 0, "1 to 9600, or none"),
    ("MinDevicePasswordLength", "1_0", "1 to 16, or none"),
    ("MinDevicePasswordLength", "٦", "1 to 16, or none"),
    ("MinDevicePasswordLength", "+6", "1 to 16, or none"),
    ("MaxAttachmentSize", "9" * 5000, "0 to 4294967295, or none"),
]


@pytest.mark.parametrize(("name", "given_", "takes"), WRONG)
def test_a_wrong_value_is_told_what_is_allowed(name: str, given_: Given, takes: str) -> None:
    with pytest.raises(PolicyWordsError, match=takes) as caught:
        read_value(name, given_)
    assert caught.value.code == "E-POLICY-VALUE"
    assert allowed(name) == takes


NO_HASHES = {
    "too few digits": HASH[:-1],
    "too many digits": HASH + "0",
    "no digit": "g" + HASH[1:],
    "spaces inside": HASH[:-2] + "  ",
    "an MD5": HASH[:32],
    "a SHA-256": HASH + "0" * 24,
    "base64 without its end": BASE64[:-1],
    "base64 of 21 bytes": "A" * 28,
    "base64 whose last sign has bits too many": BASE64[:-2] + "l=",
    "base64 for addresses": BASE64.replace("/", "_"),
    "a name": "solitaire.exe",
    "other letters": "ä" * 40,
}


@pytest.mark.parametrize("text", NO_HASHES.values(), ids=NO_HASHES)
def test_what_is_no_hash_is_named(text: str) -> None:
    with pytest.raises(PolicyWordsError) as caught:
        read_value("ApprovedApplicationList", [BASE64, text])
    assert caught.value.code == "E-POLICY-VALUE"
    assert str(caught.value).startswith(f"ApprovedApplicationList cannot be {text!r}: it takes SHA-1 hashes,")


def test_a_wrong_name_is_told_the_nearest_one() -> None:
    with pytest.raises(PolicyWordsError, match="Did you mean MinDevicePasswordLength") as caught:
        read_policy("pin", {"MinPasswordLength": 4})
    assert caught.value.code == "E-POLICY-SETTING"


def test_a_name_that_is_near_to_none_is_just_refused() -> None:
    with pytest.raises(PolicyWordsError, match=r"There is no setting Zzz\.$"):
        read_value("Zzz", 1)


@given(policies)
def test_a_policy_that_is_written_is_read_back(values: dict[str, Value]) -> None:
    policy = read_policy("tried", values)
    again = read_policy("tried", write_policy(policy))
    assert write_policy(again) == write_policy(policy)
    assert again.sets == policy.sets


def test_each_name_says_what_it_takes() -> None:
    assert all(map(allowed, NAMES))
    assert MANNER_WORDS.keys() == MANNERS.keys()
    assert all(setting.words.endswith(".") for setting in SETTINGS.values())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_policy(name: str) -> None:
    assert write_policy(read_policy(name, PRESETS[name].values)) == PRESETS[name].values


def test_the_open_preset_is_the_open_policy() -> None:
    assert read_policy("open", PRESETS["open"].values).sets == OPEN.sets


@pytest.mark.parametrize("name", ["staff", "Staff-2_a.b", "x" * 64])
def test_a_policy_can_be_named(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["none", "", "-", "a policy", "böse", "x" * 65])
def test_a_policy_cannot_be_named(name: str) -> None:
    with pytest.raises(PolicyWordsError) as refused:
        check_name(name)
    assert refused.value.code == "E-POLICY-NAME"
