from datetime import UTC, datetime

import pytest

from outrider.protocol.elements import specs
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.messages.sync import Add, ClientAdd
from outrider.protocol.pages import TAGS, Notes
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load

SPACES = "xmlns='AirSync' xmlns:n='Notes' xmlns:b='AirSyncBase'"


def parse(text: str, version: Version = Version.V14_1) -> object:
    document = f"<Add {SPACES}><ClientId>1</ClientId><ApplicationData>{text}</ApplicationData></Add>"
    return decode(ClientAdd, load(document, TAGS), version).value.data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<n:Subject>Tea</n:Subject>", Note(subject="Tea")),
        ("<n:MessageClass>IPM.StickyNote</n:MessageClass>", Note(message_class="IPM.StickyNote")),
        (
            "<n:LastModifiedDate>20260301T100000Z</n:LastModifiedDate>",
            Note(last_modified_date=datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ),
        ("<n:Categories/>", Note(categories=[])),
        ("<n:Categories><n:Category>Home</n:Category></n:Categories>", Note(categories=["Home"])),
        (
            "<b:Body><b:Type>1</b:Type><b:Data>green</b:Data></b:Body><n:Subject>Tea</n:Subject>",
            Note(subject="Tea", body=Body(type=BodyType.PLAIN, data="green")),
        ),
    ],
)
def test_notes_are_read(text: str, expected: Note) -> None:
    assert parse(text) == expected


def test_dates_are_compact() -> None:
    note = Note(last_modified_date=datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert b"20260301T100000Z" in bytes(encode(Add(server_id="7:1", data=note), Version.V16_1))


def test_there_are_none_below_14_0() -> None:
    assert parse("<n:Subject>Tea</n:Subject>", Version.V12_1) == Email()
    sent = Add(server_id="7:1", data=Note(subject="Tea", body=Body(type=BodyType.PLAIN, data="green")))
    assert decode(Add, bytes(encode(sent, Version.V12_1))).value.data == Email()


def test_all_elements_of_the_page_have_a_home() -> None:
    declared = {tag for spec in specs(Note) for tag in (spec.container, spec.tag)}
    assert set(Notes) <= declared
