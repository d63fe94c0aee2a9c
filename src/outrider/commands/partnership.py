"""What a device says of itself, and how it is put on record."""

from __future__ import annotations

import re
from typing import Final

from msgspec import structs

from outrider.commands.session import Session
from outrider.protocol.messages.settings import DeviceSet
from outrider.store.devices import TRANSIENT, Device, Revision, Value

MOST: Final = 1024
"""Characters that are kept of anything a device says of itself. MS-ASCMD, Model and its neighbours."""

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]+")
_RENAMED: Final = {"user_agent": "own_user_agent"}


async def revise(session: Session, revision: Revision) -> Device:
    """Put on record what `revision` names; of a device that only tries an account out nothing is kept."""
    if session.device.id == TRANSIENT:
        return structs.replace(session.device, **revision(session.device))
    return await session.store.devices.revise(session.device, revision)


def describe(said: DeviceSet | None) -> dict[str, Value]:
    """The fields of a record that a device speaks of; what it leaves out stays as it is."""
    if said is None:
        return {}
    named = {name: value for name, value in structs.asdict(said).items() if value is not None}
    return {_RENAMED.get(name, name): _clean(value) for name, value in named.items()}


def _clean(value: Value) -> Value:
    return _CONTROLS.sub(" ", value).strip()[:MOST] if isinstance(value, str) else value
