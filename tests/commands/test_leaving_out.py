"""What requests leave out, and what answers leave out because a device said so. MS-ASCMD, Schema, Part."""

from __future__ import annotations

from outrider.commands.folders import folder_create, folder_delete, folder_update
from outrider.commands.itemoperations import item_operations
from outrider.commands.session import Raw
from outrider.protocol.items.body import Body, BodyPart, BodyPartPreference, BodyPreference, BodyType
from outrider.protocol.items.email import Email
from outrider.protocol.messages.folders import (
    FolderCreateRequest,
    FolderCreateResponse,
    FolderDeleteRequest,
    FolderDeleteResponse,
    FolderUpdateRequest,
    FolderUpdateResponse,
)
from outrider.protocol.messages.itemoperations import (
    Fetch,
    FetchOptions,
    FetchResponse,
    ItemOperationsRequest,
    ItemOperationsResponse,
)
from outrider.protocol.multipart import split_multipart
from outrider.protocol.pages import Email as EmailPage
from outrider.protocol.schema import decode
from outrider.protocol.status import ItemOperationsStatus
from outrider.protocol.versions import Version
from tests.commands.visits import Phone, found
from tests.contract.documents import mail


async def fetched(phone: Phone, fetch: Fetch) -> FetchResponse:
    answer = await item_operations(ItemOperationsRequest(fetches=[fetch]), phone.visit())
    [response] = found(answer, ItemOperationsResponse).responses
    assert isinstance(response, FetchResponse)
    return response


async def test_a_device_is_given_the_elements_it_names_and_no_others(phone: Phone) -> None:
    await phone.account.items.create(1, mail("Lunch"), b"1")
    options = FetchOptions(schema=[EmailPage.Subject])
    response = await fetched(phone, Fetch(server_id="1:1", options=options))
    assert response.properties is not None
    assert response.properties.item == Email(subject="Lunch")


async def test_a_file_reference_that_is_empty_is_none(phone: Phone) -> None:
    response = await fetched(phone, Fetch(file_reference=""))
    assert response.status == ItemOperationsStatus.INVALID_ATTACHMENT


async def test_message_parts_stay_in_the_document_of_a_multipart_answer(phone: Phone) -> None:
    await phone.account.items.create(1, mail("Lunch"), b"1")
    options = FetchOptions(
        body_preference=[BodyPreference(type=BodyType.PLAIN)],
        body_part_preference=[BodyPartPreference(type=BodyType.HTML)],
    )
    request = ItemOperationsRequest(fetches=[Fetch(server_id="1:1", options=options)])
    raw = found(await item_operations(request, phone.visit(multipart=True)), Raw)
    assert not isinstance(raw.body, bytes)
    document, *parts = split_multipart(b"".join(raw.body.chunks()))
    [response] = decode(ItemOperationsResponse, document, Version.V14_1).value.responses
    assert isinstance(response, FetchResponse)
    assert response.properties is not None
    email = response.properties.item
    assert isinstance(email, Email)
    assert isinstance(email.body, Body)
    assert isinstance(email.body_part, BodyPart)
    assert (len(parts), email.body.part) == (1, 1)
    assert isinstance(email.body_part.data, str)


async def test_folder_commands_that_leave_something_out_are_malformed(phone: Phone) -> None:
    made = await folder_create(FolderCreateRequest(display_name="x", type=12), phone.visit())
    moved = await folder_update(FolderUpdateRequest(sync_key="1.1", display_name="x"), phone.visit())
    removed = await folder_delete(FolderDeleteRequest(server_id="1"), phone.visit())
    assert found(made, FolderCreateResponse).status == 10
    assert found(moved, FolderUpdateResponse).status == 10
    assert found(removed, FolderDeleteResponse).status == 10
