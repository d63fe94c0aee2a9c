"""Mails about devices: to the user whose device it is, and to administrators."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from outrider.commands.exchange import Clock
from outrider.commands.links import PATH, make_link
from outrider.domain.items import Mailbox
from outrider.formats.compose import Stamp
from outrider.formats.notice import Notice, write
from outrider.policy import notices
from outrider.policy.notices import Letter
from outrider.policy.rules import Effect
from outrider.store.devices import Device
from outrider.store.serverkey import ServerKey
from outrider.store.wipes import Wipe

Carry: TypeAlias = Callable[[str, bytes, bytes], None]
"""Has a mail carried to an address, once for a token, beside everything else."""


class Correspondence(Struct, frozen=True, kw_only=True):
    """From whom mails are, and which administrators get them; `url` is where this server is reached, empty:
    mails have no links."""

    sender: Mailbox
    administrators: tuple[str, ...] = ()
    url: str = ""


class Letters:
    """Writes mails about devices, and hands them on."""

    def __init__(self, carry: Carry, key: ServerKey, correspondence: Correspondence, clock: Clock) -> None:
        self._carry = carry
        self._key = key
        self._how = correspondence
        self._clock = clock

    def ask(self, device: Device) -> None:
        """Tell the user that the device waits, and ask each administrator what is to become of it."""
        self._send(device.address, notices.waits(device), f"waits {device.question}")
        for administrator in self._how.administrators:
            letter = notices.ask(device, *self._links(device, administrator))
            self._send(administrator, letter, f"asks {device.question}")

    def tell_parked(self, device: Device) -> None:
        """Tell the user and the administrators that the device failed to take its policy, and waits."""
        occasion = f"parked {device.id} {device.state_time}"
        self._send(device.address, notices.parked(device), occasion)
        for administrator in self._how.administrators:
            self._send(administrator, notices.report_parked(device), occasion)

    def confirm_wipe(self, device: Device, wipe: Wipe) -> None:
        """Tell the user and each administrator that a device was wiped."""
        occasion = f"wiped {device.address} {device.id} {wipe.requested.timestamp()}"
        self._send(device.address, notices.wiped_yours(device, wipe), f"{occasion} yours")
        for administrator in self._how.administrators:
            self._send(administrator, notices.wiped(device, wipe), occasion)

    def _links(self, device: Device, administrator: str) -> tuple[str, ...]:
        """Those that let the device in and that block it."""
        if not self._how.url:
            return ()
        base, now = self._how.url.rstrip("/") + PATH, self._clock()
        return tuple(
            base + make_link(self._key, device, effect, to=administrator, now=now)
            for effect in (Effect.ALLOW, Effect.BLOCK)
        )

    def _send(self, to: str, letter: Letter, occasion: str) -> None:
        token = hashlib.sha256(f"{occasion} {to}".encode()).digest()
        sender = self._how.sender
        domain = sender.address.rpartition("@")[2]
        stamp = Stamp(now=self._clock(), message_id=f"<{token.hex()[:32]}@{domain}>")
        notice = Notice(sender=sender, to=to, subject=letter.subject, text=letter.text)
        self._carry(to, write(notice, stamp), token)
