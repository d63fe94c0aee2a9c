"""What must hold at rest of a device: it has what the store has, and nothing that its user did is lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from msgspec import Struct

from outrider.commands.identifiers import folder_id
from outrider.domain.errors import BackendError
from outrider.domain.items import Folder, FolderUse, Item, ItemClass, Wish
from outrider.mapping.folders import is_shown
from outrider.policy.enforce import limits_of
from outrider.policy.policies import Policy
from outrider.sync.filters import ALL, cutoff
from tests.simulation.device import NOTES_SINCE, Device
from tests.simulation.items import CLASSES, kept, name_of, shown
from tests.simulation.process import Process

SERVED = frozenset({FolderUse.INBOX, FolderUse.TRASH, FolderUse.USER, FolderUse.DEFAULT})
"""The folders in which things happen in every world."""


def is_served(folder: Folder, uses: Collection[FolderUse]) -> bool:
    """Whether anything happens in a folder, where it does in those of these uses."""
    return folder.holds in CLASSES and folder.use in uses


class Truth(Struct, frozen=True, kw_only=True):
    """What there is: the account, the folders in which things happen by their uses, what of it the policy
    lets out today, and the values of all edits that were written."""

    process: Process
    uses: Collection[FolderUse]
    policy: Policy
    today: date
    applied: Collection[str]

    async def compare(self, device: Device) -> None:
        """The replica equals the store inside the filter, and nothing that the user did is lost."""
        folders = await self.process.account.folders.list()
        self._compare_tree(device, folders)
        for folder in folders:
            lacking = folder.holds is ItemClass.NOTES and device.line.version < NOTES_SINCE
            if is_served(folder, self.uses) and not lacking:
                await self._compare_folder(device, folder)

    def _compare_tree(self, device: Device, folders: Collection[Folder]) -> None:
        replica = device.replica
        tree = {key: (one.display_name, one.parent_id) for key, one in replica.folders.items()}
        known = [folder for folder in folders if is_shown(folder, replica.client.version)]
        assert tree == {folder_id(one.number): (one.name, str(one.parent)) for one in known}, device.name

    async def _compare_folder(self, device: Device, folder: Folder) -> None:
        replica, key, plain = device.replica, str(folder.number), device.without_categories
        here = {item: shown(one, plain=plain) for item, one in replica.items(key).items()}
        there = await self._stored(folder, self._oldest(device, folder))
        stored = {item: kept(one, plain=plain) for item, one in there.items()}
        differing = {
            item: (here.get(item), stored.get(item))
            for item in here.keys() | stored.keys()
            if here.get(item) != stored.get(item)
        }
        assert not differing, f"{device.name} has in {folder.name} what differs: {differing}"
        assert not replica.folder(key).oddities, f"{device.name}: {replica.folder(key).oddities}"
        self._compare_edits(device, await self._stored(folder, None))

    def _compare_edits(self, device: Device, whole: Mapping[str, Item]) -> None:
        told = device.refused()
        again = device.deleted & whole.keys() - told
        assert not again, f"{device.name} deleted {again}"
        lost = {
            item: value
            for item, value in device.edited.items()
            if item in whole and item not in told and value not in self.applied
        }
        assert not lost, f"edits of {device.name} are lost: {lost}"
        names = list(filter(None, map(name_of, whole.values())))
        assert len(names) == len(set(names)), f"of {names} one is doubled"

    def _oldest(self, device: Device, folder: Folder) -> date | None:
        """The first day of which a device is given a folder, by its filter and by the policy."""
        window = device.replica._windows.get(str(folder.number), device.replica.window)
        if folder.holds is ItemClass.TASKS:
            return cutoff(window.filter_type or ALL, self.today)
        if folder.holds is not ItemClass.MAIL:
            return None
        filters = window.filter_type or 0, limits_of(self.policy).mail_age
        return max(filter(None, (cutoff(one, self.today) for one in filters)), default=None)

    async def _stored(self, folder: Folder, oldest: date | None) -> dict[str, Item]:
        account = self.process.account
        found = await account.feed.newest(folder.number, None, oldest, 10_000)
        numbers = [one.number for one in found]
        items = await account.items.read(folder.number, numbers, Wish())
        stored = {}
        for number, item in zip(numbers, items, strict=True):
            assert not isinstance(item, BackendError)
            stored[f"{folder.number}:{number}"] = item
        return stored
