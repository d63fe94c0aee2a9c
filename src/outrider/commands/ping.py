"""Ping: wait until something changes. MS-ASCMD, Ping.

A Ping says in folders what the device has synchronised; it is answered from the newest state the device was
given: 2 only if a Sync would really have something to say. While it waits it holds nothing but ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
from msgspec import Struct

from outrider.commands.enforcement import narrowed
from outrider.commands.identifiers import find_folder, folder_id
from outrider.commands.listening import listening
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.commands.sync.options import unpack
from outrider.domain.items import Folder
from outrider.mapping.folders import is_shown
from outrider.policy.access import must_provision
from outrider.policy.parking import PARKED
from outrider.protocol.messages.ping import PingRequest, PingResponse
from outrider.protocol.status import PingStatus
from outrider.sync.engine import Engine
from outrider.sync.hierarchy import Hierarchy
from outrider.sync.hub import Wake, device_topic

COMMAND = "Ping"


class Watch(Struct, frozen=True, array_like=True):
    """What a device waits for: the ids of folders, and the heartbeat in seconds."""

    heartbeat: int
    folders: tuple[str, ...]


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Watch)


_TREE_FIRST = PingResponse(status=PingStatus.FOLDER_SYNC_REQUIRED)


@command("Ping", PingRequest, empty_body=True, needs_policy=False, elsewhere=_TREE_FIRST)
async def ping(request: PingRequest | None, session: Session) -> Answer:
    """Answer a Ping, at once or later."""
    address, device = session.account.identity.address, session.device.id
    kept = await session.store.requests.get(address, device, COMMAND)
    watch = _watch(request, _decoder.decode(kept) if kept else None)
    if watch is None:
        return PingResponse(status=PingStatus.MISSING_PARAMETERS)
    bound = min(max(watch.heartbeat, session.limits.min_heartbeat), session.limits.max_heartbeat)
    if bound != watch.heartbeat:
        return PingResponse(status=PingStatus.HEARTBEAT_OUT_OF_RANGE, heartbeat_interval=bound)
    if len(watch.folders) > session.limits.max_folders:
        return PingResponse(status=PingStatus.TOO_MANY_FOLDERS, max_folders=session.limits.max_folders)
    await session.store.requests.keep(address, device, COMMAND, _encode(watch))
    session.hub.publish(device_topic(address, device), Wake.SUPERSEDED)
    return await _look(session, watch.folders, session.now() + timedelta(seconds=watch.heartbeat))


def _watch(request: PingRequest | None, kept: Watch | None) -> Watch | None:
    """What to wait for: what the request says, and else what the last one said; None where neither says
    it."""
    folders = request.folders if request is not None else None
    heartbeat = request.heartbeat_interval if request is not None else None
    ids = tuple(dict.fromkeys(one.id for one in folders if one.id)) if folders is not None else None
    if kept is not None:
        ids = kept.folders if ids is None else ids
        heartbeat = kept.heartbeat if heartbeat is None else heartbeat
    return None if not ids or heartbeat is None else Watch(heartbeat, ids)


async def _look(session: Session, ids: Sequence[str], until: datetime) -> Answer:
    """Listen, then compare, then answer or wait."""
    folders = await session.account.folders.list()
    watched = [folder for one in ids if (folder := find_folder(folders, one)) is not None]
    with listening(session, [folder.number for folder in watched]) as park:
        answer = await _compare(session, watched, gone=len(watched) < len(ids))
        return park(until, partial(_resume, session, ids, until)) if answer is None else answer


async def _resume(session: Session, ids: Sequence[str], until: datetime, cause: Wake) -> Answer:
    """Look again if something may have changed; else the wait is over with nothing found."""
    if cause is Wake.CHANGED and session.now() < until:
        return await _look(session, ids, until)
    session.note(woken=cause.value)
    return PingResponse(status=PingStatus.HEARTBEAT_EXPIRED)


async def _compare(session: Session, watched: Sequence[Folder], *, gone: bool) -> PingResponse | None:
    """What a Sync or FolderSync would have to say now; folders that the device never synchronised say
    nothing. A device that has to provision is sent to FolderSync, which tells it so; not one that is parked:
    it would not be here if it had no grace."""
    if session.device.state != PARKED and must_provision(
        session.policy, session.device, session.line.version, session.now()
    ):
        return _TREE_FIRST
    hierarchy = Hierarchy(session.store, session.account, session.device.id, session.now())
    if gone or await hierarchy.pending(partial(is_shown, version=session.line.version)):
        return _TREE_FIRST
    engine = Engine(session.store, session.account, session.device.id)
    views = await engine.load([folder.number for folder in watched])
    changed = []
    for folder in watched:
        loaded = views[folder.number]
        wished = unpack(loaded.view.sticky).cutoff(folder.holds, session.now().date())
        cutoff = narrowed(session, folder.holds, wished)
        if await engine.pending(folder, loaded, cutoff):
            changed.append(folder_id(folder.number))
    if not changed:
        return None
    session.note(changed=len(changed))
    return PingResponse(status=PingStatus.CHANGES, folders=changed)
