"""Acts that wipe devices: asking for it, taking it back, and letting a wiped device come again."""

from __future__ import annotations

from msgspec import Struct, structs

from outrider.admin.devices import find_device, wake
from outrider.admin.refusals import WipeOthersError, WipeUnknownError, WipeVersionError
from outrider.admin.services import Services
from outrider.admin.wipe_rows import WipeRow, refusal_of, wipe_row
from outrider.domain.errors import BackendError
from outrider.policy.wipes import Event, Kind, State, can_tell, turn
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.store.wipes import Revised, Wipe


class WipeDevice(Struct, frozen=True, kw_only=True, tag="device.wipe"):
    """Have a device wiped: the account on it, or all of it. It is told at once, a waiting one too."""

    id: str
    address: str | None
    kind: Kind
    author: str

    async def run(self, services: Services) -> WipeRow:
        """Raises as ShowDevice, and WipeVersionError, WipePendingError, DeviceWipedError."""
        device = await find_device(services, self.id, self.address)
        if not can_tell(self.kind, _version(device)):
            raise WipeVersionError(_alternatives(device))
        user = await services.users.show(device.address)
        wipe = Wipe(
            address=device.address,
            device=device.id,
            names=(user.address, *user.aliases),
            kind=self.kind,
            state=State.REQUESTED,
            key=device.policy_key,
            actor=self.author,
            requested=services.now(),
        )
        await _take_up(services, wipe)
        await _fix_key(services, device)
        wake(services, device)
        return wipe_row(wipe)


class CancelWipe(Struct, frozen=True, tag="device.cancel-wipe"):
    """Take back a wipe that the device has not acknowledged; `asked_by`: only one that this one asked for,
    None: whoever did."""

    id: str
    address: str | None
    asked_by: str | None = None

    async def run(self, services: Services) -> WipeRow:
        """Raises as ShowDevice, and WipeUnknownError, WipeOthersError, DeviceWipedError."""
        device = await find_device(services, self.id, self.address)
        return wipe_row(await _end(services, device, Event.CANCEL, self.asked_by))


class ClearDevice(Struct, frozen=True, tag="device.clear"):
    """Let a device come again that was wiped; it starts from nothing, and is not wiped another time."""

    id: str
    address: str | None

    async def run(self, services: Services) -> WipeRow:
        """Raises as ShowDevice, and WipeUnknownError, WipePendingError."""
        device = await find_device(services, self.id, self.address)
        return wipe_row(await _end(services, device, Event.CLEAR))


async def _take_up(services: Services, wipe: Wipe) -> None:
    """Put a wipe on record, where there is none."""

    def ask(current: Wipe | None) -> Revised:
        turned = turn(State(current.state) if current else None, Event.REQUEST)
        return Revised(wipe=wipe, step=turned[0]) if turned else Revised(wipe=current)

    revised = await services.store.wipes.revise((wipe.address, wipe.device), ask)
    if revised.wipe is not None and not revised.step:
        raise refusal_of(revised.wipe)


async def _fix_key(services: Services, device: Device) -> None:
    """Keep the device from acknowledging a policy that is on its way, and so from getting another final key
    than the wipe knows: every Provision that begins from now on meets the wipe."""
    device = await services.store.devices.change(device, offered_key=0)

    def know(current: Wipe | None) -> Revised:
        return Revised(wipe=None if current is None else structs.replace(current, key=device.policy_key))

    await services.store.wipes.revise((device.address, device.id), know)


async def _end(services: Services, device: Device, event: Event, asked_by: str | None = None) -> Wipe:
    """End a wipe, where it may end so, and only that of `asked_by` if it is given; the wipe as it was. A
    cleared device has nothing left of before."""

    def end(current: Wipe | None) -> Revised:
        turned = turn(State(current.state) if current else None, event)
        ends = turned if current and asked_by in (None, current.actor) else None
        return Revised(wipe=None, step=ends[0]) if ends else Revised(wipe=current)

    before = await services.store.wipes.get(device.address, device.id)
    if before is None:
        raise WipeUnknownError(f"No wipe of {device.id} was asked for.")
    revised = await services.store.wipes.revise((device.address, device.id), end)
    if revised.wipe is not None:
        raise _why_it_stays(revised.wipe, asked_by)
    if event is Event.CLEAR:
        await services.store.forget_state(device.address, device.id)
        await services.store.recovery.forget(device.address, device.id)
        await services.store.devices.change(device, policy_key=0, policy_answer=0, offered_key=0)
    wake(services, device)
    return before


def _why_it_stays(wipe: Wipe, asked_by: str | None) -> BackendError:
    if asked_by not in (None, wipe.actor):
        return WipeOthersError(f"The wipe of {wipe.device} was asked for by somebody else.")
    return refusal_of(wipe)


def _version(device: Device) -> Version:
    """What a device speaks, the oldest where it never said it."""
    return Version(device.version or Version.V2_5)


def _alternatives(device: Device) -> str:
    return (
        f"{device.id} speaks ActiveSync {_version(device)}; wiping the account alone exists from 16.1."
        " Instead, block it, which keeps it out and leaves on it what it has; or quarantine it, which shows"
        " it an account that is empty but for one mail, so that it removes what it has; or wipe all of it"
        " with --full."
    )
