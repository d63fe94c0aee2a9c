"""Who is let in with which key: the table row by row."""

from __future__ import annotations

import pytest
from msgspec import structs

from outrider.policy.access import judge, must_provision
from outrider.policy.policies import OPEN, Policy
from outrider.protocol.versions import Version
from tests.policy.test_provisioning import FINAL, HELD, NOTHING, OFFERED, PIN, TEMPORARY, Record

STRICT = Policy(name="strict", sets=OPEN.sets, allows_non_provisionable=False)
STRICT_PIN = Policy(name="strict pin", sets=PIN.sets, allows_non_provisionable=False)
AT = Version.V14_1

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
    signal = judge(policy, record, AT, key)
    assert (signal.status if signal else None) == status, what


def test_a_signal_says_what_is_wrong() -> None:
    codes = {signal.code for row in ROWS if (signal := judge(row[1], row[2], AT, row[3]))}
    assert codes == {"E-POLICY-NO-KEY", "E-POLICY-NONE", "E-POLICY-KEY", "E-POLICY-CHANGED"}


def test_the_key_of_another_device_is_a_wrong_one() -> None:
    other = structs.replace(HELD, policy_key=FINAL + 1)
    signal = judge(OPEN, other, AT, FINAL)
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
    assert must_provision(policy, record, AT) is away, what
