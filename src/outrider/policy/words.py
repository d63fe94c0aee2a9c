"""Policies in the words of administrators: the specification's names, and values as a command or a file has
them."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final, TypeAlias

from msgspec import Struct

from outrider.policy.book import NONE, Level
from outrider.policy.policies import Policy
from outrider.policy.settings import DECLARED, SETTINGS, Setting, Value, document_of, values_of

Given: TypeAlias = bool | int | str | list[str] | None
"""A value as it was typed (text) or stands in a file."""

MANNERS: Final = {
    "AllowNonProvisionableDevices": "allows_non_provisionable",
    "AllowPartialProvisioning": "allows_partial",
    "AllowExternalDeviceManagement": "allows_external",
    "RefreshIntervalHours": "refresh_hours",
}
"""What a policy says of its own handling, beside the document: name -> field of `Policy`."""

MANNER_WORDS: Final = {
    "AllowNonProvisionableDevices": "Devices that do not take policies are let in.",
    "AllowPartialProvisioning": "Devices that say they obey a part of it are let in.",
    "AllowExternalDeviceManagement": "Devices that say somebody else manages them are let in.",
    "RefreshIntervalHours": "Hours after which a device must take the policy anew; none is never.",
}

ASSIGN: Final = "assign"
"""The key of the file's policies that says for whom they hold."""

HOURS: Final = range(1, 9601)
NAMES: Final = (*SETTINGS, *MANNERS)

_NAME_LONGEST: Final = 64
_FLAGS: Final = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
_DIGITS: Final = re.compile(r"-?[0-9]{1,18}")
_NONE: Final = frozenset({"", "none", "unlimited"})


class PolicyWordsError(ValueError):
    """A name or a value that no policy has; `code` is stable, the text says what is allowed."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def check_name(name: str) -> None:
    """Raise PolicyWordsError where no policy can be named so."""
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    if not (plain.isascii() and plain.isalnum() and len(name) <= _NAME_LONGEST) or name == NONE:
        text = "A policy's name is of letters, digits, and the signs - _ .; it is not `none`."
        raise PolicyWordsError("E-POLICY-NAME", text)


def read_policy(name: str, given: Mapping[str, Given]) -> Policy:
    """The policy that these names and values describe. Raises PolicyWordsError."""
    values = {key: read_value(key, value) for key, value in given.items()}
    manners = {MANNERS[key]: value for key, value in values.items() if key in MANNERS}
    sets = {key: value for key, value in values.items() if key in SETTINGS}
    return Policy(name=name, sets=document_of(sets), **manners)  # type: ignore[arg-type]


def write_policy(policy: Policy) -> dict[str, Value]:
    """What a policy sets, by name: `read_policy` makes the same policy of it."""
    plain = Policy(name="", sets=policy.sets)
    manners: dict[str, Value] = {
        name: getattr(policy, field)
        for name, field in MANNERS.items()
        if getattr(policy, field) != getattr(plain, field)
    }
    return {**values_of(policy.sets), **manners}


def read_value(name: str, given: Given) -> Value:
    """A value of the setting as it is kept. Raises PolicyWordsError."""
    if name == "RefreshIntervalHours":
        return _number(name, given, lambda value: value in HOURS, empty=True)
    if name in MANNERS:
        return _flag(name, given)
    if name not in SETTINGS:
        close = get_close_matches(name, NAMES, 1, 0.5)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise PolicyWordsError("E-POLICY-SETTING", f"There is no setting {name}.{hint}")
    setting, spec = SETTINGS[name], DECLARED[name]
    if spec.types == (bool,):
        return _flag(name, given)
    if spec.many:
        return _list(name, given)
    return _number(name, given, lambda value: _fits(setting, value), empty=setting.empty)


def read_targets(given: Given) -> list[tuple[Level, str]]:
    """For whom a policy is assigned: a list of `default`, `group:NAME`, `user:ADDRESS`, `device:ID`. Raises
    PolicyWordsError."""
    if not isinstance(given, list):
        raise PolicyWordsError("E-POLICY-TARGET", 'a list is expected, such as ["default"]')
    return [read_target(one) for one in given]


def read_target(text: str) -> tuple[Level, str]:
    """One of those for whom a policy is assigned. Raises PolicyWordsError."""
    word, colon, target = text.partition(":")
    level = next((level for level in Level if level.value == word), None)
    if level is None or bool(target) == (level is Level.DEFAULT) or bool(colon) != bool(target):
        wanted = "default, group:NAME, user:ADDRESS or device:ID"
        raise PolicyWordsError("E-POLICY-TARGET", f"{text!r} is nobody: {wanted} is expected")
    return level, target


def allowed(name: str) -> str:
    """The values that a setting takes, in words."""
    if name == "RefreshIntervalHours":
        return f"{HOURS[0]} to {HOURS[-1]}, or none"
    if name in MANNERS or DECLARED[name].types == (bool,):
        return "true or false"
    if name in _ENTRIES:
        return f"{_ENTRIES[name].words}, separated by commas"
    setting = SETTINGS[name]
    if setting.choices:
        return ", ".join(map(str, setting.choices))
    return f"{setting.low} to {setting.high}" + (", or none" if setting.empty else "")


class SettingRow(Struct, frozen=True):
    """A setting as the manual shows it; `since` is the first version that carries it, empty for what a policy
    says of its own handling."""

    name: str
    takes: str
    default: str
    since: str
    words: str


def describe_settings() -> list[SettingRow]:
    """Every name that a policy can set."""
    plain = Policy(name="", sets=document_of({}))
    document = [
        SettingRow(name, allowed(name), written(setting.default), str(DECLARED[name].since), setting.words)
        for name, setting in SETTINGS.items()
    ]
    manners = [
        SettingRow(name, allowed(name), written(getattr(plain, MANNERS[name])), "", words)
        for name, words in MANNER_WORDS.items()
    ]
    return document + manners


def written(value: Value) -> str:
    """A value as `read_value` reads it."""
    if value is None:
        return "none"
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower()


def _fits(setting: Setting, value: int) -> bool:
    return value in setting.choices if setting.choices else setting.low <= value <= setting.high


def _flag(name: str, given: Given) -> bool:
    if isinstance(given, bool):
        return given
    found = _FLAGS.get(str(given).strip().lower())
    if found is None:
        raise _wrong(name, given)
    return found


def _number(name: str, given: Given, fits: Callable[[int], bool], *, empty: bool) -> int | None:
    if empty and (given is None or str(given).strip().lower() in _NONE):
        return None
    value = given
    if isinstance(given, str):
        value = int(given) if _DIGITS.fullmatch(given.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int) or not fits(value):
        raise _wrong(name, given)
    return value


def _list(name: str, given: Given) -> list[str]:
    if isinstance(given, str):
        given = [entry.strip() for entry in given.split(",") if entry.strip()]
    if not isinstance(given, list) or not all(isinstance(entry, str) for entry in given):
        raise _wrong(name, given)
    for entry in given:
        if not _ENTRIES[name].fits(entry):
            raise _wrong(name, entry)
    return list(dict.fromkeys(map(_ENTRIES[name].plain, given)))


class _Entry(Struct, frozen=True):
    """What the entries of a list are, and the one way to write each."""

    words: str
    fits: Callable[[str], object]
    plain: Callable[[str], str] = str


_HASH_SIZE: Final = 20


def _hash_of(text: str) -> bytes:
    """The SHA-1 that is meant: 40 signs are hexadecimal, 28 base64, and others none (empty)."""
    try:
        found = bytes.fromhex(text) if len(text) == 2 * _HASH_SIZE else b64decode(text, validate=True)
    except ValueError:
        return b""
    is_written_so = text.lower() == found.hex() or text == b64encode(found).decode()
    return found if len(found) == _HASH_SIZE and is_written_so else b""


# MS-ASPROV, Hash and ApplicationName. The specification calls a hash a string and does not say how it is
# written. The devices that have this setting are those of Windows Mobile, whose tools write hashes in base64
# and whose lists of programs take them so; so that is how they are kept, compared and sent.
_ENTRIES: Final = {
    "ApprovedApplicationList": _Entry(
        "SHA-1 hashes, each of 40 hexadecimal digits or 28 signs of base64",
        _hash_of,
        lambda text: b64encode(_hash_of(text)).decode(),
    ),
    "UnapprovedInROMApplicationList": _Entry(
        "names of programs, such as solitaire.exe", re.compile(r"[^\x00-\x1f\x7f,/\\:]{1,255}").fullmatch
    ),
}


def _wrong(name: str, given: Given) -> PolicyWordsError:
    return PolicyWordsError("E-POLICY-VALUE", f"{name} cannot be {given!r}: it takes {allowed(name)}.")


class Preset(Struct, frozen=True):
    """A policy to begin with."""

    words: str
    values: dict[str, Value]


_PIN: Final[dict[str, Value]] = {
    "DevicePasswordEnabled": True,
    "AllowSimpleDevicePassword": False,
    "MinDevicePasswordLength": 4,
    "MaxInactivityTimeDeviceLock": 900,
    "MaxDevicePasswordFailedAttempts": 10,
}

PRESETS: Final[dict[str, Preset]] = {
    "open": Preset("Demands nothing.", {}),
    "basic-pin": Preset("A password of four signs, locked after a quarter of an hour.", _PIN),
    "company": Preset(
        "Six signs, five minutes, everything encrypted, and only devices that take policies.",
        {
            **_PIN,
            "MinDevicePasswordLength": 6,
            "MaxInactivityTimeDeviceLock": 300,
            "DevicePasswordHistory": 5,
            "RequireDeviceEncryption": True,
            "RequireStorageCardEncryption": True,
            "AllowNonProvisionableDevices": False,
        },
    ),
    "locked-down": Preset(
        "As company, with letters and digits, and without camera, cards, tethering, and other accounts.",
        {
            **_PIN,
            "AlphanumericDevicePasswordRequired": True,
            "MinDevicePasswordLength": 8,
            "MinDevicePasswordComplexCharacters": 3,
            "MaxInactivityTimeDeviceLock": 120,
            "MaxDevicePasswordFailedAttempts": 6,
            "DevicePasswordExpiration": 180,
            "DevicePasswordHistory": 12,
            "RequireDeviceEncryption": True,
            "RequireStorageCardEncryption": True,
            "AllowStorageCard": False,
            "AllowCamera": False,
            "AllowBluetooth": 1,
            "AllowInternetSharing": False,
            "AllowPOPIMAPEmail": False,
            "AllowConsumerEmail": False,
            "AllowUnsignedApplications": False,
            "AllowUnsignedInstallationPackages": False,
            "MaxEmailAgeFilter": 5,
            "MaxCalendarAgeFilter": 6,
            "AllowNonProvisionableDevices": False,
            "AllowPartialProvisioning": False,
            "AllowExternalDeviceManagement": False,
        },
    ),
    "classic": Preset(
        "What nearly every client obeys: a password, its length, the lock, and the number of tries.",
        {
            **_PIN,
            "MinDevicePasswordLength": 6,
            "MaxInactivityTimeDeviceLock": 300,
            "RequireDeviceEncryption": True,
        },
    ),
}
