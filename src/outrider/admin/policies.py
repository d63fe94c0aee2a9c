"""Acts on policies: publishing editions, assigning them, and saying beforehand what a change would do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain

from msgspec import Struct, structs

from outrider.admin.effects import Effect, count_held, find_effects, plan_change
from outrider.admin.mentions import Named, find_missing
from outrider.admin.refusals import (
    PolicyExistsError,
    PolicyInUseError,
    PolicyNameError,
    PolicyReadOnlyError,
    PolicyTargetError,
    PolicyUnknownError,
    PolicyValueError,
)
from outrider.admin.services import Services
from outrider.backends.local.refusals import GroupUnknownError, UserUnknownError
from outrider.policy.book import NONE, Assignment, Book, Edition, Level, Wave
from outrider.policy.policies import OPEN, Policy
from outrider.policy.words import (
    PRESETS,
    Given,
    PolicyWordsError,
    check_name,
    read_policy,
    read_value,
    write_policy,
)
from outrider.store.policies import AssignmentRow, EditionRow, Values


class Author(Struct, frozen=True):
    """Who does it, and why."""

    name: str
    reason: str = ""


class PolicyRow(Struct, frozen=True, kw_only=True):
    """A policy as lists show it. `source` is `store`, `file` or `built-in`; `assigned` is where it holds, as
    in `group:staff`, `missing` those of them who are not there; `devices` is for how many it holds, alone or
    with others."""

    name: str
    version: int
    source: str
    settings: Values
    assigned: list[str]
    share: int
    devices: int
    missing: list[str] = []


class EditionSheet(Struct, frozen=True, kw_only=True):
    """One edition of a policy; `settings` is None where it was removed."""

    version: int
    time: datetime
    author: str
    reason: str
    share: int
    settings: Values | None


class PolicySheet(PolicyRow, frozen=True, kw_only=True):
    """A policy with all its editions, the newest first."""

    history: list[EditionSheet]


class Edit(Struct, frozen=True, kw_only=True):
    """A policy with some settings changed, and those in `cleared` at their default again."""

    name: str
    given: dict[str, Given] = {}
    cleared: list[str] = []


class Target(Struct, frozen=True):
    """For whom a policy is assigned: a device's id, a user's address, a group's name, or by default."""

    level: Level
    name: str = ""


class ListPolicies(Struct, frozen=True, tag="policy.list"):
    """All policies by name; last `none`, where somebody is exempt by it."""

    async def run(self, services: Services) -> list[PolicyRow]:
        """Answers them."""
        book = await services.policies.refresh()
        names = sorted(name for name in book.editions if _latest(book, name))
        exempt = [NONE] if _targets(book, NONE) else []
        return await _rows(services, book, [*names, *exempt])


class ShowPolicy(Struct, frozen=True, tag="policy.show"):
    """One policy with its editions."""

    name: str

    async def run(self, services: Services) -> PolicySheet:
        """Raises PolicyUnknownError."""
        book = await services.policies.refresh()
        _known(book, self.name)
        [row] = await _rows(services, book, [self.name])
        editions, _ = await services.store.policies.all()
        history = [_sheet(one) for one in reversed(editions) if one.name == self.name]
        return PolicySheet(**structs.asdict(row), history=history)


class AddPolicy(Struct, frozen=True, kw_only=True, tag="policy.add"):
    """Make a policy, of a preset and further settings."""

    name: str
    author: Author
    preset: str = "open"
    given: dict[str, Given] = {}

    async def run(self, services: Services) -> PolicyRow:
        """Raises PolicyNameError, PolicyExistsError, PolicyUnknownError (the preset), PolicyValueError."""
        book = await services.policies.refresh()
        _check_name(self.name)
        if _latest(book, self.name) is not None:
            raise PolicyExistsError(f"There is a policy {self.name} already; `policy set` changes it.")
        if self.preset not in PRESETS:
            raise PolicyUnknownError(f"There is no preset {self.preset}; there are {', '.join(PRESETS)}.")
        policy = _read(self.name, {**PRESETS[self.preset].values, **self.given})
        return await _publish(services, policy, _Manner(self.author))


class SetPolicy(Struct, frozen=True, kw_only=True, tag="policy.set"):
    """Publish a further edition of a policy.

    With `share` below 100 it reaches only that part of the devices until it is widened; with `at_once`
    nobody waits for a slot.
    """

    edit: Edit
    author: Author
    share: int = 100
    at_once: bool = False

    async def run(self, services: Services) -> PolicyRow:
        """Raises PolicyUnknownError, PolicyReadOnlyError, PolicyValueError."""
        policy = _edited(await services.policies.refresh(), self.edit)
        manner = _Manner(self.author, self.share, self.at_once)
        return await _publish(services, policy, manner)


class RestorePolicy(Struct, frozen=True, kw_only=True, tag="policy.restore"):
    """Publish an earlier edition of a policy again."""

    name: str
    version: int
    author: Author
    at_once: bool = False

    async def run(self, services: Services) -> PolicyRow:
        """Raises PolicyUnknownError (the policy, or that edition), PolicyReadOnlyError."""
        book = await services.policies.refresh()
        _check_changeable(book, self.name)
        editions = {one.version: one.policy for one in book.editions.get(self.name, ())}
        policy = editions.get(self.version)
        if policy is None:
            raise PolicyUnknownError(f"There is no edition {self.version} of a policy {self.name}.")
        manner = _Manner(self.author, at_once=self.at_once)
        return await _publish(services, policy, manner)


class WidenPolicy(Struct, frozen=True, kw_only=True, tag="policy.widen"):
    """Let the latest edition of a policy reach a larger share of the devices: it is published again for them,
    and goes out to those it has not reached as any edition does."""

    name: str
    share: int
    author: Author
    at_once: bool = False

    async def run(self, services: Services) -> PolicyRow:
        """Raises PolicyUnknownError, PolicyReadOnlyError, PolicyValueError (the share)."""
        book = await services.policies.refresh()
        policy = _known(book, self.name)
        _check_changeable(book, self.name)
        reached = book.editions[self.name][-1].wave.share
        if self.share <= reached:
            raise PolicyValueError(
                f"The policy {self.name} reaches {reached} of a hundred devices already; `policy restore`"
                " takes an edition back."
            )
        return await _publish(services, policy, _Manner(self.author, self.share, self.at_once))


class RemovePolicy(Struct, frozen=True, kw_only=True, tag="policy.remove"):
    """Remove a policy that is assigned to nobody; its editions stay on record."""

    name: str
    author: Author

    async def run(self, services: Services) -> None:
        """Raises PolicyUnknownError, PolicyReadOnlyError, PolicyInUseError."""
        book = await services.policies.refresh()
        _known(book, self.name)
        _check_changeable(book, self.name)
        if where := _assigned(book, self.name):
            raise PolicyInUseError(f"The policy {self.name} is assigned: {', '.join(where)}.")
        row = EditionRow(
            name=self.name,
            version=0,
            values=None,
            author=self.author.name,
            reason=self.author.reason,
            time=services.now(),
        )
        await services.store.policies.publish(row)


class AssignPolicy(Struct, frozen=True, kw_only=True, tag="policy.assign"):
    """Say which policy holds for a target; `none` exempts, an empty name takes the assignment back."""

    name: str
    target: Target
    author: Author
    at_once: bool = False

    async def run(self, services: Services) -> None:
        """Raises PolicyUnknownError, PolicyTargetError, PolicyReadOnlyError."""
        before = await services.policies.refresh()
        row = await _assignment(services, before, self)
        after = _with_assignment(before, services.policies.file.assignment_of(row))
        plan = await plan_change(services, before, after, at_once=self.at_once)
        await services.store.policies.assign(structs.replace(row, spread=plan.wave.spread))
        services.waves.announce(plan.devices, plan.wave)


class PreviewPolicy(Struct, frozen=True, kw_only=True, tag="policy.preview"):
    """What changing a policy, assigning it, or both would do to which device; nothing is changed."""

    edit: Edit
    target: Target | None = None

    async def run(self, services: Services) -> list[Effect]:
        """Raises as SetPolicy and AssignPolicy."""
        before = after = await services.policies.refresh()
        if self.edit.name != NONE:
            _known(before, self.edit.name)
        if self.edit.given or self.edit.cleared:
            after = _with_edition(after, _edited(before, self.edit), Wave(since=services.now()))
        if self.target is not None:
            assign = AssignPolicy(name=self.edit.name, target=self.target, author=Author(""))
            row = await _assignment(services, before, assign)
            after = _with_assignment(after, services.policies.file.assignment_of(row))
        return await find_effects(services, before, after)


# --------------------------------------------------------------------------------------------- publishing


class _Manner(Struct, frozen=True):
    """How an edition is published."""

    author: Author
    share: int = 100
    at_once: bool = False


async def _publish(services: Services, policy: Policy, manner: _Manner) -> PolicyRow:
    _check_share(manner.share)
    before = await services.policies.refresh()
    after = _with_edition(before, policy, Wave(since=services.now(), share=manner.share))
    plan = await plan_change(services, before, after, at_once=manner.at_once)
    row = EditionRow(
        name=policy.name,
        version=0,
        values=write_policy(policy),
        author=manner.author.name,
        reason=manner.author.reason,
        time=plan.wave.since,
        spread=plan.wave.spread,
        share=manner.share,
    )
    await services.store.policies.publish(row)
    services.waves.announce(plan.devices, plan.wave)
    return (await _rows(services, await services.policies.refresh(), [policy.name]))[0]


def _with_edition(book: Book, policy: Policy, wave: Wave) -> Book:
    """The book with a further edition of a policy."""
    old = book.editions.get(policy.name, ())
    new = Edition(version=old[-1].version + 1 if old else 1, policy=policy, wave=wave)
    return Book({**book.editions, policy.name: [*old, new]}, chain(*book.assignments.values()))


def _with_assignment(book: Book, assignment: Assignment) -> Book:
    """The book with an assignment set."""
    return Book(book.editions, [*chain(*book.assignments.values()), assignment])


async def _assignment(services: Services, book: Book, act: AssignPolicy) -> AssignmentRow:
    level = act.target.level
    if act.name:
        target = await find_target(services, act.target)
    else:
        target = await find_assigned(services, book, act.target)
    if act.name not in ("", NONE):
        _known(book, act.name)
    if not act.name and not book.assigned(level, target):
        raise PolicyTargetError(f"Nothing is assigned to {_place(level.value, target)}.")
    fixed = services.policies.file.name_for(level, target)
    if not act.name and fixed and book.assigned(level, target) == fixed:
        place = _place(level.value, target)
        raise PolicyReadOnlyError(f"That {fixed} is assigned to {place} stands in the configuration file.")
    return AssignmentRow(
        level=level.value,
        target=target,
        name=act.name,
        author=act.author.name,
        time=services.now(),
    )


async def find_assigned(services: Services, book: Book, target: Target) -> str:
    """As `find_target`; but something may still be assigned to somebody who is gone."""
    held = book.assignments.get((target.level, target.name.casefold()))
    return held[-1].target if held else await find_target(services, target)


async def find_target(services: Services, target: Target) -> str:
    """The target by the name under which policies are looked up; there is such a user, group or device."""
    try:
        match target.level:
            case Level.DEFAULT:
                return ""
            case Level.USER:
                return (await services.users.show(target.name)).address
            case Level.GROUP:
                return (await services.groups.show(target.name)).name
            case Level.DEVICE:
                found = await services.store.devices.named(target.name)
    except (UserUnknownError, GroupUnknownError) as error:
        raise PolicyTargetError(error.public) from error
    if not found:
        raise PolicyTargetError(f"There is no device '{target.name}'.")
    return found[0].id


# ------------------------------------------------------------------------------------------ what there is


def _latest(book: Book, name: str) -> Policy | None:
    editions = book.editions.get(name, ())
    return editions[-1].policy if editions else None


def _known(book: Book, name: str) -> Policy:
    policy = _latest(book, name)
    if policy is None:
        names = sorted(one for one in book.editions if _latest(book, one))
        raise PolicyUnknownError(f"There is no policy {name}; there are {', '.join(names)}.")
    return policy


def _edited(book: Book, edit: Edit) -> Policy:
    policy = _known(book, edit.name)
    _check_changeable(book, edit.name)
    for name in edit.cleared:
        _check_setting(name)
        if name in edit.given:
            raise PolicyValueError(f"{name} is set and cleared; nothing was changed.", "E-POLICY-TWICE")
    kept = {name: value for name, value in write_policy(policy).items() if name not in edit.cleared}
    return _read(edit.name, {**kept, **edit.given})


def _read(name: str, given: dict[str, Given]) -> Policy:
    try:
        return read_policy(name, given)
    except PolicyWordsError as error:
        raise PolicyValueError(str(error), error.code) from error


def _check_setting(name: str) -> None:
    try:
        read_value(name, None)
    except PolicyWordsError as error:
        if error.code == "E-POLICY-SETTING":
            raise PolicyValueError(str(error), error.code) from error


def _check_name(name: str) -> None:
    try:
        check_name(name)
    except PolicyWordsError as error:
        raise PolicyNameError(str(error)) from error


def _check_share(share: int) -> None:
    if not 0 <= share <= 100:
        raise PolicyValueError(f"A share is 0 to 100 of a hundred devices, not {share}.")


def _check_changeable(book: Book, name: str) -> None:
    editions = book.editions.get(name, ())
    if editions and editions[0].version == 0:
        where = "is built in" if name == "open" else "stands in the configuration file"
        raise PolicyReadOnlyError(f"The policy {name} {where}; make another one.")


_EXEMPT = Edition(version=0, policy=None, wave=Wave(since=datetime(1970, 1, 1, tzinfo=UTC)))


def _targets(book: Book, name: str) -> list[Named]:
    latest = [assigned[-1] for assigned in book.assignments.values()]
    return [(one.level, one.target) for one in latest if one.name == name]


def _assigned(book: Book, name: str) -> list[str]:
    return [_place(level.value, target) for level, target in _targets(book, name)]


def _place(level: str, target: str) -> str:
    return f"{level}:{target}" if target else level


async def _rows(services: Services, book: Book, names: Sequence[str]) -> list[PolicyRow]:
    held = await count_held(services, book)
    gone = await find_missing(services, chain.from_iterable(_targets(book, name) for name in names))
    missing = {_place(level.value, target) for level, target in gone}
    return [_row(book, name, held.get(name, 0), missing) for name in names]


def _row(book: Book, name: str, devices: int, missing: set[str]) -> PolicyRow:
    editions = book.editions.get(name, ())
    edition = editions[-1] if editions else _EXEMPT
    fixed = "built-in" if name in (OPEN.name, NONE) else "file"
    assigned = _assigned(book, name)
    return PolicyRow(
        name=name,
        version=edition.version,
        source="store" if edition.version else fixed,
        settings=write_policy(edition.policy) if edition.policy else {},
        assigned=assigned,
        share=edition.wave.share,
        devices=devices,
        missing=[place for place in assigned if place in missing],
    )


def _sheet(row: EditionRow) -> EditionSheet:
    return EditionSheet(
        version=row.version,
        time=row.time,
        author=row.author,
        reason=row.reason,
        share=row.share,
        settings=row.values,
    )
