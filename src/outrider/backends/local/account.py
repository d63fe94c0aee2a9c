"""The embedded store: accounts whose roles share one database, and the ways in for mail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, cast

from msgspec import Struct

from outrider.backends.local import contents, invitations, items, places, recipients
from outrider.backends.local.absences import LocalOutOfOffice
from outrider.backends.local.effects import Report, Watch, Writing, pass_over
from outrider.backends.local.feed import LocalFeed
from outrider.backends.local.folders import LocalFolders
from outrider.backends.local.free_busy import LocalFreeBusy
from outrider.backends.local.invitations import Brought, Stand
from outrider.backends.local.items import Act, LocalItems, Stock
from outrider.backends.local.removals import Bounds
from outrider.backends.local.search import LocalSearch
from outrider.database import BlobStore, Database, Transaction
from outrider.domain.errors import ChangedError
from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import Blob, FolderUse, ItemClass, Mailbox, NewMail
from outrider.domain.roles import Directory, Identity, Listener, Submit, Token, Traits, Tx
from outrider.formats.documents import KINDS

TRAITS = Traits(transactional=True, notifies=True)
_INBOX = next(folder.number for folder in DEFAULT_FOLDERS if folder.use is FolderUse.INBOX)

_TRIES: Final = 5


class LocalAccount(Struct, frozen=True, kw_only=True):
    """One user's roles."""

    identity: Identity
    folders: LocalFolders
    feed: LocalFeed
    items: LocalItems
    search: LocalSearch
    submit: Submit
    directory: Directory
    free_busy: LocalFreeBusy
    out_of_office: LocalOutOfOffice
    traits: Traits = TRAITS


class Local:
    """All accounts of one database. Call `listen` and everything that writes on one event loop."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        bounds: Bounds | None = None,
        report: Report = pass_over,
    ) -> None:
        self._watch = Watch()
        self._writing = Writing(database, blobs, self._watch, report)
        self._stock = Stock(database, blobs, self._writing, clock, bounds)

    def open(self, identity: Identity, submit: Submit, directory: Directory, agent: str = "") -> LocalAccount:
        """The account of a user; touches nothing. What an agent removes is held where bursts are looked
        for."""
        address, database = identity.address, self._stock.database
        holding = partial(self._stock.holding, agent)
        return LocalAccount(
            identity=identity,
            folders=LocalFolders(address, database, self._watch, self._writing, holding),
            feed=LocalFeed(address, database, self._watch),
            items=LocalItems(identity, self._stock, agent),
            search=LocalSearch(address, database),
            submit=submit,
            directory=directory,
            free_busy=LocalFreeBusy(address, database),
            out_of_office=LocalOutOfOffice(address, database),
        )

    def listen(self, address: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every durable change of the account's folders, until the returned function
        is called."""
        return self._watch.listen(address, listener)

    @property
    def writing(self) -> Writing:
        """How rows of items are written, for those who tell of their effects as accounts do."""
        return self._writing

    def forget(self, address: str, freed: Iterable[str] = ()) -> None:
        """Drop what is remembered of an account that was removed, and discard the blobs it had."""
        self._watch.forget(address)
        self._stock.blobs.discard(freed)

    async def deliver(
        self,
        addresses: Sequence[str],
        mime: bytes | Blob,
        received: datetime | None = None,
        *,
        token: Token | None = None,
        tx: Tx | None = None,
    ) -> None:
        """Put a mail into the Inbox of each of these accounts, and what it says of a meeting into their
        calendars: all or none; with a token, once.

        Raises NotFoundError (an account), UnreadableError, FullError, ChangedError (temporary)."""
        mail = NewMail(mime=mime, received=received)
        prepared, brought = await asyncio.to_thread(self._read, mail)
        acts = [Act(address=address, folder=_INBOX, token=token) for address in addresses]
        if brought is None:
            await self._writing.run(tx, items.add_copies, acts, prepared)
        else:
            await self._deliver_meeting(acts, prepared, brought, tx)

    def _read(self, mail: NewMail) -> tuple[contents.Prepared, Brought | None]:
        prepared = contents.prepare_mail(self._stock.blobs, mail, self._stock.clock())
        return prepared, invitations.find_brought(prepared, mail.mime)

    async def _deliver_meeting(
        self, acts: Sequence[Act], prepared: contents.Prepared, brought: Brought, tx: Tx | None
    ) -> None:
        addresses, uid = [act.address for act in acts], brought.told.meeting.event.uid
        for _ in range(_TRIES):
            stands = await self._stands(addresses, uid, tx)
            entries = await asyncio.to_thread(invitations.decide, self._stock, brought, stands)
            if await self._writing.run(tx, invitations.settle, acts, prepared, (uid, entries)):
                return
        raise ChangedError("The calendar is being changed by someone else.", temporary=True)

    async def _stands(self, addresses: Sequence[str], uid: str, tx: Tx | None) -> list[Stand | None]:
        if tx is None:
            return await self._stock.database.read(invitations.look, self._stock.blobs, addresses, uid)
        return await cast(Transaction, tx).run(invitations.look, self._stock.blobs, addresses, uid)

    async def remember(self, address: str, boxes: Sequence[Mailbox], token: Token) -> None:
        """Note, once for a token, whom a user wrote to just now. Raises NotFoundError (the account)."""
        written = (self._stock.blobs, self._stock.clock())
        await self._writing.run(None, recipients.remember, (address, token), boxes, written)

    async def has_delivered(self, addresses: Sequence[str], token: Token) -> bool:
        """Whether any of these accounts was delivered the mail with this token."""
        return await self._stock.database.read(places.has_receipt, addresses, token)

    async def deliver_many(self, address: str, folder: int, mails: Sequence[NewMail]) -> None:
        """Put mails into a folder in one transaction, numbered by the time they were received, oldest first.

        Raises as `deliver`."""
        prepared = await asyncio.to_thread(self._prepare, mails)
        await self._writing.run(None, items.add_all, Act(address=address, folder=folder), prepared)

    async def add_documents(
        self, address: str, folder: int, holds: ItemClass, documents: Sequence[bytes]
    ) -> None:
        """Put documents of a class other than mail as they are into a folder in one transaction.

        Raises NotFoundError, ForbiddenError (the folder), UnreadableError, FullError."""
        prepared = await asyncio.to_thread(self._prepare_documents, holds, documents)
        await self._writing.run(None, items.add_all, Act(address=address, folder=folder), prepared)

    def _prepare(self, mails: Sequence[NewMail]) -> list[contents.Prepared]:
        now = self._stock.clock()
        prepared = [contents.prepare_mail(self._stock.blobs, mail, now) for mail in mails]
        return sorted(prepared, key=lambda one: one.received)

    def _prepare_documents(self, holds: ItemClass, documents: Sequence[bytes]) -> list[contents.Prepared]:
        now, kind = self._stock.clock(), KINDS[holds]
        return [contents.prepare_document(self._stock.blobs, kind, document, now) for document in documents]
