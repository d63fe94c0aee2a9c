from typing import Annotated, Any

import pytest
from msgspec import UNSET, Meta, UnsetType

from outrider.protocol.errors import SchemaError
from outrider.protocol.pages import TAGS, AirSync, Contacts, Email, Find, ItemOperations, Search
from outrider.protocol.schema import INLINE, Element, Form, Malformed, Stray, Wrapped, decode, until
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from outrider.wbxml.tags import HEADER, Tag


class Mail(Element):
    subject: Annotated[str | UnsetType, Email.Subject] = UNSET
    read: Annotated[bool | UnsetType | None, Email.Read] = UNSET
    categories: Annotated[list[str] | UnsetType, Email.Category, Wrapped(Email.Categories)] = UNSET
    shared: Annotated[str | UnsetType, AirSync.Class] = UNSET


class Person(Element):
    first_name: Annotated[str | UnsetType, Contacts.FirstName] = UNSET
    shared: Annotated[str | UnsetType, AirSync.Class] = UNSET


class Add(Element):
    TAG = AirSync.Add

    server_id: Annotated[str, AirSync.ServerId]
    data: Annotated[Mail | Person | Malformed | None, AirSync.ApplicationData] = None


class Delete(Element):
    TAG = AirSync.Delete

    server_id: Annotated[str, AirSync.ServerId] = ""


class Query(Element):
    text: Annotated[str | None, Search.FreeText] = None


class Message(Element):
    TAG = AirSync.Sync

    key: Annotated[str, AirSync.SyncKey] = ""
    size: Annotated[int | None, AirSync.WindowSize, Meta(le=512)] = None
    mode: Annotated[bool, AirSync.ConversationMode, Version.V14_0] = False
    old: Annotated[str | None, AirSync.Class, until(Version.V12_1)] = None
    partial: Annotated[bool, AirSync.Partial, Form.FLAG] = False
    supported: Annotated[list[Tag] | None, AirSync.Supported] = None
    item: Annotated[Mail | None, AirSync.ApplicationData] = None
    flag: Annotated[Mail | UnsetType | None, Email.Flag] = UNSET
    status: Annotated[int, AirSync.Status, Wrapped(AirSync.Collections)] = 0
    query: Annotated[str | Query | None, Search.Query] = None
    picture: Annotated[int | None, Find.MaxSize] = None
    commands: Annotated[list[Add | Delete], AirSync.Commands] = []


PAGES = ("AirSync", "Email", "Contacts", "Search", "Find", "ItemOperations")
NAMESPACES = " ".join(['xmlns:wbxml="urn:wbxml"', *(f'xmlns:{page}="{page}"' for page in PAGES)])


def read(
    inside: str, version: Version | None = None, root: str = "Sync", cls: type[Element] = Message
) -> Any:
    page = "ItemOperations" if cls is Properties else "AirSync"
    text = f"<{page}:{root} {NAMESPACES}>{inside}</{page}:{root}>"
    return decode(cls, load(text, TAGS), version)


class Properties(Element):
    TAG = ItemOperations.Properties

    total: Annotated[int | None, ItemOperations.Total] = None
    item: Annotated[Mail | Person | None, INLINE] = None
    data: Annotated[bytes | None, ItemOperations.Data, Form.BASE64] = None


CASES: list[tuple[str, str, Message]] = [
    ("a leaf", "<AirSync:SyncKey>1</AirSync:SyncKey>", Message(key="1")),
    ("an empty string", "<AirSync:SyncKey/>", Message(key="")),
    (
        "pieces of text",
        "<AirSync:SyncKey><wbxml:text>1</wbxml:text><wbxml:text>2</wbxml:text></AirSync:SyncKey>",
        Message(key="12"),
    ),
    (
        "text and data",
        "<AirSync:SyncKey><wbxml:text>1</wbxml:text>"
        '<wbxml:opaque wbxml:opaque="text">2</wbxml:opaque></AirSync:SyncKey>',
        Message(key="12"),
    ),
    ("an opened leaf without anything", '<AirSync:SyncKey wbxml:open="true"/>', Message(key="")),
    ("an empty number", "<AirSync:WindowSize/>", Message()),
    ("an empty boolean", "<AirSync:ConversationMode/>", Message(mode=True)),
    ("a flag", "<AirSync:Partial/>", Message(partial=True)),
    ("a flag that says no", "<AirSync:Partial>0</AirSync:Partial>", Message()),
    (
        "names",
        "<AirSync:Supported><Contacts:Picture/><Email:To/></AirSync:Supported>",
        Message(supported=[Contacts.Picture, Email.To]),
    ),
    ("no names", "<AirSync:Supported/>", Message(supported=[])),
    ("an empty element", "<AirSync:ApplicationData/>", Message(item=Mail())),
    ("an empty element kept apart", "<Email:Flag/>", Message(flag=None)),
    (
        "an element kept apart",
        "<Email:Flag><Email:Subject>s</Email:Subject></Email:Flag>",
        Message(flag=Mail(subject="s")),
    ),
    (
        "an empty leaf kept apart",
        "<AirSync:ApplicationData><Email:Read/></AirSync:ApplicationData>",
        Message(item=Mail(read=None)),
    ),
    (
        "wrapped leaves",
        "<AirSync:ApplicationData><Email:Categories><Email:Category>a</Email:Category><Email:Category/></Email:Categories></AirSync:ApplicationData>",
        Message(item=Mail(categories=["a", ""])),
    ),
    (
        "an empty wrapper",
        "<AirSync:ApplicationData><Email:Categories/></AirSync:ApplicationData>",
        Message(item=Mail(categories=[])),
    ),
    (
        "one wrapped leaf",
        "<AirSync:Collections><AirSync:Status>3</AirSync:Status></AirSync:Collections>",
        Message(status=3),
    ),
    ("a wrapper without its leaf", "<AirSync:Collections/>", Message()),
    ("text", "<Search:Query>who</Search:Query>", Message(query="who")),
    (
        "text in pieces",
        "<Search:Query><wbxml:text>w</wbxml:text><wbxml:text>ho</wbxml:text></Search:Query>",
        Message(query="who"),
    ),
    (
        "an element instead of text",
        "<Search:Query><Search:FreeText>who</Search:FreeText></Search:Query><AirSync:SyncKey>1</AirSync:SyncKey>",
        Message(query=Query(text="who"), key="1"),
    ),
    ("a tag at its other number", "<wbxml:tag-191B>7</wbxml:tag-191B>", Message(picture=7)),
    (
        "mixed children in their order",
        "<AirSync:Commands><AirSync:Delete/><AirSync:Add><AirSync:ServerId>1</AirSync:ServerId></AirSync:Add><AirSync:Delete/></AirSync:Commands>",
        Message(commands=[Delete(), Add(server_id="1"), Delete()]),
    ),
    (
        "a container twice",
        "<AirSync:Commands><AirSync:Delete/></AirSync:Commands><AirSync:Commands><AirSync:Delete/></AirSync:Commands>",
        Message(commands=[Delete(), Delete()]),
    ),
    (
        "text between children",
        "<wbxml:text> </wbxml:text><AirSync:SyncKey>1</AirSync:SyncKey>",
        Message(key="1"),
    ),
]


@pytest.mark.parametrize(
    ("inside", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_children_become_fields(inside: str, expected: Message) -> None:
    decoded = read(inside)
    assert decoded.value == expected
    assert (decoded.unknown, decoded.strays) == (0, ())


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<Email:Subject>s</Email:Subject>", Mail(subject="s")),
        ("<Contacts:FirstName>a</Contacts:FirstName>", Person(first_name="a")),
        (
            "<AirSync:Class>x</AirSync:Class><Contacts:FirstName>a</Contacts:FirstName>",
            Person(first_name="a", shared="x"),
        ),
        (
            "<wbxml:tag-1105><Email:To/></wbxml:tag-1105><Contacts:FirstName>a</Contacts:FirstName>",
            Person(first_name="a"),
        ),
        ("<AirSync:Class>x</AirSync:Class>", Mail(shared="x")),
        ("", Mail()),
    ],
)
def test_a_choice_of_elements_is_the_one_that_knows_the_children(
    inside: str, expected: Mail | Person
) -> None:
    data = f"<AirSync:ApplicationData>{inside}</AirSync:ApplicationData>"
    text = (
        f"<AirSync:Commands><AirSync:Add><AirSync:ServerId>1</AirSync:ServerId>{data}</AirSync:Add>"
        "<AirSync:Delete/></AirSync:Commands>"
    )
    assert read(text).value.commands == [Add(server_id="1", data=expected), Delete()]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", Properties()),
        ("<ItemOperations:Total>3</ItemOperations:Total>", Properties(total=3)),
        (
            "<Contacts:FirstName>a</Contacts:FirstName><ItemOperations:Data>AAE=</ItemOperations:Data>",
            Properties(item=Person(first_name="a"), data=b"\0\x01"),
        ),
        (
            "<ItemOperations:Total>3</ItemOperations:Total><Email:Subject>s</Email:Subject><AirSync:Class>x</AirSync:Class>",
            Properties(total=3, item=Mail(subject="s", shared="x")),
        ),
    ],
)
def test_children_of_an_inline_element_stand_among_those_of_its_parent(
    inside: str, expected: Properties
) -> None:
    assert read(inside, root="Properties", cls=Properties).value == expected


@pytest.mark.parametrize(
    ("inside", "unknown", "strays"),
    [
        ("<wbxml:tag-003F/>", 1, []),
        ("<wbxml:tag-003F><AirSync:SyncKey>9</AirSync:SyncKey></wbxml:tag-003F>", 1, []),
        ("<wbxml:tag-2005>x</wbxml:tag-2005>", 1, []),
        (
            "<AirSync:SyncKey>1<wbxml:tag-003F/></AirSync:SyncKey>".replace(
                ">1<", "><wbxml:text>1</wbxml:text><"
            ),
            1,
            [],
        ),
        ("<AirSync:Supported><wbxml:tag-003F/></AirSync:Supported>", 1, []),
        ("<Email:To>x</Email:To>", 0, [Stray(AirSync.Sync, Email.To)]),
        ("<Email:To><Email:Cc/></Email:To>", 0, [Stray(AirSync.Sync, Email.To)]),
        (
            "<AirSync:SyncKey>1</AirSync:SyncKey><AirSync:SyncKey>2</AirSync:SyncKey>",
            0,
            [Stray(AirSync.Sync, AirSync.SyncKey)],
        ),
        (
            "<AirSync:Commands><AirSync:Fetch/></AirSync:Commands>",
            0,
            [Stray(AirSync.Commands, AirSync.Fetch)],
        ),
    ],
)
def test_what_does_not_belong_is_passed_over_and_noted(
    inside: str, unknown: int, strays: list[Stray]
) -> None:
    decoded = read(inside + "<AirSync:Partial/>")
    assert decoded.value.partial
    assert decoded.value.key in ("", "1")
    assert (decoded.unknown, list(decoded.strays)) == (unknown, strays)


@pytest.mark.parametrize(
    ("inside", "version", "expected", "strays"),
    [
        ("<AirSync:ConversationMode/>", Version.V12_1, Message(), 1),
        ("<AirSync:ConversationMode/>", Version.V14_0, Message(mode=True), 0),
        ("<AirSync:Class>Email</AirSync:Class>", Version.V12_1, Message(old="Email"), 0),
        ("<AirSync:Class>Email</AirSync:Class>", Version.V14_0, Message(), 1),
    ],
)
def test_what_the_version_lacks_is_a_stray(
    inside: str, version: Version, expected: Message, strays: int
) -> None:
    decoded = read(inside, version)
    assert (decoded.value, len(decoded.strays)) == (expected, strays)


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<AirSync:WindowSize>many</AirSync:WindowSize>", "AirSync:WindowSize: not an integer"),
        ("<AirSync:WindowSize>513</AirSync:WindowSize>", "AirSync:WindowSize: outside"),
        ("<AirSync:Commands>text</AirSync:Commands>", "AirSync:Commands: text where elements belong"),
        ("<AirSync:ApplicationData>text</AirSync:ApplicationData>", "text where elements belong"),
        ("<AirSync:Commands><AirSync:Add/></AirSync:Commands>", "AirSync:Add: lacks server_id"),
        (
            "<AirSync:ApplicationData><Email:Read>perhaps</Email:Read></AirSync:ApplicationData>",
            "Email:Read: not a boolean",
        ),
    ],
)
def test_what_breaks_the_schema_is_refused(inside: str, said: str) -> None:
    with pytest.raises(SchemaError, match=said) as raised:
        read(inside)
    assert raised.value.status == 103


def test_a_root_that_lacks_something_is_refused() -> None:
    with pytest.raises(SchemaError, match="AirSync:Add: lacks server_id"):
        decode(Add, HEADER + b"\x07")


def test_a_malformed_element_does_not_spoil_what_follows() -> None:
    decoded = read(
        "<AirSync:Commands><AirSync:Add><AirSync:ApplicationData><Email:Read>perhaps</Email:Read><Email:Categories>"
        "<Email:Category>a</Email:Category></Email:Categories></AirSync:ApplicationData>"
        "<AirSync:ServerId>1</AirSync:ServerId></AirSync:Add><AirSync:Delete/></AirSync:Commands>"
    )
    add, delete = decoded.value.commands
    assert add == Add(server_id="1", data=Malformed(103, "Email:Read: not a boolean: 'perhaps'"))
    assert delete == Delete()
