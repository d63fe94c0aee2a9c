"""Where an item went that the device moved itself."""

from __future__ import annotations

from outrider.commands.moveitems import move_items
from outrider.commands.moves import follow
from outrider.protocol.messages.moveitems import ItemMove, MoveItemsRequest
from tests.commands.visits import Phone
from tests.contract.documents import mail


async def move(phone: Phone, item: str, target: str) -> None:
    wanted = ItemMove(src_msg_id=item, src_fld_id=item.partition(":")[0], dst_fld_id=target)
    await move_items(MoveItemsRequest(moves=[wanted]), phone.visit())


async def test_an_item_is_followed_from_folder_to_folder(phone: Phone) -> None:
    await phone.account.items.create(1, mail(), b"1")
    await move(phone, "1:1", "3")
    assert await follow(phone.visit(), (1, 1)) == (3, 1)
    await move(phone, "3:1", "4")
    assert await follow(phone.visit(), (1, 1)) == (4, 1)


async def test_an_item_that_stayed_or_that_others_moved_is_not_followed(phone: Phone) -> None:
    await phone.account.items.create(1, mail(), b"1")
    assert await follow(phone.visit(), (1, 1)) is None
    await move(phone, "1:1", "3")
    assert await follow(phone.another().visit(), (1, 1)) is None
