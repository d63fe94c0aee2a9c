from datetime import UTC, datetime

from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.email import Forwardee
from outrider.protocol.messages.composemail import (
    SendMailRequest,
    SendMailResponse,
    SmartForwardRequest,
    SmartForwardResponse,
    SmartReplyRequest,
    SmartReplyResponse,
    Source,
)
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import decode, encode
from outrider.protocol.values import Blob
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

MIME = b"From: alice@example.org\r\nTo: bob@example.org\r\nSubject: Hello\r\n\r\nHi\r\n"
PAIRS = [
    Pair(
        "sendmail-001",
        Version.V14_1,
        SendMailRequest(client_id="633724606026842453", save_in_sent_items=True, mime=MIME),
    ),
    Pair("sendmail-002", Version.V14_1, SendMailResponse(status=119)),
    Pair(
        "smartreply-001",
        Version.V14_1,
        SmartReplyRequest(
            client_id="1",
            source=Source(folder_id="5", item_id="5:1"),
            account_id="1",
            replace_mime=True,
            mime=MIME,
        ),
    ),
    Pair("smartreply-002", Version.V14_1, SmartReplyResponse(status=150)),
    Pair(
        "smartforward-001",
        Version.V14_1,
        SmartForwardRequest(
            client_id="2", source=Source(long_id="RgAAAAA"), save_in_sent_items=True, mime=MIME
        ),
    ),
    Pair(
        "smartforward-002",
        Version.V16_1,
        SmartForwardRequest(
            client_id="3",
            source=Source(folder_id="4", item_id="4:1", instance_id=datetime(2026, 3, 1, 12, tzinfo=UTC)),
            forwardees=[Forwardee(email="bob@example.org", name="Bob")],
            body=Body(type=BodyType.PLAIN, data="Please go"),
        ),
    ),
    Pair("smartforward-003", Version.V14_1, SmartForwardResponse(status=150)),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


def test_a_flag_with_content_and_text_for_mime_are_accepted() -> None:
    # Two clients write SaveInSentItems with content 1, and the message as text.
    text = (
        "<SendMail xmlns='ComposeMail'><ClientId>1</ClientId><SaveInSentItems>1</SaveInSentItems>"
        "<Mime>Subject: Grüße&#10;&#10;Hi</Mime></SendMail>"
    )
    request = decode(SendMailRequest, load(text, TAGS), Version.V14_1).value
    assert request == SendMailRequest(
        client_id="1", save_in_sent_items=True, mime="Subject: Grüße\n\nHi".encode()
    )


def test_mime_is_a_slice_of_the_request() -> None:
    data = bytes(encode(SendMailRequest(client_id="1", mime=MIME), Version.V14_1))
    mime = decode(SendMailRequest, data, Version.V14_1).value.mime
    assert isinstance(mime, memoryview)
    assert mime.obj is data


def test_mime_is_pulled_from_a_blob() -> None:
    blob = Blob(len(MIME), lambda: [MIME[:10], MIME[10:]])
    written = bytes(encode(SendMailRequest(client_id="1", mime=blob), Version.V14_1))
    assert written == bytes(encode(SendMailRequest(client_id="1", mime=MIME), Version.V14_1))
