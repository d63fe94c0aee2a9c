"""Settings: what a device is, and who its user is. MS-ASCMD, Settings.

Each property has a status of its own. Three of them are answered as by a server on which they are switched
off, and so they are here (see "What is not there yet" in the manual): absence is off and nobody may set it,
no recovery password is kept because no policy asks for one, and there is no rights management.
"""

from __future__ import annotations

from outrider.commands.partnership import describe, revise
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.domain.roles import Identity
from outrider.protocol.messages.settings import (
    Account,
    DeviceInformation,
    DeviceInformationResponse,
    DevicePasswordResponse,
    EmailAddresses,
    Oof,
    OofResponse,
    OofSettings,
    RightsManagementInformationResponse,
    SettingsRequest,
    SettingsResponse,
    UserData,
    UserInformation,
    UserInformationResponse,
)
from outrider.protocol.status import CommonStatus, SettingsStatus

_OFF = 0


@command("Settings", SettingsRequest)
async def settings(request: SettingsRequest, session: Session) -> Answer:
    """Answer each property that is asked for or set."""
    if request == SettingsRequest():
        return SettingsResponse(status=SettingsStatus.PROTOCOL_ERROR)
    said, asked = request.device_information, request.user_information
    return SettingsResponse(
        status=SettingsStatus.SUCCESS,
        rights_management_information=_refuse_rights() if request.rights_management_information else None,
        oof=_answer_absence(request.oof) if request.oof else None,
        device_password=_refuse_password() if request.device_password else None,
        device_information=await _keep_information(said, session) if said else None,
        user_information=_tell_user(asked, session.account.identity) if asked else None,
    )


async def _keep_information(said: DeviceInformation, session: Session) -> DeviceInformationResponse:
    if said.set is None:
        return DeviceInformationResponse(status=SettingsStatus.PROTOCOL_ERROR)
    fields = describe(said.set)
    await revise(session, lambda _: fields)
    return DeviceInformationResponse(status=SettingsStatus.SUCCESS)


def _tell_user(asked: UserInformation, identity: Identity) -> UserInformationResponse:
    """The user's addresses, in the form of every version; the encoder takes the right one.

    The first account has no id. MS-ASCMD, AccountId.
    """
    if not asked.get:
        return UserInformationResponse(status=SettingsStatus.PROTOCOL_ERROR)
    others = [address for address in identity.addresses if address != identity.address]
    addresses = EmailAddresses(
        smtp_address=[identity.address, *others], primary_smtp_address=identity.address
    )
    account = Account(user_display_name=identity.name or None, email_addresses=addresses)
    user = UserData(email_addresses=addresses, accounts=[account])
    return UserInformationResponse(status=SettingsStatus.SUCCESS, get=user)


def _answer_absence(asked: Oof) -> OofResponse:
    """It is off, without an audience to whom an answer could go, so there is none to set. MS-ASCMD, Oof."""
    if asked.set is not None:
        return OofResponse(status=SettingsStatus.ACCESS_DENIED)
    if asked.get is None:
        return OofResponse(status=SettingsStatus.PROTOCOL_ERROR)
    return OofResponse(status=SettingsStatus.SUCCESS, get=OofSettings(oof_state=_OFF))


def _refuse_password() -> DevicePasswordResponse:
    """No policy has PasswordRecoveryEnabled. MS-ASCMD, Status (Settings)."""
    return DevicePasswordResponse(status=SettingsStatus.DENIED_BY_POLICY)


def _refuse_rights() -> RightsManagementInformationResponse:
    """Rights management is switched off. MS-ASRM, RightsManagementInformation."""
    return RightsManagementInformationResponse(status=CommonStatus.IRM_FEATURE_DISABLED)
