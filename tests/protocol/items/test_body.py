import pytest

from outrider.protocol.errors import SchemaError
from outrider.protocol.items.body import (
    AddAttachment,
    Attachment,
    Body,
    BodyPart,
    BodyPreference,
    BodyType,
    Location,
)
from outrider.protocol.pages import TAGS, AirSyncBase
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.values import Blob
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load

BASE = "xmlns='AirSyncBase' xmlns:io='ItemOperations' xmlns:e2='Email2'"


def parse(cls: type[Element], text: str, version: Version = Version.V14_1) -> Element:
    root = cls.TAG.name if cls.TAG is not None else ""
    return decode(cls, load(f"<{root} {BASE}>{text}</{root}>", TAGS), version).value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Body()),
        ("<Data/>", Body(data="")),
        ("<Type>1</Type><Data>Hällo</Data>", Body(type=BodyType.PLAIN, data="Hällo")),
        ("<Data>x</Data><Type>2</Type>", Body(type=BodyType.HTML, data="x")),
        ("<Type>4</Type><io:Part>2</io:Part>", Body(type=BodyType.MIME, part=2)),
        ("<Truncated>0</Truncated>", Body(truncated=False)),
        ("<Truncated/>", Body(truncated=True)),
        ("<Preview>Hello</Preview>", Body(preview="Hello")),
    ],
)
def test_a_body_keeps_absent_apart_from_empty(text: str, expected: Body) -> None:
    assert parse(Body, text) == expected


def test_a_preview_is_of_14_0() -> None:
    assert parse(Body, "<Preview>Hello</Preview>", Version.V12_1) == Body()


def test_opaque_data_stays_apart_from_text() -> None:
    mime = b"Subject: x\r\n\r\n\xff"
    data = bytes(encode(Body(type=BodyType.MIME, data=mime), Version.V14_1))
    read = decode(Body, data, Version.V14_1).value
    assert isinstance(read.data, bytes | memoryview)
    assert read.data == mime


def test_a_body_is_pulled_from_a_blob() -> None:
    blob = Blob(6, lambda: [b"abc", b"def"])
    assert bytes(encode(Body(data=blob), Version.V14_1)) == bytes(encode(Body(data=b"abcdef"), Version.V14_1))


@pytest.mark.parametrize(
    "text", ["<Type>9</Type>", "<Type>HTML</Type>", "<TruncationSize>1</TruncationSize>"]
)
def test_a_preference_without_a_known_type_is_refused(text: str) -> None:
    with pytest.raises(SchemaError):
        parse(BodyPreference, text)


def test_a_negative_truncation_size_is_refused() -> None:
    with pytest.raises(SchemaError):
        parse(BodyPreference, "<Type>1</Type><TruncationSize>-1</TruncationSize>")


def test_a_preference_takes_sizes_of_32_bits() -> None:
    text = "<Type>1</Type><TruncationSize>4294967295</TruncationSize><AllOrNone>1</AllOrNone>"
    assert parse(BodyPreference, text) == BodyPreference(
        type=BodyType.PLAIN, truncation_size=0xFFFFFFFF, all_or_none=True
    )


def test_a_body_part_has_a_status_first() -> None:
    data = bytes(encode(BodyPart(status=1, type=BodyType.HTML, data="x"), Version.V14_1))
    assert data.index(b"1") < data.index(b"2") < data.index(b"x")


@pytest.mark.parametrize(
    ("version", "kept"),
    [
        (Version.V12_1, Attachment(display_name="a", is_inline=True)),
        (Version.V14_0, Attachment(display_name="a", is_inline=True, um_att_order=1)),
        (Version.V16_0, Attachment(display_name="a", is_inline=True, um_att_order=1, client_id="c")),
    ],
)
def test_an_attachment_is_written_for_a_version(version: Version, kept: Attachment) -> None:
    whole = Attachment(display_name="a", is_inline=True, um_att_order=1, client_id="c")
    assert decode(Attachment, bytes(encode(whole, version))).value == kept


@pytest.mark.parametrize("content", ["AP8=", "AP8", "A P\n8="])
def test_the_content_of_a_new_attachment_may_come_as_base64(content: str) -> None:
    attachment = parse(AddAttachment, f"<ClientId>1</ClientId><Content>{content}</Content>", Version.V16_0)
    assert attachment == AddAttachment(client_id="1", content=b"\x00\xff")


def test_the_content_of_a_new_attachment_is_opaque() -> None:
    attachment = AddAttachment(client_id="1", content=b"AAAA")
    data = bytes(encode(attachment, Version.V16_0))
    assert b"\xc3\x04AAAA" in data
    assert decode(AddAttachment, data).value == attachment


def test_a_new_attachment_is_inline_by_an_empty_tag() -> None:
    attachment = AddAttachment(client_id="c", display_name="d", is_inline=True)
    data = bytes(encode(attachment, Version.V16_0))
    assert bytes([AirSyncBase.IsInline & 0x3F]) == data[-2:-1]
    assert decode(AddAttachment, data).value == attachment


def test_a_location_survives_the_round_trip() -> None:
    location = Location(display_name="Café", city="Köln", latitude="50.94", longitude="6.96")
    assert decode(Location, bytes(encode(location, Version.V16_0))).value == location
