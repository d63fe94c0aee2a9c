"""What holds for a device is what was published and assigned, on record and in the file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outrider.commands.policies import FilePolicies, PoliciesInForce
from outrider.database import Database
from outrider.domain.roles import Identity
from outrider.policy.book import NONE, Level
from outrider.policy.policies import OPEN
from outrider.policy.settings import values_of
from outrider.policy.words import read_policy
from outrider.store.policies import AssignmentRow, EditionRow, Policies, Values

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ALICE = Identity(address="alice@example.org", groups=("staff",))


@pytest.fixture
def rows(database: Database) -> Policies:
    return Policies(database)


def edition(values: Values | None, *, spread: int = 0) -> EditionRow:
    return EditionRow(
        name="pin", version=0, values=values, author="", reason="", time=NOW, spread=spread, share=100
    )


def assignment(level: str, target: str, name: str) -> AssignmentRow:
    before = NOW - timedelta(days=1)
    return AssignmentRow(level=level, target=target, name=name, author="", time=before)


async def held(policies: PoliciesInForce, at: datetime = NOW) -> dict[str, object] | None:
    await policies.refresh()
    policy = policies.policy_for(ALICE, "PHONE1", at)
    return None if policy is None else dict(values_of(policy.sets))


async def test_without_a_word_the_open_policy_holds(rows: Policies) -> None:
    policies = PoliciesInForce(rows)
    await policies.refresh()
    assert policies.policy_for(ALICE, "PHONE1", NOW) is OPEN


async def test_what_is_published_and_assigned_holds_from_the_next_look(rows: Policies) -> None:
    policies = PoliciesInForce(rows)
    assert await held(policies) == {}
    await rows.publish(edition({"MinDevicePasswordLength": 6}))
    await rows.assign(assignment("group", "staff", "pin"))
    assert await held(policies) == {"MinDevicePasswordLength": 6}


async def test_an_edition_that_makes_no_sense_lets_nobody_in(rows: Policies) -> None:
    policies = PoliciesInForce(rows)
    await rows.publish(edition({"SettingOfALaterRelease": True}))
    await rows.assign(assignment("default", "", "pin"))
    await policies.refresh()
    policy = policies.policy_for(ALICE, "PHONE1", NOW)
    assert policy is not None
    assert (policy.name, policy.readable, policy.allows_non_provisionable) == ("pin", False, False)


async def test_a_spread_edition_comes_when_the_slot_does(rows: Policies) -> None:
    policies = PoliciesInForce(rows)
    await rows.assign(assignment("default", "", "pin"))
    await rows.publish(edition({"MinDevicePasswordLength": 6}))
    await rows.publish(edition({"MinDevicePasswordLength": 8}, spread=600))
    assert await held(policies, NOW - timedelta(seconds=1)) == {"MinDevicePasswordLength": 6}
    assert await held(policies, NOW + timedelta(seconds=600)) == {"MinDevicePasswordLength": 8}


async def test_none_exempts(rows: Policies) -> None:
    await rows.assign(assignment("user", "alice@example.org", NONE))
    assert await held(PoliciesInForce(rows)) is None


async def test_a_policy_of_the_file_holds_for_whom_the_file_says(rows: Policies) -> None:
    file = FilePolicies([read_policy("pin", {"AllowCamera": False})], {(Level.DEFAULT, ""): "pin"})
    assert await held(PoliciesInForce(rows, file)) == {"AllowCamera": False}


async def test_what_is_on_record_counts_before_the_file(rows: Policies) -> None:
    file = FilePolicies([read_policy("pin", {"AllowCamera": False})], {(Level.DEFAULT, ""): "pin"})
    await rows.assign(assignment("default", "", NONE))
    assert await held(PoliciesInForce(rows, file)) is None


@pytest.mark.parametrize("target", ["alice@example.org", "Alice@Example.org"])
async def test_what_is_taken_back_on_record_leaves_what_the_file_says(rows: Policies, target: str) -> None:
    assigned = {(Level.USER, target): "pin"}
    file = FilePolicies([read_policy("pin", {"AllowCamera": False})], assigned)
    policies = PoliciesInForce(rows, file)
    for name, expected in ((NONE, None), ("", {"AllowCamera": False})):
        await rows.assign(assignment("user", "alice@example.org", name))
        assert await held(policies) == expected
    assert policies.book.assigned(Level.USER, "alice@example.org") == "pin"


async def test_judging_costs_no_statement_while_nothing_changes(rows: Policies, database: Database) -> None:
    policies = PoliciesInForce(rows)
    await held(policies)
    before = database.counters.statements
    for _ in range(3):
        await held(policies)
    assert database.counters.statements == before
