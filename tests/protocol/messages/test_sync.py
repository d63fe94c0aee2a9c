from datetime import UTC, datetime

import pytest
from msgspec import UNSET

from outrider.protocol.items.body import (
    AddAttachment,
    Attachment,
    Body,
    BodyPreference,
    BodyType,
    DeleteAttachment,
)
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email, Flag, FlagStatus, MeetingRequest, Recurrence
from outrider.protocol.messages.sync import (
    Add,
    AddResponse,
    Change,
    ChangeResponse,
    ClientAdd,
    ClientChange,
    ClientDelete,
    ClientFetch,
    Collection,
    CollectionResponse,
    Delete,
    DeleteResponse,
    FetchResponse,
    Options,
    SoftDelete,
    SyncRequest,
    SyncResponse,
)
from outrider.protocol.pages import TAGS, AirSync, Calendar, Contacts, Contacts2
from outrider.protocol.schema import Element, Malformed, Stray, decode, encode
from outrider.protocol.values import TimeZone
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

FIRST_REQUEST = SyncRequest(
    collections=[
        Collection(
            sync_key="0",
            collection_id="7",
            supported=[Contacts.FirstName, Contacts.LastName, Contacts2.NickName],
        )
    ],
)
REQUEST = SyncRequest(
    collections=[
        Collection(
            sync_key="3.17",
            collection_id="5",
            deletes_as_moves=True,
            get_changes=True,
            window_size=50,
            conversation_mode=True,
            options=[
                Options(
                    filter_type=3,
                    class_name="Email",
                    body_preference=[
                        BodyPreference(type=BodyType.HTML, truncation_size=51200, preview=255),
                        BodyPreference(type=BodyType.MIME, truncation_size=0, all_or_none=True),
                    ],
                    conflict=1,
                    mime_support=2,
                    mime_truncation=8,
                ),
                Options(filter_type=0, class_name="SMS"),
            ],
            commands=[
                ClientChange(server_id="5:12", data=Email(read=True)),
                ClientDelete(server_id="5:13"),
                ClientChange(server_id="5:14", data=Email(flag=Flag(), categories=[])),
                ClientFetch(server_id="5:15"),
            ],
        )
    ],
    heartbeat_interval=480,
    window_size=100,
    partial=True,
)
REQUEST_12_1 = SyncRequest(
    collections=[
        Collection(
            class_name="Email",
            sync_key="3.17",
            collection_id="5",
            options=[
                Options(filter_type=3, body_preference=[BodyPreference(type=BodyType.PLAIN)], mime_support=0)
            ],
        )
    ],
    wait=10,
)
DRAFTS = SyncRequest(
    collections=[
        Collection(
            sync_key="1.2",
            collection_id="3",
            commands=[
                ClientAdd(
                    client_id="c1",
                    data=Email(
                        to="bob@example.org",
                        bcc="carol@example.org",
                        subject="Draft",
                        attachments=[
                            AddAttachment(client_id="a1", content=b"\x00\xffdata", display_name="a.bin"),
                            DeleteAttachment(file_reference="3:1:0"),
                        ],
                        body=Body(type=BodyType.PLAIN, data="Hello"),
                    ),
                    send=True,
                ),
                ClientChange(server_id="3:2", data=Email(), send=True),
            ],
        )
    ]
)
MAIL = Email(
    to='"Bob" <bob@example.org>',
    from_='"Älice" <alice@example.org>',
    subject="Grüße 🌍",
    date_received=NOON,
    display_to="Bob",
    thread_topic="Grüße 🌍",
    importance=1,
    read=False,
    is_draft=False,
    attachments=[
        Attachment(
            display_name="picture.png",
            file_reference="5:12:1",
            method=1,
            estimated_data_size=2048,
            content_id="p1@example.org",
            is_inline=True,
        )
    ],
    body=Body(
        type=BodyType.HTML,
        estimated_data_size=9000,
        truncated=True,
        data="<p>Hello &amp; welcome</p>",
        preview="Hello & welcome",
    ),
    native_body_type=BodyType.HTML,
    message_class="IPM.Note",
    internet_cpid=65001,
    flag=Flag(),
    content_class="urn:content-classes:message",
    categories=["Work", "Travel"],
    conversation_id=bytes(range(16)),
    conversation_index=b"\xcb\x01\x02\x03\x04",
)
MEETING = Email(
    message_class="IPM.Schedule.Meeting.Request",
    meeting_request=MeetingRequest(
        all_day_event=False,
        start_time=NOON,
        dt_stamp=NOON,
        end_time=NOON,
        instance_type=1,
        location_text="Room 1",
        organizer="alice@example.org",
        reminder=900,
        response_requested=True,
        recurrences=[Recurrence(type=1, interval=1, until=NOON, day_of_week=2)],
        sensitivity=0,
        busy_status=2,
        time_zone=TimeZone(bias=-60, standard_name="CET"),
        global_obj_id="BAAAAIIA4AB0xbcQGoLgCA==",
        disallow_new_time_proposal=False,
        meeting_message_type=1,
    ),
)
PERSON = Contact(
    file_as="Example, Bob",
    first_name="Bob",
    last_name="Example",
    nick_name="Bobby",
    email1_address="bob@example.org",
    mobile_phone_number="+44 20 7946 0000",
    birthday=datetime(1980, 2, 29, tzinfo=UTC),
    children=["Ann", "Ben"],
    picture=b"\xff\xd8\xff\xe0",
    body=Body(type=BodyType.PLAIN, estimated_data_size=5, data="Notes"),
)
RESPONSE = SyncResponse(
    collections=[
        CollectionResponse(
            sync_key="3.18",
            collection_id="5",
            status=1,
            more_available=True,
            responses=[
                AddResponse(client_id="c1", server_id="5:20", status=1),
                ChangeResponse(server_id="5:12", status=8),
                DeleteResponse(server_id="5:13", status=8),
                FetchResponse(server_id="5:15", status=1, data=Email(read=True)),
            ],
            commands=[
                Add(server_id="5:19", data=MAIL),
                Change(
                    server_id="5:18",
                    data=Email(read=True, flag=Flag(status=FlagStatus.ACTIVE, flag_type="Follow up")),
                ),
                Delete(server_id="5:17"),
                SoftDelete(server_id="5:1"),
            ],
        )
    ]
)
CONTACTS_RESPONSE = SyncResponse(
    collections=[
        CollectionResponse(
            sync_key="1.1", collection_id="7", status=1, commands=[Add(server_id="7:1", data=PERSON)]
        )
    ]
)
MEETING_RESPONSE = SyncResponse(
    collections=[
        CollectionResponse(
            sync_key="1.1", collection_id="5", status=1, commands=[Add(server_id="5:1", data=MEETING)]
        )
    ]
)

PAIRS = [
    Pair("sync-001", Version.V14_1, FIRST_REQUEST),
    Pair("sync-002", Version.V14_1, REQUEST),
    Pair("sync-003", Version.V12_1, REQUEST_12_1),
    Pair("sync-004", Version.V16_1, DRAFTS),
    Pair("sync-005", Version.V16_1, RESPONSE),
    Pair("sync-006", Version.V12_1, CONTACTS_RESPONSE),
    Pair("sync-007", Version.V14_1, MEETING_RESPONSE),
    Pair("sync-008", Version.V14_1, SyncResponse(status=14, limit=59)),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


def parse(text: str, version: Version = Version.V14_1) -> SyncRequest:
    spaces = " ".join(
        f'xmlns:{prefix.lower()}="{prefix}"'
        for prefix in ("AirSync", "AirSyncBase", "Email", "Email2", "Contacts", "Tasks", "Calendar")
    )
    return decode(SyncRequest, load(f"<Sync xmlns='AirSync' {spaces}>{text}</Sync>", TAGS), version).value


def parse_collection(text: str, version: Version = Version.V14_1) -> Collection:
    return parse(f"<Collections><Collection>{text}</Collection></Collections>", version).collections[0]


def parse_change(text: str) -> ClientChange:
    collection = parse_collection(f"<Commands><Change>{text}</Change></Commands>")
    change = collection.commands[0]
    assert isinstance(change, ClientChange)
    return change


def test_children_are_read_in_any_order() -> None:
    assert parse_collection(
        "<Options><MIMESupport>2</MIMESupport><FilterType>2</FilterType></Options><GetChanges/>"
        "<CollectionId>5</CollectionId><WindowSize>10</WindowSize><SyncKey>1.1</SyncKey>"
    ) == Collection(
        sync_key="1.1",
        collection_id="5",
        get_changes=True,
        window_size=10,
        options=[Options(filter_type=2, mime_support=2)],
    )


@pytest.mark.parametrize(
    ("text", "expected"), [("<GetChanges/>", True), ("<GetChanges>0</GetChanges>", False), ("", None)]
)
def test_an_empty_tag_is_yes_and_none_is_silence(text: str, expected: bool | None) -> None:
    assert parse_collection(text).get_changes is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("<Supported/>", []),
        ("<Supported><contacts:FirstName/></Supported>", [Contacts.FirstName]),
        (
            "<Supported><contacts:Birthday/><calendar:Location/></Supported>",
            [Contacts.Birthday, Calendar.Location],
        ),
    ],
)
def test_the_supported_list_keeps_which_tags_it_names(text: str, expected: list[object] | None) -> None:
    assert parse_collection(text).supported == expected


@pytest.mark.parametrize("text", ["", "<Collections/>"])
def test_a_request_may_name_no_folder(text: str) -> None:
    assert parse(text) == SyncRequest()


def test_a_class_in_the_collection_is_of_12_1_and_passed_over_later() -> None:
    text = "<Collections><Collection><Class>Email</Class><SyncKey>0</SyncKey></Collection></Collections>"
    data = load(f"<Sync xmlns='AirSync'>{text}</Sync>", TAGS)
    old = decode(SyncRequest, data, Version.V12_1)
    new = decode(SyncRequest, data, Version.V14_0)
    assert old.value.collections[0].class_name == "Email"
    assert (new.value.collections[0].class_name, new.strays) == (
        None,
        (Stray(AirSync.Collection, AirSync.Class),),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<email:Flag/>", Email(flag=Flag()), id="an empty flag clears"),
        pytest.param("<email:Read/>", Email(read=True), id="an empty Read is true"),
        pytest.param("<email:Read>0</email:Read>", Email(read=False), id="unread"),
        pytest.param("<email:Categories/>", Email(categories=[]), id="no category left"),
        pytest.param(
            "<contacts:Birthday/><contacts:FirstName/>",
            Contact(birthday=None, first_name=""),
            id="empty is not absent",
        ),
        pytest.param("<contacts:Picture/>", Contact(picture=b""), id="an empty picture"),
        pytest.param(
            "<airsyncbase:Body><airsyncbase:Type>1</airsyncbase:Type></airsyncbase:Body>"
            "<contacts:FileAs>Bob</contacts:FileAs>",
            Contact(body=Body(type=BodyType.PLAIN), file_as="Bob"),
            id="the class shows after a body",
        ),
        pytest.param("", Email(), id="nothing at all"),
    ],
)
def test_application_data_is_the_class_that_knows_its_children(text: str, expected: Element) -> None:
    assert parse_change(f"<ServerId>5:1</ServerId><ApplicationData>{text}</ApplicationData>").data == expected


@pytest.mark.parametrize("text", ["<Delete/>", "<Delete><ServerId/></Delete>"])
def test_an_empty_id_does_not_spoil_the_request(text: str) -> None:
    assert parse_collection(f"<Commands>{text}</Commands>").commands == [ClientDelete(server_id="")]


def test_commands_keep_their_order() -> None:
    text = "<Delete><ServerId>1</ServerId></Delete><Fetch><ServerId>2</ServerId></Fetch><Delete/>"
    assert parse_collection(f"<Commands>{text}</Commands>").commands == [
        ClientDelete(server_id="1"),
        ClientFetch(server_id="2"),
        ClientDelete(),
    ]


def test_an_instance_is_named_in_the_compact_form() -> None:
    request = SyncRequest(
        collections=[Collection(commands=[ClientDelete(server_id="4:1", instance_id=NOON)])]
    )
    data = bytes(encode(request, Version.V16_0))
    assert b"20260301T120000Z" in data
    assert decode(SyncRequest, data, Version.V16_0).value == request


@pytest.mark.parametrize(
    ("version", "absent"),
    [
        (
            Version.V12_1,
            {
                "bcc", "is_draft", "sender", "categories", "conversation_id", "account_id", "body_part",
                "um_caller_id", "last_verb_executed",
            },
        ),
        (Version.V14_0, {"bcc", "is_draft", "account_id", "body_part"}),
        (Version.V14_1, {"bcc", "is_draft"}),
        (Version.V16_1, set()),
    ],
)  # fmt: skip
def test_a_mail_is_written_without_what_the_version_lacks(version: Version, absent: set[str]) -> None:
    mail = Email(
        to="bob@example.org",
        bcc="carol@example.org",
        sender="alice@example.org",
        is_draft=True,
        categories=["a"],
        conversation_id=b"1",
        account_id="1",
        um_caller_id="1",
        last_verb_executed=1,
    )
    response = SyncResponse(
        collections=[
            CollectionResponse(
                sync_key="1", collection_id="5", status=1, commands=[Add(server_id="5:1", data=mail)]
            )
        ]
    )
    decoded = decode(SyncResponse, bytes(encode(response, version)))
    add = decoded.value.collections[0].commands[0]
    assert isinstance(add, Add)
    lost = {
        name
        for name in mail.__struct_fields__
        if getattr(mail, name) is not UNSET and getattr(add.data, name) is UNSET
    }
    assert lost == absent - {"body_part"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("<email:DateReceived>yesterday</email:DateReceived>", 104),
        ("<email:Importance>very</email:Importance>", 103),
        ("<email:Read>0</email:Read><email:Flag><email:Status>x</email:Status></email:Flag>", 103),
        ("<airsyncbase:Body><airsyncbase:Type>9</airsyncbase:Type></airsyncbase:Body>", 103),
    ],
)
def test_a_malformed_item_does_not_spoil_the_others(text: str, status: int) -> None:
    collection = parse_collection(
        f"<SyncKey>1.1</SyncKey><Commands><Add><ApplicationData>{text}</ApplicationData>"
        "<ClientId>1</ClientId></Add><Delete><ServerId>5:1</ServerId></Delete></Commands>"
        "<CollectionId>5</CollectionId>"
    )
    add, delete = collection.commands
    assert isinstance(add, ClientAdd)
    assert isinstance(add.data, Malformed)
    assert (add.client_id, add.data.status) == ("1", status)
    assert delete == ClientDelete(server_id="5:1")
    assert collection.collection_id == "5"
