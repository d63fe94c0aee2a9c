"""GetHierarchy: the mail folders, up to 12.1; the request has no body. MS-ASCMD, GetHierarchy."""

from typing import Annotated

from outrider.protocol.pages import FolderHierarchy
from outrider.protocol.schema import Element


class Folder(Element):
    """A mail folder; its type as in `folders.FolderType`. MS-ASCMD, Folder (GetHierarchy)."""

    TAG = FolderHierarchy.Folder

    display_name: Annotated[str, FolderHierarchy.DisplayName]
    server_id: Annotated[str, FolderHierarchy.ServerId]
    type: Annotated[int, FolderHierarchy.Type]
    parent_id: Annotated[str, FolderHierarchy.ParentId]


class GetHierarchyResponse(Element):
    """All mail folders. MS-ASCMD, Folders (GetHierarchy)."""

    TAG = FolderHierarchy.Folders

    folders: Annotated[list[Folder], FolderHierarchy.Folder] = []
