"""Acts on rules for devices: they take effect at once, on phones that wait too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain

from msgspec import Struct, structs

from outrider.admin.mentions import find_missing, is_pattern, named_in
from outrider.admin.policies import Author
from outrider.admin.refusals import RuleRefusedError, RuleUnknownError
from outrider.admin.services import Services
from outrider.admin.standing import settle_all
from outrider.backends.local.refusals import GroupUnknownError, UserUnknownError
from outrider.commands.admission import rule_of
from outrider.policy.rules import (
    PRESETS,
    Conditions,
    Effect,
    Rule,
    RuleError,
    Rules,
    Subject,
    check,
    is_address,
)
from outrider.store.rules import Order, RuleRow


class RuleSheet(Struct, frozen=True, kw_only=True):
    """A rule as lists show it: where it stands (from 1), what becomes of the devices that fit, what must fit
    (None: whatever there is), and who made it when. `missing` are those of `user` and `group` that name
    nobody."""

    id: int
    position: int
    action: str
    user: str | None
    group: str | None
    type: str | None
    model: str | None
    os: str | None
    agent: str | None
    version: str | None
    address: str | None
    author: str
    time: datetime
    missing: list[str] = []


class ListRules(Struct, frozen=True, tag="rule.list"):
    """All rules in their order."""

    async def run(self, services: Services) -> list[RuleSheet]:
        """Answers them."""
        order = await services.store.rules.all()
        named = [named_in(rule_of(row)) for row in order]
        gone = await find_missing(services, chain.from_iterable(named))
        return [
            structs.replace(sheet, missing=[level.value for level, name in its if (level, name) in gone])
            for sheet, its in zip(_sheets(order), named, strict=True)
        ]


class AddRule(Struct, frozen=True, kw_only=True, tag="rule.add"):
    """Add a rule, at a position (from 1) or behind all others. A preset adds several, and takes no further
    conditions."""

    action: Effect
    author: Author
    conditions: Conditions = Conditions()
    preset: str = ""
    position: int | None = None

    async def run(self, services: Services) -> list[RuleSheet]:
        """Answers the rules that were added. Raises RuleRefusedError."""
        named = structs.replace(self, conditions=await _name_people(services, self.conditions))
        new = [
            RuleRow(
                effect=self.action.value,
                conditions=conditions.given(),
                author=self.author.name,
                time=services.now(),
            )
            for conditions in named._all_conditions()
        ]

        def add(order: Order) -> Order:
            place = _place(self.position, len(order) + 1)
            return [*order[:place], *new, *order[place:]]

        revised = await _revise(services, add)
        place = _place(self.position, len(revised) - len(new) + 1)
        return _sheets(revised)[place : place + len(new)]

    def _all_conditions(self) -> tuple[Conditions, ...]:
        if not self.preset:
            return (self.conditions,)
        if self.preset not in PRESETS:
            text = f"There is no preset {self.preset}; there are {', '.join(PRESETS)}."
            raise RuleRefusedError(text, "E-RULE-PRESET")
        if self.conditions.given():
            raise RuleRefusedError("A preset has its own conditions.", "E-RULE-PRESET")
        return PRESETS[self.preset]


class RemoveRule(Struct, frozen=True, tag="rule.remove"):
    """Remove a rule."""

    id: int

    async def run(self, services: Services) -> RuleSheet:
        """Answers the rule as it was. Raises RuleUnknownError."""
        gone = _find(await services.store.rules.all(), self.id)
        await _revise(services, lambda order: [row for row in order if row.id != self.id])
        return gone


class MoveRule(Struct, frozen=True, tag="rule.move"):
    """Have a rule asked at another position (from 1)."""

    id: int
    position: int

    async def run(self, services: Services) -> RuleSheet:
        """Raises RuleUnknownError, RuleRefusedError."""

        def move(order: Order) -> Order:
            place = _find(order, self.id).position - 1
            rest = [*order[:place], *order[place + 1 :]]
            new = _place(self.position, len(order))
            return [*rest[:new], order[place], *rest[new:]]

        return _find(await _revise(services, move), self.id)


class MatchRules(Struct, frozen=True, tag="rule.test"):
    """Which rule a device fits that is described so; it need not be on record. A user who is there is in
    their groups besides those that are named."""

    subject: Subject

    async def run(self, services: Services) -> RuleSheet | None:
        """None: no rule fits. Raises RuleRefusedError (the address it comes from)."""
        order = await services.store.rules.all()
        found = Rules(map(rule_of, order)).find(await _complete(services, self.subject))
        return _find(order, found.id) if found else None


async def _revise(services: Services, revision: Callable[[Order], Order]) -> Order:
    """Change the rules, unless one could then never decide, and decide anew about every device."""

    def revise(order: Order) -> Order:
        revised = revision(order)
        try:
            check([rule_of(row) for row in revised])
        except RuleError as error:
            raise RuleRefusedError(f"{str(error)[:1].upper()}{str(error)[1:]}.", error.code) from error
        return revised

    revised = await services.store.rules.revise(revise)
    await settle_all(services)
    return revised


def _place(position: int | None, last: int) -> int:
    if position is None:
        return last - 1
    if not 1 <= position <= last:
        raise RuleRefusedError(f"A position is 1 to {last}, not {position}.", "E-RULE-POSITION")
    return position - 1


def _find(order: Order, number: int) -> RuleSheet:
    for sheet in _sheets(order):
        if sheet.id == number:
            return sheet
    raise RuleUnknownError(f"There is no rule {number}; `rule list` shows them.")


def _sheets(order: Order) -> list[RuleSheet]:
    return [_sheet(position, rule_of(row), row) for position, row in enumerate(order, 1)]


def _sheet(position: int, rule: Rule, row: RuleRow) -> RuleSheet:
    conditions = rule.conditions
    return RuleSheet(
        id=rule.id,
        position=position,
        action=rule.effect.value,
        user=conditions.user,
        group=conditions.group,
        type=conditions.type,
        model=conditions.model,
        os=conditions.os,
        agent=conditions.agent,
        version=conditions.version,
        address=conditions.address,
        author=row.author,
        time=row.time,
    )


async def _complete(services: Services, subject: Subject) -> Subject:
    if subject.address and not is_address(subject.address):
        raise RuleRefusedError(
            f"'{subject.address}' is no address that a device can come from.", "E-RULE-VALUE"
        )
    [user] = await services.users.find([subject.user])
    if user is None:
        return subject
    return structs.replace(subject, user=user.address, groups=(*user.groups, *subject.groups))


async def _name_people(services: Services, conditions: Conditions) -> Conditions:
    """The conditions with the user's own address in the place of an alias. A user or group that is named
    without wildcards must be there."""
    try:
        if conditions.group is not None and not is_pattern(conditions.group):
            await services.groups.show(conditions.group)
        if conditions.user is None or is_pattern(conditions.user):
            return conditions
        return structs.replace(conditions, user=(await services.users.show(conditions.user)).address)
    except (UserUnknownError, GroupUnknownError) as error:
        raise RuleRefusedError(error.public, "E-RULE-TARGET") from error
