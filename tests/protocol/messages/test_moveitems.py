from outrider.protocol.messages.moveitems import (
    ItemMove,
    MoveItemsRequest,
    MoveItemsResponse,
    MoveResponse,
)
from outrider.protocol.versions import Version
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair(
        "moveitems-001",
        Version.V14_1,
        MoveItemsRequest(
            moves=[
                ItemMove(src_msg_id="5:1", src_fld_id="5", dst_fld_id="8"),
                ItemMove(src_msg_id="5:2", src_fld_id="5", dst_fld_id="99"),
            ]
        ),
    ),
    Pair(
        "moveitems-002",
        Version.V14_1,
        MoveItemsResponse(
            responses=[
                MoveResponse(src_msg_id="5:1", status=3, dst_msg_id="8:30"),
                MoveResponse(src_msg_id="5:2", status=2),
            ]
        ),
    ),
    Pair("moveitems-003", Version.V14_1, MoveItemsResponse(status=103)),
]


class TestGolden(GoldenContract):
    pairs = PAIRS
