"""People, accounts and commands that a dispatcher can be tried with."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from msgspec import structs

from outrider.commands.admission import Admission, Terms
from outrider.commands.dispatch import Dispatcher, Services
from outrider.commands.exchange import Buffer, Call, Record
from outrider.commands.policies import PoliciesInForce
from outrider.commands.registry import Command, Table, command
from outrider.commands.restraint import Restraint
from outrider.commands.session import Answer, Facts, Limits, Park, Session
from outrider.commands.signin import SignIn
from outrider.database import Database
from outrider.domain.roles import Account, Identity
from outrider.policy.admission import Decision, Step
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.ping import PingRequest, PingResponse
from outrider.protocol.request import RequestLine, encode_headers, encode_plain
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version
from outrider.store.serverkey import ServerKey
from outrider.store.store import Store
from outrider.sync.hub import Hub, Wake, device_topic

ALICE = Identity(address="alice@example.org", name="Alice", addresses=("alice@example.org",), stamp="1")
PASSWORD = "outrider:Schlüssel"
KEY = ServerKey(bytes(range(32)))
PEER = "192.0.2.7"


def basic(name: str = ALICE.address, password: str = PASSWORD, encoding: str = "utf-8") -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode(encoding)).decode()


class People:
    """An authenticator that counts what it is asked."""

    def __init__(self) -> None:
        self.identities = {ALICE.address: ALICE}
        self.passwords = {ALICE.address: PASSWORD}
        self.checks = 0
        self.questions = 0
        self.error: Exception | None = None
        self.asked = asyncio.Semaphore(0)
        self.gate: asyncio.Event | None = None

    async def check(self, name: str, password: str) -> Identity | None:
        self.checks += 1
        self.asked.release()
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise self.error
        return self.identities.get(name) if self.passwords.get(name) == password else None

    async def identify(self, address: str) -> Identity | None:
        self.questions += 1
        if self.error:
            raise self.error
        return self.identities.get(address)


class Box:
    """An account without anything in it."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity


class Boxes:
    """Opens accounts without anything in them."""

    def open(self, identity: Identity, password: str | None = None, agent: str = "") -> Account:
        assert password
        return cast(Account, Box(identity))

    def listen(self, address: str, listener: Callable[[int | None], None]) -> Callable[[], None]:
        return lambda: None


def lobby(facts: Facts) -> Account:
    """What a device in quarantine sees: an account without anything in it."""
    return cast(Account, Box(structs.replace(facts.identity, name="lobby")))


class Judging(Admission):
    """Decides as it is told, and else as it always does."""

    def __init__(
        self, store: Store, hub: Hub, terms: Terms | None, judge: Callable[[Facts], Decision | None]
    ) -> None:
        super().__init__(store, hub, terms)
        self._judge = judge

    def decide(self, facts: Facts, *, room: bool = True) -> Decision:
        return self._judge(facts) or super().decide(facts, room=room)


def refusal(status: CommonStatus, step: Step = Step.POLICY) -> Decision:
    """Something that has to be settled first."""
    return Decision(step=step, status=status, code="E-SETTLE", reason="something is to be settled first")


class Time:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def tick(self) -> float:
        return self.seconds


@command("FolderSync", FolderSyncRequest)
async def folder_sync(request: FolderSyncRequest, session: Session) -> Answer:
    """Give the key back."""
    session.note(folders=0)
    return FolderSyncResponse(status=1, sync_key=request.sync_key)


@command("Ping", PingRequest, empty_body=True, needs_policy=False)
async def ping(request: PingRequest | None, session: Session) -> Answer:
    """Wait for anything to happen to the device; a newer Ping ends an older one."""
    topic = device_topic(session.account.identity.address, session.device.id)
    session.hub.publish(topic, Wake.SUPERSEDED)

    async def resume(cause: Wake) -> Answer:
        return PingResponse(status=2 if cause is Wake.CHANGED else 1)

    seconds = request.heartbeat_interval if request and request.heartbeat_interval else 600
    return Park(session.hub.listen([topic]), seconds, resume)


def dispatcher(
    database: Database,
    *commands: Command,
    people: People | None = None,
    time: Time | None = None,
    terms: Terms | None = None,
    judge: Callable[[Facts], Decision | None] = lambda _: None,
    restraint: Restraint | None = None,
) -> Dispatcher:
    time = time or Time()
    store, hub = Store(database), Hub()
    signin = SignIn(people or People(), store.signins, KEY, clock=time.now, tick=time.tick)
    return Dispatcher(
        Services(
            table=Table(*(commands or (folder_sync, ping))),
            signin=signin,
            accounts=Boxes(),
            store=store,
            hub=hub,
            key=KEY,
            clock=time.now,
            limits=Limits(),
            policies=PoliciesInForce(store.policies),
            admission=Judging(store, hub, terms, judge),
            lobby=lobby,
            restraint=restraint or Restraint(),
        )
    )


def line(name: str = "FolderSync", version: Version = Version.V14_1, **fields: Any) -> RequestLine:
    return RequestLine(command=name, device_id="PHONE1", device_type="phone", version=version, **fields)


def call(
    body: Buffer = b"", of: RequestLine | None = None, *, authorization: str | None = None, **headers: str
) -> Call:
    """What http would hand over; a header's name is written with underscores."""
    of = of or line()
    named = {name.lower(): value for name, value in encode_headers(of).items()}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    named["authorization"] = basic() if authorization is None else authorization
    record: Record = {}

    async def read() -> Buffer:
        return body

    return Call(query=encode_plain(of), headers=named, peer=PEER, body=read, record=record)
