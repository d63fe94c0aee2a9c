"""The audit keeps what was done, in the order in which it was done."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.database import Connection, Database
from outrider.store.audit import INTERRUPTED, Audit, Begun, Entry, Search

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ENTRY = Entry(
    time=NOW,
    actor="alice@example.org",
    act="policy.set",
    subject="policy:pin",
    before="{}",
    after='{"AllowCamera": false}',
)


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database)


async def write(audit: Audit, *entries: Entry) -> None:
    """Lines as an act leaves them."""
    begun = Begun(time=NOW, actor="alice@example.org", act="policy.set", seen="{}")
    await audit.end(await audit.begin(begun), *entries)


async def test_lines_are_read_back_as_they_were_written(audit: Audit) -> None:
    other = structs.replace(ENTRY, act="policy.remove", outcome=INTERRUPTED)
    await write(audit, ENTRY, other)
    assert [entry for _, entry in await audit.read()] == [ENTRY, other]


OTHER = structs.replace(
    ENTRY,
    time=NOW + timedelta(hours=1),
    act="device.forget",
    subject="device:bob@example.org/D[1]",
    actor="bob",
)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), [ENTRY, OTHER]),
        (Search(since=OTHER.time), [OTHER]),
        (Search(until=OTHER.time), [ENTRY]),
        (Search(actor="bob"), [OTHER]),
        (Search(act="policy.*"), [ENTRY]),
        (Search(subject="policy:pin"), [ENTRY]),
        (Search(subject="device:*/D[1]"), [OTHER]),
        (Search(subject="device:*/D[12]"), []),
    ],
)
async def test_lines_are_found_by_time_actor_act_and_subject(
    audit: Audit, search: Search, found: list[Entry]
) -> None:
    await write(audit, ENTRY, OTHER)
    assert [entry for _, entry in await audit.read(search)] == found
    assert [entry for _, entry in await audit.last(search, 9)] == found


async def test_lines_are_read_a_page_at_a_time(audit: Audit) -> None:
    await write(audit, *[structs.replace(ENTRY, act=f"a{number}") for number in range(5)])
    first = await audit.read(limit=2)
    rest = await audit.read(after=first[-1][0])
    assert [entry.act for _, entry in (*first, *rest)] == ["a0", "a1", "a2", "a3", "a4"]


async def test_old_lines_are_forgotten(audit: Audit) -> None:
    older = structs.replace(ENTRY, time=NOW - timedelta(seconds=1))
    await write(audit, older, ENTRY)
    await audit.expire(NOW)
    assert [entry for _, entry in await audit.read()] == [ENTRY]


async def test_an_act_is_under_way_until_it_ends_with_its_lines(audit: Audit) -> None:
    acts = [Begun(time=NOW, actor=name, act="user.set", seen="{}") for name in ("alice", "bob")]
    first, second = [await audit.begin(act) for act in acts]
    assert await audit.begun() == [(first, acts[0]), (second, acts[1])]
    assert await audit.read() == []
    await audit.end(first, ENTRY)
    assert await audit.begun() == [(second, acts[1])]
    assert [entry for _, entry in await audit.read()] == [ENTRY]


async def test_lines_that_cannot_be_written_leave_their_act_under_way(audit: Audit) -> None:
    number = await audit.begin(Begun(time=NOW, actor="alice", act="user.set", seen="{}"))
    with pytest.raises(sqlite3.IntegrityError):
        await audit.end(number, ENTRY, structs.replace(ENTRY, subject=None))
    assert [kept for kept, _ in await audit.begun()] == [number]
    assert await audit.read() == []


@pytest.mark.parametrize(
    ("subjects", "below", "found"),
    [
        (["policy:pin"], [], ["policy:pin"]),
        (["policy:*"], [], []),
        (["policy:pi"], [], []),
        ([], ["device:bob@example.org/"], ["device:bob@example.org/D[1]"]),
        ([], ["device:bob@example.or"], ["device:bob@example.org/D[1]"]),
        ([], ["device:bob@*"], []),
        (["policy:pin"], ["device:"], ["device:bob@example.org/D[1]", "policy:pin"]),
    ],
)
async def test_lines_about_a_thing_are_found_letter_by_letter_the_newest_first(
    audit: Audit, subjects: list[str], below: list[str], found: list[str]
) -> None:
    await write(audit, ENTRY, OTHER)
    assert [entry.subject for _, entry in await audit.about(subjects, below)] == found


async def test_lines_about_a_thing_are_read_a_page_at_a_time(audit: Audit) -> None:
    await write(audit, *[ENTRY] * 3)
    assert [number for number, _ in await audit.about([ENTRY.subject], limit=2)] == [3, 2]
    assert [number for number, _ in await audit.about([ENTRY.subject], before=2, limit=2)] == [1]


async def test_to_find_lines_about_a_thing_not_all_are_read(audit: Audit, database: Database) -> None:
    def plan(connection: Connection) -> list[str]:
        rows = connection.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM audit WHERE id < 9 AND (subject BETWEEN 'a' AND 'a'"
            " OR subject BETWEEN 'b/' AND 'b/z') ORDER BY id DESC LIMIT 5"
        )
        return [row[3] for row in rows]

    steps = await database.read(plan)
    assert [step for step in steps if step.startswith("SCAN")] == []
