"""FolderSync, FolderCreate, FolderUpdate and FolderDelete: the tree of folders. MS-ASCMD.

What a request leaves out is empty here: the commands have a status of their own for that, 10, and 9 for a
missing key of FolderSync.
"""

from enum import IntEnum
from typing import Annotated

from outrider.protocol.pages import FolderHierarchy
from outrider.protocol.schema import Element


class FolderType(IntEnum):
    """What a folder is for. MS-ASCMD, Type (FolderSync)."""

    USER_GENERIC = 1
    INBOX = 2
    DRAFTS = 3
    DELETED_ITEMS = 4
    SENT_ITEMS = 5
    OUTBOX = 6
    TASKS = 7
    CALENDAR = 8
    CONTACTS = 9
    NOTES = 10
    JOURNAL = 11
    USER_MAIL = 12
    USER_CALENDAR = 13
    USER_CONTACTS = 14
    USER_TASKS = 15
    USER_JOURNAL = 16
    USER_NOTES = 17
    UNKNOWN = 18
    RECIPIENT_CACHE = 19


ROOT = "0"
"""The ParentId of a folder at the top. MS-ASCMD, ParentId (FolderSync)."""


class FolderAdd(Element):
    """A folder that is new to the device. MS-ASCMD, Add (FolderSync)."""

    TAG = FolderHierarchy.Add

    server_id: Annotated[str, FolderHierarchy.ServerId]
    parent_id: Annotated[str, FolderHierarchy.ParentId]
    display_name: Annotated[str, FolderHierarchy.DisplayName]
    type: Annotated[int, FolderHierarchy.Type]


class FolderChange(Element):
    """A folder that was renamed or moved. MS-ASCMD, Update."""

    TAG = FolderHierarchy.Update

    server_id: Annotated[str, FolderHierarchy.ServerId]
    parent_id: Annotated[str, FolderHierarchy.ParentId]
    display_name: Annotated[str, FolderHierarchy.DisplayName]
    type: Annotated[int, FolderHierarchy.Type]


class FolderRemoval(Element):
    """A folder that is gone. MS-ASCMD, Delete (FolderSync)."""

    TAG = FolderHierarchy.Delete

    server_id: Annotated[str, FolderHierarchy.ServerId]


class Changes(Element):
    """What changed in the tree; `count` is the number of all three kinds. MS-ASCMD, Changes."""

    TAG = FolderHierarchy.Changes

    count: Annotated[int, FolderHierarchy.Count]
    updates: Annotated[list[FolderChange], FolderHierarchy.Update] = []
    deletes: Annotated[list[FolderRemoval], FolderHierarchy.Delete] = []
    adds: Annotated[list[FolderAdd], FolderHierarchy.Add] = []


class FolderSyncRequest(Element):
    """MS-ASCMD, FolderSync."""

    TAG = FolderHierarchy.FolderSync

    sync_key: Annotated[str, FolderHierarchy.SyncKey] = ""


class FolderSyncResponse(Element):
    """MS-ASCMD, FolderSync."""

    TAG = FolderHierarchy.FolderSync

    status: Annotated[int, FolderHierarchy.Status]
    sync_key: Annotated[str | None, FolderHierarchy.SyncKey] = None
    changes: Annotated[Changes | None, FolderHierarchy.Changes] = None


class FolderCreateRequest(Element):
    """MS-ASCMD, FolderCreate."""

    TAG = FolderHierarchy.FolderCreate

    sync_key: Annotated[str, FolderHierarchy.SyncKey] = ""
    parent_id: Annotated[str, FolderHierarchy.ParentId] = ""
    display_name: Annotated[str, FolderHierarchy.DisplayName] = ""
    type: Annotated[int, FolderHierarchy.Type] = 0


class FolderCreateResponse(Element):
    """MS-ASCMD, FolderCreate."""

    TAG = FolderHierarchy.FolderCreate

    status: Annotated[int, FolderHierarchy.Status]
    sync_key: Annotated[str | None, FolderHierarchy.SyncKey] = None
    server_id: Annotated[str | None, FolderHierarchy.ServerId] = None


class FolderUpdateRequest(Element):
    """MS-ASCMD, FolderUpdate."""

    TAG = FolderHierarchy.FolderUpdate

    sync_key: Annotated[str, FolderHierarchy.SyncKey] = ""
    server_id: Annotated[str, FolderHierarchy.ServerId] = ""
    parent_id: Annotated[str, FolderHierarchy.ParentId] = ""
    display_name: Annotated[str, FolderHierarchy.DisplayName] = ""


class FolderUpdateResponse(Element):
    """MS-ASCMD, FolderUpdate."""

    TAG = FolderHierarchy.FolderUpdate

    status: Annotated[int, FolderHierarchy.Status]
    sync_key: Annotated[str | None, FolderHierarchy.SyncKey] = None


class FolderDeleteRequest(Element):
    """MS-ASCMD, FolderDelete."""

    TAG = FolderHierarchy.FolderDelete

    sync_key: Annotated[str, FolderHierarchy.SyncKey] = ""
    server_id: Annotated[str, FolderHierarchy.ServerId] = ""


class FolderDeleteResponse(Element):
    """MS-ASCMD, FolderDelete."""

    TAG = FolderHierarchy.FolderDelete

    status: Annotated[int, FolderHierarchy.Status]
    sync_key: Annotated[str | None, FolderHierarchy.SyncKey] = None
