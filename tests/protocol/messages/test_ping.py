import pytest

from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import decode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair(
        "ping-001",
        Version.V14_1,
        PingRequest(
            heartbeat_interval=480,
            folders=[PingFolder(id="5", class_name="Email"), PingFolder(id="7", class_name="Contacts")],
        ),
    ),
    Pair("ping-002", Version.V14_1, PingResponse(status=1)),
    Pair("ping-003", Version.V14_1, PingResponse(status=2, folders=["5", "7"])),
    Pair("ping-004", Version.V14_1, PingResponse(status=5, heartbeat_interval=60)),
    Pair("ping-005", Version.V14_1, PingResponse(status=6, max_folders=300)),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<Ping xmlns='Ping'/>", PingRequest()),
        (
            "<Ping xmlns='Ping'><HeartbeatInterval>60</HeartbeatInterval></Ping>",
            PingRequest(heartbeat_interval=60),
        ),
        ("<Ping xmlns='Ping'><Folders/></Ping>", PingRequest(folders=[])),
        (
            "<Ping xmlns='Ping'><Folders><Folder><Class>Email</Class><Id>5</Id></Folder></Folders></Ping>",
            PingRequest(folders=[PingFolder(id="5", class_name="Email")]),
        ),
    ],
)
def test_what_a_ping_leaves_out_stays_apart_from_empty(text: str, expected: PingRequest) -> None:
    assert decode(PingRequest, load(text, TAGS), Version.V14_1).value == expected
