from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider.protocol.elements import Element, Spec, specs
from outrider.protocol.messages.composemail import (
    SendMailRequest,
    SendMailResponse,
    SmartForwardRequest,
    SmartForwardResponse,
    SmartReplyRequest,
    SmartReplyResponse,
)
from outrider.protocol.messages.folders import (
    FolderCreateRequest,
    FolderCreateResponse,
    FolderDeleteRequest,
    FolderDeleteResponse,
    FolderSyncRequest,
    FolderSyncResponse,
    FolderUpdateRequest,
    FolderUpdateResponse,
)
from outrider.protocol.messages.hierarchy import GetHierarchyResponse
from outrider.protocol.messages.itemestimate import GetItemEstimateRequest, GetItemEstimateResponse
from outrider.protocol.messages.itemoperations import ItemOperationsRequest, ItemOperationsResponse
from outrider.protocol.messages.moveitems import MoveItemsRequest, MoveItemsResponse
from outrider.protocol.messages.ping import PingRequest, PingResponse
from outrider.protocol.messages.provision import ProvisionRequest, ProvisionResponse
from outrider.protocol.messages.settings import SettingsRequest, SettingsResponse
from outrider.protocol.messages.sync import SyncRequest, SyncResponse
from outrider.protocol.pages import TAGS, AirSyncBase, Contacts
from outrider.protocol.schema import decode, encode
from outrider.protocol.values import Blob, TimeZone
from outrider.protocol.versions import OFFERED, Version
from outrider.wbxml.reader import OPEN, read
from outrider.wbxml.tags import END, Tag

ANSWERS: list[tuple[str, Callable[..., Element]]] = [
    ("SendMail", SendMailResponse),
    ("SmartForward", SmartForwardResponse),
    ("SmartReply", SmartReplyResponse),
    ("FolderCreate", FolderCreateResponse),
    ("FolderDelete", FolderDeleteResponse),
    ("FolderSync", FolderSyncResponse),
    ("FolderUpdate", FolderUpdateResponse),
    ("GetItemEstimate", GetItemEstimateResponse),
    ("ItemOperations", ItemOperationsResponse),
    ("MoveItems", MoveItemsResponse),
    ("Ping", PingResponse),
    ("Provision", ProvisionResponse),
    ("Settings", SettingsResponse),
    ("Sync", SyncResponse),
]


@pytest.mark.parametrize("version", OFFERED, ids=str)
@pytest.mark.parametrize(("command", "answer"), ANSWERS)
def test_a_refusal_is_a_status_in_the_root_of_the_command(
    command: str, answer: Callable[..., Element], version: Version
) -> None:
    (root, content), status, end = read(bytes(encode(answer(status=142), version)))
    assert (TAGS[root].name, content) == (command, OPEN)
    assert (TAGS[status[0]].name, status[1]) == ("Status", "142")
    assert end == (END, None)


MESSAGES: list[type[Element]] = [
    FolderCreateRequest,
    FolderCreateResponse,
    FolderDeleteRequest,
    FolderDeleteResponse,
    FolderSyncRequest,
    FolderSyncResponse,
    FolderUpdateRequest,
    FolderUpdateResponse,
    GetHierarchyResponse,
    GetItemEstimateRequest,
    GetItemEstimateResponse,
    ItemOperationsRequest,
    ItemOperationsResponse,
    MoveItemsRequest,
    MoveItemsResponse,
    PingRequest,
    PingResponse,
    ProvisionRequest,
    ProvisionResponse,
    SendMailRequest,
    SettingsRequest,
    SettingsResponse,
    SmartForwardRequest,
    SmartReplyRequest,
    SyncRequest,
    SyncResponse,
]

# What XML 1.0 allows, carriage returns included.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=8)
MOMENTS = st.datetimes(datetime(1601, 1, 1), datetime(4501, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(0, 0xFFFFFFFF),
    bool: st.booleans(),
    datetime: MOMENTS,
    TimeZone: st.builds(TimeZone, bias=st.integers(-720, 840), standard_name=TEXTS),
    bytes: st.binary(min_size=1, max_size=8),
}


def elements_of(cls: type[Element], version: Version) -> st.SearchStrategy[Any]:
    """Elements as the version has them, from their declaration."""
    fields = {spec.name: spec for spec in specs(cls) if spec.exists(version)}
    values = {name: values_of(spec, version) for name, spec in fields.items()}
    # A contact that says nothing of its own could as well be a mail.
    required = {name for name, spec in fields.items() if spec.required} | ({"file_as"} & fields.keys())
    return st.fixed_dictionaries(
        {name: values[name] for name in fields if name in required},
        optional={name: values[name] for name in fields if name not in required},
    ).map(lambda chosen: cls(**chosen))


def values_of(spec: Spec, version: Version) -> st.SearchStrategy[Any]:
    one = st.one_of([value_of(kind, version) for kind in spec.types if kind not in (memoryview, Blob)])
    if spec.inline:
        return one.filter(lambda value: value != type(value)())
    return st.lists(one, max_size=2) if spec.many else one


def value_of(kind: Any, version: Version) -> st.SearchStrategy[Any]:
    if kind is Tag:
        return st.sampled_from([Contacts.FirstName, Contacts.Birthday, AirSyncBase.Body])
    if issubclass(kind, Element):
        return st.deferred(lambda: elements_of(kind, version))
    return st.sampled_from(list(kind)) if issubclass(kind, IntEnum) else LEAVES[kind]


@pytest.mark.parametrize("version", OFFERED, ids=str)
@pytest.mark.parametrize("cls", MESSAGES, ids=lambda cls: cls.__name__)
@given(data=st.data())
@settings(max_examples=3, deadline=None)
def test_a_message_survives_the_round_trip(cls: type[Element], version: Version, data: st.DataObject) -> None:
    message = data.draw(elements_of(cls, version))
    decoded = decode(cls, bytes(encode(message, version)), version)
    assert (decoded.value, decoded.unknown, decoded.strays) == (message, 0, ())
