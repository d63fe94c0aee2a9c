"""A configuration profile, with which an iPhone or iPad sets up the account by itself. Apple, Device
Management, ExchangeActiveSync."""

from __future__ import annotations

import plistlib
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import Struct

TYPE: Final = "application/x-apple-aspen-config"
DAYS: Final = 31
"""How many days of mail the device fetches to begin with; its owner can change that there."""


class Account(Struct, frozen=True, kw_only=True):
    """What a device has to know of an account. `host` has a port where it is not the usual one; `password`
    empty: the device asks for it."""

    host: str
    tls: bool
    address: str
    password: str = ""


def write_profile(account: Account) -> bytes:
    """The profile as a file. Another one for the same account takes its place on the device."""
    name = f"Mail of {account.address}"
    mark = uuid5(NAMESPACE_URL, f"https://{account.host}/me/{account.address}")
    return plistlib.dumps(
        {
            **_payload("Configuration", account, mark),
            "PayloadDisplayName": name,
            "PayloadDescription": f"Sets up mail, calendar and contacts of {account.address}.",
            "PayloadOrganization": account.host,
            "PayloadRemovalDisallowed": False,
            "PayloadContent": [
                {
                    **_payload("com.apple.eas.account", account, uuid5(mark, "account")),
                    "PayloadDisplayName": name,
                    "Host": account.host,
                    "SSL": account.tls,
                    "EmailAddress": account.address,
                    "UserName": account.address,
                    "MailNumberOfPastDaysToSync": DAYS,
                    **_password(account),
                }
            ],
        }
    )


def _payload(kind: str, account: Account, mark: UUID) -> dict[str, object]:
    """What every payload says of itself. By its identifier it is known again."""
    name = ".".join(reversed(account.host.partition(":")[0].split(".")))
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{name}.outrider.{mark}",
        "PayloadUUID": str(mark).upper(),
    }


def _password(account: Account) -> dict[str, object]:
    """A new password takes the place of the one before, which may be taken back."""
    return {"Password": account.password, "OverridePreviousPassword": True} if account.password else {}
