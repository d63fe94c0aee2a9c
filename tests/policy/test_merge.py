"""Where several policies apply, a device obeys all of them at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.policy.merge import is_stricter, merge, strictest
from outrider.policy.policies import OPEN, Policy, unreadable
from outrider.policy.settings import DECLARED, SETTINGS, Value, values_of
from outrider.policy.words import NAMES, read_policy, write_policy

CASES: list[tuple[str, list[Value], Value]] = [
    ("DevicePasswordEnabled", [False, True], True),
    ("AllowCamera", [True, False], False),
    ("MinDevicePasswordLength", [None, 4, 6], 6),
    ("MaxAttachmentSize", [None, 5_000_000, 1_000_000], 1_000_000),
    ("MaxInactivityTimeDeviceLock", [None, 9999, 300], 300),
    ("MaxEmailAgeFilter", [0, 5, 3], 3),
    ("MaxEmailBodyTruncationSize", [-1, 0], 0),
    ("ApprovedApplicationList", [["a", "b", "c"], ["c", "a"]], ["a", "c"]),
    ("ApprovedApplicationList", [["a"], ["b"]], []),
    ("UnapprovedInROMApplicationList", [["b.exe"], ["a.exe", "b.exe"]], ["a.exe", "b.exe"]),
]


@pytest.mark.parametrize(("name", "values", "expected"), CASES)
def test_the_strictest_value_counts(name: str, values: list[Value], expected: Value) -> None:
    assert strictest(name, values) == expected
    assert strictest(name, values[::-1]) == expected


def test_what_a_policy_leaves_alone_it_neither_loosens_nor_tightens() -> None:
    weak = read_policy("weak", {"RequireEncryptionSMIMEAlgorithm": 3})
    assert values_of(merge([weak, OPEN]).sets) == {"RequireEncryptionSMIMEAlgorithm": 3}


def test_of_no_policy_there_is_the_open_one_and_one_stays_itself() -> None:
    pin = read_policy("pin", {"DevicePasswordEnabled": True})
    assert merge([]) is OPEN
    assert merge([pin]) is pin


def test_with_a_policy_that_cannot_be_read_none_can() -> None:
    both = merge([OPEN, unreadable("pin")])
    assert (both.readable, both.allows_non_provisionable) == (False, False)


def test_who_is_let_in_only_where_all_let_in() -> None:
    one = read_policy("one", {"AllowPartialProvisioning": False, "RefreshIntervalHours": 24})
    other = read_policy("other", {"AllowNonProvisionableDevices": False, "RefreshIntervalHours": 12})
    both = merge([one, other])
    assert (both.name, both.refresh_hours) == ("one+other", 12)
    assert (both.allows_non_provisionable, both.allows_partial, both.allows_external) == (False, False, True)


@pytest.mark.parametrize(
    ("name", "new", "old", "stricter"),
    [
        ("MinDevicePasswordLength", 6, 4, True),
        ("MinDevicePasswordLength", 4, 6, False),
        ("AllowCamera", False, True, True),
        ("MaxEmailAgeFilter", 0, 5, False),
    ],
)
def test_a_change_tightens_or_not(name: str, new: Value, old: Value, stricter: bool) -> None:
    assert is_stricter(name, new, old) is stricter


def value_of(name: str) -> st.SearchStrategy[Value]:
    """Values that a setting takes."""
    if name == "RefreshIntervalHours":
        return st.none() | st.integers(1, 9600)
    if name not in SETTINGS or DECLARED[name].types == (bool,):
        return st.booleans()
    setting = SETTINGS[name]
    if DECLARED[name].many:
        return st.lists(st.sampled_from([sign * 40 for sign in "abc"]), unique=True)
    number = st.sampled_from(setting.choices) if setting.choices else st.integers(setting.low, setting.high)
    return number | st.none() if setting.empty else number


policies = st.lists(st.sampled_from(NAMES), unique=True, max_size=8).flatmap(
    lambda names: st.fixed_dictionaries({name: value_of(name) for name in names})
)


@given(st.lists(policies, min_size=1, max_size=4))
def test_no_policy_demands_more_than_all_together(sets: list[dict[str, Value]]) -> None:
    parts = [read_policy(f"p{number}", values) for number, values in enumerate(sets)]
    merged = values_of(merge(parts).sets)
    for part in parts:
        for name, value in values_of(part.sets).items():
            assert not is_stricter(name, value, merged[name])


@given(st.lists(policies, min_size=2, max_size=4))
def test_the_order_of_policies_does_not_matter(sets: list[dict[str, Value]]) -> None:
    parts = [read_policy(f"p{number}", values) for number, values in enumerate(sets)]
    one, other = merge(parts), merge(parts[::-1])
    assert _comparable(one) == _comparable(other)


def _comparable(policy: Policy) -> dict[str, object]:
    ranks = {name: SETTINGS[name].strictness(value) for name, value in values_of(policy.sets).items()}
    manners = {name: value for name, value in write_policy(policy).items() if name not in SETTINGS}
    return {**ranks, **manners}
