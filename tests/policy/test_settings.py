"""The table of settings agrees with the document's declaration, and orders their values by strictness."""

from __future__ import annotations

import pytest
from msgspec import UNSET, structs

from outrider.policy.settings import (
    _TABLE,
    DECLARED,
    DEFAULTS,
    LISTS,
    SETTINGS,
    Value,
    demanded,
    document_of,
    values_of,
)
from outrider.protocol.elements import specs
from outrider.protocol.messages.provision import EASProvisionDoc


def test_every_setting_of_the_document_is_in_the_table_and_no_other() -> None:
    assert _TABLE.keys() == DECLARED.keys() == SETTINGS.keys()


def test_settings_stand_in_the_order_of_the_schema() -> None:
    assert [DECLARED[name].name for name in SETTINGS] == [spec.name for spec in specs(EASProvisionDoc)]


@pytest.mark.parametrize("name", SETTINGS)
def test_a_default_is_of_the_type_that_is_declared(name: str) -> None:
    setting, spec = SETTINGS[name], DECLARED[name]
    if setting.default is None:
        assert setting.empty
        assert spec.admits_none
    else:
        assert type(setting.default) is (list if spec.many else spec.types[0])


@pytest.mark.parametrize("name", SETTINGS)
def test_only_what_may_be_sent_empty_may_be_without_limit(name: str) -> None:
    assert SETTINGS[name].empty == DECLARED[name].admits_none


def test_every_default_is_sent_but_the_lists() -> None:
    assert {name for name in DECLARED if name not in values_of(DEFAULTS)} == LISTS


def test_a_document_says_what_it_was_made_of() -> None:
    values: dict[str, Value] = {"AllowCamera": False, "MaxAttachmentSize": None}
    document = document_of(values)
    assert values_of(document) == values
    assert {v for v in structs.asdict(document).values() if v is not UNSET} == {False, None}


# From the laxest to the strictest.
ORDERS: list[tuple[str, list[Value]]] = [
    ("DevicePasswordEnabled", [False, True]),
    ("AttachmentsEnabled", [True, False]),
    ("MinDevicePasswordLength", [None, 1, 4, 16]),
    ("MaxInactivityTimeDeviceLock", [9999, 9998, 900, 60]),
    ("MaxInactivityTimeDeviceLock", [None, 900]),
    ("MaxDevicePasswordFailedAttempts", [None, 16, 4]),
    ("MaxAttachmentSize", [None, 1_000_000, 0]),
    ("DevicePasswordExpiration", [0, 730, 1]),
    ("DevicePasswordExpiration", [None, 730]),
    ("DevicePasswordHistory", [0, 50]),
    ("MinDevicePasswordComplexCharacters", [1, 4]),
    ("AllowBluetooth", [2, 1, 0]),
    ("MaxCalendarAgeFilter", [0, 7, 4]),
    ("MaxEmailAgeFilter", [0, 5, 1]),
    ("MaxEmailBodyTruncationSize", [-1, 4096, 0]),
    ("MaxEmailHTMLBodyTruncationSize", [-1, 4096, 0]),
    ("RequireSignedSMIMEAlgorithm", [1, 0]),
    ("RequireEncryptionSMIMEAlgorithm", [4, 3, 2, 1, 0]),
    ("AllowSMIMEEncryptionAlgorithmNegotiation", [2, 1, 0]),
    ("UnapprovedInROMApplicationList", [[], ["a.exe"]]),
    ("ApprovedApplicationList", [["a", "b"], ["a"], []]),
]


@pytest.mark.parametrize(("name", "values"), ORDERS, ids=[name for name, _ in ORDERS])
def test_each_value_is_stricter_than_the_one_before(name: str, values: list[Value]) -> None:
    ranks = [SETTINGS[name].strictness(value) for value in values]
    assert ranks == sorted(set(ranks))


def test_every_demand_and_permission_is_ordered_by_its_default() -> None:
    plain = [s for name, s in SETTINGS.items() if DECLARED[name].types == (bool,)]
    assert all(s.strictness(not s.default) > s.strictness(s.default) for s in plain)


def test_what_is_at_its_default_demands_nothing() -> None:
    document = EASProvisionDoc(allow_camera=True, min_device_password_length=6, approved_application_list=[])
    assert demanded(document) == ["MinDevicePasswordLength", "ApprovedApplicationList"]
