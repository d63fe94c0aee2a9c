"""What pages say of devices, for people who know nothing of ActiveSync: each sentence once, in tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from outrider.admin.audit import AuditRow
from outrider.admin.devices import DeviceRow, DeviceSheet
from outrider.admin.own_devices import OwnDevice, actor_of
from outrider.admin.wipe_rows import WipeRow
from outrider.commands.admission import SERVER
from outrider.domain.errors import BackendError
from outrider.policy.admission import Step
from outrider.policy.wipes import Kind, State
from outrider.protocol.status import PolicyAcknowledgement
from outrider.store.audit import INTERRUPTED


class Standing(Struct, frozen=True, kw_only=True):
    """How a device stands: in one or two words, why, and what to do. `tone` is `good`, `wait` or `bad`."""

    tone: str
    headline: str
    why: str
    advice: str = ""


_ASK: Final = "If it is yours and you need it, ask your administrator."
_NOT_YOURS: Final = "If it is not yours, change your password and tell your administrator."

_ALLOWED: Final = Standing(tone="good", headline="Let in", why="It gets your mail, calendar and contacts.")
_WAITING: Final = Standing(
    tone="wait",
    headline="Waits for approval",
    why="An administrator looks at such devices before they are let in. Until then it sees one mail, which"
    " says so.",
    advice=f"If it is yours, there is nothing for you to do. {_NOT_YOURS}",
)
_TAKING: Final = Standing(
    tone="wait",
    headline="Not set up yet",
    why="It has still to take the security settings of your organisation.",
    advice="Open the mail program on it, and accept what it asks for.",
)
_DISOBEYING: Final = Standing(
    tone="bad",
    headline="Kept out",
    why="It does not obey the security settings of your organisation.",
    advice="Accept the settings on it. If that is done, remove the account from it and set it up anew.",
)

_HELD: Final[Mapping[str, Standing]] = {
    "E-ACCOUNT-DISABLED": Standing(
        tone="bad",
        headline="Kept out",
        why="Your account is switched off.",
        advice="Ask your administrator.",
    ),
    "E-USER-DISABLED": Standing(
        tone="bad",
        headline="Kept out",
        why="Your account may not be used on phones.",
        advice="Ask your administrator.",
    ),
    "E-DEVICE-PARKED": Standing(
        tone="bad",
        headline="Held back",
        why="It was offered the security settings of your organisation several times and did not take them.",
        advice="Remove the account from the device, and ask your administrator to let it try again.",
    ),
    "E-POLICY-NONE": _TAKING,
    "E-POLICY-NO-KEY": _DISOBEYING,
    "E-POLICY-KEY": _TAKING,
    "E-POLICY-CHANGED": Standing(
        tone="wait",
        headline="Has news to take",
        why="The security settings of your organisation have changed since it took them.",
        advice="Open the mail program on it, and accept what it asks for.",
    ),
    "E-POLICY-STALE": _TAKING,
    "E-POLICY-PARTIAL": _DISOBEYING,
    "E-POLICY-NOT-APPLIED": _DISOBEYING,
    "E-POLICY-VERSION": Standing(
        tone="bad",
        headline="Kept out",
        why="It is too old to be told the security settings of your organisation.",
        advice="Update it, or use another device.",
    ),
    "E-POLICY-EXTERNAL": Standing(
        tone="bad",
        headline="Kept out",
        why="Somebody else manages it, and your organisation does not allow that.",
        advice=_ASK,
    ),
}
"""By code, what has to be settled first."""

_BLOCKED: Final[Mapping[Step, Standing]] = {
    step: Standing(tone="bad", headline="Kept out", why=why, advice=advice)
    for step, why, advice in (
        (Step.PERSONAL, "An administrator keeps this device out.", _ASK),
        (Step.RULES, "Your organisation keeps out devices like this one.", _ASK),
        (Step.CLAIMS, "What it says of itself does not fit together.", f"{_ASK} {_NOT_YOURS}"),
        (
            Step.LIMIT,
            "You have as many devices as you may have.",
            "Remove one that you do not use any more; then open the mail program on this one again.",
        ),
        (Step.DEFAULT, "Your organisation lets in only devices that it knows.", _ASK),
    )
}

_WIPES: Final[Mapping[State, str]] = {
    State.REQUESTED: "It will be told to wipe {what} as soon as it comes.",
    State.SENT: "It was told to wipe {what}, and has not answered yet.",
    State.FAILED: "It was told to wipe {what}, and said that it failed. It is told again when it comes.",
    State.DONE: "It has wiped {what}, and said so.",
}
_WIPED: Final[Mapping[str, str]] = {Kind.ACCOUNT: "this account", Kind.FULL: "everything on it"}

_POLICIES: Final[Mapping[str, str]] = {
    "none": "It has not taken any security settings yet.",
    "offered": "It was sent its security settings and has not accepted them yet.",
    "acknowledged": "It accepted its security settings.",
}
_ANSWERS: Final[Mapping[int, str]] = {
    PolicyAcknowledgement.APPLIED: "It says that it obeys all of its security settings.",
    PolicyAcknowledgement.PARTIAL: "It says that it obeys a part of its security settings.",
    PolicyAcknowledgement.NOT_APPLIED: "It says that it obeys none of its security settings.",
    PolicyAcknowledgement.EXTERNALLY_MANAGED: "It says that somebody else manages it.",
}

QUESTIONS: Final[Mapping[Step, str]] = {
    Step.WIPE: "Is it to be wiped, or was it?",
    Step.ACCOUNT: "Is your account switched on?",
    Step.USER: "May you use phones at all?",
    Step.PARKED: "Did it fail to take its security settings?",
    Step.POLICY: "Has it taken its security settings?",
    Step.PERSONAL: "Did an administrator decide about it?",
    Step.RULES: "Is there a rule for such devices?",
    Step.CLAIMS: "Does what it says of itself fit together?",
    Step.LIMIT: "Have you room for another device?",
    Step.DEFAULT: "What holds for all other devices?",
}
"""What is asked before a device is let in, in words."""


def name_of(device: DeviceRow) -> str:
    """What people call a device."""
    own = device.friendly_name if isinstance(device, DeviceSheet) else ""
    return own or device.model or device.type or device.id


def standing_of(own: OwnDevice) -> Standing:
    """How a device stands. Who is kept out, or waits, cannot even take their security settings, or gains
    nothing by it; so that is said before what is wrong with these."""
    sheet = own.sheet
    if sheet.wipe is not None:
        return _standing_of_wipe(sheet.wipe)
    held = next((answer for answer in sheet.access if answer.code in _HELD), None)
    if held and held.step is not Step.POLICY:
        return _HELD[held.code]
    if sheet.state == "blocked":
        return _BLOCKED[sheet.access[-1].step]
    if sheet.state == "quarantined":
        return _WAITING
    return _HELD[held.code] if held else _ALLOWED


def policy_of(device: DeviceRow) -> str:
    """How a device stands with its security settings."""
    told = _POLICIES[device.policy_state]
    return _ANSWERS.get(device.answer or 0, told) if device.policy_state == "acknowledged" else told


def wiped(kind: Kind) -> str:
    """What a wipe takes, in words."""
    return _WIPED[kind]


def _standing_of_wipe(wipe: WipeRow) -> Standing:
    done = wipe.state is State.DONE
    return Standing(
        tone="bad",
        headline="Wiped" if done else "To be wiped",
        why=_WIPES[wipe.state].format(what=_WIPED[wipe.kind]),
        advice="It is kept out until an administrator lets it come again." if done else "",
    )


# ---------------------------------------------------------------------------------------- what was done

_Deed: TypeAlias = "str | Callable[[dict[str, Any]], str]"

_STATES: Final = {
    "allowed": "let it in",
    "blocked": "kept it out",
    "quarantined": "had it wait for approval",
    "parked": "held it back, since it failed to take its security settings",
}
_DECISIONS: Final = {
    "allow": "let it in",
    "block": "kept it out",
    "quarantine": "had it wait for approval",
    "": "took back a decision about it",
}


def _decided(after: dict[str, Any]) -> str:
    return _DECISIONS.get(after.get("personal", ""), "decided about it")


def _asked(after: dict[str, Any]) -> str:
    kind = (after.get("wipe") or {}).get("kind", "")
    return f"asked it to wipe {_WIPED[kind]}" if kind in _WIPED else "asked for a wipe"


_LEFT: Final = {
    "room_for": "removed it, to make room for another one",
    "crowded_by": "removed it, since there was no room for it and others came after it",
}

_DEEDS: Final[Mapping[str, _Deed]] = {
    "device.access": lambda after: _STATES.get(after.get("state", ""), "decided about it anew"),
    "device.decide": _decided,
    "device.answer": _decided,
    "device.unpark": "let it try again to take its security settings",
    "device.forget": lambda after: next((deed for why, deed in _LEFT.items() if why in after), "removed it"),
    "own-device.remove": "removed it",
    "device.resync": "had it fetch everything anew",
    "device.wipe": _asked,
    "device.cancel-wipe": "took the wipe back",
    "device.clear": "let it come again after its wipe",
    "device.recovery-password": "looked up its recovery password",
    "wipe.sent": "was told to wipe itself",
    "wipe.repeated": "was told again to wipe itself",
    "wipe.failed": "said that it could not wipe itself",
    "wipe.acknowledged": "said that it has wiped itself",
    "user.passwd": "changed your password",
    "user.enable": "switched your account on",
    "user.disable": "switched your account off",
    "app-password.add": "made an app password",
    "app-password.revoke": "took back an app password",
    "app-password.revoke-labelled": "took back an app password",
}
"""What users are told of the audit; an act that does not stand here is not theirs to see."""


class Line(Struct, frozen=True, kw_only=True):
    """A line of the audit in words: who did what, and with which device (its id)."""

    row: AuditRow
    who: str
    deed: str
    device: str


def line_of(row: AuditRow, address: str) -> Line | None:
    """A line in words for the user with this address; None where it is none for users."""
    deed = _DEEDS.get(row.act)
    if deed is None:
        return None
    own = f"device:{address}/"
    end = ", and was interrupted" if row.outcome == INTERRUPTED else ""
    return Line(
        row=row,
        who=_who(row, address),
        deed=(deed if isinstance(deed, str) else deed(row.after or {})) + end,
        device=row.subject.removeprefix(own) if row.subject.startswith(own) else "",
    )


def _who(row: AuditRow, address: str) -> str:
    """Administrators are not named: what they decide they decide for the organisation."""
    named = {actor_of(address): "You", SERVER: "The server", row.subject: "The device"}
    return named.get(row.actor, "An administrator")


# ------------------------------------------------------------------------------------- what was refused

_REFUSALS: Final[Mapping[str, str]] = {
    "E-WIPE-VERSION": "This device cannot be told to wipe the account alone.",
    "E-WIPE-PENDING": "It is to be wiped already.",
    "E-DEVICE-WIPED": "It was wiped already.",
    "E-WIPE-UNKNOWN": "There is no wipe to take back.",
    "E-WIPE-OTHERS": "An administrator asked for this wipe, so you cannot take it back.",
    "E-RECOVERY-NONE": "There is no recovery password, or it was shown already.",
    "E-RECOVERY-KEY": "The recovery password cannot be read any more. Ask your administrator.",
    "E-APP-PASSWORD-LIMIT": "You have as many app passwords as you may have. Take back one that you"
    " do not need.",
    "E-APP-PASSWORD-UNKNOWN": "This app password was taken back already.",
}


def say(error: BackendError) -> str:
    """Why something was not done, in words for users."""
    return _REFUSALS.get(error.code, error.public)
