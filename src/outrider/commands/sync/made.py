"""What the responses of a Sync tell of drafts and events, from 16.0: what the server added to those that the
device made, and the names of the files it put into them.

MS-ASEMAIL, ConversationId and ConversationIndex; MS-ASCAL, UID; MS-ASAIRS, ClientId; MS-ASCMD, Responses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from msgspec import UNSET

from outrider.commands.identifiers import item_id
from outrider.commands.references import write_reference
from outrider.commands.session import Session
from outrider.domain.items import EventItem, Folder, FolderUse, Item, ItemClass, MailItem, Wish
from outrider.mapping.mail import to_wire as mail_to_wire
from outrider.mapping.terms import View
from outrider.protocol.items.body import AddAttachment, Attachment, AttachmentMethod
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.email import Email
from outrider.protocol.messages.sync import ClientAdd, ClientChange, ClientDelete, ClientFetch
from outrider.protocol.values import compact
from outrider.protocol.versions import Version
from outrider.sync.state import Response, Result, Verb

Sent: TypeAlias = ClientAdd | ClientChange | ClientDelete | ClientFetch


class Told(NamedTuple):
    """Where items were made, and for whom."""

    session: Session
    folder: Folder
    view: View

    async def tell(
        self, sent: Sequence[Sent], answered: Sequence[tuple[Response, object]]
    ) -> dict[Response, Email | Event]:
        """What each response tells that tells anything."""
        told: dict[Response, Email | Event] = {}
        bringing = [one for one in sent if new_files(one)]
        for response, _ in answered:
            names = [name for one in bringing if self._answers(response, one) for name in new_files(one)]
            new = response.verb is Verb.ADD and self._adds_to_new()
            if (names or new) and response.result is Result.DONE and response.number is not None:
                told[response] = await self._tell(response, response.number, names)
        return told

    def _adds_to_new(self) -> bool:
        """Whether the server says more of new items than their ids."""
        kinds = self.folder.use is FolderUse.DRAFTS or self.folder.holds is ItemClass.CALENDAR
        return kinds and self.view.version >= Version.V16_0

    def _answers(self, response: Response, sent: Sent) -> bool:
        """Say whether the response is the one to this command."""
        match sent:
            case ClientAdd():
                return response.verb is Verb.ADD and response.client_id == sent.client_id
            case ClientChange():
                named = response.number is not None and item_id(self.folder.number, response.number)
                return (response.verb, named, response.part) == (Verb.CHANGE, sent.server_id, part_of(sent))
            case _:
                return False

    async def _tell(self, response: Response, number: int, client_ids: list[str]) -> Email | Event:
        [item] = await self.session.account.items.read(self.folder.number, [number], Wish())
        new = response.verb is Verb.ADD
        told: Email | Event = Email()
        if isinstance(item, EventItem):
            told = Event(uid=item.event.uid) if new else Event()
        elif isinstance(item, MailItem) and new:
            whole = mail_to_wire(item, self.view.account, str)
            told = Email(conversation_id=whole.conversation_id, conversation_index=whole.conversation_index)
        if client_ids and isinstance(item, MailItem | EventItem):
            files = _files(item, response.part)[-len(client_ids) :]
            told.attachments = [
                self._named(number, client_id, file)
                for client_id, file in zip(client_ids, files, strict=False)
            ]
        return told

    def _named(self, number: int, client_id: str, file: _File) -> Attachment:
        return Attachment(
            client_id=client_id,
            display_name=file.name,
            file_reference=write_reference(self.session, self.folder.number, number, file.section),
            method=AttachmentMethod.NORMAL,
            estimated_data_size=file.size,
        )


class _File(NamedTuple):
    name: str
    section: str
    size: int


def _files(item: Item, part: str) -> list[_File]:
    """The files of an item or an occurrence. New ones stand behind those that were there before, in the order
    in which the device named them."""
    if isinstance(item, MailItem):
        return [_File(one.name, one.section, one.size) for one in item.message.attachments]
    assert isinstance(item, EventItem)
    occurrences = {compact(one.original): one for one in item.event.exceptions if one.original}
    event = occurrences.get(part, item.event)
    return [_File(one.name, one.section, one.size) for one in event.files if one.section]


def new_files(sent: Sent) -> list[str]:
    """The ids that the device gave the files it added."""
    return list(_client_ids(sent))


def _client_ids(sent: Sent) -> Iterator[str]:
    data = sent.data if isinstance(sent, ClientAdd | ClientChange) else None
    if isinstance(data, Email | Event) and data.attachments is not UNSET:
        yield from (file.client_id for file in data.attachments if isinstance(file, AddAttachment))


def part_of(sent: ClientChange | ClientDelete) -> str:
    """The name of the occurrence that is meant; "" for the whole item."""
    return "" if sent.instance_id is None else compact(sent.instance_id)
