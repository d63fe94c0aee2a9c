"""Acts on items as documents: what import puts in and export takes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from msgspec import Struct

from outrider.admin.folders import make_folder, paths_of
from outrider.admin.services import Services
from outrider.domain.errors import UnreadableError
from outrider.domain.items import ItemClass, Marks, NewMail
from outrider.domain.roles import Account, Identity
from outrider.formats.blobs import read_all

BATCH_BYTES: Final = 8 << 20
"""How much one act carries, unless a single document is larger."""

BATCH_ITEMS: Final = 500

T = TypeVar("T")


class MailDocument(Struct, frozen=True):
    """A mail to be put in: MIME with CRLF lines; `received` None means: now."""

    mime: bytes
    marks: Marks = Marks()
    received: datetime | None = None


class Unread(Struct, frozen=True):
    """A document that was not taken, by its place in the batch, with the reason."""

    index: int
    code: str
    text: str


class FolderRow(Struct, frozen=True):
    """A folder with its path from the root."""

    number: int
    path: tuple[str, ...]
    holds: ItemClass
    items: int


class Document(Struct, frozen=True):
    """A stored document, unchanged."""

    number: int
    data: bytes


class MakeFolder(Struct, frozen=True, tag="folder.make"):
    """Find a folder, or make it with those above it; answers its number."""

    address: str
    path: tuple[str, ...]
    holds: ItemClass

    async def run(self, services: Services) -> int:
        """Raises UserUnknownError, FolderClassError, ForbiddenError."""
        account = await open_account(services, self.address)
        return (await make_folder(account, self.path, self.holds)).number


class ListFolders(Struct, frozen=True, tag="folder.list"):
    """The folders of a user."""

    address: str

    async def run(self, services: Services) -> list[FolderRow]:
        """Raises UserUnknownError."""
        account = await open_account(services, self.address)
        folders = await account.folders.list()
        paths = paths_of(folders)
        return [
            FolderRow(f.number, paths[f.number], f.holds, await account.feed.count(f.number, None))
            for f in folders
        ]


class AddMails(Struct, frozen=True, tag="mail.add"):
    """Put mails into a folder in one transaction, numbered by date; answers those that cannot be read."""

    address: str
    folder: int
    mails: list[MailDocument]

    async def run(self, services: Services) -> list[Unread]:
        """Raises UserUnknownError, NotFoundError, ForbiddenError (the folder), FullError."""
        address = (await services.users.show(self.address)).address

        async def add(mails: Sequence[MailDocument]) -> None:
            new = [NewMail(mime=mail.mime, marks=mail.marks, received=mail.received) for mail in mails]
            await services.local.deliver_many(address, self.folder, new)

        return await _add(self.mails, add)


class AddDocuments(Struct, frozen=True, tag="document.add"):
    """Put documents of a class other than mail into a folder in one transaction; answers those that cannot be
    read."""

    address: str
    folder: int
    holds: ItemClass
    documents: list[bytes]

    async def run(self, services: Services) -> list[Unread]:
        """Raises as AddMails."""
        address = (await services.users.show(self.address)).address

        async def add(documents: Sequence[bytes]) -> None:
            await services.local.add_documents(address, self.folder, self.holds, documents)

        return await _add(self.documents, add)


class ReadDocuments(Struct, frozen=True, tag="document.read"):
    """Some documents of a folder, highest numbers first, beginning below a number."""

    address: str
    folder: int
    below: int | None

    async def run(self, services: Services) -> list[Document]:
        """None are left where the answer is empty. Raises UserUnknownError, NotFoundError."""
        account = await open_account(services, self.address)
        documents: list[Document] = []
        size = 0
        for touched in await account.feed.newest(self.folder, self.below, None, BATCH_ITEMS):
            content = await account.items.open(self.folder, touched.number, "")
            size += content.blob.length
            if documents and size > BATCH_BYTES:
                break
            documents.append(Document(touched.number, read_all(content.blob)))
        return documents


async def open_account(services: Services, address: str) -> Account:
    """The account of a user, by any of their addresses. Raises UserUnknownError."""
    return services.accounts.open(Identity(address=(await services.users.show(address)).address))


async def _add(documents: Sequence[T], add: Callable[[Sequence[T]], Awaitable[None]]) -> list[Unread]:
    """Add all at once or, where one cannot be read, one by one."""
    try:
        await add(documents)
    except UnreadableError:
        refused = [await _attempt(index, one, add) for index, one in enumerate(documents)]
        return [one for one in refused if one is not None]
    return []


async def _attempt(index: int, document: T, add: Callable[[Sequence[T]], Awaitable[None]]) -> Unread | None:
    try:
        await add([document])
    except UnreadableError as error:
        return Unread(index, error.code, error.public)
    return None
