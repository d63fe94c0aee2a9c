"""Who is let in with which key: the table row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.policy.access import Request, judge, must_provision, unwanted
from outrider.policy.policies import OPEN, Policy
from outrider.protocol.status import PolicyAcknowledgement
from outrider.protocol.versions import Version
from tests.policy.test_provisioning import FINAL, HELD, NOTHING, OFFERED, PIN, TEMPORARY, Record

STRICT = Policy(name="strict", sets=OPEN.sets, allows_non_provisionable=False)
STRICT_PIN = Policy(name="strict pin", sets=PIN.sets, allows_non_provisionable=False)
AT = Version.V14_1
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def asked(key: int | None) -> Request:
    return Request(version=AT, key=key, time=NOW)


ROWS = [
    ("no key, nothing taken", OPEN, NOTHING, None, None),
    ("no key, the policy taken", OPEN, HELD, None, None),
    ("no key, the policy changed", PIN, HELD, None, 142),
    ("no key, nothing taken, strict", STRICT, NOTHING, None, 141),
    ("no key, the policy taken, strict", STRICT, HELD, None, 141),
    ("no key, the policy changed, strict", STRICT_PIN, HELD, None, 141),
    ("0, nothing taken", OPEN, NOTHING, 0, 142),
    ("0, nothing acknowledged", OPEN, OFFERED, 0, 142),
    ("0, the policy taken", OPEN, HELD, 0, 142),
    ("0, the policy changed", PIN, HELD, 0, 142),
    ("0, strict", STRICT, NOTHING, 0, 142),
    ("the final key", OPEN, HELD, FINAL, None),
    ("the final key, strict", STRICT, HELD, FINAL, None),
    ("the final key, the policy changed", PIN, HELD, FINAL, 144),
    ("another key, nothing taken", OPEN, NOTHING, 7, 144),
    ("another key, the policy taken", OPEN, HELD, 7, 144),
    ("another key, the policy changed", PIN, HELD, 7, 144),
    ("the temporary key, nothing acknowledged", OPEN, OFFERED, TEMPORARY, 144),
    ("the temporary key, acknowledged", OPEN, HELD, TEMPORARY, 144),
]


@pytest.mark.parametrize(("what", "policy", "record", "key", "status"), ROWS, ids=[row[0] for row in ROWS])
def test_a_request_is_judged_by_its_key(
    what: str, policy: Policy, record: Record, key: int | None, status: int | None
) -> None:
    signal = judge(policy, record, asked(key))
    assert (signal.status if signal else None) == status, what


def test_a_signal_says_what_is_wrong() -> None:
    codes = {signal.code for row in ROWS if (signal := judge(row[1], row[2], asked(row[3])))}
    assert codes == {"E-POLICY-NO-KEY", "E-POLICY-NONE", "E-POLICY-KEY", "E-POLICY-CHANGED"}


def test_the_key_of_another_device_is_a_wrong_one() -> None:
    other = structs.replace(HELD, policy_key=FINAL + 1)
    signal = judge(OPEN, other, asked(FINAL))
    assert signal
    assert signal.status == 144


PINGS = [
    ("nothing taken", OPEN, NOTHING, False),
    ("nothing taken, strict", STRICT, NOTHING, True),
    ("nothing acknowledged, strict", STRICT, OFFERED, True),
    ("the policy taken", OPEN, HELD, False),
    ("the policy taken, strict", STRICT, HELD, False),
    ("the policy changed", PIN, HELD, True),
]


@pytest.mark.parametrize(("what", "policy", "record", "away"), PINGS, ids=[row[0] for row in PINGS])
def test_a_ping_is_judged_by_the_record(what: str, policy: Policy, record: Record, away: bool) -> None:
    assert must_provision(policy, record, AT, NOW) is away, what


CHOOSY = Policy(
    name="choosy", sets=OPEN.sets, allows_partial=False, allows_external=False, allows_non_provisionable=False
)
DAILY = Policy(name="daily", sets=OPEN.sets, refresh_hours=24)
PARTLY = structs.replace(HELD, policy_answer=2)
NOT_AT_ALL = structs.replace(HELD, policy_answer=3)
ELSEWHERE = structs.replace(HELD, policy_answer=4)
FRESH = structs.replace(HELD, policy_time=NOW - timedelta(hours=24))
STALE = structs.replace(HELD, policy_time=NOW - timedelta(hours=24, seconds=1))

ANSWERS = [
    ("a part, allowed", OPEN, PARTLY, FINAL, None),
    ("a part", CHOOSY, PARTLY, FINAL, 139),
    ("a part, with another key", CHOOSY, PARTLY, 7, 139),
    ("a part, trying again", CHOOSY, PARTLY, 0, 142),
    ("nothing, allowed", OPEN, NOT_AT_ALL, FINAL, None),
    ("nothing", CHOOSY, NOT_AT_ALL, FINAL, 139),
    ("managed elsewhere, allowed", OPEN, ELSEWHERE, FINAL, None),
    ("managed elsewhere", CHOOSY, ELSEWHERE, FINAL, 145),
    ("all of it", CHOOSY, HELD, FINAL, None),
    ("taken a day ago", DAILY, FRESH, FINAL, None),
    ("taken longer ago than a day", DAILY, STALE, FINAL, 143),
    ("taken longer ago, no key", DAILY, STALE, None, 142),
    ("taken longer ago, trying again", DAILY, STALE, 0, 142),
    ("taken longer ago, another key", DAILY, STALE, 7, 144),
]


@pytest.mark.parametrize(
    ("what", "policy", "record", "key", "status"), ANSWERS, ids=[row[0] for row in ANSWERS]
)
def test_what_a_device_answered_is_acted_on(
    what: str, policy: Policy, record: Record, key: int | None, status: int | None
) -> None:
    signal = judge(policy, record, asked(key))
    assert (signal.status if signal else None) == status, what
    refused = judge(policy, record, asked(FINAL)) is not None
    assert must_provision(policy, record, AT, NOW) is refused


def test_an_acknowledgement_that_is_not_allowed_is_told_so_at_once() -> None:
    said = {one.name: unwanted(CHOOSY, one) for one in PolicyAcknowledgement}
    assert {name: signal and int(signal.status) for name, signal in said.items()} == {
        "APPLIED": None,
        "PARTIAL": 139,
        "NOT_APPLIED": 139,
        "EXTERNALLY_MANAGED": 145,
    }
    assert all(unwanted(OPEN, one) is None for one in PolicyAcknowledgement)


def test_who_is_exempt_is_let_in_with_any_key() -> None:
    assert judge(None, STALE, asked(7)) is None
    assert not must_provision(None, NOTHING, AT, NOW)
