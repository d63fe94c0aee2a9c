"""Links by which administrators answer a question about a device, without signing in.

A link is a sealed text: who may answer, about which device, with what, until when, and the mark of the
question. A device has the mark of its latest question until anything is decided about it; so a link is good
once, and both links of a mail together.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from outrider.policy.rules import Effect
from outrider.store.devices import Device
from outrider.store.serverkey import ServerKey

PATH: Final = "/admin/decide/"
"""The path of a link, before its text."""

GOOD_FOR: Final = timedelta(days=7)

_OWNER: Final = "links"


class Link(Struct, frozen=True, kw_only=True):
    """What a link says; `until` in seconds since 1970."""

    administrator: str
    address: str
    device: str
    question: str
    effect: Effect
    until: int


class Sheet(Struct, frozen=True, kw_only=True):
    """What whoever follows a link is shown: lines of what is known, and the word on the button that decides;
    without a word there is nothing to decide any more."""

    title: str
    text: str
    known: str = ""
    button: str = ""


class Answers(Protocol):
    """Where links lead."""

    async def look(self, text: str) -> Sheet:
        """What a link asks; decides nothing."""
        ...

    async def decide(self, text: str) -> Sheet:
        """Decide as the link says, if it is still good."""
        ...


def make_link(key: ServerKey, device: Device, effect: Effect, *, to: str, now: datetime) -> str:
    """The text of a link about the device's present question."""
    link = Link(
        administrator=to,
        address=device.address,
        device=device.id,
        question=device.question,
        effect=effect,
        until=int((now + GOOD_FOR).timestamp()),
    )
    return key.seal(_OWNER, msgspec.json.encode(link).decode())


def read_link(key: ServerKey, text: str, now: datetime) -> Link | None:
    """What a link says; None if it is none of ours, altered, or too old."""
    fields = key.unseal(_OWNER, text)
    if fields is None:
        return None
    link = msgspec.json.decode(fields[0], type=Link)
    return link if now.timestamp() < link.until else None
