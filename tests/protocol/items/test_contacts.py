from datetime import UTC, datetime
from typing import Any

import pytest

from outrider.protocol.elements import specs
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.contacts import Contact
from outrider.protocol.messages.sync import Add
from outrider.protocol.pages import TAGS, Contacts, Contacts2
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load

SPACES = "xmlns='AirSync' xmlns:c='Contacts' xmlns:c2='Contacts2' xmlns:b='AirSyncBase'"


def parse(text: str, version: Version = Version.V14_1) -> Contact:
    document = f"<Add {SPACES}><ServerId>7:1</ServerId><ApplicationData>{text}</ApplicationData></Add>"
    data = decode(Add, load(document, TAGS), version).value.data
    assert isinstance(data, Contact)
    return data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<c:FirstName>Bob</c:FirstName><c2:NickName/>", Contact(first_name="Bob", nick_name="")),
        ("<c:Birthday/>", Contact(birthday=None)),
        (
            "<c:Birthday>1980-02-29T11:59:00.000Z</c:Birthday>",
            Contact(birthday=datetime(1980, 2, 29, 11, 59, tzinfo=UTC)),
        ),
        ("<c:Children/>", Contact(children=[])),
        ("<c:Children><c:Child>Ann</c:Child></c:Children>", Contact(children=["Ann"])),
        ("<c:Picture/>", Contact(picture=b"")),
        ("<c:Picture>/9j/\n4A==</c:Picture>", Contact(picture=b"\xff\xd8\xff\xe0")),
        ("<c:WeightedRank>3</c:WeightedRank><c:Alias>bob</c:Alias>", Contact(weighted_rank=3, alias="bob")),
        (
            "<b:Body><b:Type>1</b:Type><b:Data>notes</b:Data></b:Body><c:FileAs>Bob</c:FileAs>",
            Contact(body=Body(type=BodyType.PLAIN, data="notes"), file_as="Bob"),
        ),
    ],
)
def test_contacts_are_read(text: str, expected: Contact) -> None:
    assert parse(text) == expected


def test_alias_and_rank_are_of_14_0() -> None:
    contact = Contact(file_as="Bob", alias="bob", weighted_rank=1)
    data = bytes(encode(Add(server_id="7:1", data=contact), Version.V12_1))
    assert decode(Add, data).value.data == Contact(file_as="Bob")


def test_all_current_elements_of_both_pages_have_a_home() -> None:
    only_2_5 = {"Body", "BodySize", "BodyTruncated", "CompressedRTF"}
    inside = {"Category", "Child"}
    declared = {spec.container or spec.tag for spec in specs(Contact)}
    missing = {tag.name for page in (Contacts, Contacts2) for tag in page if tag not in declared}
    assert missing == only_2_5 | inside


def test_every_line_of_text_survives_the_round_trip() -> None:
    names = [spec.name for spec in specs(Contact) if spec.types == (str,) and not spec.many]
    assert len(names) == 56
    texts: dict[str, Any] = {name: f"<{name}> ü" for name in names}
    contact = Contact(**texts)
    data = bytes(encode(Add(server_id="7:1", data=contact), Version.V16_1))
    assert decode(Add, data, Version.V16_1).value.data == contact
