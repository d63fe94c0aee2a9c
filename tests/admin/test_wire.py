"""WBXML as XML and back."""

import pytest

from outrider.admin.wire import decode, encode
from outrider.domain.errors import UnreadableError

PING = bytes.fromhex("03016a00000d45480336300001 01")  # Ping: a heartbeat of 60


def test_both_ways() -> None:
    text = decode(PING)
    assert "Ping:Ping" in text
    assert encode(text) == PING


def test_what_is_not_wbxml_is_refused() -> None:
    with pytest.raises(UnreadableError):
        decode(b"<xml/>")


@pytest.mark.parametrize("text", ["", "<unknown/>", "no xml"])
def test_what_describes_no_document_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        encode(text)
