from collections.abc import Callable

import pytest

from outrider.protocol.elements import Element
from outrider.protocol.messages.composemail import (
    SendMailResponse,
    SmartForwardResponse,
    SmartReplyResponse,
)
from outrider.protocol.messages.find import FindResponse
from outrider.protocol.messages.folders import (
    FolderCreateResponse,
    FolderDeleteResponse,
    FolderSyncResponse,
    FolderUpdateResponse,
)
from outrider.protocol.messages.itemestimate import GetItemEstimateResponse
from outrider.protocol.messages.itemoperations import ItemOperationsResponse
from outrider.protocol.messages.meetingresponse import MeetingResponseResponse
from outrider.protocol.messages.moveitems import MoveItemsResponse
from outrider.protocol.messages.ping import PingResponse
from outrider.protocol.messages.provision import ProvisionResponse
from outrider.protocol.messages.resolverecipients import ResolveRecipientsResponse
from outrider.protocol.messages.search import SearchResponse
from outrider.protocol.messages.settings import SettingsResponse
from outrider.protocol.messages.sync import SyncResponse
from outrider.protocol.messages.validatecert import ValidateCertResponse
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import encode
from outrider.protocol.versions import OFFERED, Version
from outrider.wbxml.reader import OPEN, read
from outrider.wbxml.tags import END

ANSWERS: list[tuple[str, Callable[..., Element]]] = [
    ("SendMail", SendMailResponse),
    ("SmartForward", SmartForwardResponse),
    ("SmartReply", SmartReplyResponse),
    ("Find", FindResponse),
    ("FolderCreate", FolderCreateResponse),
    ("FolderDelete", FolderDeleteResponse),
    ("FolderSync", FolderSyncResponse),
    ("FolderUpdate", FolderUpdateResponse),
    ("GetItemEstimate", GetItemEstimateResponse),
    ("ItemOperations", ItemOperationsResponse),
    ("MeetingResponse", MeetingResponseResponse),
    ("MoveItems", MoveItemsResponse),
    ("Ping", PingResponse),
    ("Provision", ProvisionResponse),
    ("ResolveRecipients", ResolveRecipientsResponse),
    ("Search", SearchResponse),
    ("Settings", SettingsResponse),
    ("Sync", SyncResponse),
    ("ValidateCert", ValidateCertResponse),
]


@pytest.mark.parametrize("version", OFFERED, ids=str)
@pytest.mark.parametrize(("command", "answer"), ANSWERS)
def test_a_refusal_is_a_status_in_the_root_of_the_command(
    command: str, answer: Callable[..., Element], version: Version
) -> None:
    (root, content), status, end = read(bytes(encode(answer(status=142), version)))
    assert (TAGS[root].name, content) == (command, OPEN)
    assert (TAGS[status[0]].name, status[1]) == ("Status", "142")
    assert end == (END, None)
