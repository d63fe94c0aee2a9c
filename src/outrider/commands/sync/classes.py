"""What a folder's class and use let a device do in it, and how its items are shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial

from msgspec import structs

from outrider.commands.drafts import Draft, send_draft, send_new_draft
from outrider.commands.enforcement import is_too_old, oldest_day
from outrider.commands.identifiers import read_item_id
from outrider.commands.references import read_reference, write_reference
from outrider.commands.session import Session
from outrider.commands.sync.announcing import Announcer
from outrider.commands.sync.made import Told, part_of
from outrider.commands.sync.options import Sticky
from outrider.domain.errors import BackendError
from outrider.domain.items import (
    DraftEdit,
    Edit,
    FolderUse,
    Item,
    ItemClass,
    MailItem,
    NewEvent,
    NewItem,
    Wish,
)
from outrider.domain.items import Folder as DomainFolder
from outrider.domain.roles import Token
from outrider.mapping.classes import (
    SERVED,
    asks_prior,
    edit_from_wire,
    new_from_wire,
    occurrence_from_wire,
    size_of,
    to_wire,
)
from outrider.mapping.mail import marks_to_wire
from outrider.mapping.terms import Terms, View
from outrider.protocol.errors import EasError
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item as Element
from outrider.protocol.items.email import Email
from outrider.protocol.messages.sync import ClientAdd, ClientChange, ClientDelete, ClientFetch
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import Malformed, encode
from outrider.protocol.status import SyncStatus
from outrider.protocol.versions import Version
from outrider.sync.aside import Rendered, Shown
from outrider.sync.state import Response, Result, Verb
from outrider.sync.verbs import Act, Add, Change, Command, Delete, Fetch, Refused, There


class ClassWork:
    """The items of one folder for one device."""

    def __init__(self, session: Session, folder: DomainFolder, sticky: Sticky) -> None:
        self._session = session
        self._folder = folder
        self._sticky = sticky
        self._version = session.line.version
        self._view = View.of(session.account.identity, self._version)
        self._announcer = Announcer(session, folder, self._view)

    def render(self, number: int, item: Item) -> Rendered:
        """The item as the device will see it."""

        def reference(section: str) -> str:
            return write_reference(self._session, self._folder.number, number, section)

        element = to_wire(item, self._view, reference)
        return Rendered(element, size_of(element))

    def changed(self) -> Shown | None:
        """What is shown of an item that the device has in an older state: of mail only its marks, since
        nothing else of it ever changes, unless it is a draft, or was one until it was moved; of everything
        else all. MS-ASEMAIL, Sync Command Response."""
        mail = self._folder.holds is ItemClass.MAIL and self._folder.use is not FolderUse.DRAFTS
        return Shown(render=_render_marks, suffices=_is_no_draft) if mail else None

    async def command(self, sent: ClientAdd | ClientChange | ClientDelete | ClientFetch) -> Command:
        """What the device wants done, in the engine's words; refused where it makes no sense in this
        folder."""
        try:
            match sent:
                case ClientAdd():
                    return await self._add(sent)
                case ClientChange(instance_id=None):
                    return await self._change(sent)
                case ClientDelete(instance_id=None):
                    return await self._delete(sent)
                case ClientChange() | ClientDelete():
                    return await self._change_occurrence(sent)
                case ClientFetch():
                    return Fetch(number=await self._given(self._number(sent.server_id)))
        except EasError as error:
            return Refused(response=_refusal(sent, error))

    async def made(
        self,
        sent: Sequence[ClientAdd | ClientChange | ClientDelete | ClientFetch],
        answered: Sequence[tuple[Response, object]],
    ) -> dict[Response, Email | Event]:
        """What the responses tell beside ids and statuses."""
        return await Told(self._session, self._folder, self._view).tell(sent, answered)

    async def _add(self, sent: ClientAdd) -> Command:
        data = self._readable(sent.data)
        item = self._new(data)
        content = self._digest(sent)
        if not sent.send:
            made = Add(client_id=sent.client_id, item=item, content=content)
            return await self._placed(made, data)
        if not isinstance(item, DraftEdit):
            raise EasError(SyncStatus.CONVERSION_ERROR, "only a draft can be sent")
        do = partial(send_new_draft, self._session, item)
        return Act(verb=Verb.ADD, do=do, content=content, client_id=sent.client_id)

    async def _placed(self, made: Add, data: Element) -> Add:
        """The command with what is there of the item already, and those who are told."""
        again, there = partial(self._placed, made, data), await self._there(made.item, data)
        if there is None:
            item, after = await self._announcer.new(made.item)
            return structs.replace(made, item=item, after=after, again=again)
        edit, after = await self._announcer.changed(there.number, there.edit)
        there = There(number=there.number, edit=edit)
        return structs.replace(made, there=there, after=after, again=again)

    async def _change(self, sent: ClientChange) -> Command:
        number = self._number(sent.server_id)
        if not sent.send:
            said = await self._edit(number, sent.data)
            edit, after = await self._announcer.changed(number, said)
            known, content = edit == said and not _renames_files(edit), self._digest(sent)
            return Change(number=number, edit=edit, content=content, known=known, after=after)
        if not self._takes_drafts():
            raise EasError(SyncStatus.CONVERSION_ERROR, "only a draft can be sent")
        last = await self._edit(number, sent.data) if sent.data else None
        draft = Draft(folder=self._folder.number, number=number, edit=last)

        async def do(_: Token) -> None:
            await send_draft(self._session, draft)

        return Act(verb=Verb.CHANGE, do=do, content=self._digest(sent), number=number)

    async def _delete(self, sent: ClientDelete) -> Command:
        if self._folder.holds not in SERVED:
            raise EasError(SyncStatus.CONVERSION_ERROR, "an item that is the server's")
        number = self._number(sent.server_id)
        return Delete(number=number, after=await self._announcer.removed(number))

    async def _there(self, item: NewItem, data: Element) -> There | None:
        """The event that the device makes once more, having lost it from view, or because it took it out of
        an invitation that we took in as well: the UID says that they are one."""
        uid = item.event.uid if isinstance(item, NewEvent) else ""
        number = await self._session.account.items.find(self._folder.number, uid) if uid else None
        if number is None:
            return None
        return There(number=number, edit=await self._edit(number, data))

    async def _change_occurrence(self, sent: ClientChange | ClientDelete) -> Command:
        """Change or remove one occurrence of a series. MS-ASAIRS, InstanceId."""
        assert sent.instance_id is not None
        number = self._number(sent.server_id)
        occasion = occurrence_from_wire(
            self._readable(sent.data) if isinstance(sent, ClientChange) else None,
            self._folder.holds,
            sent.instance_id,
            terms=self._terms(await self._prior(number)),
            section=lambda text: self._section(number, text),
        )
        verb = Verb.CHANGE if isinstance(sent, ClientChange) else Verb.DELETE
        edit, after = await self._announcer.changed(number, occasion)
        return Change(
            number=number,
            edit=edit,
            content=self._digest(sent),
            verb=verb,
            part=part_of(sent),
            known=edit == occasion,
            after=after,
        )

    def _new(self, data: Element) -> NewItem:
        if self._folder.holds is ItemClass.MAIL and not self._takes_drafts():
            raise EasError(SyncStatus.CONVERSION_ERROR, "mail can only be added as a draft, from 16.0")
        return new_from_wire(data, self._folder.holds, self._terms(), _no_section)

    async def _edit(self, number: int, data: Element | Malformed | None) -> Edit:
        data = self._readable(data)
        prior = await self._prior(number) if asks_prior(data, self._folder.holds) else None
        terms = self._terms(prior)
        edit = edit_from_wire(data, self._folder.holds, terms, lambda text: self._section(number, text))
        return edit.marks if isinstance(edit, DraftEdit) and not self._takes_drafts() else edit

    def _terms(self, prior: Item | None = None) -> Terms:
        supported = self._sticky.supported
        return Terms(
            view=self._view,
            now=self._session.now(),
            supported=None if supported is None else frozenset(TAGS[tag] for tag in supported),
            prior=prior,
        )

    def _readable(self, data: Element | Malformed | None) -> Element:
        """The item, if it is one that this folder can take at all."""
        if data is None or isinstance(data, Malformed):
            raise EasError(SyncStatus.CONVERSION_ERROR, data.detail if data else "no item")
        if self._folder.holds not in SERVED:
            raise EasError(SyncStatus.CONVERSION_ERROR, "an item of a class that is not served")
        return data

    def _takes_drafts(self) -> bool:
        """Drafts are edited from 16.0, in their own folder. MS-ASCMD, Creating and Editing Drafts."""
        return self._folder.use is FolderUse.DRAFTS and self._version >= Version.V16_0

    async def _prior(self, number: int) -> Item | None:
        """The item as it stands; None where it cannot be read."""
        [item] = await self._session.account.items.read(self._folder.number, [number], Wish())
        return None if isinstance(item, BackendError) else item

    async def _given(self, number: int) -> int:
        """The number, unless the policy does not let its item out any more."""
        bounded = oldest_day(self._session, self._folder.holds) is not None
        item = await self._prior(number) if bounded else None
        if item is not None and is_too_old(self._session, item):
            raise EasError(SyncStatus.OBJECT_NOT_FOUND, "an item older than the policy lets out")
        return number

    def _number(self, server_id: str) -> int:
        found = read_item_id(server_id)
        if found is None or found[0] != self._folder.number:
            raise EasError(SyncStatus.OBJECT_NOT_FOUND, "no item of this folder")
        return found[1]

    def _section(self, number: int, reference: str) -> str:
        found = read_reference(self._session, reference)
        if found is None or found[:2] != (self._folder.number, number):
            raise EasError(SyncStatus.CONVERSION_ERROR, "a FileReference that is not of this item")
        return found[2]

    def _digest(self, sent: ClientAdd | ClientChange | ClientDelete) -> bytes:
        """What stands for exactly what the device sent."""
        digest = hashlib.sha256()
        for chunk in encode(sent, self._version):
            digest.update(chunk)
        return digest.digest()


def _render_marks(_: int, item: Item) -> Rendered:
    assert isinstance(item, MailItem)
    element = marks_to_wire(item.marks)
    return Rendered(element, size_of(element))


def _is_no_draft(item: Item) -> bool:
    return not (isinstance(item, MailItem) and item.marks.draft)


def _renames_files(edit: Edit) -> bool:
    """Say whether files get other references than the device has: those behind one that is removed do."""
    return isinstance(edit, DraftEdit) and bool(edit.removed)


def _no_section(_: str) -> str:
    raise EasError(SyncStatus.CONVERSION_ERROR, "a new item has no attachments to remove")


_RESULTS: dict[int, Result] = {SyncStatus.OBJECT_NOT_FOUND: Result.NOT_FOUND}


def _refusal(sent: ClientAdd | ClientChange | ClientDelete | ClientFetch, error: EasError) -> Response:
    """The response to a command that was not understood; it names what the device named."""
    result = _RESULTS.get(error.status, Result.UNREADABLE)
    match sent:
        case ClientAdd():
            return Response(verb=Verb.ADD, client_id=sent.client_id, result=result)
        case ClientChange():
            return Response(verb=Verb.CHANGE, client_id=sent.server_id, result=result, part=part_of(sent))
        case ClientDelete():
            return Response(verb=Verb.DELETE, client_id=sent.server_id, result=result, part=part_of(sent))
        case ClientFetch():
            return Response(verb=Verb.FETCH, client_id=sent.server_id, result=result)
