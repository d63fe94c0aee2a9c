"""One folder of a replica: its items, its key, and the edits that the server has still to be told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias, TypeGuard

from msgspec import UNSET, Struct, structs

from outrider.client.events import sends_whole, whole, with_occurrence
from outrider.client.items import changed_by_device, changed_by_server, joined, made, named_by_server
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item
from outrider.protocol.items.contacts import Contact
from outrider.protocol.messages.sync import (
    Add,
    AddResponse,
    Change,
    ChangeResponse,
    ClientAdd,
    ClientChange,
    ClientDelete,
    Collection,
    CollectionResponse,
    Delete,
    DeleteResponse,
    FetchResponse,
    SoftDelete,
)
from outrider.protocol.schema import Malformed
from outrider.protocol.status import SyncStatus
from outrider.protocol.versions import Version

START: Final = "0"

Command: TypeAlias = ClientAdd | ClientChange | ClientDelete
Told: TypeAlias = Add | Change | Delete | SoftDelete
Response: TypeAlias = AddResponse | ChangeResponse | DeleteResponse | FetchResponse


class Refusal(Struct, frozen=True, kw_only=True):
    """An edit that the server did not take: its status, and the id under which we sent it."""

    id: str
    status: int


class Folder:
    """A folder as the server has told of it, with our edits on top.

    An edit is pending until a request takes it along, and under way until that request is answered; then it
    is the server's, or was refused. `items` shows all of it; beneath it is kept, for each item with an edit
    that is not answered, what the server has of it. A request whose answer was lost is kept and repeated word
    for word, so that the server knows it again. `made` has the ids of our items by those under which we sent
    them, and `sent` the drafts that went out. `oddities` are sentences about what a server should not have
    said.
    """

    def __init__(self, folder: str, class_name: str, version: Version) -> None:
        self.id = folder
        self.class_name = class_name
        self._version = version
        self.key = START
        self.items: dict[str, Item] = {}
        self.made: dict[str, str] = {}
        self.sent: list[str] = []
        self.refusals: list[Refusal] = []
        self.oddities: list[str] = []
        self._pending: list[Command] = []
        self._asked: Collection | None = None
        self._beneath: dict[str, Item] = {}

    @property
    def unsent(self) -> bool:
        """Whether the server has still to be told of an edit."""
        return bool(self._pending) or (self._asked is not None and bool(self._asked.commands))

    def owes(self, item: str) -> bool:
        """Whether the server has still to be told of an edit of this item."""
        asked = self._asked.commands if self._asked is not None else ()
        return any(_changes(one, item) for one in (*asked, *self._pending))

    def edit(self, item: str, edit: Item, *, send: bool = False) -> None:
        """Change an item; with `send`, a draft that goes out. Raises KeyError for an unknown item."""
        if isinstance(edit, Contact) and edit.categories is UNSET:
            edit = structs.replace(edit, categories=[])  # some servers keep from 16.0 what is not said
        self._beneath.setdefault(item, self.items[item])
        self.items[item] = changed_by_device(self.items[item], edit)
        self._send_change(item, edit, send=send)

    def edit_occurrence(self, item: str, original: datetime, edit: Event | None) -> None:
        """Change the occurrence of an event that the rule has at this time, or remove it (None). Raises
        KeyError for an unknown event."""
        event = self.items[item]
        assert isinstance(event, Event)
        self._beneath.setdefault(item, event)
        after = self.items[item] = with_occurrence(event, original, edit)
        if sends_whole(self._version):
            self._send_change(item, Event(exceptions=after.exceptions))
        elif edit is None:
            self._pending.append(ClientDelete(server_id=item, instance_id=original))
        else:
            self._pending.append(ClientChange(server_id=item, instance_id=original, data=edit))

    def _send_change(self, item: str, edit: Item, *, send: bool = False) -> None:
        """Have the server told, together with what it has not been told of the item yet."""
        edits = (one for one in self._pending if isinstance(one, ClientChange))
        former = next((one for one in edits if _named(one) == (item, None)), None)
        if former is not None and former.data is not None:
            assert not isinstance(former.data, Malformed)
            edit = joined(former.data, edit)
            send = send or former.send
            self._pending.remove(former)
        after = self.items[item]
        if isinstance(edit, Event) and isinstance(after, Event) and sends_whole(self._version):
            edit = whole(after, edit)
        self._pending.append(ClientChange(server_id=item, data=edit, send=send))

    def add(self, client_id: str, item: Item, *, send: bool = False) -> None:
        """Make an item; `made` has its id once the server has taken it."""
        self._pending.append(ClientAdd(client_id=client_id, data=item, send=send))

    def remove(self, item: str) -> None:
        """Delete an item. Raises KeyError for an unknown one."""
        self._beneath.setdefault(item, self.items[item])
        del self.items[item]
        self._pending = [one for one in self._pending if not _changes(one, item)]
        self._pending.append(ClientDelete(server_id=item))

    def take(self, item: str) -> Item:
        """Give an item away that was moved elsewhere. Whether edits of it that the server was not told of
        hold is for the server to say."""
        self._beneath.pop(item, None)
        return self.items.pop(item)

    def start_over(self) -> None:
        """Forget what the server told, not what we have to tell it: what is doubled can be deleted, what is
        lost cannot be found."""
        commands = self._asked.commands if self._asked else []
        unsent = [one for one in commands if isinstance(one, ClientAdd | ClientChange | ClientDelete)]
        self._pending = [*unsent, *self._pending]
        self.key, self.items, self._asked, self._beneath = START, {}, None, {}

    def ask(self, settings: Collection) -> Collection:
        """What to say of this folder in a request: `settings` with key and edits, or what was said before
        where no answer came."""
        if self._asked is None:
            commands: Sequence[Command] = () if self.key == START else self._pending
            self._asked = structs.replace(
                settings, sync_key=self.key, collection_id=self.id, commands=list(commands)
            )
            self._pending = self._pending[len(commands) :]
        return self._asked

    def hear_nothing(self) -> None:
        """The server has nothing to say of this folder: it took what we sent."""
        self._hear((), ())

    def hear(self, answer: CollectionResponse) -> None:
        """Apply what the server says of this folder."""
        self.key = answer.sync_key
        self._hear(answer.responses, answer.commands)

    def _hear(self, responses: Sequence[Response], commands: Sequence[Told]) -> None:
        """From what the server had, by what it took of ours and what it says, to what we show."""
        sent = self._asked.commands if self._asked is not None else []
        self._asked = None
        self.items.update(self._beneath)
        self._beneath = {}
        refused = {(one.server_id, one.instance_id) for one in responses if _refuses(one)}
        for edit in sent:
            if isinstance(edit, ClientChange | ClientDelete) and _named(edit) not in refused:
                self._take_over(edit)
        added = {one.client_id: one for one in sent if isinstance(one, ClientAdd)}
        for response in responses:
            self._hear_response(response, added)
        for command in commands:
            self._hear_command(command)
        self._redo()

    def _take_over(self, edit: ClientChange | ClientDelete) -> None:
        """An edit of ours is the server's now; a draft that went out is a draft no more. MS-ASCMD, Creating
        and Editing Drafts."""
        if isinstance(edit, ClientChange) and edit.send:
            self.items.pop(edit.server_id, None)
            self.sent.append(edit.server_id)
        else:
            self._apply(edit)

    def _hear_response(self, response: Response, added: dict[str, ClientAdd]) -> None:
        done = response.status == SyncStatus.SUCCESS
        match response:
            case AddResponse() if done:
                self._made(response, added.get(response.client_id))
            case AddResponse() if not done:
                self.refusals.append(Refusal(id=response.client_id, status=response.status))
            case ChangeResponse() | FetchResponse() if done:
                self._overlay(response.server_id, response.data)
            case ChangeResponse() | DeleteResponse() if not done:
                self._refused(response)

    def _made(self, response: AddResponse, sent: ClientAdd | None) -> None:
        """The server took an item of ours. A draft that was sent at once leaves nothing here."""
        if sent is None or sent.data is None or isinstance(sent.data, Malformed):
            self.oddities.append(f"a response to {response.client_id}, which was not sent")
        elif sent.send:
            self.sent.append(response.client_id)
        elif response.server_id:
            self.made[response.client_id] = response.server_id
            self.items[response.server_id] = made(sent.data)
            self._overlay(response.server_id, response.data)

    def _overlay(self, item: str, data: Item | None) -> None:
        if data is not None and item in self.items:
            self.items[item] = named_by_server(self.items[item], data)

    def _refused(self, response: ChangeResponse | DeleteResponse) -> None:
        """The item is as the server had it, or gone; in a conflict, the server says how it is."""
        self.refusals.append(Refusal(id=response.server_id, status=response.status))
        if response.status == SyncStatus.OBJECT_NOT_FOUND:
            self.items.pop(response.server_id, None)

    def _hear_command(self, command: Told) -> None:
        known = self.items.get(command.server_id)
        match command:
            case Add():
                if known is not None:
                    self.oddities.append(f"{command.server_id} was added though it was there")
                self.items[command.server_id] = command.data
            case Change():
                if known is None:
                    self.oddities.append(f"{command.server_id} was changed though it was not there")
                    self.items[command.server_id] = command.data
                else:
                    self.items[command.server_id] = changed_by_server(known, command.data)
            case Delete() | SoftDelete():
                self.items.pop(command.server_id, None)

    def _redo(self) -> None:
        """Our edits that were not sent yet hold still."""
        for command in self._pending:
            if isinstance(command, ClientAdd) or command.server_id not in self.items:
                continue
            self._beneath.setdefault(command.server_id, self.items[command.server_id])
            self._apply(command)

    def _apply(self, command: ClientChange | ClientDelete) -> None:
        item = self.items.get(command.server_id)
        if item is None:
            return
        data = command.data if isinstance(command, ClientChange) else None
        assert not isinstance(data, Malformed)
        if command.instance_id is not None:
            assert isinstance(item, Event)
            assert data is None or isinstance(data, Event)
            self.items[command.server_id] = with_occurrence(item, command.instance_id, data)
        elif isinstance(command, ClientDelete):
            del self.items[command.server_id]
        elif data is not None:
            self.items[command.server_id] = changed_by_device(item, data)


def _refuses(response: Response) -> TypeGuard[ChangeResponse | DeleteResponse]:
    edited = isinstance(response, ChangeResponse | DeleteResponse)
    return edited and response.status != SyncStatus.SUCCESS


def _named(command: ClientChange | ClientDelete) -> tuple[str, datetime | None]:
    """The item, and the occurrence if that alone is meant."""
    return command.server_id, command.instance_id


def _changes(command: Command, item: str) -> bool:
    return not isinstance(command, ClientAdd) and command.server_id == item
