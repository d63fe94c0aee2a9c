"""What pages say of devices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from outrider.admin.audit import AuditRow
from outrider.admin.devices import DeviceRow, DeviceSheet
from outrider.admin.own_devices import OwnDevice
from outrider.admin.pages.me.words import QUESTIONS, line_of, name_of, policy_of, say, standing_of
from outrider.admin.refusals import DeviceKeptError, WipeVersionError
from outrider.admin.trail import TRAIL
from outrider.admin.wipe_rows import WipeRow
from outrider.policy.access import Signal
from outrider.policy.admission import Case, Finding, Step, explain
from outrider.policy.rules import Conditions, Effect, Rule
from outrider.policy.wipes import Kind, State
from outrider.protocol.status import CommonStatus
from outrider.store.audit import DONE, INTERRUPTED
from tests.admin.conftest import ALICE

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)

SHEET = DeviceSheet(
    **dict.fromkeys(("type", "model", "os", "user_agent", "version", "reason", "policy"), ""),
    **dict.fromkeys(("friendly_name", "imei", "os_language", "phone_number", "mobile_operator"), ""),
    id="D1",
    user=ALICE,
    first_seen=NOW,
    last_seen=NOW,
    state="allowed",
    policy_state="none",
    answer=None,
    policy_time=None,
    personal="",
    access=[],
    findings=[],
    claims=[],
    budget=None,
    loops=[],
    recovery_password=None,
    wipe=None,
)
STATES = {Effect.ALLOW: "allowed", Effect.BLOCK: "blocked", Effect.QUARANTINE: "quarantined"}


def own(state: str = "allowed", case: Case | None = None, wipe: WipeRow | None = None) -> OwnDevice:
    sheet = structs.replace(SHEET, state=state, access=explain(case or Case()), wipe=wipe)
    return OwnDevice(sheet=sheet, kept="", wipes=[], asked_by="")


def signal(code: str) -> Signal:
    return Signal(status=CommonStatus.DEVICE_NOT_PROVISIONED, code=code, reason="so it is")


def rule(effect: Effect) -> Rule:
    return Rule(id=1, effect=effect, conditions=Conditions(user="*"))


@pytest.mark.parametrize(
    ("state", "case", "tone", "word"),
    [
        ("allowed", Case(), "good", "It gets your mail"),
        ("allowed", Case(personal=Effect.ALLOW), "good", "It gets your mail"),
        ("allowed", Case(enabled=False), "bad", "Your account is switched off."),
        ("allowed", Case(syncs=False), "bad", "may not be used on phones"),
        ("parked", Case(parked=signal("E-DEVICE-PARKED")), "bad", "several times"),
        ("allowed", Case(signal=signal("E-POLICY-NONE")), "wait", "still to take the security settings"),
        ("allowed", Case(signal=signal("E-POLICY-CHANGED")), "wait", "have changed"),
        ("allowed", Case(signal=signal("E-POLICY-PARTIAL")), "bad", "does not obey"),
        ("allowed", Case(signal=signal("E-POLICY-VERSION")), "bad", "too old"),
        ("allowed", Case(signal=signal("E-POLICY-EXTERNAL")), "bad", "Somebody else manages it"),
        ("blocked", Case(personal=Effect.BLOCK), "bad", "An administrator keeps this device out."),
        ("blocked", Case(rule=rule(Effect.BLOCK)), "bad", "devices like this one"),
        (
            "blocked",
            Case(finding=Finding(effect=Effect.BLOCK, code="E-CLAIM-CANNOT", reason="x")),
            "bad",
            "does not fit together",
        ),
        ("blocked", Case(room=False), "bad", "as many devices as you may have"),
        ("blocked", Case(signal=signal("E-POLICY-NONE"), room=False), "bad", "as many devices"),
        (
            "quarantined",
            Case(signal=signal("E-POLICY-NONE"), rule=rule(Effect.QUARANTINE)),
            "wait",
            "looks at",
        ),
        ("blocked", Case(enabled=False, default=Effect.BLOCK), "bad", "switched off"),
        ("blocked", Case(default=Effect.BLOCK), "bad", "only devices that it knows"),
        ("quarantined", Case(default=Effect.QUARANTINE), "wait", "before they are let in"),
        ("quarantined", Case(rule=rule(Effect.QUARANTINE)), "wait", "before they are let in"),
    ],
)
def test_a_device_is_explained(state: str, case: Case, tone: str, word: str) -> None:
    standing = standing_of(own(state, case))
    assert standing.tone == tone
    assert word in standing.why


@pytest.mark.parametrize(
    ("kind", "state", "why"),
    [
        (Kind.ACCOUNT, State.REQUESTED, "It will be told to wipe this account as soon as it comes."),
        (Kind.FULL, State.SENT, "It was told to wipe everything on it, and has not answered yet."),
        (Kind.FULL, State.FAILED, "said that it failed"),
        (Kind.ACCOUNT, State.DONE, "It has wiped this account, and said so."),
    ],
)
def test_a_wipe_is_explained(kind: Kind, state: State, why: str) -> None:
    wipe = WipeRow(
        device="D1",
        user=ALICE,
        kind=kind,
        state=state,
        by="carol",
        requested=NOW,
        sent=None,
        times=0,
        answered=None,
        authenticated=False,
    )
    standing = standing_of(own("wiping", wipe=wipe))
    assert why in standing.why
    assert ("until an administrator" in standing.advice) is (state is State.DONE)


def test_every_question_has_words() -> None:
    assert QUESTIONS.keys() == set(Step)


@pytest.mark.parametrize(
    "code", ["NO-KEY", "NONE", "KEY", "CHANGED", "STALE", "PARTIAL", "NOT-APPLIED", "VERSION", "EXTERNAL"]
)
def test_no_signal_of_a_policy_passes_for_let_in(code: str) -> None:
    assert standing_of(own("allowed", Case(signal=signal(f"E-POLICY-{code}")))).tone != "good"


@pytest.mark.parametrize(
    ("state", "answer", "word"),
    [
        ("none", None, "not taken any"),
        ("offered", None, "not accepted them yet"),
        ("acknowledged", None, "accepted"),
        ("acknowledged", 1, "all of its security settings"),
        ("acknowledged", 2, "a part of"),
        ("acknowledged", 3, "none of"),
        ("acknowledged", 4, "somebody else"),
        ("acknowledged", 9, "accepted"),
    ],
)
def test_security_settings_are_told_in_words(state: str, answer: int | None, word: str) -> None:
    assert word in policy_of(structs.replace(SHEET, policy_state=state, answer=answer))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"friendly_name": "Alice's phone", "model": "iPhone9C3"}, "Alice's phone"),
        ({"model": "iPhone9C3", "type": "iPhone"}, "iPhone9C3"),
        ({"type": "iPhone"}, "iPhone"),
        ({}, "D1"),
    ],
)
def test_a_device_is_called_by_what_people_know_best(fields: dict[str, str], name: str) -> None:
    assert name_of(structs.replace(SHEET, **fields)) == name


def row(act: str, after: Any = None, actor: str = "carol", subject: str = f"device:{ALICE}/D/1") -> AuditRow:
    return AuditRow(
        id=1, time=NOW, actor=actor, act=act, subject=subject, before=None, after=after, outcome=DONE
    )


ME = f"{ALICE} (self-service)"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (row("own-device.remove", actor=ME), "You removed it"),
        (row("device.decide", {"personal": "block"}), "An administrator kept it out"),
        (row("device.answer", {"personal": "allow"}), "An administrator let it in"),
        (row("device.access", {"state": "parked"}, "server"), "The server held it back, since"),
        (row("device.forget", {"room_for": "D2"}, "server"), "The server removed it, to make room"),
        (
            row("device.forget", {"crowded_by": "D2"}, "server"),
            "The server removed it, since there was no room",
        ),
        (row("device.wipe", {"wipe": {"kind": "full"}}, ME), "You asked it to wipe everything on it"),
        (row("wipe.acknowledged", actor=f"device:{ALICE}/D/1"), "The device said that it has wiped itself"),
        (
            structs.replace(row("device.decide", {"personal": "block"}), outcome=INTERRUPTED),
            "An administrator kept it out, and was interrupted",
        ),
        (row("app-password.add", actor=ALICE, subject=f"app-passwords:{ALICE}"), "An administrator made an"),
    ],
)
def test_the_audit_is_told_in_words(line: AuditRow, said: str) -> None:
    told = line_of(line, ALICE)
    assert told
    assert f"{told.who} {told.deed}".startswith(said)


@pytest.mark.parametrize(("subject", "id"), [(f"device:{ALICE}/D/1", "D/1"), (f"user:{ALICE}", "")])
def test_a_line_knows_its_device(subject: str, id: str) -> None:
    line = line_of(row("device.resync", subject=subject), ALICE)
    assert line
    assert line.device == id


@pytest.mark.parametrize("act", ["user.set", "user.alias", "device.show", "documents.read"])
def test_what_is_not_for_users_is_left_out(act: str) -> None:
    assert line_of(row(act), ALICE) is None


def test_whatever_is_done_with_a_device_is_told_in_words() -> None:
    acts = {act.__struct_config__.tag for act in TRAIL}  # type: ignore[attr-defined]
    with_devices = {tag for tag in acts if tag.startswith(("device.", "own-device.", "app-password."))}
    assert [tag for tag in sorted(with_devices) if line_of(row(tag), ALICE) is None] == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (WipeVersionError("--full"), "This device cannot be told to wipe the account alone."),
        (DeviceKeptError("It waits."), "It waits."),
    ],
)
def test_a_refusal_is_told_in_words_for_users(error: DeviceKeptError | WipeVersionError, said: str) -> None:
    assert say(error) == said


def test_a_row_without_a_name_of_its_own_is_called_by_its_model() -> None:
    known = structs.asdict(structs.replace(SHEET, friendly_name="Alice's phone"))
    fields = {name: known[name] for name in DeviceRow.__struct_fields__}
    assert name_of(DeviceRow(**fields | {"model": "Pixel"})) == "Pixel"
