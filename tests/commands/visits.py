"""Requests of a device without HTTP: a plain session over the embedded store, and a way out for its mails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from msgspec import structs

from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.memory.directory import MemoryDirectory
from outrider.commands.quirks import NO_QUIRKS, Quirks
from outrider.commands.session import Answer, Limits, Park
from outrider.domain.items import Blob, Folder, FolderUse, ItemClass
from outrider.domain.roles import Envelope, Identity, Token, Tx
from outrider.formats.certificates import Authorities
from outrider.policy.policies import OPEN, Policy
from outrider.protocol.request import Parameters, RequestLine
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.store.serverkey import ServerKey
from outrider.store.store import Store
from outrider.sync.hub import Hub

ALICE = Identity(
    address="alice@example.org", name="Alice", addresses=("alice@example.org", "alias@example.org"), stamp="1"
)
START = datetime(2026, 3, 31, 12, tzinfo=UTC)
KEY = ServerKey(bytes(range(32)))

E = TypeVar("E")


class WayOut:
    """A Submit that writes down what is sent, once for a token, or fails as it is told."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, Envelope]] = []
        self.error: Exception | None = None
        self._tokens: set[Token] = set()

    async def send(
        self, mime: bytes | Blob, envelope: Envelope, *, token: Token, tx: Tx | None = None
    ) -> None:
        if self.error is not None:
            raise self.error
        if token not in self._tokens:
            self._tokens.add(token)
            self.sent.append((mime if isinstance(mime, bytes) else b"".join(mime.chunks()), envelope))

    async def has_left(self, envelope: Envelope, token: Token) -> bool:
        return token in self._tokens


class Visit:
    """One request of a device: a Session, plain."""

    def __init__(self, phone: Phone, line: RequestLine) -> None:
        self.line = line
        self.account: LocalAccount = phone.account
        self.device = phone.device
        self.policy: Policy = OPEN
        self.quirks: Quirks = NO_QUIRKS
        self.store = phone.store
        self.hub = phone.hub
        self.limits = phone.limits
        self.record: dict[str, int | str] = {}
        self.connection = phone.connection
        self._phone = phone

    def now(self) -> datetime:
        return self._phone.time

    def authorities(self) -> Authorities:
        return self._phone.authorities

    def seal(self, *fields: str) -> str:
        return KEY.seal(self.account.identity.address, *fields)

    def unseal(self, reference: str) -> tuple[str, ...] | None:
        return KEY.unseal(self.account.identity.address, reference)

    def conceal(self, text: str) -> bytes:
        return KEY.conceal((self.device.address, self.device.id), text)

    def note(self, **counts: int | str) -> None:
        self.record.update(counts)


class Phone:
    """A device of alice's, with its server."""

    def __init__(self, store: Store, local: Local, hub: Hub, name: str = "PHONE1") -> None:
        self.store = store
        self.hub = hub
        self.way_out = WayOut()
        self.directory = MemoryDirectory()
        self.account = local.open(ALICE, self.way_out, self.directory)
        self.limits = Limits()
        self.authorities = Authorities()
        self.connection = "run.1"
        self.time = START
        self.version = Version.V14_1
        self.device = Device(address=ALICE.address, id=name, first_seen=START, last_seen=START, policy="open")
        self._local = local

    def another(self, name: str = "PHONE2") -> Phone:
        """A second device of the same user on the same server."""
        return Phone(self.store, self._local, self.hub, name)

    def visit(self, command: str = "Sync", *, multipart: bool = False, **parameters: str) -> Visit:
        line = RequestLine(
            command=command,
            device_id=self.device.id,
            device_type="phone",
            version=self.version,
            accept_multipart=multipart,
            parameters=Parameters(**parameters),
        )
        return Visit(self, line)

    def saving(self, visit: Visit) -> Visit:
        """The visit with SaveInSent in its query, as up to 12.1."""
        visit.line = structs.replace(visit.line, save_in_sent=True)
        return visit

    async def receive(self, mime: bytes) -> None:
        """Let a mail come in."""
        await self._local.deliver([self.account.identity.address], mime, self.time)

    def wait(self, **span: float) -> None:
        self.time += timedelta(**span)

    async def folder(self, use: FolderUse, holds: ItemClass = ItemClass.MAIL) -> Folder:
        return next(f for f in await self.account.folders.list() if f.use is use and f.holds is holds)


def parked(answer: Answer) -> Park:
    """The answer as a wait, which it must be."""
    assert isinstance(answer, Park)
    return answer


def found(answer: Answer, cls: type[E]) -> E:
    """The answer as the message it must be."""
    assert isinstance(answer, cls)
    return answer
