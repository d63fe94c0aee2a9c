"""Mail systems that can tell what there is, and not what changed: all that such a backend has to be.

Folders and items are addressed by the source's own ids. As in `roles`, every verb that creates or moves takes
a token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from outrider.domain.errors import BackendError
from outrider.domain.items import Edit, FolderUse, Item, ItemClass, NewItem, Wish
from outrider.domain.roles import Content, Token


class ListedFolder(Struct, frozen=True, kw_only=True):
    """A folder as a source without a change feed lists it.

    `parent` is None at the root. `fingerprint` is what the folder keeps when its id changes with its name, ""
    where the source has nothing of the kind.
    """

    id: str
    parent: str | None = None
    name: str
    holds: ItemClass
    use: FolderUse = FolderUse.USER
    fingerprint: str = ""


class Listed(Struct, frozen=True, kw_only=True):
    """An item as a source without a change feed lists it.

    `version` is equal only for equal content of this item ("" after a write: not told); one that outlives a
    renumbering saves devices much. `horizon` is as in `Touched`; `received` orders what is new.
    `fingerprint` is what the item keeps under another id (of a mail its Message-ID, size and date), "" where
    there is nothing of the kind.
    """

    id: str
    version: str
    received: datetime
    horizon: date | None = None
    fingerprint: str = ""


class Listing(Struct, frozen=True, kw_only=True):
    """The items of one folder. `complete` False: the listing ended early. `states_empty`: the source says
    outright that the folder has no items. Ids mean something only within an `epoch`; none is the id of
    another item in another epoch."""

    items: tuple[Listed, ...] = ()
    epoch: str = ""
    complete: bool = True
    states_empty: bool = False


class Lister(Protocol):
    """A source that can tell what there is, and not what changed."""

    @property
    def notifies(self) -> bool:
        """Whether `listen` calls back within a second of a change."""
        ...

    async def tree(self) -> tuple[ListedFolder, ...]:
        """All folders, or an error."""
        ...

    async def mark(self, folder: str | None) -> str | None:
        """A cheap text that moves with every change of the folder (None: of the tree), a renumbering among
        them; None where the source has no such thing."""
        ...

    async def listing(self, folder: str) -> Listing:
        """Raises NotFoundError (the folder)."""
        ...

    def listen(self, heard: Callable[[str | None], None]) -> Callable[[], None]:
        """Call `heard` with the id of a folder that may have changed (None: the tree), until the returned
        function is called. Not called where `notifies` is False."""
        ...


class ItemsById(Protocol):
    """Items addressed by the source's ids. Every verb raises RenumberedError for the id of an earlier
    epoch."""

    async def read(self, folder: str, ids: Sequence[str], wish: Wish) -> list[Item | BackendError]:
        """As `Items.read`."""
        ...

    async def open(self, folder: str, id: str, section: str) -> Content:
        """As `Items.open`."""
        ...

    async def find(self, folder: str, uid: str) -> str | None:
        """As `Items.find`."""
        ...

    async def create(self, folder: str, item: NewItem, token: Token) -> Listed:
        """Raises NotFoundError (the folder), ForbiddenError (it holds another class), UnreadableError,
        FullError."""
        ...

    async def change(self, folder: str, id: str, edit: Edit, *, token: Token, expected: str | None) -> Listed:
        """Raises NotFoundError, ForbiddenError (an edit of another class), UnreadableError, FullError; and
        ChangedError when a version is expected and the item has another."""
        ...

    async def move(self, folder: str, id: str, to: str, token: Token) -> Listed:
        """Move the item into the folder `to`; answers how it stands there."""
        ...

    async def remove(self, folder: str, ids: Sequence[str]) -> None:
        """Remove the items for good; those that are gone already are passed over."""
        ...

    async def recall(self, folder: str, token: Token) -> Listed | None:
        """What became of an act with this token that was begun and whose end is not known: the item it left
        in the folder. None: it was not done, or may be done again without harm."""
        ...


class FoldersById(Protocol):
    """Folders addressed by the source's ids."""

    async def create_folder(self, name: str, parent: str | None, holds: ItemClass) -> ListedFolder: ...
    async def update_folder(self, folder: str, name: str, parent: str | None) -> Mapping[str, str]:
        """Rename or move a folder; answers which ids became which others."""
        ...

    async def remove_folder(self, folder: str) -> None:
        """Remove the folder, the folders below it and all they hold."""
        ...


class Source(Lister, ItemsById, FoldersById, Protocol):
    """One user's part of a mail system that only lists: all that such a backend has to be."""
