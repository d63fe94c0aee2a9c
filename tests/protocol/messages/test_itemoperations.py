from outrider.protocol.items.body import Body, BodyPreference, BodyType
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.messages.itemoperations import (
    ConversationMove,
    ConversationMoveOptions,
    ConversationMoveResponse,
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
from outrider.protocol.pages import TAGS, Email2
from outrider.protocol.pages import Email as EmailPage
from outrider.protocol.schema import decode, encode
from outrider.protocol.values import Blob
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair(
        "itemoperations-001",
        Version.V14_1,
        ItemOperationsRequest(
            fetches=[
                Fetch(
                    collection_id="5",
                    server_id="5:1",
                    options=FetchOptions(
                        mime_support=2, body_preference=[BodyPreference(type=BodyType.MIME)]
                    ),
                ),
                Fetch(file_reference="5:1:2", options=FetchOptions(range="0-999")),
                Fetch(
                    long_id="RgAAAAA",
                    options=FetchOptions(schema=[EmailPage.Subject, Email2.ConversationId]),
                ),
            ]
        ),
    ),
    Pair(
        "itemoperations-002",
        Version.V14_1,
        ItemOperationsResponse(
            status=1,
            responses=[
                FetchResponse(
                    status=1,
                    collection_id="5",
                    server_id="5:1",
                    class_name="Email",
                    properties=Properties(
                        item=Email(
                            subject="Hello",
                            read=True,
                            body=Body(
                                type=BodyType.MIME,
                                estimated_data_size=20,
                                data="Subject: Hello\r\n\r\nHi",
                            ),
                        )
                    ),
                ),
                FetchResponse(
                    status=1,
                    file_reference="5:1:2",
                    properties=Properties(content_type="image/png", range="0-3", total=4, data=b"\x89PNG"),
                ),
                FetchResponse(status=6, long_id="RgAAAAA"),
            ],
        ),
    ),
    Pair(
        "itemoperations-003",
        Version.V12_1,
        ItemOperationsRequest(
            empties=[
                EmptyFolderContents(
                    collection_id="4", options=EmptyFolderContentsOptions(delete_sub_folders=True)
                )
            ]
        ),
    ),
    Pair(
        "itemoperations-004",
        Version.V12_1,
        ItemOperationsResponse(
            status=1, responses=[EmptyFolderContentsResponse(status=1, collection_id="4")]
        ),
    ),
    Pair(
        "itemoperations-005",
        Version.V14_0,
        ItemOperationsRequest(
            moves=[
                ConversationMove(
                    conversation_id=bytes(range(16)),
                    dst_fld_id="8",
                    options=ConversationMoveOptions(move_always=True),
                )
            ]
        ),
    ),
    Pair(
        "itemoperations-006",
        Version.V14_0,
        ItemOperationsResponse(
            status=1, responses=[ConversationMoveResponse(status=1, conversation_id=bytes(range(16)))]
        ),
    ),
    Pair(
        "itemoperations-007",
        Version.V14_1,
        ItemOperationsResponse(
            status=1,
            responses=[
                FetchResponse(
                    status=1,
                    file_reference="5:1:2",
                    properties=Properties(content_type="image/png", total=4, part=1),
                ),
                FetchResponse(
                    status=1,
                    collection_id="5",
                    server_id="5:1",
                    class_name="Email",
                    properties=Properties(
                        item=Email(body=Body(type=BodyType.HTML, estimated_data_size=10, part=2))
                    ),
                ),
            ],
        ),
    ),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


def test_operations_of_several_kinds_are_told_apart() -> None:
    text = (
        "<ItemOperations xmlns='ItemOperations' xmlns:a='AirSync'>"
        "<Fetch><Store>Mailbox</Store><a:CollectionId>5</a:CollectionId><a:ServerId>5:1</a:ServerId></Fetch>"
        "<EmptyFolderContents><a:CollectionId>4</a:CollectionId></EmptyFolderContents>"
        "<Fetch><Store>Mailbox</Store><a:CollectionId>5</a:CollectionId><a:ServerId>5:2</a:ServerId></Fetch>"
        "</ItemOperations>"
    )
    request = decode(ItemOperationsRequest, load(text, TAGS), Version.V14_1).value
    assert [fetch.server_id for fetch in request.fetches] == ["5:1", "5:2"]
    assert request.empties == [EmptyFolderContents(collection_id="4")]


def test_a_contact_stands_directly_among_the_properties() -> None:
    properties = Properties(item=Contact(file_as="Bob", body=Body(type=BodyType.PLAIN, data="notes")))
    assert decode(Properties, bytes(encode(properties, Version.V14_1))).value == properties


def test_attachments_are_text_in_base64_also_from_a_blob() -> None:
    data = bytes(range(256))
    blob = Blob(len(data), lambda: [data[:100], data[100:]])
    written = bytes(encode(Properties(data=blob), Version.V14_1))
    assert written == bytes(encode(Properties(data=data), Version.V14_1))
    assert decode(Properties, written).value.data == data
