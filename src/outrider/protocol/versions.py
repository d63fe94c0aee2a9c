"""Protocol versions, and which command exists from which version to which.

MS-ASHTTP, MS-ASProtocolVersion; MS-ASCMD, Commands (the protocol versions of each).
"""

from enum import IntEnum
from typing import Final, NamedTuple


class Version(IntEnum):
    """A protocol version, as ten times its number, so that versions compare; `str()` gives "14.1"."""

    V2_5 = 25
    V12_0 = 120
    V12_1 = 121
    V14_0 = 140
    V14_1 = 141
    V16_0 = 160
    V16_1 = 161

    def __str__(self) -> str:
        return f"{self // 10}.{self % 10}"

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read "14.1"; raises ValueError for anything that is not a version of the protocol."""
        try:
            return _BY_TEXT[text.strip()]
        except KeyError:
            raise ValueError(f"no such protocol version: {text!r}") from None


_BY_TEXT: Final = {str(version): version for version in Version}

ALL: Final = tuple(Version)

# What this server speaks, oldest first, as MS-ASProtocolVersions lists it.
OFFERED: Final = (Version.V12_1, Version.V14_0, Version.V14_1, Version.V16_0, Version.V16_1)


class Span(NamedTuple):
    """The versions from `since` to `until`, both included."""

    since: Version = Version.V2_5
    until: Version = Version.V16_1

    def __contains__(self, version: object) -> bool:
        return isinstance(version, int) and self.since <= version <= self.until


# When each command exists. GetAttachment and GetHierarchy gave way to ItemOperations and FolderSync.
COMMANDS: Final[dict[str, Span]] = {
    "Sync": Span(),
    "SendMail": Span(),
    "SmartForward": Span(),
    "SmartReply": Span(),
    "GetAttachment": Span(until=Version.V12_1),
    "GetHierarchy": Span(until=Version.V12_1),
    "FolderSync": Span(),
    "FolderCreate": Span(),
    "FolderDelete": Span(),
    "FolderUpdate": Span(),
    "MoveItems": Span(),
    "GetItemEstimate": Span(),
    "MeetingResponse": Span(),
    "Search": Span(),
    "Settings": Span(since=Version.V12_0),
    "Ping": Span(),
    "ItemOperations": Span(since=Version.V12_0),
    "Provision": Span(),
    "ResolveRecipients": Span(),
    "ValidateCert": Span(),
    "Find": Span(since=Version.V16_1),
}


def exists(command: str, version: Version) -> bool:
    """Say whether a command is part of a protocol version."""
    span = COMMANDS.get(command)
    return span is not None and version in span
