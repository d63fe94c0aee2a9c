"""Acts on app passwords."""

from __future__ import annotations

from msgspec import Struct

from outrider.admin.services import Services
from outrider.backends.local.app_passwords import AppPassword
from outrider.backends.local.refusals import AppPasswordUnknownError


class Made(Struct, frozen=True):
    """A new app password; `typed` is what the user types, shown this once."""

    app_password: AppPassword
    typed: str


class AddAppPassword(Struct, frozen=True, tag="app-password.add"):
    """Make an app password."""

    address: str
    label: str

    async def run(self, services: Services) -> Made:
        """Raises UserUnknownError, FieldError, AppPasswordLimitError."""
        return Made(*await services.app_passwords.add(self.address, self.label))


class ListAppPasswords(Struct, frozen=True, tag="app-password.list"):
    """All app passwords that a user has, and the latest that were revoked."""

    address: str

    async def run(self, services: Services) -> list[AppPassword]:
        """Raises UserUnknownError."""
        return await services.app_passwords.list(self.address)


class RevokeAppPassword(Struct, frozen=True, tag="app-password.revoke"):
    """Refuse an app password from now on."""

    address: str
    number: int

    async def run(self, services: Services) -> list[AppPassword]:
        """Raises UserUnknownError, AppPasswordUnknownError."""
        return [await services.app_passwords.revoke(self.address, self.number)]


class RevokeLabelled(Struct, frozen=True, tag="app-password.revoke-labelled"):
    """Refuse all app passwords with a label from now on."""

    address: str
    label: str

    async def run(self, services: Services) -> list[AppPassword]:
        """Raises UserUnknownError, AppPasswordUnknownError."""
        listed = await services.app_passwords.list(self.address)
        numbers = [one.number for one in listed if one.label == self.label and one.revoked is None]
        if not numbers:
            raise AppPasswordUnknownError(f"This user has no app password '{self.label}'.")
        return [await services.app_passwords.revoke(self.address, number) for number in numbers]
