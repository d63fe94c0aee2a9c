"""What a device is told of the drafts it makes. MS-ASEMAIL, ConversationId; MS-ASCMD, Responses."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from outrider.domain.items import FolderUse
from outrider.protocol.items.body import AddAttachment, Attachment, DeleteAttachment
from outrider.protocol.items.email import Email
from outrider.protocol.messages.sync import AddResponse, ClientAdd, ClientChange
from outrider.protocol.messages.sync import Change as SyncChange
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


async def test_a_draft_that_loses_a_file_is_told_anew_since_its_other_files_get_other_references(
    phone: Phone,
) -> None:
    place = await drafts(phone)
    files: list[Attachment | AddAttachment | DeleteAttachment] = [
        AddAttachment(client_id=name, content=name.encode(), display_name=name) for name in "ab"
    ]
    made = await place.round(commands=[ClientAdd(client_id="n", data=Email(subject="s", attachments=files))])
    assert made is not None
    [response] = made.responses
    assert isinstance(response, AddResponse)
    assert isinstance(response.data, Email)
    assert response.data.attachments is not UNSET
    first = response.data.attachments[0]
    assert isinstance(first, Attachment)
    edit = Email(attachments=[DeleteAttachment(file_reference=str(first.file_reference))])
    answer = await place.round(commands=[ClientChange(server_id=str(response.server_id), data=edit)])
    assert answer is not None
    [change] = answer.commands
    assert isinstance(change, SyncChange)
    assert isinstance(change.data, Email)
    left = [one for one in change.data.attachments or () if isinstance(one, Attachment)]
    assert [one.display_name for one in left] == ["b"]
