"""Several policies on one device: of each setting the strictest.

A policy that leaves a setting alone says nothing of it, so it neither loosens what another sets nor tightens
it to the default. Of lists, what any forbids is forbidden, and only what all approve is approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from outrider.policy.policies import OPEN, Policy
from outrider.policy.settings import SETTINGS, Value, document_of, values_of

APPROVED: Final = "ApprovedApplicationList"
UNAPPROVED: Final = "UnapprovedInROMApplicationList"


def merge(policies: Sequence[Policy]) -> Policy:
    """The policy that demands what any of these demands; of none `open`, of one itself."""
    if len(policies) < 2:
        return policies[0] if policies else OPEN
    demands: dict[str, list[Value]] = {}
    for policy in policies:
        for name, value in values_of(policy.sets).items():
            demands.setdefault(name, []).append(value)
    hours = [policy.refresh_hours for policy in policies if policy.refresh_hours is not None]
    return Policy(
        name="+".join(sorted({policy.name for policy in policies})),
        sets=document_of({name: strictest(name, values) for name, values in demands.items()}),
        allows_non_provisionable=all(policy.allows_non_provisionable for policy in policies),
        allows_partial=all(policy.allows_partial for policy in policies),
        allows_external=all(policy.allows_external for policy in policies),
        refresh_hours=min(hours, default=None),
        readable=all(policy.readable for policy in policies),
    )


def strictest(name: str, values: Sequence[Value]) -> Value:
    """Of the values that policies give a setting the one that demands most."""
    if name == APPROVED:
        return sorted(set.intersection(*map(set, _lists(values))))
    if name == UNAPPROVED:
        return sorted(set.union(*map(set, _lists(values))))
    return max(values, key=SETTINGS[name].strictness)


def _lists(values: Iterable[Value]) -> list[list[str]]:
    return [value for value in values if isinstance(value, list)]


def is_stricter(name: str, new: Value, old: Value) -> bool:
    """Say whether a value demands more of a device than another."""
    rank = SETTINGS[name].strictness
    return rank(new) > rank(old)
