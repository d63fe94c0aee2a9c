"""How devices on record stand: who is let in as of now, and why."""

from __future__ import annotations

from collections.abc import AsyncIterator

from msgspec import structs

from outrider.admin.effects import known_devices
from outrider.admin.services import Services
from outrider.backends.local.refusals import UserUnknownError
from outrider.commands.session import Facts
from outrider.commands.wiping import signal_of
from outrider.domain.roles import Identity
from outrider.policy.admission import Answer
from outrider.protocol.request import RequestLine
from outrider.protocol.versions import Version
from outrider.store.devices import Device


async def explain(services: Services, device: Device) -> list[Answer]:
    """What a request of this device would be asked, and what would come of it."""
    await services.policies.refresh()
    await services.admission.refresh()
    facts = _facts(services, device, await _identity(services, device.address))
    wipe = await services.store.wipes.get(device.address, device.id)
    return services.admission.explain(structs.replace(facts, wipe=signal_of(wipe, facts.line)))


async def foresee(services: Services, device: Device) -> Device:
    """A device as it would be on record if it came now: it is decided anew when it comes, and what is decided
    by may have changed meanwhile, the configuration too."""
    await services.policies.refresh()
    await services.admission.refresh()
    return _foreseen(services, device, await _identity(services, device.address))


async def foresee_all(services: Services, address: str | None) -> AsyncIterator[Device]:
    """As `foresee`, for the devices of one user or of all, those seen last first."""
    await services.policies.refresh()
    await services.admission.refresh()
    async for device, who in known_devices(services, address):
        yield _foreseen(services, device, Identity(address=who.address, groups=who.groups))


def _foreseen(services: Services, device: Device, identity: Identity) -> Device:
    return services.admission.foresee(_facts_at_rest(services, device, identity))


async def settle(services: Services, device: Device) -> Device:
    """Decide anew about a device, and put it on record."""
    return await _settle(services, device, await _identity(services, device.address))


async def settle_all(services: Services) -> int:
    """Decide anew about every device; answers for how many something else was decided."""
    moved = 0
    async for device, who in known_devices(services):
        settled = await _settle(services, device, Identity(address=who.address, groups=who.groups))
        moved += settled.state != device.state
    return moved


async def _settle(services: Services, device: Device, identity: Identity) -> Device:
    await services.admission.refresh()
    facts = _facts_at_rest(services, device, identity)
    return await services.admission.settle(facts, services.admission.decide_again(facts))


def _facts_at_rest(services: Services, device: Device, identity: Identity) -> Facts:
    """What the state of a device depends on: whether the user may come in at all, and the policy, is asked
    when the device comes."""
    identity = structs.replace(identity, enabled=True, eas=True)
    return structs.replace(_facts(services, device, identity), needs_policy=False)


def _facts(services: Services, device: Device, identity: Identity) -> Facts:
    """What a request of this device with the key that it was given last would be judged by."""
    line = RequestLine(
        command="FolderSync",
        device_id=device.id,
        device_type=device.type,
        version=Version(device.version) if device.version else Version.V16_1,
        policy_key=device.policy_key,
        user_agent=device.user_agent,
    )
    now = services.now()
    return Facts(
        line=line,
        identity=identity,
        device=device,
        policy=services.policies.policy_for(identity, device.id, now),
        needs_policy=True,
        now=now,
        peer=device.peer,
    )


async def _identity(services: Services, address: str) -> Identity:
    try:
        user = await services.users.show(address)
    except UserUnknownError:  # who was removed meanwhile
        return Identity(address=address, enabled=False)
    return Identity(address=user.address, groups=user.groups, enabled=user.enabled, eas=user.eas)
