import pytest

from outrider.protocol.messages.folders import ROOT, FolderType
from outrider.protocol.messages.hierarchy import Folder, GetHierarchyResponse
from outrider.protocol.versions import Version
from tests.protocol.golden import Pair

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


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_golden_bytes_are_read(pair: Pair) -> None:
    decoded = pair.read()
    assert (decoded.value, decoded.unknown, decoded.strays) == (pair.value, 0, ())


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_golden_bytes_are_written(pair: Pair) -> None:
    assert pair.written() == pair.data
