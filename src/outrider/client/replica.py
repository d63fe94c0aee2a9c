"""A replica of an account, kept by FolderSync and Sync as a device keeps it, and emptied where the server
wants the account or the device wiped. MS-ASCMD, Sync.

Local edits show at once and go out with the next `sync`. After a lost answer (`ClientError` with the code
E-CLIENT-NETWORK) the next `sync` repeats the request word for word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import uuid4

from msgspec import Struct, structs

from outrider.client.client import Client
from outrider.client.errors import ANSWER, ClientError, refused
from outrider.client.folder import START, Folder
from outrider.client.mail import move_items
from outrider.client.tree import Tree
from outrider.protocol.items.body import BodyPreference, BodyType
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item
from outrider.protocol.items.email import Email, Flag, FlagStatus
from outrider.protocol.messages.folders import FolderAdd
from outrider.protocol.messages.sync import Collection, CollectionResponse, Options, SyncRequest, SyncResponse
from outrider.protocol.status import SyncStatus, WipeAcknowledgement
from outrider.protocol.versions import Version

SERVED: Final = frozenset({"Email", "Calendar", "Contacts", "Tasks", "Notes"})
"""The classes of items that a replica can hold."""

_MOST_ROUNDS: Final = 10_000
_MOST_RECOVERIES: Final = 3
_FILTERED: Final = frozenset({"Email", "Calendar", "Tasks"})  # MS-ASCMD, FilterType


class Window(Struct, frozen=True, kw_only=True):
    """What is wanted of folders: `size` items an answer, a `filter_type` (0 all; mail 1 to 5, a day to a
    month; events 4 to 7, two weeks to six months; tasks 8, what is not done), bodies in `body`, and who wins
    a conflict (1 the server, 0 we)."""

    size: int = 100
    filter_type: int | None = None
    body: tuple[BodyPreference, ...] = (BodyPreference(type=BodyType.PLAIN, truncation_size=4096),)
    mime_support: int | None = None
    conflict: int | None = None
    deletes_as_moves: bool = True


class Replica:
    """Folders and items of the client's user."""

    def __init__(self, client: Client, window: Window | None = None) -> None:
        self.client = client
        self.tree = Tree(client)
        self.window = window or Window()
        self._folders: dict[str, Folder] = {}
        self._windows: dict[str, Window] = {}
        self._last: SyncRequest | None = None
        client.obey_wipe = self.empty

    def empty(self) -> WipeAcknowledgement:
        """Remove all that came from the server."""
        self.tree.empty()
        self._folders.clear()
        self._windows.clear()
        self._last = None
        return WipeAcknowledgement.WIPE_DONE

    @property
    def folders(self) -> Mapping[str, FolderAdd]:
        """All folders of the account, by their ids."""
        return self.tree.folders

    def folder(self, folder: str) -> Folder:
        """The state of a folder; raises KeyError for one the server has not told of."""
        if folder not in self._folders:
            self._folders[folder] = Folder(folder, self.tree.class_of(folder), self.client.version)
        return self._folders[folder]

    def items(self, folder: str) -> Mapping[str, Item]:
        """The items of a folder, by their ids."""
        return self.folder(folder).items

    def set_window(self, folder: str, window: Window) -> None:
        """Want something else of one folder than of the others."""
        self._windows[folder] = window

    # ---------------------------------------------------------------------------------- edits

    def edit(self, folder: str, item: str, edit: Item, *, send: bool = False) -> None:
        """Change an item: of a mail or event what is said, any other as a whole; `send` sends a draft, from
        16.0."""
        self.folder(folder).edit(item, edit, send=send)

    def edit_occurrence(self, folder: str, item: str, original: datetime, edit: Event) -> None:
        """Change one occurrence of an event, named by the start that the rule gives it."""
        self.folder(folder).edit_occurrence(item, original, edit)

    def delete_occurrence(self, folder: str, item: str, original: datetime) -> None:
        """Remove one occurrence of an event."""
        self.folder(folder).edit_occurrence(item, original, None)

    def mark(
        self,
        folder: str,
        item: str,
        *,
        read: bool | None = None,
        flagged: bool | None = None,
        categories: Iterable[str] | None = None,
    ) -> None:
        """Change the marks of a mail; categories exist from 14.0."""
        edit = Email()
        if read is not None:
            edit.read = read
        if flagged is not None:
            edit.flag = Flag(status=FlagStatus.ACTIVE, flag_type="Follow up") if flagged else Flag()
        if categories is not None:
            edit.categories = list(categories)
        self.edit(folder, item, edit)

    def add(self, folder: str, item: Item, *, send: bool = False) -> str:
        """Make an item, with `send` a draft that goes out at once; the id under which its outcome is told."""
        client_id = uuid4().hex
        self.folder(folder).add(client_id, item, send=send)
        return client_id

    def delete(self, folder: str, item: str) -> None:
        """Delete an item, or move it to the trash, as the folder's window says."""
        self.folder(folder).remove(item)

    async def move(self, folder: str, item: str, to: str) -> str:
        """Move an item to another folder, once the server has been told of our edits of it; its id there.
        Raises KeyError for one that is not there, or not any more."""
        source = self.folder(folder)
        if source.owes(item):
            await self.sync(folder)
        if item not in source.items:
            raise KeyError(item)
        [moved] = await move_items(self.client, [(item, folder, to)])
        taken = source.take(item)
        if self.folder(to).key != START:
            self.folder(to).items[moved] = taken
        return moved

    # ---------------------------------------------------------------------------------- synchronising

    async def sync(self, *folders: str) -> None:
        """Bring folders up to date both ways; all that can be held, and the tree, where none is named."""
        if not folders or self.tree.key == START:
            await self.sync_tree()
        waiting = set(folders) or self._held()
        for _ in range(_MOST_ROUNDS):
            if not waiting:
                return
            waiting = await self._round(waiting, seconds=0)
        raise ClientError(ANSWER, "the server always has more")

    async def sync_tree(self) -> None:
        """Bring the folders up to date, and forget what is gone."""
        await self.tree.sync()
        self._folders = {key: one for key, one in self._folders.items() if key in self.tree.folders}

    async def wait(self, seconds: int, *folders: str) -> bool:
        """Synchronise, hanging up to `seconds` (whole minutes below 14.0) until there is something to say;
        tell whether there was."""
        named = set(folders) or self._held()
        before = {key: self.folder(key).key for key in named}
        more = await self._round(named, seconds=seconds)
        if more:
            await self.sync(*more)
        return any(self.folder(key).key != former for key, former in before.items() if key in self.folders)

    def _held(self) -> set[str]:
        named = {key: self.tree.class_of(key) for key in self.tree.folders}
        return {key for key, name in named.items() if name in SERVED and self._exists(name)}

    def _exists(self, name: str) -> bool:
        """Whether the client's version has the class. MS-ASNOTE, Protocol Versions."""
        return name != "Notes" or self.client.version >= Version.V14_0

    async def _round(self, folders: set[str], *, seconds: int) -> set[str]:
        """One request; the folders that have more to say."""
        for _ in range(_MOST_RECOVERIES):
            present = sorted(key for key in folders if key in self.tree.folders)
            if not present:
                return set()
            request = self._request(present, seconds)
            answer = await self._exchange(request, seconds)
            status = answer.status if answer else None
            if status in (None, SyncStatus.SUCCESS):
                return await self._hear(present, answer)
            await self._recover(answer)
        raise ClientError(ANSWER, "Sync fails again and again")

    def _request(self, folders: Iterable[str], seconds: int) -> SyncRequest:
        collections = [self.folder(key).ask(self._settings(key)) for key in folders]
        if not seconds:
            return SyncRequest(collections=collections)
        if self.client.version >= Version.V14_0:
            return SyncRequest(collections=collections, heartbeat_interval=seconds)
        return SyncRequest(collections=collections, wait=max(1, seconds // 60))

    def _settings(self, folder: str) -> Collection:
        """What a request says of a folder beside its key and our edits."""
        one, state = self._windows.get(folder, self.window), self.folder(folder)
        version, mail = self.client.version, state.class_name == "Email"
        options = Options(
            filter_type=one.filter_type if state.class_name in _FILTERED else None,
            body_preference=list(one.body),
            conflict=one.conflict,
            mime_support=one.mime_support if mail else None,
        )
        return Collection(
            class_name=state.class_name if version <= Version.V12_1 else None,
            collection_id=folder,
            deletes_as_moves=one.deletes_as_moves,
            get_changes=None if state.key == START else True,
            window_size=one.size,
            options=[options],
        )

    async def _exchange(self, request: SyncRequest, seconds: int) -> SyncResponse | None:
        """Ask, without repeating what the server remembers."""
        last, self._last = self._last, None
        answer = await self.client.ask("Sync", shortened(request, last), SyncResponse, wait=seconds)
        if answer is None or answer.status in (None, SyncStatus.SUCCESS):
            self._last = request
        return answer

    async def _hear(self, folders: Iterable[str], answer: SyncResponse | None) -> set[str]:
        told = {one.collection_id: one for one in answer.collections} if answer else {}
        more = set()
        for key in folders:
            if key not in told:
                self.folder(key).hear_nothing()
                more |= {key} if self.folder(key).unsent else set()
            elif await self._hear_folder(key, told[key]):
                more.add(key)
        return more

    async def _hear_folder(self, key: str, answer: CollectionResponse) -> bool:
        """Apply the answer of one folder; tell whether there is more to ask."""
        folder = self.folder(key)
        if answer.status == SyncStatus.INVALID_SYNC_KEY:
            folder.start_over()
            return True
        if answer.status in (SyncStatus.OBJECT_NOT_FOUND, SyncStatus.HIERARCHY_CHANGED):
            await self.sync_tree()
            if key in self.tree.folders:
                raise refused("Sync", answer.status)
            return False
        if answer.status != SyncStatus.SUCCESS:
            raise refused("Sync", answer.status)
        primed = folder.key == START
        folder.hear(answer)
        return primed or answer.more_available or folder.unsent

    async def _recover(self, answer: SyncResponse | None) -> None:
        """Do what a status of the whole request asks for."""
        status = answer.status if answer else 0
        if status == SyncStatus.HIERARCHY_CHANGED:
            await self.sync_tree()
        elif status == SyncStatus.INVALID_SYNC_KEY:
            for folder in self._folders.values():
                folder.start_over()
        elif status != SyncStatus.INCOMPLETE_REQUEST:
            raise refused("Sync", status or 0)


def shortened(request: SyncRequest, last: SyncRequest | None) -> SyncRequest | None:
    """The request without what the server remembers of the last one: empty (None) where that is all, or
    partial. MS-ASCMD, Empty Sync Request; Partial."""
    if last is None or _ids(request) != _ids(last):
        return request
    known = {one.collection_id: one for one in last.collections}
    news = [one for one in request.collections if not _repeats(one, known[one.collection_id])]
    same_wait = (request.wait, request.heartbeat_interval) == (last.wait, last.heartbeat_interval)
    if not news and same_wait:
        return None
    if len(news) == len(request.collections):
        return request
    return structs.replace(request, collections=news, partial=True)


def _ids(request: SyncRequest) -> set[str]:
    return {one.collection_id for one in request.collections}


def _repeats(one: Collection, former: Collection) -> bool:
    """Whether a folder's part says nothing new: the same settings, the same key, no edits."""
    return one == former and one.sync_key != START and not one.commands
