"""What can go wrong between this client and a server."""

from __future__ import annotations

from typing import Final

NETWORK: Final = "E-CLIENT-NETWORK"
"""No answer came: whether the server acted is unknown."""

HTTP: Final = "E-CLIENT-HTTP"
"""The server refused with an HTTP status."""

ANSWER: Final = "E-CLIENT-ANSWER"
"""The answer cannot be understood."""

STATUS: Final = "E-CLIENT-STATUS"
"""The command was refused with a status of the protocol."""

POLICY: Final = "E-CLIENT-POLICY"
"""The server keeps asking for its policy, or did not take our acknowledgement."""

WIPE: Final = "E-CLIENT-WIPE"
"""The server wants this device wiped."""

VERSION: Final = "E-CLIENT-VERSION"
"""No protocol version, or no such command, in common with the server."""


class ClientError(Exception):
    """A command that did not succeed; `code` is stable, `status` that of HTTP or of the protocol, else 0.

    `retry_after` are the seconds the server asked to wait, None where it asked for nothing.
    """

    def __init__(self, code: str, reason: str, *, status: int = 0, retry_after: int | None = None) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.status = status
        self.retry_after = retry_after


class WipeRequested(ClientError):
    """The server wants the device wiped, or with `account_only` just this account. MS-ASPROV, RemoteWipe."""

    def __init__(self, *, account_only: bool) -> None:
        what = "this account" if account_only else "the whole device"
        super().__init__(WIPE, f"the server asks to wipe {what}")
        self.account_only = account_only


def refused(command: str, status: int) -> ClientError:
    """The error for a status of the protocol."""
    return ClientError(STATUS, f"{command} was answered with status {status}", status=status)
