"""What a device in quarantine sees instead of its user's account: an Inbox with one mail, and nothing else.

Nothing can be made, sent or found here. Marks are taken and forgotten: a phone marks what was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NoReturn

from msgspec import Struct

from outrider.domain.changes import EMPTY, ChangeSet, ItemSet, Touched
from outrider.domain.errors import BackendError, ForbiddenError, NotFoundError
from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import (
    Blob,
    Edit,
    Folder,
    FolderUse,
    Item,
    ItemClass,
    MailItem,
    Marks,
    NewItem,
    Wish,
)
from outrider.domain.roles import (
    Content,
    Entries,
    Envelope,
    Guard,
    Identity,
    Person,
    Token,
    Traits,
    Tx,
    Written,
)
from outrider.formats import body
from outrider.formats.blobs import Pieces
from outrider.formats.message import read_message

INBOX: Final = next(folder for folder in DEFAULT_FOLDERS if folder.use is FolderUse.INBOX)
MAIL: Final = 1
"""The number of the one mail."""

_STILL: Final = "0"


class Notice(Struct, frozen=True, kw_only=True):
    """The one mail, and when it was received."""

    mime: bytes
    received: datetime

    @property
    def version(self) -> str:
        """Equal only for an equal mail."""
        return str(int.from_bytes(hashlib.blake2b(self.mime, digest_size=6).digest(), "big"))


def _refuse() -> NoReturn:
    raise ForbiddenError("The device waits for approval; until then nothing can be done with it.")


def _check_folder(folder: int) -> None:
    if folder != INBOX.number:
        raise NotFoundError("There is no such folder.")


def _check_item(folder: int, number: int) -> None:
    if (folder, number) != (INBOX.number, MAIL):
        raise NotFoundError("This item is no longer there.")


class LobbyFolders:
    """The role `Folders`."""

    async def list(self) -> tuple[Folder, ...]:
        """The Inbox."""
        return (INBOX,)

    async def cursor(self) -> str:
        """It never moves."""
        return _STILL

    async def create(
        self, name: str, parent: int, holds: ItemClass, token: Token, tx: Tx | None = None
    ) -> Folder:
        """Raises ForbiddenError."""
        _refuse()

    async def update(self, number: int, name: str, parent: int, *, tx: Tx | None = None) -> Folder:
        """Raises ForbiddenError."""
        _refuse()

    async def delete(self, number: int, *, tx: Tx | None = None) -> None:
        """Raises ForbiddenError."""
        _refuse()


class LobbyFeed:
    """The role `Feed`: one mail, which is never too old. The cursor is its version: it moves when the mail
    says something else."""

    def __init__(self, notice: Notice) -> None:
        self._touched = Touched(MAIL, notice.version)

    async def cursor(self, folder: int) -> str:
        """Raises NotFoundError."""
        _check_folder(folder)
        return self._touched.version

    async def changes(self, folder: int, since: str, limit: int) -> ChangeSet:
        """Raises NotFoundError."""
        cursor = await self.cursor(folder)
        return ChangeSet(touched=() if since == cursor else (self._touched,), cursor=cursor)

    async def newest(self, folder: int, below: int | None, cutoff: date | None, limit: int) -> list[Touched]:
        """Raises NotFoundError."""
        _check_folder(folder)
        return [self._touched] if below is None or below > MAIL else []

    async def between(self, folder: int, old: date | None, new: date | None) -> ItemSet:
        """Nothing crosses a cut-off."""
        return EMPTY

    async def count(self, folder: int, cutoff: date | None) -> int:
        """Raises NotFoundError."""
        _check_folder(folder)
        return 1


class LobbyItems:
    """The role `Items`."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self._message = read_message(notice.mime)

    async def read(self, folder: int, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        """The mail, where it is asked for."""
        return [self._read(folder, number, wish) for number in numbers]

    async def find(self, folder: int, uid: str) -> int | None:
        """There are no events. Raises NotFoundError."""
        _check_folder(folder)
        return None

    async def create(self, folder: int, item: NewItem, token: Token, tx: Tx | None = None) -> Written:
        """Raises ForbiddenError."""
        _refuse()

    async def change(
        self,
        folder: int,
        number: int,
        edit: Edit,
        *,
        token: Token,
        guard: Guard | None = None,
        tx: Tx | None = None,
    ) -> Written:
        """Take the marks, and forget them. Raises NotFoundError."""
        _check_item(folder, number)
        return Written(number, self._notice.version)

    async def delete(
        self, folder: int, number: int, *, guard: Guard | None = None, tx: Tx | None = None
    ) -> None:
        """Raises ForbiddenError."""
        _refuse()

    async def move(self, folder: int, number: int, to: int, *, token: Token, tx: Tx | None = None) -> Written:
        """Raises ForbiddenError."""
        _refuse()

    async def empty(self, folder: int, *, subfolders: bool = False) -> None:
        """Raises ForbiddenError."""
        _refuse()

    async def open(self, folder: int, number: int, section: str) -> Content:
        """The whole mail; it has no files. Raises NotFoundError."""
        _check_item(folder, number)
        if section:
            raise NotFoundError("This part is no longer there.")
        return Content(name="", type="message/rfc822", blob=Pieces((self._notice.mime,)))

    def _read(self, folder: int, number: int, wish: Wish) -> Item | BackendError:
        try:
            _check_item(folder, number)
        except NotFoundError as error:
            return error
        whole, part = body.choose(self._message, wish), body.choose_part(self._message, wish)
        return MailItem(
            message=self._message,
            marks=Marks(),
            received=self._notice.received,
            body=body.render(whole, self._slice(whole)) if whole else None,
            part=body.render_part(part, self._slice(part)) if part else None,
        )

    def _slice(self, choice: body.Choice) -> bytes:
        return self._notice.mime[choice.offset : choice.offset + choice.length]


class LobbySubmit:
    """The role `Submit`."""

    async def send(
        self, mime: bytes | Blob, envelope: Envelope, *, token: Token, tx: Tx | None = None
    ) -> None:
        """Raises ForbiddenError."""
        _refuse()

    async def has_left(self, envelope: Envelope, token: Token) -> bool:
        """Nothing leaves from here."""
        return False


class LobbyDirectory:
    """The role `Directory`: of nobody anything is told."""

    async def find(self, text: str, first: int, limit: int) -> Entries:
        """Nobody."""
        return Entries()

    async def lookup(self, address: str) -> Person | None:
        """Nobody."""
        return None

    async def members(self, address: str) -> tuple[str, ...]:
        """Nobody."""
        return ()


class LobbyAccount:
    """The role `Account`."""

    traits = Traits()
    search = None
    free_busy = None
    out_of_office = None

    def __init__(self, identity: Identity, mime: bytes, received: datetime) -> None:
        notice = Notice(mime=mime, received=received)
        self.identity = identity
        self.folders = LobbyFolders()
        self.feed = LobbyFeed(notice)
        self.items = LobbyItems(notice)
        self.submit = LobbySubmit()
        self.directory = LobbyDirectory()
