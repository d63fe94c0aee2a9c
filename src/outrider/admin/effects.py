"""What a change of policies means for the devices that there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from outrider.admin.services import Services
from outrider.commands.claims import Claims
from outrider.policy.book import NONE, Book, Wave, Who
from outrider.policy.policies import Policy
from outrider.policy.provisioning import is_outdated
from outrider.policy.settings import demanded
from outrider.policy.wap import carries
from outrider.protocol.versions import Version
from outrider.store.devices import Device

_AT_A_TIME: Final = 100  # devices between which phones are served
_IN_THE_END: Final = datetime(9000, 1, 1, tzinfo=UTC)  # when every slot has come


class Effect(Struct, frozen=True, kw_only=True):
    """What a change means for a device: the policies that hold before and after, whether it is asked to take
    one anew, and the settings that it cannot obey, each with why: because its version has no words for them,
    or by what is known of such devices."""

    user: str
    device: str
    type: str
    version: str
    before: str
    after: str
    asked: bool
    cannot: list[str]
    why: list[str] = []


class Plan(Struct, frozen=True):
    """How a change goes out, and to whom: user and id of each device that is asked."""

    wave: Wave
    devices: list[tuple[str, str]]


async def find_effects(services: Services, before: Book, after: Book) -> list[Effect]:
    """The effect on each device that a change touches."""
    return [
        effect
        async for device, who in known_devices(services)
        if (
            effect := _effect(
                device,
                before.policy_for(who, _IN_THE_END),
                after.policy_for(who, _IN_THE_END),
                services.claims,
            )
        )
    ]


async def plan_change(services: Services, before: Book, after: Book, *, at_once: bool) -> Plan:
    """How to let a change go out."""
    asked = [(one.user, one.device) for one in await find_effects(services, before, after) if one.asked]
    spread = 0 if at_once else services.pace.spread_for(len(asked))
    return Plan(Wave(since=services.now(), spread=spread), asked)


async def resume_changes(services: Services) -> None:
    """Wake waiting devices at the slots of changes that were going out when the server ended."""
    book, now = await services.policies.refresh(), services.now()
    waves = [wave for wave in book.waves() if wave.is_under_way(now)]
    devices = [(one.address, one.id) for one in await services.store.devices.all()] if waves else []
    for wave in waves:
        services.waves.announce(devices, wave)


async def count_held(services: Services, book: Book) -> dict[str, int]:
    """For how many devices each policy holds, alone or with others, and how many are exempt by `none`."""
    counts: dict[str, int] = {}
    async for _, who in known_devices(services):
        names, exempt = book.names_for(who, services.now())
        for name in (*names, NONE) if exempt else names:
            counts[name] = counts.get(name, 0) + 1
    return counts


async def known_devices(services: Services, address: str | None = None) -> AsyncIterator[tuple[Device, Who]]:
    """The devices on record, of one user or of all, with what policies are assigned by; phones are served
    meanwhile."""
    devices = await services.store.devices.all(address)
    for start in range(0, len(devices), _AT_A_TIME):
        some = devices[start : start + _AT_A_TIME]
        groups = await services.users.groups_of([device.address for device in some])
        for device, names in zip(some, groups, strict=True):
            yield device, Who(device.address, names, device.id)


def _effect(device: Device, before: Policy | None, after: Policy | None, claims: Claims) -> Effect | None:
    if before is after:
        return None
    version = Version(device.version) if device.version else Version.V16_1
    held = bool(device.policy_key)
    asked = after is not None and (is_outdated(device, after, version) if held else before is None)
    lacking = _lacking(after, version) | claims.lacking(device, demanded(after.sets)) if after else {}
    return Effect(
        user=device.address,
        device=device.id,
        type=device.type,
        version=str(version),
        before=before.name if before else "none",
        after=after.name if after else "none",
        asked=asked,
        cannot=list(lacking),
        why=[f"{name}: {reason}" for name, reason in lacking.items()],
    )


def _lacking(policy: Policy, version: Version) -> dict[str, str]:
    """The settings that a policy sets and a version has no words for."""
    return {
        name: f"version {version} has no words for it"
        for name in demanded(policy.sets)
        if not carries(name, version)
    }
