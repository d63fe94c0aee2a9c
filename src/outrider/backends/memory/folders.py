"""The folder tree."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from outrider.backends.memory.state import Shelf, State
from outrider.domain.errors import ExistsError, ForbiddenError
from outrider.domain.folders import folded
from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.domain.roles import Token, Tx, Written


class MemoryFolders:
    """The role `Folders`."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def list(self) -> tuple[Folder, ...]:
        """All folders, by number."""
        self._state.hook("folders.list")
        return tuple(shelf.folder for _, shelf in sorted(self._state.shelves.items()))

    async def cursor(self) -> str:
        """The tree's sequence."""
        self._state.hook("folders.cursor")
        return str(self._state.tree)

    async def create(
        self, name: str, parent: int, holds: ItemClass, token: Token, tx: Tx | None = None
    ) -> Folder:
        """Raises ExistsError, NotFoundError (parent), ForbiddenError (an empty name)."""
        self._state.hook("folders.create")
        if token in self._state.receipts:
            return self._state.shelf(self._state.receipts[token].number).folder
        number = self._state.next_folder
        folder = self._checked(Folder(number=number, parent=parent, name=name.strip(), holds=holds))
        self._state.next_folder += 1
        self._state.shelves[number] = Shelf(folder, self._state.sequence, self._state.sequence)
        self._state.receipts[token] = Written(number, None)
        self._moved()
        return folder

    async def update(self, number: int, name: str, parent: int, *, tx: Tx | None = None) -> Folder:
        """Raises NotFoundError, ExistsError, and ForbiddenError for a folder that every account has."""
        self._state.hook("folders.update")
        shelf = self._movable(number)
        if parent in self._subtree(number):
            raise ForbiddenError("A folder cannot be moved into itself.")
        shelf.folder = self._checked(replace(shelf.folder, name=name.strip(), parent=parent))
        self._moved()
        return shelf.folder

    async def delete(self, number: int, *, tx: Tx | None = None) -> None:
        """Raises NotFoundError, and ForbiddenError for a folder that every account has."""
        self._state.hook("folders.delete")
        self._movable(number)
        for folder in tuple(self._subtree(number)):
            del self._state.shelves[folder]
        self._moved()

    def _moved(self) -> None:
        self._state.tree += 1
        self._state.tell(None)

    def _movable(self, number: int) -> Shelf:
        shelf = self._state.shelf(number)
        if shelf.folder.use is not FolderUse.USER:
            raise ForbiddenError("This folder belongs to every account and stays as it is.")
        return shelf

    def _checked(self, wanted: Folder) -> Folder:
        if not wanted.name:
            raise ForbiddenError("A folder needs a name.")
        if wanted.parent:
            self._state.shelf(wanted.parent)
        for shelf in self._state.shelves.values():
            other = shelf.folder
            same = other.parent == wanted.parent and folded(other.name) == folded(wanted.name)
            if same and other.number != wanted.number:
                raise ExistsError("There is a folder of this name already.")
        return wanted

    def _subtree(self, number: int) -> Iterator[int]:
        yield number
        for shelf in tuple(self._state.shelves.values()):
            if shelf.folder.parent == number:
                yield from self._subtree(shelf.folder.number)
