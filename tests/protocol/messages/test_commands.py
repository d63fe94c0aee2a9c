import pytest

from outrider.protocol.messages.commands import MESSAGES
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import encode
from outrider.protocol.versions import COMMANDS, OFFERED, Version, exists
from outrider.wbxml.reader import Reader
from outrider.wbxml.tags import END

REFUSED = [name for name, messages in MESSAGES.items() if messages.refusal]


def test_commands_are_known_to_the_protocol() -> None:
    assert MESSAGES.keys() <= COMMANDS.keys()


@pytest.mark.parametrize("command", REFUSED)
def test_request_and_answer_have_the_same_root(command: str) -> None:
    messages = MESSAGES[command]
    assert messages.request is not None
    assert messages.response is not None
    assert messages.request.TAG is messages.response.TAG
    assert messages.request.TAG is not None
    assert messages.request.TAG.name == command


@pytest.mark.parametrize("version", OFFERED, ids=str)
@pytest.mark.parametrize("command", REFUSED)
def test_a_refusal_is_a_status_in_the_root_of_the_command(command: str, version: Version) -> None:
    refusal = MESSAGES[command].refusal
    assert refusal is not None
    reader = Reader(bytes(encode(refusal(status=142), version)))
    assert TAGS[reader.root()].name == command
    assert TAGS[reader.child()].name == "Status"
    assert reader.leaf() == "142"
    assert reader.child() == END


@pytest.mark.parametrize("command", ["GetAttachment", "GetHierarchy"])
def test_commands_without_a_refusal_have_no_statuses(command: str) -> None:
    assert MESSAGES[command].refusal is None
    assert not exists(command, Version.V14_0)
