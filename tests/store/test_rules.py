"""The table of rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.database import Database
from outrider.store.audit import Audit, Entry
from outrider.store.rules import Order, RuleRow, RuleTable

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def row(effect: str, **conditions: str) -> RuleRow:
    return RuleRow(effect=effect, conditions=conditions, author="admin", time=NOW)


async def test_rules_are_kept_in_their_order(database: Database) -> None:
    table = RuleTable(database)
    await table.revise(lambda _: [row("block", type="A"), row("allow", type="B")])
    [one, two] = await table.all()
    assert (one.id, one.conditions, two.id) == (1, {"type": "A"}, 2)
    await table.revise(lambda order: [order[1], order[0], row("quarantine", type="C")])
    assert [rule.id for rule in await RuleTable(database).all()] == [2, 1, 3]


async def test_an_id_is_never_given_twice(database: Database) -> None:
    table = RuleTable(database)
    await table.revise(lambda _: [row("block", type="A")])
    await table.revise(lambda _: [])
    [again] = await table.revise(lambda _: [row("block", type="A")])
    assert again.id == 2


async def test_a_revision_that_fails_leaves_everything(database: Database) -> None:
    table = RuleTable(database)
    await table.revise(lambda _: [row("block", type="A")])

    def fail(order: Order) -> Order:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await table.revise(fail)
    assert [rule.id for rule in await table.all()] == [1]
    assert table.serial == 1


async def test_they_are_read_once_and_again_after_a_change(database: Database) -> None:
    table = RuleTable(database)
    await table.all()
    before = database.counters.statements
    await table.all()
    assert database.counters.statements == before
    await table.revise(lambda _: [row("block", type="A")])
    assert len(await table.all()) == 1


async def test_lines_of_the_audit_are_written_with_the_change(database: Database) -> None:
    entry = Entry(time=NOW, actor="admin", act="rule.add", subject="rules")
    await RuleTable(database).revise(lambda _: [row("block", type="A")], entry)
    assert [line for _, line in await Audit(database).read()] == [entry]
