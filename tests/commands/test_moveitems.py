"""MoveItems, and what the device is told of an item that it moved itself."""

from __future__ import annotations

import pytest

from outrider.commands.moveitems import move_items
from outrider.domain.errors import FullError
from outrider.domain.items import FolderUse, ItemClass
from outrider.protocol.messages.moveitems import (
    ItemMove,
    MoveItemsRequest,
    MoveItemsResponse,
    MoveResponse,
)
from outrider.protocol.messages.sync import Add, Delete
from outrider.protocol.status import CommonStatus, MoveItemsStatus
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone, found
from tests.contract.documents import contact, mail

TO_TRASH = ItemMove(src_msg_id="1:1", src_fld_id="1", dst_fld_id="3")


async def move(phone: Phone, *moves: ItemMove) -> list[MoveResponse]:
    answer = await move_items(MoveItemsRequest(moves=list(moves)), phone.visit())
    return found(answer, MoveItemsResponse).responses


async def places(phone: Phone) -> tuple[Synced, Synced]:
    """Inbox and trash, both synced; one mail in the Inbox."""
    if not await phone.account.feed.count(1, None):
        await phone.account.items.create(1, mail(), b"1")
    inbox = Synced(phone, await phone.folder(FolderUse.INBOX))
    trash = Synced(phone, await phone.folder(FolderUse.TRASH))
    await inbox.settle()
    await trash.settle()
    return inbox, trash


async def test_a_moved_item_has_a_new_id(phone: Phone) -> None:
    await places(phone)
    moved = MoveResponse(src_msg_id="1:1", status=MoveItemsStatus.SUCCESS, dst_msg_id="3:1")
    assert await move(phone, TO_TRASH) == [moved]


async def test_a_repeated_move_gives_the_same_id(phone: Phone) -> None:
    await places(phone)
    assert await move(phone, TO_TRASH) == await move(phone, TO_TRASH)
    assert await phone.account.feed.count(3, None) == 1


async def test_the_device_is_not_told_of_its_own_move_as_of_something_new(phone: Phone) -> None:
    """R14.2: no ghost in the one folder, no duplicate in the other."""
    inbox, trash = await places(phone)
    await move(phone, TO_TRASH)
    assert await inbox.round() is None
    told = await trash.round()
    assert told is None or [type(one) for one in told.commands if isinstance(one, Add | Delete)] == []
    assert await trash.round() is None


async def test_other_devices_are_told_of_the_move(phone: Phone) -> None:
    """R14.2, seen from a second device."""
    await places(phone)
    inbox, trash = await places(phone.another())
    await move(phone, TO_TRASH)
    gone, come = await inbox.round(), await trash.round()
    assert gone is not None
    assert come is not None
    assert [(type(one), one.server_id) for one in gone.commands] == [(Delete, "1:1")]
    assert [(type(one), one.server_id) for one in come.commands] == [(Add, "3:1")]


async def test_two_devices_that_move_the_same_item_do_not_double_it(phone: Phone) -> None:
    other = phone.another()
    await places(phone)
    await places(other)
    [mine], [theirs] = await move(phone, TO_TRASH), await move(other, TO_TRASH)
    assert (mine.status, theirs.status) == (MoveItemsStatus.SUCCESS, MoveItemsStatus.INVALID_SOURCE)
    assert await phone.account.feed.count(3, None) == 1


async def test_an_item_moved_before_its_answer_was_confirmed_is_not_told_of(phone: Phone) -> None:
    """R14.2, with an answer of either folder under way."""
    inbox, trash = await places(phone)
    await phone.account.items.create(1, mail("second"), b"2")
    await phone.account.items.create(3, mail("third"), b"3")
    await inbox.round()
    await trash.round()
    [moved] = await move(phone, ItemMove(src_msg_id="1:2", src_fld_id="1", dst_fld_id="3"))
    left, come = await inbox.round(), await trash.round()
    assert left is None or left.commands == []
    assert come is None or [one for one in come.commands if isinstance(one, Add | Delete)] == []
    assert moved.dst_msg_id == "3:2"


async def test_an_item_moved_there_and_back_is_where_it_was(phone: Phone) -> None:
    inbox, trash = await places(phone)
    await move(phone, TO_TRASH)
    [back] = await move(phone, ItemMove(src_msg_id="3:1", src_fld_id="3", dst_fld_id="1"))
    assert (back.status, back.dst_msg_id) == (MoveItemsStatus.SUCCESS, "1:2")
    [again] = await move(phone, ItemMove(src_msg_id="1:2", src_fld_id="1", dst_fld_id="3"))
    assert again.dst_msg_id == "3:2"
    await inbox.settle()
    await trash.settle()


async def test_a_folder_that_was_never_synced_comes_whole(phone: Phone) -> None:
    await phone.account.items.create(1, mail(), b"1")
    await move(phone, TO_TRASH)
    trash = Synced(phone, await phone.folder(FolderUse.TRASH))
    await trash.settle()
    assert set(trash.items) == {"3:1"}


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (ItemMove(src_msg_id="1:9", src_fld_id="1", dst_fld_id="3"), MoveItemsStatus.INVALID_SOURCE),
        (ItemMove(src_msg_id="1:1", src_fld_id="99", dst_fld_id="3"), MoveItemsStatus.INVALID_SOURCE),
        (ItemMove(src_msg_id="1:1", src_fld_id="4", dst_fld_id="3"), MoveItemsStatus.INVALID_SOURCE),
        (ItemMove(src_msg_id="x", src_fld_id="1", dst_fld_id="3"), MoveItemsStatus.INVALID_SOURCE),
        (ItemMove(src_msg_id="", src_fld_id="1", dst_fld_id="3"), MoveItemsStatus.INVALID_SOURCE),
        (ItemMove(src_msg_id="1:1", src_fld_id="1", dst_fld_id="99"), MoveItemsStatus.INVALID_DESTINATION),
        (ItemMove(src_msg_id="1:1", src_fld_id="1", dst_fld_id=""), MoveItemsStatus.INVALID_DESTINATION),
        (ItemMove(src_msg_id="1:1", src_fld_id="1", dst_fld_id="7"), MoveItemsStatus.INVALID_DESTINATION),
        (ItemMove(src_msg_id="1:1", src_fld_id="1", dst_fld_id="1"), MoveItemsStatus.SAME_FOLDER),
    ],
)
async def test_a_move_that_cannot_be_does_not_hold_up_the_others(
    phone: Phone, wrong: ItemMove, status: int
) -> None:
    await places(phone)
    [refused, moved] = await move(phone, wrong, TO_TRASH)
    assert refused == MoveResponse(src_msg_id=wrong.src_msg_id, status=status)
    assert moved.status == MoveItemsStatus.SUCCESS


async def test_contacts_move_among_contacts(phone: Phone) -> None:
    other = await phone.account.folders.create("Club", 0, ItemClass.CONTACTS, b"1")
    await phone.account.items.create(7, contact(), b"2")
    [moved] = await move(phone, ItemMove(src_msg_id="7:1", src_fld_id="7", dst_fld_id=str(other.number)))
    assert moved.dst_msg_id == "10:1"


async def test_a_move_that_fails_can_be_tried_again(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    await places(phone)

    async def fail(*_: object, **__: object) -> None:
        raise FullError("No room.")

    with monkeypatch.context() as broken:
        broken.setattr(type(phone.account.items), "move", fail)
        [failed] = await move(phone, TO_TRASH)
    assert failed.status == MoveItemsStatus.MOVE_FAILED
    [moved] = await move(phone, TO_TRASH)
    assert moved.status == MoveItemsStatus.SUCCESS


async def test_more_than_a_thousand_moves_break_the_schema(phone: Phone) -> None:
    request = MoveItemsRequest(moves=[TO_TRASH] * 1001)
    answer = found(await move_items(request, phone.visit()), MoveItemsResponse)
    assert (answer.status, answer.responses) == (CommonStatus.INVALID_XML, [])
