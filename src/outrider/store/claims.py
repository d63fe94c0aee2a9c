"""What a device said of itself over time: a short history that is kept in its record.

A line is added where it says something else than it said last of the same thing; of many lines the oldest go.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

MOST: Final = 40
"""Lines that are kept of a device."""

SAID: Final = ("model", "imei", "os", "user_agent", "own_user_agent")
"""The fields of a device's record whose history is kept. MS-ASCMD, DeviceInformation."""

ACKNOWLEDGED: Final = "acknowledged"
"""The name under which acknowledgements are kept: the status, and the settings that the policy demanded."""


class Claim(Struct, frozen=True, array_like=True):
    """That a device said `value` of the thing `name`, at `seconds` since 1970."""

    seconds: int
    name: str
    value: str

    @property
    def time(self) -> datetime:
        """When it said so."""
        return datetime.fromtimestamp(self.seconds, UTC)


_decode = msgspec.json.Decoder(list[Claim]).decode


def read_claims(text: str) -> list[Claim]:
    """The history, oldest line first."""
    return _decode(text) if text else []


def add_claims(text: str, said: Mapping[str, str], time: datetime) -> str:
    """The history with what is new in it; the same text where nothing is."""
    claims = read_claims(text)
    last = {claim.name: claim.value for claim in claims}
    seconds = int(time.timestamp())
    new = [Claim(seconds, name, value) for name, value in said.items() if value and last.get(name) != value]
    return msgspec.json.encode([*claims, *new][-MOST:]).decode() if new else text
