"""The folder tree of a device: FolderSync and the commands that change it. MS-ASCMD, FolderSync."""

from __future__ import annotations

from typing import Final

from outrider.client.client import Client, succeeded
from outrider.client.errors import ANSWER, ClientError, refused
from outrider.protocol.messages.folders import (
    ROOT,
    Changes,
    FolderAdd,
    FolderChange,
    FolderCreateRequest,
    FolderCreateResponse,
    FolderDeleteRequest,
    FolderDeleteResponse,
    FolderSyncRequest,
    FolderSyncResponse,
    FolderType,
    FolderUpdateRequest,
    FolderUpdateResponse,
)
from outrider.protocol.status import (
    FolderCreateStatus,
    FolderDeleteStatus,
    FolderSyncStatus,
    FolderUpdateStatus,
)

START: Final = "0"

CLASSES: Final = {
    **dict.fromkeys((1, 2, 3, 4, 5, 6, 12), "Email"),
    **dict.fromkeys((8, 13), "Calendar"),
    **dict.fromkeys((9, 14, 19), "Contacts"),
    **dict.fromkeys((7, 15), "Tasks"),
    **dict.fromkeys((10, 17), "Notes"),
}
"""Which class of items a type of folder holds. MS-ASCMD, Type (FolderSync)."""


class Tree:
    """The folders as the server has told of them, by their ids; a change of them is a command of its own."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.key = START
        self.folders: dict[str, FolderAdd] = {}

    def empty(self) -> None:
        """Forget the folders."""
        self.key = START
        self.folders.clear()

    def of_type(self, kind: FolderType) -> FolderAdd:
        """The first folder of a type; raises KeyError."""
        found = next((folder for folder in self.folders.values() if folder.type == kind), None)
        if found is None:
            raise KeyError(kind.name)
        return found

    def class_of(self, folder: str) -> str:
        """The class of the items of a folder, "" where it is not known."""
        return CLASSES.get(self.folders[folder].type, "")

    async def sync(self) -> bool:
        """Fetch what changed, from the start where the server does not know our key; tell whether anything
        did."""
        answer = await self._folder_sync()
        if answer.status == FolderSyncStatus.INVALID_SYNC_KEY and self.key != START:
            self.key = START
            answer = await self._folder_sync()
        if answer.status != FolderSyncStatus.SUCCESS or not answer.sync_key:
            raise refused("FolderSync", answer.status)
        before = {} if self.key == START else self.folders
        after = _applied(before, answer.changes)
        changed, self.key, self.folders = after != self.folders, answer.sync_key, after
        return changed

    async def create(self, name: str, kind: FolderType, parent: str = ROOT) -> str:
        """Make a folder; its id."""
        request = FolderCreateRequest(sync_key=self.key, parent_id=parent, display_name=name, type=kind)
        told = await self._client.ask("FolderCreate", request, FolderCreateResponse)
        answer = succeeded("FolderCreate", told, FolderCreateStatus.SUCCESS)
        if not answer.server_id:
            raise ClientError(ANSWER, "FolderCreate gave no ServerId")
        self.key = answer.sync_key or self.key
        self.folders[answer.server_id] = FolderAdd(
            server_id=answer.server_id, parent_id=parent, display_name=name, type=kind
        )
        return answer.server_id

    async def update(self, folder: str, name: str, parent: str = ROOT) -> None:
        """Rename or move a folder."""
        request = FolderUpdateRequest(
            sync_key=self.key, server_id=folder, parent_id=parent, display_name=name
        )
        told = await self._client.ask("FolderUpdate", request, FolderUpdateResponse)
        answer = succeeded("FolderUpdate", told, FolderUpdateStatus.SUCCESS)
        self.key = answer.sync_key or self.key
        kind = self.folders[folder].type
        self.folders[folder] = FolderAdd(server_id=folder, parent_id=parent, display_name=name, type=kind)

    async def delete(self, folder: str) -> None:
        """Remove a folder, with the folders and items in it."""
        request = FolderDeleteRequest(sync_key=self.key, server_id=folder)
        told = await self._client.ask("FolderDelete", request, FolderDeleteResponse)
        answer = succeeded("FolderDelete", told, FolderDeleteStatus.SUCCESS)
        self.key = answer.sync_key or self.key
        self.folders = _without(self.folders, folder)

    async def _folder_sync(self) -> FolderSyncResponse:
        answer = await self._client.ask(
            "FolderSync", FolderSyncRequest(sync_key=self.key), FolderSyncResponse
        )
        if answer is None:
            raise ClientError(ANSWER, "an empty answer to FolderSync")
        return answer


def _applied(folders: dict[str, FolderAdd], changes: Changes | None) -> dict[str, FolderAdd]:
    """The folders after the changes."""
    after = dict(folders)
    if changes is None:
        return after
    for gone in changes.deletes:
        after = _without(after, gone.server_id)
    told: list[FolderAdd | FolderChange] = [*changes.adds, *changes.updates]
    for one in told:
        after[one.server_id] = FolderAdd(
            server_id=one.server_id, parent_id=one.parent_id, display_name=one.display_name, type=one.type
        )
    return after


def _without(folders: dict[str, FolderAdd], gone: str) -> dict[str, FolderAdd]:
    """The folders without one of them, and without those below it."""
    left = {key: folder for key, folder in folders.items() if key != gone}
    for child in [key for key, folder in left.items() if folder.parent_id == gone]:
        left = _without(left, child)
    return left
