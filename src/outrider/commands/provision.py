"""Provision: a device takes its policy and acknowledges it. MS-ASPROV, Provision."""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from outrider.commands.admission import subject_of
from outrider.commands.partnership import describe, revise
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.policy.access import unwanted
from outrider.policy.claims import acknowledgement
from outrider.policy.policies import Policy
from outrider.policy.provisioning import (
    INFORMATION_SINCE,
    Acknowledgement,
    Fresh,
    Step,
    acknowledge,
    draw_key,
    offer,
    recognise_acknowledgement,
)
from outrider.policy.settings import demanded
from outrider.policy.wap import carries
from outrider.protocol.messages.provision import (
    PolicyRequest,
    PolicyResponse,
    ProvisionRequest,
    ProvisionResponse,
    Wipe,
    policy_type_of,
)
from outrider.protocol.messages.settings import DeviceInformationResponse, DeviceSet
from outrider.protocol.status import PolicyAcknowledgement, PolicyStatus, ProvisionStatus, SettingsStatus
from outrider.protocol.versions import Version
from outrider.store.audit import Entry
from outrider.store.claims import add_claims
from outrider.store.devices import Device, Value

SAID_SINCE: Final = Version.V14_0
"""From here on an acknowledgement that the policy does not allow is told so; before, the next request is.
MS-ASPROV, Provision Command Errors."""


@command("Provision", ProvisionRequest, needs_policy=False)
async def provision(request: ProvisionRequest, session: Session) -> Answer:
    """Send the policy, or take its acknowledgement; there is no wipe to be asked for, or to be reported."""
    if said := request.remote_wipe or request.account_only_remote_wipe:
        await _note_unasked(said, session)
    policy = request.policies[0] if len(request.policies) == 1 else None
    if policy is None or not policy.policy_type or request.remote_wipe or request.account_only_remote_wipe:
        return _refuse(session, ProvisionStatus.PROTOCOL_ERROR, "the request is not for one policy alone")
    if policy.policy_type != policy_type_of(session.line.version):
        unknown = PolicyResponse(policy_type=policy.policy_type, status=PolicyStatus.UNKNOWN_POLICY_TYPE)
        return _answer(session, unknown, "there are no policies of this type")
    if policy.status is not None:
        return await _take_acknowledgement(policy, session)
    held = session.policy
    if held is None:
        none = PolicyResponse(policy_type=policy.policy_type, status=PolicyStatus.NO_POLICY)
        return _answer(session, none, "the device is exempt")
    if not held.readable:
        corrupt = PolicyResponse(policy_type=policy.policy_type, status=PolicyStatus.POLICY_CORRUPT)
        return _answer(session, corrupt, "what is kept of the policy makes no sense")
    information = request.device_information.set if request.device_information else None
    if information is None and _must_describe_itself(session):
        return _refuse(
            session, ProvisionStatus.DEVICE_INFORMATION_REQUIRED, "the device does not say what it is"
        )
    return await _send_policy(held, information, session)


async def _note_unasked(said: Wipe, session: Session) -> None:
    """Put on record that a device answers a wipe that nobody asks for: it may have obeyed one that was taken
    back."""
    if said.status is None:
        return
    name = subject_of(session.device)
    answer = msgspec.json.encode({"answer": said.status}).decode()
    await session.store.audit.write(
        Entry(time=session.now(), actor=name, act="wipe.unasked", subject=name, before="", after=answer)
    )


def _must_describe_itself(session: Session) -> bool:
    since = session.line.version >= INFORMATION_SINCE
    return since and not session.quirks.excuses_device_information(session.device)


async def _send_policy(policy: Policy, information: DeviceSet | None, session: Session) -> Answer:
    """The first phase: everything that is set, and a key with which to acknowledge it."""
    fresh = Fresh(session.now(), draw_key(secrets.randbelow))

    def step(device: Device) -> dict[str, Value]:
        return describe(information) | offer(device, policy, session.line.version, fresh)

    device = await revise(session, step)
    session.note(policy=policy.name)
    thanks = DeviceInformationResponse(status=SettingsStatus.SUCCESS) if information else None
    sent = PolicyResponse(
        policy_type=policy_type_of(session.line.version),
        status=PolicyStatus.SUCCESS,
        policy_key=str(device.offered_key),
        text=policy.wap,
        data=policy.document,
    )
    return ProvisionResponse(device_information=thanks, status=ProvisionStatus.SUCCESS, policies=[sent])


async def _take_acknowledgement(policy: PolicyRequest, session: Session) -> Answer:
    """The second phase: the key for all other commands, however well the device could obey."""
    if policy.status not in set(PolicyAcknowledgement):
        return _refuse(session, ProvisionStatus.PROTOCOL_ERROR, "there is no such acknowledgement")
    fresh = Fresh(session.now(), draw_key(secrets.randbelow))
    said = Acknowledgement(_read_key(policy.policy_key or ""), PolicyAcknowledgement(policy.status))
    device = await revise(session, lambda device: _acknowledged(session, device, said, fresh))
    session.note(acknowledged=int(said.answer))
    if recognise_acknowledgement(device, said.key) is Step.REFUSE:
        wrong = PolicyResponse(policy_type=policy.policy_type, status=PolicyStatus.WRONG_POLICY_KEY)
        return _answer(session, wrong, "the key that the device acknowledges is not the one it was sent last")
    refused = unwanted(session.policy, said.answer) if session.policy else None
    if refused is not None and session.line.version >= SAID_SINCE:
        session.note(status=int(refused.status), code=refused.code, reason=refused.reason)
        return ProvisionResponse(status=refused.status)
    answer = PolicyResponse(
        policy_type=policy.policy_type, status=PolicyStatus.SUCCESS, policy_key=str(device.policy_key)
    )
    return ProvisionResponse(status=ProvisionStatus.SUCCESS, policies=[answer])


def _acknowledged(session: Session, device: Device, said: Acknowledgement, fresh: Fresh) -> dict[str, Value]:
    """What to put on record, and what the device claims thereby, if it was sent the policy of now."""
    changes = acknowledge(device, said, fresh)
    policy, version = session.policy, Version(device.offered_version or session.line.version)
    if not changes or policy is None or policy.fingerprint(version) != device.offered_fingerprint:
        return changes
    settings = [name for name in demanded(policy.sets) if carries(name, version)]
    return {
        **changes,
        "claims": add_claims(device.claims, acknowledgement(said.answer, settings), fresh.time),
    }


def _refuse(session: Session, status: ProvisionStatus, reason: str) -> ProvisionResponse:
    session.note(status=int(status), code=f"E-PROVISION-{int(status)}", reason=reason)
    return ProvisionResponse(status=status)


def _answer(session: Session, policy: PolicyResponse, reason: str) -> ProvisionResponse:
    """Say of the policy alone that something is wrong."""
    session.note(status=policy.status, code=f"E-POLICY-{policy.status}", reason=reason)
    return ProvisionResponse(status=ProvisionStatus.SUCCESS, policies=[policy])


def _read_key(text: str) -> int:
    """The number of a key; 0, which is none, for what is not a number."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else 0
