"""What the server overlooks in which client; the rows are data, the effects are named here."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

import msgspec
from msgspec import Struct

from outrider.store.devices import Device


class Match(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Patterns with `*` and `?` that a device's User-Agent and DeviceType must both fit, in whatever case."""

    agent: str = "*"
    type: str = "*"

    def fits(self, device: Device) -> bool:
        """Say whether this device is meant."""
        return _fits(device.user_agent, self.agent) and _fits(device.type, self.type)


class Quirk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of client, and what follows from it.

    `excuses_device_information`: it may ask for its policy without saying what it is.
    """

    name: str
    match: Match
    excuses_device_information: bool = False


class Quirks:
    """All rows; a device has the effects of every row that fits it."""

    def __init__(self, rows: Sequence[Quirk]) -> None:
        self._rows = tuple(rows)

    def excuses_device_information(self, device: Device) -> bool:
        """Say whether this device may ask for its policy without saying what it is."""
        return any(row.excuses_device_information and row.match.fits(device) for row in self._rows)


NO_QUIRKS: Final = Quirks(())


class _File(Struct, forbid_unknown_fields=True):
    client: list[Quirk] = []


def read_quirks(text: bytes) -> Quirks:
    """Read rows from TOML; raises msgspec.DecodeError for what is none, or names what there is not."""
    return Quirks(msgspec.toml.decode(text, type=_File).client)


def _fits(text: str, pattern: str) -> bool:
    return fnmatchcase(text.lower(), pattern.lower())
