"""The settings of a policy: what each means, which values it takes, and which of two values is the stricter.

The specification's names and order come from the document's own declaration; the rest is this table.
MS-ASPROV, the section of each setting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from msgspec import UNSET, Struct, structs

from outrider.protocol.elements import Spec, specs
from outrider.protocol.messages.provision import EASProvisionDoc

Value: TypeAlias = bool | int | list[str] | None
"""None stands for no limit."""

Strictness: TypeAlias = Callable[[Any], int]
"""Gives a value a rank; of two values the one with the higher rank demands more."""


class Setting(Struct, frozen=True, kw_only=True):
    """One setting: its default, how strict a value is, the values it takes, and what it means.

    A number is from `low` to `high`, or one of `choices`; `empty` says that it may be without limit.
    """

    default: Value
    strictness: Strictness
    words: str
    low: int = 0
    high: int = 4_294_967_295
    choices: tuple[int, ...] = ()
    empty: bool = False


def _when_set(value: bool) -> int:
    return int(value)


def _when_not_set(value: bool) -> int:
    return int(not value)


def _higher(value: int | None) -> int:
    return value or 0


def _lower(value: int | None) -> int:
    return _LAX if value is None else -value


def _lower_but_not_zero(value: int | None) -> int:
    return -value if value else _LAX


def _lower_but_not_negative(value: int) -> int:
    return -value if value >= 0 else _LAX


def _more_approved_is_laxer(value: list[str]) -> int:
    return -len(value)


def _more_forbidden_is_stricter(value: list[str]) -> int:
    return len(value)


_LAX: Final = -(1 << 40)
"""The rank of a value that sets no limit."""


def _demand(words: str) -> Setting:
    return Setting(default=False, strictness=_when_set, words=words)


def _permission(words: str) -> Setting:
    return Setting(default=True, strictness=_when_not_set, words=words)


_TABLE: Final[dict[str, Setting]] = {
    "DevicePasswordEnabled": _demand(
        "The device must be locked with a password; without this nothing else about passwords counts."
    ),
    "AlphanumericDevicePasswordRequired": _demand("The password must have letters and digits."),
    "PasswordRecoveryEnabled": _demand("The device leaves a recovery password with the server."),
    "RequireStorageCardEncryption": _demand("What is on a memory card must be encrypted."),
    "AttachmentsEnabled": _permission("Attachments may be downloaded."),
    "MinDevicePasswordLength": Setting(
        default=None,
        strictness=_higher,
        words="Signs that a password has at least.",
        low=1,
        high=16,
        empty=True,
    ),
    "MaxInactivityTimeDeviceLock": Setting(
        default=None,
        strictness=lambda value: _LAX if value is not None and value >= UNLIMITED_SECONDS else _lower(value),
        words="Seconds without use after which the device locks; 9999 and more is never.",
        empty=True,
    ),
    "MaxDevicePasswordFailedAttempts": Setting(
        default=None,
        strictness=_lower,
        words="Wrong passwords in a row after which the device wipes itself.",
        low=4,
        high=16,
        empty=True,
    ),
    "MaxAttachmentSize": Setting(
        default=None, strictness=_lower, words="Bytes that an attachment has at most.", empty=True
    ),
    "AllowSimpleDevicePassword": _permission(
        "The password may be a row of like or following signs: 1111, 1234."
    ),
    "DevicePasswordExpiration": Setting(
        default=0,
        strictness=_lower_but_not_zero,
        words="Days after which the password must be changed; 0 is never.",
        empty=True,
    ),
    "DevicePasswordHistory": Setting(
        default=0, strictness=_higher, words="How many old passwords may not be taken again."
    ),
    "AllowStorageCard": _permission("Memory cards may be used."),
    "AllowCamera": _permission("The camera may be used."),
    "RequireDeviceEncryption": _demand("What is on the device must be encrypted."),
    "AllowUnsignedApplications": _permission("Programs without a signature may run."),
    "AllowUnsignedInstallationPackages": _permission("Packages without a signature may be installed."),
    "MinDevicePasswordComplexCharacters": Setting(
        default=1,
        strictness=_higher,
        words="Groups of signs (small, capital, digit, other) that a password has at least.",
        low=1,
        high=4,
    ),
    "AllowWiFi": _permission("Wireless networks may be used."),
    "AllowTextMessaging": _permission("Text messages may be sent."),
    "AllowPOPIMAPEmail": _permission("Accounts of POP3 and IMAP4 may be set up."),
    "AllowBluetooth": Setting(
        default=2,
        strictness=_lower,
        words="Bluetooth: 0 off, 1 only to talk hands-free, 2 on.",
        choices=(0, 1, 2),
    ),
    "AllowIrDA": _permission("Infrared may be used."),
    "RequireManualSyncWhenRoaming": _demand("Abroad the device syncs only by hand."),
    "AllowDesktopSync": _permission("The device may sync with a computer."),
    "MaxCalendarAgeFilter": Setting(
        default=0,
        strictness=_lower_but_not_zero,
        words="How far back events go: 0 all, 4 two weeks, 5 a month, 6 three months, 7 six months.",
        choices=(0, 4, 5, 6, 7),
    ),
    "AllowHTMLEmail": _permission("Mail may be shown as HTML."),
    "MaxEmailAgeFilter": Setting(
        default=0,
        strictness=_lower_but_not_zero,
        words="How far back mail goes: 0 all, 1 a day, 2 three days, 3 a week, 4 two weeks, 5 a month.",
        choices=(0, 1, 2, 3, 4, 5),
    ),
    "MaxEmailBodyTruncationSize": Setting(
        default=-1,
        strictness=_lower_but_not_negative,
        words="Bytes of a plain body at most; -1 all, 0 none.",
        low=-1,
        high=2_147_483_647,
    ),
    "MaxEmailHTMLBodyTruncationSize": Setting(
        default=-1,
        strictness=_lower_but_not_negative,
        words="Bytes of an HTML body at most; -1 all, 0 none.",
        low=-1,
        high=2_147_483_647,
    ),
    "RequireSignedSMIMEMessages": _demand("Mail must be sent signed."),
    "RequireEncryptedSMIMEMessages": _demand("Mail must be sent encrypted."),
    "RequireSignedSMIMEAlgorithm": Setting(
        default=0, strictness=_lower, words="How mail is signed: 0 SHA-1, 1 MD5.", choices=(0, 1)
    ),
    "RequireEncryptionSMIMEAlgorithm": Setting(
        default=0,
        strictness=_lower,
        words="How mail is encrypted: 0 Triple DES, 1 DES, 2 RC2 of 128 bits, 3 of 64, 4 of 40.",
        choices=(0, 1, 2, 3, 4),
    ),
    "AllowSMIMEEncryptionAlgorithmNegotiation": Setting(
        default=2,
        strictness=_lower,
        words="Another algorithm where the recipient has not this one: 0 none, 1 a strong one, 2 any.",
        choices=(0, 1, 2),
    ),
    "AllowSMIMESoftCerts": _permission("Certificates in files may be used to sign."),
    "AllowBrowser": _permission("The browser may be used."),
    "AllowConsumerEmail": _permission("Accounts of the user's own may be set up."),
    "AllowRemoteDesktop": _permission("Other computers may be shown on the device."),
    "AllowInternetSharing": _permission("Other devices may go online through this one."),
    "UnapprovedInROMApplicationList": Setting(
        default=[],
        strictness=_more_forbidden_is_stricter,
        words="Built-in programs that may not run, by file name.",
    ),
    "ApprovedApplicationList": Setting(
        default=[],
        strictness=_more_approved_is_laxer,
        words="The only programs that may run, by the SHA-1 of their file; empty: none; not set: all.",
    ),
}

UNLIMITED_SECONDS: Final = 9999
"""From here on MaxInactivityTimeDeviceLock is never. MS-ASPROV, MaxInactivityTimeDeviceLock."""

LISTS: Final = frozenset({"UnapprovedInROMApplicationList", "ApprovedApplicationList"})
"""Sent only where they are set: an empty list of approved programs approves none."""


def _name(spec: Spec) -> str:
    tag = spec.container or spec.tag
    assert tag is not None, spec.name
    return tag.name


DECLARED: Final[dict[str, Spec]] = {_name(spec): spec for spec in specs(EASProvisionDoc)}
"""Each setting's declaration, by the specification's name, in the order of the schema."""

SETTINGS: Final[dict[str, Setting]] = {name: _TABLE[name] for name in DECLARED}
"""Every setting by the specification's name, in the order of the schema."""

DEFAULTS: Final = EASProvisionDoc(
    **{
        DECLARED[name].name: UNSET if name in LISTS else setting.default  # type: ignore[arg-type]
        for name, setting in SETTINGS.items()
    }
)
"""What a device obeys where a policy says nothing; None is an empty tag, without limit.

MS-ASPROV, Responding to an Initial Request, and each setting's own section.
"""


ENFORCED: Final = frozenset(
    {
        "AttachmentsEnabled",
        "MaxAttachmentSize",
        "AllowHTMLEmail",
        "MaxEmailBodyTruncationSize",
        "MaxEmailHTMLBodyTruncationSize",
        "MaxEmailAgeFilter",
        "MaxCalendarAgeFilter",
        "RequireSignedSMIMEMessages",
        "RequireEncryptedSMIMEMessages",
    }
)
"""What the server sees to itself, whatever a device does; `enforce` says how."""


def values_of(document: EASProvisionDoc) -> dict[str, Value]:
    """What a document sets, by the specification's names."""
    fields = structs.asdict(document)
    return {name: fields[spec.name] for name, spec in DECLARED.items() if fields[spec.name] is not UNSET}


def document_of(values: dict[str, Value]) -> EASProvisionDoc:
    """The document that sets these values and nothing else."""
    return EASProvisionDoc(**{DECLARED[name].name: value for name, value in values.items()})  # type: ignore[arg-type]


def demanded(document: EASProvisionDoc) -> list[str]:
    """The settings that a document sets otherwise than by default."""
    defaults = values_of(DEFAULTS)
    sets = values_of(document).items()
    return [name for name, value in sets if name not in defaults or value != defaults[name]]
