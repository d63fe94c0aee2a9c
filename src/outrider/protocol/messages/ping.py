"""Ping: wait for changes in folders. MS-ASCMD, Ping."""

from typing import Annotated

from outrider.protocol.pages import Ping
from outrider.protocol.schema import Element, Wrapped


class PingFolder(Element):
    """A folder to watch. MS-ASCMD, Folder (Ping)."""

    TAG = Ping.Folder

    id: Annotated[str, Ping.Id] = ""
    class_name: Annotated[str | None, Ping.Class] = None


class PingRequest(Element):
    """What to watch, and for how many seconds; what is None is as in the Ping before. MS-ASCMD, Ping."""

    TAG = Ping.Ping

    heartbeat_interval: Annotated[int | None, Ping.HeartbeatInterval] = None
    folders: Annotated[list[PingFolder] | None, Ping.Folders] = None


class PingResponse(Element):
    """How the wait ended: `folders` are the ids of those that changed. MS-ASCMD, Ping."""

    TAG = Ping.Ping

    status: Annotated[int, Ping.Status]
    folders: Annotated[list[str], Ping.Folder, Wrapped(Ping.Folders)] = []
    max_folders: Annotated[int | None, Ping.MaxFolders] = None
    heartbeat_interval: Annotated[int | None, Ping.HeartbeatInterval] = None
