"""What a device is told of the drafts it makes. MS-ASEMAIL, ConversationId; MS-ASCMD, Responses."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from outrider.domain.items import FolderUse
from outrider.protocol.items.email import Email
from outrider.protocol.messages.sync import AddResponse, ClientAdd, ClientChange
from outrider.protocol.versions import Version
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone


async def drafts(phone: Phone) -> Synced:
    phone.version = Version.V16_0
    place = Synced(phone, await phone.folder(FolderUse.DRAFTS))
    await place.settle()
    return place


async def test_a_new_draft_is_answered_with_its_conversation(phone: Phone) -> None:
    place = await drafts(phone)
    answer = await place.round(commands=[ClientAdd(client_id="a", data=Email(subject="s"))])
    assert answer is not None
    [response] = answer.responses
    assert isinstance(response, AddResponse)
    assert isinstance(response.data, Email)
    assert response.data.conversation_id
    assert response.data.conversation_index
    assert response.data.attachments is UNSET


@pytest.mark.parametrize("data", [Email(subject="t"), Email(read=True)])
async def test_a_changed_draft_without_new_files_is_answered_with_nothing(phone: Phone, data: Email) -> None:
    place = await drafts(phone)
    await place.round(commands=[ClientAdd(client_id="a", data=Email(subject="s"))])
    answer = await place.round(commands=[ClientChange(server_id=f"{place.folder.number}:1", data=data)])
    assert answer is not None
    assert answer.responses == []
