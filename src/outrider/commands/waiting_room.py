"""What a device in quarantine is shown: the lobby, with one mail that says what happens next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from outrider.commands.session import Facts
from outrider.domain.items import Mailbox
from outrider.domain.roles import Account, Identity
from outrider.formats.compose import Stamp
from outrider.formats.notice import Notice, write
from outrider.policy.notices import welcome

OpenLobby: TypeAlias = Callable[[Identity, bytes, datetime], Account]
"""Makes an account of one mail, received at this time."""


class WaitingRoom:
    """Opens the lobby for a device; `sender` is from whom its mail is."""

    def __init__(self, open_lobby: OpenLobby, sender: Mailbox) -> None:
        self._open = open_lobby
        self._sender = sender

    def __call__(self, facts: Facts) -> Account:
        """The account in the place of the user's; its mail stays the same while what is known of the device
        does."""
        device = facts.device
        since = device.state_time or device.first_seen
        letter = welcome(device)
        notice = Notice(sender=self._sender, to=device.address, subject=letter.subject, text=letter.text)
        domain = self._sender.address.rpartition("@")[2]
        stamp = Stamp(now=since, message_id=f"<lobby.{int(since.timestamp())}@{domain}>")
        return self._open(facts.identity, write(notice, stamp), since)
