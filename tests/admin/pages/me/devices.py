"""Devices for tests of pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from outrider.admin.services import Services
from outrider.policy.policies import OPEN
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from tests.admin.conftest import ALICE

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def device(services: Services, id: str = "D1", address: str = ALICE, **fields: object) -> str:
    """A device of Alice's or Bob's; answers the path of its page."""
    given: dict[str, object] = {
        "type": "iPhone",
        "version": 161,
        "first_seen": NOW - timedelta(days=3),
        "last_seen": NOW,
        "policy_key": 7,
        "policy_version": 161,
        "policy_fingerprint": OPEN.fingerprint(Version.V16_1),
        "policy_answer": 1,
        **fields,
    }
    await services.store.devices.add(Device(address=address, id=id, **given))  # type: ignore[arg-type]
    return f"/me/devices/{id.encode().hex()}"
