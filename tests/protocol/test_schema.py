import importlib
import pkgutil
from typing import Annotated

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outrider.protocol import messages
from outrider.protocol.errors import SchemaError
from outrider.protocol.items.contacts import Contact
from outrider.protocol.messages.folders import FolderCreateRequest, FolderSyncRequest
from outrider.protocol.pages import AirSync, FolderHierarchy
from outrider.protocol.schema import Element, decode, decode_one_of, encode
from outrider.protocol.versions import OFFERED, Version
from outrider.wbxml.reader import Buffer, Limits
from outrider.wbxml.tags import HEADER, WireError
from tests.examples import examples
from tests.strategies import filtered, strategy_for


class ContactData(Element):
    """A contact under a tag of its own."""

    TAG = AirSync.Sync

    data: Annotated[Contact, AirSync.ApplicationData]


def roots() -> list[type[Element]]:
    """Every class that is the root of a request or answer, and one with a contact."""
    modules = [
        importlib.import_module(f"{messages.__name__}.{module.name}")
        for module in pkgutil.iter_modules(messages.__path__)
    ]
    return [
        ContactData,
        *(
            kind
            for module in modules
            for name, kind in vars(module).items()
            if name.endswith(("Request", "Response")) and issubclass(kind, Element) and is_root(kind)
        ),
    ]


def is_root(kind: type[Element]) -> bool:
    return (
        kind.TAG is not None
        and kind.__module__.startswith(messages.__name__)
        and "Policy" not in kind.__name__
    )


@pytest.mark.parametrize("kind", roots(), ids=lambda kind: kind.__name__)
def test_a_message_comes_back_as_its_version_has_it(kind: type[Element]) -> None:
    @settings(max_examples=examples(5), suppress_health_check=list(HealthCheck))
    @given(strategy_for(kind), st.sampled_from(OFFERED))
    def comes_back(message: Element, version: Version) -> None:
        decoded = decode(kind, bytes(encode(message, version)), version)
        assert decoded.value == filtered(message, version)
        assert (decoded.unknown, decoded.strays) == (0, ())

    comes_back()


def test_a_message_is_found_by_its_root() -> None:
    data = bytes(encode(FolderSyncRequest(sync_key="0"), Version.V14_1))
    decoded = decode_one_of((FolderCreateRequest, FolderSyncRequest), data, Version.V14_1)
    assert decoded.value == FolderSyncRequest(sync_key="0")


def test_another_root_is_invalid_xml() -> None:
    data = bytes(encode(FolderSyncRequest(sync_key="0"), Version.V14_1))
    with pytest.raises(SchemaError, match="FolderHierarchy:FolderSync is not the root") as raised:
        decode(FolderCreateRequest, data)
    assert raised.value.status == 103


def test_an_unknown_root_is_invalid_xml() -> None:
    with pytest.raises(SchemaError, match="tag 0x003f is not the root"):
        decode(FolderSyncRequest, HEADER + b"\x3f")


def test_bytes_that_are_no_document_are_a_wire_error() -> None:
    with pytest.raises(WireError):
        decode(FolderSyncRequest, b"<FolderSync/>")


def test_a_message_is_read_within_the_limits_given() -> None:
    data = bytes(encode(FolderSyncRequest(sync_key="0"), Version.V14_1))
    with pytest.raises(WireError, match="document too long"):
        decode(FolderSyncRequest, data, limits=Limits(total=5))


def test_a_message_cut_anywhere_is_a_wire_error() -> None:
    data = bytes(encode(FolderSyncRequest(sync_key="12"), Version.V14_1))
    for end in range(len(data)):
        with pytest.raises(WireError):
            decode(FolderSyncRequest, data[:end])


def test_an_element_without_a_tag_is_no_message() -> None:
    with pytest.raises(TypeError, match="Contact has no tag of its own"):
        encode(Contact(), Version.V14_1)


@settings(max_examples=examples(100))
@given(st.binary(max_size=40))
def test_random_bytes_are_a_message_or_one_of_two_errors(tail: bytes) -> None:
    start = HEADER + bytes((0, FolderHierarchy.FolderSync.page, FolderHierarchy.FolderSync.token | 0x40))
    errors = []
    try:
        decode(FolderSyncRequest, start + tail)
    except (WireError, SchemaError) as error:
        errors.append(error)
    assert len(errors) <= 1


CONTACT = bytes(
    encode(ContactData(data=Contact(first_name="Zoë", last_name="x", email1_address="a@b")), Version.V14_1)
)


def outcome(data: Buffer) -> tuple[object, ...]:
    """What a document is read as, or which error it is."""
    try:
        decoded = decode(ContactData, data, Version.V14_1)
    except (WireError, SchemaError) as error:
        return type(error), str(error)
    return decoded.value, decoded.unknown, decoded.strays


@settings(max_examples=examples(100))
@given(
    st.integers(0, len(CONTACT) - 1), st.integers(0, 3), st.sampled_from([*range(8), 0x45, 0x4B, 0xC3, 0xFF])
)
def test_a_damaged_message_reads_the_same_from_a_buffer_that_cannot_search(
    at: int, cut: int, byte: int
) -> None:
    damaged = CONTACT[:at] + bytes((byte,)) + CONTACT[at + cut :]
    assert outcome(damaged) == outcome(memoryview(damaged))
