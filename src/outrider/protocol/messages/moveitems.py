"""MoveItems: move items between folders. MS-ASCMD, MoveItems."""

from typing import Annotated

from outrider.protocol.pages import Move
from outrider.protocol.schema import Element


class ItemMove(Element):
    """An item, where it is and where it goes. MS-ASCMD, Move."""

    TAG = Move.Move

    src_msg_id: Annotated[str, Move.SrcMsgId] = ""
    src_fld_id: Annotated[str, Move.SrcFldId] = ""
    dst_fld_id: Annotated[str, Move.DstFldId] = ""


class MoveItemsRequest(Element):
    """MS-ASCMD, MoveItems."""

    TAG = Move.MoveItems

    moves: Annotated[list[ItemMove], Move.Move] = []


class MoveResponse(Element):
    """What became of a move, and the id of the item at its new place. MS-ASCMD, Response (MoveItems)."""

    TAG = Move.Response

    src_msg_id: Annotated[str | None, Move.SrcMsgId] = None
    status: Annotated[int, Move.Status]
    dst_msg_id: Annotated[str | None, Move.DstMsgId] = None


class MoveItemsResponse(Element):
    """One response for each move, or a status for the whole. MS-ASCMD, MoveItems."""

    TAG = Move.MoveItems

    status: Annotated[int | None, Move.Status] = None
    responses: Annotated[list[MoveResponse], Move.Response] = []
