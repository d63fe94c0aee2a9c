"""Through whose eyes items are seen, and by what the words of a device are to be understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from outrider.domain.items import Item, Mailbox
from outrider.domain.roles import Identity
from outrider.mapping.contacts import EVERYBODY, Look
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag

Reference: TypeAlias = Callable[[str], str]
"""Makes the opaque FileReference of an attachment from its section."""

Section: TypeAlias = Callable[[str], str]
"""What a FileReference of ours means: a section of the item."""


class View(Struct, frozen=True, kw_only=True):
    """Through whose eyes items are seen: the user's mailbox, further addresses and zone (its IANA name), the
    version of the device, and how the family of clients wants contacts."""

    account: Mailbox
    addresses: tuple[str, ...] = ()
    version: Version
    zone: str = "UTC"
    look: Look = EVERYBODY

    @classmethod
    def of(cls, identity: Identity, version: Version) -> View:
        """The view of a user whose device has this version."""
        return cls(
            account=Mailbox(identity.name, identity.address),
            addresses=identity.addresses,
            version=version,
            zone=identity.time_zone,
        )

    def is_me(self, box: Mailbox) -> bool:
        """Whether this is an address of the user."""
        address = box.address.casefold()
        return any(address == own.casefold() for own in (self.account.address, *self.addresses))


class Terms(Struct, frozen=True, kw_only=True):
    """By what the words of a device are to be understood: whose it is, the time, the Supported list of the
    collection's first Sync (None: there was none), and how the item stood before (None where nobody asked, or
    it is gone)."""

    view: View
    now: datetime
    supported: frozenset[Tag] | None = None
    prior: Item | None = None

    @property
    def version(self) -> Version:
        """The version of the device."""
        return self.view.version
