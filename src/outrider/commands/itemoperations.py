"""ItemOperations and GetAttachment: items and files one by one, and emptying folders. MS-ASCMD.

Answers go inline, or as a multipart document where the device accepts one: then bodies and files are parts,
pulled from where they lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import UNSET, Struct

from outrider.commands.enforcement import Withheld, bound, is_too_old, limits, withheld
from outrider.commands.identifiers import find_folder, read_item_id
from outrider.commands.moves import follow
from outrider.commands.references import open_reference
from outrider.commands.registry import command
from outrider.commands.session import Answer, Raw, Session
from outrider.commands.showing import show
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.items import ItemClass
from outrider.domain.roles import Content
from outrider.formats.blobs import Slice
from outrider.mapping.bodies import wish_from_fetch
from outrider.mapping.classes import only
from outrider.mapping.folders import class_name
from outrider.protocol.errors import EasError
from outrider.protocol.items.classes import Item as Element
from outrider.protocol.messages.itemoperations import (
    MAILBOX,
    ConversationMoveResponse,
    EmptyFolderContents,
    EmptyFolderContentsResponse,
    Fetch,
    FetchResponse,
    ItemOperationsRequest,
    ItemOperationsResponse,
    Properties,
)
from outrider.protocol.multipart import MULTIPART_TYPE, MultiPart
from outrider.protocol.schema import encode
from outrider.protocol.status import CommonStatus, ItemOperationsStatus
from outrider.protocol.values import Blob, Octets
from outrider.wbxml.writer import Encoded

MOST_OPERATIONS: Final = 100

# MS-ASCMD, Status (ItemOperations); what stands for it in GetAttachment becomes an HTTP status.
_WITHHELD: Final = {
    Withheld.OFF: ItemOperationsStatus.ACCESS_DENIED,
    Withheld.TOO_LARGE: ItemOperationsStatus.DATA_TOO_LARGE,
}
_WITHHELD_LEGACY: Final = {
    Withheld.OFF: CommonStatus.ACCESS_DENIED,
    Withheld.TOO_LARGE: CommonStatus.ATTACHMENT_IS_TOO_LARGE,
}
_RANGE: Final = re.compile(r"\s*(\d{1,12})\s*-\s*(\d{1,12})\s*")


class _Parts:
    """Where large data goes: into the document, or beside it."""

    def __init__(self, *, beside: bool) -> None:
        self._beside = beside
        self.contents: list[Octets] = []

    def place(self, data: Octets) -> int | None:
        """The number of the part that holds the data; None where it stands in the document."""
        if not self._beside:
            return None
        self.contents.append(data)
        return len(self.contents)


class _Whole(Struct, frozen=True):
    """A multipart answer as content."""

    document: MultiPart

    @property
    def length(self) -> int:
        return len(self.document)

    def chunks(self) -> Iterator[bytes]:
        for chunk in self.document:
            yield bytes(chunk)


@command("ItemOperations", ItemOperationsRequest)
async def item_operations(request: ItemOperationsRequest, session: Session) -> Answer:
    """Carry out each operation; one that fails does not hold up the others."""
    if len(request.fetches) + len(request.empties) + len(request.moves) > MOST_OPERATIONS:
        return ItemOperationsResponse(status=ItemOperationsStatus.DATA_TOO_LARGE)
    parts = _Parts(beside=session.line.accept_multipart)
    refused = [
        ConversationMoveResponse(
            status=ItemOperationsStatus.ACTION_NOT_SUPPORTED, conversation_id=move.conversation_id
        )
        for move in request.moves
    ]
    emptied = [await _empty(session, wanted) for wanted in request.empties]
    fetched = [await _fetch(session, wanted, parts) for wanted in request.fetches]
    response = ItemOperationsResponse(
        status=ItemOperationsStatus.SUCCESS, responses=[*refused, *emptied, *fetched]
    )
    if not session.line.accept_multipart:
        return response
    document: Encoded = encode(response, session.line.version)
    return Raw(type=MULTIPART_TYPE, body=_Whole(MultiPart(document, parts.contents)))


@command("GetAttachment")
async def get_attachment(_: None, session: Session) -> Answer:
    """One file of a mail, up to 12.1. MS-ASCMD, GetAttachment."""
    content = await open_reference(session, session.line.parameters.attachment_name or "")
    if reason := withheld(session, content.blob.length):
        raise EasError(_WITHHELD_LEGACY[reason], reason.value)
    return Raw(type=content.type, body=content.blob)


async def _empty(session: Session, wanted: EmptyFolderContents) -> EmptyFolderContentsResponse:
    """Remove all a folder holds, for good."""
    folder = find_folder(await session.account.folders.list(), wanted.collection_id)
    if folder is None:
        status = ItemOperationsStatus.DOCUMENT_NOT_FOUND
        return EmptyFolderContentsResponse(status=status, collection_id=wanted.collection_id)
    deep = wanted.options is not None and wanted.options.delete_sub_folders
    try:
        await session.account.items.empty(folder.number, subfolders=deep)
    except BackendError as error:
        session.note(code=error.code, reason=error.public)
        status = ItemOperationsStatus.PARTIAL_SUCCESS
        return EmptyFolderContentsResponse(status=status, collection_id=wanted.collection_id)
    return EmptyFolderContentsResponse(
        status=ItemOperationsStatus.SUCCESS, collection_id=wanted.collection_id
    )


async def _fetch(session: Session, wanted: Fetch, parts: _Parts) -> FetchResponse:
    """One item or file, named in the answer as it was in the request."""
    names = {
        "collection_id": wanted.collection_id,
        "server_id": wanted.server_id,
        "long_id": wanted.long_id,
        "link_id": wanted.link_id,
        "file_reference": wanted.file_reference,
    }
    status, held, properties = await _find(session, wanted, parts)
    return FetchResponse(
        status=status, class_name=class_name(held) if held else None, properties=properties, **names
    )


async def _find(
    session: Session, wanted: Fetch, parts: _Parts
) -> tuple[ItemOperationsStatus, ItemClass | None, Properties | None]:
    if wanted.store.lower() != MAILBOX.lower():
        return ItemOperationsStatus.UNKNOWN_STORE, None, None
    try:
        if wanted.file_reference is not None:
            status, file = await _file(session, wanted, parts)
            return status, None, file
        place = _place(wanted)
        if place is None:
            return ItemOperationsStatus.DOCUMENT_NOT_FOUND, None, None
        return await _found_item(session, wanted, place, parts)
    except NotFoundError:
        missing = ItemOperationsStatus.DOCUMENT_NOT_FOUND
        named = wanted.file_reference is not None
        return ItemOperationsStatus.INVALID_ATTACHMENT if named else missing, None, None
    except BackendError as error:
        session.note(code=error.code, reason=error.public)
        return ItemOperationsStatus.SERVER_ERROR, None, None


async def _found_item(
    session: Session, wanted: Fetch, place: tuple[int, int], parts: _Parts
) -> tuple[ItemOperationsStatus, ItemClass | None, Properties | None]:
    """The item, wherever the device moved it since a search found it."""
    try:
        return await _item(session, wanted, place, parts)
    except NotFoundError:
        moved = await follow(session, place) if wanted.long_id else None
        if moved is None:
            raise
        return await _item(session, wanted, moved, parts)


async def _item(
    session: Session, wanted: Fetch, place: tuple[int, int], parts: _Parts
) -> tuple[ItemOperationsStatus, ItemClass | None, Properties | None]:
    folder = find_folder(await session.account.folders.list(), str(place[0]))
    if folder is None:
        return ItemOperationsStatus.DOCUMENT_NOT_FOUND, None, None
    wish = bound(wish_from_fetch(wanted.options), folder.holds, limits(session))
    [item] = await session.account.items.read(place[0], [place[1]], wish)
    if isinstance(item, BackendError):
        raise item
    if is_too_old(session, item):
        raise NotFoundError("The policy lets nothing out that is so old.")
    element = show(session, item, place)
    if wanted.options is not None and wanted.options.schema:
        element = only(element, wanted.options.schema)
    return ItemOperationsStatus.SUCCESS, folder.holds, _placed(element, parts)


def _placed(element: Element, parts: _Parts) -> Properties:
    """The item with its body beside the document where it goes there."""
    body = element.body
    if body is not UNSET and body.data is not UNSET:
        number = parts.place(body.data.encode() if isinstance(body.data, str) else body.data)
        if number is not None:
            body.data, body.part = UNSET, number
    return Properties(item=element)


async def _file(
    session: Session, wanted: Fetch, parts: _Parts
) -> tuple[ItemOperationsStatus, Properties | None]:
    content = await open_reference(session, wanted.file_reference or "")
    if reason := withheld(session, content.blob.length):
        session.note(code="E-POLICY-ATTACHMENT", reason=reason.value)
        return _WITHHELD[reason], None
    asked = wanted.options.range if wanted.options else None
    if asked is None or not content.blob.length:  # an empty file has no bytes that a range could name
        data = Blob(content.blob.length, content.blob.chunks)
        return ItemOperationsStatus.SUCCESS, _properties(content, data, parts.place(data))
    found = _read_range(asked, content.blob.length)
    if found is None:
        return ItemOperationsStatus.INVALID_BYTE_RANGE, None
    first, last = found
    data = Blob(last - first + 1, Slice(content.blob, first, last - first + 1).chunks)
    properties = _properties(content, data, parts.place(data))
    properties.range, properties.total = f"{first}-{last}", content.blob.length
    return ItemOperationsStatus.SUCCESS, properties


def _read_range(asked: str, length: int) -> tuple[int, int] | None:
    """The first and the last byte of the file that are meant, both included; None where there are none."""
    found = _RANGE.fullmatch(asked)
    if found is None:
        return None
    first, last = int(found[1]), min(int(found[2]), length - 1)
    return (first, last) if first <= last else None


def _properties(content: Content, data: Blob, part: int | None) -> Properties:
    return Properties(content_type=content.type, data=data if part is None else None, part=part)


def _place(wanted: Fetch) -> tuple[int, int] | None:
    """Folder and number of the item; a LongId stands alone."""
    return read_item_id(wanted.long_id or wanted.server_id or "")
