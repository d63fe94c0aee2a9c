"""FolderSync, FolderCreate, FolderUpdate, FolderDelete and GetHierarchy: the tree of folders. MS-ASCMD."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from outrider.commands.identifiers import find_folder, folder_id, read_folder_id
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.domain.errors import BackendError, ExistsError, ForbiddenError, NotFoundError
from outrider.domain.folders import RECIPIENTS
from outrider.domain.items import Folder, ItemClass
from outrider.domain.roles import Token, Tx
from outrider.mapping.folders import class_of_type, is_shown, type_of
from outrider.protocol.messages.folders import (
    ROOT,
    Changes,
    FolderAdd,
    FolderChange,
    FolderCreateRequest,
    FolderCreateResponse,
    FolderDeleteRequest,
    FolderDeleteResponse,
    FolderRemoval,
    FolderSyncRequest,
    FolderSyncResponse,
    FolderUpdateRequest,
    FolderUpdateResponse,
)
from outrider.protocol.messages.hierarchy import Folder as MailFolder
from outrider.protocol.messages.hierarchy import GetHierarchyResponse
from outrider.protocol.status import (
    FolderCreateStatus,
    FolderDeleteStatus,
    FolderSyncStatus,
    FolderUpdateStatus,
)
from outrider.sync import keys
from outrider.sync.hierarchy import Hierarchy, TreeOutcome

News = TypeVar("News", FolderAdd, FolderChange)


@command("FolderSync", FolderSyncRequest, starts_over=lambda request: request.sync_key == keys.ZERO)
async def folder_sync(request: FolderSyncRequest, session: Session) -> Answer:
    """Tell the device what changed in the tree."""
    shown = partial(is_shown, version=session.line.version)
    outcome = await _hierarchy(session).sync(request.sync_key, shown)
    if outcome.stale:
        return FolderSyncResponse(status=FolderSyncStatus.INVALID_SYNC_KEY)
    changes = _changes(outcome)
    session.note(folders=changes.count)
    return FolderSyncResponse(status=FolderSyncStatus.SUCCESS, sync_key=outcome.key, changes=changes)


@command("FolderCreate", FolderCreateRequest)
async def folder_create(request: FolderCreateRequest, session: Session) -> Answer:
    """Make a folder for the device."""
    holds = class_of_type(request.type)
    parent = _parent(request.parent_id)
    if not request.sync_key or holds is None or not request.display_name.strip():
        return FolderCreateResponse(status=FolderCreateStatus.MALFORMED_REQUEST)
    if parent is None:
        return FolderCreateResponse(status=FolderCreateStatus.PARENT_NOT_FOUND)

    async def create(token: Token, tx: Tx | None) -> Folder:
        return await session.account.folders.create(request.display_name, parent, holds, token=token, tx=tx)

    content = ("create", request.parent_id, request.display_name, request.type)
    try:
        outcome = await _hierarchy(session).act(request.sync_key, content, create)
    except BackendError as error:
        return FolderCreateResponse(status=_status(error, _CREATE))
    if outcome.stale:
        return FolderCreateResponse(status=FolderCreateStatus.INVALID_SYNC_KEY)
    return FolderCreateResponse(
        status=FolderCreateStatus.SUCCESS, sync_key=outcome.key, server_id=str(outcome.made)
    )


@command("FolderUpdate", FolderUpdateRequest)
async def folder_update(request: FolderUpdateRequest, session: Session) -> Answer:
    """Rename or move a folder for the device."""
    number, parent = read_folder_id(request.server_id), _parent(request.parent_id)
    if not request.sync_key or not request.server_id or not request.display_name.strip():
        return FolderUpdateResponse(status=FolderUpdateStatus.MALFORMED_REQUEST)
    if number is None:
        return FolderUpdateResponse(status=FolderUpdateStatus.FOLDER_NOT_FOUND)
    if number == RECIPIENTS:
        return FolderUpdateResponse(status=FolderUpdateStatus.RECIPIENT_INFO_FOLDER)
    if parent is None or (parent and find_folder(await session.account.folders.list(), str(parent)) is None):
        return FolderUpdateResponse(status=FolderUpdateStatus.PARENT_NOT_FOUND)

    async def update(_: Token, tx: Tx | None) -> Folder:
        return await session.account.folders.update(number, request.display_name, parent, tx=tx)

    content = ("update", request.server_id, request.parent_id, request.display_name)
    try:
        outcome = await _hierarchy(session).act(request.sync_key, content, update)
    except BackendError as error:
        return FolderUpdateResponse(status=_status(error, _UPDATE))
    if outcome.stale:
        return FolderUpdateResponse(status=FolderUpdateStatus.INVALID_SYNC_KEY)
    return FolderUpdateResponse(status=FolderUpdateStatus.SUCCESS, sync_key=outcome.key)


@command("FolderDelete", FolderDeleteRequest)
async def folder_delete(request: FolderDeleteRequest, session: Session) -> Answer:
    """Remove a folder, and what is in it, for the device."""
    number = read_folder_id(request.server_id)
    if not request.sync_key or not request.server_id:
        return FolderDeleteResponse(status=FolderDeleteStatus.MALFORMED_REQUEST)
    if number is None:
        return FolderDeleteResponse(status=FolderDeleteStatus.FOLDER_NOT_FOUND)

    async def delete(_: Token, tx: Tx | None) -> int:
        await session.account.folders.delete(number, tx=tx)
        return number

    try:
        outcome = await _hierarchy(session).act(request.sync_key, ("delete", request.server_id), delete)
    except BackendError as error:
        return FolderDeleteResponse(status=_status(error, _DELETE))
    if outcome.stale:
        return FolderDeleteResponse(status=FolderDeleteStatus.INVALID_SYNC_KEY)
    return FolderDeleteResponse(status=FolderDeleteStatus.SUCCESS, sync_key=outcome.key)


@command("GetHierarchy")
async def get_hierarchy(_: None, session: Session) -> Answer:
    """List the mail folders, up to 12.1. MS-ASCMD, GetHierarchy."""
    folders = await session.account.folders.list()
    return GetHierarchyResponse(
        folders=[
            MailFolder(
                display_name=folder.name,
                server_id=folder_id(folder.number),
                type=type_of(folder),
                parent_id=str(folder.parent) if folder.parent else ROOT,
            )
            for folder in folders
            if folder.holds is ItemClass.MAIL
        ]
    )


def _hierarchy(session: Session) -> Hierarchy:
    return Hierarchy(session.store, session.account, session.device.id, session.now())


def _parent(text: str) -> int | None:
    """The number of the parent; 0 for the root, None for an id that never was ours."""
    return 0 if text.strip() in (ROOT, "") else read_folder_id(text)


def _changes(outcome: TreeOutcome) -> Changes:
    updates = [_told(FolderChange, folder) for folder in outcome.changed]
    adds = [_told(FolderAdd, folder) for folder in outcome.added]
    deletes = [FolderRemoval(server_id=folder_id(number)) for number in outcome.removed]
    count = len(updates) + len(adds) + len(deletes)
    return Changes(count=count, updates=updates, deletes=deletes, adds=adds)


def _told(kind: type[News], folder: Folder) -> News:
    return kind(
        server_id=folder_id(folder.number),
        parent_id=str(folder.parent),
        display_name=folder.name,
        type=type_of(folder),
    )


_CREATE = (
    (ExistsError, FolderCreateStatus.FOLDER_EXISTS),
    (ForbiddenError, FolderCreateStatus.SPECIAL_PARENT),
    (NotFoundError, FolderCreateStatus.PARENT_NOT_FOUND),
    (BackendError, FolderCreateStatus.SERVER_ERROR),
)
_UPDATE = (
    (ExistsError, FolderUpdateStatus.EXISTS_OR_SPECIAL),
    (ForbiddenError, FolderUpdateStatus.EXISTS_OR_SPECIAL),
    (NotFoundError, FolderUpdateStatus.FOLDER_NOT_FOUND),
    (BackendError, FolderUpdateStatus.SERVER_ERROR),
)
_DELETE = (
    (ForbiddenError, FolderDeleteStatus.SPECIAL_FOLDER),
    (NotFoundError, FolderDeleteStatus.FOLDER_NOT_FOUND),
    (BackendError, FolderDeleteStatus.SERVER_ERROR),
)


def _status(error: BackendError, table: tuple[tuple[type[BackendError], int], ...]) -> int:
    """The status that says what went wrong, from the first row that fits."""
    return next(status for kind, status in table if isinstance(error, kind))
