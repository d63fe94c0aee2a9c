import pytest

from outrider.protocol.elements import specs
from outrider.protocol.messages.provision import (
    EASProvisionDoc,
    PolicyRequest,
    PolicyResponse,
    ProvisionRequest,
    ProvisionResponse,
    Wipe,
)
from outrider.protocol.messages.settings import DeviceInformation, DeviceInformationResponse, DeviceSet
from outrider.protocol.pages import TAGS, Provision
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

WBXML = "MS-EAS-Provisioning-WBXML"
DOCUMENT = EASProvisionDoc(
    device_password_enabled=True,
    alphanumeric_device_password_required=False,
    password_recovery_enabled=False,
    require_storage_card_encryption=True,
    attachments_enabled=True,
    min_device_password_length=6,
    max_inactivity_time_device_lock=900,
    max_device_password_failed_attempts=None,
    max_attachment_size=None,
    allow_simple_device_password=False,
    device_password_expiration=90,
    device_password_history=5,
    allow_camera=False,
    min_device_password_complex_characters=2,
    allow_bluetooth=2,
    max_email_body_truncation_size=-1,
    unapproved_in_rom_application_list=["solitaire.exe"],
    approved_application_list=[],
)
PAIRS = [
    Pair(
        "provision-001",
        Version.V14_1,
        ProvisionRequest(
            device_information=DeviceInformation(
                set=DeviceSet(
                    model="Phone",
                    imei="004400112233445",
                    friendly_name="Alice's phone",
                    os="OS 26",
                    os_language="en",
                    phone_number="********0123",
                    user_agent="Test/1.0",
                    mobile_operator="Operator",
                )
            ),
            policies=[PolicyRequest(policy_type=WBXML)],
        ),
    ),
    Pair(
        "provision-002",
        Version.V14_1,
        ProvisionResponse(
            device_information=DeviceInformationResponse(status=1),
            status=1,
            policies=[PolicyResponse(status=1, policy_key="1307199584", data=DOCUMENT)],
        ),
    ),
    Pair(
        "provision-003",
        Version.V14_1,
        ProvisionRequest(policies=[PolicyRequest(policy_type=WBXML, policy_key="1307199584", status=1)]),
    ),
    Pair(
        "provision-004",
        Version.V12_1,
        ProvisionResponse(status=1, policies=[PolicyResponse(status=1, policy_key="3942919513")]),
    ),
    Pair("provision-005", Version.V14_1, ProvisionRequest()),
    Pair("provision-006", Version.V14_1, ProvisionResponse(status=1, remote_wipe=True)),
    Pair("provision-007", Version.V14_1, ProvisionRequest(remote_wipe=Wipe(status=1))),
    Pair("provision-008", Version.V16_1, ProvisionResponse(status=1, account_only_remote_wipe=True)),
    Pair("provision-009", Version.V16_1, ProvisionRequest(account_only_remote_wipe=Wipe(status=2))),
    Pair(
        "provision-010",
        Version.V14_1,
        ProvisionResponse(status=1, policies=[PolicyResponse(policy_type="Other", status=3)]),
    ),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


# The order and the first version of every setting. MS-ASPROV, Provision Response Schema.
SINCE_12_0 = [
    "DevicePasswordEnabled", "AlphanumericDevicePasswordRequired", "PasswordRecoveryEnabled",
    "AttachmentsEnabled", "MinDevicePasswordLength", "MaxInactivityTimeDeviceLock",
    "MaxDevicePasswordFailedAttempts", "MaxAttachmentSize", "AllowSimpleDevicePassword",
    "DevicePasswordExpiration", "DevicePasswordHistory",
]  # fmt: skip


def test_settings_stand_in_the_order_of_the_schema() -> None:
    names = [(spec.container or spec.tag) for spec in specs(EASProvisionDoc)]
    assert len(names) == 42
    assert names[:5] == [
        Provision.DevicePasswordEnabled,
        Provision.AlphanumericDevicePasswordRequired,
        Provision.PasswordRecoveryEnabled,
        Provision.RequireStorageCardEncryption,
        Provision.AttachmentsEnabled,
    ]
    assert names[-3:] == [
        Provision.AllowInternetSharing,
        Provision.UnapprovedInROMApplicationList,
        Provision.ApprovedApplicationList,
    ]


def test_the_settings_of_12_0_are_eleven() -> None:
    old = [spec.tag for spec in specs(EASProvisionDoc) if spec.since is Version.V12_0]
    assert [tag.name for tag in old if tag is not None] == SINCE_12_0


def test_an_empty_setting_is_without_limit() -> None:
    data = bytes(encode(EASProvisionDoc(min_device_password_length=None), Version.V14_1))
    assert decode(EASProvisionDoc, data).value == EASProvisionDoc(min_device_password_length=None)


def parse(text: str, version: Version = Version.V14_1) -> ProvisionRequest:
    document = f"<Provision xmlns='Provision' xmlns:s='Settings'>{text}</Provision>"
    return decode(ProvisionRequest, load(document, TAGS), version).value


@pytest.mark.parametrize(
    "text",
    [
        "<RemoteWipe><Status>1</Status></RemoteWipe>",
        "<Policies/><RemoteWipe><Status>1</Status></RemoteWipe>",
        "<RemoteWipe><Status>1</Status></RemoteWipe><Policies/>",
    ],
)
def test_the_answer_to_a_wipe_may_stand_anywhere(text: str) -> None:
    assert parse(text) == ProvisionRequest(remote_wipe=Wipe(status=1))


def test_a_status_before_the_wipe_is_kept() -> None:
    assert parse("<Status>1</Status><RemoteWipe/>") == ProvisionRequest(status=1, remote_wipe=Wipe())


def test_a_sparse_device_is_accepted() -> None:
    text = "<s:DeviceInformation><s:Set><s:Model>Phone</s:Model><s:OS/></s:Set></s:DeviceInformation>"
    assert parse(text).device_information == DeviceInformation(set=DeviceSet(model="Phone", os=""))


def test_device_information_in_provision_is_of_14_1() -> None:
    text = "<s:DeviceInformation><s:Set/></s:DeviceInformation>"
    assert parse(text, Version.V14_0).device_information is None
