from typing import Annotated, Any

import pytest
from msgspec import UNSET, UnsetType

from outrider.protocol.pages import TAGS, AirSync, Contacts, Email, ItemOperations, Search
from outrider.protocol.schema import INLINE, Element, Form, Wrapped, encode, until
from outrider.protocol.values import Blob, Octets
from outrider.protocol.versions import Version
from outrider.wbxml.dump import dump
from outrider.wbxml.tags import Tag


class Mail(Element):
    subject: Annotated[str | UnsetType, Email.Subject] = UNSET
    read: Annotated[bool | UnsetType | None, Email.Read] = UNSET
    categories: Annotated[list[str] | UnsetType, Email.Category, Wrapped(Email.Categories)] = UNSET


class Delete(Element):
    TAG = AirSync.Delete

    server_id: Annotated[str, AirSync.ServerId] = ""


class Fetch(Element):
    TAG = AirSync.Fetch


class Message(Element):
    TAG = AirSync.Sync

    status: Annotated[int | None, AirSync.Status] = None
    key: Annotated[str | None, AirSync.SyncKey] = None
    new: Annotated[bool | None, AirSync.ConversationMode, Version.V14_0] = None
    old: Annotated[str | None, AirSync.Class, until(Version.V12_1)] = None
    partial: Annotated[bool, AirSync.Partial, Form.FLAG] = False
    supported: Annotated[list[Tag] | None, AirSync.Supported] = None
    item: Annotated[Mail | None, AirSync.ApplicationData] = None
    flag: Annotated[Mail | UnsetType | None, Email.Flag] = UNSET
    limit: Annotated[int | None, AirSync.Limit, Wrapped(AirSync.Collections)] = None
    query: Annotated[str | Mail | None, Search.Query] = None
    repeated: Annotated[list[str], AirSync.CollectionId] = []
    data: Annotated[Octets | None, ItemOperations.Data, Form.BASE64] = None
    commands: Annotated[list[Delete | Fetch], AirSync.Commands] = []
    inline: Annotated[Mail | None, INLINE] = None


CASES: list[tuple[str, Message, str]] = [
    ("nothing", Message(), ""),
    (
        "the order of the declaration",
        Message(key="1", status=2),
        "<AirSync:Status>2</AirSync:Status><AirSync:SyncKey>1</AirSync:SyncKey>",
    ),
    ("an empty string", Message(key=""), "<AirSync:SyncKey/>"),
    ("booleans", Message(new=False), "<AirSync:ConversationMode>0</AirSync:ConversationMode>"),
    ("a flag", Message(partial=True), "<AirSync:Partial/>"),
    (
        "names",
        Message(supported=[Contacts.Picture, Email.To]),
        "<AirSync:Supported><Contacts:Picture/><Email:To/></AirSync:Supported>",
    ),
    ("no names", Message(supported=[]), "<AirSync:Supported/>"),
    ("an empty element", Message(item=Mail()), "<AirSync:ApplicationData/>"),
    ("None apart from UNSET", Message(flag=None), "<Email:Flag/>"),
    (
        "None in an item",
        Message(item=Mail(read=None)),
        "<AirSync:ApplicationData><Email:Read/></AirSync:ApplicationData>",
    ),
    (
        "a wrapped list",
        Message(inline=Mail(categories=["a", "b"])),
        "<Email:Categories><Email:Category>a</Email:Category><Email:Category>b</Email:Category></Email:Categories>",
    ),
    ("an empty wrapped list", Message(inline=Mail(categories=[])), "<Email:Categories/>"),
    (
        "a wrapped leaf",
        Message(limit=0),
        "<AirSync:Collections><AirSync:Limit>0</AirSync:Limit></AirSync:Collections>",
    ),
    ("text", Message(query="who"), "<Search:Query>who</Search:Query>"),
    (
        "an element instead of text",
        Message(query=Mail(subject="s")),
        "<Search:Query><Email:Subject>s</Email:Subject></Search:Query>",
    ),
    (
        "a repeated leaf",
        Message(repeated=["1", "2"]),
        "<AirSync:CollectionId>1</AirSync:CollectionId><AirSync:CollectionId>2</AirSync:CollectionId>",
    ),
    ("data", Message(data=b"\0"), "<ItemOperations:Data>AA==</ItemOperations:Data>"),
    (
        "pulled data",
        Message(data=Blob(1, lambda: [b"\0"])),
        "<ItemOperations:Data>AA==</ItemOperations:Data>",
    ),
    (
        "a container of several kinds",
        Message(commands=[Fetch(), Delete(server_id="1"), Fetch()]),
        "<AirSync:Commands><AirSync:Fetch/><AirSync:Delete><AirSync:ServerId>1</AirSync:ServerId></AirSync:Delete><AirSync:Fetch/></AirSync:Commands>",
    ),
    (
        "an inline element",
        Message(inline=Mail(subject="s"), key="1"),
        "<AirSync:SyncKey>1</AirSync:SyncKey><Email:Subject>s</Email:Subject>",
    ),
]


def inside(message: Message, version: Version) -> str:
    """The children of the root as text without line breaks."""
    lines = dump(bytes(encode(message, version)), TAGS).splitlines()
    return "".join(line.strip() for line in lines[1:-1])


@pytest.mark.parametrize(
    ("message", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_fields_become_children(message: Message, expected: str) -> None:
    assert inside(message, Version.V14_1) == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (Version.V12_1, "<AirSync:Class>Email</AirSync:Class>"),
        (Version.V14_0, "<AirSync:ConversationMode>1</AirSync:ConversationMode>"),
        (Version.V16_1, "<AirSync:ConversationMode>1</AirSync:ConversationMode>"),
    ],
)
def test_what_the_version_lacks_is_left_out(version: Version, expected: str) -> None:
    assert inside(Message(new=True, old="Email"), version) == expected


def test_a_large_blob_is_not_held() -> None:
    size = 10_000_000
    pulled: list[int] = []

    def chunks() -> Any:
        for number in range(100):
            pulled.append(number)
            yield bytes(size // 100)

    encoded = encode(Message(data=Blob(size, chunks)), Version.V14_1)
    assert len(encoded) > size * 4 // 3
    taken = iter(encoded)
    next(taken)
    next(taken)
    assert len(pulled) < 3


def test_an_element_in_a_container_needs_a_tag_of_its_own() -> None:
    with pytest.raises(TypeError, match="Mail has no tag of its own"):
        encode(Message(commands=[Mail()]), Version.V14_1)  # type: ignore[list-item]
