"""Provision: the policy of a device, and its wipe. MS-ASPROV."""

from typing import Annotated, Final

from msgspec import UNSET, UnsetType

from outrider.protocol.messages.settings import DeviceInformation, DeviceInformationResponse
from outrider.protocol.pages import Provision, Settings
from outrider.protocol.schema import Element, Form, Wrapped, until
from outrider.protocol.versions import Version

POLICY_TYPE: Final = "MS-EAS-Provisioning-WBXML"
"""The policy type from 12.0. MS-ASPROV, PolicyType."""

WAP_POLICY_TYPE: Final = "MS-WAP-Provisioning-XML"
"""The policy type of 2.5."""


def policy_type_of(version: Version) -> str:
    """The one policy type of a version."""
    return POLICY_TYPE if version >= Version.V12_0 else WAP_POLICY_TYPE


class EASProvisionDoc(Element):
    """The settings of a policy, in the order of the schema. MS-ASPROV, EASProvisionDoc.

    What is UNSET is not sent. None, where a setting admits it, is sent as an empty tag: without limit.
    """

    TAG = Provision.EASProvisionDoc

    device_password_enabled: Annotated[bool | UnsetType, Provision.DevicePasswordEnabled, Version.V12_0] = (
        UNSET
    )
    alphanumeric_device_password_required: Annotated[
        bool | UnsetType, Provision.AlphanumericDevicePasswordRequired, Version.V12_0
    ] = UNSET
    password_recovery_enabled: Annotated[
        bool | UnsetType, Provision.PasswordRecoveryEnabled, Version.V12_0
    ] = UNSET
    require_storage_card_encryption: Annotated[
        bool | UnsetType, Provision.RequireStorageCardEncryption, Version.V12_1
    ] = UNSET
    attachments_enabled: Annotated[bool | UnsetType, Provision.AttachmentsEnabled, Version.V12_0] = UNSET
    min_device_password_length: Annotated[
        int | UnsetType | None, Provision.MinDevicePasswordLength, Version.V12_0
    ] = UNSET
    max_inactivity_time_device_lock: Annotated[
        int | UnsetType | None, Provision.MaxInactivityTimeDeviceLock, Version.V12_0
    ] = UNSET
    max_device_password_failed_attempts: Annotated[
        int | UnsetType | None, Provision.MaxDevicePasswordFailedAttempts, Version.V12_0
    ] = UNSET
    max_attachment_size: Annotated[int | UnsetType | None, Provision.MaxAttachmentSize, Version.V12_0] = UNSET
    allow_simple_device_password: Annotated[
        bool | UnsetType, Provision.AllowSimpleDevicePassword, Version.V12_0
    ] = UNSET
    device_password_expiration: Annotated[
        int | UnsetType | None, Provision.DevicePasswordExpiration, Version.V12_0
    ] = UNSET
    device_password_history: Annotated[int | UnsetType, Provision.DevicePasswordHistory, Version.V12_0] = (
        UNSET
    )
    allow_storage_card: Annotated[bool | UnsetType, Provision.AllowStorageCard, Version.V12_1] = UNSET
    allow_camera: Annotated[bool | UnsetType, Provision.AllowCamera, Version.V12_1] = UNSET
    require_device_encryption: Annotated[
        bool | UnsetType, Provision.RequireDeviceEncryption, Version.V12_1
    ] = UNSET
    allow_unsigned_applications: Annotated[
        bool | UnsetType, Provision.AllowUnsignedApplications, Version.V12_1
    ] = UNSET
    allow_unsigned_installation_packages: Annotated[
        bool | UnsetType, Provision.AllowUnsignedInstallationPackages, Version.V12_1
    ] = UNSET
    min_device_password_complex_characters: Annotated[
        int | UnsetType, Provision.MinDevicePasswordComplexCharacters, Version.V12_1
    ] = UNSET
    allow_wifi: Annotated[bool | UnsetType, Provision.AllowWiFi, Version.V12_1] = UNSET
    allow_text_messaging: Annotated[bool | UnsetType, Provision.AllowTextMessaging, Version.V12_1] = UNSET
    allow_pop_imap_email: Annotated[bool | UnsetType, Provision.AllowPOPIMAPEmail, Version.V12_1] = UNSET
    allow_bluetooth: Annotated[int | UnsetType, Provision.AllowBluetooth, Version.V12_1] = UNSET
    allow_irda: Annotated[bool | UnsetType, Provision.AllowIrDA, Version.V12_1] = UNSET
    require_manual_sync_when_roaming: Annotated[
        bool | UnsetType, Provision.RequireManualSyncWhenRoaming, Version.V12_1
    ] = UNSET
    allow_desktop_sync: Annotated[bool | UnsetType, Provision.AllowDesktopSync, Version.V12_1] = UNSET
    max_calendar_age_filter: Annotated[int | UnsetType, Provision.MaxCalendarAgeFilter, Version.V12_1] = UNSET
    allow_html_email: Annotated[bool | UnsetType, Provision.AllowHTMLEmail, Version.V12_1] = UNSET
    max_email_age_filter: Annotated[int | UnsetType, Provision.MaxEmailAgeFilter, Version.V12_1] = UNSET
    max_email_body_truncation_size: Annotated[
        int | UnsetType, Provision.MaxEmailBodyTruncationSize, Version.V12_1
    ] = UNSET
    max_email_html_body_truncation_size: Annotated[
        int | UnsetType, Provision.MaxEmailHTMLBodyTruncationSize, Version.V12_1
    ] = UNSET
    require_signed_smime_messages: Annotated[
        bool | UnsetType, Provision.RequireSignedSMIMEMessages, Version.V12_1
    ] = UNSET
    require_encrypted_smime_messages: Annotated[
        bool | UnsetType, Provision.RequireEncryptedSMIMEMessages, Version.V12_1
    ] = UNSET
    require_signed_smime_algorithm: Annotated[
        int | UnsetType, Provision.RequireSignedSMIMEAlgorithm, Version.V12_1
    ] = UNSET
    require_encryption_smime_algorithm: Annotated[
        int | UnsetType, Provision.RequireEncryptionSMIMEAlgorithm, Version.V12_1
    ] = UNSET
    allow_smime_encryption_algorithm_negotiation: Annotated[
        int | UnsetType, Provision.AllowSMIMEEncryptionAlgorithmNegotiation, Version.V12_1
    ] = UNSET
    allow_smime_soft_certs: Annotated[bool | UnsetType, Provision.AllowSMIMESoftCerts, Version.V12_1] = UNSET
    allow_browser: Annotated[bool | UnsetType, Provision.AllowBrowser, Version.V12_1] = UNSET
    allow_consumer_email: Annotated[bool | UnsetType, Provision.AllowConsumerEmail, Version.V12_1] = UNSET
    allow_remote_desktop: Annotated[bool | UnsetType, Provision.AllowRemoteDesktop, Version.V12_1] = UNSET
    allow_internet_sharing: Annotated[bool | UnsetType, Provision.AllowInternetSharing, Version.V12_1] = UNSET
    unapproved_in_rom_application_list: Annotated[
        list[str] | UnsetType,
        Provision.ApplicationName,
        Wrapped(Provision.UnapprovedInROMApplicationList),
        Version.V12_1,
    ] = UNSET
    approved_application_list: Annotated[
        list[str] | UnsetType, Provision.Hash, Wrapped(Provision.ApprovedApplicationList), Version.V12_1
    ] = UNSET


class PolicyRequest(Element):
    """A policy that a device asks for, or whose receipt it acknowledges with key and status.

    MS-ASPROV, Policy and Status (Policy).
    """

    TAG = Provision.Policy

    policy_type: Annotated[str, Provision.PolicyType] = ""
    policy_key: Annotated[str | None, Provision.PolicyKey] = None
    status: Annotated[int | None, Provision.Status] = None


class Wipe(Element):
    """How a wipe went, as the device tells. MS-ASPROV, RemoteWipe and AccountOnlyRemoteWipe."""

    status: Annotated[int | None, Provision.Status] = None


class ProvisionRequest(Element):
    """MS-ASPROV, Provision.

    An empty one asks for a wipe directive. A `status` does not belong here: some devices put that of a wipe
    before it.
    """

    TAG = Provision.Provision

    device_information: Annotated[DeviceInformation | None, Settings.DeviceInformation, Version.V14_1] = None
    status: Annotated[int | None, Provision.Status] = None
    policies: Annotated[list[PolicyRequest], Provision.Policies] = []
    remote_wipe: Annotated[Wipe | None, Provision.RemoteWipe] = None
    account_only_remote_wipe: Annotated[Wipe | None, Provision.AccountOnlyRemoteWipe, Version.V16_1] = None


class PolicyResponse(Element):
    """A policy, or the receipt of its acknowledgement. MS-ASPROV, Policy; Data has a text at 2.5 and settings
    from 12.0."""

    TAG = Provision.Policy

    policy_type: Annotated[str, Provision.PolicyType] = POLICY_TYPE
    status: Annotated[int, Provision.Status]
    policy_key: Annotated[str | None, Provision.PolicyKey] = None
    text: Annotated[str | None, Provision.Data, until(Version.V2_5)] = None
    data: Annotated[
        EASProvisionDoc | None, Provision.EASProvisionDoc, Wrapped(Provision.Data), Version.V12_0
    ] = None


class ProvisionResponse(Element):
    """MS-ASPROV, Provision."""

    TAG = Provision.Provision

    device_information: Annotated[
        DeviceInformationResponse | None, Settings.DeviceInformation, Version.V14_1
    ] = None
    status: Annotated[int, Provision.Status]
    policies: Annotated[list[PolicyResponse], Provision.Policies] = []
    remote_wipe: Annotated[bool, Provision.RemoteWipe, Form.FLAG] = False
    account_only_remote_wipe: Annotated[bool, Provision.AccountOnlyRemoteWipe, Form.FLAG, Version.V16_1] = (
        False
    )
