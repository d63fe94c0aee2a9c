"""Settings over the embedded store, property by property."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from msgspec import structs

from outrider.commands.session import Session
from outrider.commands.settings import settings
from outrider.policy.policies import OPEN, Policy
from outrider.protocol.messages.provision import EASProvisionDoc
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
from outrider.protocol.versions import OFFERED, Version
from tests.commands.fakes import KEY, line
from tests.commands.served import ALIAS, ALICE, House, read, serving

V = Version.V14_1
EVERYTHING = DeviceSet(
    model="Phone",
    imei="004400112233445",
    friendly_name="Alice's phone",
    os="OS 26",
    os_language="en",
    phone_number="********0123",
    user_agent="Mail/1.0",
    enable_outbound_sms=True,
    mobile_operator="Operator",
)
WHO = UserInformation(get=True)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as served:
        yield served


async def ask(
    house: House, request: SettingsRequest, version: Version = V, device_id: str = "PHONE1"
) -> SettingsResponse:
    asked = structs.replace(line("Settings", version), device_id=device_id)
    return read(await house.send(asked, request), SettingsResponse, version)


@pytest.mark.parametrize("version", OFFERED, ids=str)
async def test_what_a_device_is_goes_on_record(house: House, version: Version) -> None:
    said = SettingsRequest(device_information=DeviceInformation(set=EVERYTHING))
    thanks = DeviceInformationResponse(status=1)
    assert await ask(house, said, version) == SettingsResponse(status=1, device_information=thanks)
    device = await house.device()
    kept = DeviceSet(
        model=device.model,
        imei=device.imei,
        friendly_name=device.friendly_name,
        os=device.os,
        os_language=device.os_language,
        phone_number=device.phone_number,
        user_agent=device.own_user_agent,
        enable_outbound_sms=device.enable_outbound_sms,
        mobile_operator=device.mobile_operator,
    )
    since_14_0 = {} if version >= Version.V14_0 else {"enable_outbound_sms": False, "mobile_operator": ""}
    assert kept == structs.replace(EVERYTHING, **since_14_0)


async def test_what_a_device_leaves_out_stays_as_it_was(house: House) -> None:
    await ask(house, SettingsRequest(device_information=DeviceInformation(set=EVERYTHING)))
    await ask(house, SettingsRequest(device_information=DeviceInformation(set=DeviceSet(os="OS 27"))))
    device = await house.device()
    assert (device.model, device.os, device.enable_outbound_sms) == ("Phone", "OS 27", True)


async def test_nothing_is_kept_of_a_device_that_only_tries(house: House) -> None:
    said = SettingsRequest(device_information=DeviceInformation(set=EVERYTHING))
    assert (await ask(house, said, device_id="validate")).status == 1
    assert await house.store.devices.all() == []


ADDRESSES = [ALICE, ALIAS]


async def test_the_user_is_a_list_of_addresses_up_to_14_0(house: House) -> None:
    for version in (Version.V12_1, Version.V14_0):
        answer = await ask(house, SettingsRequest(user_information=WHO), version)
        user = UserData(email_addresses=EmailAddresses(smtp_address=ADDRESSES))
        assert answer.user_information == UserInformationResponse(status=1, get=user)


async def test_the_user_is_an_account_from_14_1(house: House) -> None:
    for version in (Version.V14_1, Version.V16_0, Version.V16_1):
        answer = await ask(house, SettingsRequest(user_information=WHO), version)
        addresses = EmailAddresses(smtp_address=ADDRESSES, primary_smtp_address=ALICE)
        user = UserData(accounts=[Account(user_display_name="Alice", email_addresses=addresses)])
        assert answer.user_information == UserInformationResponse(status=1, get=user)


START, END = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 15, tzinfo=UTC)


def _reply(text: str) -> OofMessage:
    return OofMessage(applies_to_internal=True, enabled=True, reply_message=text, body_type="Text")


REFUSED = [
    (
        "absence, asked for in no form",
        SettingsRequest(oof=Oof(get=OofGet())),
        SettingsResponse(status=1, oof=OofResponse(status=2)),
    ),
    (
        "absence, asked for in a form that is none",
        SettingsRequest(oof=Oof(get=OofGet(body_type="RTF"))),
        SettingsResponse(status=1, oof=OofResponse(status=5)),
    ),
    (
        "absence, with a beginning and no end",
        SettingsRequest(oof=Oof(set=OofSettings(oof_state=2, start_time=START))),
        SettingsResponse(status=1, oof=OofResponse(status=2)),
    ),
    (
        "absence, between two times that are not told",
        SettingsRequest(oof=Oof(set=OofSettings(oof_state=2))),
        SettingsResponse(status=1, oof=OofResponse(status=6)),
    ),
    (
        "absence, that ends before it begins",
        SettingsRequest(oof=Oof(set=OofSettings(oof_state=2, start_time=END, end_time=START))),
        SettingsResponse(status=1, oof=OofResponse(status=6)),
    ),
    (
        "absence, with a reply that has no end",
        SettingsRequest(oof=Oof(set=OofSettings(messages=[_reply("a" * 131_073)]))),
        SettingsResponse(status=1, oof=OofResponse(status=5)),
    ),
    (
        "absence, neither asked for nor set",
        SettingsRequest(oof=Oof()),
        SettingsResponse(status=1, oof=OofResponse(status=2)),
    ),
    (
        "a recovery password",
        SettingsRequest(device_password=DevicePassword(set=DevicePasswordSet(password="x"))),
        SettingsResponse(status=1, device_password=DevicePasswordResponse(status=7)),
    ),
    (
        "rights",
        SettingsRequest(rights_management_information=RightsManagementInformation(get=True)),
        SettingsResponse(
            status=1, rights_management_information=RightsManagementInformationResponse(status=168)
        ),
    ),
    (
        "a device that says nothing",
        SettingsRequest(device_information=DeviceInformation()),
        SettingsResponse(status=1, device_information=DeviceInformationResponse(status=2)),
    ),
    (
        "a user that is not asked for",
        SettingsRequest(user_information=UserInformation()),
        SettingsResponse(status=1, user_information=UserInformationResponse(status=2)),
    ),
    ("nothing at all", SettingsRequest(), SettingsResponse(status=2)),
]


@pytest.mark.parametrize(("what", "request_", "answer"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_what_is_not_there_is_refused_in_its_own_place(
    house: House, what: str, request_: SettingsRequest, answer: SettingsResponse
) -> None:
    assert await ask(house, request_) == answer, what


async def absence(house: House, version: Version = V) -> OofSettings:
    answer = await ask(house, SettingsRequest(oof=Oof(get=OofGet(body_type="TEXT"))), version)
    assert answer.oof
    assert (answer.oof.status, answer.oof.get is None) == (1, False)
    return answer.oof.get or OofSettings()


NOBODY = [
    OofMessage(applies_to_internal=True, enabled=False),
    OofMessage(applies_to_external_known=True, enabled=False),
    OofMessage(applies_to_external_unknown=True, enabled=False),
]


async def test_nobody_is_away_at_first_and_every_audience_is_told_of(house: House) -> None:
    assert await absence(house) == OofSettings(oof_state=0, messages=NOBODY)


@pytest.mark.parametrize("version", OFFERED, ids=str)
async def test_an_absence_is_set_and_told(house: House, version: Version) -> None:
    said = OofSettings(oof_state=2, start_time=START, end_time=END, messages=[_reply("Away.")])
    answer = await ask(house, SettingsRequest(oof=Oof(set=said)), version)
    assert answer == SettingsResponse(status=1, oof=OofResponse(status=1))
    told = structs.replace(said, messages=[_reply("Away."), *NOBODY[1:]])
    assert await absence(house, version) == told


async def test_times_are_not_kept_where_they_mean_nothing(house: House) -> None:
    said = OofSettings(oof_state=1, start_time=START, end_time=END)
    answer = await ask(house, SettingsRequest(oof=Oof(set=said)))
    assert answer.oof == OofResponse(status=1)
    assert await absence(house) == OofSettings(oof_state=1, messages=NOBODY)


async def test_a_refused_absence_changes_nothing(house: House) -> None:
    said = OofSettings(oof_state=2, start_time=END, end_time=START, messages=[_reply("Away.")])
    await ask(house, SettingsRequest(oof=Oof(set=said)))
    assert await absence(house) == OofSettings(oof_state=0, messages=NOBODY)


async def test_where_nobody_is_answered_absence_is_off_and_cannot_be_set() -> None:
    session = cast(Session, Speechless())
    asked = SettingsRequest(oof=Oof(get=OofGet(body_type="TEXT")))
    told = OofResponse(status=1, get=OofSettings(oof_state=0))
    assert await settings(asked, session) == SettingsResponse(status=1, oof=told)
    asked = SettingsRequest(oof=Oof(set=OofSettings(oof_state=1)))
    assert await settings(asked, session) == SettingsResponse(status=1, oof=OofResponse(status=3))


class Speechless:
    """A session over a mail system that answers nobody."""

    account = SimpleNamespace(out_of_office=None)


async def test_a_refusal_leaves_the_other_properties_alone(house: House) -> None:
    answer = await ask(house, SettingsRequest(oof=Oof(get=OofGet()), user_information=WHO))
    assert answer.oof == OofResponse(status=2)
    assert answer.user_information
    assert answer.user_information.status == 1


async def test_settings_wait_for_the_policy(house: House) -> None:
    asked = line("Settings", V, policy_key=0)
    outcome = await house.send(asked, SettingsRequest(user_information=WHO))
    assert read(outcome, SettingsResponse, V) == SettingsResponse(status=142)


RECOVERY = Policy(name="recovery", sets=EASProvisionDoc(password_recovery_enabled=True))


def leaving(password: str) -> SettingsRequest:
    return SettingsRequest(device_password=DevicePassword(set=DevicePasswordSet(password=password)))


async def leave(house: House, request: SettingsRequest, version: Version = V, **fields: str) -> int:
    """The status with which a recovery password is answered."""
    asked = structs.replace(line("Settings", version), **fields)
    told = read(await house.send(asked, request), SettingsResponse, version)
    assert told.device_password
    return told.device_password.status


@pytest.mark.parametrize("version", OFFERED)
async def test_a_recovery_password_is_kept_sealed(house: House, version: Version) -> None:
    served = house.under(RECOVERY)
    assert await leave(served, leaving("open sesame"), version) == 1
    sealed = await house.store.recovery.look(ALICE, "PHONE1")
    assert sealed
    assert b"sesame" not in sealed
    assert KEY.reveal((ALICE, "PHONE1"), sealed) == "open sesame"


async def test_a_new_recovery_password_takes_the_place_of_the_old_one(house: House) -> None:
    served = house.under(RECOVERY)
    for password in ("one", "two"):
        await leave(served, leaving(password))
    sealed = await house.store.recovery.look(ALICE, "PHONE1")
    assert sealed
    assert KEY.reveal((ALICE, "PHONE1"), sealed) == "two"


async def test_an_empty_recovery_password_takes_it_back_whatever_the_policy_says(house: House) -> None:
    await leave(house.under(RECOVERY), leaving("one"))
    assert await leave(house, leaving("")) == 1
    assert await house.store.recovery.look(ALICE, "PHONE1") is None


REFUSED_PASSWORDS = [
    ("a policy that does not want it", OPEN, leaving("x"), 7),
    ("one that is too long", RECOVERY, leaving("x" * 256), 5),
    ("nothing to set", RECOVERY, SettingsRequest(device_password=DevicePassword()), 2),
]


@pytest.mark.parametrize(
    ("what", "policy", "request_", "status"), REFUSED_PASSWORDS, ids=[row[0] for row in REFUSED_PASSWORDS]
)
async def test_a_recovery_password_is_refused(
    house: House, what: str, policy: Policy, request_: SettingsRequest, status: int
) -> None:
    assert await leave(house.under(policy), request_) == status
    assert await house.store.recovery.look(ALICE, "PHONE1") is None, what


async def test_who_is_under_no_policy_leaves_no_recovery_password(house: House) -> None:
    assert await leave(house.exempt(), leaving("x")) == 7


async def test_a_device_that_only_tries_leaves_no_recovery_password(house: House) -> None:
    assert await leave(house.under(RECOVERY), leaving("x"), device_id="validate") == 1
    assert await house.store.recovery.look(ALICE, "validate") is None
