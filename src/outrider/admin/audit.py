"""Acts on the audit: it is looked at, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct, json

from outrider.admin.services import Services
from outrider.store.audit import Entry, Search


class AuditRow(Struct, frozen=True, kw_only=True):
    """A line of the audit with its number; `before` and `after` have the fields that differ, or None;
    `outcome` is `done`, or `interrupted` where the act did not come to its end."""

    id: int
    time: datetime
    actor: str
    act: str
    subject: str
    before: Any
    after: Any
    outcome: str


class ReadAudit(Struct, frozen=True, kw_only=True, tag="audit.read"):
    """Lines in the order in which they were written, those numbered above `after`, at most `limit`."""

    search: Search = Search()
    after: int = 0
    limit: int = 1000

    async def run(self, services: Services) -> list[AuditRow]:
        """None are left where the answer is empty."""
        found = await services.store.audit.read(self.search, after=self.after, limit=self.limit)
        return [audit_row(number, entry) for number, entry in found]


class LastAudit(Struct, frozen=True, kw_only=True, tag="audit.last"):
    """The last lines, in the order in which they were written."""

    search: Search = Search()
    limit: int = 50

    async def run(self, services: Services) -> list[AuditRow]:
        """Answers them."""
        found = await services.store.audit.last(self.search, self.limit)
        return [audit_row(number, entry) for number, entry in found]


def audit_row(number: int, entry: Entry) -> AuditRow:
    """A line as it is shown."""
    return AuditRow(
        id=number,
        time=entry.time,
        actor=entry.actor,
        act=entry.act,
        subject=entry.subject,
        before=_read(entry.before),
        after=_read(entry.after),
        outcome=entry.outcome,
    )


def _read(state: str) -> Any:
    return json.decode(state) if state else None
