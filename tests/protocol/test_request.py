import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.protocol.request import (
    COMMAND_CODES,
    FOREIGN_KEY,
    Parameters,
    RequestError,
    RequestLine,
    encode_base64,
    encode_headers,
    encode_plain,
    parse_request,
)
from outrider.protocol.versions import Version

VERSION = {"ms-asprotocolversion": "14.1"}
PLAIN = "Cmd=Sync&User=alice@example.org&DeviceId=v140Device&DeviceType=SmartPhone"
LINE = RequestLine(
    command="Sync",
    user="alice@example.org",
    device_id="v140Device",
    device_type="SmartPhone",
    version=Version.V14_1,
)


def packed(*fields: bytes) -> str:
    return base64.b64encode(b"".join(fields)).decode()


def test_a_plain_query_and_the_version_header_make_a_line() -> None:
    assert parse_request(PLAIN, VERSION) == LINE


def test_the_published_base64_example_is_read() -> None:
    # MS-ASHTTP, Base64-Encoded Query Value
    assert parse_request("jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l", {}) == RequestLine(
        command="Sync",
        device_id="v140Device",
        device_type="SmartPhone",
        version=Version.V14_0,
        policy_key=0,
        locale=0x0409,
    )


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("cmd=sync&USER=a&deviceid=D&devicetype=T", "command", "Sync"),
        ("Cmd=FOLDERSYNC&User=a&DeviceId=D&DeviceType=T", "command", "FolderSync"),
        ("User=a&DeviceId=D&DeviceType=T&Cmd=Ping", "command", "Ping"),
        ("Cmd=Sync&User=EXAMPLE%5Calice&DeviceId=D&DeviceType=T", "user", "EXAMPLE\\alice"),
        ("Cmd=Sync&User=alice%40example.org&DeviceId=D&DeviceType=T", "user", "alice@example.org"),
        ("Cmd=Sync&User=alice+phone@example.org&DeviceId=D&DeviceType=T", "user", "alice+phone@example.org"),
        ("Cmd=Sync&User=%E9va&DeviceId=D&DeviceType=T", "user", "éva"),
        ("Cmd=Sync&User=%C3%A9va&DeviceId=D&DeviceType=T", "user", "éva"),
        ("Cmd=Sync&User=a%0D%0Ab&DeviceId=D&DeviceType=T", "user", "ab"),
        ("Cmd=Sync&DeviceId=D&DeviceType=T", "user", ""),
        ("Cmd=Sync&User=a&DeviceId=123456&DeviceType=Python", "device_id", "123456"),
        ("Cmd=Sync&User=a&DeviceId=AB%00CD&DeviceType=T", "device_id", "ABCD"),
        ("Cmd=Sync&User=a&DeviceId=" + "A" * 64 + "&DeviceType=T", "device_id", "A" * 64),
        ("Cmd=Sync&User=a&DeviceId=D&DeviceType=Windows%20Mail", "device_type", "Windows Mail"),
        ("Cmd=Sync&User=a&DeviceId=D&DeviceType=T&PolicyKey=7", "policy_key", 7),
        ("Cmd=Sync&User=a&DeviceId=D&DeviceType=T&PolicyKey=", "policy_key", 0),
        ("Cmd=Sync&User=a&DeviceId=D&DeviceType=T", "policy_key", None),
        ("Cmd=SendMail&User=a&DeviceId=D&DeviceType=T&SaveInSent=T", "save_in_sent", True),
        ("Cmd=SendMail&User=a&DeviceId=D&DeviceType=T&SaveInSent=F", "save_in_sent", False),
        ("Cmd=ItemOperations&User=a&DeviceId=D&DeviceType=T&AcceptMultiPart=T", "accept_multipart", True),
        (
            "Cmd=SmartReply&User=a&DeviceId=D&DeviceType=T&CollectionId=5&itemid=5%3A1&Occurrence=x",
            "parameters",
            Parameters(collection_id="5", item_id="5:1", occurrence="x"),
        ),
        (
            "Cmd=SmartForward&User=a&DeviceId=D&DeviceType=T&LongId=L&ParentId=P",
            "parameters",
            Parameters(long_id="L", parent_id="P"),
        ),
        (
            "Cmd=GetAttachment&User=a&DeviceId=D&DeviceType=T&AttachmentName=5%3a1%3a0",
            "parameters",
            Parameters(attachment_name="5:1:0"),
        ),
    ],
)
def test_a_plain_query_is_read_leniently(query: str, field: str, value: object) -> None:
    assert getattr(parse_request(query, VERSION), field) == value


@pytest.mark.parametrize(
    ("name", "header", "field", "value"),
    [
        ("x-ms-policykey", "0", "policy_key", 0),
        ("x-ms-policykey", "4294967295", "policy_key", 0xFFFFFFFF),
        ("x-ms-policykey", "", "policy_key", 0),
        ("ms-asacceptmultipart", "T", "accept_multipart", True),
        ("ms-asacceptmultipart", "F", "accept_multipart", False),
        ("user-agent", "Apple-iPhone/1.0", "user_agent", "Apple-iPhone/1.0"),
        ("accept-language", "de-de", "accept_language", "de-de"),
        ("ms-asprotocolversion", " 16.1 ", "version", Version.V16_1),
    ],
)
def test_headers_add_to_a_plain_query(name: str, header: str, field: str, value: object) -> None:
    assert getattr(parse_request(PLAIN, VERSION | {name: header}), field) == value


@pytest.mark.parametrize("key", ["-1", "4294967296", "9999999999", "9" * 5000, "key", "0x7"])
def test_a_policy_key_of_another_server_is_one_that_nobody_is_given(key: str) -> None:
    assert parse_request(PLAIN, VERSION | {"x-ms-policykey": key}).policy_key == FOREIGN_KEY


def test_a_policy_key_of_another_length_is_one_that_nobody_is_given() -> None:
    query = packed(b"\x8c\x00\x09\x04\x01D\x02\x01\x01\x01T")
    assert parse_request(query, {}).policy_key == FOREIGN_KEY


def test_the_header_wins_over_a_policy_key_in_the_query() -> None:
    assert parse_request(PLAIN + "&PolicyKey=1", VERSION | {"x-ms-policykey": "2"}).policy_key == 2


@pytest.mark.parametrize(
    ("query", "headers", "code"),
    [
        ("", VERSION, "E-REQUEST-QUERY"),
        ("&&&", VERSION, "E-REQUEST-QUERY"),
        ("User=a&DeviceId=D&DeviceType=T", VERSION, "E-REQUEST-QUERY"),
        ("Cmd=&User=a&DeviceId=D&DeviceType=T", VERSION, "E-REQUEST-COMMAND"),
        ("Cmd=Explode&User=a&DeviceId=D&DeviceType=T", VERSION, "E-REQUEST-COMMAND"),
        ("Cmd=Sync&User=a&DeviceType=T", VERSION, "E-REQUEST-DEVICE-ID"),
        ("Cmd=Sync&User=a&DeviceId=&DeviceType=T", VERSION, "E-REQUEST-DEVICE-ID"),
        ("Cmd=Sync&User=a&DeviceId=a%20b&DeviceType=T", VERSION, "E-REQUEST-DEVICE-ID"),
        ("Cmd=Sync&User=a&DeviceId=%C3%A9&DeviceType=T", VERSION, "E-REQUEST-DEVICE-ID"),
        ("Cmd=Sync&User=a&DeviceId=" + "A" * 65 + "&DeviceType=T", VERSION, "E-REQUEST-DEVICE-ID"),
        ("Cmd=Sync&User=a&DeviceId=D", VERSION, "E-REQUEST-DEVICE-TYPE"),
        ("Cmd=Sync&User=a&DeviceId=D&DeviceType=" + "T" * 65, VERSION, "E-REQUEST-DEVICE-TYPE"),
        (PLAIN, {}, "E-REQUEST-VERSION"),
        (PLAIN, {"ms-asprotocolversion": "15.0"}, "E-REQUEST-VERSION"),
        ("not base64!", {}, "E-REQUEST-QUERY"),
        (packed(b"\x8c\x63\x09\x04\x01D\x00\x01T"), {}, "E-REQUEST-COMMAND"),
        (packed(b"\x07\x00\x09\x04\x01D\x00\x01T"), {}, "E-REQUEST-VERSION"),
        (packed(b"\x8c\x00\x09\x04\x00\x00\x01T"), {}, "E-REQUEST-DEVICE-ID"),
        (packed(b"\x8c\x00\x09\x04\x01D\x00\x00"), {}, "E-REQUEST-DEVICE-TYPE"),
        (packed(b"\x8c\x00\x09\x04\x01D\x00\x01T\x01\x05ab"), {}, "E-REQUEST-QUERY"),
    ],
)
def test_a_bad_request_line_has_its_code(query: str, headers: dict[str, str], code: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_request(query, headers)
    assert caught.value.code == code


def test_all_parameters_of_a_base64_query_are_read() -> None:
    query = packed(
        b"\xa1\x03\x07\x04\x02D1\x04\x78\x56\x34\x12\x01T",
        b"\x00\x02at\x01\x015\x03\x0335a\x04\x01l\x05\x01p\x06\x01o\x07\x01\x03\x08\x05alice\x63\x02??",
    )
    assert parse_request(query, {"user-agent": "Test"}) == RequestLine(
        command="SmartReply",
        device_id="D1",
        device_type="T",
        version=Version.V16_1,
        user="alice",
        policy_key=0x12345678,
        parameters=Parameters(
            attachment_name="at",
            collection_id="5",
            item_id="35a",
            long_id="l",
            parent_id="p",
            occurrence="o",
        ),
        save_in_sent=True,
        accept_multipart=True,
        locale=0x0407,
        user_agent="Test",
    )


def test_a_device_id_of_sixteen_raw_bytes_becomes_hexadecimal() -> None:
    guid = bytes(range(16))
    query = packed(b"\x8c\x00\x09\x04\x10", guid, b"\x00\x01T")
    assert parse_request(query, {}).device_id == guid.hex().upper()


@pytest.mark.parametrize("change", [("=", ""), ("=", "%3D"), ("/", "%2F"), ("+", "%2B"), ("+", " ")])
def test_escaped_and_unpadded_base64_is_read(change: tuple[str, str]) -> None:
    line = RequestLine(
        command="Ping", device_id="D", device_type="~~~??>>>ÿ", version=Version.V14_1, policy_key=0xFFFFFBFF
    )
    query = encode_base64(line)
    assert change[0] in query
    assert parse_request(query.replace(*change), {}).policy_key == 0xFFFFFBFF


@pytest.mark.parametrize("cut", range(1, 24))
def test_a_base64_query_cut_anywhere_is_refused(cut: int) -> None:
    raw = base64.b64decode("jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l")
    with pytest.raises(RequestError):
        parse_request(base64.b64encode(raw[:cut]).decode(), {})


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)
lines = st.builds(
    RequestLine,
    command=st.sampled_from(list(COMMAND_CODES.values())),
    user=texts,
    device_id=st.from_regex(r"[!-~]{1,32}", fullmatch=True),
    device_type=texts,
    version=st.sampled_from(list(Version)),
    policy_key=st.integers(0, 0xFFFFFFFF),
    parameters=st.builds(Parameters, collection_id=st.none() | texts, attachment_name=st.none() | texts),
    save_in_sent=st.booleans(),
)


@given(lines)
def test_a_plain_query_survives_the_round_trip(line: RequestLine) -> None:
    headers = {name.lower(): value for name, value in encode_headers(line).items()}
    assert parse_request(encode_plain(line), headers) == line


@given(lines)
def test_a_base64_query_survives_the_round_trip(line: RequestLine) -> None:
    read = parse_request(encode_base64(line), {})
    assert read == RequestLine(
        command=line.command,
        user=line.user,
        device_id=line.device_id,
        device_type=line.device_type,
        version=line.version,
        policy_key=line.policy_key,
        parameters=line.parameters,
        save_in_sent=line.save_in_sent,
        locale=0x0409,
    )


def test_headers_say_only_what_the_line_knows() -> None:
    assert encode_headers(LINE) == {"MS-ASProtocolVersion": "14.1"}
