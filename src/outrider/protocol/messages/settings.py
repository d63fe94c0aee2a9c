"""Settings: what a device is, who its user is, absence, passwords, rights. MS-ASCMD, Settings."""

from datetime import datetime
from typing import Annotated

from outrider.protocol.pages import Settings
from outrider.protocol.schema import Element, Form, until
from outrider.protocol.versions import Version


class DeviceSet(Element):
    """What a device says of itself; any of it may be missing. MS-ASCMD, Set (DeviceInformation)."""

    TAG = Settings.Set

    model: Annotated[str | None, Settings.Model] = None
    imei: Annotated[str | None, Settings.IMEI] = None
    friendly_name: Annotated[str | None, Settings.FriendlyName] = None
    os: Annotated[str | None, Settings.OS] = None
    os_language: Annotated[str | None, Settings.OSLanguage] = None
    phone_number: Annotated[str | None, Settings.PhoneNumber] = None
    user_agent: Annotated[str | None, Settings.UserAgent, Version.V12_1] = None
    enable_outbound_sms: Annotated[bool | None, Settings.EnableOutboundSMS, Version.V14_0] = None
    mobile_operator: Annotated[str | None, Settings.MobileOperator, Version.V14_0] = None


class DeviceInformation(Element):
    """What a device says of itself, in Settings or in Provision. MS-ASCMD, DeviceInformation."""

    TAG = Settings.DeviceInformation

    set: Annotated[DeviceSet | None, Settings.Set] = None


class OofMessage(Element):
    """An answer in the user's absence, and to whom it goes. MS-ASCMD, OofMessage."""

    TAG = Settings.OofMessage

    applies_to_internal: Annotated[bool, Settings.AppliesToInternal, Form.FLAG] = False
    applies_to_external_known: Annotated[bool, Settings.AppliesToExternalKnown, Form.FLAG] = False
    applies_to_external_unknown: Annotated[bool, Settings.AppliesToExternalUnknown, Form.FLAG] = False
    enabled: Annotated[bool | None, Settings.Enabled] = None
    reply_message: Annotated[str | None, Settings.ReplyMessage] = None
    body_type: Annotated[str | None, Settings.BodyType] = None


class OofGet(Element):
    """What is asked of the absence; `body_type` is "TEXT" or "HTML". MS-ASCMD, Get (Oof)."""

    TAG = Settings.Get

    body_type: Annotated[str | None, Settings.BodyType] = None


class OofSettings(Element):
    """The absence: `oof_state` 0 off, 1 on, 2 between two times. MS-ASCMD, Oof."""

    oof_state: Annotated[int | None, Settings.OofState] = None
    start_time: Annotated[datetime | None, Settings.StartTime] = None
    end_time: Annotated[datetime | None, Settings.EndTime] = None
    messages: Annotated[list[OofMessage], Settings.OofMessage] = []


class Oof(Element):
    """A question for the absence, or its new settings. MS-ASCMD, Oof."""

    TAG = Settings.Oof

    get: Annotated[OofGet | None, Settings.Get] = None
    set: Annotated[OofSettings | None, Settings.Set] = None


class DevicePasswordSet(Element):
    """The recovery password of a device. MS-ASCMD, Set (DevicePassword)."""

    TAG = Settings.Set

    password: Annotated[str, Settings.Password] = ""


class DevicePassword(Element):
    """The recovery password of a device. MS-ASCMD, DevicePassword."""

    TAG = Settings.DevicePassword

    set: Annotated[DevicePasswordSet | None, Settings.Set] = None


class UserInformation(Element):
    """A question for the user's addresses. MS-ASCMD, UserInformation."""

    TAG = Settings.UserInformation

    get: Annotated[bool, Settings.Get, Form.FLAG] = False


class RightsManagementInformation(Element):
    """A question for the templates of rights. MS-ASRM, RightsManagementInformation."""

    TAG = Settings.RightsManagementInformation

    get: Annotated[bool, Settings.Get, Form.FLAG] = False


class SettingsRequest(Element):
    """MS-ASCMD, Settings."""

    TAG = Settings.Settings

    rights_management_information: Annotated[
        RightsManagementInformation | None, Settings.RightsManagementInformation, Version.V14_1
    ] = None
    oof: Annotated[Oof | None, Settings.Oof] = None
    device_password: Annotated[DevicePassword | None, Settings.DevicePassword] = None
    device_information: Annotated[DeviceInformation | None, Settings.DeviceInformation] = None
    user_information: Annotated[UserInformation | None, Settings.UserInformation] = None


class EmailAddresses(Element):
    """The addresses of an account. MS-ASCMD, EmailAddresses."""

    TAG = Settings.EmailAddresses

    smtp_address: Annotated[list[str], Settings.SMTPAddress] = []
    primary_smtp_address: Annotated[str | None, Settings.PrimarySmtpAddress, Version.V14_1] = None


class Account(Element):
    """An account the user may send from. MS-ASCMD, Account."""

    TAG = Settings.Account

    account_id: Annotated[str | None, Settings.AccountId] = None
    account_name: Annotated[str | None, Settings.AccountName] = None
    user_display_name: Annotated[str | None, Settings.UserDisplayName] = None
    send_disabled: Annotated[bool | None, Settings.SendDisabled] = None
    email_addresses: Annotated[EmailAddresses | None, Settings.EmailAddresses] = None


class UserData(Element):
    """Who the user is: addresses up to 14.0, accounts from 14.1. MS-ASCMD, Get (UserInformation)."""

    TAG = Settings.Get

    email_addresses: Annotated[EmailAddresses | None, Settings.EmailAddresses, until(Version.V14_0)] = None
    accounts: Annotated[list[Account] | None, Settings.Accounts, Version.V14_1] = None


class UserInformationResponse(Element):
    """MS-ASCMD, UserInformation."""

    TAG = Settings.UserInformation

    status: Annotated[int, Settings.Status]
    get: Annotated[UserData | None, Settings.Get] = None


class OofResponse(Element):
    """MS-ASCMD, Oof."""

    TAG = Settings.Oof

    status: Annotated[int, Settings.Status]
    get: Annotated[OofSettings | None, Settings.Get] = None


class DeviceInformationResponse(Element):
    """MS-ASCMD, DeviceInformation."""

    TAG = Settings.DeviceInformation

    status: Annotated[int, Settings.Status]


class DevicePasswordResponse(Element):
    """MS-ASCMD, DevicePassword."""

    TAG = Settings.DevicePassword

    status: Annotated[int, Settings.Status]


class RightsManagementInformationResponse(Element):
    """That there are no templates of rights, and why. MS-ASRM, RightsManagementInformation."""

    TAG = Settings.RightsManagementInformation

    status: Annotated[int, Settings.Status]


class SettingsResponse(Element):
    """MS-ASCMD, Settings."""

    TAG = Settings.Settings

    status: Annotated[int, Settings.Status]
    rights_management_information: Annotated[
        RightsManagementInformationResponse | None, Settings.RightsManagementInformation, Version.V14_1
    ] = None
    oof: Annotated[OofResponse | None, Settings.Oof] = None
    device_password: Annotated[DevicePasswordResponse | None, Settings.DevicePassword] = None
    device_information: Annotated[DeviceInformationResponse | None, Settings.DeviceInformation] = None
    user_information: Annotated[UserInformationResponse | None, Settings.UserInformation] = None
