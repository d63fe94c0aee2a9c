import pytest

from outrider.protocol.messages.folders import (
    ROOT,
    Changes,
    FolderAdd,
    FolderChange,
    FolderCreateRequest,
    FolderCreateResponse,
    FolderDeleteRequest,
    FolderDeleteResponse,
    FolderRemoval,
    FolderSyncRequest,
    FolderSyncResponse,
    FolderType,
    FolderUpdateRequest,
    FolderUpdateResponse,
)
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import Element, decode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair("foldersync-001", Version.V14_1, FolderSyncRequest(sync_key="0")),
    Pair(
        "foldersync-002",
        Version.V14_1,
        FolderSyncResponse(
            status=1,
            sync_key="1.1",
            changes=Changes(
                count=4,
                updates=[
                    FolderChange(
                        server_id="12", parent_id="1", display_name="Projekte", type=FolderType.USER_MAIL
                    )
                ],
                deletes=[FolderRemoval(server_id="13")],
                adds=[
                    FolderAdd(server_id="1", parent_id=ROOT, display_name="Inbox", type=FolderType.INBOX),
                    FolderAdd(
                        server_id="14", parent_id="1", display_name="Größe", type=FolderType.USER_GENERIC
                    ),
                ],
            ),
        ),
    ),
    Pair(
        "foldersync-003",
        Version.V12_1,
        FolderSyncResponse(status=1, sync_key="1.2", changes=Changes(count=0)),
    ),
    Pair("foldersync-004", Version.V14_1, FolderSyncResponse(status=142)),
    Pair(
        "foldercreate-001",
        Version.V14_1,
        FolderCreateRequest(
            sync_key="1.1", parent_id=ROOT, display_name="Neu", type=FolderType.USER_CONTACTS
        ),
    ),
    Pair("foldercreate-002", Version.V14_1, FolderCreateResponse(status=1, sync_key="1.2", server_id="15")),
    Pair("foldercreate-003", Version.V14_1, FolderCreateResponse(status=2)),
    Pair(
        "folderupdate-001",
        Version.V14_1,
        FolderUpdateRequest(sync_key="1.2", server_id="15", parent_id="1", display_name="Anders"),
    ),
    Pair("folderupdate-002", Version.V14_1, FolderUpdateResponse(status=1, sync_key="1.3")),
    Pair("folderdelete-001", Version.V14_1, FolderDeleteRequest(sync_key="1.3", server_id="15")),
    Pair("folderdelete-002", Version.V14_1, FolderDeleteResponse(status=1, sync_key="1.4")),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


@pytest.mark.parametrize(
    ("root", "empty"),
    [
        ("FolderSync", FolderSyncRequest()),
        ("FolderCreate", FolderCreateRequest()),
        ("FolderUpdate", FolderUpdateRequest()),
        ("FolderDelete", FolderDeleteRequest()),
    ],
)
def test_what_a_request_leaves_out_is_empty(root: str, empty: Element) -> None:
    assert decode(type(empty), load(f"<{root} xmlns='FolderHierarchy'/>", TAGS)).value == empty


def test_no_change_is_a_count_of_zero_and_nothing_else() -> None:
    (pair,) = (pair for pair in PAIRS if pair.name == "foldersync-003")
    assert pair.data.hex() == "03016a000007564c033100 01".replace(" ", "") + (
        "5203312e3200014e57033000 01".replace(" ", "") + "0101"
    )
