"""Settings: what a device is, and who its user is. MS-ASCMD, Settings.

Each property has a status of its own. Rights management is answered as by a server on which it is switched
off, and so it is here (see "What is not there yet" in the manual); so is absence where the mail system
answers nobody.
"""

from __future__ import annotations

from outrider.commands.partnership import describe, revise
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.domain.absence import PeriodError, ReplyTooLongError
from outrider.domain.roles import Identity, OutOfOffice
from outrider.mapping.absence import absence_from_wire, absence_to_wire, form_of
from outrider.protocol.errors import EasError
from outrider.protocol.messages.settings import (
    Account,
    DeviceInformation,
    DeviceInformationResponse,
    DevicePassword,
    DevicePasswordResponse,
    EmailAddresses,
    Oof,
    OofGet,
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
from outrider.store.devices import TRANSIENT

_OFF = 0
_PASSWORD_LONGEST = 255  # characters


@command("Settings", SettingsRequest)
async def settings(request: SettingsRequest, session: Session) -> Answer:
    """Answer each property that is asked for or set."""
    if request == SettingsRequest():
        return SettingsResponse(status=SettingsStatus.PROTOCOL_ERROR)
    said, asked = request.device_information, request.user_information
    return SettingsResponse(
        status=SettingsStatus.SUCCESS,
        rights_management_information=_refuse_rights() if request.rights_management_information else None,
        oof=await _absence(request.oof, session.account.out_of_office) if request.oof else None,
        device_password=await _keep_password(request.device_password, session)
        if request.device_password
        else None,
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


async def _absence(asked: Oof, office: OutOfOffice | None) -> OofResponse:
    """Tell of the absence, or change it: all that is said, or nothing of it. MS-ASCMD, Oof."""
    try:
        if asked.set is not None:
            return await _set_absence(asked.set, office)
        if asked.get is not None:
            return await _tell_absence(asked.get, office)
    except EasError as error:
        return OofResponse(status=error.status)
    return OofResponse(status=SettingsStatus.PROTOCOL_ERROR)


async def _tell_absence(asked: OofGet, office: OutOfOffice | None) -> OofResponse:
    """Without an audience to whom an answer could go there is none to set."""
    form = form_of(asked.body_type)
    told = absence_to_wire(await office.read(), form) if office else OofSettings(oof_state=_OFF)
    return OofResponse(status=SettingsStatus.SUCCESS, get=told)


async def _set_absence(asked: OofSettings, office: OutOfOffice | None) -> OofResponse:
    if office is None:
        return OofResponse(status=SettingsStatus.ACCESS_DENIED)
    try:
        await office.change(absence_from_wire(asked))
    except PeriodError:
        return OofResponse(status=SettingsStatus.CONFLICTING_ARGUMENTS)
    except ReplyTooLongError:
        return OofResponse(status=SettingsStatus.INVALID_ARGUMENTS)
    return OofResponse(status=SettingsStatus.SUCCESS)


async def _keep_password(said: DevicePassword, session: Session) -> DevicePasswordResponse:
    """Keep a recovery password, or take back the one that is kept: an empty one. MS-ASCMD, Password
    (Settings)."""
    if said.set is None:
        return DevicePasswordResponse(status=SettingsStatus.PROTOCOL_ERROR)
    password, device = said.set.password, session.device
    if not password:
        await session.store.recovery.forget(device.address, device.id)
        return DevicePasswordResponse(status=SettingsStatus.SUCCESS)
    if session.policy is None or session.policy.document.password_recovery_enabled is not True:
        return DevicePasswordResponse(status=SettingsStatus.DENIED_BY_POLICY)
    if len(password) > _PASSWORD_LONGEST:
        return DevicePasswordResponse(status=SettingsStatus.INVALID_ARGUMENTS)
    if device.id != TRANSIENT:
        sealed = session.conceal(password)
        await session.store.recovery.keep(device.address, device.id, sealed, session.now())
    return DevicePasswordResponse(status=SettingsStatus.SUCCESS)


def _refuse_rights() -> RightsManagementInformationResponse:
    """Rights management is switched off. MS-ASRM, RightsManagementInformation."""
    return RightsManagementInformationResponse(status=CommonStatus.IRM_FEATURE_DISABLED)
