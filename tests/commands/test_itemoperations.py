"""ItemOperations and GetAttachment: items and files one by one, inline and multipart; emptying folders."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from outrider.commands.itemoperations import get_attachment, item_operations
from outrider.commands.moveitems import move_items
from outrider.commands.references import write_reference
from outrider.commands.session import Raw
from outrider.domain.errors import FullError, NotFoundError
from outrider.domain.items import FolderUse, ItemClass, Mailbox, MailItem, NewMail, Wish
from outrider.protocol.items.body import BodyPreference, BodyType
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.messages.itemoperations import (
    ConversationMove,
    EmptyFolderContents,
    EmptyFolderContentsOptions,
    EmptyFolderContentsResponse,
    Fetch,
    FetchOptions,
    FetchResponse,
    ItemOperationsRequest,
    ItemOperationsResponse,
    Properties,
)
from outrider.protocol.messages.moveitems import ItemMove, MoveItemsRequest
from outrider.protocol.multipart import MULTIPART_TYPE, split_multipart
from outrider.protocol.schema import decode
from outrider.protocol.status import ItemOperationsStatus
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version
from tests.commands.visits import KEY, Phone, found
from tests.contract.documents import contact, mail, mime

FILE = bytes(range(256)) * 10
PLAIN = FetchOptions(body_preference=[BodyPreference(type=BodyType.PLAIN)])


async def filed(phone: Phone, data: bytes = FILE) -> str:
    """A mail with a file in the Inbox; answers the file's reference."""
    document = mime("with a file", attachment=b"*").replace(b"Kg==", b"") if not data else None
    whole = document or mime("with a file", attachment=data)
    number = (await phone.account.items.create(1, NewMail(mime=whole), b"file")).number
    [item] = await phone.account.items.read(1, [number], Wish())
    assert isinstance(item, MailItem)
    return write_reference(phone.visit(), 1, number, item.message.attachments[0].section)


async def ask(phone: Phone, *fetches: Fetch) -> list[FetchResponse]:
    answer = await item_operations(ItemOperationsRequest(fetches=list(fetches)), phone.visit())
    whole = found(answer, ItemOperationsResponse)
    assert whole.status == ItemOperationsStatus.SUCCESS
    return [one for one in whole.responses if isinstance(one, FetchResponse)]


def octets(data: Octets | None) -> bytes:
    assert data is not None
    return bytes(data) if isinstance(data, bytes | memoryview) else b"".join(data.chunks())


def properties(response: FetchResponse) -> Properties:
    assert response.status == ItemOperationsStatus.SUCCESS
    assert response.properties is not None
    return response.properties


# ------------------------------------------------------------------------------ items


async def test_an_item_is_fetched_by_folder_and_id(phone: Phone) -> None:
    await phone.account.items.create(1, mail("Lunch"), b"1")
    [response] = await ask(phone, Fetch(collection_id="1", server_id="1:1", options=PLAIN))
    assert (response.collection_id, response.server_id, response.class_name) == ("1", "1:1", "Email")
    email = properties(response).item
    assert isinstance(email, Email)
    assert email.body is not UNSET
    assert (email.subject, email.body.data) == ("Lunch", "At noon?\r\n")


async def test_a_contact_is_fetched_likewise(phone: Phone) -> None:
    await phone.account.items.create(7, contact(), b"1")
    [response] = await ask(phone, Fetch(collection_id="7", server_id="7:1"))
    assert response.class_name == "Contacts"
    assert isinstance(properties(response).item, Contact)


async def test_a_long_id_stands_alone(phone: Phone) -> None:
    await phone.account.items.create(1, mail("Lunch"), b"1")
    [response] = await ask(phone, Fetch(long_id="1:1"))
    assert (response.long_id, response.server_id) == ("1:1", None)
    assert isinstance(properties(response).item, Email)


async def test_a_search_hit_is_fetched_where_the_device_moved_it(phone: Phone) -> None:
    await phone.account.items.create(1, mail("Lunch"), b"1")
    to_trash = ItemMove(src_msg_id="1:1", src_fld_id="1", dst_fld_id="3")
    await move_items(MoveItemsRequest(moves=[to_trash]), phone.visit())
    [response] = await ask(phone, Fetch(long_id="1:1"))
    assert response.status == ItemOperationsStatus.SUCCESS
    [response] = await ask(phone, Fetch(server_id="1:1"))
    assert response.status == ItemOperationsStatus.DOCUMENT_NOT_FOUND


async def test_fetching_does_not_mark_as_read(phone: Phone) -> None:
    """R13.2."""
    await phone.account.items.create(1, mail("Lunch"), b"1")
    await ask(phone, Fetch(server_id="1:1", options=PLAIN))
    [item] = await phone.account.items.read(1, [1], Wish())
    assert isinstance(item, MailItem)
    assert not item.marks.read


@pytest.mark.parametrize(
    ("fetch", "status"),
    [
        (Fetch(server_id="1:9"), ItemOperationsStatus.DOCUMENT_NOT_FOUND),
        (Fetch(server_id="99:1"), ItemOperationsStatus.DOCUMENT_NOT_FOUND),
        (Fetch(server_id="x"), ItemOperationsStatus.DOCUMENT_NOT_FOUND),
        (Fetch(), ItemOperationsStatus.DOCUMENT_NOT_FOUND),
        (Fetch(long_id="1:9"), ItemOperationsStatus.DOCUMENT_NOT_FOUND),
        (Fetch(long_id="RgAAAAA"), ItemOperationsStatus.DOCUMENT_NOT_FOUND),
        (Fetch(file_reference="1:1:2"), ItemOperationsStatus.INVALID_ATTACHMENT),
        (
            Fetch(file_reference=KEY.seal("bob@example.org", "part", "1", "1", "2")),
            ItemOperationsStatus.INVALID_ATTACHMENT,
        ),
        (
            Fetch(file_reference=KEY.seal("alice@example.org", "part", "1", "9", "2")),
            ItemOperationsStatus.INVALID_ATTACHMENT,
        ),
        (
            Fetch(file_reference=KEY.seal("alice@example.org", "part", "1", "1", "7.7")),
            ItemOperationsStatus.INVALID_ATTACHMENT,
        ),
        (Fetch(store="DocumentLibrary", link_id="\\\\x\\y"), ItemOperationsStatus.UNKNOWN_STORE),
    ],
)
async def test_a_fetch_that_fails_does_not_hold_up_the_others(
    phone: Phone, fetch: Fetch, status: int
) -> None:
    await phone.account.items.create(1, mail("Lunch"), b"1")
    failed, good = await ask(phone, fetch, Fetch(server_id="1:1"))
    assert (failed.status, failed.properties) == (status, None)
    assert good.status == ItemOperationsStatus.SUCCESS


@pytest.mark.parametrize("store", ["Mailbox", "mailbox", "MAILBOX"])
async def test_the_name_of_the_store_has_no_case(phone: Phone, store: str) -> None:
    await phone.account.items.create(1, mail("Lunch"), b"1")
    [response] = await ask(phone, Fetch(store=store, server_id="1:1"))
    assert response.status == ItemOperationsStatus.SUCCESS


# ------------------------------------------------------------------------------ files


async def test_a_file_comes_byte_for_byte(phone: Phone) -> None:
    """R11.1; Range only where it was asked for, or iOS fetches once in vain."""
    reference = await filed(phone)
    [response] = await ask(phone, Fetch(file_reference=reference))
    file = properties(response)
    assert response.file_reference == reference
    assert (file.content_type, octets(file.data)) == ("application/octet-stream", FILE)
    assert (file.range, file.total, file.part) == (None, None, None)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("0-0", 0, 0),
        ("0-99", 0, 99),
        ("100-199", 100, 199),
        (" 5 - 9 ", 5, 9),
        ("2559-2559", 2559, 2559),
        ("2000-9999", 2000, 2559),
        ("0-999999999999", 0, 2559),
    ],
)
async def test_both_ends_of_a_range_are_included_and_the_end_may_lie_past_the_file(
    phone: Phone, asked: str, first: int, last: int
) -> None:
    [response] = await ask(phone, Fetch(file_reference=await filed(phone), options=FetchOptions(range=asked)))
    file = properties(response)
    assert octets(file.data) == FILE[first : last + 1]
    assert (file.range, file.total) == (f"{first}-{last}", len(FILE))


@pytest.mark.parametrize("asked", ["2560-2561", "9-5", "", "-5", "5-", "a-b", "0-5,7-9", "1" * 13 + "-2"])
async def test_a_range_that_names_nothing_is_refused(phone: Phone, asked: str) -> None:
    fetch = Fetch(file_reference=await filed(phone), options=FetchOptions(range=asked))
    [response] = await ask(phone, fetch)
    assert (response.status, response.properties) == (ItemOperationsStatus.INVALID_BYTE_RANGE, None)


@pytest.mark.parametrize("asked", [None, "0-0", "0-4095"])
async def test_an_empty_file_is_empty_whatever_range_is_asked_for(phone: Phone, asked: str | None) -> None:
    fetch = Fetch(file_reference=await filed(phone, b""), options=FetchOptions(range=asked))
    file = properties((await ask(phone, fetch))[0])
    assert (octets(file.data), file.range) == (b"", None)


async def test_get_attachment_gives_the_file_itself(phone: Phone) -> None:
    phone.version = Version.V12_1
    visit = phone.visit("GetAttachment", attachment_name=await filed(phone))
    raw = found(await get_attachment(None, visit), Raw)
    assert raw.type == "application/octet-stream"
    assert not isinstance(raw.body, bytes)
    assert b"".join(raw.body.chunks()) == FILE


@pytest.mark.parametrize("name", ["", "x", KEY.seal("bob@example.org", "part", "1", "1", "2")])
async def test_get_attachment_of_what_is_not_there(phone: Phone, name: str) -> None:
    with pytest.raises(NotFoundError):
        await get_attachment(None, phone.visit("GetAttachment", attachment_name=name))


# ------------------------------------------------------------------------------ multipart


async def test_in_a_multipart_answer_bodies_and_files_stand_beside_the_document(phone: Phone) -> None:
    reference = await filed(phone)
    await phone.account.items.create(1, mail("Lunch", body="Schön"), b"1")
    fetches = [
        Fetch(file_reference=reference),
        Fetch(server_id="1:2", options=PLAIN),
        Fetch(server_id="1:9"),
        Fetch(file_reference=reference, options=FetchOptions(range="0-9")),
    ]
    request = ItemOperationsRequest(fetches=fetches)
    raw = found(await item_operations(request, phone.visit(multipart=True)), Raw)
    assert raw.type == MULTIPART_TYPE
    assert not isinstance(raw.body, bytes)
    whole = b"".join(raw.body.chunks())
    assert raw.body.length == len(whole)
    document, *parts = split_multipart(whole)
    assert [bytes(part) for part in parts] == [FILE, "Schön\r\n".encode(), FILE[:10]]
    answer = decode(ItemOperationsResponse, document, Version.V14_1).value
    one, two, three, four = answer.responses
    assert isinstance(one, FetchResponse)
    assert isinstance(two, FetchResponse)
    assert isinstance(three, FetchResponse)
    assert isinstance(four, FetchResponse)
    assert (properties(one).part, properties(one).data) == (1, None)
    email = properties(two).item
    assert isinstance(email, Email)
    assert email.body is not UNSET
    assert (email.body.part, email.body.data) == (2, UNSET)
    assert three.status == ItemOperationsStatus.DOCUMENT_NOT_FOUND
    assert (properties(four).part, properties(four).range) == (3, "0-9")


# ------------------------------------------------------------------------------ emptying, moving, bounds


async def test_a_folder_is_emptied_and_those_below_it_where_asked(phone: Phone) -> None:
    below = await phone.account.folders.create("Below", 3, ItemClass.MAIL, b"1")
    for number in range(3):
        await phone.account.items.create(3, mail(f"m{number}"), bytes([number]))
    empty = EmptyFolderContents(collection_id="3")
    request = ItemOperationsRequest(empties=[empty])
    answer = found(await item_operations(request, phone.visit()), ItemOperationsResponse)
    assert answer.responses == [
        EmptyFolderContentsResponse(status=ItemOperationsStatus.SUCCESS, collection_id="3")
    ]
    assert await phone.account.feed.count(3, None) == 0
    assert below in await phone.account.folders.list()
    empty.options = EmptyFolderContentsOptions(delete_sub_folders=True)
    await item_operations(request, phone.visit())
    assert below not in await phone.account.folders.list()
    assert (await phone.folder(FolderUse.TRASH)).number == 3


@pytest.mark.parametrize("wrong", ["99", "x", ""])
async def test_a_folder_that_is_not_there_cannot_be_emptied(phone: Phone, wrong: str) -> None:
    request = ItemOperationsRequest(empties=[EmptyFolderContents(collection_id=wrong)])
    [response] = found(await item_operations(request, phone.visit()), ItemOperationsResponse).responses
    assert response.status == ItemOperationsStatus.DOCUMENT_NOT_FOUND


async def test_emptying_that_breaks_off_says_so(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise FullError("No room.")

    monkeypatch.setattr(type(phone.account.items), "empty", fail)
    request = ItemOperationsRequest(empties=[EmptyFolderContents(collection_id="3")])
    [response] = found(await item_operations(request, phone.visit()), ItemOperationsResponse).responses
    assert response.status == ItemOperationsStatus.PARTIAL_SUCCESS


async def test_conversations_are_not_moved(phone: Phone) -> None:
    request = ItemOperationsRequest(moves=[ConversationMove(conversation_id=b"c", dst_fld_id="3")])
    [response] = found(await item_operations(request, phone.visit()), ItemOperationsResponse).responses
    assert response.status == ItemOperationsStatus.ACTION_NOT_SUPPORTED


@pytest.mark.parametrize(("count", "status"), [(100, 1), (101, ItemOperationsStatus.DATA_TOO_LARGE)])
async def test_a_request_has_100_operations_at_most(phone: Phone, count: int, status: int) -> None:
    request = ItemOperationsRequest(fetches=[Fetch(server_id="1:1")] * count)
    answer = found(await item_operations(request, phone.visit()), ItemOperationsResponse)
    assert answer.status == status


async def test_items_are_shown_through_the_users_eyes(phone: Phone) -> None:
    """A mail without an author is the user's own: Android shows none without From."""
    await phone.account.items.create(1, NewMail(mime=b"Subject: s\r\n\r\nhi\r\n"), b"1")
    email = properties((await ask(phone, Fetch(server_id="1:1")))[0]).item
    assert isinstance(email, Email)
    assert email.from_ is not UNSET
    assert Mailbox("Alice", "alice@example.org").address in email.from_
