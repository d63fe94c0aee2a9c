"""Acts on users."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from outrider.admin.mentions import mentions
from outrider.admin.services import Services
from outrider.admin.wipe_rows import refusal_of
from outrider.backends.local.users import NewUser, User
from outrider.policy.book import Level
from outrider.policy.wipes import is_pending


class AddUsers(Struct, frozen=True, tag="user.add"):
    """Add users: all, or none where one cannot be added."""

    users: list[NewUser]

    async def run(self, services: Services) -> list[User]:
        """Raises as `LocalUsers.add`."""
        return await services.users.add_all(self.users)


class ListUsers(Struct, frozen=True, tag="user.list"):
    """All users by address."""

    async def run(self, services: Services) -> list[User]:
        """Answers them."""
        return await services.users.list()


class ShowUser(Struct, frozen=True, tag="user.show"):
    """One user, by any of their addresses."""

    address: str

    async def run(self, services: Services) -> User:
        """Raises UserUnknownError."""
        return await services.users.show(self.address)


class SetUser(Struct, frozen=True, tag="user.set"):
    """Change fields of a user."""

    address: str
    fields: dict[str, object]

    async def run(self, services: Services) -> User:
        """Raises UserUnknownError, FieldError."""
        return await services.users.set(self.address, self.fields)


class AddAlias(Struct, frozen=True, tag="user.add-alias"):
    """Give a user a further address."""

    address: str
    alias: str

    async def run(self, services: Services) -> User:
        """Raises UserUnknownError, AddressError, AliasTakenError."""
        return await services.users.add_alias(self.address, self.alias)


class RemoveAlias(Struct, frozen=True, tag="user.remove-alias"):
    """Take a further address away."""

    address: str
    alias: str

    async def run(self, services: Services) -> User:
        """Raises UserUnknownError, AliasUnknownError."""
        return await services.users.remove_alias(self.address, self.alias)


class DelegateUser(Struct, frozen=True, tag="user.delegate"):
    """Let another user read or edit what a user has, or no longer."""

    address: str
    to: str
    rights: str

    async def run(self, services: Services) -> None:
        """Raises UserUnknownError, RightError."""
        await services.rights.delegate(self.address, self.to, self.rights)


class SetCalendarRights(Struct, frozen=True, tag="user.calendar-rights"):
    """Say what everybody may see of a user's calendar."""

    address: str
    right: str

    async def run(self, services: Services) -> None:
        """Raises UserUnknownError, RightError."""
        await services.rights.open(self.address, self.right)


class SetPassword(Struct, frozen=True, tag="user.passwd"):
    """Give a user a new password; whoever is signed in with the old one is out at once."""

    address: str
    password: str

    async def run(self, services: Services) -> None:
        """Raises UserUnknownError, PasswordError."""
        await services.users.set_password(self.address, self.password)

    def __repr__(self) -> str:
        return f"SetPassword({self.address!r}, ***)"


class EnableUser(Struct, frozen=True, tag="user.enable"):
    """Let a user sign in again."""

    address: str

    async def run(self, services: Services) -> None:
        """Raises UserUnknownError."""
        await services.users.enable(self.address)


class DisableUser(Struct, frozen=True, tag="user.disable"):
    """Let a user no longer sign in."""

    address: str

    async def run(self, services: Services) -> None:
        """Raises UserUnknownError."""
        await services.users.disable(self.address)


class RemoveUser(Struct, frozen=True, tag="user.remove"):
    """Remove a user with their items, devices and all that is remembered of them."""

    address: str

    async def run(self, services: Services) -> Sequence[str]:
        """Answers what still names the user. Raises UserUnknownError, WipePendingError: a device of somebody
        who is gone could not be told."""
        address = (await services.users.show(self.address)).address
        for wipe in await services.store.wipes.of_user(address):
            if is_pending(wipe.state):
                raise refusal_of(wipe)
        await services.users.remove(address)
        await services.store.forget_account(address)
        return await mentions(services, (Level.USER, address))
