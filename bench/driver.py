"""Phones that ask for little CPU themselves: HTTP by hand over one connection each, WBXML by the protocol's
declarations."""

import asyncio
from base64 import b64encode
from typing import TypeVar

from bench.server import Server
from bench.serving import PASSWORD
from outrider.protocol.items.body import BodyPreference, BodyType
from outrider.protocol.messages.composemail import SendMailRequest
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.messages.provision import (
    POLICY_TYPE,
    PolicyRequest,
    ProvisionRequest,
    ProvisionResponse,
)
from outrider.protocol.messages.search import (
    MAILBOX,
    And,
    Conditions,
    Query,
    SearchOptions,
    SearchRequest,
    SearchResponse,
    SearchStore,
)
from outrider.protocol.messages.settings import DeviceInformation, DeviceSet
from outrider.protocol.messages.sync import (
    ClientAdd,
    ClientChange,
    Collection,
    CollectionResponse,
    Options,
    SyncRequest,
    SyncResponse,
)
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.versions import Version

E = TypeVar("E", bound=Element)

VERSION = Version.V14_1
INBOX = "1"
TEXT = BodyPreference(type=BodyType.PLAIN, truncation_size=4096)
HTML = BodyPreference(type=BodyType.HTML)
DONE = 1
NOT_PROVISIONED = (142, 143, 144)


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or self._answer is None:
            return
        head = bytes(self._received[:end]).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(self._received) >= end + 4 + length:
            body = bytes(self._received[end + 4 : end + 4 + length])
            self._received.clear()
            self._answer.set_result((int(head[9:12]), body))

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; the future has the status and the body of the answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def close(self) -> None:
        self._transport.close()


class Phone:
    """One device of one user, which synchronises one folder, at 14.1 or the version it is given."""

    version = VERSION

    def __init__(
        self, server: Server, address: str, device: str = "bench1", collection_id: str = INBOX
    ) -> None:
        self.server = server
        self._connection: Connection | None = None
        self._user = address.partition("@")[0]
        self._credentials = b64encode(f"{address}:{PASSWORD}".encode()).decode()
        self.device = device
        self._policy_key = "0"
        self._collection_id = collection_id
        self.sync_key = "0"

    async def ask(self, command: str, body: bytes) -> bytes:
        """The body of the answer to a command; RuntimeError where it is not 200."""
        if self._connection is None:
            loop = asyncio.get_running_loop()
            _, self._connection = await loop.create_connection(Connection, self.server.host, self.server.port)
        status, answer = await self._connection.ask(self._head(command, len(body)) + body)
        if status != 200:
            raise RuntimeError(f"{command} was answered {status}")
        return answer

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def begin(self) -> None:
        """What every phone does first: learn the folders, obey the policy if there is one, and start with
        their folder."""
        folders = await self._message("FolderSync", FolderSyncRequest(sync_key="0"), FolderSyncResponse)
        if folders.status in NOT_PROVISIONED:
            await self._provision()
            folders = await self._message("FolderSync", FolderSyncRequest(sync_key="0"), FolderSyncResponse)
        if folders.status != DONE:
            raise RuntimeError(f"FolderSync was answered {folders.status}")
        self.sync_key = "0"
        await self.sync()

    async def sync(
        self, window: int = 100, body: BodyPreference = TEXT
    ) -> tuple[CollectionResponse | None, int]:
        """One round of the folder and the bytes of its answer; None when there is nothing to say."""
        data = await self.ask("Sync", self.sync_body(window, body))
        if not data:
            return None, 0
        [collection] = decode(SyncResponse, data, self.version).value.collections
        if collection.status != DONE:
            raise RuntimeError(f"Sync was answered {collection.status}")
        self.sync_key = collection.sync_key
        return collection, len(data)

    async def tell(self, command: ClientAdd | ClientChange) -> CollectionResponse:
        """Have one thing done to the folder, without asking for news."""
        collection = Collection(
            sync_key=self.sync_key,
            collection_id=self._collection_id,
            get_changes=False,
            commands=[command],
        )
        [answer] = (
            await self._message("Sync", SyncRequest(collections=[collection]), SyncResponse)
        ).collections
        if answer.status != DONE:
            raise RuntimeError(f"Sync was answered {answer.status}")
        self.sync_key = answer.sync_key
        return answer

    async def sync_mime(self) -> int:
        """The bytes of an answer with the newest item, its MIME whole."""
        options = Options(filter_type=0, mime_support=2, body_preference=[BodyPreference(type=BodyType.MIME)])
        collection = Collection(
            sync_key=self.sync_key, collection_id=self._collection_id, window_size=1, options=[options]
        )
        return len(await self.ask("Sync", bytes(encode(SyncRequest(collections=[collection]), self.version))))

    def sync_body(self, window: int = 100, body: BodyPreference = TEXT) -> bytes:
        """A Sync request for the folder as it stands."""
        options = Options(filter_type=0, body_preference=[body])
        collection = Collection(
            sync_key=self.sync_key,
            collection_id=self._collection_id,
            get_changes=True if self.sync_key != "0" else None,
            window_size=window,
            options=[options],
        )
        return bytes(encode(SyncRequest(collections=[collection]), self.version))

    async def ping(self, heartbeat: int) -> int:
        """Wait for the Inbox; answers the status."""
        request = PingRequest(
            heartbeat_interval=heartbeat, folders=[PingFolder(id=INBOX, class_name="Email")]
        )
        return (await self._message("Ping", request, PingResponse)).status

    async def folder_sync(self, key: str) -> FolderSyncResponse:
        """One FolderSync."""
        return await self._message("FolderSync", FolderSyncRequest(sync_key=key), FolderSyncResponse)

    async def send(self, client_id: str, mime: bytes) -> None:
        """Send a mail, kept among the sent ones."""
        await self.post("SendMail", SendMailRequest(client_id=client_id, save_in_sent_items=True, mime=mime))

    async def post(self, command: str, request: Element) -> None:
        """Ask for what is answered without a word when all went well."""
        if await self.ask(command, bytes(encode(request, self.version))):
            raise RuntimeError(f"{command} was refused")

    async def _provision(self) -> None:
        """Fetch the policy and acknowledge it. MS-ASPROV, Phase 1 to 3."""
        information = DeviceInformation(set=DeviceSet(model="Bench"))
        asked = ProvisionRequest(
            device_information=information, policies=[PolicyRequest(policy_type=POLICY_TYPE)]
        )
        await self._take_policy_key(asked)
        taken = PolicyRequest(policy_type=POLICY_TYPE, policy_key=self._policy_key, status=DONE)
        await self._take_policy_key(ProvisionRequest(policies=[taken]))

    async def _take_policy_key(self, request: ProvisionRequest) -> None:
        answer = await self._message("Provision", request, ProvisionResponse)
        self._policy_key = answer.policies[0].policy_key or "0"

    async def search(self, words: str) -> int:
        """The first page of the newest mails with these words; answers how many there are in all."""
        conditions = Conditions(class_names=["Email"], free_texts=[words])
        query = Query(ands=[And(conditions=conditions)])
        store = SearchStore(name=MAILBOX, query=query, options=SearchOptions(range="0-99"))
        told = await self._message("Search", SearchRequest(store=store), SearchResponse)
        if told.store is None or told.store.status != DONE or told.store.total is None:
            raise RuntimeError(f"Search was answered {told}")
        return told.store.total

    async def _message(self, command: str, request: Element, answer: type[E]) -> E:
        data = await self.ask(command, bytes(encode(request, self.version)))
        return decode(answer, data, self.version).value

    def _head(self, command: str, length: int) -> bytes:
        return (
            f"POST /Microsoft-Server-ActiveSync?Cmd={command}&User={self._user}&DeviceId={self.device}"
            "&DeviceType=Bench HTTP/1.1\r\n"
            f"Host: {self.server.host}\r\nAuthorization: Basic {self._credentials}\r\n"
            f"MS-ASProtocolVersion: {self.version}\r\nX-MS-PolicyKey: {self._policy_key}\r\n"
            "User-Agent: Bench/1.0\r\nContent-Type: application/vnd.ms-sync.wbxml\r\n"
            f"Content-Length: {length}\r\n\r\n"
        ).encode()


async def drain(phone: Phone, window: int, body: BodyPreference) -> tuple[int, int, list[float]]:
    """Sync until everything came: how many messages, bytes of answers, and the seconds of each round."""
    loop = asyncio.get_running_loop()
    messages, wire, rounds, more = 0, 0, [], True
    while more:
        began = loop.time()
        collection, size = await phone.sync(window, body)
        rounds.append(loop.time() - began)
        wire += size
        messages += len(collection.commands) if collection else 0
        more = collection is not None and collection.more_available
    return messages, wire, rounds
