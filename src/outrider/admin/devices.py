"""Acts on devices."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, structs

from outrider.admin.folders import known_folder
from outrider.admin.refusals import (
    DeviceAmbiguousError,
    DeviceUnknownError,
    NotParkedError,
    QuestionClosedError,
)
from outrider.admin.services import Services
from outrider.admin.standing import explain, foresee, foresee_all, settle
from outrider.admin.wipe_rows import WipeRow, refusal_of, state_of, wipe_row
from outrider.commands.claims import Found, Said, said_by
from outrider.domain.roles import Identity
from outrider.policy.admission import Answer
from outrider.policy.parking import PARKED
from outrider.policy.rules import Effect
from outrider.store.devices import Device, Value
from outrider.store.views import ViewKey
from outrider.sync.hub import account_topic, device_topic
from outrider.sync.restart import restart


class DeviceRow(Struct, frozen=True, kw_only=True):
    """A device as lists show it. `version` is that of its latest request; `state` and `reason` are those that
    it would have if it came now; `policy_state` is `none`, `offered` (sent, not yet acknowledged) or
    `acknowledged`; `answer` is the status it acknowledged with."""

    id: str
    user: str
    type: str
    model: str
    os: str
    user_agent: str
    version: str
    first_seen: datetime
    last_seen: datetime
    state: str
    reason: str
    policy: str
    policy_state: str
    answer: int | None


class DeviceSheet(DeviceRow, frozen=True, kw_only=True):
    """All that is known of a device. `personal` is what an administrator decided about it, `access` what is
    asked before it is let in, with what comes of it: the last answer says how it stands, an earlier one with
    a code what has to be settled first. `findings` is what is wrong with what it said of itself, `claims`
    what it said when. `budget` is how often it may ask for news at once, None: as it likes; `loops` is what
    it was stopped repeating of late. Only a running server knows these two. `recovery_password` is when it
    left one that was not given out."""

    friendly_name: str
    imei: str
    os_language: str
    phone_number: str
    mobile_operator: str
    policy_time: datetime | None
    personal: str
    access: list[Answer]
    findings: list[Found]
    claims: list[Said]
    budget: int | None
    loops: list[str]
    recovery_password: datetime | None
    wipe: WipeRow | None


class ListDevices(Struct, frozen=True, tag="device.list"):
    """The devices of one user or of all, those seen last first."""

    address: str | None

    async def run(self, services: Services) -> list[DeviceRow]:
        """Raises UserUnknownError."""
        address = None if self.address is None else (await services.users.show(self.address)).address
        return [await _row(services, device) async for device in foresee_all(services, address)]


class ShowDevice(Struct, frozen=True, tag="device.show"):
    """One device."""

    id: str
    address: str | None

    async def run(self, services: Services) -> DeviceSheet:
        """Raises DeviceUnknownError, DeviceAmbiguousError, UserUnknownError."""
        device = await find_device(services, self.id, self.address)
        standing = services.restraint.standing((device.address, device.id))
        return DeviceSheet(
            **structs.asdict(await _row(services, await foresee(services, device))),
            friendly_name=device.friendly_name,
            imei=device.imei,
            os_language=device.os_language,
            phone_number=device.phone_number,
            mobile_operator=device.mobile_operator,
            policy_time=device.policy_time,
            personal=device.personal,
            access=await explain(services, device),
            findings=services.claims.found(device),
            claims=said_by(device),
            budget=standing.budget,
            loops=standing.loops,
            recovery_password=await services.store.recovery.kept_since(device.address, device.id),
            wipe=await _wipe(services, device),
        )


class DecideDevice(Struct, frozen=True, tag="device.decide"):
    """Let a device in, put it into quarantine, or block it, whatever the rules say; None takes back what was
    decided. A device that waits learns of it at once."""

    id: str
    address: str | None
    effect: Effect | None

    async def run(self, services: Services) -> DeviceRow:
        """Raises as ShowDevice."""
        device = await find_device(services, self.id, self.address)
        personal = self.effect.value if self.effect else ""
        released = {"parked_policy": ""} if self.effect is Effect.ALLOW else {}
        decided = await services.store.devices.change(device, personal=personal, question="", **released)
        services.admission.release(device)
        return await _row(services, await settle(services, decided))


class UnparkDevice(Struct, frozen=True, tag="device.unpark"):
    """Let a device try again to take its policy."""

    id: str
    address: str | None

    async def run(self, services: Services) -> DeviceRow:
        """Raises as ShowDevice, and NotParkedError."""
        device = await find_device(services, self.id, self.address)
        if device.state != PARKED:
            raise NotParkedError(f"The device '{device.id}' is {device.state}, not parked.")
        released = await services.store.devices.change(device, parked_policy="")
        services.admission.release(device)
        return await _row(services, await settle(services, released))


class AnswerQuestion(Struct, frozen=True, tag="device.answer"):
    """Decide about a device by the question that administrators were asked, while it is open."""

    id: str
    address: str
    question: str
    effect: Effect

    async def run(self, services: Services) -> DeviceRow:
        """Raises DeviceUnknownError, QuestionClosedError."""
        devices = services.store.devices
        device = await devices.get(self.address, self.id)
        if device is None:
            raise DeviceUnknownError(f"There is no device '{self.id}'.")
        taken: list[Device] = []

        def answer(device: Device) -> dict[str, Value]:
            if not self.question or device.question != self.question:
                return {}
            taken.append(device)
            return {"personal": self.effect.value, "question": ""}

        decided = await devices.revise(device, answer)
        if not taken:
            raise QuestionClosedError("The question is not open any more.")
        return await _row(services, await settle(services, decided))


class ForgetDevice(Struct, frozen=True, tag="device.forget"):
    """Remove a device with all that is kept for it; when it comes again it starts from nothing."""

    id: str
    address: str | None

    async def run(self, services: Services) -> DeviceRow:
        """Raises as ShowDevice, and WipePendingError, DeviceWipedError."""
        device = await find_device(services, self.id, self.address)
        row = await _row(services, device)
        if wipe := await services.store.wipes.get(device.address, device.id):
            raise refusal_of(wipe)
        await services.store.forget_device(device.address, device.id)
        wake(services, device)
        return row


class ResyncDevice(Struct, frozen=True, tag="device.resync"):
    """Make a device fetch a folder anew, or, without one, the folder tree and all folders.

    Its next Sync is answered with status 3, its next FolderSync with 9. MS-ASCMD, Status (Sync) and Status
    (FolderSync).
    """

    id: str
    address: str | None
    folder: str | None

    async def run(self, services: Services) -> DeviceRow:
        """Raises as ShowDevice, and FolderUnknownError."""
        device = await find_device(services, self.id, self.address)
        views = services.store.views
        if self.folder is None:
            await views.forget(device.address, device.id)
        else:
            account = services.accounts.open(Identity(address=device.address))
            folder = known_folder(await account.folders.list(), self.folder)
            await restart(views, ViewKey(device.address, device.id, str(folder.number)))
        wake(services, device)
        return await _row(services, device)


async def find_device(services: Services, device_id: str, address: str | None) -> Device:
    """The one device of this id, of one user or of any. Raises DeviceUnknownError, DeviceAmbiguousError,
    UserUnknownError."""
    primary = None if address is None else (await services.users.show(address)).address
    found = await services.store.devices.named(device_id, primary)
    if not found:
        raise DeviceUnknownError(f"There is no device '{device_id}'.")
    if len(found) > 1:
        owners = ", ".join(device.address for device in found)
        raise DeviceAmbiguousError(f"Several users have a device '{device_id}': {owners}.")
    return found[0]


def wake(services: Services, device: Device) -> None:
    """Have the device, if it waits, look again."""
    services.hub.publish(device_topic(device.address, device.id))
    services.hub.publish(account_topic(device.address))


async def _wipe(services: Services, device: Device) -> WipeRow | None:
    wipe = await services.store.wipes.get(device.address, device.id)
    return None if wipe is None else wipe_row(wipe)


async def _row(services: Services, device: Device) -> DeviceRow:
    wipe = await _wipe(services, device)
    return DeviceRow(
        id=device.id,
        user=device.address,
        type=device.type,
        model=device.model,
        os=device.os,
        user_agent=device.own_user_agent or device.user_agent,
        version=f"{device.version / 10:.1f}" if device.version else "",
        first_seen=device.first_seen,
        last_seen=device.last_seen,
        state=device.state if wipe is None else state_of(wipe),
        reason=device.reason if wipe is None else f"wipe ({wipe.kind}) {wipe.state}",
        policy=device.policy,
        policy_state=_policy_state(device),
        answer=device.policy_answer or None,
    )


def _policy_state(device: Device) -> str:
    if device.policy_key:
        return "acknowledged"
    return "offered" if device.offered_key else "none"
