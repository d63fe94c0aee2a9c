"""Editions and assignments are added, never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.database import Database
from outrider.store.policies import AssignmentRow, EditionRow, Policies

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
EDITION = EditionRow(
    name="pin",
    version=0,
    values={"MinDevicePasswordLength": 6, "AllowCamera": False, "MaxAttachmentSize": None},
    author="alice@example.org",
    reason="phones get lost",
    time=NOW,
    spread=600,
)
ASSIGNMENT = AssignmentRow(level="group", target="staff", name="pin", author="alice@example.org", time=NOW)


@pytest.fixture
def policies(database: Database) -> Policies:
    return Policies(database)


async def test_an_edition_is_read_back_as_it_was_published(policies: Policies) -> None:
    published = await policies.publish(EDITION)
    assert published == structs.replace(EDITION, version=1)
    assert await policies.all() == ([published], [])


async def test_editions_of_each_name_are_counted_apart(policies: Policies) -> None:
    for name in ("pin", "pin", "dark"):
        await policies.publish(structs.replace(EDITION, name=name))
    editions, _ = await policies.all()
    assert [(one.name, one.version) for one in editions] == [("dark", 1), ("pin", 1), ("pin", 2)]


async def test_a_policy_that_was_removed_sets_nothing_any_more(policies: Policies) -> None:
    await policies.publish(EDITION)
    removed = await policies.publish(structs.replace(EDITION, values=None))
    assert (await policies.all())[0][-1] == removed
    assert removed.values is None


def assigned(name: str, seconds: int, spread: int = 0, target: str = "staff") -> AssignmentRow:
    time = NOW + timedelta(seconds=seconds)
    return structs.replace(ASSIGNMENT, name=name, time=time, spread=spread, target=target)


async def test_an_assignment_is_kept_until_a_later_one_has_come_to_everybody(policies: Policies) -> None:
    rows = [assigned("a", 0), assigned("other", 0, target="board"), assigned("b", 10, 60)]
    rows += [assigned("c", 20, 60), assigned("d", 70)]
    for row in rows:
        await policies.assign(row)
    _, kept = await policies.all()
    assert [one.name for one in kept] == ["other", "b", "c", "d"]


async def test_every_change_moves_the_serial(policies: Policies) -> None:
    serials = [policies.serial]
    for change in (policies.publish(EDITION), policies.assign(ASSIGNMENT)):
        await change
        serials.append(policies.serial)
    assert serials == sorted(set(serials))


async def test_what_did_not_change_is_read_once(policies: Policies, database: Database) -> None:
    await policies.all()
    before = database.counters.statements
    await policies.all()
    assert database.counters.statements == before
