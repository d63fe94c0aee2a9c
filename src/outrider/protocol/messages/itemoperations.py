"""ItemOperations: fetch items and attachments, empty folders, move conversations. MS-ASCMD."""

from typing import Annotated, Final

from outrider.protocol.items.body import BodyPartPreference, BodyPreference
from outrider.protocol.items.classes import Item
from outrider.protocol.pages import (
    AirSync,
    AirSyncBase,
    DocumentLibrary,
    ItemOperations,
    RightsManagement,
    Search,
)
from outrider.protocol.schema import INLINE, Element, Form
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag

MAILBOX: Final = "Mailbox"
"""The store of items and attachments; the other one is DocumentLibrary. MS-ASCMD, Store (ItemOperations)."""


class FetchOptions(Element):
    """How an item is wanted: `range` is "first-last" in bytes. MS-ASCMD, Options (ItemOperations)."""

    TAG = ItemOperations.Options

    schema: Annotated[list[Tag] | None, ItemOperations.Schema] = None
    range: Annotated[str | None, ItemOperations.Range] = None
    user_name: Annotated[str | None, ItemOperations.UserName, Version.V12_1] = None
    password: Annotated[str | None, ItemOperations.Password, Version.V12_1] = None
    mime_support: Annotated[int | None, AirSync.MIMESupport] = None
    body_preference: Annotated[list[BodyPreference], AirSyncBase.BodyPreference] = []
    body_part_preference: Annotated[
        list[BodyPartPreference], AirSyncBase.BodyPartPreference, Version.V14_1
    ] = []
    rights_management_support: Annotated[
        bool | None, RightsManagement.RightsManagementSupport, Version.V14_1
    ] = None


class Fetch(Element):
    """An item, a search result or an attachment to be fetched; a `long_id` stands alone.

    MS-ASCMD, Fetch (ItemOperations).
    """

    TAG = ItemOperations.Fetch

    store: Annotated[str, ItemOperations.Store] = MAILBOX
    link_id: Annotated[str | None, DocumentLibrary.LinkId] = None
    long_id: Annotated[str | None, Search.LongId] = None
    collection_id: Annotated[str | None, AirSync.CollectionId] = None
    server_id: Annotated[str | None, AirSync.ServerId] = None
    file_reference: Annotated[str | None, AirSyncBase.FileReference] = None
    options: Annotated[FetchOptions | None, ItemOperations.Options] = None
    remove_rights_management_protection: Annotated[
        bool, RightsManagement.RemoveRightsManagementProtection, Form.FLAG, Version.V14_1
    ] = False


class EmptyFolderContentsOptions(Element):
    """MS-ASCMD, Options (ItemOperations)."""

    TAG = ItemOperations.Options

    delete_sub_folders: Annotated[bool, ItemOperations.DeleteSubFolders, Form.FLAG] = False


class EmptyFolderContents(Element):
    """A folder to be emptied. MS-ASCMD, EmptyFolderContents."""

    TAG = ItemOperations.EmptyFolderContents

    collection_id: Annotated[str, AirSync.CollectionId] = ""
    options: Annotated[EmptyFolderContentsOptions | None, ItemOperations.Options] = None


class ConversationMoveOptions(Element):
    """MS-ASCMD, Options (ItemOperations)."""

    TAG = ItemOperations.Options

    move_always: Annotated[bool, ItemOperations.MoveAlways, Form.FLAG] = False


class ConversationMove(Element):
    """A conversation to be moved. MS-ASCMD, Move (ItemOperations)."""

    TAG = ItemOperations.Move

    conversation_id: Annotated[Octets, ItemOperations.ConversationId] = b""
    dst_fld_id: Annotated[str, ItemOperations.DstFldId] = ""
    options: Annotated[ConversationMoveOptions | None, ItemOperations.Options] = None


class ItemOperationsRequest(Element):
    """MS-ASCMD, ItemOperations."""

    TAG = ItemOperations.ItemOperations

    moves: Annotated[list[ConversationMove], ItemOperations.Move, Version.V14_0] = []
    empties: Annotated[list[EmptyFolderContents], ItemOperations.EmptyFolderContents] = []
    fetches: Annotated[list[Fetch], ItemOperations.Fetch] = []


class Properties(Element):
    """What was fetched: an item, or the data of an attachment. MS-ASCMD, Properties (ItemOperations).

    `range` only where the request has one (iOS); `data` is base64 text, and `part` its number in a multipart
    answer; `total` counts bytes.
    """

    TAG = ItemOperations.Properties

    content_type: Annotated[str | None, AirSyncBase.ContentType] = None
    range: Annotated[str | None, ItemOperations.Range] = None
    total: Annotated[int | None, ItemOperations.Total] = None
    data: Annotated[Octets | None, ItemOperations.Data, Form.BASE64] = None
    part: Annotated[int | None, ItemOperations.Part] = None
    item: Annotated[Item | None, INLINE] = None


class FetchResponse(Element):
    """What became of a fetch, named as it was. MS-ASCMD, Fetch (ItemOperations)."""

    TAG = ItemOperations.Fetch

    status: Annotated[int, ItemOperations.Status]
    collection_id: Annotated[str | None, AirSync.CollectionId] = None
    server_id: Annotated[str | None, AirSync.ServerId] = None
    long_id: Annotated[str | None, Search.LongId] = None
    class_name: Annotated[str | None, AirSync.Class] = None
    link_id: Annotated[str | None, DocumentLibrary.LinkId] = None
    file_reference: Annotated[str | None, AirSyncBase.FileReference] = None
    properties: Annotated[Properties | None, ItemOperations.Properties] = None


class EmptyFolderContentsResponse(Element):
    """What became of emptying a folder. MS-ASCMD, EmptyFolderContents."""

    TAG = ItemOperations.EmptyFolderContents

    status: Annotated[int, ItemOperations.Status]
    collection_id: Annotated[str | None, AirSync.CollectionId] = None


class ConversationMoveResponse(Element):
    """What became of moving a conversation. MS-ASCMD, Move (ItemOperations)."""

    TAG = ItemOperations.Move

    status: Annotated[int, ItemOperations.Status]
    conversation_id: Annotated[Octets | None, ItemOperations.ConversationId] = None


class ItemOperationsResponse(Element):
    """One response for each operation. MS-ASCMD, ItemOperations."""

    TAG = ItemOperations.ItemOperations

    status: Annotated[int, ItemOperations.Status]
    responses: Annotated[
        list[ConversationMoveResponse | EmptyFolderContentsResponse | FetchResponse], ItemOperations.Response
    ] = []
