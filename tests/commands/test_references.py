"""FileReferences: what is written reads back, for the same user alone."""

from __future__ import annotations

import pytest

from outrider.commands.moveitems import move_items
from outrider.commands.references import open_reference, read_reference, write_reference
from outrider.domain.errors import NotFoundError
from outrider.domain.items import NewMail
from outrider.protocol.messages.moveitems import ItemMove, MoveItemsRequest
from tests.commands.visits import KEY, Phone
from tests.contract.documents import mime


async def test_a_reference_reads_back(phone: Phone) -> None:
    visit = phone.visit()
    assert read_reference(visit, write_reference(visit, 1, 5, "1.2")) == (1, 5, "1.2")


async def test_a_reference_fits_any_device(phone: Phone) -> None:
    mine, other = phone.visit(), phone.another().visit()
    assert read_reference(other, write_reference(mine, 1, 5, "2")) == (1, 5, "2")


async def test_a_reference_of_another_user_is_none(phone: Phone) -> None:
    theirs = KEY.seal("bob@example.org", "part", "1", "5", "2")
    assert read_reference(phone.visit(), theirs) is None


@pytest.mark.parametrize("fields", [("part", "1", "5"), ("find", "1", "5", "2")])
async def test_a_sealed_text_of_another_kind_is_none(phone: Phone, fields: tuple[str, ...]) -> None:
    visit = phone.visit()
    assert read_reference(visit, visit.seal(*fields)) is None


@pytest.mark.parametrize("text", ["", "1:5", "AAAA", "é", "%2F"])
async def test_what_we_never_wrote_is_none(phone: Phone, text: str) -> None:
    assert read_reference(phone.visit(), text) is None


async def test_a_reference_outlives_the_device_moving_its_mail(phone: Phone) -> None:
    await phone.account.items.create(1, NewMail(mime=mime(attachment=b"file")), b"1")
    reference = write_reference(phone.visit(), 1, 1, "2")
    moved = ItemMove(src_msg_id="1:1", src_fld_id="1", dst_fld_id="3")
    await move_items(MoveItemsRequest(moves=[moved]), phone.visit())
    content = await open_reference(phone.visit(), reference)
    assert b"".join(content.blob.chunks()) == b"file"


async def test_a_reference_to_what_is_gone_leads_nowhere(phone: Phone) -> None:
    with pytest.raises(NotFoundError):
        await open_reference(phone.visit(), write_reference(phone.visit(), 1, 1, "2"))
