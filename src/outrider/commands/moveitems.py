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
from outrider.sync.once import perform
from outrider.sync.state import Stand

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
    try:
        arrived = await _moved(session, item, target.number)
    except NotFoundError:
        return _refused(move, MoveItemsStatus.INVALID_SOURCE)
    except BackendError:
        return _refused(move, MoveItemsStatus.MOVE_FAILED)
    return MoveResponse(
        src_msg_id=move.src_msg_id,
        status=MoveItemsStatus.SUCCESS,
        dst_msg_id=item_id(target.number, arrived),
    )


async def _moved(session: Session, item: tuple[int, int], target: int) -> int:
    """Move the item once, however often the device asks: a number is never given to another item."""
    account, store = session.account, session.store
    engine = Engine(store, account, session.device.id)
    token = move_token(session, item, target)

    if known := (await store.ledger.recall([token])).get(token):
        before = unpack(known)
        await engine.note_move(item, (target, before.number), Stand(before.generation, before.serial))
        return before.number
    stand = await engine.stand(target)

    async def act(tx: Tx | None) -> bytes:
        written = await account.items.move(*item, target, token=token, tx=tx)
        await engine.note_move(item, (target, written.number), stand, tx)
        return pack(Moved(written.number, stand.generation, stand.serial))

    return unpack(await perform(store, account, token, act, today=session.now().date())).number


def _refused(move: ItemMove, status: MoveItemsStatus) -> MoveResponse:
    return MoveResponse(src_msg_id=move.src_msg_id, status=status)
