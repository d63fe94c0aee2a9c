"""Giving out the recovery password of a device."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import json

from outrider.admin.devices import ForgetDevice, ShowDevice
from outrider.admin.recovery import RecoveryPassword, TakeRecoveryPassword
from outrider.admin.services import Services
from outrider.admin.trail import perform
from outrider.admin.users import RemoveUser
from outrider.domain.errors import BackendError
from outrider.store.devices import Device
from outrider.store.serverkey import ServerKey
from tests.admin.conftest import ALICE

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
OTHERS = ServerKey(b"o" * 32)


async def leave(services: Services, key: ServerKey | None = None) -> None:
    """Alice's phone leaves a password."""
    await services.store.devices.add(Device(address=ALICE, id="D1", first_seen=NOW, last_seen=NOW))
    sealed = (key or services.key).conceal((ALICE, "D1"), "open sesame")
    await services.store.recovery.keep(ALICE, "D1", sealed, NOW)


async def take(services: Services) -> RecoveryPassword:
    return await perform(TakeRecoveryPassword("d1", None), services, "carol")


async def refusal(services: Services) -> str:
    with pytest.raises(BackendError) as refused:
        await take(services)
    return refused.value.code


async def test_it_is_given_out_once(services: Services) -> None:
    await leave(services)
    assert (await take(services)).password == "open sesame"
    assert await refusal(services) == "E-RECOVERY-NONE"


async def test_the_audit_tells_who_took_it_and_not_what_it_is(services: Services) -> None:
    await leave(services)
    taken = await take(services)
    [(_, line)] = await services.store.audit.read()
    states: list[dict[str, Any]] = [json.decode(text) for text in (line.before, line.after)]
    assert (line.actor, line.act, line.subject) == ("carol", "device.recovery-password", f"device:{ALICE}/D1")
    assert states == [{"recovery_password": "2026-11-27T12:00:00Z"}, {"recovery_password": None}]
    assert "sesame" not in f"{line}{taken}"


async def test_a_device_shows_since_when_it_has_left_one(services: Services) -> None:
    await leave(services)
    assert (await ShowDevice("D1", ALICE).run(services)).recovery_password == NOW


async def test_what_was_sealed_with_another_key_is_named_and_stays(services: Services) -> None:
    await leave(services, OTHERS)
    assert await refusal(services) == "E-RECOVERY-KEY"
    assert await services.store.recovery.look(ALICE, "D1")


@pytest.mark.parametrize("act", [ForgetDevice("D1", ALICE), RemoveUser(ALICE)])
async def test_it_goes_with_its_device_and_its_user(
    services: Services, act: ForgetDevice | RemoveUser
) -> None:
    await leave(services)
    await act.run(services)
    assert await services.store.recovery.look(ALICE, "D1") is None
