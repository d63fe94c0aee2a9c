"""The Sync command: complete the request, run a round for each folder, answer or wait.

An answer that says nothing has no body (MS-ASCMD, Empty Sync Response); a Sync that may wait is then parked
with nothing but the session and the record of its request, and looks again as the empty request would, for
which the device might have come back itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from outrider.commands.identifiers import read_folder_id
from outrider.commands.listening import listening
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.commands.sync import remembered
from outrider.commands.sync.collection import CollectionRound
from outrider.domain.items import Folder
from outrider.mapping.folders import is_shown
from outrider.protocol.errors import EasError
from outrider.protocol.messages.sync import Collection, CollectionResponse, SyncRequest, SyncResponse
from outrider.protocol.status import SyncStatus
from outrider.sync.engine import Engine
from outrider.sync.hierarchy import Hierarchy
from outrider.sync.hub import Wake, device_topic

MOST_MINUTES = 59
USUAL_WINDOW = 100


@command("Sync", SyncRequest, empty_body=True)
async def sync(request: SyncRequest | None, session: Session) -> Answer:
    """Answer a Sync, at once or later."""
    address, device = session.account.identity.address, session.device.id
    kept = await session.store.requests.get(address, device, remembered.COMMAND)
    try:
        complete = remembered.complete(request, kept)
    except EasError as error:
        return SyncResponse(status=error.status)
    if refusal := _refuse(complete, session):
        return refusal
    record = remembered.remember(complete)
    await session.store.requests.keep(address, device, remembered.COMMAND, record)
    seconds = complete.heartbeat_interval or (complete.wait or 0) * 60
    if not seconds:
        return await _run(complete.collections, complete.window_size, session)
    session.hub.publish(device_topic(address, device), Wake.SUPERSEDED)
    return await _wait(complete, session, record, session.now() + timedelta(seconds=seconds))


def _refuse(request: SyncRequest, session: Session) -> SyncResponse | None:
    """What is wrong with the request as a whole. MS-ASCMD, Status (Sync); Limit."""
    limits = session.limits
    if request.wait is not None and request.heartbeat_interval is not None:
        return SyncResponse(status=SyncStatus.PROTOCOL_ERROR)
    if request.wait is not None and not 1 <= request.wait <= MOST_MINUTES:
        return SyncResponse(status=SyncStatus.INVALID_WAIT, limit=1 if request.wait < 1 else MOST_MINUTES)
    beat = request.heartbeat_interval
    if beat is not None and not limits.min_heartbeat <= beat <= limits.max_heartbeat:
        bound = limits.min_heartbeat if beat < limits.min_heartbeat else limits.max_heartbeat
        return SyncResponse(status=SyncStatus.INVALID_WAIT, limit=bound)
    if len(request.collections) > limits.max_folders:
        return SyncResponse(status=SyncStatus.TOO_MANY_COLLECTIONS, limit=limits.max_folders)
    ids = [collection.collection_id for collection in request.collections]
    if len(set(ids)) < len(ids):
        return SyncResponse(status=SyncStatus.PROTOCOL_ERROR)
    return None


async def _wait(request: SyncRequest, session: Session, record: bytes, until: datetime) -> Answer:
    """Listen, then compare, then answer or wait with nothing but the record of the request."""
    numbers = [read_folder_id(collection.collection_id) for collection in request.collections]
    with listening(session, [number for number in numbers if number is not None]) as park:
        answer = await _run(request.collections, request.window_size, session)
        return park(until, partial(_resume, session, record, until)) if answer is None else answer


async def _resume(session: Session, record: bytes, until: datetime, cause: Wake) -> Answer:
    """Look again if something may have changed; else the wait is over with nothing to say."""
    session.note(woken=cause.value)
    if cause is not Wake.CHANGED or session.now() >= until:
        return None
    return await _wait(remembered.complete(None, record), session, record, until)


async def _run(
    collections: Sequence[Collection], window: int | None, session: Session
) -> SyncResponse | None:
    """One round for each folder, in the order of their numbers; None when there is nothing to say."""
    folders = {folder.number: folder for folder in await session.account.folders.list()}
    found = [_find(folders, collection) for collection in collections]
    if any(number is not None and number not in folders for number, _ in found):
        return SyncResponse(status=SyncStatus.HIERARCHY_CHANGED)
    engine = Engine(session.store, session.account, session.device.id)
    views = await engine.load([folder.number for _, folder in found if folder is not None])
    room = session.limits.max_window if window is None else _window(window, session)
    responses: dict[str, CollectionResponse] = {}
    for collection, (_, folder) in sorted(
        zip(collections, found, strict=True), key=lambda pair: pair[1][0] or 0
    ):
        if folder is None:
            responses[collection.collection_id] = _wrong_id(collection)
            continue
        one = CollectionRound(session, engine, folder, views[folder.number])
        own = _window(USUAL_WINDOW if collection.window_size is None else collection.window_size, session)
        response = await one.run(collection, min(own, room))
        if response is not None:
            responses[collection.collection_id] = response
            room -= len(response.commands)
    answered = [responses[one.collection_id] for one in collections if one.collection_id in responses]
    if any(one.status != SyncStatus.SUCCESS for one in answered):
        await _forget(session)
    if any(one.status == SyncStatus.INVALID_SYNC_KEY for one in answered) and await _starts_over(session):
        return SyncResponse(status=SyncStatus.HIERARCHY_CHANGED)
    return SyncResponse(collections=answered) if answered else None


async def _starts_over(session: Session) -> bool:
    """Say whether the device was let in or kept in quarantine since it fetched its folders. One that only
    synchronises would begin the folder anew, and never see the others."""
    if session.device.state_time is None:
        return False
    tree = Hierarchy(session.store, session.account, session.device.id, session.now())
    return await tree.pending(partial(is_shown, version=session.line.version))


async def _forget(session: Session) -> None:
    """Have the device say everything again. The key of a folder that failed may be newer than the one we hold
    as confirmed, which an empty or partial request would mean."""
    address, device = session.account.identity.address, session.device.id
    await session.store.requests.keep(address, device, remembered.COMMAND, b"")


def _find(folders: dict[int, Folder], collection: Collection) -> tuple[int | None, Folder | None]:
    number = read_folder_id(collection.collection_id)
    return number, folders.get(number) if number is not None else None


def _window(asked: int, session: Session) -> int:
    """How many operations one answer may have: 0 and what is above the bound mean the bound. MS-ASCMD,
    WindowSize."""
    most = session.limits.max_window
    return asked if 0 < asked <= most else most


def _wrong_id(collection: Collection) -> CollectionResponse:
    return CollectionResponse(
        sync_key=collection.sync_key,
        collection_id=collection.collection_id,
        status=SyncStatus.OBJECT_NOT_FOUND,
    )
