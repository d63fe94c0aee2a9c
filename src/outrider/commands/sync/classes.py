"""What a folder's class and use let a device do in it, and how its items are shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import UNSET

from outrider.commands.drafts import Draft, send_draft, send_new_draft
from outrider.commands.identifiers import read_item_id
from outrider.commands.references import read_reference, write_reference
from outrider.commands.session import Session
from outrider.commands.sync.options import Sticky
from outrider.domain.items import (
    ContactItem,
    DraftEdit,
    Edit,
    FolderUse,
    Item,
    ItemClass,
    Mailbox,
    MailItem,
    NewItem,
    Wish,
)
from outrider.domain.items import Folder as DomainFolder
from outrider.mapping.bodies import octets_of
from outrider.mapping.classes import SERVED, Terms, View, edit_from_wire, new_from_wire, size_of, to_wire
from outrider.mapping.mail import marks_to_wire
from outrider.mapping.mail import to_wire as mail_to_wire
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import AddAttachment, Attachment, AttachmentMethod
from outrider.protocol.items.classes import Item as Element
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.messages.sync import ClientAdd, ClientChange, ClientDelete, ClientFetch
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import Malformed, encode
from outrider.protocol.status import SyncStatus
from outrider.protocol.versions import Version
from outrider.sync.aside import Rendered, Shown
from outrider.sync.state import Response, Result, Verb
from outrider.sync.verbs import Act, Add, Change, Command, Delete, Fetch, Refused


class ClassWork:
    """The items of one folder for one device."""

    def __init__(self, session: Session, folder: DomainFolder, sticky: Sticky) -> None:
        identity = session.account.identity
        self._session = session
        self._folder = folder
        self._sticky = sticky
        self._version = session.line.version
        self._view = View(
            account=Mailbox(identity.name, identity.address), version=self._version, zone=identity.time_zone
        )

    def render(self, number: int, item: Item) -> Rendered:
        """The item as the device will see it."""

        def reference(section: str) -> str:
            return write_reference(self._session, self._folder.number, number, section)

        element = to_wire(item, self._view, reference)
        return Rendered(element, size_of(element))

    def changed(self) -> Shown | None:
        """What is shown of an item that the device has in an older state: of mail only its marks, since
        nothing else of it ever changes, unless it is a draft; of everything else all. MS-ASEMAIL, Sync
        Command Response."""
        mail = self._folder.holds is ItemClass.MAIL and self._folder.use is not FolderUse.DRAFTS
        return Shown(render=_render_marks) if mail else None

    async def command(self, sent: ClientAdd | ClientChange | ClientDelete | ClientFetch) -> Command:
        """What the device wants done, in the engine's words; refused where it makes no sense in this
        folder."""
        try:
            match sent:
                case ClientAdd():
                    return self._add(sent)
                case ClientChange():
                    return await self._change(sent)
                case ClientDelete():
                    return Delete(number=self._number(sent.server_id))
                case ClientFetch():
                    return Fetch(number=self._number(sent.server_id))
        except EasError as error:
            return Refused(response=_refusal(sent, error))

    async def drafts_made(
        self,
        sent: Sequence[ClientAdd | ClientChange | ClientDelete | ClientFetch],
        answered: Sequence[tuple[Response, object]],
    ) -> dict[Response, Email]:
        """What the responses to drafts tell: of a new one its conversation, of new files their references,
        beside the ids that the device gave them.

        MS-ASEMAIL, ConversationId and ConversationIndex; MS-ASAIRS, ClientId; MS-ASCMD, Responses.
        """
        made: dict[Response, Email] = {}
        bringing = [one for one in sent if _new_files(one)]
        for response, _ in answered:
            names = [
                name for one in bringing if _answers(response, one, self._folder) for name in _new_files(one)
            ]
            new = response.verb is Verb.ADD and self._takes_drafts()
            if (names or new) and response.result is Result.DONE and response.number is not None:
                made[response] = await self._told(response.number, response.verb, names)
        return made

    async def _told(self, number: int, verb: Verb, client_ids: list[str]) -> Email:
        [item] = await self._session.account.items.read(self._folder.number, [number], Wish())
        if not isinstance(item, MailItem):
            return Email()
        told = Email()
        if verb is Verb.ADD:
            whole = mail_to_wire(item, self._view.account, str)
            told.conversation_id, told.conversation_index = whole.conversation_id, whole.conversation_index
        if client_ids:
            told.attachments = [*self._references(item, number, client_ids)]
        return told

    def _references(self, item: MailItem, number: int, client_ids: list[str]) -> Iterator[Attachment]:
        """New files stand behind those that were there before, in the order in which the device named
        them."""
        parts = item.message.attachments[-len(client_ids) :]
        for client_id, part in zip(client_ids, parts, strict=False):
            yield Attachment(
                client_id=client_id,
                display_name=part.name,
                file_reference=write_reference(self._session, self._folder.number, number, part.section),
                method=AttachmentMethod.NORMAL,
                estimated_data_size=part.size,
            )

    def _add(self, sent: ClientAdd) -> Command:
        item = self._new(sent.data)
        content = self._digest(sent)
        if not sent.send:
            return Add(client_id=sent.client_id, item=item, content=content)
        if not isinstance(item, DraftEdit):
            raise EasError(SyncStatus.CONVERSION_ERROR, "only a draft can be sent")
        do = partial(send_new_draft, self._session, item)
        return Act(verb=Verb.ADD, do=do, content=content, client_id=sent.client_id)

    async def _change(self, sent: ClientChange) -> Command:
        number = self._number(sent.server_id)
        if not sent.send:
            edit = await self._edit(number, sent.data)
            return Change(number=number, edit=edit, content=self._digest(sent))
        if not self._takes_drafts():
            raise EasError(SyncStatus.CONVERSION_ERROR, "only a draft can be sent")
        last = await self._edit(number, sent.data) if sent.data else None
        draft = Draft(folder=self._folder.number, number=number, edit=last)
        do = partial(send_draft, self._session, draft)
        return Act(verb=Verb.CHANGE, do=do, content=self._digest(sent), number=number)

    def _new(self, data: Element | Malformed | None) -> NewItem:
        data = self._readable(data)
        if self._folder.holds is ItemClass.MAIL and not self._takes_drafts():
            raise EasError(SyncStatus.CONVERSION_ERROR, "mail can only be added as a draft, from 16.0")
        return new_from_wire(data, self._folder.holds, self._terms(), _no_section)

    async def _edit(self, number: int, data: Element | Malformed | None) -> Edit:
        data = self._readable(data)
        terms = self._terms(had_picture=await self._had_picture(number, data))
        edit = edit_from_wire(data, self._folder.holds, terms, lambda text: self._section(number, text))
        return edit.marks if isinstance(edit, DraftEdit) and not self._takes_drafts() else edit

    def _terms(self, *, had_picture: bool = False) -> Terms:
        supported = self._sticky.supported
        return Terms(
            version=self._version,
            zone=self._view.zone,
            supported=None if supported is None else frozenset(TAGS[tag] for tag in supported),
            had_picture=had_picture,
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

    async def _had_picture(self, number: int, data: Element) -> bool:
        """Say whether an empty Picture removes one: only where the device had been sent one."""
        if not isinstance(data, Contact) or data.picture is UNSET or octets_of(data.picture):
            return True
        [item] = await self._session.account.items.read(self._folder.number, [number], Wish())
        return isinstance(item, ContactItem) and item.contact.picture is not None

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

    def _digest(self, sent: ClientAdd | ClientChange) -> bytes:
        """What stands for exactly what the device sent."""
        digest = hashlib.sha256()
        for chunk in encode(sent, self._version):
            digest.update(chunk)
        return digest.digest()


def _render_marks(_: int, item: Item) -> Rendered:
    assert isinstance(item, MailItem)
    element = marks_to_wire(item.marks)
    return Rendered(element, size_of(element))


def _no_section(_: str) -> str:
    raise EasError(SyncStatus.CONVERSION_ERROR, "a new item has no attachments to remove")


def _answers(
    response: Response, sent: ClientAdd | ClientChange | ClientDelete | ClientFetch, folder: DomainFolder
) -> bool:
    """Say whether the response is the one to this command."""
    match sent:
        case ClientAdd():
            return response.verb is Verb.ADD and response.client_id == sent.client_id
        case ClientChange():
            place = read_item_id(sent.server_id)
            return response.verb is Verb.CHANGE and place == (folder.number, response.number)
        case _:
            return False


def _new_files(sent: ClientAdd | ClientChange | ClientDelete | ClientFetch) -> list[str]:
    """The ids that the device gave the files it added."""
    data = sent.data if isinstance(sent, ClientAdd | ClientChange) else None
    if not isinstance(data, Email) or data.attachments is UNSET:
        return []
    return [file.client_id for file in data.attachments if isinstance(file, AddAttachment)]


_RESULTS: dict[int, Result] = {SyncStatus.OBJECT_NOT_FOUND: Result.NOT_FOUND}


def _refusal(sent: ClientAdd | ClientChange | ClientDelete | ClientFetch, error: EasError) -> Response:
    """The response to a command that was not understood; it names what the device named."""
    result = _RESULTS.get(error.status, Result.UNREADABLE)
    match sent:
        case ClientAdd():
            return Response(verb=Verb.ADD, client_id=sent.client_id, result=result)
        case ClientChange():
            return Response(verb=Verb.CHANGE, client_id=sent.server_id, result=result)
        case ClientDelete():
            return Response(verb=Verb.DELETE, client_id=sent.server_id, result=result)
        case ClientFetch():
            return Response(verb=Verb.FETCH, client_id=sent.server_id, result=result)
