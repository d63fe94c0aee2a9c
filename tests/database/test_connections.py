"""What is counted."""

from __future__ import annotations

from outrider.database import Database
from tests.database.notes import add


async def test_a_lone_transaction_commits_at_once_with_one_hop(notes: Database) -> None:
    hops, commits, statements = notes.counters.hops, notes.counters.commits, notes.counters.statements
    await notes.transact(add, "a")
    assert notes.counters.hops - hops == 1
    assert notes.counters.commits - commits == 1
    assert notes.counters.statements - statements == 3  # begin, insert, commit


async def test_a_block_that_writes_nothing_commits_nothing(notes: Database) -> None:
    commits = notes.counters.commits
    async with notes.write():
        pass
    assert notes.counters.commits == commits
