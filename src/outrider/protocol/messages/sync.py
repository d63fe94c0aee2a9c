"""Sync: the changes of folders, both ways. MS-ASCMD, Sync."""

from datetime import datetime
from typing import Annotated

from outrider.protocol.items.body import BodyPartPreference, BodyPreference
from outrider.protocol.items.classes import Item
from outrider.protocol.pages import AirSync, AirSyncBase, Email2, RightsManagement
from outrider.protocol.schema import Element, Form, Malformed, until
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag


class Options(Element):
    """How the items of a folder, or of one class in it, are wanted. MS-ASCMD, Options (Sync).

    `filter_type` 0 is everything, 1 to 7 a day to six months, 8 open tasks; `mime_support` 1 is MIME for
    signed mail, 2 for all; `mime_truncation` is a step, not a size; `conflict` 0 lets the device win.
    """

    TAG = AirSync.Options

    filter_type: Annotated[int | None, AirSync.FilterType] = None
    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    body_preference: Annotated[list[BodyPreference], AirSyncBase.BodyPreference, Version.V12_0] = []
    body_part_preference: Annotated[
        list[BodyPartPreference], AirSyncBase.BodyPartPreference, Version.V14_1
    ] = []
    conflict: Annotated[int | None, AirSync.Conflict] = None
    mime_support: Annotated[int | None, AirSync.MIMESupport] = None
    mime_truncation: Annotated[int | None, AirSync.MIMETruncation] = None
    truncation: Annotated[int | None, AirSync.Truncation, until(Version.V2_5)] = None
    max_items: Annotated[int | None, AirSync.MaxItems, Version.V14_0] = None
    rights_management_support: Annotated[
        bool | None, RightsManagement.RightsManagementSupport, Version.V14_1
    ] = None


class ClientAdd(Element):
    """An item that the device made; with `send`, a draft to be sent at once. MS-ASCMD, Add (Sync).

    Malformed `data` deserves status 6 for this item, and the others go on.
    """

    TAG = AirSync.Add

    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    client_id: Annotated[str, AirSync.ClientId] = ""
    data: Annotated[Item | Malformed | None, AirSync.ApplicationData] = None
    send: Annotated[bool, Email2.Send, Form.FLAG, Version.V16_0] = False


class ClientChange(Element):
    """An item that the device changed, or one occurrence of it; with `send`, a draft. MS-ASCMD, Change.

    Malformed `data` deserves status 6 for this item, and the others go on.
    """

    TAG = AirSync.Change

    server_id: Annotated[str, AirSync.ServerId] = ""
    instance_id: Annotated[datetime | None, AirSyncBase.InstanceId, Form.COMPACT, Version.V16_0] = None
    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    data: Annotated[Item | Malformed | None, AirSync.ApplicationData] = None
    send: Annotated[bool, Email2.Send, Form.FLAG, Version.V16_0] = False


class ClientDelete(Element):
    """An item that the device removed, or one occurrence of it. MS-ASCMD, Delete (Sync)."""

    TAG = AirSync.Delete

    server_id: Annotated[str, AirSync.ServerId] = ""
    instance_id: Annotated[datetime | None, AirSyncBase.InstanceId, Form.COMPACT, Version.V16_0] = None


class ClientFetch(Element):
    """An item that the device wants whole. MS-ASCMD, Fetch (Sync)."""

    TAG = AirSync.Fetch

    server_id: Annotated[str, AirSync.ServerId] = ""


class Collection(Element):
    """One folder in a Sync request. MS-ASCMD, Collection (Sync).

    Where the device says nothing, fields are None. Then `get_changes` means yes with any key but 0,
    `deletes_as_moves` yes, and `supported` that nothing is ghosted; an empty list ghosts everything.
    """

    TAG = AirSync.Collection

    class_name: Annotated[str | None, AirSync.Class, until(Version.V12_1)] = None
    sync_key: Annotated[str, AirSync.SyncKey] = ""
    collection_id: Annotated[str, AirSync.CollectionId] = ""
    supported: Annotated[list[Tag] | None, AirSync.Supported] = None
    deletes_as_moves: Annotated[bool | None, AirSync.DeletesAsMoves] = None
    get_changes: Annotated[bool | None, AirSync.GetChanges] = None
    window_size: Annotated[int | None, AirSync.WindowSize] = None
    conversation_mode: Annotated[bool | None, AirSync.ConversationMode, Version.V14_0] = None
    options: Annotated[list[Options], AirSync.Options] = []
    commands: Annotated[list[ClientAdd | ClientChange | ClientDelete | ClientFetch], AirSync.Commands] = []


class SyncRequest(Element):
    """What the device changed, what it has, and how long it waits. MS-ASCMD, Sync.

    `wait` in minutes, `heartbeat_interval` in seconds. With `partial`, folders and settings it leaves out
    are those of the request before.
    """

    TAG = AirSync.Sync

    collections: Annotated[list[Collection], AirSync.Collections] = []
    wait: Annotated[int | None, AirSync.Wait, Version.V12_1] = None
    heartbeat_interval: Annotated[int | None, AirSync.HeartbeatInterval, Version.V14_0] = None
    window_size: Annotated[int | None, AirSync.WindowSize] = None
    partial: Annotated[bool, AirSync.Partial, Form.FLAG, Version.V12_1] = False


class Add(Element):
    """An item that is new to the device. MS-ASCMD, Add (Sync)."""

    TAG = AirSync.Add

    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    server_id: Annotated[str, AirSync.ServerId]
    data: Annotated[Item, AirSync.ApplicationData]


class Change(Element):
    """An item that the device has in an older state. MS-ASCMD, Change."""

    TAG = AirSync.Change

    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    server_id: Annotated[str, AirSync.ServerId]
    data: Annotated[Item, AirSync.ApplicationData]


class Delete(Element):
    """An item that is gone. MS-ASCMD, Delete (Sync)."""

    TAG = AirSync.Delete

    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    server_id: Annotated[str, AirSync.ServerId]


class SoftDelete(Element):
    """An item that left the window of the filter. MS-ASCMD, SoftDelete."""

    TAG = AirSync.SoftDelete

    server_id: Annotated[str, AirSync.ServerId]


class AddResponse(Element):
    """What became of an item that the device made. MS-ASCMD, Responses.

    From 16.0 `data` tells what the server set, attachments above all.
    """

    TAG = AirSync.Add

    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    client_id: Annotated[str, AirSync.ClientId]
    server_id: Annotated[str | None, AirSync.ServerId] = None
    status: Annotated[int, AirSync.Status]
    data: Annotated[Item | None, AirSync.ApplicationData, Version.V16_0] = None


class ChangeResponse(Element):
    """What became of a change by the device, where it failed or brought attachments. MS-ASCMD, Responses."""

    TAG = AirSync.Change

    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    server_id: Annotated[str, AirSync.ServerId]
    instance_id: Annotated[datetime | None, AirSyncBase.InstanceId, Form.COMPACT, Version.V16_0] = None
    status: Annotated[int, AirSync.Status]
    data: Annotated[Item | None, AirSync.ApplicationData, Version.V16_0] = None


class DeleteResponse(Element):
    """Why a removal by the device failed. MS-ASCMD, Responses."""

    TAG = AirSync.Delete

    class_name: Annotated[str | None, AirSync.Class, Version.V14_0] = None
    server_id: Annotated[str, AirSync.ServerId]
    instance_id: Annotated[datetime | None, AirSyncBase.InstanceId, Form.COMPACT, Version.V16_0] = None
    status: Annotated[int, AirSync.Status]


class FetchResponse(Element):
    """An item that the device wanted whole. MS-ASCMD, Fetch (Sync)."""

    TAG = AirSync.Fetch

    server_id: Annotated[str, AirSync.ServerId]
    status: Annotated[int, AirSync.Status]
    data: Annotated[Item | None, AirSync.ApplicationData] = None


class CollectionResponse(Element):
    """One folder in a Sync answer. MS-ASCMD, Collection (Sync).

    The schema leaves the order free; the first four stand as in the example of MS-ASWBXML. What became of the
    device's own commands goes before those of the server, and MoreAvailable before many of them.
    """

    TAG = AirSync.Collection

    class_name: Annotated[str | None, AirSync.Class, until(Version.V12_1)] = None
    sync_key: Annotated[str, AirSync.SyncKey]
    collection_id: Annotated[str, AirSync.CollectionId]
    status: Annotated[int, AirSync.Status]
    more_available: Annotated[bool, AirSync.MoreAvailable, Form.FLAG] = False
    responses: Annotated[
        list[AddResponse | ChangeResponse | DeleteResponse | FetchResponse], AirSync.Responses
    ] = []
    commands: Annotated[list[Add | Change | Delete | SoftDelete], AirSync.Commands] = []


class SyncResponse(Element):
    """What changed on the server, or why the request failed. MS-ASCMD, Sync.

    `limit` goes with status 14 and 15, and never with collections (MS-ASCMD, Sync). An answer of empty
    collections crashes iOS: where there is nothing to say, it has no body.
    """

    TAG = AirSync.Sync

    status: Annotated[int | None, AirSync.Status] = None
    limit: Annotated[int | None, AirSync.Limit, Version.V12_1] = None
    collections: Annotated[list[CollectionResponse], AirSync.Collections] = []
