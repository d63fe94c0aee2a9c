"""The policies in force: what administrators published and what the configuration file says.

A policy of the file has one edition, which holds from the beginning of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import structlog

from outrider.domain.roles import Identity
from outrider.policy.book import Assignment, Book, Edition, Level, Wave, Who
from outrider.policy.policies import OPEN, Policy, unreadable
from outrider.policy.words import PolicyWordsError, read_policy
from outrider.store.policies import AssignmentRow, EditionRow, Policies, Values

log = structlog.get_logger("outrider.policies")

_ALWAYS = Wave(since=datetime(1970, 1, 1, tzinfo=UTC))


class FilePolicies:
    """The policies of the configuration file, and to whom it assigns them: (level, target) -> name."""

    def __init__(
        self, policies: Iterable[Policy] = (), assigned: Mapping[tuple[Level, str], str] | None = None
    ) -> None:
        self.policies = {policy.name: policy for policy in policies}
        self.assigned = dict(assigned or {})
        self._names = {(level, target.casefold()): name for (level, target), name in self.assigned.items()}

    def name_for(self, level: Level, target: str) -> str:
        """The policy that the file assigns to somebody; empty for none."""
        return self._names.get((level, target.casefold()), "")

    def assignment_of(self, row: AssignmentRow) -> Assignment:
        """An assignment on record. One that was taken back leaves what the file says."""
        level = Level(row.level)
        return Assignment(
            level=level,
            target=row.target,
            name=row.name or self.name_for(level, row.target),
            wave=Wave(since=row.time, spread=row.spread),
        )


class PoliciesInForce:
    """The book as it now is. `refresh` costs nothing while nothing changed; the rest judges from memory."""

    def __init__(self, rows: Policies, file: FilePolicies | None = None) -> None:
        self._rows = rows
        self.file = file or FilePolicies()
        self._serial = -1
        self.book = Book({}, ())

    async def refresh(self) -> Book:
        """Take up what was published meanwhile. Raises BackendError."""
        if self._serial != self._rows.serial:
            serial = self._rows.serial
            self.book = make_book(*await self._rows.all(), self.file)
            self._serial = serial
        return self.book

    def policy_for(self, identity: Identity, device_id: str, now: datetime) -> Policy | None:
        """What holds for a device of a user; None where it is exempt."""
        return self.book.policy_for(Who(identity.address, identity.groups, device_id), now)


def make_book(
    editions: Sequence[EditionRow], assignments: Sequence[AssignmentRow], file: FilePolicies
) -> Book:
    """The book of what is on record and in the file. What is on record counts where both name one thing,
    until it is taken back."""
    listed: dict[str, list[Edition]] = {
        name: [Edition(version=0, policy=policy, wave=_ALWAYS)]
        for name, policy in {OPEN.name: OPEN, **file.policies}.items()
    }
    for row in editions:
        listed.setdefault(row.name, []).append(edition_of(row))
    given = [
        Assignment(level=level, target=target, name=name, wave=_ALWAYS)
        for (level, target), name in file.assigned.items()
    ]
    return Book(listed, [*given, *map(file.assignment_of, assignments)])


def edition_of(row: EditionRow) -> Edition:
    """An edition as it is on record."""
    policy = None if row.values is None else _read(row.name, row.values)
    wave = Wave(since=row.time, spread=row.spread, share=row.share)
    return Edition(version=row.version, policy=policy, wave=wave)


def _read(name: str, values: Values) -> Policy:
    """The policy on record. One of a later release, or altered by hand, may make no sense."""
    try:
        return read_policy(name, values)
    except PolicyWordsError as error:
        log.error("a policy cannot be read", policy=name, code="E-POLICY-4", reason=str(error))
        return unreadable(name)
