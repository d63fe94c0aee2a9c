"""An embedded store for one test: migrated once, copied for each."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from outrider.backends.local.account import Local
from outrider.backends.local.answering import Answering
from outrider.backends.local.app_passwords import LocalAppPasswords
from outrider.backends.local.authenticator import LocalAuthenticator
from outrider.backends.local.courier import Courier
from outrider.backends.local.directory import LocalDirectory
from outrider.backends.local.groups import LocalGroups
from outrider.backends.local.passwords import AppPasswords, Cost, Passwords
from outrider.backends.local.rights import LocalRights
from outrider.backends.local.submissions import Submissions
from outrider.backends.local.submit import USUAL, Limits, LocalSubmit, Outbox
from outrider.backends.local.users import LocalUsers, NewUser
from outrider.database import BlobStore, Database, migrations

INBOX = 1
MADE = AppPasswords(b"the server's secret")


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "template.db"
        migrations.upgrade(f"sqlite:///{path}")
        return path.read_bytes()


class Embedded:
    """The directory of a store, with a clock that stands and a record of whose stamp changed."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self.database = database
        self.blobs = blobs
        self.local = Local(database, blobs, self.now)
        self.time = datetime(2026, 1, 31, 12, tzinfo=UTC)
        self.changed: list[str] = []
        self.passwords = Passwords(Cost(time=1, memory=8))
        self.users = LocalUsers(
            database, self.passwords, self.local, changed=self.changed.append, now=self.now
        )
        self.groups = LocalGroups(database, changed=self.changed.append, domain="example.org")
        self.rights = LocalRights(database, changed=self.changed.append)
        self.app_passwords = LocalAppPasswords(database, MADE, changed=self.changed.append, now=self.now)
        self.authenticator = LocalAuthenticator(
            database, self.passwords, MADE, now=self.now, domain="example.org"
        )
        self.directory = LocalDirectory(database)

    def now(self) -> datetime:
        return self.time

    async def add(self, address: str, password: str = "outrider", **fields: object) -> None:
        await self.users.add(NewUser(address=address, password=password, fields=fields))

    async def stamp(self, address: str) -> str:
        identity = await self.authenticator.identify(address)
        assert identity is not None
        return identity.stamp

    async def inbox(self, address: str) -> list[bytes]:
        """The mails in a user's Inbox, oldest first."""
        identity = await self.authenticator.identify(address)
        assert identity is not None
        account = self.local.open(identity, LocalSubmit(identity, self.outbox()), self.directory)
        found = await account.feed.newest(INBOX, None, None, 100)
        opened = [await account.items.open(INBOX, touched.number, "") for touched in reversed(found)]
        return [b"".join(content.blob.chunks()) for content in opened]

    def answering(self, submissions: Submissions | None = None) -> Answering:
        """Who answers in an absence."""
        return Answering(self.database, self.courier(submissions), self.now, host="mail.example.org")

    def courier(self, submissions: Submissions | None = None) -> Courier:
        """Who carries what is written on behalf of users."""
        return Courier(self.database, self.local, submissions)

    def outbox(self, submissions: Submissions | None = None, limits: Limits = USUAL) -> Outbox:
        """What a Submit needs; with a relay if there are submissions."""
        return Outbox(
            database=self.database,
            local=self.local,
            answering=self.answering(submissions),
            now=self.now,
            host="mail.example.org",
            limits=limits,
            submissions=submissions,
        )


@asynccontextmanager
async def embedded(directory: Path) -> AsyncIterator[Embedded]:
    path = directory / "outrider.db"
    path.write_bytes(_template())
    async with Database(f"sqlite:///{path}", readers=1) as database:
        blobs = BlobStore(directory / "blobs")
        yield Embedded(database, blobs)
        blobs.close()
