"""One folder of a Sync: what the device says of it into the engine's words, and the engine's answer into the
device's."""

from __future__ import annotations

from datetime import datetime

from outrider.commands.enforcement import bound, limits, narrowed
from outrider.commands.identifiers import item_id
from outrider.commands.session import Session
from outrider.commands.sync import options
from outrider.commands.sync.classes import ClassWork
from outrider.commands.sync.options import Sticky
from outrider.domain.changes import Op
from outrider.domain.errors import BackendError
from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.mapping.folders import class_name
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item
from outrider.protocol.items.email import Email
from outrider.protocol.messages.sync import (
    Add,
    AddResponse,
    Change,
    ChangeResponse,
    ClientAdd,
    ClientChange,
    ClientDelete,
    ClientFetch,
    Collection,
    CollectionResponse,
    Delete,
    DeleteResponse,
    FetchResponse,
    SoftDelete,
)
from outrider.protocol.status import SyncStatus
from outrider.protocol.values import parse_date
from outrider.sync import keys
from outrider.sync.engine import Engine
from outrider.sync.once import token_of
from outrider.sync.place import Loaded, sticky_of
from outrider.sync.round import Outcome, Request
from outrider.sync.state import Response, Result, Verb
from outrider.sync.verbs import described

_STATUS = {
    Result.DONE: SyncStatus.SUCCESS,
    Result.CONFLICT: SyncStatus.CONFLICT,
    Result.NOT_FOUND: SyncStatus.OBJECT_NOT_FOUND,
    Result.UNREADABLE: SyncStatus.CONVERSION_ERROR,
    Result.FULL: SyncStatus.CANNOT_COMPLETE,
    Result.FORBIDDEN: SyncStatus.CONVERSION_ERROR,
    Result.FAILED: SyncStatus.SERVER_ERROR,
}


class CollectionRound:
    """One folder of one Sync."""

    def __init__(self, session: Session, engine: Engine, folder: Folder, loaded: Loaded) -> None:
        self._session = session
        self._engine = engine
        self._folder = folder
        self._loaded = loaded
        self._made: dict[Response, Email | Event] = {}

    async def run(self, collection: Collection, window: int) -> CollectionResponse | None:
        """The folder's part of the answer; None when there is nothing to say. Commands that come with key 0
        are refused as a whole: they would be lost."""
        key = collection.sync_key or self._confirmed_key()
        if not key or (key == keys.ZERO and collection.commands) or self._ghosts_notes(collection):
            return self._failed(collection, key, SyncStatus.PROTOCOL_ERROR)
        sticky = options.sticky_of(collection, sticky_of(self._loaded.view, key))
        work = ClassWork(self._session, self._folder, sticky)
        request = await self._request(collection, key, window, sticky=sticky, work=work)
        try:
            outcome = await self._engine.round(
                self._folder, self._loaded, request, render=work.render, now=self._session.now()
            )
        except BackendError as error:
            self._session.note(code=error.code, reason=error.public)
            return self._failed(collection, key, SyncStatus.SERVER_ERROR)
        if outcome.aside:
            self._session.note(aside=outcome.aside)
        if outcome.stale:
            return self._failed(collection, keys.ZERO, SyncStatus.INVALID_SYNC_KEY)
        if outcome.quiet:
            return None
        self._made = await work.made(collection.commands, outcome.responses)
        return self._answer(collection, outcome)

    def _ghosts_notes(self, collection: Collection) -> bool:
        """Nothing of a note can be ghosted. MS-ASNOTE, Sync Command Response."""
        return self._folder.holds is ItemClass.NOTES and collection.supported is not None

    def _confirmed_key(self) -> str:
        """The key of a folder that the request left out: the one the device has confirmed."""
        line = self._loaded.view.current
        return keys.write_key(line.generation, line.serial) if line is not None else ""

    async def _request(
        self, collection: Collection, key: str, window: int, *, sticky: Sticky, work: ClassWork
    ) -> Request:
        holds = self._folder.holds
        commands = tuple([await work.command(one) for one in collection.commands if not _is_empty(one)])
        kept = options.pack(sticky, self._loaded.view.sticky)
        asked = collection.get_changes
        get_changes = key != keys.ZERO if asked is None else asked
        return Request(
            key=key,
            digest=token_of(kept, get_changes, window, [described(command) for command in commands]),
            sticky=kept,
            commands=commands,
            get_changes=get_changes,
            window=window,
            budget=self._session.limits.round_bytes,
            cutoff=narrowed(self._session, holds, sticky.cutoff(holds, self._session.now().date())),
            wish=bound(sticky.wish(holds), holds, limits(self._session)),
            changed=work.changed(),
            server_wins=sticky.server_wins(holds),
            trash=await self._trash(collection),
            connection=self._session.connection,
        )

    async def _trash(self, collection: Collection) -> int | None:
        """Where deleted items go; None for those that go for good: mail only is moved, and not out of the
        trash."""
        trash = [f for f in await self._session.account.folders.list() if f.use is FolderUse.TRASH]
        if collection.deletes_as_moves is False or not trash or self._folder.holds is not trash[0].holds:
            return None
        return None if self._folder == trash[0] else trash[0].number

    def _answer(self, collection: Collection, outcome: Outcome) -> CollectionResponse:
        self._session.note(sent=len(outcome.sent), received=len(outcome.responses))
        return CollectionResponse(
            class_name=class_name(self._folder.holds),
            sync_key=outcome.key,
            collection_id=collection.collection_id,
            status=SyncStatus.SUCCESS,
            more_available=outcome.more,
            responses=[
                answered
                for response, value in outcome.responses
                if (answered := self._response(response, value)) is not None
            ],
            commands=[self._command(op, number, value) for op, number, value in outcome.sent],
        )

    def _response(
        self, response: Response, value: object
    ) -> AddResponse | ChangeResponse | DeleteResponse | FetchResponse | None:
        """What the device is told of its command; of a change or removal that went well, nothing (MS-ASCMD,
        Responses)."""
        status = response.status or _STATUS[response.result]
        server_id = self._id(response.number) if response.number is not None else response.client_id
        match response.verb:
            case Verb.ADD:
                made = self._id(response.number) if response.number is not None else None
                data = self._made.get(response)
                return AddResponse(client_id=response.client_id, server_id=made, status=status, data=data)
            case Verb.CHANGE if response.result is not Result.DONE or response in self._made:
                data, part = self._made.get(response), _instance(response)
                return ChangeResponse(server_id=server_id, instance_id=part, status=status, data=data)
            case Verb.DELETE if response.result is not Result.DONE:
                return DeleteResponse(server_id=server_id, instance_id=_instance(response), status=status)
            case Verb.FETCH:
                return FetchResponse(server_id=server_id, status=status, data=_element(value))
        return None

    def _command(self, op: Op, number: int, value: object) -> Add | Change | Delete | SoftDelete:
        server_id, data = self._id(number), _element(value)
        match op:
            case Op.ADD if data is not None:
                return Add(server_id=server_id, data=data)
            case Op.CHANGE if data is not None:
                return Change(server_id=server_id, data=data)
            case Op.SOFT_DELETE:
                return SoftDelete(server_id=server_id)
            case _:
                return Delete(server_id=server_id)

    def _id(self, number: int) -> str:
        return item_id(self._folder.number, number)

    def _failed(self, collection: Collection, key: str, status: SyncStatus) -> CollectionResponse:
        return CollectionResponse(
            class_name=class_name(self._folder.holds),
            sync_key=key,
            collection_id=collection.collection_id,
            status=status,
        )


def _instance(response: Response) -> datetime | None:
    """The occurrence that a command meant; an answer names it as the request did. MS-ASAIRS, InstanceId."""
    return parse_date(response.part) if response.part else None


def _is_empty(sent: ClientAdd | ClientChange | ClientDelete | ClientFetch) -> bool:
    """Say whether this is a removal of nothing, which BlackBerry sends."""
    return isinstance(sent, ClientDelete) and not sent.server_id


def _element(value: object) -> Item | None:
    """What the renderer made, which the engine handed through without looking at it."""
    return value if isinstance(value, Item) else None
