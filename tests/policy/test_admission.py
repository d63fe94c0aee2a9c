"""Which question decides, what it says, and what was asked before it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from outrider.policy.access import Signal
from outrider.policy.admission import Case, Finding, Step, decide, explain
from outrider.policy.rules import Conditions, Effect, Rule
from outrider.protocol.status import CommonStatus

WIPE = Signal(status=CommonStatus.REMOTE_WIPE_REQUESTED, code="E-WIPE", reason="it is to be wiped")
PARKED = Signal(
    status=CommonStatus.DEVICE_IS_BLOCKED_FOR_THIS_USER, code="E-PARKED", reason="it failed", retry_after=60
)
SIGNAL = Signal(status=CommonStatus.INVALID_POLICY_KEY, code="E-POLICY-CHANGED", reason="it changed")
ODD = Finding(effect=Effect.QUARANTINE, code="E-CLAIM-X", reason="it contradicts itself")
BLOCK, ALLOW, QUARANTINE = Effect.BLOCK, Effect.ALLOW, Effect.QUARANTINE


def rule(effect: Effect) -> Rule:
    return Rule(id=3, effect=effect, conditions=Conditions(type="iPhone"))


# Each row lacks what the rows before it have: the first that is left decides.
ORDER: list[tuple[dict[str, Any], Step, Effect | None, int | None, str]] = [
    ({"wipe": WIPE}, Step.WIPE, None, 140, "E-WIPE"),
    ({"enabled": False}, Step.ACCOUNT, None, 131, "E-ACCOUNT-DISABLED"),
    ({"syncs": False}, Step.USER, None, 126, "E-USER-DISABLED"),
    ({"parked": PARKED}, Step.PARKED, None, 129, "E-PARKED"),
    ({"signal": SIGNAL}, Step.POLICY, None, 144, "E-POLICY-CHANGED"),
    ({"personal": BLOCK}, Step.PERSONAL, BLOCK, 129, "E-ACCESS-PERSONAL"),
    ({"rule": rule(BLOCK)}, Step.RULES, BLOCK, 130, "E-ACCESS-RULE"),
    ({"finding": ODD}, Step.CLAIMS, QUARANTINE, None, "E-CLAIM-X"),
    ({"room": False}, Step.LIMIT, BLOCK, 177, "E-ACCESS-LIMIT"),
    ({"default": BLOCK}, Step.DEFAULT, BLOCK, 130, "E-ACCESS-DEFAULT"),
]


@pytest.mark.parametrize("first", range(len(ORDER)), ids=[row[1].value for row in ORDER])
def test_the_first_question_that_has_an_answer_decides(first: int) -> None:
    case = Case()
    for fields, *_ in ORDER[first:]:
        case = structs.replace(case, **fields)
    _, step, effect, status, code = ORDER[first]
    decision = decide(case)
    assert (decision.step, decision.effect, decision.status, decision.code) == (step, effect, status, code)
    assert decision.reason


EFFECTS = [
    (Case(), ALLOW, None),
    (Case(default=QUARANTINE), QUARANTINE, None),
    (Case(personal=ALLOW, rule=rule(BLOCK), default=BLOCK, room=False), ALLOW, None),
    (Case(personal=QUARANTINE, rule=rule(ALLOW)), QUARANTINE, None),
    (Case(rule=rule(ALLOW), finding=ODD, room=False, default=BLOCK), ALLOW, None),
    (Case(rule=rule(QUARANTINE)), QUARANTINE, None),
    (Case(finding=structs.replace(ODD, effect=None)), ALLOW, None),
    (Case(finding=structs.replace(ODD, effect=BLOCK)), BLOCK, 130),
]


@pytest.mark.parametrize(("case", "effect", "status"), EFFECTS)
def test_a_decision_lets_in_quarantines_or_blocks(case: Case, effect: Effect, status: int | None) -> None:
    decision = decide(case)
    assert (decision.effect, decision.status) == (effect, status)


def test_who_is_to_come_again_later_is_told_when() -> None:
    assert decide(Case(parked=PARKED)).retry_after == 60


def test_an_explanation_goes_as_far_as_the_answer_that_decides() -> None:
    answers = explain(Case(rule=rule(QUARANTINE), default=BLOCK))
    assert [answer.step for answer in answers] == [
        Step.WIPE,
        Step.ACCOUNT,
        Step.USER,
        Step.PARKED,
        Step.POLICY,
        Step.PERSONAL,
        Step.RULES,
    ]
    assert all(answer.reason for answer in answers)
    assert [answer.code for answer in answers] == [""] * 6 + ["E-ACCESS-RULE"]
    assert answers[-1].reason == "by rule 3 such devices are put into quarantine: type iPhone"


FIRST: list[tuple[dict[str, Any], list[str]]] = [
    ({"signal": SIGNAL, "personal": QUARANTINE}, ["E-POLICY-CHANGED", "E-ACCESS-PERSONAL"]),
    ({"signal": SIGNAL, "personal": ALLOW}, ["E-POLICY-CHANGED", "E-ACCESS-PERSONAL"]),
    ({"signal": SIGNAL}, ["E-POLICY-CHANGED", "E-ACCESS-DEFAULT"]),
    ({"signal": SIGNAL, "room": False}, ["E-ACCESS-LIMIT"]),
    ({"signal": SIGNAL, "personal": BLOCK}, ["E-ACCESS-PERSONAL"]),
    ({"signal": SIGNAL, "rule": rule(BLOCK)}, ["E-ACCESS-RULE"]),
    ({"signal": SIGNAL, "default": BLOCK}, ["E-ACCESS-DEFAULT"]),
    ({"signal": SIGNAL, "enabled": False, "room": False}, ["E-ACCOUNT-DISABLED", "E-ACCESS-LIMIT"]),
    ({"signal": SIGNAL, "parked": PARKED, "personal": BLOCK}, ["E-PARKED", "E-ACCESS-PERSONAL"]),
    ({"room": False}, ["E-ACCESS-LIMIT"]),
]


@pytest.mark.parametrize(("fields", "codes"), FIRST, ids=str)
def test_an_explanation_names_first_what_keeps_the_device(fields: dict[str, Any], codes: list[str]) -> None:
    assert [answer.code for answer in explain(Case(**fields)) if answer.code] == codes


def test_a_device_that_is_kept_out_is_said_to_be_given_no_policy() -> None:
    reasons = {answer.step: answer.reason for answer in explain(Case(signal=SIGNAL, room=False))}
    assert reasons[Step.POLICY] == "it changed, but as long as it is kept out it is given none"


def test_every_question_can_be_explained() -> None:
    assert [answer.step for answer in explain(Case())] == list(Step)
