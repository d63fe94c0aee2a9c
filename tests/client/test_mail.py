from __future__ import annotations

import httpx2
import pytest

from outrider.client import Body, BodyType, Client, ClientError, Email, Version
from outrider.client.mail import (
    Answering,
    answer_mail,
    empty_folder,
    estimate,
    fetch_file,
    fetch_item,
    fetch_mime,
    get_attachment,
    move_items,
    send_mail,
)
from outrider.protocol.messages.composemail import (
    SendMailRequest,
    SendMailResponse,
    SmartForwardRequest,
    SmartReplyRequest,
)
from outrider.protocol.messages.itemestimate import (
    Estimate,
    EstimateResponse,
    GetItemEstimateRequest,
    GetItemEstimateResponse,
)
from outrider.protocol.messages.itemoperations import (
    EmptyFolderContentsResponse,
    FetchResponse,
    ItemOperationsRequest,
    ItemOperationsResponse,
    Properties,
)
from outrider.protocol.messages.moveitems import MoveItemsResponse, MoveResponse
from outrider.protocol.multipart import MULTIPART_TYPE, MultiPart
from outrider.protocol.schema import encode
from tests.client.fakes import Server

MIME = b"To: bob@example.org\r\n\r\nHello.\r\n"


def fetched(properties: Properties | None, status: int = 1) -> ItemOperationsResponse:
    return ItemOperationsResponse(status=1, responses=[FetchResponse(status=status, properties=properties)])


def multipart(properties: Properties, *parts: bytes) -> httpx2.Response:
    whole = bytes(MultiPart(encode(fetched(properties), Version.V14_1), parts))
    return httpx2.Response(200, content=whole, headers={"Content-Type": MULTIPART_TYPE})


async def test_from_14_0_a_mail_is_sent_in_a_document() -> None:
    server = Server(Version.V14_0, says=[None])
    async with server.client() as client:
        await send_mail(client, MIME, client_id="once")
    request = server.asked[0].read(SendMailRequest)
    assert (request.client_id, request.save_in_sent_items, request.mime) == ("once", True, MIME)


async def test_below_14_0_a_mail_is_the_body() -> None:
    server = Server(Version.V12_1, says=[None])
    async with server.client() as client:
        await send_mail(client, MIME)
    [asked] = server.asked
    assert (asked.command, asked.body, asked.line.save_in_sent) == ("SendMail", MIME, True)


async def test_a_mail_that_is_not_sent_is_an_error() -> None:
    async with Server(says=[SendMailResponse(status=118)]).client() as client:
        with pytest.raises(ClientError) as refused:
            await send_mail(client, MIME)
    assert refused.value.status == 118


@pytest.mark.parametrize(
    ("how", "cls"), [(Answering.REPLY, SmartReplyRequest), (Answering.FORWARD, SmartForwardRequest)]
)
async def test_an_answer_names_its_source(
    how: Answering, cls: type[SmartReplyRequest | SmartForwardRequest]
) -> None:
    server = Server(says=[None])
    async with server.client() as client:
        await answer_mail(client, MIME, ("1", "1:1"), how=how, replace=True, client_id="once")
    request = server.asked[0].read(cls)
    assert request.source
    assert request.client_id == "once"
    assert (request.source.folder_id, request.source.item_id, request.replace_mime) == ("1", "1:1", True)


async def test_below_14_0_an_answer_names_its_source_in_the_query() -> None:
    server = Server(Version.V12_1, says=[None])
    async with server.client() as client:
        await answer_mail(client, MIME, ("1", "1:1"), how=Answering.FORWARD, save=False)
    line = server.asked[0].line
    assert (line.command, line.parameters.collection_id, line.parameters.item_id) == (
        "SmartForward",
        "1",
        "1:1",
    )
    assert not line.save_in_sent


async def test_an_item_is_fetched() -> None:
    mail = Email(subject="One", body=Body(type=BodyType.HTML, data="<p>"))
    server = Server(says=[fetched(Properties(item=mail))])
    async with server.client() as client:
        assert await fetch_item(client, "1", "1:1") == mail
    [fetch] = server.asked[0].read(ItemOperationsRequest).fetches
    assert (fetch.collection_id, fetch.server_id) == ("1", "1:1")


async def test_a_body_beside_the_document_comes_into_its_place() -> None:
    mail = Email(subject="One", body=Body(type=BodyType.MIME, part=1))
    server = Server(says=[multipart(Properties(item=mail), MIME)])
    async with server.client() as client:
        found = await fetch_item(client, "1", "1:1", mime=True, multipart=True)
    assert isinstance(found, Email)
    assert found.body == Body(type=BodyType.MIME, data=MIME)
    assert server.asked[0].line.accept_multipart


@pytest.mark.parametrize("data", [MIME, MIME.decode()])
async def test_a_mail_is_fetched_as_it_was_written(data: str | bytes) -> None:
    mail = Email(body=Body(type=BodyType.MIME, data=data))
    async with Server(says=[fetched(Properties(item=mail))]).client() as client:
        assert await fetch_mime(client, "1", "1:1") == MIME


@pytest.mark.parametrize("beside", [False, True])
async def test_a_file_is_fetched(beside: bool) -> None:
    inline = fetched(Properties(content_type="image/png", range="1-3", total=9, data=b"png"))
    apart = multipart(Properties(content_type="image/png", range="1-3", total=9, part=1), b"png")
    async with Server(says=[apart if beside else inline]).client() as client:
        file = await fetch_file(client, "ref", range=(1, 3), multipart=beside)
    assert (file.data, file.content_type, file.range, file.total) == (b"png", "image/png", "1-3", 9)


async def test_a_part_that_is_not_there_is_an_error() -> None:
    async with Server(says=[multipart(Properties(part=2), b"one")]).client() as client:
        with pytest.raises(ClientError, match="no part 2"):
            await fetch_file(client, "ref", multipart=True)


@pytest.mark.parametrize(
    "answer",
    [fetched(None, status=15), ItemOperationsResponse(status=2), ItemOperationsResponse(status=1), None],
)
async def test_a_fetch_that_fails_is_an_error(answer: ItemOperationsResponse | None) -> None:
    async with Server(says=[answer]).client() as client:
        with pytest.raises(ClientError):
            await fetch_file(client, "ref")


async def test_up_to_12_1_an_attachment_is_the_body() -> None:
    answer = httpx2.Response(200, content=b"png", headers={"Content-Type": "image/png"})
    server = Server(Version.V12_1, says=[answer])
    async with server.client() as client:
        file = await get_attachment(client, "a ref")
    assert (file.data, file.content_type) == (b"png", "image/png")
    assert server.asked[0].line.parameters.attachment_name == "a ref"


async def test_a_folder_is_emptied() -> None:
    def answer(status: int) -> ItemOperationsResponse:
        return ItemOperationsResponse(status=1, responses=[EmptyFolderContentsResponse(status=status)])

    server = Server(says=[answer(1), answer(3)])
    async with server.client() as client:
        await empty_folder(client, "3", subfolders=True)
        with pytest.raises(ClientError):
            await empty_folder(client, "3")
    [empty] = server.asked[0].read(ItemOperationsRequest).empties
    assert empty.options
    assert empty.options.delete_sub_folders


async def moved(client: Client) -> list[str]:
    return await move_items(client, [("1:1", "1", "2"), ("1:2", "1", "2")])


async def test_items_are_moved_in_the_order_they_were_named() -> None:
    one = MoveResponse(src_msg_id="1:1", status=3, dst_msg_id="2:7")
    two = MoveResponse(src_msg_id="1:2", status=3, dst_msg_id="2:8")
    async with Server(says=[MoveItemsResponse(responses=[two, one])]).client() as client:
        assert await moved(client) == ["2:7", "2:8"]


@pytest.mark.parametrize(
    "answer",
    [
        MoveItemsResponse(responses=[MoveResponse(src_msg_id="1:1", status=1)]),
        MoveItemsResponse(responses=[]),
        MoveItemsResponse(status=5),
        None,
    ],
)
async def test_a_move_that_fails_is_an_error(answer: MoveItemsResponse | None) -> None:
    async with Server(says=[answer]).client() as client:
        with pytest.raises(ClientError):
            await moved(client)


@pytest.mark.parametrize("version", [Version.V12_1, Version.V14_0])
async def test_changes_are_counted(version: Version) -> None:
    counted = EstimateResponse(status=1, collection=Estimate(collection_id="1", estimate=7))
    server = Server(version, says=[GetItemEstimateResponse(responses=[counted])])
    async with server.client() as client:
        assert await estimate(client, {"1": "1.1"}, 3) == {"1": 7}
    [asked] = server.asked[0].read(GetItemEstimateRequest).collections
    assert (asked.filter_type, [one.filter_type for one in asked.options]) == (
        (3, []) if version < Version.V14_0 else (None, [3])
    )


async def test_a_count_that_fails_is_an_error() -> None:
    async with Server(
        says=[GetItemEstimateResponse(responses=[EstimateResponse(status=4)])]
    ).client() as client:
        with pytest.raises(ClientError) as refused:
            await estimate(client, {"1": "1.1"})
    assert refused.value.status == 4
