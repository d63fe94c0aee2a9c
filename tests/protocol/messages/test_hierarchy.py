from outrider.protocol.messages.folders import ROOT, FolderType
from outrider.protocol.messages.hierarchy import Folder, GetHierarchyResponse
from outrider.protocol.versions import Version
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair(
        "gethierarchy-001",
        Version.V12_1,
        GetHierarchyResponse(
            folders=[
                Folder(display_name="Inbox", server_id="1", type=FolderType.INBOX, parent_id=ROOT),
                Folder(display_name="Projekte", server_id="12", type=FolderType.USER_MAIL, parent_id="1"),
            ]
        ),
    )
]


class TestGolden(GoldenContract):
    pairs = PAIRS
