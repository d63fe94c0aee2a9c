"""What administrative acts are done to, looked at before and after.

A look is a value without secrets. It is kept while its act is under way, over the end of a process and over
an upgrade: the names and fields of looks stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from outrider.admin.absences import ShowAbsence
from outrider.admin.devices import ShowDevice
from outrider.admin.documents import open_account
from outrider.admin.folders import find_folder
from outrider.admin.policies import Target, find_assigned
from outrider.admin.rules import ListRules
from outrider.admin.services import Services
from outrider.domain.errors import BackendError
from outrider.policy.words import write_policy

Fields: TypeAlias = dict[str, Any]

_MOVING: Final = frozenset({"last_seen", "budget", "loops", "access", "missing"})  # they change by themselves


class View(Struct, frozen=True):
    """A thing at one moment: the name it has in the audit, and its fields (None: it is not there)."""

    subject: str
    fields: Fields | None = None


class UserLook(Struct, frozen=True, tag="user"):
    """One user, by any of their addresses."""

    address: str

    @property
    def subject(self) -> str:
        return f"user:{self.address}"

    async def see(self, services: Services) -> Sequence[View]:
        """Raises UserUnknownError."""
        user = await services.users.show(self.address)
        return [View(f"user:{user.address}", _fields(user))]


class UsersLook(Struct, frozen=True, tag="users"):
    """Many users, by their own addresses."""

    addresses: Sequence[str]
    subject = "user"

    async def see(self, services: Services) -> Sequence[View]:
        """Answers them in this order."""
        found = await services.users.find(self.addresses)
        return [
            View(f"user:{user.address}", _fields(user)) if user else View(f"user:{address}")
            for address, user in zip(self.addresses, found, strict=True)
        ]


class AbsenceLook(Struct, frozen=True, tag="absence"):
    """When a user is away."""

    address: str

    @property
    def subject(self) -> str:
        return f"user:{self.address}"

    async def see(self, services: Services) -> Sequence[View]:
        """Raises UserUnknownError."""
        return [View(self.subject, _fields(await ShowAbsence(self.address).run(services)))]


class AppPasswordsLook(Struct, frozen=True, tag="app-passwords"):
    """The app passwords of a user, by number; never themselves."""

    address: str

    @property
    def subject(self) -> str:
        return f"app-passwords:{self.address}"

    async def see(self, services: Services) -> Sequence[View]:
        """Raises UserUnknownError."""
        user = await services.users.show(self.address)
        listed = await services.app_passwords.list(self.address)
        return [View(f"app-passwords:{user.address}", {str(one.number): _fields(one) for one in listed})]


class GroupLook(Struct, frozen=True, tag="group"):
    """A group."""

    name: str

    @property
    def subject(self) -> str:
        return f"group:{self.name}"

    async def see(self, services: Services) -> Sequence[View]:
        """Raises GroupUnknownError."""
        group = await services.groups.show(self.name)
        return [View(f"group:{group.name}", _fields(group))]


class FolderLook(Struct, frozen=True, tag="folder"):
    """How many items a folder of a user has."""

    address: str
    folder: int

    @property
    def subject(self) -> str:
        return f"user:{self.address}"

    async def see(self, services: Services) -> Sequence[View]:
        """Raises UserUnknownError, NotFoundError."""
        account = await open_account(services, self.address)
        items = await account.feed.count(self.folder, None)
        return [View(f"user:{account.identity.address}", {"items": items})]


class PathLook(Struct, frozen=True, tag="path"):
    """Which folders there are along a path."""

    address: str
    path: Sequence[str]

    @property
    def subject(self) -> str:
        return f"user:{self.address}"

    async def see(self, services: Services) -> Sequence[View]:
        """Raises UserUnknownError."""
        account = await open_account(services, self.address)
        folders = await account.folders.list()
        along = [self.path[:depth] for depth in range(1, len(self.path) + 1)]
        there = ["/".join(path) for path in along if find_folder(folders, path)]
        return [View(f"user:{account.identity.address}", {"folders": there})]


class DeviceLook(Struct, frozen=True, tag="device"):
    """A device, of one user or of any."""

    id: str
    address: str | None

    @property
    def subject(self) -> str:
        return f"device:{self.address}/{self.id}"

    async def see(self, services: Services) -> Sequence[View]:
        """Raises as ShowDevice."""
        sheet = await ShowDevice(self.id, self.address).run(services)
        return [View(f"device:{sheet.user}/{sheet.id}", _fields(sheet))]


class PolicyLook(Struct, frozen=True, tag="policy"):
    """The latest edition of a policy."""

    name: str

    @property
    def subject(self) -> str:
        return f"policy:{self.name}"

    async def see(self, services: Services) -> Sequence[View]:
        """Answers it."""
        editions = (await services.policies.refresh()).editions.get(self.name, ())
        if not editions or editions[-1].policy is None:
            return [View(self.subject)]
        fields = {**write_policy(editions[-1].policy), "share": editions[-1].wave.share}
        return [View(self.subject, fields)]


class AssignmentLook(Struct, frozen=True, tag="assignment"):
    """Which policy is assigned to somebody."""

    target: Target

    @property
    def subject(self) -> str:
        return self._of(self.target.name)

    async def see(self, services: Services) -> Sequence[View]:
        """Raises PolicyTargetError."""
        book = await services.policies.refresh()
        name = await find_assigned(services, book, self.target)
        held = book.assigned(self.target.level, name)
        return [View(self._of(name), {"policy": held} if held else None)]

    def _of(self, name: str) -> str:
        level = self.target.level.value
        return f"{level}:{name}" if name else level


class BurstLook(Struct, frozen=True, tag="burst"):
    """A burst of removals."""

    number: int

    @property
    def subject(self) -> str:
        return f"burst:{self.number}"

    async def see(self, services: Services) -> Sequence[View]:
        """Raises BurstUnknownError."""
        return [View(self.subject, _fields(await services.bursts.find(self.number)))]


class RulesLook(Struct, frozen=True, tag="rules"):
    """All rules with their places."""

    subject = "rules"

    async def see(self, services: Services) -> Sequence[View]:
        """Answers them."""
        rules = await ListRules().run(services)
        return [View(self.subject, {str(rule.id): _fields(rule) for rule in rules})]


class NoLook(Struct, frozen=True, tag="none"):
    """Nothing is looked at: what an act says is all there is to tell."""

    subject: str

    async def see(self, _: Services) -> Sequence[View]:
        """Answers the name alone."""
        return [View(self.subject)]


Look: TypeAlias = (
    UserLook
    | UsersLook
    | AbsenceLook
    | AppPasswordsLook
    | GroupLook
    | FolderLook
    | PathLook
    | DeviceLook
    | PolicyLook
    | AssignmentLook
    | BurstLook
    | RulesLook
    | NoLook
)


async def see(look: Look, services: Services) -> Sequence[View]:
    """What there is now. A failure that may pass is raised, since it says nothing of what is there."""
    try:
        views = await look.see(services)
    except BackendError as error:
        if error.temporary:
            raise
        return [View(look.subject)]
    return msgspec.json.decode(msgspec.json.encode(views), type=list[View])  # as those read from the record


def _fields(value: object) -> Fields:
    """The fields of a thing, without what changes by itself; of bytes their digest."""
    plain = msgspec.to_builtins(value, builtin_types=(bytes,))
    return {name: _shown(one) for name, one in plain.items() if name not in _MOVING}


def _shown(value: object) -> object:
    if isinstance(value, bytes):
        return f"{len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()}"
    return value
