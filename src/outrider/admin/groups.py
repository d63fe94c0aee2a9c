"""Acts on groups."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from outrider.admin.mentions import mentions
from outrider.admin.services import Services
from outrider.backends.local.groups import Group
from outrider.policy.book import Level


class AddGroup(Struct, frozen=True, tag="group.add"):
    """Make a group, or take members into one that is there."""

    name: str
    members: list[str]

    async def run(self, services: Services) -> Group:
        """Raises GroupExistsError (without members), AddressError, AddressTakenError, FieldError."""
        known = {group.name for group in await services.groups.list()}
        if self.members and self.name.strip() in known:
            return await services.groups.enter(self.name, self.members)
        return await services.groups.add(self.name, self.members)


class RemoveGroup(Struct, frozen=True, tag="group.remove"):
    """Remove a group, or take members out of it where some are named."""

    name: str
    members: list[str]

    async def run(self, services: Services) -> Sequence[str]:
        """Answers what still names a group that was removed. Raises GroupUnknownError, AddressError."""
        if self.members:
            await services.groups.leave(self.name, self.members)
            return []
        name = (await services.groups.show(self.name)).name
        await services.groups.remove(name)
        return await mentions(services, (Level.GROUP, name))


class ListGroups(Struct, frozen=True, tag="group.list"):
    """All groups by name."""

    async def run(self, services: Services) -> list[Group]:
        """Answers them."""
        return await services.groups.list()


class ShowGroup(Struct, frozen=True, tag="group.show"):
    """One group."""

    name: str

    async def run(self, services: Services) -> Group:
        """Raises GroupUnknownError."""
        return await services.groups.show(self.name)
