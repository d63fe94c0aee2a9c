"""All commands over the embedded store, as a device reaches them, without a socket."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from outrider.backends.lobby import LobbyAccount
from outrider.backends.local.accounts import LocalAccounts
from outrider.backends.local.users import NewUser
from outrider.commands.admission import Admission
from outrider.commands.dispatch import Dispatcher, Services
from outrider.commands.exchange import Call, Outcome, Reply
from outrider.commands.policies import FilePolicies, PoliciesInForce
from outrider.commands.quirks import Quirk, Quirks
from outrider.commands.session import Limits
from outrider.commands.signin import SignIn
from outrider.commands.table import COMMANDS
from outrider.commands.waiting_room import WaitingRoom
from outrider.commands.wiping import Confirm
from outrider.domain.items import Mailbox
from outrider.domain.roles import Account, Identity
from outrider.policy.admission import Finding
from outrider.policy.book import NONE, Level
from outrider.policy.policies import Policy, unreadable
from outrider.protocol.request import RequestLine
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.store.store import Store
from outrider.sync.hub import Hub
from outrider.wbxml.writer import Encoded
from tests.backends.local.embedded import Embedded, embedded
from tests.commands.fakes import KEY, basic, call

ALICE = "alice@example.org"
ALIAS = "alias@example.org"
BOB = "bob@example.org"
PASSWORD = "outrider"

E = TypeVar("E", bound=Element)


class House:
    """A server with two users; `under` and `overlooking` are the same server configured otherwise."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._dispatcher = Dispatcher(services)

    @property
    def store(self) -> Store:
        return self._services.store

    def under(self, policy: Policy) -> House:
        """The same server after its policy changed."""
        file = FilePolicies([policy], {(Level.DEFAULT, ""): policy.name})
        policies = PoliciesInForce(self.store.policies, file)
        return House(dataclasses.replace(self._services, policies=policies))

    def exempt(self) -> House:
        """The same server with nobody under a policy."""
        policies = PoliciesInForce(self.store.policies, FilePolicies((), {(Level.DEFAULT, ""): NONE}))
        return House(dataclasses.replace(self._services, policies=policies))

    def under_what_cannot_be_read(self) -> House:
        """The same server with a policy on record that makes no sense."""
        return self.under(unreadable("damaged"))

    def speaking(self, *versions: Version) -> House:
        """The same server with other versions served than those offered."""
        return House(dataclasses.replace(self._services, versions=versions))

    def now(self) -> datetime:
        """The time at the server."""
        return self._services.clock()

    def later(self, **span: float) -> House:
        """The same server so much later."""
        time = self._services.clock() + timedelta(**span)
        return House(dataclasses.replace(self._services, clock=lambda: time))

    def believing(self, find: Callable[[Device], Finding | None]) -> House:
        """The same server that holds devices to their claims."""
        admission = Admission(self.store, self._services.hub, find=find)
        return House(dataclasses.replace(self._services, admission=admission))

    def confirming(self, wiped: Confirm) -> House:
        """The same server, which tells of wipes so."""
        return House(dataclasses.replace(self._services, wiped=wiped))

    def overlooking(self, *rows: Quirk) -> House:
        """The same server with other quirks."""
        return House(dataclasses.replace(self._services, quirks=Quirks(rows)))

    def account(self, address: str = ALICE) -> Account:
        """What a user's devices see, without a device."""
        return self._services.accounts.open(Identity(address=address))

    async def device(self, address: str = ALICE, device_id: str = "PHONE1") -> Device:
        """The record of a device, from the database itself."""
        [found] = [one for one in await self.store.devices.all(address) if one.id == device_id]
        return found

    async def send(self, line: RequestLine, message: Element | None, *, address: str = ALICE) -> Outcome:
        """What comes of a request."""
        return (await self.follow(line, message, address=address))[0]

    async def follow(
        self, line: RequestLine, message: Element | None, *, address: str = ALICE
    ) -> tuple[Outcome, Call]:
        """What comes of a request, and the request with what was noted of it."""
        body = bytes(encode(message, line.version)) if message is not None else b""
        asked = call(body, line, authorization=basic(address, PASSWORD))
        return await self.handle(asked), asked

    async def handle(self, asked: Call) -> Outcome:
        """What comes of a request that is whole."""
        return await self._dispatcher.handle(asked)

    async def post(self, line: RequestLine, mime: bytes) -> Outcome:
        """What comes of a request whose body is a mail, as up to 12.1."""
        credentials = basic(ALICE, PASSWORD)
        asked = call(mime, line, authorization=credentials, content_type="message/rfc822")
        return await self._dispatcher.handle(asked)


def read(outcome: Outcome, kind: type[E], version: Version) -> E:
    """The message of an answer."""
    assert isinstance(outcome, Reply)
    assert outcome.status == 200
    assert isinstance(outcome.body, bytes | Encoded)
    return decode(kind, bytes(outcome.body), version).value


@asynccontextmanager
async def serving(directory: Path) -> AsyncIterator[House]:
    """The commands that there are, for two users."""
    async with embedded(directory) as kept:
        await kept.users.add(
            NewUser(address=ALICE, password=PASSWORD, aliases=(ALIAS,), fields={"name": "Alice"})
        )
        await kept.users.add(NewUser(address=BOB, password=PASSWORD))
        yield House(_services(kept))


def _services(kept: Embedded) -> Services:
    store, hub = Store(kept.database), Hub()
    return Services(
        table=COMMANDS,
        signin=SignIn(kept.authenticator, store.signins, KEY, clock=kept.now),
        accounts=LocalAccounts(kept.local, kept.outbox(), kept.directory),
        store=store,
        hub=hub,
        key=KEY,
        clock=kept.now,
        limits=Limits(),
        policies=PoliciesInForce(store.policies),
        admission=Admission(store, hub),
        lobby=WaitingRoom(LobbyAccount, Mailbox("Outrider", "postmaster@example.org")),
    )
