"""Acts on the audit."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import structs

from outrider.admin.audit import LastAudit, ReadAudit
from outrider.admin.services import Services
from outrider.store.audit import INTERRUPTED, Entry, Search, insert

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def fill(services: Services) -> None:
    lines = [
        Entry(time=NOW, actor="carol", act="user.set", subject=f"user:u{n}@example.org") for n in range(5)
    ]
    await services.database.transact(insert, (*lines[:4], structs.replace(lines[4], outcome=INTERRUPTED)))


async def test_lines_are_read_page_by_page_until_none_are_left(services: Services) -> None:
    await fill(services)
    first = await ReadAudit(limit=3).run(services)
    rest = await ReadAudit(after=first[-1].id, limit=3).run(services)
    assert [row.subject[5:7] for row in (*first, *rest)] == ["u0", "u1", "u2", "u3", "u4"]
    assert await ReadAudit(after=rest[-1].id).run(services) == []


async def test_the_last_lines_come_in_the_order_in_which_they_were_written(services: Services) -> None:
    await fill(services)
    rows = await LastAudit(search=Search(subject="user:*"), limit=2).run(services)
    assert [row.subject[5:7] for row in rows] == ["u3", "u4"]
    assert [row.outcome for row in rows] == ["done", "interrupted"]
