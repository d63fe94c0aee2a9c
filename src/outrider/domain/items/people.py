"""Whom items name, and whom the user writes to."""

from __future__ import annotations

from msgspec import Struct


class Mailbox(Struct, frozen=True, array_like=True):
    """A name and an address, as in `Alice Example <alice@example.org>`; either may be empty."""

    name: str
    address: str


class Recipient(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody whom the user writes to: `rank` is the higher the more often and the more lately; `alias` is
    the name of a user of this server in their address. An edit of one is one."""

    address: str
    name: str = ""
    alias: str = ""
    rank: int = 0


class RecipientItem(Struct, kw_only=True):
    """A recipient as their folder hands them over."""

    recipient: Recipient
