from datetime import UTC, datetime

import pytest

from outrider.protocol.messages.settings import (
    Account,
    DeviceInformation,
    DeviceInformationResponse,
    DevicePassword,
    DevicePasswordResponse,
    DevicePasswordSet,
    DeviceSet,
    EmailAddresses,
    Oof,
    OofGet,
    OofMessage,
    OofResponse,
    OofSettings,
    RightsManagementInformation,
    RightsManagementInformationResponse,
    SettingsRequest,
    SettingsResponse,
    UserData,
    UserInformation,
    UserInformationResponse,
)
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version
from tests.protocol.golden import GoldenContract, Pair

ADDRESSES = EmailAddresses(smtp_address=["alice@example.org", "a.example@example.org"])
PAIRS = [
    Pair(
        "settings-001",
        Version.V14_1,
        SettingsRequest(
            device_information=DeviceInformation(
                set=DeviceSet(model="Phone", os="OS 26", enable_outbound_sms=False)
            ),
            user_information=UserInformation(get=True),
        ),
    ),
    Pair(
        "settings-002",
        Version.V14_1,
        SettingsResponse(
            status=1,
            device_information=DeviceInformationResponse(status=1),
            user_information=UserInformationResponse(
                status=1,
                get=UserData(
                    accounts=[
                        Account(
                            user_display_name="Alice",
                            email_addresses=EmailAddresses(
                                smtp_address=["a.example@example.org"],
                                primary_smtp_address="alice@example.org",
                            ),
                        )
                    ]
                ),
            ),
        ),
    ),
    Pair(
        "settings-003",
        Version.V12_1,
        SettingsResponse(
            status=1,
            user_information=UserInformationResponse(status=1, get=UserData(email_addresses=ADDRESSES)),
        ),
    ),
    Pair(
        "settings-004",
        Version.V14_1,
        SettingsRequest(
            rights_management_information=RightsManagementInformation(get=True),
            oof=Oof(
                set=OofSettings(
                    oof_state=2,
                    start_time=datetime(2026, 8, 1, tzinfo=UTC),
                    end_time=datetime(2026, 8, 15, tzinfo=UTC),
                    messages=[
                        OofMessage(
                            applies_to_internal=True,
                            enabled=True,
                            reply_message="Away",
                            body_type="TEXT",
                        ),
                        OofMessage(applies_to_external_unknown=True, enabled=False),
                    ],
                )
            ),
            device_password=DevicePassword(set=DevicePasswordSet(password="recovery")),
        ),
    ),
    Pair(
        "settings-005",
        Version.V14_1,
        SettingsResponse(
            status=1,
            rights_management_information=RightsManagementInformationResponse(status=168),
            oof=OofResponse(status=2),
            device_password=DevicePasswordResponse(status=7),
        ),
    ),
    Pair("settings-006", Version.V14_1, SettingsRequest(oof=Oof(get=OofGet(body_type="TEXT")))),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


@pytest.mark.parametrize(
    ("version", "kept"),
    [
        (Version.V12_1, UserData(email_addresses=ADDRESSES)),
        (Version.V14_0, UserData(email_addresses=ADDRESSES)),
        (Version.V14_1, UserData(accounts=[Account(email_addresses=ADDRESSES)])),
        (Version.V16_1, UserData(accounts=[Account(email_addresses=ADDRESSES)])),
    ],
)
def test_addresses_move_into_accounts_with_14_1(version: Version, kept: UserData) -> None:
    both = UserData(email_addresses=ADDRESSES, accounts=[Account(email_addresses=ADDRESSES)])
    assert decode(UserData, bytes(encode(both, version))).value == kept
