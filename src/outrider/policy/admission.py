"""Who is let in: the order of decisions. MS-ASCMD, Common Status Codes.

The law. The questions of the table are asked in its order, and the first that has an answer decides; each
answer has a code and a reason, so that what is asked before it explains it. All are asked at every request:
nothing that was decided once is believed later.

| step | question | a refusal says |
|---|---|---|
| wipe | is the device to be wiped, or was it? | what the wipe says |
| account | may the user sign in at all? | 131 |
| user | may the user use ActiveSync? | 126 |
| parked | did the device fail to take its policy again and again? | 503, then 129 |
| policy | has the device taken its policy? | 139, 141 to 145 |
| personal | what did an administrator decide about this device? | 129 |
| rules | what does the first rule say that fits? | 130 |
| claims | does what the device says of itself contradict itself? | 130 |
| limit | is there room among the user's devices? | 177 |
| default | what holds for all others? | 130 |

The steps before `personal` are about what has to be settled first, and leave the device as it stands; the
others give it its state: allowed, quarantined, or blocked. The first is asked before sign-in already
(`commands.wiping`), and stands here to be explained. A device in quarantine is let in, to the lobby.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final

from msgspec import Struct

from outrider.policy.access import Signal
from outrider.policy.rules import Effect, Rule
from outrider.protocol.status import CommonStatus


class Step(Enum):
    """Where a decision is made."""

    WIPE = "wipe"
    ACCOUNT = "account"
    USER = "user"
    PARKED = "parked"
    POLICY = "policy"
    PERSONAL = "personal"
    RULES = "rules"
    CLAIMS = "claims"
    LIMIT = "limit"
    DEFAULT = "default"


class Finding(Struct, frozen=True, kw_only=True):
    """What is wrong with what a device says of itself; `effect` None: it is only noted."""

    effect: Effect | None
    code: str
    reason: str


class Case(Struct, frozen=True, kw_only=True):
    """All that a decision depends on.

    `enabled`: the user may sign in, `syncs`: with ActiveSync. `wipe`, `parked` and `signal` are what the
    device is told because of a wipe, because it is parked, and because of its policy; None: nothing is in the
    way. `personal` is what was decided about this device, `rule` the first that fits, `finding` what its
    claims come to. `room`: the user may have this device besides the others.
    """

    enabled: bool = True
    syncs: bool = True
    wipe: Signal | None = None
    parked: Signal | None = None
    signal: Signal | None = None
    personal: Effect | None = None
    rule: Rule | None = None
    finding: Finding | None = None
    room: bool = True
    default: Effect = Effect.ALLOW


class Decision(Struct, frozen=True, kw_only=True):
    """What becomes of a device or of its request.

    `effect` None: something has to be settled first, and the device stands as it did. `status` is what it is
    told, None where it is let in. `retry_after`: seconds after which it may try again; it is then told by
    HTTP, at every version.
    """

    step: Step
    effect: Effect | None = None
    status: CommonStatus | None = None
    code: str
    reason: str
    retry_after: int | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """A question that was asked, in words, and what came of it."""

    step: Step
    code: str
    reason: str


_BLOCKS: Final = {
    Step.PERSONAL: CommonStatus.DEVICE_IS_BLOCKED_FOR_THIS_USER,
    Step.RULES: CommonStatus.ACCESS_DENIED,
    Step.CLAIMS: CommonStatus.ACCESS_DENIED,
    Step.LIMIT: CommonStatus.MAXIMUM_DEVICES_REACHED,
    Step.DEFAULT: CommonStatus.ACCESS_DENIED,
}
"""What a device is told that is kept out at a step."""

_PAST: Final = {
    Effect.ALLOW: "let in",
    Effect.QUARANTINE: "put into quarantine",
    Effect.BLOCK: "blocked",
}

_DECIDED: Final = {
    Effect.ALLOW: "an administrator has allowed this device",
    Effect.QUARANTINE: "an administrator has put this device into quarantine",
    Effect.BLOCK: "an administrator has blocked this device",
}


def decide(case: Case) -> Decision:
    """The first answer."""
    return next(decision for ask, _ in _TABLE.values() if (decision := ask(case)))


def explain(case: Case) -> list[Answer]:
    """Every question with its answer, up to the one that says how the device stands. The first answer that
    has a code is what keeps the device; those that have one before the last are to be settled first.

    A device that is kept out is not even given its policy, so it is not for want of that.
    """
    answers = []
    for step, (ask, passed) in _TABLE.items():
        decision = ask(case)
        code, reason = (decision.code, decision.reason) if decision else ("", passed)
        answers.append(Answer(step=step, code=code, reason=reason))
        if decision and decision.effect:
            break
    if decision and decision.effect is Effect.BLOCK:
        return [_put_off(answer) if answer.step is Step.POLICY else answer for answer in answers]
    return answers


def _put_off(answer: Answer) -> Answer:
    if not answer.code:
        return answer
    reason = f"{answer.reason}, but as long as it is kept out it is given none"
    return Answer(step=answer.step, code="", reason=reason)


def _settle(step: Step, effect: Effect | None, code: str, reason: str) -> Decision | None:
    if effect is None:
        return None
    status = _BLOCKS[step] if effect is Effect.BLOCK else None
    return Decision(step=step, effect=effect, status=status, code=code, reason=reason)


def _hold(step: Step, signal: Signal | None) -> Decision | None:
    if signal is None:
        return None
    return Decision(
        step=step,
        status=signal.status,
        code=signal.code,
        reason=signal.reason,
        retry_after=signal.retry_after,
    )


_DISABLED: Final = Signal(
    status=CommonStatus.ACCOUNT_DISABLED, code="E-ACCOUNT-DISABLED", reason="the account is disabled"
)
_OFF: Final = Signal(
    status=CommonStatus.USER_DISABLED_FOR_SYNC,
    code="E-USER-DISABLED",
    reason="the user may not use ActiveSync",
)


def _ask_personal(case: Case) -> Decision | None:
    effect = case.personal
    return _settle(Step.PERSONAL, effect, "E-ACCESS-PERSONAL", _DECIDED[effect] if effect else "")


def _ask_rules(case: Case) -> Decision | None:
    rule = case.rule
    if rule is None:
        return None
    reason = f"by rule {rule.id} such devices are {_PAST[rule.effect]}: {rule.conditions}"
    return _settle(Step.RULES, rule.effect, "E-ACCESS-RULE", reason)


def _ask_claims(case: Case) -> Decision | None:
    finding = case.finding
    if finding is None:
        return None
    return _settle(Step.CLAIMS, finding.effect, finding.code, finding.reason)


def _ask_limit(case: Case) -> Decision | None:
    effect = None if case.room else Effect.BLOCK
    return _settle(Step.LIMIT, effect, "E-ACCESS-LIMIT", "the user has as many devices as a user may have")


def _ask_default(case: Case) -> Decision | None:
    reason = f"devices of which nothing else is said are {_PAST[case.default]}"
    return _settle(Step.DEFAULT, case.default, "E-ACCESS-DEFAULT", reason)


_Ask = Callable[[Case], Decision | None]

_TABLE: Final[dict[Step, tuple[_Ask, str]]] = {
    Step.WIPE: (lambda case: _hold(Step.WIPE, case.wipe), "no wipe was asked for"),
    Step.ACCOUNT: (
        lambda case: _hold(Step.ACCOUNT, None if case.enabled else _DISABLED),
        "the account is enabled",
    ),
    Step.USER: (lambda case: _hold(Step.USER, None if case.syncs else _OFF), "the user may use ActiveSync"),
    Step.PARKED: (lambda case: _hold(Step.PARKED, case.parked), "the device is not parked"),
    Step.POLICY: (lambda case: _hold(Step.POLICY, case.signal), "the device has taken its policy"),
    Step.PERSONAL: (_ask_personal, "nothing was decided about this device"),
    Step.RULES: (_ask_rules, "no rule fits"),
    Step.CLAIMS: (_ask_claims, "nothing that it says keeps it out"),
    Step.LIMIT: (_ask_limit, "there is room among the user's devices"),
    Step.DEFAULT: (_ask_default, ""),
}
