"""Giving out the recovery password of a device."""

from __future__ import annotations

from msgspec import Struct

from outrider.admin.devices import find_device
from outrider.admin.refusals import RecoveryKeyError, RecoveryUnknownError
from outrider.admin.services import Services


class RecoveryPassword(Struct, frozen=True):
    """What unlocks a device once; it never shows itself."""

    device: str
    user: str
    password: str

    def __repr__(self) -> str:
        return f"RecoveryPassword({self.device!r}, {self.user!r}, ***)"


class TakeRecoveryPassword(Struct, frozen=True, tag="device.recovery-password"):
    """Give out the recovery password that a device left, once: afterwards it is not kept any more."""

    id: str
    address: str | None

    async def run(self, services: Services) -> RecoveryPassword:
        """Raises as ShowDevice, and RecoveryUnknownError, RecoveryKeyError."""
        device = await find_device(services, self.id, self.address)
        recovery = services.store.recovery
        sealed = await recovery.look(device.address, device.id)
        if sealed is None:
            raise RecoveryUnknownError(
                f"{device.id} left no recovery password; a device does so where its policy sets"
                " PasswordRecoveryEnabled."
            )
        password = services.key.reveal((device.address, device.id), sealed)
        if password is None:
            raise RecoveryKeyError(f"The recovery password of {device.id} was sealed with another key.")
        await recovery.forget(device.address, device.id)
        return RecoveryPassword(device.id, device.address, password)
