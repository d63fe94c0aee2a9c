"""Whatever comes in, the answer is a documented status or 400, never a traceback, and nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio

from outrider.commands.registry import ROOTS
from outrider.commands.table import COMMANDS
from outrider.main import Running
from outrider.protocol.items.body import Body, BodyPreference, BodyType
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email, Flag
from outrider.protocol.messages.composemail import (
    SendMailRequest,
    SmartForwardRequest,
    SmartReplyRequest,
    Source,
)
from outrider.protocol.messages.find import (
    ExecuteSearch,
    FindOptions,
    FindQuery,
    FindRequest,
    MailboxCriterion,
)
from outrider.protocol.messages.folders import (
    FolderCreateRequest,
    FolderDeleteRequest,
    FolderSyncRequest,
    FolderUpdateRequest,
)
from outrider.protocol.messages.itemestimate import EstimateCollection, GetItemEstimateRequest
from outrider.protocol.messages.itemoperations import Fetch, FetchOptions, ItemOperationsRequest
from outrider.protocol.messages.meetingresponse import MeetingAnswer, MeetingResponseRequest, UserResponse
from outrider.protocol.messages.moveitems import ItemMove, MoveItemsRequest
from outrider.protocol.messages.ping import PingFolder, PingRequest
from outrider.protocol.messages.provision import PolicyRequest, ProvisionRequest
from outrider.protocol.messages.resolverecipients import ResolveOptions, ResolveRecipientsRequest
from outrider.protocol.messages.search import (
    MAILBOX,
    And,
    Conditions,
    Query,
    SearchOptions,
    SearchRequest,
    SearchStore,
)
from outrider.protocol.messages.settings import DeviceInformation, DeviceSet, SettingsRequest
from outrider.protocol.messages.sync import (
    ClientAdd,
    ClientChange,
    ClientDelete,
    Collection,
    Options,
    SyncRequest,
)
from outrider.protocol.messages.validatecert import ValidateCertRequest
from outrider.protocol.request import RequestLine, encode_plain
from outrider.protocol.schema import Element, encode
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version
from outrider.wbxml.reader import read
from tests.commands.fakes import basic
from tests.e2e.house import ALICE, PASSWORD, account, client, configured, house, mail
from tests.http.serving import Answer
from tests.http.serving import Client as Connection
from tests.http.serving import post as written

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEVICE = "DEVICE1"
SIGNED = basic(ALICE, PASSWORD)
SHORT = b"To: alice@example.org\r\n\r\nx"

REQUESTS: dict[str, Element] = {
    "Sync": SyncRequest(
        collections=[
            Collection(
                sync_key="1.1",
                collection_id="1",
                options=[Options(filter_type=0, body_preference=[BodyPreference(type=BodyType.PLAIN)])],
                commands=[
                    ClientChange(server_id="1:1", data=Email(read=True, flag=Flag())),
                    ClientDelete(server_id="1:1"),
                    ClientAdd(client_id="a", data=Contact(first_name="C", body=Body(type=BodyType.PLAIN))),
                ],
            )
        ],
        window_size=10,
    ),
    "FolderSync": FolderSyncRequest(sync_key="1.1"),
    "FolderCreate": FolderCreateRequest(sync_key="1.1", parent_id="0", display_name="Made", type=12),
    "FolderUpdate": FolderUpdateRequest(sync_key="1.1", server_id="1", parent_id="0", display_name="Renamed"),
    "FolderDelete": FolderDeleteRequest(sync_key="1.1", server_id="1"),
    "GetItemEstimate": GetItemEstimateRequest(
        collections=[EstimateCollection(sync_key="1.1", collection_id="1")]
    ),
    "MeetingResponse": MeetingResponseRequest(
        requests=[MeetingAnswer(user_response=UserResponse.ACCEPTED, collection_id="1", request_id="1:1")]
    ),
    "MoveItems": MoveItemsRequest(moves=[ItemMove(src_msg_id="1:1", src_fld_id="1", dst_fld_id="3")]),
    "Ping": PingRequest(heartbeat_interval=60, folders=[PingFolder(id="1", class_name="Email")]),
    "SendMail": SendMailRequest(client_id="x", save_in_sent_items=True, mime=SHORT),
    "SmartReply": SmartReplyRequest(client_id="x", source=Source(folder_id="1", item_id="1:1"), mime=SHORT),
    "SmartForward": SmartForwardRequest(
        client_id="x", source=Source(folder_id="1", item_id="1:1"), mime=SHORT
    ),
    "ItemOperations": ItemOperationsRequest(
        fetches=[Fetch(collection_id="1", server_id="1:1", options=FetchOptions(range="0-5"))]
    ),
    "Provision": ProvisionRequest(policies=[PolicyRequest(policy_type="MS-EAS-Provisioning-WBXML")]),
    "Settings": SettingsRequest(device_information=DeviceInformation(set=DeviceSet(model="m"))),
    "Search": SearchRequest(
        store=SearchStore(
            name=MAILBOX,
            query=Query(ands=[And(conditions=Conditions(class_names=["Email"], free_texts=["first"]))]),
            options=SearchOptions(range="0-9"),
        )
    ),
    "Find": FindRequest(
        search_id="1",
        execute=ExecuteSearch(
            mailbox=MailboxCriterion(query=FindQuery(free_text="first"), options=FindOptions(range="0-9"))
        ),
    ),
    "ResolveRecipients": ResolveRecipientsRequest(
        to=["alice"], options=ResolveOptions(certificate_retrieval=2, max_certificates=1)
    ),
    "ValidateCert": ValidateCertRequest(certificates=[memoryview(b"x")]),
}


NEWER = {"Find": Version.V16_1}


def version_of(command: str) -> Version:
    """14.1, or the first version that has the command."""
    return NEWER.get(command, Version.V14_1)


@dataclass
class Wire:
    """A connection to the server that writes what it is told to."""

    running: Running
    connection: Connection
    device: str
    key: int

    def line(self, command: str, version: Version = Version.V14_1) -> RequestLine:
        return RequestLine(
            command=command,
            device_id=self.device,
            device_type="phone",
            version=version,
            user=ALICE,
            policy_key=self.key,
        )

    async def post(
        self, command: str, body: bytes, version: Version = Version.V14_1, **headers: str
    ) -> Answer:
        return await self.ask(written(body, self.line(command, version), Authorization=SIGNED, **headers))  # type: ignore[arg-type]

    async def ask(self, request: bytes) -> Answer:
        async with asyncio.timeout(20):
            answer = await self.connection.ask(request)
        assert b"Traceback" not in answer.body
        return answer

    async def state(self) -> object:
        """All that a request could have left behind, but for the date of the last visit."""
        box, parts = account(self.running), self.running.parts
        folders = await box.folders.list()
        cursors = [await box.feed.cursor(folder.number) for folder in folders]
        devices = [device.id for device in await parts.store.devices.all(ALICE)]
        requests = [await parts.store.requests.get(ALICE, DEVICE, name) for name in ("Sync", "Ping")]
        return folders, cursors, devices, requests


def status(answer: Answer) -> int:
    """The status in the root element of the answer."""
    events = list(read(answer.body))
    numbers = [content for _, content in events if isinstance(content, str) and content.isdecimal()]
    return int(numbers[0])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """One server for all: none of this may leave a trace."""
    async with house(configured(tmp_path_factory.mktemp("data"))) as server:
        await server.parts.delivery.deliver([ALICE], mail("First"))
        yield server


async def provisioned(running: Running, device: str) -> int:
    async with client(running, Version.V14_1, device) as one:
        return (await one.provision()).key


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def key(running: Running) -> int:
    """The policy key of the device."""
    return await provisioned(running, DEVICE)


@asynccontextmanager
async def wired(running: Running, device: str, key: int) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection(*running.server.address)
    try:
        yield Wire(running, Connection(reader, writer), device, key)
    finally:
        writer.close()
        await writer.wait_closed()


@pytest_asyncio.fixture(loop_scope="module")
async def wire(running: Running, key: int) -> AsyncIterator[Wire]:
    async with wired(running, DEVICE, key) as made:
        yield made


async def test_every_command_with_a_body_is_tried() -> None:
    assert REQUESTS.keys() == {one.name for one in COMMANDS if one.request is not None}


@pytest.mark.parametrize("command", REQUESTS)
async def test_a_document_cut_anywhere_does_nothing(wire: Wire, command: str) -> None:
    whole = bytes(encode(REQUESTS[command], version_of(command)))
    before = await wire.state()
    for end in range(1, len(whole)):
        answer = await wire.post(command, whole[:end], version_of(command))
        assert answer.status == 200
        assert status(answer) == CommonStatus.INVALID_WBXML, end
    assert await wire.state() == before


@pytest.mark.parametrize(
    "command", sorted(REQUESTS.keys() - NEWER.keys() - {"SendMail", "SmartReply", "SmartForward"})
)
async def test_below_14_0_a_broken_document_is_400(wire: Wire, command: str) -> None:
    whole = bytes(encode(REQUESTS[command], Version.V12_1))
    before = await wire.state()
    for end in (1, len(whole) // 2, len(whole) - 1):
        assert (await wire.post(command, whole[:end], Version.V12_1)).status == 400
    assert await wire.state() == before


@pytest.mark.parametrize("command", REQUESTS)
async def test_the_document_of_another_command_is_refused(wire: Wire, command: str) -> None:
    other = REQUESTS["Ping" if command != "Ping" else "Sync"]
    answer = await wire.post(command, bytes(encode(other, version_of(command))), version_of(command))
    assert (answer.status, status(answer)) == (200, CommonStatus.INVALID_XML)


@pytest.mark.parametrize("command", REQUESTS)
async def test_a_wrong_content_type_is_refused(wire: Wire, command: str) -> None:
    before = await wire.state()
    version = version_of(command)
    whole = bytes(encode(REQUESTS[command], version))
    answer = await wire.post(command, whole, version, Content_Type="text/html")
    assert (answer.status, status(answer)) == (200, CommonStatus.INVALID_CONTENT)
    assert await wire.state() == before


@pytest.mark.parametrize("command", sorted(ROOTS.keys() & REQUESTS.keys() - {"Sync", "Ping"}))
async def test_a_body_that_is_missing_is_400(wire: Wire, command: str) -> None:
    assert (await wire.post(command, b"", version_of(command))).status == 400


@pytest.mark.parametrize(("command", "said"), [("Sync", 13), ("Ping", 3)])
async def test_nothing_to_repeat_has_a_status(running: Running, command: str, said: int) -> None:
    fresh = f"FRESH{command}"
    async with wired(running, fresh, await provisioned(running, fresh)) as wire:
        answer = await wire.post(command, b"")
    assert (answer.status, status(answer)) == (200, said)


GOOD = encode_plain(RequestLine(command="Ping", device_id=DEVICE, device_type="phone", version=Version.V14_1))


@pytest.mark.parametrize(
    ("query", "version", "wanted"),
    [
        ("", "14.1", 400),
        ("Cmd=", "14.1", 501),
        ("Cmd=Launch&DeviceId=A&DeviceType=B", "14.1", 501),
        ("Cmd=GetAttachment&DeviceId=A&DeviceType=B", "14.1", 501),
        ("Cmd=Ping", "14.1", 400),
        ("Cmd=Ping&DeviceId=&DeviceType=B", "14.1", 400),
        (f"Cmd=Ping&DeviceId={'A' * 65}&DeviceType=B", "14.1", 400),
        ("Cmd=Ping&DeviceId=..%2F..%2Fetc&DeviceType=", "14.1", 400),
        ("Cmd=Ping&DeviceId=A%20B&DeviceType=C", "14.1", 400),
        (GOOD, "", 400),
        (GOOD, "99.9", 400),
        (GOOD, "2.5", 400),
        ("jQ", "14.1", 400),
        ("%%%", "14.1", 400),
        ("/" * 300, "14.1", 400),
    ],
)
async def test_an_absurd_request_line_is_refused(wire: Wire, query: str, version: str, wanted: int) -> None:
    before = await wire.state()
    rows = [
        f"POST /Microsoft-Server-ActiveSync?{query} HTTP/1.1",
        "Host: mail.example.org",
        f"Authorization: {SIGNED}",
        *([f"MS-ASProtocolVersion: {version}"] if version else []),
        "Content-Length: 0",
    ]
    answer = await wire.ask("\r\n".join([*rows, "", ""]).encode())
    assert answer.status == wanted
    assert await wire.state() == before


@pytest.mark.parametrize("key", ["-1", "abc", "99999999999"])
async def test_an_absurd_policy_key_is_a_wrong_one(wire: Wire, key: str) -> None:
    body = bytes(encode(FolderSyncRequest(sync_key="0"), Version.V14_1))
    answer = await wire.post("FolderSync", body, X_MS_PolicyKey=key)
    assert answer.status == 200
    assert [content for _, content in read(answer.body) if isinstance(content, str)] == ["144"]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (Collection(sync_key="", collection_id="1"), 4),
        (Collection(sync_key="x", collection_id="1"), 3),
        (Collection(sync_key="1." + "9" * 60, collection_id="1"), 3),
        (Collection(sync_key="-1.-1", collection_id="1"), 3),
        (Collection(sync_key="0", collection_id="../1"), 8),
        (Collection(sync_key="0", collection_id=""), 8),
        (Collection(sync_key="0", collection_id="99999"), 12),
        (Collection(sync_key="0", collection_id="9" * 64), 8),
    ],
)
async def test_an_absurd_collection_has_its_status(wire: Wire, request_: Collection, said: int) -> None:
    answer = await wire.post("Sync", bytes(encode(SyncRequest(collections=[request_]), Version.V14_1)))
    assert answer.status == 200
    told = [content for _, content in read(answer.body) if isinstance(content, str)]
    assert str(said) in told


@pytest.mark.parametrize(
    ("command", "request_", "said"),
    [
        ("FolderSync", FolderSyncRequest(sync_key="x"), 9),
        ("FolderCreate", FolderCreateRequest(sync_key="9.9", parent_id="0", display_name="x", type=12), 9),
        ("FolderDelete", FolderDeleteRequest(sync_key="0", server_id="x"), 4),
        ("Ping", PingRequest(heartbeat_interval=-5, folders=[PingFolder(id="1")]), 5),
        ("Ping", PingRequest(heartbeat_interval=10**9, folders=[PingFolder(id="1")]), 5),
        ("Ping", PingRequest(heartbeat_interval=60, folders=[PingFolder(id=str(n)) for n in range(301)]), 6),
        ("Sync", SyncRequest(collections=[Collection(sync_key="0", collection_id="1")], wait=99), 14),
        ("Sync", SyncRequest(collections=[Collection(sync_key="0", collection_id="1")] * 2), 4),
        ("MoveItems", MoveItemsRequest(moves=[ItemMove(src_msg_id="?", src_fld_id="1", dst_fld_id="3")]), 1),
        ("ItemOperations", ItemOperationsRequest(fetches=[Fetch(server_id="1:1")] * 101), 11),
        ("SendMail", SendMailRequest(client_id="x", mime=b""), 107),
        (
            "SmartReply",
            SmartReplyRequest(client_id="x", source=Source(item_id="1:99"), mime=b"To: a@b\r\n"),
            150,
        ),
    ],
)
async def test_absurd_parameters_have_their_status(
    wire: Wire, command: str, request_: Element, said: int
) -> None:
    answer = await wire.post(command, bytes(encode(request_, Version.V14_1)))
    told = [content for _, content in read(answer.body) if isinstance(content, str)]
    assert answer.status == 200
    assert str(said) in told


async def test_a_body_that_ends_early_does_nothing(wire: Wire) -> None:
    before = await wire.state()
    request = written(
        bytes(encode(REQUESTS["SendMail"], Version.V14_1)), wire.line("SendMail"), Authorization=SIGNED
    )
    await wire.connection.send(request[:-20])
    wire.connection.writer.write_eof()
    async with asyncio.timeout(10):
        assert b" 200 " not in (await wire.connection.reader.read())[:20]
    assert await wire.state() == before


async def test_a_body_that_is_not_gzip_is_refused(wire: Wire) -> None:
    assert (await wire.post("FolderSync", b"not gzip", Content_Encoding="gzip")).status == 400


async def test_the_server_goes_on(wire: Wire) -> None:
    for junk in (b"\x00", b"\x03\x01\x6a\x00\xff\xff\xff\xff", b"\x03\x01\x6a\x7f" * 100, bytes(range(256))):
        await wire.post("Sync", junk)
    body = bytes(encode(FolderSyncRequest(sync_key="0"), Version.V14_1))
    answer = await wire.post("FolderSync", body)
    assert (answer.status, status(answer)) == (200, 1)
