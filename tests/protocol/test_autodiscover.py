from datetime import time
from xml.etree import ElementTree

import pytest

from outrider.protocol import autodiscover
from outrider.protocol.autodiscover import (
    AutodiscoverError,
    AutodiscoverRequest,
    MobileSyncSettings,
    answer_json,
    encode_error,
    encode_request,
    encode_response,
    parse_request,
    parse_response,
)

ALICE = MobileSyncSettings(
    address="alice@example.org",
    display_name="Alice <& Co>",
    url="https://mail.example.org/Microsoft-Server-ActiveSync",
)
OUTLOOK = b"""<?xml version="1.0"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
<EMailAddress>alice@example.org</EMailAddress><AcceptableResponseSchema>
http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a
</AcceptableResponseSchema></Request></Autodiscover>"""
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>
<Autodiscover><Request><EMailAddress>&c;</EMailAddress></Request></Autodiscover>"""
ABROAD = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><Autodiscover/>'


def test_a_request_survives_the_round_trip() -> None:
    assert parse_request(encode_request("o'<a>@example.org")) == AutodiscoverRequest("o'<a>@example.org")


@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_body_leaves_the_address_to_the_credentials(body: bytes) -> None:
    assert parse_request(body) == AutodiscoverRequest(None)


def test_white_space_around_the_values_is_dropped() -> None:
    body = encode_request(" alice@example.org\n").replace(b"2006</Acc", b"2006\n</Acc")
    assert parse_request(body) == AutodiscoverRequest("alice@example.org")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(OUTLOOK, 601, id="outlook asks for another schema"),
        pytest.param(LAUGHS, 600, id="entities"),
        pytest.param(ABROAD, 600, id="external document type"),
        pytest.param(b"<Autodiscover><Request/><Request/></Autodiscover>", 600, id="two requests"),
        pytest.param(b"<Autodiscover/>", 600, id="no request"),
        pytest.param(b"<Autodiscover><Request>", 600, id="cut"),
        pytest.param(b"\x03\x01\x6a\x00", 600, id="not xml"),
        pytest.param(b"<?xml version='1.0' encoding='nonsense'?><a/>", 600, id="unknown encoding"),
        pytest.param(b"<a>" + b" " * autodiscover.MAX_DOCUMENT + b"</a>", 600, id="too long"),
        pytest.param(b"<Autodiscover><Request/></Autodiscover>", 601, id="no schema"),
    ],
)
def test_a_bad_request_has_its_code(body: bytes, code: int) -> None:
    with pytest.raises(AutodiscoverError) as caught:
        parse_request(body)
    assert caught.value.code == code


def test_the_answer_uses_the_two_default_namespaces() -> None:
    text = encode_response(ALICE).decode()
    assert text.startswith(
        '<?xml version="1.0" encoding="utf-8"?>'
        '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">'
        '<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006">'
    )


def test_the_answer_names_user_and_server() -> None:
    root = ElementTree.fromstring(encode_response(ALICE))
    values = [element.text for element in root.iter() if element.text]
    assert values == ["en:us", "Alice <& Co>", "alice@example.org", "MobileSync", ALICE.url, ALICE.url]


def test_the_answer_is_read_back() -> None:
    assert parse_response(encode_response(ALICE)) == ALICE.url


@pytest.mark.parametrize(("code", "message"), [(600, "Invalid Request"), (601, "Provider is not available")])
def test_an_error_document_carries_code_and_message(code: int, message: str) -> None:
    document = encode_error(code, at=time(16, 56, 32), number=7)
    assert b'<Error Time="16:56:32.000000" Id="7">' in document
    with pytest.raises(AutodiscoverError, match=message) as caught:
        parse_response(document)
    assert caught.value.code == code


def test_an_answer_without_a_server_is_an_error() -> None:
    with pytest.raises(AutodiscoverError, match="no MobileSync server"):
        parse_response(encode_response(ALICE).replace(b"<Type>MobileSync", b"<Type>CertEnroll"))


@pytest.mark.parametrize(
    ("protocol", "status", "field", "value"),
    [
        ("ActiveSync", 200, "Url", "https://a.example.org/"),
        ("activesync", 200, "Protocol", "ActiveSync"),
        ("AutodiscoverV1", 200, "Url", "https://b.example.org/"),
        ("Ews", 400, "ErrorCode", "InvalidProtocol"),
        ("", 400, "ErrorCode", "MandatoryParameterMissing"),
        (None, 400, "ErrorCode", "MandatoryParameterMissing"),
    ],
)
def test_version_two_answers_by_protocol(protocol: str | None, status: int, field: str, value: str) -> None:
    urls = {"ActiveSync": "https://a.example.org/", "AutodiscoverV1": "https://b.example.org/"}
    answered, document = answer_json(protocol, urls)
    assert (answered, document[field]) == (status, value)
