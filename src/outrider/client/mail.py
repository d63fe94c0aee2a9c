"""Sending, fetching, moving and counting, each in the form that the version wants.

MS-ASCMD: SendMail, SmartReply, SmartForward, ItemOperations, GetAttachment, MoveItems, GetItemEstimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final
from uuid import uuid4

from msgspec import UNSET, Struct

from outrider.client.client import Client, succeeded
from outrider.client.errors import ANSWER, ClientError, refused
from outrider.protocol.items.body import BodyPreference, BodyType
from outrider.protocol.items.classes import Item
from outrider.protocol.messages.composemail import (
    SendMailRequest,
    SendMailResponse,
    SmartForwardRequest,
    SmartForwardResponse,
    SmartReplyRequest,
    SmartReplyResponse,
    Source,
)
from outrider.protocol.messages.itemestimate import (
    EstimateCollection,
    GetItemEstimateRequest,
    GetItemEstimateResponse,
)
from outrider.protocol.messages.itemoperations import (
    EmptyFolderContents,
    EmptyFolderContentsOptions,
    EmptyFolderContentsResponse,
    Fetch,
    FetchOptions,
    FetchResponse,
    ItemOperationsRequest,
    ItemOperationsResponse,
    Properties,
)
from outrider.protocol.messages.moveitems import ItemMove, MoveItemsRequest, MoveItemsResponse
from outrider.protocol.messages.sync import Options
from outrider.protocol.request import Parameters
from outrider.protocol.status import GetItemEstimateStatus, ItemOperationsStatus, MoveItemsStatus
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version

SUCCESS: Final = 1


class Answering(Enum):
    """How a mail refers to another one: the server puts that one into it."""

    REPLY = "SmartReply"
    FORWARD = "SmartForward"


class File(Struct, frozen=True, kw_only=True):
    """An attachment, or a piece of one: `total` are the bytes of the whole, where a piece was asked for."""

    data: bytes
    content_type: str = ""
    range: str | None = None
    total: int | None = None


async def send_mail(client: Client, mime: bytes, *, save: bool = True, client_id: str | None = None) -> None:
    """Send a mail, with a copy in the sent items if `save`. Raises ClientError: 118 if it went out before.

    To repeat one whose answer was lost, give the same `client_id` again.
    """
    if await client.agree() < Version.V14_0:
        await client.post_mime("SendMail", mime, save=save)
        return
    request = SendMailRequest(client_id=client_id or uuid4().hex, save_in_sent_items=save, mime=mime)
    _sent("SendMail", await client.ask("SendMail", request, SendMailResponse))


async def answer_mail(
    client: Client,
    mime: bytes,
    source: tuple[str, str],
    *,
    how: Answering = Answering.REPLY,
    save: bool = True,
    replace: bool = False,
    client_id: str | None = None,
) -> None:
    """Answer or forward the mail `source` (folder and item); `replace`: `mime` holds the original. Raises and
    repeats as `send_mail`."""
    folder, item = source
    if await client.agree() < Version.V14_0:
        parameters = Parameters(collection_id=folder, item_id=item)
        await client.post_mime(how.value, mime, parameters, save=save)
        return
    named, name = Source(folder_id=folder, item_id=item), client_id or uuid4().hex
    if how is Answering.REPLY:
        reply = SmartReplyRequest(
            client_id=name, source=named, save_in_sent_items=save, replace_mime=replace, mime=mime
        )
        _sent(how.value, await client.ask(how.value, reply, SmartReplyResponse))
        return
    forward = SmartForwardRequest(
        client_id=name, source=named, save_in_sent_items=save, replace_mime=replace, mime=mime
    )
    _sent(how.value, await client.ask(how.value, forward, SmartForwardResponse))


def _sent(command: str, answer: SendMailResponse | SmartReplyResponse | SmartForwardResponse | None) -> None:
    if answer is not None and answer.status != SUCCESS:
        raise refused(command, answer.status)


async def fetch_item(
    client: Client,
    folder: str,
    item: str,
    *,
    body: BodyPreference | None = None,
    mime: bool = False,
    multipart: bool = False,
) -> Item:
    """An item with its body, whole if nothing else is said; with `mime`, as the message itself."""
    wanted = BodyPreference(type=BodyType.MIME) if mime else body or BodyPreference(type=BodyType.HTML)
    options = FetchOptions(mime_support=2 if mime else None, body_preference=[wanted])
    fetch = Fetch(collection_id=folder, server_id=item, options=options)
    properties, parts = await _fetch(client, fetch, multipart=multipart)
    found = properties.item
    if found is None:
        raise ClientError(ANSWER, "ItemOperations gave no item")
    if found.body is not UNSET and found.body.part is not UNSET:
        found.body.data, found.body.part = _part(parts, found.body.part), UNSET
    return found


async def fetch_mime(client: Client, folder: str, item: str) -> bytes:
    """A mail as it was written."""
    found = await fetch_item(client, folder, item, mime=True)
    if found.body is UNSET or found.body.data is UNSET:
        raise ClientError(ANSWER, "the mail came without its text")
    data = found.body.data
    return data.encode() if isinstance(data, str) else _bytes(data)


async def fetch_file(
    client: Client, reference: str, *, range: tuple[int, int] | None = None, multipart: bool = False
) -> File:
    """An attachment by its FileReference, or the bytes from the first to the last of `range`."""
    options = None if range is None else FetchOptions(range=f"{range[0]}-{range[1]}")
    fetch = Fetch(file_reference=reference, options=options)
    properties, parts = await _fetch(client, fetch, multipart=multipart)
    data = properties.data if properties.part is None else _part(parts, properties.part)
    return File(
        data=_bytes(data),
        content_type=properties.content_type or "",
        range=properties.range,
        total=properties.total,
    )


async def get_attachment(client: Client, reference: str) -> File:
    """An attachment as up to 12.1. MS-ASCMD, GetAttachment."""
    reply = await client.get("GetAttachment", Parameters(attachment_name=reference))
    return File(data=reply.body, content_type=reply.type)


async def empty_folder(client: Client, folder: str, *, subfolders: bool = False) -> None:
    """Remove all that a folder holds, for good."""
    options = EmptyFolderContentsOptions(delete_sub_folders=True) if subfolders else None
    request = ItemOperationsRequest(empties=[EmptyFolderContents(collection_id=folder, options=options)])
    told = await client.ask("ItemOperations", request, ItemOperationsResponse)
    answer = succeeded("ItemOperations", told, ItemOperationsStatus.SUCCESS)
    for response in answer.responses:
        if isinstance(response, EmptyFolderContentsResponse) and response.status != SUCCESS:
            raise refused("EmptyFolderContents", response.status)


async def _fetch(client: Client, fetch: Fetch, *, multipart: bool) -> tuple[Properties, tuple[bytes, ...]]:
    request = ItemOperationsRequest(fetches=[fetch])
    told, parts = await client.ask_parted(
        "ItemOperations", request, ItemOperationsResponse, multipart=multipart
    )
    answer = succeeded("ItemOperations", told, ItemOperationsStatus.SUCCESS)
    found = next((one for one in answer.responses if isinstance(one, FetchResponse)), None)
    if found is None:
        raise ClientError(ANSWER, "ItemOperations answered no fetch")
    if found.status != ItemOperationsStatus.SUCCESS or found.properties is None:
        raise refused("Fetch", found.status)
    return found.properties, parts


def _part(parts: Sequence[bytes], number: int) -> bytes:
    """A part by the number it has in the document, from 1."""
    if not 0 < number <= len(parts):
        raise ClientError(ANSWER, f"there is no part {number}")
    return parts[number - 1]


def _bytes(data: Octets | None) -> bytes:
    if data is None:
        return b""
    return bytes(data) if isinstance(data, bytes | memoryview) else b"".join(map(bytes, data.chunks()))


async def move_items(client: Client, moves: Iterable[tuple[str, str, str]]) -> list[str]:
    """Move items (item, folder, folder it goes to); their new ids in this order. Raises ClientError for the
    first that could not be moved."""
    wanted = [ItemMove(src_msg_id=item, src_fld_id=at, dst_fld_id=to) for item, at, to in moves]
    answer = await client.ask("MoveItems", MoveItemsRequest(moves=wanted), MoveItemsResponse)
    if answer is None or answer.status is not None:
        raise refused("MoveItems", answer.status or 0 if answer else 0)
    moved = {one.src_msg_id: one for one in answer.responses}
    found = []
    for move in wanted:
        one = moved.get(move.src_msg_id)
        if one is None or one.status != MoveItemsStatus.SUCCESS or not one.dst_msg_id:
            raise refused("MoveItems", one.status if one else 0)
        found.append(one.dst_msg_id)
    return found


async def estimate(client: Client, keys: Mapping[str, str], filter_type: int | None = None) -> dict[str, int]:
    """How many changes wait in folders, given with their sync keys."""
    new = await client.agree() >= Version.V14_0
    wanted = [
        EstimateCollection(
            sync_key=key,
            collection_id=folder,
            filter_type=None if new else filter_type,
            options=[Options(filter_type=filter_type)] if new and filter_type is not None else [],
        )
        for folder, key in keys.items()
    ]
    told = await client.ask(
        "GetItemEstimate", GetItemEstimateRequest(collections=wanted), GetItemEstimateResponse
    )
    if told is None or told.status not in (None, GetItemEstimateStatus.SUCCESS):
        raise refused("GetItemEstimate", told.status or 0 if told else 0)
    counts = {}
    for one in told.responses:
        if one.status != GetItemEstimateStatus.SUCCESS or one.collection is None:
            raise refused("GetItemEstimate", one.status)
        counts[one.collection.collection_id] = one.collection.estimate or 0
    return counts
