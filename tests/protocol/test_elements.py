from datetime import datetime
from typing import Annotated, Any

import pytest
from msgspec import UNSET, Meta, UnsetType

from outrider.protocol.elements import Element, Malformed, Shape, Wrapped, specs, until
from outrider.protocol.pages import AirSync, Email, Search
from outrider.protocol.values import Form, Octets
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag


class Inner(Element):
    TAG = AirSync.Add

    server_id: Annotated[str, AirSync.ServerId]


class Other(Element):
    TAG = AirSync.Delete

    server_id: Annotated[str, AirSync.ServerId]


class Nameless(Element):
    subject: Annotated[str | None, Email.Subject] = None


class Outer(Element):
    TAG = AirSync.Collection

    key: Annotated[str, AirSync.SyncKey]
    size: Annotated[int, AirSync.WindowSize, Meta(ge=1)] = 100
    new: Annotated[bool, AirSync.ConversationMode, Version.V14_0] = False
    old: Annotated[str | None, AirSync.Class, until(Version.V12_1)] = None
    when: Annotated[datetime | UnsetType | None, Email.DateReceived, Form.COMPACT] = UNSET
    data: Annotated[Octets | None, Email.MIMEData] = None
    query: Annotated[str | Nameless | None, Search.Query] = None
    nested: Annotated[Nameless | Malformed | None, AirSync.ApplicationData] = None
    repeated: Annotated[list[Inner], AirSync.Add] = []
    nameless: Annotated[list[Nameless], AirSync.Options] = []
    one_kind: Annotated[list[Inner], AirSync.Commands] = []
    mixed: Annotated[list[Inner | Other], AirSync.Responses] = []
    names: Annotated[list[Tag] | None, AirSync.Supported] = None
    wrapped: Annotated[list[str] | UnsetType, Email.Category, Wrapped(Email.Categories)] = UNSET


SPECS = {spec.name: spec for spec in specs(Outer)}


def test_specs_keep_the_order_of_the_declaration() -> None:
    assert list(SPECS) == list(Outer.__struct_fields__)


@pytest.mark.parametrize(
    ("name", "shape", "tag", "container", "many"),
    [
        ("key", Shape.LEAF, AirSync.SyncKey, None, False),
        ("data", Shape.LEAF, Email.MIMEData, None, False),
        ("query", Shape.TEXT_OR_ELEMENT, Search.Query, None, False),
        ("nested", Shape.ELEMENT, AirSync.ApplicationData, None, False),
        ("repeated", Shape.ELEMENT, AirSync.Add, None, True),
        ("nameless", Shape.ELEMENT, AirSync.Options, None, True),
        ("one_kind", Shape.ELEMENT, None, AirSync.Commands, True),
        ("mixed", Shape.ELEMENT, None, AirSync.Responses, True),
        ("names", Shape.NAME, None, AirSync.Supported, True),
        ("wrapped", Shape.LEAF, Email.Category, Email.Categories, True),
    ],
)
def test_a_type_says_what_stands_where(
    name: str, shape: Shape, tag: Tag | None, container: Tag | None, many: bool
) -> None:
    spec = SPECS[name]
    assert (spec.shape, spec.tag, spec.container, spec.many) == (shape, tag, container, many)


def test_metadata_is_read() -> None:
    assert SPECS["size"].meta == Meta(ge=1)
    assert SPECS["when"].form is Form.COMPACT
    assert (SPECS["when"].admits_none, SPECS["when"].admits_unset) == (True, True)
    assert SPECS["nested"].admits_malformed
    assert SPECS["nested"].elements == (Nameless,)
    assert [name for name, spec in SPECS.items() if spec.required] == ["key"]


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("new", Version.V12_1, False),
        ("new", Version.V14_0, True),
        ("old", Version.V12_1, True),
        ("old", Version.V14_0, False),
        ("new", None, True),
    ],
)
def test_an_element_exists_from_its_first_to_its_last_version(
    name: str, version: Version | None, expected: bool
) -> None:
    assert SPECS[name].exists(version) is expected


class Untagged(Element):
    field: int = 0


class Unmarked(Element):
    field: Annotated[int, Meta(ge=0)] = 0


class Mixture(Element):
    field: Annotated[int | Inner, AirSync.Add]


class Newcomer(Element):
    field: Annotated[int, AirSync.WindowSize, Version.V14_0]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Untagged, "Untagged.field has no tag"),
        (Unmarked, "Unmarked.field has no tag"),
        (Mixture, "Mixture.field mixes types"),
        (Newcomer, "Newcomer.field is not in all versions and needs a default"),
    ],
)
def test_a_declaration_without_sense_is_refused(kind: type[Element], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        specs(kind)


def test_elements_take_keywords_only() -> None:
    make: Any = Inner
    with pytest.raises(TypeError):
        make("5:1")
