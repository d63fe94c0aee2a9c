import inspect
from enum import IntEnum

import pytest

from outrider.protocol import status
from outrider.protocol.status import LEGACY_HTTP, CommonStatus, MoveItemsStatus, PingStatus, SyncStatus

ENUMERATIONS = [
    item
    for _, item in inspect.getmembers(status, inspect.isclass)
    if issubclass(item, IntEnum) and item.__module__ == status.__name__
]


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda enumeration: enumeration.__name__)
def test_every_enumeration_names_its_section_and_no_number_twice(enumeration: type[IntEnum]) -> None:
    assert "MS-AS" in (enumeration.__doc__ or "")
    assert len(enumeration) == len(enumeration.__members__)


def test_success_is_not_always_one() -> None:
    assert (SyncStatus.SUCCESS, MoveItemsStatus.SUCCESS, PingStatus.CHANGES) == (1, 3, 2)


def test_common_statuses_span_their_range() -> None:
    assert (min(CommonStatus), max(CommonStatus)) == (101, 184)


@pytest.mark.parametrize(
    ("number", "http"), [(110, 500), (111, 503), (113, 507), (126, 403), (137, 501), (142, 449), (103, 400)]
)
def test_older_devices_get_an_http_status_instead(number: int, http: int) -> None:
    assert LEGACY_HTTP[number] == http


def test_only_common_statuses_have_an_older_equivalent() -> None:
    assert LEGACY_HTTP.keys() <= set(CommonStatus)
