"""The recipient information cache on the wire: contacts with few elements, kept by the server alone.

MS-ASCNTC, Refreshing the Recipient Information Cache.
"""

from __future__ import annotations

from typing import NoReturn

from msgspec import UNSET

from outrider.domain.items import RecipientItem
from outrider.protocol.errors import EasError
from outrider.protocol.items.contacts import Contact as Element
from outrider.protocol.status import SyncStatus


def to_wire(item: RecipientItem) -> Element:
    """The recipient as the device is given it."""
    person = item.recipient
    return Element(
        file_as=person.name or person.address,
        email1_address=person.address,
        alias=person.alias or UNSET,
        weighted_rank=person.rank,
    )


def refuse(*_: object) -> NoReturn:
    """What a device wants to make or change here. Raises EasError."""
    raise EasError(SyncStatus.CONVERSION_ERROR, "the recipient cache is kept by the server")
