"""MoveItems: move items between folders. MS-ASCMD, MoveItems."""

from __future__ import annotations

from collections.abc import Sequence

from outrider.commands.identifiers import find_folder, item_id, read_item_id
from outrider.commands.moves import Moved, move_token, pack, unpack
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.items import Folder
from outrider.domain.roles import Tx
from outrider.protocol.messages.moveitems import (
    ItemMove,
    MoveItemsRequest,
    MoveItemsResponse,
    MoveResponse,
)
from outrider.protocol.status import CommonStatus, MoveItemsStatus
from outrider.sync.engine import Engine
from outrider.sync.moves import Move
from outrider.sync.once import once

MOST_MOVES = 1_000


@command("MoveItems", MoveItemsRequest)
async def move_items(request: MoveItemsRequest, session: Session) -> Answer:
    """Move each item; one that cannot be moved does not hold up the others."""
    if len(request.moves) > MOST_MOVES:
        return MoveItemsResponse(status=CommonStatus.INVALID_XML)
    folders = await session.account.folders.list()
    return MoveItemsResponse(responses=[await _move(session, folders, move) for move in request.moves])


async def _move(session: Session, folders: Sequence[Folder], move: ItemMove) -> MoveResponse:
    source, target = find_folder(folders, move.src_fld_id), find_folder(folders, move.dst_fld_id)
    item = read_item_id(move.src_msg_id)
    if source is None or item is None or item[0] != source.number:
        return _refused(move, MoveItemsStatus.INVALID_SOURCE)
    if target is None or target.holds is not source.holds:
        return _refused(move, MoveItemsStatus.INVALID_DESTINATION)
    if source == target:
        return _refused(move, MoveItemsStatus.SAME_FOLDER)
    engine = Engine(session.store, session.account, session.device.id)
    generation = await engine.generation(target.number)
    try:
        done = await _moved(session, item, (target.number, generation))
    except NotFoundError:
        return _refused(move, MoveItemsStatus.INVALID_SOURCE)
    except BackendError:
        return _refused(move, MoveItemsStatus.MOVE_FAILED)
    noted = Move(source=item[0], number=item[1], target=target.number, arrived=done.number)
    await engine.note_move(noted, done.generation)
    return MoveResponse(
        src_msg_id=move.src_msg_id,
        status=MoveItemsStatus.SUCCESS,
        dst_msg_id=item_id(target.number, done.number),
    )


async def _moved(session: Session, item: tuple[int, int], to: tuple[int, int]) -> Moved:
    """Move the item once, however often the device asks: a number is never given to another item."""
    account, (target, generation) = session.account, to
    token = move_token(session, item, target)

    async def act(tx: Tx | None) -> bytes:
        written = await account.items.move(*item, target, token=token, tx=tx)
        return pack(Moved(written.number, generation))

    done = await once(session.store, account, token, act, today=session.now().date())
    return unpack(done)


def _refused(move: ItemMove, status: MoveItemsStatus) -> MoveResponse:
    return MoveResponse(src_msg_id=move.src_msg_id, status=status)
