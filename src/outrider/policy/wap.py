"""A policy as devices of 2.5 are told it: a text of the WAP provisioning schema, with six parameters.

MS-ASPROV, Data (string Data Type).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from outrider.policy.settings import DECLARED, UNLIMITED_SECONDS, Value
from outrider.protocol.versions import Version

CARRIED: Final = frozenset(
    {
        "DevicePasswordEnabled",
        "AlphanumericDevicePasswordRequired",
        "MinDevicePasswordLength",
        "MaxInactivityTimeDeviceLock",
        "MaxDevicePasswordFailedAttempts",
    }
)
"""The settings that the text has words for."""

_LOCKS = r"HKLM\Comm\Security\Policy\LASSD"
_AFTER_A_WHILE = rf"{_LOCKS}\AE\{{50C13377-C66D-400C-889E-C316FC4AB374}}"
_PASSWORD = rf"{_LOCKS}\LAP\lap_pw"
_NEVER: Final = -1  # no number of attempts
_LETTERS_AND_DIGITS, _ANYTHING = 0, 2  # what a password is made of


def carries(name: str, version: Version) -> bool:
    """Say whether a device of this version can be told of a setting."""
    return name in CARRIED if version < Version.V12_0 else DECLARED[name].exists(version)


def as_told(name: str, value: Value, version: Version) -> Value:
    """A value as a device of this version is told it: at 2.5 times are whole minutes."""
    if version >= Version.V12_0 or name != "MaxInactivityTimeDeviceLock" or not isinstance(value, int):
        return value
    return None if value >= UNLIMITED_SECONDS else _minutes(value) * 60


def write_wap(values: dict[str, Value]) -> str:
    """The text for what a whole document sets."""
    locked, length = values["DevicePasswordEnabled"], values["MinDevicePasswordLength"]
    minutes = as_told("MaxInactivityTimeDeviceLock", values["MaxInactivityTimeDeviceLock"], Version.V2_5)
    tries, mixed = values["MaxDevicePasswordFailedAttempts"], values["AlphanumericDevicePasswordRequired"]
    frequency = minutes // 60 if isinstance(minutes, int) else 0
    registry = (
        _branch(_AFTER_A_WHILE, AEFrequencyType=int(frequency > 0), AEFrequencyValue=frequency),
        _branch(_LOCKS, DeviceWipeThreshold=_NEVER if tries is None else tries),
        _branch(_LOCKS, CodewordFrequency=_NEVER),
        _branch(_PASSWORD, MinimumPasswordLength=length or 1),
        _branch(_PASSWORD, PasswordComplexity=_LETTERS_AND_DIGITS if mixed else _ANYTHING),
    )
    security = _parameters({"4131": 0 if locked else 1})
    return (
        f"<wap-provisioningdoc>{_characteristic('SecurityPolicy', security)}"
        f"{_characteristic('Registry', registry)}</wap-provisioningdoc>"
    )


def _minutes(seconds: int) -> int:
    """Not more than asked for, and at least one."""
    return max(1, seconds // 60)


def _branch(place: str, **parameters: Value) -> str:
    return _characteristic(place, _parameters(parameters))


def _parameters(values: dict[str, Value]) -> Iterable[str]:
    return [f'<parm name="{name}" value="{value}"/>' for name, value in values.items()]


def _characteristic(kind: str, inside: Iterable[str]) -> str:
    return f'<characteristic type="{kind}">{"".join(inside)}</characteristic>'
