"""What users may do about their own devices.

The law: a user does nothing that an administrator's decision forbids. So a device stays on record while
anything there keeps it out, or had it wiped: removing it would be a way around. One that there was no room
for may go; to make room is what removing is for.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from outrider.admin.audit import AuditRow, audit_row
from outrider.admin.devices import DeviceRow, DeviceSheet, ShowDevice, find_device, wake
from outrider.admin.refusals import DeviceKeptError
from outrider.admin.services import Services
from outrider.admin.standing import foresee
from outrider.policy.rules import Effect
from outrider.policy.wipes import Kind, can_tell, is_pending
from outrider.protocol.versions import Version
from outrider.store.devices import Device

_NO_ROOM: Final = "E-ACCESS-LIMIT"

_KEPT: Final = {
    "blocked": "It is kept out, and stays on record as long as it is; an administrator can let it in.",
    "quarantined": "It waits until an administrator has looked at it, and stays on record until then.",
    "parked": "It failed to take its security settings, and stays on record until an administrator lets it"
    " try again.",
    "personal": "An administrator decided about it, and the decision stays on record.",
    "wiping": "It is to be wiped, and stays on record until it was.",
    "wiped": "It was wiped, and stays on record until an administrator lets it come again.",
}
"""Why a device is not removed."""


def actor_of(address: str) -> str:
    """Who acts, in the audit, when users do something themselves."""
    return f"{address} (self-service)"


class OwnDevice(Struct, frozen=True, kw_only=True):
    """A device as its user sees it. `kept` is why it cannot be removed, empty: it can; `wipes` are those that
    can be asked for now; `asked_by` is who asked for the one that is under way."""

    sheet: DeviceSheet
    kept: str
    wipes: list[Kind]
    asked_by: str


class ListOwnDevices(Struct, frozen=True, tag="own-device.list"):
    """The devices of a user, those seen last first."""

    address: str

    async def run(self, services: Services) -> list[OwnDevice]:
        """Answers them."""
        devices = await services.store.devices.all(self.address)
        return [await _own(services, device) for device in devices]


class ShowOwnDevice(Struct, frozen=True, tag="own-device.show"):
    """One device of a user."""

    id: str
    address: str

    async def run(self, services: Services) -> OwnDevice:
        """Raises DeviceUnknownError."""
        return await _own(services, await find_device(services, self.id, self.address))


class RemoveOwnDevice(Struct, frozen=True, tag="own-device.remove"):
    """Remove a device with all that is kept for it, unless something keeps it on record."""

    id: str
    address: str

    async def run(self, services: Services) -> DeviceRow:
        """Raises DeviceUnknownError, DeviceKeptError."""
        device = await find_device(services, self.id, self.address)
        own = await _own(services, device)
        if own.kept:
            raise DeviceKeptError(own.kept)

        def unmoved(current: Device) -> bool:
            return (current.personal, current.state) == (device.personal, device.state)

        if not await services.store.forget_device(device.address, device.id, unmoved):
            raise DeviceKeptError(_KEPT["personal"])
        wake(services, device)
        return own.sheet


class LastOwnAudit(Struct, frozen=True, kw_only=True, tag="own-audit.last"):
    """What the audit tells of a user's devices (`device`: of this one), sign-in and app passwords: the lines
    numbered below `before`, the newest first."""

    address: str
    device: str | None = None
    before: int | None = None
    limit: int = 50

    async def run(self, services: Services) -> list[AuditRow]:
        """Answers them."""
        own = f"device:{self.address}/"
        subjects = (f"user:{self.address}", f"app-passwords:{self.address}")
        meant = ((own + self.device,), ()) if self.device else (subjects, (own,))
        found = await services.store.audit.about(*meant, before=self.before, limit=self.limit)
        return [audit_row(number, entry) for number, entry in found]


async def _own(services: Services, device: Device) -> OwnDevice:
    sheet = await ShowDevice(device.id, device.address).run(services)
    version = Version(device.version or Version.V2_5)
    wipe = sheet.wipe
    return OwnDevice(
        sheet=sheet,
        kept=_KEPT[sheet.state] if wipe else _kept(await foresee(services, device)),
        wipes=[] if wipe else [kind for kind in Kind if can_tell(kind, version)],
        asked_by=wipe.by if wipe and is_pending(wipe.state) else "",
    )


def _kept(device: Device) -> str:
    """Why a device without a wipe stays on record; empty: it need not."""
    if device.personal not in ("", Effect.ALLOW.value):
        return _KEPT["personal"]
    return "" if device.code == _NO_ROOM else _KEPT.get(device.state, "")
